//! A probit regression of right answers on the bubbles, with a smooth prior whose weight is cross-validated: the model of
//! an observer with normal noise who compares with a criterion (Knoblauch & Maloney 2008).

use super::Estimator;
use super::glm::{Link, smooth};
use super::logistic;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "probit",
    description: "probit regression of right answers on the bubbles with a smooth prior; what a bubble adds to d'",
    estimate: |sample, values, seed| smooth(sample, values, seed, Link::Probit),
    ..logistic::ESTIMATOR
};
