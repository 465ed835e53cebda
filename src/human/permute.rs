//! The null distribution of the largest z: residual responses permuted within observer, what is removed within observers
//! removed again and the variance lost by that restored (Freedman & Lane 1983), the maximum over the region taken
//! (Nichols & Holmes 2002).

use ndarray::Array2;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::classify::GroupMap;
use super::frame::Frame;
use super::nuisance::Responses;
use crate::seed::Seed;
use crate::stats::quantile::quantile;
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
        quantile(&self.maxima, 1.0 - alpha)
    }

    /// Probability of a maximum of at least `z` by chance, never 0.
    pub fn probability(&self, z: f64) -> f64 {
        let larger = self.maxima.iter().filter(|&&maximum| maximum >= z).count();
        (larger + 1) as f64 / (self.maxima.len() + 1) as f64
    }
}

/// `count` permutations; `step` is called after each.
pub fn permute(
    trials: &[Trial],
    responses: &[Responses],
    frame: &Frame,
    group: &GroupMap,
    count: usize,
    seed: Seed,
    step: impl Fn() + Sync,
) -> MaximumNull {
    let extremes: Vec<(f64, f64)> = (0..count)
        .into_par_iter()
        .map(|permutation| {
            let map = permuted_map(trials, responses, frame, seed, permutation);
            let extremes = map
                .iter()
                .zip(&group.variance)
                .zip(&frame.region)
                .filter(|((_, variance), inside)| **inside && **variance > 0.0)
                .map(|((sum, variance), _)| sum / variance.sqrt())
                .fold((f64::MIN, f64::MAX), |(high, low), z| (high.max(z), low.min(z)));
            step();
            extremes
        })
        .collect();
    let (maxima, minima) = extremes.into_iter().unzip();
    MaximumNull { maxima, minima }
}

/// The smoothed group map of one permutation.
pub(super) fn permuted_map(
    trials: &[Trial],
    responses: &[Responses],
    frame: &Frame,
    seed: Seed,
    permutation: usize,
) -> Array2<f64> {
    let mut generator = seed.stream("permutation", permutation as u64);
    let mut plane = Array2::zeros(frame.region.dim());
    for one in responses {
        let mut residuals = one.residuals.clone();
        residuals.shuffle(&mut generator);
        one.basis.remove(&mut residuals);
        let (trials_of_one, removed) = (one.rows.len() as f64, one.basis.columns().len() as f64);
        let restored = ((trials_of_one - 1.0) / (trials_of_one - removed).max(1.0)).max(0.0).sqrt();
        residuals.iter_mut().for_each(|residual| *residual *= restored);
        frame.add_weighted(trials, &one.rows, &residuals, &mut plane);
    }
    frame.smoothed(&plane)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_quantiles_and_probabilities_count_the_map_itself() {
        let null = MaximumNull { maxima: (1..=99).map(f64::from).collect(), minima: Vec::new() };
        assert_eq!(null.probability(1000.0), 0.01);
        assert_eq!(null.probability(90.0), 0.11);
        assert!((null.threshold(0.05).unwrap() - 94.1).abs() < 1e-9);
    }
}
