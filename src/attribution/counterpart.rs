//! Counterparts: the same method asked about a network that never learned, or about another class.
//!
//! What a map shares with its counterparts it owes to the method, the architecture and the picture, not to what the
//! network knows of the class (Adebayo et al. 2018, NeurIPS, arXiv:1810.03292; Sixt, Granz & Landgraf 2020, ICML,
//! arXiv:1912.09818). They are scored as baselines of the map that they belong to.

use crate::error::Result;
use crate::network::Network;
use crate::picture::Picture;
use crate::seed::Seed;

/// A row of the table of counterparts.
pub struct Counterpart {
    /// Name, as in the experiment file and in the column `counterpart`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// The network that is asked in place of the trained one; `None` where that one is asked.
    pub network: fn(&Network, Seed) -> Result<Option<Network>>,
    /// Whether another class is explained, which means nothing where what is explained has no class.
    pub of_class: bool,
    /// The class that is explained in place of the picture's (both: index into the classes of the experiment).
    pub class: fn(&Network, &Picture, usize) -> Result<usize>,
}

/// Every counterpart.
pub static COUNTERPARTS: &[Counterpart] = &[
    Counterpart {
        name: "untrained",
        description: "the same network with all its weights drawn anew, layer by layer, with the mean and the standard deviation that they had",
        source: "Adebayo et al. 2018, NeurIPS, arXiv:1810.03292",
        network: |network, seed| network.randomised(network.weight_layers()?, seed).map(Some),
        of_class: false,
        class: |_, _, class| Ok(class),
    },
    Counterpart {
        name: "other_class",
        description: "the same network asked about the class that it thinks likeliest after the picture's own",
        source: "Sixt, Granz & Landgraf 2020, ICML, arXiv:1912.09818",
        network: |_, _| Ok(None),
        of_class: true,
        class: Network::rival,
    },
];

impl Counterpart {
    /// The row with a name.
    pub fn named(name: &str) -> Option<&'static Counterpart> {
        COUNTERPARTS.iter().find(|row| row.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::fixtures::{picture, pool};

    fn row(name: &str) -> &'static Counterpart {
        Counterpart::named(name).unwrap()
    }

    #[test]
    fn the_other_class_is_the_likeliest_of_the_others_and_never_the_own() -> Result<()> {
        let (network, shown) = (pool()?, picture(8, 10, 1)?);
        let scores = network.scores(&shown)?;
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        let other = |class: usize| (row("other_class").class)(&network, &shown, class);
        assert_eq!(order.len(), 3);
        assert_eq!([other(order[0])?, other(order[1])?, other(order[2])?], [order[1], order[0], order[0]]);
        assert!((row("other_class").network)(&network, Seed(1))?.is_none());
        assert_eq!((row("untrained").class)(&network, &shown, order[2])?, order[2]);
        Ok(())
    }

    #[test]
    fn an_untrained_network_has_no_weight_of_the_trained_one_and_follows_its_seed() -> Result<()> {
        let (network, shown) = (pool()?, picture(8, 10, 1)?);
        let scores = |seed: u64| -> Result<Vec<f64>> {
            (row("untrained").network)(&network, Seed(seed))?.map_or(Ok(Vec::new()), |other| other.scores(&shown))
        };
        let all = network.weight_layers()?;
        assert_eq!(scores(1)?, network.randomised(all, Seed(1))?.scores(&shown)?);
        assert_eq!(scores(1)?, scores(1)?);
        let other = [network.scores(&shown)?, scores(2)?, network.randomised(all - 1, Seed(1))?.scores(&shown)?];
        assert!(other.iter().all(|other| scores(1).is_ok_and(|own| own != *other)));
        Ok(())
    }
}
