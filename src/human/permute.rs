//! The null distribution of the largest z of a classification image.

use super::classify::GroupMap;
use super::frame::Frame;
use super::inference::beyond;
use super::nuisance::Responses;
use super::permutation::Wanted;
use super::tested::Tested;
use crate::experiment::Exchange;
use crate::seed::Seed;
use crate::stats::quantile::critical;
use crate::trials::Trial;

/// Largest and smallest z of each permutation.
#[derive(Debug, Clone, Default)]
pub struct MaximumNull {
    /// Largest z in the region.
    pub maxima: Vec<f64>,
    /// Smallest z in the region.
    pub minima: Vec<f64>,
}

impl MaximumNull {
    /// Threshold that the largest z passes by chance with probability `alpha` (one-sided).
    pub fn threshold(&self, alpha: f64) -> Option<f64> {
        critical(&self.maxima, alpha)
    }

    /// Probability of a maximum of at least `z` by chance, never 0.
    pub fn probability(&self, z: f64) -> f64 {
        let larger = self.maxima.iter().filter(|&&maximum| !beyond(z, maximum)).count();
        (larger + 1) as f64 / (self.maxima.len() + 1) as f64
    }
}

/// `count` permutations of the answers within blocks; `step` is called with how many more are done.
pub fn permute(
    trials: &[Trial],
    responses: &[Responses],
    frame: &Frame,
    group: &GroupMap,
    count: usize,
    seed: Seed,
    step: impl Fn(usize) + Sync,
) -> MaximumNull {
    let tested = Tested::answers(trials, responses, frame, group, Exchange::Block);
    let found = tested.extremes(trials, frame, &[&frame.region], Wanted::default(), (count, seed), step);
    let both = found.first().map(Vec::as_slice).unwrap_or_default();
    MaximumNull {
        maxima: both.iter().map(|[up, _]| up.z).collect(),
        minima: both.iter().map(|[_, down]| -down.z).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_and_probabilities_count_the_map_itself_and_agree() {
        let null = MaximumNull { maxima: (1..=99).map(f64::from).collect(), minima: Vec::new() };
        assert_eq!(null.probability(1000.0), 0.01);
        assert_eq!(null.probability(90.0), 0.11);
        assert_eq!(null.threshold(0.05), Some(95.0));
        assert!(null.probability(95.5) <= 0.05 && null.probability(95.0) > 0.05);
    }
}
