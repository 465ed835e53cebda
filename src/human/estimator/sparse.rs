//! A logistic regression of right answers on the bubbles, with a field that is the sum of few Gaussians of a pyramid (an L1
//! prior whose weight is cross-validated; Mineault, Barthelmé & Pack 2009).

use super::glm::{Chosen, Curve, Design, FOLDS, GUESS, LAMBDA, LAPSE, Lasso, Link, Model, check, choose, estimate};
use super::{Estimate, Estimator, Sample, Takes};
use crate::error::Result;
use crate::parameter::Values;
use crate::seed::Seed;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "sparse",
    description: "logistic regression of right answers on the bubbles with a sparse prior on a Gaussian pyramid",
    source: "Mineault, Barthelmé & Pack 2009, J. Vision 9(10):17",
    parameters: &[LAMBDA, FOLDS, GUESS, LAPSE],
    takes: Takes::Centres,
    binary: true,
    linear: false,
    standardised: false,
    smoothed: false,
    estimate: make,
};

/// Weights that are tried, each .7 times the one before, from that of an empty map on.
const LADDER: i32 = 12;

fn make(sample: &Sample, values: &Values, seed: Seed) -> Result<Estimate> {
    let [lambda, folds, guess, lapse] = values.numbers()?;
    let design = Design::new(sample);
    check(&design, guess, lapse)?;
    let curve = Curve { link: Link::Logit, guess, lapse };
    let lasso = Lasso::new(design.grid, curve);
    let chosen: Option<Chosen> = (lambda == 0.0).then(|| {
        let most = lasso.largest(&design);
        let ladder: Vec<f64> = (0..LADDER).map(|at| most * 0.7f64.powi(at)).collect();
        let fit = |design: &Design, lambda: f64, start: Option<&[f64]>| lasso.fit(design, lambda, start);
        let model = Model { fit: &fit, of_design: &|unknowns| lasso.of_design(unknowns) };
        choose(&design, curve, folds as usize, &ladder, seed, &model)
    });
    let lambda = chosen.as_ref().map_or(lambda, |chosen| chosen.lambda);
    let unknowns = lasso.of_design(&lasso.fit(&design, lambda, None));
    Ok(estimate(sample, &design, &unknowns[..design.cells()], lambda, chosen))
}
