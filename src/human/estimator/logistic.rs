//! A logistic regression of right answers on the bubbles, with a smooth prior whose weight is cross-validated (Knoblauch &
//! Maloney 2008; Murray 2012 shows that Bubbles fit the same model).

use super::glm::{FOLDS, GUESS, LAMBDA, LAPSE, Link, smooth};
use super::{Estimator, Takes};

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "logistic",
    description: "logistic regression of right answers on the bubbles with a smooth prior; what a bubble adds to the log odds",
    source: "Knoblauch & Maloney 2008, J. Vision 8(16):10; Mineault, Barthelmé & Pack 2009, J. Vision 9(10):17",
    parameters: &[LAMBDA, FOLDS, GUESS, LAPSE],
    takes: Takes::Centres,
    binary: true,
    linear: false,
    standardised: false,
    smoothed: false,
    estimate: |sample, values, seed| smooth(sample, values, seed, Link::Logit),
};
