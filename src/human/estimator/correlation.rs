//! The correlation of the mask at each pixel with the response, over trials, nuisances removed from both:
//!   r(v) = Σ_t y_t x_t(v) / √(Σ y² Σ x⊥²),   with x⊥ what is left of x when the nuisances of each observer are removed.
//! As z it is √n r, as t it is r √(f / (1 - r²)) with f = n - 1 - k degrees of freedom for k columns removed, the
//! intercepts among them (Chauvin et al. 2005, A1-A5).

use ndarray::{Array2, Zip};

use super::{Estimate, Estimator, Sample, Takes, inside};
use crate::error::Result;
use crate::parameter::{Values, choice};
use crate::seed::Seed;
use crate::stats::correlate::dot;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "correlation",
    description: "correlation of the mask at each pixel with the response, nuisances removed from both",
    source: "Chauvin et al. 2005, J. Vision 5:659, appendix",
    parameters: &[choice("scale", "what is shown: r, z = √n r, or Student's t", &["r", "z", "t"])],
    takes: Takes::Masks,
    binary: false,
    linear: false,
    standardised: true,
    smoothed: true,
    estimate,
};

fn estimate(sample: &Sample, values: &Values, _: Seed) -> Result<Estimate> {
    let [scale] = values.words()?;
    let frame = sample.frame;
    let sum = sample.sum(frame, |one, at| one.residuals[at]);
    let mut squares = Array2::<f64>::zeros(frame.region.dim());
    let mut plane = squares.clone();
    let (stamp, mut response, mut trials, mut removed) = (frame.stamp(), 0.0, 0.0, 0.0);
    for one in sample.responses {
        for trial in one.rows.iter().filter_map(|&row| sample.trials.get(row)) {
            stamp.field(trial, &mut plane);
            Zip::from(&mut squares).and(&plane).for_each(|sum, value| *sum += value * value);
        }
        for column in one.basis.columns() {
            let mut projection = Array2::zeros(frame.region.dim());
            frame.add_weighted(sample.trials, &one.rows, column, &mut projection);
            let projection = frame.smoothed(&projection);
            Zip::from(&mut squares).and(&projection).for_each(|sum, value| *sum -= value * value);
        }
        response += dot(&one.residuals, &one.residuals);
        trials += one.rows.len() as f64;
        removed += one.basis.columns().len() as f64;
    }
    let freedom = (trials - 1.0 - removed).max(1.0);
    let shown = |r: f64| match scale {
        "z" => trials.sqrt() * r,
        "t" => r * (freedom / (1.0 - r * r).max(f64::MIN_POSITIVE)).sqrt(),
        _ => r,
    };
    let map = Zip::from(&sum).and(&squares).map_collect(|sum, squares| {
        let norm = (squares * response).sqrt();
        if norm > 1e-12 { shown((sum / norm).clamp(-1.0, 1.0)) } else { 0.0 }
    });
    let mut estimate = Estimate::new(inside(map, &frame.region));
    estimate.quantities = vec![("degrees_of_freedom", freedom)];
    Ok(estimate)
}
