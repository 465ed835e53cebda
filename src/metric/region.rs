//! How well the values of a map tell the pixels of a region from the others: ROC area and average precision.
//!
//! Average precision = Σ (R_i - R_{i-1}) P_i over distinct values from the top, recall R and precision P (as in scikit-learn);
//! the trapezoidal area under precision and recall is larger than it should be (Davis & Goadrich 2006), and stands here for
//! comparison only. By chance about the share of the region.

use super::field::Field;
use super::roc::{AUC, against_rest};
use super::table::{Chance, Metric, Need};
use super::undefined::{Score, Undefined};

pub(super) const REGION_AUC: Metric = Metric {
    name: "region_auc",
    description: "area under the ROC curve of the pixels of a region against the others, exact, ties half",
    needs: &[Need::Region],
    score: |inputs| region_auc(inputs.map, inputs.region()?),
    ..AUC
};

pub(super) const AVERAGE_PRECISION: Metric = Metric {
    name: "average_precision",
    description: "mean precision over recall of a region, tied values taken together",
    source: "Manning, Raghavan & Schütze 2008; scikit-learn",
    chance: Chance::Measured,
    score: |inputs| average_precision(inputs.map, inputs.region()?),
    ..REGION_AUC
};

/// Pixels of a region, neither none nor all.
pub(super) fn pixels(field: &Field, region: &[bool]) -> Result<Vec<usize>, Undefined> {
    if region.len() != field.len() {
        return Err(Undefined::DifferentPixels);
    }
    let pixels: Vec<usize> = (0..region.len()).filter(|at| region[*at]).collect();
    match pixels.len() {
        0 => Err(Undefined::EmptyRegion),
        all if all == field.len() => Err(Undefined::WholeRegion),
        _ => Ok(pixels),
    }
}

/// Area under the ROC curve.
pub fn region_auc(field: &Field, region: &[bool]) -> Score {
    let pixels = pixels(field, region)?;
    against_rest(field, &pixels, &pixels)
}

/// (recall, precision) after each distinct value, from the largest down.
fn curve(field: &Field, region: &[bool]) -> Result<Vec<(f64, f64)>, Undefined> {
    let all = pixels(field, region)?.len() as f64;
    let ranked = field.ranked();
    let (mut inside, mut taken) = (0.0, 0.0);
    let point = |run: std::ops::Range<usize>| {
        taken += run.len() as f64;
        inside += ranked.order()[run].iter().filter(|at| region[**at as usize]).count() as f64;
        (inside / all, inside / taken)
    };
    Ok(ranked.runs().rev().map(point).collect())
}

/// Σ (R_i - R_{i-1}) P_i.
pub fn average_precision(field: &Field, region: &[bool]) -> Score {
    let mut before = 0.0;
    let step = |(recall, precision): (f64, f64)| (recall - std::mem::replace(&mut before, recall)) * precision;
    Ok(curve(field, region)?.into_iter().map(step).sum())
}

/// Trapezoidal area from (0, 1), which flatters.
pub fn precision_recall_area(field: &Field, region: &[bool]) -> Score {
    let mut before = (0.0, 1.0);
    let step = |point: (f64, f64)| {
        let last = std::mem::replace(&mut before, point);
        (point.0 - last.0) * (point.1 + last.1) / 2.0
    };
    Ok(curve(field, region)?.into_iter().map(step).sum())
}
