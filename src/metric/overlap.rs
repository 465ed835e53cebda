//! Overlap of the top pixels of two maps.
//!
//! Exactly k = ⌊share · n + ½⌋ pixels each, those tied at the border in equal fractions, so the order of pixels does not
//! matter and a saturated map has a top. IoU = Σ min / Σ max of memberships (Jaccard 1901; Ruzicka 1958), Dice = Σ min / k
//! (Dice 1945). Both are corrected for chance, (value - chance) / (1 - chance). Chance: the overlap of two random sets of k
//! pixels is hypergeometric, so Dice is k / n and IoU the mean of j / (2k - j); for fractions the mean of Dice under
//! shuffled pixels is used, and IoU takes that of whole pixels.
//! Harmonization (Fel et al. 2022): pixels above the percentile (linear between order statistics), and 1e-9 in the
//! denominator; a saturated map selects nothing and scores 0.

use super::correlation::PEARSON;
use super::field::Field;
use super::table::{Chance, Invariance, Metric};
use super::undefined::{Score, Undefined};
use crate::stats::correlate::{dot, top_membership};

pub(super) const TOP10: Metric = Metric {
    name: "top10",
    description: "overlap of the top 10 % of pixels, ties in exact fractions, corrected for chance: (Dice - .1) / .9",
    source: "Dice 1945; the phi coefficient of two equally large sets",
    invariance: Invariance::Monotone,
    range: (-1.0 / 9.0, 1.0),
    transform: Some(|values| top_membership(values, 0.1)),
    score: |inputs| phi(inputs.map, inputs.other()?, 0.1),
    ..PEARSON
};

pub(super) const IOU10: Metric = Metric {
    name: "iou10",
    description: "intersection over union of the top 10 % of pixels, ties in exact fractions, corrected for chance",
    source: "Jaccard 1901; Ruzicka 1958",
    range: (-1.0, 1.0),
    chance: Chance::Value(0.0),
    transform: None,
    score: |inputs| corrected(inputs.map, inputs.other()?, 0.1, iou, iou_by_chance),
    ..TOP10
};

pub(super) const IOU20: Metric = Metric {
    name: "iou20",
    description: "intersection over union of the top 20 % of pixels, ties in exact fractions, corrected for chance",
    score: |inputs| corrected(inputs.map, inputs.other()?, 0.2, iou, iou_by_chance),
    ..IOU10
};

pub(super) const DICE10: Metric = Metric {
    name: "dice10",
    description: "Dice overlap of the top 10 % of pixels, ties in exact fractions, corrected for chance",
    source: "Dice 1945",
    score: |inputs| corrected(inputs.map, inputs.other()?, 0.1, dice, dice_by_chance),
    ..IOU10
};

pub(super) const DICE20: Metric = Metric {
    name: "dice20",
    description: "Dice overlap of the top 20 % of pixels, ties in exact fractions, corrected for chance",
    score: |inputs| corrected(inputs.map, inputs.other()?, 0.2, dice, dice_by_chance),
    ..DICE10
};

pub(super) const IOU_HARMONIZATION: Metric = Metric {
    name: "iou10.harmonization",
    description: "intersection over union of the pixels above the 90th percentile, not corrected; 0 for a saturated map",
    source: "serre-lab/Harmonization; Fel et al. 2022",
    range: (0.0, 1.0),
    chance: Chance::Measured,
    same: None,
    score: |inputs| of_pair(inputs.map, inputs.other()?, |x, y| Ok(iou_harmonization(x, y, 90.0))),
    ..IOU10
};

pub(super) const DICE_HARMONIZATION: Metric = Metric {
    name: "dice10.harmonization",
    description: "Dice overlap of the pixels above the 90th percentile, not corrected; 0 for a saturated map",
    score: |inputs| of_pair(inputs.map, inputs.other()?, |x, y| Ok(dice_harmonization(x, y, 90.0))),
    ..IOU_HARMONIZATION
};

