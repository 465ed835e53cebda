//! D(v) = mean of X(v) over right answers - mean over wrong ones (Chauvin et al. 2005, appendix), of the masks shown.

use super::{Estimate, Estimator, Sample, Takes, inside};
use crate::error::{Error, Result};
use crate::parameter::Values;
use crate::seed::Seed;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "difference",
    description: "mean mask of right answers minus mean mask of wrong ones; no nuisance is removed",
    source: "Chauvin et al. 2005, J. Vision 5:659, appendix",
    parameters: &[],
    takes: Takes::Masks,
    binary: true,
    linear: false,
    standardised: true,
    smoothed: true,
    estimate,
};

fn estimate(sample: &Sample, _: &Values, _: Seed) -> Result<Estimate> {
    let (right, all) = sample.answered().fold((0.0, 0.0), |(right, all), (_, value)| (right + value, all + 1.0));
    if right == 0.0 || right == all {
        return Err(Error::invalid(format!("{right} of {all} answers are right, and a difference needs both kinds"))
            .hint("choose the estimator \"centres\", which leaves such observers out"));
    }
    let map = sample.sum(sample.frame, |one, at| one.values[at] / right - (1.0 - one.values[at]) / (all - right));
    Ok(Estimate::new(inside(map, &sample.frame.region)))
}
