//! The diagnostic plane: 1 where the proportion plane lies more than so many of its standard deviations above its mean
//! over the region, else 0 (Gosselin & Schyns 2001, one-tailed 1.645, not corrected for the number of pixels). Times the
//! picture it is the effective stimulus.

use super::{Estimate, Estimator, Sample, Takes, proportion};
use crate::error::Result;
use crate::parameter::{Values, number};
use crate::seed::Seed;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "diagnostic_plane",
    description: "1 where the proportion plane is well above its mean, else 0; not corrected for many pixels",
    source: "Gosselin & Schyns 2001, Vision Research 41:2261",
    parameters: &[number("z", "how many standard deviations above the mean", 1.645, 0.0..=10.0)],
    takes: Takes::Masks,
    binary: true,
    linear: false,
    standardised: false,
    smoothed: true,
    estimate,
};

fn estimate(sample: &Sample, values: &Values, _: Seed) -> Result<Estimate> {
    let [z] = values.numbers()?;
    let (plane, ..) = proportion::plane(sample);
    let region = &sample.frame.region;
    let shown: Vec<f64> = plane.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect();
    let count = shown.len().max(1) as f64;
    let mean = shown.iter().sum::<f64>() / count;
    let sd = (shown.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0)).sqrt();
    let border = mean + z * sd;
    let mut map = plane;
    map.zip_mut_with(region, |value, inside| *value = f64::from(u8::from(*inside && *value > border)));
    let share = map.sum() / count;
    let mut estimate = Estimate::new(map);
    estimate.quantities = vec![("diagnostic_above", border), ("share_diagnostic", share)];
    Ok(estimate)
}
