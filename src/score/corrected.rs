//! p values corrected over a family of tests.

use crate::seed::Seed;
use crate::stats::correct::{Dependence, false_discovery};
use crate::stats::sign_flip::sign_flip;
use crate::stats::step;

/// Random signs, where not all are made.
const FLIPS: usize = 9999;

/// One p value corrected in every way; `None` where it is undefined.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Corrected {
    /// Against one false alarm in the family, whatever the dependence (Holm 1979).
    pub holm: Option<f64>,
    /// Rate of false discoveries under positive dependence (Benjamini & Hochberg 1995).
    pub bh: Option<f64>,
    /// The same under any dependence (Benjamini & Yekutieli 2001).
    pub by: Option<f64>,
    /// Against one false alarm, by the largest |t| under random signs of the pictures, in steps down (Westfall & Young
    /// 1993): for these observers and seeds only, and where all members have the same pictures.
    pub max_t: Option<f64>,
}

impl Corrected {
    /// Holm's, Benjamini & Hochberg's, Benjamini & Yekutieli's, and that of the largest t.
    pub(super) fn values(&self) -> [Option<f64>; 4] {
        [self.holm, self.bh, self.by, self.max_t]
    }
}

/// Corrects the p values that there are over one another; [`Corrected::max_t`] stays open.
pub(super) fn corrected(p: &[Option<f64>]) -> Vec<Corrected> {
    let known: Vec<f64> = p.iter().flatten().copied().collect();
    let adjusted = |all: Vec<f64>| {
        let mut all = all.into_iter();
        p.iter().map(|p| p.and_then(|_| all.next())).collect::<Vec<_>>()
    };
    let holm = adjusted(step::holm(&known));
    let bh = adjusted(false_discovery(&known, Dependence::Positive));
    let by = adjusted(false_discovery(&known, Dependence::Any));
    (0..p.len()).map(|at| Corrected { holm: holm[at], bh: bh[at], by: by[at], max_t: None }).collect()
}

/// Two-sided p of the members of a family by random signs of their values at each picture, in steps down; `None` for members
/// without values, and for all where members have unlike numbers of pictures.
pub(super) fn max_t(of_pictures: &[Option<Vec<f64>>], seed: Seed) -> Vec<Option<f64>> {
    let columns: Vec<&Vec<f64>> = of_pictures.iter().flatten().collect();
    let pictures = columns.first().map_or(0, |column| column.len());
    if columns.iter().any(|column| column.len() != pictures) {
        return vec![None; of_pictures.len()];
    }
    let rows: Vec<Vec<f64>> = (0..pictures).map(|at| columns.iter().map(|column| column[at]).collect()).collect();
    let mut found =
        sign_flip(&rows, FLIPS, seed).map(|found| found.step_down_two_sided).unwrap_or_default().into_iter();
    of_pictures.iter().map(|values| values.as_ref().and_then(|_| found.next())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undefined_is_no_member_of_the_family() {
        // Holm 1979: .01, .04, .03 of three become .03, .06, .06; Benjamini & Hochberg's are .03, .04, .04.
        let found = corrected(&[Some(0.01), Some(0.04), None, Some(0.03)]);
        let close = |of: fn(&Corrected) -> Option<f64>, expected: [Option<f64>; 4]| {
            found.iter().map(of).zip(expected).all(|(a, b)| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                (a, b) => a == b,
            })
        };
        assert!(close(|one| one.holm, [Some(0.03), Some(0.06), None, Some(0.06)]));
        assert!(close(|one| one.bh, [Some(0.03), Some(0.04), None, Some(0.04)]));
        let harmonic = 1.0 + 0.5 + 1.0 / 3.0;
        assert!(close(|one| one.by, [0.03, 0.04, f64::NAN, 0.04].map(|q| (!q.is_nan()).then_some(q * harmonic))));
    }

    #[test]
    fn the_largest_t_costs_a_member_less_than_holm_where_members_are_alike() {
        let of = |shift: f64| Some((0..10).map(|at| (at as f64 * 1.7).sin() + shift).collect::<Vec<f64>>());
        let alone = max_t(&[of(0.6)], Seed(1))[0].unwrap();
        let twins = max_t(&[of(0.6), None, of(0.6)], Seed(1));
        assert_eq!((twins[0], twins[1], twins[2]), (Some(alone), None, Some(alone)), "twins cost nothing");
        let turned = max_t(&[of(-0.6).map(|values| values.iter().map(|v| -v).collect())], Seed(1))[0].unwrap();
        assert!((0.0..0.2).contains(&turned), "it is two-sided: {turned}");
        let short = Some(vec![1.0, 2.0]);
        assert_eq!(max_t(&[of(0.6), short], Seed(1)), [None, None]);
        assert_eq!(max_t(&[Some(vec![1.0])], Seed(1)), [None], "one picture has no signs");
    }
}
