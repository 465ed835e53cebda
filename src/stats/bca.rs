//! The bias-corrected and accelerated interval of the bootstrap, for one resampled factor (Efron 1987).
//!
//! z0 = Φ⁻¹((#{replicate < estimate} + ½ #{=}) / B), a = Σd³ / (6 (Σd²)^1.5) with d the mean of the jackknife values minus
//! each; the limits are the quantiles of the replicates at Φ(z0 + (z0 + z) / (1 - a (z0 + z))).

use statrs::distribution::{ContinuousCDF, Normal};

use super::quantile::quantile;

/// The interval and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bca {
    /// Bias correction; `None` where all replicates lie on one side, and the limits are plain percentiles.
    pub bias: Option<f64>,
    /// Acceleration.
    pub acceleration: f64,
    /// Probabilities at which the replicates are read.
    pub probabilities: (f64, f64),
    /// Lower and upper limit.
    pub limits: (f64, f64),
}

/// The interval of `coverage`, from bootstrap replicates and the estimates that leave out one unit each.
///
/// `None` without replicates.
pub fn bca(estimate: f64, replicates: &[f64], jackknife: &[f64], coverage: f64) -> Option<Bca> {
    let normal = Normal::standard();
    let below: f64 = replicates
        .iter()
        .map(|value| match value.total_cmp(&estimate) {
            std::cmp::Ordering::Less => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 0.0,
        })
        .sum();
    let share = below / replicates.len() as f64;
    let mean = jackknife.iter().sum::<f64>() / jackknife.len().max(1) as f64;
    let (squares, cubes) =
        jackknife.iter().map(|value| mean - value).fold((0.0, 0.0), |(s, c), d| (s + d * d, c + d * d * d));
    let acceleration = if squares > 0.0 { cubes / (6.0 * squares.powf(1.5)) } else { 0.0 };
    let tail = (1.0 - coverage) / 2.0;
    let bias = (share > 0.0 && share < 1.0).then(|| normal.inverse_cdf(share));
    let probability = |p: f64| match bias {
        None => p,
        Some(z0) => {
            let z = z0 + normal.inverse_cdf(p);
            normal.cdf(z0 + z / (1.0 - acceleration * z))
        }
    };
    let probabilities = (probability(tail), probability(1.0 - tail));
    let limits = (quantile(replicates, probabilities.0)?, quantile(replicates, probabilities.1)?);
    Some(Bca { bias, acceleration, probabilities, limits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicates_without_bias_or_skew_give_percentiles_and_one_side_falls_back() {
        let replicates: Vec<f64> = (-500..=500).map(f64::from).collect();
        let found = bca(0.0, &replicates, &[1.0, 2.0, 3.0], 0.95).unwrap();
        assert!((found.limits.0 + 475.0).abs() < 0.01 && (found.limits.1 - 475.0).abs() < 0.01, "{found:?}");
        let biased = bca(100.0, &replicates, &[1.0, 2.0, 3.0], 0.95).unwrap();
        assert!(biased.limits.0 > found.limits.0 && biased.limits.1 > found.limits.1, "{biased:?}");
        let beyond = bca(1e6, &replicates, &[1.0, 2.0], 0.95).unwrap();
        assert_eq!((beyond.bias, beyond.probabilities.0.max(0.024)), (None, beyond.probabilities.0));
        assert_eq!(bca(0.0, &[], &[1.0], 0.95), None);
    }
}
