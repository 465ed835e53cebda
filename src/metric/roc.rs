//! Areas under ROC curves: how well the values of a map tell fixated pixels from others.
//!
//! Exact: the share of pairs (positive, negative) in which the positive has the larger value, ties counting half (Mann &
//! Whitney 1947). With R the mean rank of a positive among all pixels and r its mean rank among the fixated ones, R - r
//! counts the negatives below it. Variants differ in what is positive (fixated pixels once, or every fixation), what is
//! negative (the other pixels, all pixels, fixations on other pictures), and in thresholds: Judd's code takes those of the
//! fixations only (Judd, Ehinger, Durand & Torralba 2009), so tied fixations count as false positives, and pixels between
//! two thresholds half. The jitter that its default adds to hide this is left out, because it makes the score random.

use super::correlation::PEARSON;
use super::field::Field;
use super::fixation::{checked, once};
use super::ranked::Ranked;
use super::table::{Chance, Invariance, Metric, Need};
use super::undefined::{Score, Undefined};

pub(super) const AUC: Metric = Metric {
    name: "auc",
    description: "area under the ROC curve of fixated against other pixels, exact, ties half",
    source: "Mann & Whitney 1947",
    needs: &[Need::Fixations],
    range: (0.0, 1.0),
    symmetric: false,
    invariance: Invariance::Monotone,
    chance: Chance::Value(0.5),
    same: None,
    transform: None,
    score: |inputs| auc(inputs.map, inputs.fixations()?),
    ..PEARSON
};

pub(super) const AUC_PYSALIENCY: Metric = Metric {
    name: "auc.pysaliency",
    description: "area under the ROC curve of fixations against all pixels, the fixated ones among them",
    source: "pysaliency, AUC with uniform non-fixations",
    score: |inputs| auc_pysaliency(inputs.map, inputs.fixations()?),
    ..AUC
};

pub(super) const AUC_JUDD_MIT: Metric = Metric {
    name: "auc_judd.mit",
    description: "area under the ROC curve with the values of fixated pixels as thresholds, without jitter",
    source: "cvzoya/saliency, AUC_Judd.m; Judd et al. 2009",
    chance: Chance::Measured,
    score: |inputs| auc_judd_mit(inputs.map, inputs.fixations()?),
    ..AUC
};

pub(super) const AUC_JUDD_PYSALIENCY: Metric = Metric {
    name: "auc_judd.pysaliency",
    description: "area under the ROC curve of fixations against pixels without one, thresholds at fixations, without jitter",
    source: "pysaliency, AUC_Judd",
    chance: Chance::Measured,
    score: |inputs| auc_judd_pysaliency(inputs.map, inputs.fixations()?),
    ..AUC
};

pub(super) const SHUFFLED_AUC: Metric = Metric {
    name: "shuffled_auc",
    description: "area under the ROC curve of fixations against fixations on other pictures: centre bias does not help",
    source: "Tatler, Baddeley & Gilchrist 2005; pysaliency",
    needs: &[Need::Fixations, Need::OtherFixations],
    score: |inputs| shuffled_auc(inputs.map, inputs.fixations()?, inputs.other_fixations()?),
    ..AUC
};

/// Fixated pixels, each once, against the others; a constant map scores ½.
pub fn auc(field: &Field, fixations: &[usize]) -> Score {
    let pixels = once(checked(field, fixations)?);
    against_rest(field, &pixels, &pixels)
}

/// Every fixation against the pixels that have none.
pub fn auc_repeated(field: &Field, fixations: &[usize]) -> Score {
    against_rest(field, checked(field, fixations)?, &once(fixations))
}

/// Mean over positives of the share of pixels outside `pixels` that have a smaller value, ties half.
pub(super) fn against_rest(field: &Field, positives: &[usize], pixels: &[usize]) -> Score {
    if pixels.len() == field.len() {
        return Err(Undefined::AllFixated);
    }
    let (all, own) = (field.ranked(), Ranked::new(&at(field, pixels)));
    let below = |value: f64| middle(all, value) - middle(&own, value);
    let sum: f64 = positives.iter().map(|at| below(field.values()[*at])).sum();
    Ok(sum / (positives.len() * (field.len() - pixels.len())) as f64)
}

