//! Generalised linear models: a right answer has the probability of [`link`], whose predictor is the bubbles read in a
//! field, and nuisances. Without a prior the field would have more unknowns than there are answers.

mod design;
mod folds;
mod lasso;
mod link;
mod newton;
mod prior;
mod pyramid;

pub(super) use design::Design;
pub(super) use folds::{Chosen, Model, choose};
pub(super) use lasso::Lasso;
pub(super) use link::{Curve, Link};

use super::{Estimate, Sample, inside};
use crate::error::{Error, Result};
use crate::parameter::{Parameter, Values, number};
use crate::seed::Seed;

/// Weight of the prior.
pub(super) const LAMBDA: Parameter =
    number("lambda", "weight of the prior, a trial; 0 chooses it by cross-validation", 0.0, 0.0..=1e9);
/// Folds of the cross-validation.
pub(super) const FOLDS: Parameter =
    number("folds", "parts of each observer's trials, each predicted from the others", 5.0, 2.0..=20.0);
/// Guess rate.
pub(super) const GUESS: Parameter = number("guess", "probability of a right answer by guessing", 0.0, 0.0..=0.9);
/// Lapse rate.
pub(super) const LAPSE: Parameter = number("lapse", "probability of a wrong answer to anything", 0.0, 0.0..=0.5);

/// Weights that are tried, as multiples of the largest: from a nearly flat field to one that follows the noise.
const LADDER: usize = 11;

/// A field with the smooth prior.
pub(super) fn smooth(sample: &Sample, values: &Values, seed: Seed, link: Link) -> Result<Estimate> {
    let [lambda, folds, guess, lapse] = values.numbers()?;
    let curve = Curve { link, guess, lapse };
    let design = Design::new(sample);
    check(&design, guess, lapse)?;
    let fit = |design: &Design, lambda: f64, start: Option<&[f64]>| {
        let zeros = vec![0.0; design.unknowns()];
        newton::fit(design, curve, lambda * design.trials() as f64, start.unwrap_or(&zeros))
    };
    let ladder: Vec<f64> = (0..LADDER).map(|at| 3e3 / 3f64.powi(at as i32)).collect();
    let model = Model { fit: &fit, of_design: &<[f64]>::to_vec };
    let chosen = (lambda == 0.0).then(|| choose(&design, curve, folds as usize, &ladder, seed, &model));
    let lambda = chosen.as_ref().map_or(lambda, |chosen| chosen.lambda);
    let unknowns = fit(&design, lambda, None);
    Ok(estimate(sample, &design, &unknowns[..design.cells()], lambda, chosen))
}

/// The map and its numbers.
pub(super) fn estimate(
    sample: &Sample,
    design: &Design,
    field: &[f64],
    lambda: f64,
    chosen: Option<Chosen>,
) -> Estimate {
    let mut quantities = vec![("lambda", lambda)];
    if let Some(chosen) = chosen {
        quantities.extend([
            ("held_out_deviance_a_trial", chosen.deviance),
            ("held_out_deviance_a_trial_without_map", chosen.without),
            ("held_out_deviance_explained", 1.0 - chosen.deviance / chosen.without),
        ]);
    }
    let map = inside(design.sensitivity(field), &sample.frame.region);
    Estimate { map, quantities, found: Some(("lambda", lambda)) }
}

/// Guesses and lapses must leave room for an effect.
pub(super) fn check(design: &Design, guess: f64, lapse: f64) -> Result<()> {
    if guess + lapse >= 1.0 {
        return Err(Error::invalid(format!(
            "a guess rate of {guess} and a lapse rate of {lapse} leave nothing to explain"
        ))
        .hint("choose rates whose sum is below 1, such as guess = 0.5 for two alternatives"));
    }
    if design.trials() < 20 {
        return Err(Error::invalid(format!("{} trials are too few for a generalised linear model", design.trials()))
            .hint("take at least 20, or choose the estimator \"centres\""));
    }
    Ok(())
}

/// The largest slope of the penalised likelihood where the fit has ended, a trial; and how far the transpose is from one.
#[cfg(test)]
pub(super) fn check_fit(sample: &Sample, lambda: f64) -> (f64, f64) {
    use crate::stats::correlate::dot;
    let design = Design::new(sample);
    let curve = Curve { link: Link::Logit, guess: 0.0, lapse: 0.0 };
    let weight = lambda * design.trials() as f64;
    let found = newton::fit(&design, curve, weight, &vec![0.0; design.unknowns()]);
    let pull: Vec<f64> =
        design.responses.iter().zip(design.predictor(&found)).map(|(y, eta)| y - curve.at(eta).0).collect();
    let mut slope = design.gathered(&pull);
    let held = prior::rough(&found[..design.cells()], design.grid);
    slope.iter_mut().zip(held).for_each(|(slope, held)| *slope -= weight * held);
    let first = design.cells();
    slope[first..].iter_mut().zip(&found[first..]).zip(&design.held).for_each(|((s, b), h)| *s -= h * b);
    let largest = slope.iter().fold(0.0f64, |most, value| most.max(value.abs())) / design.trials() as f64;
    let noise = |n: usize| (0..n).map(|at| ((at * 37 + 11) % 101) as f64 / 50.0 - 1.0).collect::<Vec<f64>>();
    let (x, w) = (noise(design.unknowns()), noise(design.trials()));
    (largest, (dot(&design.predictor(&x), &w) - dot(&x, &design.gathered(&w))).abs() / dot(&x, &x))
}