fn of_pair(x: &Field, y: &Field, score: impl Fn(&Field, &Field) -> Score) -> Score {
    x.pair(y)?;
    score(x, y)
}

type Overlap = fn(&[f64], &[f64]) -> f64;

fn corrected(x: &Field, y: &Field, share: f64, overlap: Overlap, by_chance: Overlap) -> Score {
    x.varied_pair(y)?;
    let [x, y] = [x, y].map(|field| membership(field, wanted(field.len(), share)));
    let chance = by_chance(&x, &y);
    if chance < 1.0 { Ok((overlap(&x, &y) - chance) / (1.0 - chance)) } else { Err(Undefined::TooFewPixels) }
}

/// The correlation of memberships: with whole pixels, Dice corrected for chance.
fn phi(x: &Field, y: &Field, share: f64) -> Score {
    x.varied_pair(y)?;
    let k = wanted(x.len(), share);
    let n = x.len() as f64;
    let [x, y] = [x, y].map(|field| membership(field, k));
    let part = |a: &[f64], b: &[f64]| dot(a, b) - k * k / n;
    let spread = (part(&x, &x) * part(&y, &y)).sqrt();
    if spread > 0.0 { Ok((part(&x, &y) / spread).clamp(-1.0, 1.0)) } else { Err(Undefined::TooFewPixels) }
}

/// ⌊share · n + ½⌋.
pub fn wanted(pixels: usize, share: f64) -> f64 {
    (share * pixels as f64 + 0.5).floor()
}

/// Membership of each pixel in the `k` largest values, 0 to 1: those tied at the border share what is left.
pub fn membership(field: &Field, k: f64) -> Vec<f64> {
    let ranked = field.ranked();
    let n = field.len() as f64;
    ranked.spread(|run| {
        let above = n - run.end as f64;
        ((k - above) / run.len() as f64).clamp(0.0, 1.0)
    })
}

/// Membership in exactly `k` pixels, of tied ones the first.
pub fn first_membership(field: &Field, k: f64) -> Vec<f64> {
    let mut member = vec![0.0; field.len()];
    let ranked = field.ranked();
    let downwards = ranked.runs().rev().flat_map(|run| &ranked.order()[run]);
    downwards.take(k as usize).for_each(|at| member[*at as usize] = 1.0);
    member
}

fn summed(a: &[f64], b: &[f64], of: fn(f64, f64) -> f64) -> f64 {
    a.iter().zip(b).map(|(a, b)| of(*a, *b)).sum()
}

/// Σ min / Σ max of memberships; 0 of empty sets.
pub fn iou(a: &[f64], b: &[f64]) -> f64 {
    let union = summed(a, b, f64::max);
    if union > 0.0 { summed(a, b, f64::min) / union } else { 0.0 }
}

/// 2 Σ min / Σ (a + b); 0 of empty sets.
pub fn dice(a: &[f64], b: &[f64]) -> f64 {
    let total = summed(a, b, |a, b| a + b);
    if total > 0.0 { 2.0 * summed(a, b, f64::min) / total } else { 0.0 }
}

fn iou_by_chance(a: &[f64], _: &[f64]) -> f64 {
    expected_iou(a.len(), a.iter().sum::<f64>().round() as usize)
}

/// Mean of [`dice`] when pixels are shuffled: Σ min over all pairs of pixels, / n.
fn dice_by_chance(a: &[f64], b: &[f64]) -> f64 {
    let parts = |members: &[f64]| {
        let whole = members.iter().filter(|m| **m == 1.0).count() as f64;
        let (tied, share) = members
            .iter()
            .filter(|m| **m > 0.0 && **m < 1.0)
            .fold((0.0, 0.0), |(count, _), member| (count + 1.0, *member));
        (whole, tied, share)
    };
    let ((whole_a, tied_a, share_a), (whole_b, tied_b, share_b)) = (parts(a), parts(b));
    let pairs = whole_a * whole_b
        + whole_a * tied_b * share_b
        + tied_a * share_a * whole_b
        + tied_a * tied_b * share_a.min(share_b);
    let total: f64 = a.iter().chain(b).sum();
    if total > 0.0 { 2.0 * pairs / a.len() as f64 / total } else { 0.0 }
}

