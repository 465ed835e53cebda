//! The proportion plane: at each pixel, the share of what was shown there that was shown when the answer was right,
//!   P(v) = Σ_{right} W_t(v) / Σ_t W_t(v)   (Gosselin & Schyns 2001).
//! Where nothing is to be seen it is the proportion of right answers. Where nothing was shown it is that too, and such
//! pixels are counted; `bubbles.floor` leaves them out of the region.

use ndarray::{Array2, Zip};

use super::super::frame::Frame;
use super::{Estimate, Estimator, Sample, Takes, inside};
use crate::error::Result;
use crate::parameter::Values;
use crate::seed::Seed;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "proportion_plane",
    description: "share of what was shown at a pixel that was shown when the answer was right; no nuisance is removed",
    source: "Gosselin & Schyns 2001, Vision Research 41:2261",
    parameters: &[],
    takes: Takes::Masks,
    binary: true,
    linear: false,
    standardised: false,
    smoothed: true,
    estimate,
};

/// The plane, the proportion of right answers, and the number of pixels of the region where nothing was shown.
pub(super) fn plane(sample: &Sample) -> (Array2<f64>, f64, usize) {
    let frame = Frame { within_trial: false, ..sample.frame.clone() };
    let (right, all) = sample.answered().fold((0.0, 0.0f64), |(right, all), (_, value)| (right + value, all + 1.0));
    let overall = right / all.max(1.0);
    let shown = sample.sum(&frame, |_, _| 1.0);
    let correct = sample.sum(&frame, |one, at| one.values[at]);
    let nothing = 1e-6 * shown.iter().copied().fold(0.0, f64::max);
    let map = Zip::from(&correct)
        .and(&shown)
        .map_collect(|correct, shown| if *shown > nothing { correct / shown } else { overall });
    let never = shown.iter().zip(&frame.region).filter(|(shown, inside)| **inside && **shown <= nothing).count();
    (map, overall, never)
}

fn estimate(sample: &Sample, _: &Values, _: Seed) -> Result<Estimate> {
    let (map, overall, never) = plane(sample);
    let mut estimate = Estimate::new(inside(map, &sample.frame.region));
    estimate.quantities = vec![("proportion_right", overall), ("pixels_never_shown", never as f64)];
    Ok(estimate)
}
