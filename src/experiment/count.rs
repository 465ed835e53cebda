//! `[design.count]`: how many bubbles a trial shows, and what adapts their number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::file::one;
use super::{Design, Experiment, Value};
use crate::adaptive::{Adaptive, Goal, PROCEDURES, Procedure, Scale};
use crate::error::{Error, Result, one_of};
use crate::parameter::Values;

/// Trials of all observers, and bubbles of all trials, that a plan may have: they are held in memory.
const MOST_TRIALS: u64 = 10_000_000;
const MOST_BUBBLES: u64 = 1_000_000_000;

/// `[design.count]`: the number of bubbles, fixed or adapted to the observer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The number on the first trial, and on every trial unless a target is given.
    pub start: usize,
    /// Proportion correct at which the number is held or measured.
    pub target: Option<f64>,
    /// Smallest number.
    #[serde(default = "one")]
    pub minimum: usize,
    /// Largest number; this many centres are drawn for each trial, of which a trial shows the first ones.
    pub maximum: usize,
    /// What adapts the number, of [`PROCEDURES`]; the first of them by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// The axis on which it works; the logarithm by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<CountScale>,
    /// Its parameters; defaults for those that are not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
}

/// The axis on which a number of bubbles is adapted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountScale {
    /// Logarithm to base 10 of the number.
    Log,
    /// Share of the picture's area that is revealed, less that of one bubble.
    Area,
}

impl Count {
    /// From `minimum` to `maximum` bubbles, `start` of them at first; held at a target by the default procedure, if there
    /// is one.
    pub fn new(start: usize, target: Option<f64>, minimum: usize, maximum: usize) -> Count {
        Count { start, target, minimum, maximum, procedure: None, scale: None, parameters: BTreeMap::new() }
    }

    /// The row of the procedure.
    pub fn procedure(&self) -> Result<&'static Procedure> {
        let name = self.procedure.as_deref().unwrap_or(PROCEDURES[0].name);
        PROCEDURES.iter().find(|row| row.name == name).ok_or_else(|| {
            Error::invalid(format!("there is no procedure called {name}"))
                .hint(one_of(PROCEDURES.iter().map(|row| row.name)))
        })
    }

    /// The values of the procedure's parameters.
    pub fn values(&self) -> Result<Values> {
        let procedure = self.procedure()?;
        Values::new(procedure.name, procedure.parameters, &self.parameters)
    }

    /// What the procedure is to hold, for answers out of `classes`; `None` where the number is fixed. `bubble` is the share
    /// of a picture that one bubble reveals, above 0.
    pub fn goal(&self, classes: usize, bubble: f64) -> Option<Goal> {
        let scale = match self.scale {
            None | Some(CountScale::Log) => Scale::Log,
            Some(CountScale::Area) => Scale::Area { bubble },
        };
        let Count { start, minimum, maximum, .. } = *self;
        self.target.map(|target| Goal { start, target, guess: 1.0 / classes as f64, minimum, maximum, scale })
    }

    /// The procedure at its start, for one observer; `None` where the number is fixed.
    pub fn adaptive(&self, classes: usize, bubble: f64) -> Result<Option<Box<dyn Adaptive>>> {
        let start = |goal| (self.procedure()?.start)(&goal, &self.values()?);
        self.goal(classes, bubble).map(start).transpose()
    }
}

impl Experiment {
    /// Each number of a plan may be large, and not all of them at once.
    pub(super) fn check_amount(&self, design: &Design) -> Result<()> {
        let trials = (design.observers as u64).saturating_mul((design.trials + design.practice) as u64);
        if trials > MOST_TRIALS {
            return Err(self.wrong(
                "design.observers",
                format!(
                    "{} observers with {} trials each, and {} for practice, are {trials} trials, and {MOST_TRIALS} are the most",
                    design.observers, design.trials, design.practice
                ),
                "plan fewer observers or fewer trials of each",
            ));
        }
        let bubbles = trials.saturating_mul(design.count.maximum as u64);
        if bubbles > MOST_BUBBLES {
            return Err(self.wrong(
                "design.count.maximum",
                format!(
                    "{trials} trials with up to {} bubbles each have {bubbles} bubbles, and {MOST_BUBBLES} are the most",
                    design.count.maximum
                ),
                "plan fewer trials, or a smaller design.count.maximum",
            ));
        }
        Ok(())
    }

    /// Checks the number of bubbles, and that the procedure can start.
    pub(super) fn check_count(&self, count: &Count) -> Result<()> {
        self.within("design.count.maximum", count.maximum as f64, 1.0, 1e5)?;
        self.within("design.count.minimum", count.minimum as f64, 1.0, count.maximum as f64)?;
        self.within("design.count.start", count.start as f64, count.minimum as f64, count.maximum as f64)?;
        let Some(target) = count.target else { return self.check_fixed(count) };
        let classes = self.file.pictures.class.len();
        let chance = 1.0 / classes as f64;
        if !(target > chance && target < 1.0) {
            return Err(self.wrong(
                "design.count.target",
                format!("the target of {target} correct cannot be held: chance with {classes} classes is {chance:.3}"),
                format!("choose a target between {chance:.3} and 1, such as {:.3}", (1.0 + chance) / 2.0),
            ));
        }
        let procedure = count.procedure().map_err(|error| error.at(self.field("design.count.procedure")))?;
        let row = (procedure.name, procedure.parameters);
        self.check_parameters("design.count.parameters", "procedure", row, &count.parameters)?;
        // Whether it can start does not depend on how much a bubble reveals.
        count.adaptive(classes, 1.0).map(|_| ()).map_err(|error| error.at(self.field("design.count")))
    }

    /// Nothing is said about adapting a number that is fixed.
    fn check_fixed(&self, count: &Count) -> Result<()> {
        let given = [
            ("procedure", count.procedure.is_some()),
            ("scale", count.scale.is_some()),
            ("parameters", !count.parameters.is_empty()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(self.wrong(
                &format!("design.count.{name}"),
                format!(
                    "design.count names {name} and no target, and without a target every trial has {} bubbles",
                    count.start
                ),
                format!("add a target such as 0.75, or remove {name}"),
            )),
        }
    }
}
