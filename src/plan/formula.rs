//! How many trials: closed forms.
//!
//! With n trials, the z of a place whose smoothed bubbles have the correlation ρ with the answers is about normal with
//! mean √n ρ and variance 1. It passes the threshold t with probability Φ(√n ρ - t), so n = ((t + z_power) / ρ)²
//! (Cohen 1988, Statistical Power Analysis; t is the family-wise threshold of Chauvin et al. 2005, J. Vision 5:659).
//! The reliability of a map of n trials is n / (n + n₀), where n₀ trials give one half (Spearman 1910; Brown 1910).

use statrs::function::erf::{erfc, erfc_inv};

/// Probability that a place of this correlation passes the threshold with so many trials.
pub fn power(correlation: f64, threshold: f64, trials: f64) -> f64 {
    normal(trials.sqrt() * correlation - threshold)
}

/// Trials with which a place of this correlation passes the threshold with probability `power`; `None` for a correlation
/// that is not positive.
pub fn trials_for_power(correlation: f64, threshold: f64, power: f64) -> Option<f64> {
    (correlation > 0.0).then(|| ((threshold + normal_quantile(power)).max(0.0) / correlation).powi(2))
}

/// Reliability of a map of so many trials, where `half` trials give one half.
pub fn reliability(half: f64, trials: f64) -> f64 {
    trials / (trials + half)
}

/// Trials whose map has this reliability (below 1), where `half` trials give one half.
pub fn trials_for_reliability(half: f64, reliability: f64) -> f64 {
    half * reliability / (1.0 - reliability)
}

/// Φ: probability of a standard normal value below `z`.
pub(super) fn normal(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// Φ⁻¹, for probabilities between 0 and 1.
pub(super) fn normal_quantile(probability: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * probability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trials_of_published_correlations_are_those_of_the_formula() {
        // Peaks of Gosselin & Schyns 2001 (z 4.25 and 5.32 in 500 trials), threshold 3.30, 80 % power: 475 and 303.
        for (z, expected) in [(4.25, 475.0), (5.32, 303.0)] {
            let correlation = z / 500f64.sqrt();
            let trials = trials_for_power(correlation, 3.302_342, 0.8).unwrap();
            assert!((trials - expected).abs() < 1.0, "{trials}");
            let without_power = (3.302_342 / correlation).powi(2);
            assert!((trials / without_power - 1.575).abs() < 0.001, "without z_power a third of the trials is missing");
            assert!((power(correlation, 3.302_342, without_power) - 0.5).abs() < 1e-12);
        }
        assert_eq!(trials_for_power(-0.1, 3.3, 0.8), None);
    }

    #[test]
    fn power_and_reliability_are_undone_by_the_trials_they_need() {
        for wanted in [0.05, 0.5, 0.8, 0.999] {
            let trials = trials_for_power(0.14, 3.98, wanted).unwrap();
            assert!((power(0.14, 3.98, trials) - wanted).abs() < 1e-9);
        }
        for wanted in [0.1, 0.8, 0.99] {
            assert!((reliability(580.0, trials_for_reliability(580.0, wanted)) - wanted).abs() < 1e-12);
        }
        assert!((normal_quantile(0.8) - 0.841_621_234).abs() < 1e-8 && (normal(1.644_853_627) - 0.95).abs() < 1e-9);
    }
}
