//! Additive noise, one interval, two classes of pictures and two answers: with n_SR the mean noise of trials with a
//! picture of class S and the answer R,   c = (n_12 + n_22) - (n_11 + n_21)   (Ahumada 2002; Murray 2011, J. Vision 11(5):2).
//! Positive pixels speak for the second class. It needs every combination.

use ndarray::Array2;

use super::{Estimate, Estimator, Sample, Takes, inside};
use crate::error::{Error, Result};
use crate::parameter::Values;
use crate::seed::Seed;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "noise_yes_no",
    description: "mean noise of answers for the second class minus that for the first, pictures of both classes counting the same",
    source: "Ahumada 2002, J. Vision 2(1):8; Murray 2011, J. Vision 11(5):2",
    parameters: &[],
    takes: Takes::Noise,
    binary: true,
    linear: false,
    standardised: true,
    smoothed: true,
    estimate,
};

fn estimate(sample: &Sample, _: &Values, _: Seed) -> Result<Estimate> {
    // The picture's class, and the class that was answered; `None` for a third class.
    let cell = |picture: &str, value: f64| -> Option<[usize; 2]> {
        let shown = *sample.classes.get(picture)?;
        let answered = if value > 0.5 { shown } else { 1usize.checked_sub(shown)? };
        (shown < 2).then_some([shown, answered])
    };
    let mut counts = Array2::<f64>::zeros((2, 2));
    sample.answered().filter_map(|(trial, value)| cell(&trial.picture, value)).for_each(|at| counts[at] += 1.0);
    if let Some(([shown, answered], _)) =
        counts.indexed_iter().map(|((s, r), n)| ([s, r], n)).find(|(_, count)| **count == 0.0)
    {
        return Err(Error::invalid(format!(
            "no picture of class {} was answered with class {}, and yes/no noise needs every combination",
            shown + 1,
            answered + 1
        ))
        .hint("choose the estimator \"noise_forced_choice\", or take more trials"));
    }
    let map = sample.sum(sample.frame, |one, at| {
        let trial = one.rows.get(at).and_then(|&row| sample.trials.get(row));
        let Some([shown, answered]) = trial.and_then(|trial| cell(&trial.picture, one.values[at])) else { return 0.0 };
        let sign = if answered == 1 { 1.0 } else { -1.0 };
        sign / counts[[shown, answered]]
    });
    Ok(Estimate::new(inside(map, &sample.frame.region)))
}
