//! Areas under ROC curves with drawn negatives and a grid of thresholds: Borji's AUC and the shuffled AUC of the MIT code.
//!
//! The map is scaled to 0..1; positives are the fixated pixels, each once; the negatives of a split are drawn pixels (Borji,
//! Sihite & Itti 2013), or drawn pixels among those fixated on other pictures. Thresholds are 0, step, 2 step, … up to the
//! largest value of both; the grid is coarse and makes the area too small. Mean over splits. The draws are an argument; as
//! metrics of the table they come from the seed: 100 splits, step .1.

use rand::RngExt;
use rand::seq::SliceRandom;

use super::density::ranged;
use super::field::Field;
use super::fixation::{checked, once};
use super::roc::{AUC, trapezoids};
use super::table::{Chance, Invariance, Metric, Need};
use super::undefined::{Score, Undefined};
use crate::seed::Seed;

/// Splits, and distance between thresholds, of the MIT code.
const SPLITS: u64 = 100;
const STEP: f64 = 0.1;

pub(super) const AUC_BORJI_MIT: Metric = Metric {
    name: "auc_borji.mit",
    description: "area under the ROC curve of fixated against drawn pixels, thresholds .1 apart, mean of 100 draws",
    source: "cvzoya/saliency, AUC_Borji.m; Borji, Sihite & Itti 2013",
    needs: &[Need::Fixations, Need::Draws],
    invariance: Invariance::Affine,
    score: |inputs| {
        auc_borji(
            inputs.map,
            inputs.fixations()?,
            &random_pixels(inputs.map, inputs.fixations()?, inputs.seed()?),
            STEP,
        )
    },
    chance: Chance::Measured,
    ..AUC
};

pub(super) const SHUFFLED_AUC_MIT: Metric = Metric {
    name: "shuffled_auc.mit",
    description: "area under the ROC curve of fixated pixels against some fixated on other pictures, thresholds .1 apart, mean of 100 draws",
    source: "cvzoya/saliency, AUC_shuffled.m",
    needs: &[Need::Fixations, Need::OtherFixations, Need::Draws],
    score: |inputs| {
        let orders = random_orders(inputs.other_fixations()?, inputs.seed()?);
        shuffled_auc_mit(inputs.map, inputs.fixations()?, inputs.other_fixations()?, &orders, STEP)
    },
    ..AUC_BORJI_MIT
};

fn random_pixels(field: &Field, fixations: &[usize], seed: Seed) -> Vec<Vec<usize>> {
    let (count, last) = (once(fixations).len(), field.len().max(1));
    let draw = |split| {
        let mut generator = seed.stream("auc_borji", split);
        (0..count).map(|_| generator.random_range(0..last)).collect()
    };
    (0..SPLITS).map(draw).collect()
}

fn random_orders(others: &[usize], seed: Seed) -> Vec<Vec<usize>> {
    let count = once(others).len();
    let draw = |split| {
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut seed.stream("shuffled_auc", split));
        order
    };
    (0..SPLITS).map(draw).collect()
}

/// Mean over splits of the area against drawn pixels; undefined for one fixated pixel, as there.
pub fn auc_borji(field: &Field, fixations: &[usize], draws: &[Vec<usize>], step: f64) -> Score {
    let pixels = once(checked(field, fixations)?);
    if pixels.len() == 1 {
        return Err(Undefined::OneFixation);
    }
    mean_area(field, &pixels, draws, step)
}

/// Mean over splits of the area against pixels fixated on other pictures. An order lists positions in those pixels, each
/// once and ascending; as many are taken from its beginning as there are fixated pixels.
pub fn shuffled_auc_mit(
    field: &Field,
    fixations: &[usize],
    others: &[usize],
    orders: &[Vec<usize>],
    step: f64,
) -> Score {
    let pixels = once(checked(field, fixations)?);
    let others = once(others);
    if others.is_empty() {
        return Err(Undefined::NoOtherFixations);
    }
    let count = pixels.len().min(others.len());
    let draws: Vec<Vec<usize>> = orders
        .iter()
        .map(|order| order.iter().take(count).filter_map(|at| others.get(*at).copied()).collect())
        .collect();
    mean_area(field, &pixels, &draws, step)
}

fn mean_area(field: &Field, pixels: &[usize], draws: &[Vec<usize>], step: f64) -> Score {
    if field.is_constant() {
        return Err(Undefined::ConstantFirst);
    }
    let scaled = ranged(field, Undefined::ConstantFirst)?;
    let mut areas = 0.0;
    for draw in draws {
        areas += area(&at(&scaled, pixels)?, &at(&scaled, draw)?, step);
    }
    if draws.is_empty() { Err(Undefined::NoOtherFixations) } else { Ok(areas / draws.len() as f64) }
}

fn at(values: &[f64], pixels: &[usize]) -> Result<Vec<f64>, Undefined> {
    pixels.iter().map(|at| values.get(*at).copied().ok_or(Undefined::FixationOutside)).collect()
}

fn area(positives: &[f64], negatives: &[f64], step: f64) -> f64 {
    let largest = positives.iter().chain(negatives).copied().fold(0.0, f64::max);
    // A step that fits within rounding counts, and no threshold passes the largest value.
    let steps = (largest / step * (1.0 + f64::EPSILON)).floor() as usize;
    let share = |values: &[f64], threshold: f64| {
        values.iter().filter(|value| **value >= threshold).count() as f64 / values.len() as f64
    };
    trapezoids((0..=steps).rev().map(|at| {
        let threshold = (at as f64 * step).min(largest);
        (share(negatives, threshold), share(positives, threshold))
    }))
}
