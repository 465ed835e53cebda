//! Infidelity (Yeh et al. 2019, NeurIPS, arXiv:1901.09392): how far the change that a map predicts is from the change that
//! comes, `E_I [ (⟨I, a⟩ - (f(x) - f(x - I)))² ]`.
//!
//! Our maps say what becomes of the margin when a pixel is hidden, so the perturbation is a hidden square, `I = z (x - b)`
//! with z 1 inside the square and b the background, and `⟨I, a / (x - b)⟩ = Σ z a`: Yeh's square removal in the form that Captum
//! uses for maps which contain the input. Squares have a side of `side` of the shorter side of the picture (0.2) and lie
//! wholly inside; `draws` of them (50; Captum draws 10). f is the margin.
//!
//! Maps come on scales of their own (a covariance, a mean fall, a sum over channels), so two forms are reported. `scaled`
//! multiplies the map by `β = E[p o] / E[p²]`, Captum's `normalize`, p being predicted and o observed changes; it is in
//! squared units of the margin, and networks cannot be compared by it. `relative` divides that by E[o²] and is
//! `1 - E[p o]² / (E[p²] E[o²])`, 0 for a map that predicts perfectly up to scale, 1 for one that predicts nothing. β may
//! be negative: both forms are blind to the sign of a whole map. The unscaled form is [`infidelity`].

use ndarray::Array2;
use rand::RngExt;

use super::mu_fidelity::sum_of;
use super::{Better, Case, Finding, Measure, Outcome, Quantity};
use crate::attribution::number;
use crate::error::Result;

pub(super) const MEASURE: Measure = Measure {
    name: "infidelity",
    description: "mean squared difference between the change of the explained value that a map predicts for a hidden square and the one that comes",
    source: "Yeh et al. 2019, NeurIPS, arXiv:1901.09392 (square removal, scaled)",
    quantities: &[
        Quantity { name: "scaled", better: Better::Lower, range: (0.0, f64::INFINITY) },
        Quantity { name: "relative", better: Better::Lower, range: (0.0, 1.0) },
    ],
    parameters: &[
        number("draws", "number of squares", 50.0, 3.0..=1e6),
        number("side", "side of a square, as a share of the shorter side of the picture", 0.2, 0.01..=1.0),
    ],
    judge,
};

fn judge(case: &Case) -> Result<Vec<Finding>> {
    let [draws, side] = case.values.numbers()?;
    let (rows, columns) = case.map.dim();
    let side = ((side * rows.min(columns) as f64).round() as usize).max(1);
    let whole = (case.answers.value)(case.picture)?;
    let mut changes = Vec::new();
    for draw in 0..draws.round() as usize {
        let mut random = case.seed.stream("square", draw as u64);
        let top = random.random_range(0..=(rows - side) as u64) as usize;
        let left = random.random_range(0..=(columns - side) as u64) as usize;
        let inside = |at: usize, from: usize| (from..from + side).contains(&at);
        let hidden = Array2::from_shape_fn((rows, columns), |(row, column)| inside(row, top) && inside(column, left));
        let mask = hidden.mapv(|hidden| if hidden { 0.0 } else { 1.0 });
        let observed = whole - (case.answers.value)(&case.picture.through(&mask, case.background as f32))?;
        changes.push((sum_of(case.map, &hidden), observed));
    }
    Ok(vec![
        Finding::new("scaled", scaled_infidelity(&changes)),
        Finding::new("relative", relative_infidelity(&changes)),
    ])
}

/// Mean squared difference of predicted and observed changes.
pub fn infidelity(changes: &[(f64, f64)]) -> Outcome {
    mean(changes, |predicted, observed| (predicted - observed).powi(2))
}

/// The same after the predictions were scaled by the factor that fits best.
pub fn scaled_infidelity(changes: &[(f64, f64)]) -> Outcome {
    let factor = mean(changes, |p, o| p * o)? / square_of_predictions(changes)?;
    mean(changes, |predicted, observed| (factor * predicted - observed).powi(2))
}

/// The scaled form as a share of the mean square of the observed changes, 0..1.
pub fn relative_infidelity(changes: &[(f64, f64)]) -> Outcome {
    let observed = mean(changes, |_, o| o * o)?;
    if observed == 0.0 {
        return Err("the margin never changes".to_owned());
    }
    let share = mean(changes, |p, o| p * o)?.powi(2) / (square_of_predictions(changes)? * observed);
    Ok((1.0 - share).clamp(0.0, 1.0))
}

fn square_of_predictions(changes: &[(f64, f64)]) -> Outcome {
    match mean(changes, |p, _| p * p)? {
        0.0 => Err("the map predicts no change at all".to_owned()),
        square => Ok(square),
    }
}

fn mean(changes: &[(f64, f64)], term: impl Fn(f64, f64) -> f64) -> Outcome {
    match changes.len() {
        0 => Err("nothing was changed".to_owned()),
        count => Ok(changes.iter().map(|&(predicted, observed)| term(predicted, observed)).sum::<f64>() / count as f64),
    }
}
