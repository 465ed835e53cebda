//! How many trials and observers an experiment needs: for a wanted power of the pixel and the cluster test, and for a
//! wanted reliability of the map, by closed formulas and by simulated experiments.
//!
//! There are three things to plan from: a correlation that is known or hoped for ([`from_correlation`]), observers who look
//! for a template ([`from_template`]), and the trials of a pilot ([`from_pilot`]).

mod answer;
mod correlation;
mod criterion;
mod crossing;
mod experiment;
mod formula;
mod held_out;
mod ladder;
mod pilot;
mod reliability;
mod summary;
mod survey;
mod table;
mod template;
#[cfg(test)]
mod tests;

pub use answer::{Agreement, Answer, Estimate, Needed, Resized, Rung, Share, Source};
pub use correlation::from_correlation;
pub use criterion::{Criterion, Target};
pub use experiment::{Making, Observers, Population};
pub use formula::{power, reliability, trials_for_power, trials_for_reliability};
pub use pilot::{from_pilot, typical_trials};
pub use summary::{Heading, summary};
pub use table::table;
pub use template::{from_observers, from_template};

use crate::seed::Seed;

/// What is planned.
#[derive(Debug, Clone)]
pub struct Setting {
    /// How maps are made.
    pub making: Making,
    /// z above which pixels form clusters.
    pub cluster: f64,
    /// Family-wise error rate of the tests.
    pub alpha: f64,
    /// Wanted power, above alpha and below 1.
    pub power: f64,
    /// Wanted reliability, between 0 and 1.
    pub reliability: f64,
    /// Simulated experiments; an odd number is rounded up.
    pub simulations: usize,
    /// The most trials that an observer answers, where that is known.
    pub per_observer: Option<usize>,
    /// The seed of every simulated experiment.
    pub seed: Seed,
}

impl Setting {
    /// The thresholds of the tests.
    pub fn criterion(&self) -> Criterion {
        Criterion::new(&self.making.frame.region, self.making.frame.smoothing_sd, self.alpha, self.cluster)
    }

    /// Observers that so many trials need.
    pub fn observers(&self, trials: f64) -> Option<f64> {
        self.per_observer.map(|most| (trials / most as f64).ceil().max(1.0))
    }
}
