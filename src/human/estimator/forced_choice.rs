//! Additive noise, a choice between a picture with the noise and one with its negative:
//!   CI = mean over pictures of (mean response to the picture · its noise),   responses 1 and -1,
//! so that a picture that was shown often counts once (Dotsch & Todorov 2012; the package rcicr). Responses of 0 and 1, as
//! right and wrong are, stand for -1 and 1. Minus the map is the one of what was not chosen.

use std::collections::BTreeMap;

use super::{Estimate, Estimator, Sample, Takes, inside};
use crate::error::Result;
use crate::parameter::Values;
use crate::seed::Seed;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "noise_forced_choice",
    description: "mean of the noise chosen, of pictures with noise and with its negative; each picture counts once",
    source: "Dotsch & Todorov 2012, Social Psychological and Personality Science 3:562",
    parameters: &[],
    takes: Takes::Noise,
    binary: false,
    linear: false,
    standardised: true,
    smoothed: true,
    estimate,
};

fn estimate(sample: &Sample, _: &Values, _: Seed) -> Result<Estimate> {
    let halves = sample.answered().all(|(_, value)| value == 0.0 || value == 1.0);
    let mut shown: BTreeMap<&str, f64> = BTreeMap::new();
    sample.answered().for_each(|(trial, _)| *shown.entry(&trial.picture).or_default() += 1.0);
    let pictures = shown.len().max(1) as f64;
    let map = sample.sum(sample.frame, |one, at| {
        let response = if halves { 2.0 * one.values[at] - 1.0 } else { one.values[at] };
        let trial = one.rows.get(at).and_then(|&row| sample.trials.get(row));
        let times = trial.and_then(|trial| shown.get(trial.picture.as_str())).copied().unwrap_or(1.0);
        response / (times * pictures)
    });
    Ok(Estimate::new(inside(map, &sample.frame.region)))
}