/// Mean intersection over union of two random sets of `k` among `n` pixels: j / (2k - j) over the hypergeometric overlap j.
pub fn expected_iou(n: usize, k: usize) -> f64 {
    if k == 0 || n == 0 {
        return 0.0;
    }
    let (least, k_, n_) = ((2 * k).saturating_sub(n), k as f64, n as f64);
    // Weights relative to the most likely overlap, by the ratio of neighbours, so that nothing underflows.
    let mode = ((((k_ + 1.0).powi(2)) / (n_ + 2.0)).floor() as usize).clamp(least, k);
    let ratio = |j: usize| {
        let j = j as f64;
        (k_ - j).powi(2) / ((j + 1.0) * (n_ - 2.0 * k_ + j + 1.0))
    };
    let value = |j: usize| j as f64 / (2 * k - j) as f64;
    let (mut sum, mut total) = (value(mode), 1.0);
    let mut weight = 1.0;
    for j in mode..k {
        weight *= ratio(j);
        sum += weight * value(j + 1);
        total += weight;
    }
    weight = 1.0;
    for j in (least..mode).rev() {
        weight /= ratio(j);
        sum += weight * value(j);
        total += weight;
    }
    sum / total
}

fn above_percentile(field: &Field, percentile: f64) -> Vec<f64> {
    let border = crate::stats::quantile::quantile(field.ranked().sorted(), percentile / 100.0).unwrap_or(f64::INFINITY);
    field.values().iter().map(|value| f64::from(u8::from(*value > border))).collect()
}

/// Harmonization's IoU of the pixels above a percentile.
pub fn iou_harmonization(x: &Field, y: &Field, percentile: f64) -> f64 {
    let (a, b) = (above_percentile(x, percentile), above_percentile(y, percentile));
    summed(&a, &b, f64::min) / (summed(&a, &b, f64::max) + 1e-9)
}

/// Dice of the same pixels.
pub fn dice_harmonization(x: &Field, y: &Field, percentile: f64) -> f64 {
    let (a, b) = (above_percentile(x, percentile), above_percentile(y, percentile));
    2.0 * summed(&a, &b, f64::min) / (summed(&a, &b, |a, b| a + b) + 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn ten_pixels_of_a_hundred_that_share_four_score_a_third() {
        // Dice = .4, (.4 - .1) / .9 = 1/3; IoU = 4/16.
        let x = Field::whole(&Array2::from_shape_fn((10, 10), |(row, column)| (10 * row + column) as f64)).unwrap();
        let top = |at: usize| {
            if (94..98).contains(&at) {
                200.0
            } else if at < 6 {
                100.0
            } else {
                0.0
            }
        };
        let y = Field::whole(&Array2::from_shape_fn((10, 10), |(row, column)| top(10 * row + column))).unwrap();
        let of = |metric: Metric| metric.of(&x, &y).unwrap();
        assert!((of(TOP10) - 1.0 / 3.0).abs() < 1e-12);
        assert!((of(DICE10) - 1.0 / 3.0).abs() < 1e-12);
        let chance = expected_iou(100, 10);
        assert!((of(IOU10) - (0.25 - chance) / (1.0 - chance)).abs() < 1e-12 && chance > 0.05 && chance < 0.06);
    }

    #[test]
    fn the_chance_level_of_large_maps_neither_underflows_nor_leaves_its_closed_form() {
        // n = 3, k = 1: overlap 0 or 1 with probability 2/3, 1/3.
        assert!((expected_iou(3, 1) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(expected_iou(10, 10), 1.0);
        let large = expected_iou(50_176, 5_018);
        assert!((large - 0.1 / 1.9).abs() < 1e-4, "{large}");
    }
}
