//! Estimators: how a map is made of trials, a file a row.
//!
//! Every map starts as the weighted sum of what was shown, Σ_t y_t x_t with residual responses y, because its variance
//! under permutation is known exactly ([`super::classify`]) and tests of it need nothing else. An estimator that is not
//! linear in the responses makes another map beside it from the same trials, and that one is compared with networks.

mod correlation;
mod diagnostic;
mod difference;
mod forced_choice;
mod glm;
mod linear;
mod logistic;
mod probit;
mod proportion;
mod sparse;
mod yes_no;

pub use forced_choice::choice_weights;

use std::collections::{BTreeMap, HashMap};

use ndarray::Array2;

use super::frame::Frame;
use super::nuisance::Responses;
use crate::error::Result;
use crate::experiment::{Nuisance, Value};
use crate::parameter::{Parameter, Values};
use crate::seed::Seed;
use crate::trials::Trial;

/// What an estimator takes of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Bubble centres.
    Centres,
    /// The mask as it was shown.
    Masks,
    /// The noise that was added to the picture.
    Noise,
}

/// The trials of one map.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// Every trial.
    pub trials: &'a [Trial],
    /// The rows of each observer with their responses.
    pub responses: &'a [Responses],
    /// What of a trial is mapped, and where.
    pub frame: &'a Frame,
    /// What responses depend on besides.
    pub nuisances: &'a [Nuisance],
    /// The class of every picture, counted from 0.
    pub classes: &'a HashMap<String, usize>,
}

/// A map, and numbers about it.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// The map; 0 outside the region.
    pub map: Array2<f64>,
    /// Name and value.
    pub quantities: Vec<(&'static str, f64)>,
    /// The parameters with what was found out, for the maps of single observers.
    pub found: Option<(&'static str, f64)>,
}

/// A row of the table of estimators.
pub struct Estimator {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// What it can be told.
    pub parameters: &'static [Parameter],
    /// What it takes of a trial.
    pub takes: Takes,
    /// Whether responses must be 0 or 1.
    pub binary: bool,
    /// Whether its map is the weighted sum itself.
    pub linear: bool,
    /// Whether it sums what trials showed, which can be standardised within each trial.
    pub standardised: bool,
    /// Whether its map is smoothed as the weighted sum is.
    pub smoothed: bool,
    /// Makes the map.
    pub estimate: fn(&Sample, &Values, Seed) -> Result<Estimate>,
}

/// Every estimator, the default first; a new one is a file with its row, and a line here.
pub static ESTIMATORS: &[Estimator] = &[
    linear::CENTRES,
    linear::MASKS,
    difference::ESTIMATOR,
    correlation::ESTIMATOR,
    proportion::ESTIMATOR,
    diagnostic::ESTIMATOR,
    linear::NOISE,
    yes_no::ESTIMATOR,
    forced_choice::ESTIMATOR,
    logistic::ESTIMATOR,
    probit::ESTIMATOR,
    sparse::ESTIMATOR,
];

impl Estimator {
    /// The row of that name.
    pub fn named(name: &str) -> Option<&'static Estimator> {
        ESTIMATORS.iter().find(|estimator| estimator.name == name)
    }

    /// Whether it takes the noise added to pictures, and no bubbles.
    pub fn needs_noise(&self) -> bool {
        self.takes == Takes::Noise
    }

    /// The parameters given, and the defaults of the others.
    pub fn values(&self, given: &BTreeMap<String, Value>) -> Result<Values> {
        Values::new(self.name, self.parameters, given)
    }
}

impl Estimate {
    fn new(map: Array2<f64>) -> Estimate {
        Estimate { map, quantities: Vec::new(), found: None }
    }
}

impl<'a> Sample<'a> {
    /// The smoothed sum of fields, each weighted by a number made of the observer, and the place among its rows.
    fn sum(&self, frame: &Frame, weight: impl Fn(&Responses, usize) -> f64) -> Array2<f64> {
        let mut plane = Array2::zeros(frame.region.dim());
        for one in self.responses {
            let weights: Vec<f64> = (0..one.rows.len()).map(|at| weight(one, at)).collect();
            frame.add_weighted(self.trials, &one.rows, &weights, &mut plane);
        }
        frame.smoothed(&plane)
    }

    /// Every trial with its response.
    fn answered(&self) -> impl Iterator<Item = (&'a Trial, f64)> + 'a {
        let trials = self.trials;
        self.responses.iter().flat_map(move |one| {
            one.rows.iter().zip(&one.values).filter_map(move |(&row, &value)| Some((trials.get(row)?, value)))
        })
    }
}

/// 0 outside the region.
fn inside(mut map: Array2<f64>, region: &Array2<bool>) -> Array2<f64> {
    map.zip_mut_with(region, |value, inside| {
        if !inside {
            *value = 0.0;
        }
    });
    map
}

#[cfg(test)]
mod tests;
