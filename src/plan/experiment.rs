//! One experiment, simulated or drawn from a pilot: its answers and its map. What the plan knows of designs, observers
//! and classification images stands here.

use std::collections::HashMap;

use ndarray::Array2;
use rand::RngExt;

use super::held_out::Part;
use crate::bubbles::Cover;
use crate::design::{Named, schedule};
use crate::error::{Error, Result};
use crate::experiment::{Design, Nuisance, Simulation};
use crate::human::{AllSplits, Frame, SimulatedObserver, Template, classify, residual_responses};
use crate::seed::Seed;
use crate::trials::Trial;

/// Makes the trials of an experiment of so many observers, each of whom answers so many; the seed is that of the experiment.
pub type Observers<'a> = dyn Fn(Seed, usize, usize) -> Result<Vec<Trial>> + Sync + 'a;

/// How maps are made.
#[derive(Debug, Clone)]
pub struct Making {
    /// Region, coordinates and smoothing.
    pub frame: Frame,
    /// What is removed from the responses.
    pub nuisances: Vec<Nuisance>,
}

/// The map of an experiment.
pub(super) struct Made {
    /// The whole of it.
    pub whole: Part,
    /// Smoothed map over its standard deviation.
    pub z: Array2<f64>,
    /// Reliability over trials.
    pub splits: AllSplits,
    /// Each observer by name.
    pub observers: Vec<(String, Part)>,
}

impl Making {
    /// The map of these trials, unless no observer's answers vary.
    pub(super) fn map(&self, trials: &[Trial]) -> Option<Made> {
        let (responses, _) = residual_responses(trials, &self.nuisances);
        if responses.is_empty() {
            return None;
        }
        let group = classify(trials, &responses, &self.frame);
        let observers = group
            .observers
            .into_iter()
            .map(|one| (one.observer, Part { sum: one.smoothed, variance: one.variance, trials: one.trials as f64 }));
        let observers: Vec<(String, Part)> = observers.collect();
        let trials = observers.iter().map(|(_, part)| part.trials).sum();
        let whole = Part { sum: group.smoothed, variance: group.variance, trials };
        Some(Made { whole, z: group.z, splits: group.over_trials, observers })
    }

    /// Each observer's map and the sum of squares of its contributions; what is removed is fitted to all of them together.
    pub(super) fn by_observer(&self, trials: &[Trial]) -> Vec<(Part, f64)> {
        let (responses, _) = residual_responses(trials, &self.nuisances);
        let one = |responses| {
            let group = classify(trials, std::slice::from_ref(responses), &self.frame);
            let trials = group.trials() as f64;
            (Part { sum: group.smoothed, variance: group.variance, trials }, group.over_trials.squares())
        };
        responses.iter().map(one).collect()
    }
}

/// The simulated observers of an experiment file, as many as are asked for.
pub struct Population<'a> {
    /// Their design; the number of observers is that of each call.
    pub design: &'a Design,
    /// How well they see.
    pub simulation: &'a Simulation,
    /// What they look for in every picture, and its class.
    pub templates: &'a HashMap<String, (Template, usize)>,
    /// Names of the classes.
    pub classes: &'a [String],
    /// How pictures are covered.
    pub cover: &'a Cover,
}

impl Population<'_> {
    /// The same observers with apertures `factor` times as wide, of which as many are shown as reveal the same area.
    pub(super) fn resized(&self, factor: f64) -> (Design, Cover) {
        let largest = self.cover.capacity() / 2;
        let count = |count: usize| ((count as f64 / factor.powi(2)).round() as usize).clamp(1, largest.max(1));
        let mut design = self.design.clone();
        let (least, start, most) = (design.count.minimum, design.count.start, design.count.maximum);
        (design.count.minimum, design.count.start) = (least.min(count(least)), count(start));
        design.count.maximum = count(most).max(design.count.start);
        (design, self.cover.resized(factor))
    }

    /// The answers of one experiment: so many observers, each with so many trials through new bubbles.
    pub(super) fn answer(&self, seed: Seed, observers: usize, trials: usize) -> Result<Vec<Trial>> {
        let mut pictures: Vec<Named> = self.templates.iter().map(|(name, (_, class))| (name.clone(), *class)).collect();
        pictures.sort();
        let trials_of_one = self.design.trials.max(trials);
        let design =
            Design { observers, trials: trials_of_one, practice: 0, catch: 0.0, repeated: 0.0, ..self.design.clone() };
        let planned = schedule(&design, &pictures, self.cover, seed.derive("design", 0)).rows;
        let mut answered = Vec::with_capacity(observers * trials);
        for (at, rows) in planned.chunks(design.trials).enumerate() {
            let mut rows = rows[..trials].to_vec();
            let observer = SimulatedObserver::new(self.simulation, seed.derive("observer", at as u64));
            let perceive = |trial: &Trial| {
                let found = self.templates.get(&trial.picture);
                let (template, class) =
                    found.ok_or_else(|| Error::internal(format!("there is no template for {}", trial.picture)))?;
                let masks = self.cover.masks(&trial.centres);
                Ok(observer.see(template, &masks, trial.mirrored, *class, self.classes.len()))
            };
            let adaptive = design.count.adaptive(self.classes.len(), self.cover.revealed_share())?;
            observer.play(&mut rows, design.count.start, adaptive, self.classes, 0, perceive)?;
            answered.extend(rows);
        }
        Ok(answered)
    }
}

/// An experiment drawn from the trials of a pilot: observers with replacement, and of each observer trials with
/// replacement. `rows` holds the trials of each observer.
pub(super) fn drawn(trials: &[Trial], rows: &[Vec<usize>], seed: Seed, observers: usize, each: usize) -> Vec<Trial> {
    let mut generator = seed.stream("drawn", 0);
    let mut drawn = Vec::with_capacity(observers * each);
    for observer in 0..observers {
        let own = &rows[generator.random_range(0..rows.len())];
        for number in 0..each {
            let trial = &trials[own[generator.random_range(0..own.len())]];
            drawn.push(Trial { observer: format!("{observer}"), number: number as u32 + 1, ..trial.clone() });
        }
    }
    drawn
}

/// The first trials of each observer; trials of one observer follow one another.
pub(super) fn first(trials: &[Trial], observers: usize, each: usize) -> Vec<Trial> {
    let own = trials.chunk_by(|a, b| a.observer == b.observer).take(observers);
    own.flat_map(|own| own.iter().take(each).cloned()).collect()
}
