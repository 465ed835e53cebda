//! Variance of a statistic over crossed factors (pictures x observers x seeds), by bootstrap.
//!
//! For the factors in a set u resampled together and the others fixed, let V_u be the bootstrap variance. A random
//! effect that belongs to several factors is counted in several V_u, so none of them is right; the combination
//!   Var = Σ_u c_u V_u,   c_u = -Π_{f in u} a_f Π_{f not in u} b_f,   a_f = -(N_f+1)/(N_f-1),   b_f = 2 N_f/(N_f-1)
//! counts each effect once, for any number of factors and Dirichlet weights (two factors: the dual bootstrap of
//! rsatoolbox). Dirichlet weights (Owen & Eckles 2012) never leave a factor with a single level.

use rand::RngExt;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::seed::Seed;

/// A set of factors, by bit.
pub type Set = usize;

/// All non-empty sets of `factors` factors.
pub fn sets(factors: usize) -> impl Iterator<Item = Set> {
    1..1usize << factors
}

/// Whether `factor` is in `set`.
pub fn contains(set: Set, factor: usize) -> bool {
    set >> factor & 1 == 1
}

/// The coefficient c_u of every non-empty set, for factors with `levels` levels (each at least 2).
pub fn coefficients(levels: &[usize]) -> Vec<f64> {
    sets(levels.len())
        .map(|set| {
            -levels
                .iter()
                .enumerate()
                .map(|(factor, &levels)| {
                    let n = levels as f64;
                    if contains(set, factor) { -(n + 1.0) / (n - 1.0) } else { 2.0 * n / (n - 1.0) }
                })
                .product::<f64>()
        })
        .collect()
}

/// Variance over all factors from the V_u (in the order of [`sets`]): never below the largest single factor's own
/// unbiased variance, never above that of all factors resampled together, which Dirichlet weights shrink by at most
/// (N - 1) / (N + 1).
pub fn combine(levels: &[usize], variances: &[f64]) -> f64 {
    let sum: f64 = coefficients(levels).iter().zip(variances).map(|(c, v)| c * v).sum();
    let single = levels
        .iter()
        .enumerate()
        .map(|(factor, &n)| (n as f64 + 1.0) / (n as f64 - 1.0) * variances[(1 << factor) - 1])
        .fold(0.0, f64::max);
    let shrunk = levels.iter().map(|&n| (n as f64 + 1.0) / (n as f64 - 1.0)).fold(1.0, f64::max);
    let joint = shrunk * variances.last().copied().unwrap_or(0.0);
    sum.max(single).min(joint.max(single))
}

/// Half the width of the 95 % interval: Student's t with one degree of freedom less than the smallest factor has
/// levels, among the factors that move the statistic at all.
pub fn half_width(levels: &[usize], variances: &[f64]) -> f64 {
    let moving = levels.iter().enumerate().filter(|(factor, _)| variances[(1 << factor) - 1] > 1e-24);
    let Some(least) = moving.map(|(_, &n)| n).min() else { return 0.0 };
    let quantile = StudentsT::new(0.0, 1.0, (least - 1) as f64).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975));
    quantile * combine(levels, variances).max(0.0).sqrt()
}

/// Dirichlet(1, ..., 1) weights of one factor in one replicate, scaled to a mean of 1.
pub fn weights(seed: Seed, factor: usize, replicate: usize, levels: usize) -> Vec<f64> {
    let mut generator = seed.derive("factor", factor as u64).stream("replicate", replicate as u64);
    let draws: Vec<f64> = (0..levels).map(|_| -(1.0 - generator.random::<f64>()).ln()).collect();
    let mean = draws.iter().sum::<f64>() / levels as f64;
    draws.iter().map(|draw| draw / mean).collect()
}

/// Variance with n - 1 in the denominator; 0 for fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_tend_to_those_of_two_and_three_factors() {
        let close = |levels: &[usize], expected: &[f64]| {
            coefficients(levels).iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-4)
        };
        let many = 10_000_000;
        assert!(close(&[many; 2], &[2.0, 2.0, -1.0]));
        // Order of sets: a, b, ab, c, ac, bc, abc.
        assert!(close(&[many; 3], &[4.0, 4.0, -2.0, 4.0, -2.0, -2.0, 1.0]));
    }

    #[test]
    fn a_factor_that_does_not_move_the_statistic_costs_no_degree_of_freedom() {
        // Order of sets: a, b, ab; b has three levels and no effect.
        let width = half_width(&[70, 3], &[0.04, 0.0, 0.04]);
        assert!((width / (1.994_945 * (71.0f64 / 69.0 * 0.04).sqrt()) - 1.0).abs() < 1e-5, "{width}");
        assert!(half_width(&[70, 3], &[0.04, 0.01, 0.05]) > 2.0 * width);
    }

    #[test]
    fn one_factor_gives_the_unbiased_variance_of_a_mean() {
        let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
        let replicates: Vec<f64> = (0..40_000)
            .map(|b| {
                let w = weights(Seed(1), 0, b, values.len());
                w.iter().zip(values).map(|(w, v)| w * v).sum::<f64>() / values.len() as f64
            })
            .collect();
        let found = combine(&[values.len()], &[variance(&replicates)]);
        let expected = variance(&values) / values.len() as f64;
        assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
    }

    #[test]
    fn the_variance_of_a_crossed_mean_is_unbiased_and_the_joint_bootstrap_alone_is_not() {
        // y_ij = a_i + b_j + e_ij: Var(mean) = va/I + vb/J + ve/(IJ), here mostly the last.
        let (rows, columns, runs, replicates) = (8, 5, 400, 60);
        let normal = |seed: Seed, n: usize| -> Vec<f64> {
            let mut generator = seed.stream("normal", 0);
            (0..n).map(|_| rand_distr::Distribution::sample(&rand_distr::StandardNormal, &mut generator)).collect()
        };
        let (mut corrected, mut joint) = (0.0, 0.0);
        for run in 0..runs {
            let seed = Seed(run);
            let (a, b, e) = (
                normal(seed.derive("a", 0), rows),
                normal(seed.derive("b", 0), columns),
                normal(seed.derive("e", 0), rows * columns),
            );
            let v: Vec<f64> = sets(2)
                .map(|set| {
                    let draws: Vec<f64> = (0..replicates)
                        .map(|r| {
                            let w = |f: usize, n: usize| {
                                if contains(set, f) { weights(seed, f, r, n) } else { vec![1.0; n] }
                            };
                            let (wa, wb) = (w(0, rows), w(1, columns));
                            let sum: f64 = (0..rows)
                                .flat_map(|i| (0..columns).map(move |j| (i, j)))
                                .map(|(i, j)| wa[i] * wb[j] * (0.3 * a[i] + 0.3 * b[j] + 2.0 * e[i * columns + j]))
                                .sum();
                            sum / (rows * columns) as f64
                        })
                        .collect();
                    variance(&draws)
                })
                .collect();
            corrected += coefficients(&[rows, columns]).iter().zip(&v).map(|(c, v)| c * v).sum::<f64>() / runs as f64;
            joint += v[2] / runs as f64;
        }
        let truth = 0.09 / 8.0 + 0.09 / 5.0 + 4.0 / 40.0;
        assert!((corrected / truth - 1.0).abs() < 0.1, "{corrected} {truth}");
        assert!((joint / truth - 1.0).abs() > 0.3, "{joint} {truth}");
    }
}
