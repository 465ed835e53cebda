//! Variance of a statistic over crossed factors (pictures x observers x seeds), by bootstrap.
//!
//! For the factors in a set u resampled together and the others fixed, let V_u be the bootstrap variance. A random
//! effect that belongs to several factors is counted in several V_u, so none of them is right; the combination
//!   Var = Σ_u c_u V_u,   c_u = -Π_{f in u} a_f Π_{f not in u} b_f
//! counts each effect once, for any number of factors N_f (two factors: the dual bootstrap of rsatoolbox), with
//!   multinomial weights   a_f = -N_f/(N_f-1),       b_f = (2 N_f - 1)/(N_f-1)
//!   Dirichlet weights     a_f = -(N_f+1)/(N_f-1),   b_f = 2 N_f/(N_f-1).
//! Dirichlet weights (Owen & Eckles 2012) never leave a factor with a single level, and are the default.
//!
//! A mean over pairs of levels moves less under weights than it should: those of a single pair cancel, and of the variance over
//! n = 2, 3, 4, 5, 8, 10, 20 levels 0, .31, .45, .53, .66, .72, .84 are left. What is missed is taken from the jackknife over
//! the factor (Efron & Stein 1981), where that is larger.

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

/// How the weights of the levels of a factor are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// Dirichlet(1, ..., 1): the Bayesian bootstrap.
    Dirichlet,
    /// Numbers of times that each level comes up in as many draws with replacement.
    Multinomial,
}

impl Draw {
    /// a_f and b_f.
    fn factor(self, levels: usize) -> (f64, f64) {
        let n = levels as f64;
        match self {
            Draw::Dirichlet => (-self.unbiased(levels), 2.0 * n / (n - 1.0)),
            Draw::Multinomial => (-self.unbiased(levels), (2.0 * n - 1.0) / (n - 1.0)),
        }
    }

    /// What makes the bootstrap variance of a mean over one factor unbiased.
    fn unbiased(self, levels: usize) -> f64 {
        let n = levels as f64;
        match self {
            Draw::Dirichlet => (n + 1.0) / (n - 1.0),
            Draw::Multinomial => n / (n - 1.0),
        }
    }

    /// Weights of one factor in one replicate, with a mean of 1. At least two of several levels have some.
    pub fn weights(self, seed: Seed, factor: usize, replicate: usize, levels: usize) -> Vec<f64> {
        let mut generator = seed.derive("factor", factor as u64).stream("replicate", replicate as u64);
        match self {
            Draw::Dirichlet => {
                let draws: Vec<f64> = (0..levels).map(|_| -(1.0 - generator.random::<f64>()).ln()).collect();
                let mean = draws.iter().sum::<f64>() / levels as f64;
                draws.iter().map(|draw| draw / mean).collect()
            }
            Draw::Multinomial => loop {
                let mut counts = vec![0.0; levels];
                (0..levels).for_each(|_| counts[generator.random_range(0..levels)] += 1.0);
                if levels < 2 || counts.iter().filter(|count| **count > 0.0).count() > 1 {
                    return counts;
                }
            },
        }
    }
}

/// The coefficient c_u of every non-empty set, for factors with `levels` levels (each at least 2).
pub fn coefficients(draw: Draw, levels: &[usize]) -> Vec<f64> {
    sets(levels.len())
        .map(|set| {
            -levels
                .iter()
                .enumerate()
                .map(|(factor, &levels)| {
                    let (drawn, fixed) = draw.factor(levels);
                    if contains(set, factor) { drawn } else { fixed }
                })
                .product::<f64>()
        })
        .collect()
}

/// Variance over all factors from the V_u (in the order of [`sets`]): never below the largest single factor's own
/// unbiased variance; never above their sum, in which an effect of several factors is counted more than once; and never above
/// that of all factors resampled together, which the weights shrink by at most the factor that makes a single one unbiased.
pub fn combine(draw: Draw, levels: &[usize], variances: &[f64]) -> f64 {
    let sum: f64 = coefficients(draw, levels).iter().zip(variances).map(|(c, v)| c * v).sum();
    let alone = |(factor, &n): (usize, &usize)| draw.unbiased(n) * variances[(1 << factor) - 1];
    let singles: Vec<f64> = levels.iter().enumerate().map(alone).collect();
    let single = singles.iter().copied().fold(0.0, f64::max);
    let shrunk = levels.iter().map(|&n| draw.unbiased(n)).fold(1.0, f64::max);
    let joint = shrunk * variances.last().copied().unwrap_or(0.0);
    sum.max(single).min(joint.max(single)).min(singles.iter().sum())
}

