//! The number of trials with which simulated experiments reach a power.
//!
//! Between two sizes Φ⁻¹(share that found it) is taken as linear in √n, which it is for a single place; with no trials
//! the share is alpha. Shares are (k + 1/2) / (N + 1), so that all and none have a Φ⁻¹ too. The interval is that of a
//! bootstrap over the experiments.

use rand::RngExt;

use super::criterion::Verdict;
use super::formula::normal_quantile;
use super::ladder::{Pair, Size, share};
use super::{Estimate, Setting};

/// Replicates of every bootstrap.
pub(super) const REPLICATES: usize = 200;

/// Trials for the wanted power of a test; no value where the largest size does not reach it.
pub(super) fn crossing(setting: &Setting, sizes: &[Size], pairs: &[Pair], found: fn(&Verdict) -> bool) -> Estimate {
    let at = |chosen: &[usize]| {
        let point = |(at, size): (usize, &Size)| {
            let share = share(chosen.iter().map(|&pair| &pairs[pair]), at, found).value;
            (size.trials() as f64, share)
        };
        let curve: Vec<(f64, f64)> = sizes.iter().enumerate().map(point).collect();
        interpolated(&curve, 2.0 * chosen.len() as f64, setting.power, setting.alpha)
    };
    let every: Vec<usize> = (0..pairs.len()).collect();
    let draws = (0..REPLICATES as u64).map(|replicate| {
        let mut generator = setting.seed.stream("crossing", replicate);
        let chosen: Vec<usize> = every.iter().map(|_| generator.random_range(0..every.len())).collect();
        at(&chosen).unwrap_or(f64::INFINITY)
    });
    Estimate::of(at(&every), draws.collect())
}

/// Where the curve (trials, share of `experiments`) first reaches `power`.
fn interpolated(curve: &[(f64, f64)], experiments: f64, power: f64, alpha: f64) -> Option<f64> {
    let z = |share: f64| normal_quantile((share * experiments + 0.5) / (experiments + 1.0));
    let wanted = normal_quantile(power);
    let mut before = (0.0, normal_quantile(alpha));
    for &(trials, share) in curve {
        let here = (trials.sqrt(), z(share));
        if here.1 >= wanted {
            let part = ((wanted - before.1) / (here.1 - before.1)).clamp(0.0, 1.0);
            return Some((before.0 + part * (here.0 - before.0)).powi(2));
        }
        before = here;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::formula;
    use super::*;

    #[test]
    fn a_curve_of_the_formula_is_crossed_where_the_formula_says() {
        let needed = formula::trials_for_power(0.14, 3.98, 0.8).unwrap();
        let curve: Vec<(f64, f64)> =
            [0.25, 0.5, 0.75, 1.5].map(|step| (step * needed, formula::power(0.14, 3.98, step * needed))).to_vec();
        let found = interpolated(&curve, 1e9, 0.8, 0.05).unwrap();
        assert!((found / needed - 1.0).abs() < 1e-3, "{found} {needed}");
        assert_eq!(interpolated(&curve[..3], 1e9, 0.8, 0.05), None);
        let early = interpolated(&[(100.0, 1.0)], 50.0, 0.8, 0.05).unwrap();
        assert!(early > 0.0 && early < 100.0);
    }
}
