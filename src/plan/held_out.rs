//! The correlation at the peak, without the gain of having chosen it.
//!
//! The largest z of a map is a selected maximum: it overstates its own correlation. So the pixel is chosen in one half of
//! the data and its correlation read from the other, in both directions, and averaged (cross-validation). Where the data
//! are few the chosen pixel is not the best one, which errs towards more trials.

use ndarray::{Array2, Zip};

use super::criterion::peak;

/// A part of the data: an observer, or a simulated experiment.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Smoothed sum of centres weighted by residual responses.
    pub sum: Array2<f64>,
    /// Its variance under permutation.
    pub variance: Array2<f64>,
    /// Trials in it.
    pub trials: f64,
}

/// z / √n of the parts together, each counted `weight` times; 0 where nothing varies.
pub(super) fn correlation(parts: &[Part], weights: &[f64], shape: (usize, usize)) -> Array2<f64> {
    let mut sum = Array2::<f64>::zeros(shape);
    let mut variance = Array2::<f64>::zeros(shape);
    let mut trials = 0.0;
    for (part, &weight) in parts.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
        sum.scaled_add(weight, &part.sum);
        variance.scaled_add(weight, &part.variance);
        trials += weight * part.trials;
    }
    Zip::from(&sum)
        .and(&variance)
        .map_collect(|sum, variance| if *variance > 0.0 { sum / (variance * trials).sqrt() } else { 0.0 })
}

/// The correlation at the peak of each map, read from the other, averaged.
pub(super) fn held_out(halves: [&Array2<f64>; 2], region: &Array2<bool>) -> f64 {
    let read = |chosen: &Array2<f64>, measured: &Array2<f64>| measured[peak(chosen, region)];
    (read(halves[0], halves[1]) + read(halves[1], halves[0])) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn noise_has_a_peak_and_no_correlation_at_the_place_that_another_half_chose() {
        let region = Array2::from_elem((12, 20), true);
        let part = |index: u64| {
            let mut generator = Seed(3).stream("noise", index);
            let sum = Array2::from_shape_simple_fn((12, 20), || StandardNormal.sample(&mut generator));
            Part { sum: sum * 100f64.sqrt(), variance: Array2::from_elem((12, 20), 100.0), trials: 100.0 }
        };
        let map = |index| correlation(&[part(index)], &[1.0], (12, 20));
        let (mut own, mut other) = (0.0, 0.0);
        for at in 0..200 {
            let (a, b) = (map(2 * at), map(2 * at + 1));
            own += a[peak(&a, &region)] / 200.0;
            other += held_out([&a, &b], &region) / 200.0;
        }
        assert!(other.abs() < 0.02, "{other}");
        assert!(own > 0.25, "its own maximum would promise {own}");
    }

    #[test]
    fn parts_are_pooled_with_their_trials() {
        let part = |sum: f64, trials: f64| Part {
            sum: Array2::from_elem((1, 1), sum),
            variance: Array2::from_elem((1, 1), trials * 0.5),
            trials,
        };
        let pooled = correlation(&[part(3.0, 10.0), part(5.0, 30.0)], &[2.0, 1.0], (1, 1));
        assert!((pooled[[0, 0]] - 11.0 / (25f64 * 50.0).sqrt()).abs() < 1e-12);
    }
}