/// Degrees of freedom of [`combine`], after Satterthwaite (1946): Var² / Σ_f v_f² / (N_f - 1) with v_f the unbiased variance of
/// each factor alone. Never fewer than the smallest factor that moves the statistic has (rsatoolbox's convention takes those
/// always), never more than all that move it have together; `None` where none moves it.
pub fn freedom(draw: Draw, levels: &[usize], variances: &[f64]) -> Option<f64> {
    let single = |factor: usize, n: usize| draw.unbiased(n) * variances[(1 << factor) - 1];
    let moving: Vec<(f64, f64)> = levels
        .iter()
        .enumerate()
        .filter(|(factor, _)| variances[(1 << factor) - 1] > 1e-24)
        .map(|(factor, &n)| (single(factor, n), (n - 1) as f64))
        .collect();
    let least = moving.iter().map(|(_, freedom)| *freedom).min_by(f64::total_cmp)?;
    let spread: f64 = moving.iter().map(|(v, freedom)| v * v / freedom).sum();
    let most: f64 = moving.iter().map(|(_, freedom)| freedom).sum();
    Some((combine(draw, levels, variances).powi(2) / spread).max(least).min(most))
}

/// The variance of a mean over pairs of levels of one factor that its weights miss: that of the jackknife, from the values
/// without one level each, less the unbiased bootstrap variance (`drawn` before the correction); at least 0.
pub fn missed(draw: Draw, leave_one_out: &[f64], drawn: f64) -> f64 {
    let n = leave_one_out.len();
    let jackknife = ((n as f64) - 1.0).powi(2) / n as f64 * variance(leave_one_out);
    if n < 2 { 0.0 } else { (jackknife - draw.unbiased(n) * drawn).max(0.0) }
}

/// Standard error with its degrees of freedom; `missed` is the variance that weights miss, and the levels of its factor.
/// `None` where nothing moves the statistic.
pub fn error(draw: Draw, levels: &[usize], variances: &[f64], missed: Option<(f64, usize)>) -> Option<(f64, f64)> {
    let (own, drawn) = (combine(draw, levels, variances).max(0.0), freedom(draw, levels, variances));
    match missed.filter(|(variance, _)| *variance > 0.0) {
        Some((variance, n)) => {
            let few = n as f64 - 1.0;
            Some(((own + variance).sqrt(), drawn.map_or(few, |drawn| drawn.min(few))))
        }
        None => Some((own.sqrt(), drawn?)),
    }
}

/// Half the width of the 95 % interval of a standard error with its degrees of freedom, by Student's t; 0 of none.
pub fn half_of(error: Option<(f64, f64)>) -> f64 {
    let Some((error, freedom)) = error else { return 0.0 };
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975)) * error
}

/// Half the width of the 95 % interval, by Student's t with [`freedom`].
pub fn half_width(draw: Draw, levels: &[usize], variances: &[f64]) -> f64 {
    half_of(error(draw, levels, variances, None))
}

/// Limits of the interval around a correlation, given half its width: symmetric in Fisher's z where the correlation lies within
/// ±1 (by the delta method, z' = 1 / (1 - r²)), in r where it does not.
pub fn fisher_limits(r: f64, half: f64) -> (f64, f64) {
    if r.abs() >= 1.0 {
        return (r - half, r + half);
    }
    let (z, half) = (r.atanh(), half / (1.0 - r * r));
    ((z - half).tanh(), (z + half).tanh())
}

/// The interval of a correlation that noise is taken from, which may lie beyond 1, where Fisher's z ends. There the side towards 0 is as wide
/// as z makes it at the last value whose other side ends at 1.
pub fn ratio_limits(r: f64, half: f64) -> (f64, f64) {
    let size = r.abs();
    if size + half < 1.0 {
        return fisher_limits(r, half);
    }
    let last = (1.0 - half).clamp(0.0, size.min(1.0 - 1e-6));
    let inner = (last - fisher_limits(last, half).0).max(half);
    if r < 0.0 { (-size - half, inner - size) } else { (size - inner, size + half) }
}

