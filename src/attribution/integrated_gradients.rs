//! Integrated gradients (Sundararajan, Taly & Yan 2017, ICML, arXiv:1703.01365): `(x - b) times the mean of the gradient
//! along the straight line from the baseline b to the picture x`, whose sum is `f(x) - f(b)`.
//!
//! `delta` is the sum that was attributed less that difference; where it is more than `tolerance` of the difference, the
//! number of steps is doubled (at most five times). The midpoint rule is the default: the gradient of a rectifier network
//! jumps along the line, so that rules of higher order gain nothing. Gauss-Legendre is Captum's default; Captum's
//! `riemann_trapezoid` has weights that do not sum to 1 and is not offered.

use ndarray::Array4;

use super::baseline::{BASELINE, baseline};
use super::gradient::check;
use super::order::in_order;
use super::parameter::{choice, number};
use super::reduction::CHANNELS;
use super::{Method, Question, Saliency};
use crate::error::{Error, Result};
use crate::network::{Network, Objective, Way};
use crate::stats::quadrature::{Rule, nodes};

pub(super) const METHOD: Method = Method {
    name: "integrated_gradients",
    description: "mean gradient on the way from a baseline to the picture, times the difference between them",
    source: "Sundararajan, Taly & Yan 2017, ICML, arXiv:1703.01365",
    parameters: &[
        number("steps", "gradients along the way", 50.0, 1.0..=100_000.0),
        number(
            "tolerance",
            "largest delta as a share of the difference to be explained; steps are doubled until it is met (0: never)",
            0.0,
            0.0..=1.0,
        ),
        CHANNELS,
        BASELINE,
        choice(
            "rule",
            "where the gradients are taken, and their weights",
            &["midpoint", "gauss_legendre", "trapezoid", "left", "right"],
        ),
    ],
    check: |network, explained, _| check(network, explained, &Way::Gradient),
    explain,
};

/// Doublings of the number of steps.
const MOST_REFINEMENTS: usize = 5;

fn explain(question: &Question) -> Result<Saliency> {
    let [steps, tolerance] = question.values.numbers()?;
    let [channels, from, rule] = question.values.words()?;
    let (input, base) = (question.input()?, baseline(question, from)?);
    let objective = question.objective()?;
    let unknown = || Error::invalid(format!("there is no quadrature rule {rule}"));
    let rule = Rule::named(rule).ok_or_else(unknown)?;
    let difference = question.network.value(&input, &objective)? - question.network.value(&base, &objective)?;
    let (mut steps, mut evaluations) = (steps.round() as usize, 2);
    let mut refinements = 0;
    loop {
        let along = nodes(rule, steps);
        let attributed = integrated(question.network, &objective, &input, &base, &along)?;
        evaluations += along.len();
        let delta = attributed.iter().map(|&value| f64::from(value)).sum::<f64>() - difference;
        if refinements == MOST_REFINEMENTS || tolerance == 0.0 || delta.abs() <= tolerance * difference.abs() {
            return Ok(Saliency { delta: Some(delta), ..question.saliency(&attributed, channels, evaluations)? });
        }
        steps *= 2;
        refinements += 1;
    }
}

/// `(x - b) sum of weight gradient(b + place (x - b))` over (place, weight) pairs; shape (1, channels, rows, columns).
pub fn integrated(
    network: &Network,
    objective: &Objective,
    input: &Array4<f32>,
    baseline: &Array4<f32>,
    along: &[(f64, f64)],
) -> Result<Array4<f32>> {
    let way = input - baseline;
    let gradient = |at: usize| {
        let point = baseline + &(&way * along[at].0 as f32);
        Ok(network.back(&point, objective, &Way::Gradient, None)?.input)
    };
    let mut sum = Array4::<f64>::zeros(input.raw_dim());
    in_order(along.len(), gradient, |at, gradient| {
        sum.zip_mut_with(&gradient, |sum, &value| *sum += along[at].1 * f64::from(value));
    })?;
    sum.zip_mut_with(&way, |sum, &way| *sum *= f64::from(way));
    Ok(sum.mapv(|value| value as f32))
}
