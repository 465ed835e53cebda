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
        class: |_, _, class| Ok(class),
    },
    Counterpart {
        name: "other_class",
        description: "the same network asked about the class that it thinks likeliest after the picture's own",
        source: "Sixt, Granz & Landgraf 2020, ICML, arXiv:1912.09818",
        network: |_, _| Ok(None),
        class: Network::rival,
    },
];

impl Counterpart {
    /// The row with a name.
    pub fn named(name: &str) -> Option<&'static Counterpart> {
        COUNTERPARTS.iter().find(|row| row.name == name)
    }
}
