//! Ranks of several estimates with intervals, and the probability of being the best, from replicates made together.

use super::quantile::quantile;

/// The place of one of several estimates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Rank of the estimate, 1 for the largest; ties share their mean rank.
    pub rank: f64,
    /// 95 % of the ranks in the replicates.
    pub limits: (f64, f64),
    /// Share of the replicates in which it is the largest; ties share it.
    pub best: f64,
}

/// Places of estimates (one each) given their replicates (of each, in the same order of replicates); `None` without replicates.
pub fn places(estimates: &[f64], replicates: &[Vec<f64>]) -> Option<Vec<Place>> {
    let count = replicates.iter().map(Vec::len).min().filter(|count| *count > 0)?;
    let rank = |values: &[f64], of: usize| {
        let above = values.iter().filter(|value| **value > values[of]).count();
        let tied = values.iter().filter(|value| **value == values[of]).count();
        above as f64 + (tied as f64 + 1.0) / 2.0
    };
    let drawn: Vec<Vec<f64>> = (0..count).map(|at| replicates.iter().map(|values| values[at]).collect()).collect();
    (0..estimates.len().min(replicates.len()))
        .map(|of| {
            let ranks: Vec<f64> = drawn.iter().map(|values| rank(values, of)).collect();
            let best: f64 = drawn
                .iter()
                .map(|values| {
                    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let tied = values.iter().filter(|value| **value == most).count();
                    if values[of] == most { 1.0 / tied as f64 } else { 0.0 }
                })
                .sum();
            let limits = quantile(&ranks, 0.025).zip(quantile(&ranks, 0.975))?;
            Some(Place { rank: rank(estimates, of), limits, best: best / count as f64 })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_being_best_add_up_to_one_and_a_clear_winner_is_first() {
        let replicates = vec![
            (0..100).map(|b| 1.0 + (b as f64).sin()).collect::<Vec<_>>(),
            (0..100).map(|b| 1.0 + (b as f64 + 2.0).sin()).collect(),
            vec![9.0; 100],
        ];
        let found = places(&[1.1, 1.0, 9.0], &replicates).unwrap();
        assert!((found.iter().map(|place| place.best).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!((found[2].rank, found[2].limits, found[2].best), (1.0, (1.0, 1.0), 1.0));
        assert_eq!((found[0].rank, found[0].limits), (2.0, (2.0, 3.0)));
        assert_eq!(places(&[1.0, 1.0], &[vec![2.0], vec![2.0]]).unwrap()[0].best, 0.5);
        assert_eq!(places(&[1.0], &[vec![]]), None);
    }
}
