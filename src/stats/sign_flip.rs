//! Sign flips: whether means over units (pictures, observers) differ from 0, for one comparison or a family of them.
//!
//! Under the hypothesis each unit's row of differences is as likely with the other sign. All 2^n flips are made up to
//! [`MOST`], else random ones beside the identity: p = (b + 1) / (m + 1). The distribution of the largest t among the
//! comparisons corrects for the family (Westfall & Young 1993): in one step, or by steps down over those not yet rejected.

use rand::RngExt;
use rayon::prelude::*;

use super::crossed::variance;
use crate::seed::Seed;

/// All flips are made where there are at most this many.
pub const MOST: usize = 10_000;

/// One-sided (greater) and two-sided p values of each comparison, and those of the family.
#[derive(Debug, Clone, PartialEq)]
pub struct SignFlip {
    /// Student's t of each comparison.
    pub t: Vec<f64>,
    /// One-sided p.
    pub one_sided: Vec<f64>,
    /// Two-sided p.
    pub two_sided: Vec<f64>,
    /// One-sided p corrected by the largest t.
    pub family: Vec<f64>,
    /// The same by steps down.
    pub step_down: Vec<f64>,
    /// Two-sided, by steps down.
    pub step_down_two_sided: Vec<f64>,
}

/// Flips the rows (units) of differences; columns are comparisons. `None` for fewer than two rows, or uneven ones. Where all
/// units differ by the same, t is infinite, or 0 where they do not differ.
pub fn sign_flip(rows: &[Vec<f64>], draws: usize, seed: Seed) -> Option<SignFlip> {
    let (units, columns) = (rows.len(), rows.first()?.len());
    if units < 2 || columns == 0 || rows.iter().any(|row| row.len() != columns) {
        return None;
    }
    let t = statistics(rows, |_| 1.0);
    let exhaustive = units < 63 && 1u64 << units <= MOST as u64;
    let count = if exhaustive { 1 << units } else { draws + 1 };
    let null: Vec<Vec<f64>> = (0..count)
        .into_par_iter()
        .map(|flip| {
            if exhaustive {
                return statistics(rows, |unit| if flip >> unit & 1 == 1 { -1.0 } else { 1.0 });
            }
            if flip == 0 {
                return t.clone();
            }
            let mut generator = seed.stream("flip", flip as u64);
            let signs: Vec<f64> = (0..units).map(|_| if generator.random::<bool>() { 1.0 } else { -1.0 }).collect();
            statistics(rows, |unit| signs[unit])
        })
        .collect();
    // Flips that give the same statistic up to rounding count as equal.
    let p = |of: &dyn Fn(&[f64]) -> f64, observed: f64| {
        let least = if observed.is_finite() { observed - 1e-12 * observed.abs().max(1.0) } else { observed };
        null.iter().filter(|t| of(t) >= least).count() as f64 / count as f64
    };
    let most = |t: &[f64], of: &[usize], size: fn(f64) -> f64| {
        of.iter().map(|&at| size(t[at])).fold(f64::NEG_INFINITY, f64::max)
    };
    let all: Vec<usize> = (0..columns).collect();
    let step_down = |size: fn(f64) -> f64| {
        let mut order = all.clone();
        order.sort_by(|&a, &b| size(t[b]).total_cmp(&size(t[a])));
        let (mut found, mut before) = (vec![0.0; columns], 0.0f64);
        for (step, &at) in order.iter().enumerate() {
            before = before.max(p(&|null| most(null, &order[step..], size), size(t[at])));
            found[at] = before;
        }
        found
    };
    let signed: fn(f64) -> f64 = |t| t;
    Some(SignFlip {
        one_sided: (0..columns).map(|at| p(&|null| null[at], t[at])).collect(),
        two_sided: (0..columns).map(|at| p(&|null| null[at].abs(), t[at].abs())).collect(),
        family: (0..columns).map(|at| p(&|null| most(null, &all, signed), t[at])).collect(),
        step_down: step_down(signed),
        step_down_two_sided: step_down(f64::abs),
        t,
    })
}

fn statistics(rows: &[Vec<f64>], sign: impl Fn(usize) -> f64) -> Vec<f64> {
    let units = rows.len() as f64;
    (0..rows[0].len())
        .map(|column| {
            let values: Vec<f64> = rows.iter().enumerate().map(|(unit, row)| sign(unit) * row[column]).collect();
            let error = (variance(&values) / units).sqrt();
            let mean = values.iter().sum::<f64>() / units;
            if mean == 0.0 { 0.0 } else { mean / error }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_p_is_that_of_the_number_of_flips_and_the_family_costs_something() {
        let rows: Vec<Vec<f64>> = (0..8).map(|u| vec![1.0 + 0.01 * u as f64, (u as f64 - 3.6).sin()]).collect();
        let found = sign_flip(&rows, 0, Seed(1)).unwrap();
        assert_eq!(found.one_sided[0], 1.0 / 256.0);
        assert_eq!(found.two_sided[0], 2.0 / 256.0);
        assert!(found.family[1] > found.one_sided[1]);
        assert!(found.step_down.iter().zip(&found.family).all(|(down, single)| down <= single));
        assert!(found.step_down_two_sided.iter().zip(&found.two_sided).all(|(down, alone)| down >= alone));
        assert_eq!(found.step_down_two_sided[1], found.two_sided[1], "the last step is of one comparison");
        let constant = sign_flip(&vec![vec![1.0, 0.0]; 4], 0, Seed(1)).unwrap();
        assert_eq!((constant.two_sided, constant.t), (vec![2.0 / 16.0, 1.0], vec![f64::INFINITY, 0.0]));
        assert_eq!(sign_flip(&[vec![1.0]], 0, Seed(1)), None);
    }

    #[test]
    fn random_flips_come_close_to_all_flips() {
        let rows: Vec<Vec<f64>> = (0..12).map(|u| vec![(u as f64 * 1.7).sin() + 0.3]).collect();
        let all = sign_flip(&rows, 0, Seed(1)).unwrap();
        let more: Vec<Vec<f64>> = rows.iter().chain(&rows).cloned().collect();
        let drawn = sign_flip(&more, 4000, Seed(1)).unwrap();
        assert!(drawn.one_sided[0] < all.one_sided[0]);
        assert_eq!(drawn, sign_flip(&more, 4000, Seed(1)).unwrap());
        assert!(drawn.one_sided[0] >= 1.0 / 4001.0, "never 0");
    }
}
