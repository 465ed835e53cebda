//! Sensitivity-max (Yeh et al. 2019, NeurIPS, arXiv:1901.09392): how much a map changes when its picture hardly does.
//!
//! `max over e of ‖a(x + e) - a(x)‖ / ‖a(x)‖`, Euclidean norms, every value of e uniform in -radius..radius: 0.02 of the range from
//! black to white, 10 draws, as in Captum (there on the scale of the network's input). The method is asked anew about x
//! and x + e with the same random masks, so that its own chance does not count. The perturbed values are not clipped.
//! A map of zeros has no value (Captum divides by 1). A map that ignores its picture reaches 0, the best value.

use ndarray::Array2;
use rand::RngExt;

use super::{Better, Case, Finding, Measure, Outcome, Quantity};
use crate::attribution::number;
use crate::error::Result;
use crate::picture::Picture;

pub(super) const MEASURE: Measure = Measure {
    name: "sensitivity_max",
    description: "largest relative change of the map when a little noise is added to the picture",
    source: "Yeh et al. 2019, NeurIPS, arXiv:1901.09392",
    quantities: &[Quantity { name: "change", better: Better::Lower, range: (0.0, f64::INFINITY) }],
    parameters: &[
        number("draws", "number of perturbations", 10.0, 1.0..=1e5),
        number("radius", "largest change of a value, as a share of the range from black to white", 0.02, 1e-5..=1.0),
    ],
    judge,
};

fn judge(case: &Case) -> Result<Vec<Finding>> {
    let [draws, radius] = case.values.numbers()?;
    let explain = |picture: &Picture| (case.answers.explain)(picture);
    let own = explain(case.picture)?;
    let mut changed = Vec::new();
    for draw in 0..draws.round() as usize {
        let mut random = case.seed.stream("perturbation", draw as u64);
        let values = case.picture.values().mapv(|value| value + random.random_range(-radius..=radius) as f32);
        changed.push(explain(&Picture::new(values)?)?);
    }
    Ok(vec![Finding::new("change", sensitivity_max(&own, &changed))])
}

/// Largest relative distance of changed maps from a map.
pub fn sensitivity_max(map: &Array2<f64>, changed: &[Array2<f64>]) -> Outcome {
    let norm = |map: &Array2<f64>| map.iter().map(|value| value * value).sum::<f64>().sqrt();
    let own = norm(map);
    if own == 0.0 {
        return Err("the map is zero everywhere".to_owned());
    }
    let largest = changed.iter().map(|other| norm(&(other - map)) / own).reduce(f64::max);
    largest.ok_or_else(|| "nothing was changed".to_owned())
}
