//! The weighted sum of what was shown, Σ_t y_t x_t, of residual responses y (Gosselin & Schyns 2001; Murray 2011, 2.1).

use super::{Estimate, Estimator, Sample, Takes};
use crate::error::Result;
use crate::parameter::Values;
use crate::seed::Seed;

/// Of bubble centres.
pub(super) const CENTRES: Estimator = Estimator {
    name: "centres",
    description: "sum of smoothed bubble centres weighted by the responses",
    source: "Gosselin & Schyns 2001, Vision Research 41:2261; Chauvin et al. 2005, J. Vision 5:659",
    parameters: &[],
    takes: Takes::Centres,
    binary: false,
    linear: true,
    standardised: true,
    smoothed: true,
    estimate,
};

/// Of noise.
pub(super) const NOISE: Estimator = Estimator {
    name: "noise",
    description: "sum of the noise shown weighted by the responses, which may be ratings",
    source: "Ahumada 2002, J. Vision 2(1):8; Murray 2011, J. Vision 11(5):2",
    takes: Takes::Noise,
    ..CENTRES
};

/// Of masks.
pub(super) const MASKS: Estimator = Estimator {
    name: "masks",
    description: "sum of the masks shown weighted by the responses",
    takes: Takes::Masks,
    ..CENTRES
};

fn estimate(sample: &Sample, _: &Values, _: Seed) -> Result<Estimate> {
    Ok(Estimate::new(sample.sum(sample.frame, |one, at| one.residuals[at])))
}