/// Number of values below one, ties half.
fn middle(ranked: &Ranked, value: f64) -> f64 {
    (ranked.below(value) + ranked.up_to(value)) as f64 / 2.0
}

fn at(field: &Field, pixels: &[usize]) -> Vec<f64> {
    pixels.iter().map(|at| field.values()[*at]).collect()
}

/// Every fixation against all pixels.
pub fn auc_pysaliency(field: &Field, fixations: &[usize]) -> Score {
    let fixations = checked(field, fixations)?;
    let sum: f64 = fixations.iter().map(|at| middle(field.ranked(), field.values()[*at])).sum();
    Ok(sum / (fixations.len() * field.len()) as f64)
}

/// Every fixation against every fixation on other pictures.
pub fn shuffled_auc(field: &Field, fixations: &[usize], others: &[usize]) -> Score {
    let fixations = checked(field, fixations)?;
    let others = checked(field, others).map_err(|why| match why {
        Undefined::NoFixations => Undefined::NoOtherFixations,
        why => why,
    })?;
    let negatives = Ranked::new(&at(field, others));
    let sum: f64 = fixations.iter().map(|at| middle(&negatives, field.values()[*at])).sum();
    Ok(sum / (fixations.len() * others.len()) as f64)
}

/// AUC_Judd.m without jitter; undefined for a constant map.
pub fn auc_judd_mit(field: &Field, fixations: &[usize]) -> Score {
    let pixels = once(checked(field, fixations)?);
    if field.is_constant() {
        return Err(Undefined::ConstantFirst);
    }
    if pixels.len() == field.len() {
        return Err(Undefined::AllFixated);
    }
    let (hits, rest) = (pixels.len() as f64, (field.len() - pixels.len()) as f64);
    let mut thresholds = at(field, &pixels);
    thresholds.sort_by(|a, b| b.total_cmp(a));
    let above = |threshold: f64| (field.len() - field.ranked().below(threshold)) as f64;
    let points = thresholds.iter().enumerate().map(|(at, threshold)| {
        let found = at as f64 + 1.0;
        ((above(*threshold) - found) / rest, found / hits)
    });
    Ok(trapezoids(points))
}

/// pysaliency's AUC_Judd without jitter: every fixation against the pixels that have none.
pub fn auc_judd_pysaliency(field: &Field, fixations: &[usize]) -> Score {
    let fixations = checked(field, fixations)?;
    let own = Ranked::new(&at(field, &once(fixations)));
    if own.sorted().len() == field.len() {
        return Err(Undefined::AllFixated);
    }
    let above = |ranked: &Ranked, threshold: f64| (ranked.sorted().len() - ranked.below(threshold)) as f64;
    let negative = |threshold: f64| above(field.ranked(), threshold) - above(&own, threshold);
    judd(field, fixations, negative, field.len() - own.sorted().len())
}

/// The same against all pixels.
pub fn auc_judd_all_pixels(field: &Field, fixations: &[usize]) -> Score {
    let above = |threshold: f64| (field.len() - field.ranked().below(threshold)) as f64;
    judd(field, checked(field, fixations)?, above, field.len())
}

fn judd(field: &Field, fixations: &[usize], negative: impl Fn(f64) -> f64, negatives: usize) -> Score {
    let positives = Ranked::new(&at(field, fixations));
    let points = positives.sorted().iter().rev().map(|threshold| {
        let found = fixations.len() - positives.below(*threshold);
        (negative(*threshold) / negatives as f64, found as f64 / fixations.len() as f64)
    });
    Ok(trapezoids(points))
}

/// Area under points (false positives, hits) from (0, 0) to (1, 1).
pub(super) fn trapezoids(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut area = 0.0;
    let mut last = (0.0, 0.0);
    for point in points.chain([(1.0, 1.0)]) {
        area += (point.0 - last.0) * (point.1 + last.1) / 2.0;
        last = point;
    }
    area
}