/// Dirichlet weights of one factor in one replicate, with a mean of 1: see [`Draw::weights`].
pub fn weights(seed: Seed, factor: usize, replicate: usize, levels: usize) -> Vec<f64> {
    Draw::Dirichlet.weights(seed, factor, replicate, levels)
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
            coefficients(Draw::Dirichlet, levels)
                .iter()
                .zip(expected)
                .all(|(found, expected)| (found - expected).abs() < 1e-4)
        };
        let many = 10_000_000;
        assert!(close(&[many; 2], &[2.0, 2.0, -1.0]));
        // Order of sets: a, b, ab, c, ac, bc, abc.
        assert!(close(&[many; 3], &[4.0, 4.0, -2.0, 4.0, -2.0, -2.0, 1.0]));
    }

    #[test]
    fn factors_cost_degrees_of_freedom_as_far_as_they_move_the_statistic() {
        // Order of sets: a, b, ab; b has three levels and no effect.
        let width = half_width(Draw::Dirichlet, &[70, 3], &[0.04, 0.0, 0.04]);
        assert!((width / (1.994_945 * (71.0f64 / 69.0 * 0.04).sqrt()) - 1.0).abs() < 1e-5, "{width}");
        let freedom = |variances: &[f64]| freedom(Draw::Dirichlet, &[70, 3], variances).unwrap();
        assert!((freedom(&[0.0, 0.04, 0.04]) - 2.0).abs() < 1e-9, "seeds alone: those of three seeds");
        let both = freedom(&[0.04, 0.004, 0.044]);
        assert!(both > 5.0 && both < 69.0, "{both}");
    }

    #[test]
    fn variance_and_freedom_are_never_more_than_those_of_the_factors_together() {
        // A statistic that is no mean: both factors together vary less than the two alone, which the formula takes for more.
        let (levels, variances) = ([20, 10], [0.01, 0.01, 0.0195]);
        let formula: f64 = coefficients(Draw::Dirichlet, &levels).iter().zip(variances).map(|(c, v)| c * v).sum();
        let sum = 0.01 * (21.0 / 19.0 + 11.0 / 9.0);
        assert!(formula > 1.02 * sum, "{formula} {sum}");
        assert!((combine(Draw::Dirichlet, &levels, &variances) - sum).abs() < 1e-12);
        let freedom = freedom(Draw::Dirichlet, &levels, &variances).unwrap();
        assert!((9.0..=28.0).contains(&freedom), "{freedom}");
    }

    #[test]
    fn what_weights_miss_of_a_mean_over_pairs_is_what_the_jackknife_has_beyond_them() {
        // A mean over the pairs of four levels with the effects a: (a_i + a_j) / 2, whose variance is that of the mean of a.
        let a = [1.0, 4.0, 2.0, 8.0];
        let of = |weights: &[f64]| {
            let pairs = (0..4).flat_map(|i| (i + 1..4).map(move |j| (i, j)));
            let (sum, total) = pairs.fold((0.0, 0.0), |(sum, total), (i, j)| {
                let weight = weights[i] * weights[j];
                (sum + weight * (a[i] + a[j]) / 2.0, total + weight)
            });
            sum / total
        };
        let drawn: Vec<f64> = (0..4000).map(|b| of(&weights(Seed(1), 0, b, 4))).collect();
        let without: Vec<f64> = (0..4).map(|out| of(&[0, 1, 2, 3].map(|at| f64::from(u8::from(at != out))))).collect();
        let truth = variance(&a) / 4.0;
        let own = combine(Draw::Dirichlet, &[4], &[variance(&drawn)]);
        assert!(own < 0.6 * truth, "weights alone: {own} of {truth}");
        let beyond = missed(Draw::Dirichlet, &without, variance(&drawn));
        let (error, freedom) = error(Draw::Dirichlet, &[4], &[variance(&drawn)], Some((beyond, 4))).unwrap();
        assert!((error * error / truth - 1.0).abs() < 0.01 && freedom == 3.0, "{error} {truth}");
        // A plain mean is moved fully, and nothing is added.
        assert_eq!(missed(Draw::Dirichlet, &[1.0, 1.1, 0.9], 1.0), 0.0);
    }

    #[test]
    fn the_interval_of_a_correlation_stays_within_one_and_that_of_a_ratio_need_not() {
        let (low, high) = fisher_limits(0.9, 0.2);
        assert!(high < 1.0 && 0.9 - low > high - 0.9);
        assert_eq!(fisher_limits(1.2, 0.5), (0.7, 1.7));
        assert_eq!(ratio_limits(0.5, 0.2), fisher_limits(0.5, 0.2), "far from 1 both are the same");
        // At 1 - half = .8: z = atanh .8, and .2 / (1 - .64) of it below.
        let inner = 0.8 - (0.8_f64.atanh() - 0.2 / 0.36).tanh();
        let (low, high) = ratio_limits(0.9991, 0.2);
        assert!((low - (0.9991 - inner)).abs() < 1e-12 && (high - 1.1991).abs() < 1e-12, "{low} {high}");
        assert_eq!(ratio_limits(-0.9991, 0.2), (-high, -low));
        let (before, after) = (ratio_limits(0.8 - 1e-9, 0.2), ratio_limits(0.8 + 1e-9, 0.2));
        assert!((before.0 - after.0).abs() < 1e-6, "the lower end does not jump");
        let (low, high) = fisher_limits(0.3, 1e-4);
        assert!((high - low - 2e-4).abs() < 1e-9);
    }

    #[test]
    fn one_factor_gives_the_unbiased_variance_of_a_mean() {
        let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
        for draw in [Draw::Dirichlet, Draw::Multinomial] {
            let replicates: Vec<f64> = (0..40_000)
                .map(|b| {
                    let w = draw.weights(Seed(1), 0, b, values.len());
                    w.iter().zip(values).map(|(w, v)| w * v).sum::<f64>() / values.len() as f64
                })
                .collect();
            let found = combine(draw, &[values.len()], &[variance(&replicates)]);
            let expected = variance(&values) / values.len() as f64;
            assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
        }
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
            corrected +=
                coefficients(Draw::Dirichlet, &[rows, columns]).iter().zip(&v).map(|(c, v)| c * v).sum::<f64>()
                    / runs as f64;
            joint += v[2] / runs as f64;
        }
        let truth = 0.09 / 8.0 + 0.09 / 5.0 + 4.0 / 40.0;
        assert!((corrected / truth - 1.0).abs() < 0.1, "{corrected} {truth}");
        assert!((joint / truth - 1.0).abs() > 0.3, "{joint} {truth}");
    }
}
