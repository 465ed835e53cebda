//! Adaptive procedures: how many bubbles the next trial shows, from the answers so far.
//!
//! A procedure works on levels of a [`Scale`], in its own unit; [`Goal`] turns levels into numbers of bubbles between
//! bounds, and numbers that were shown back into levels. The same procedures run in the browser
//! (`src/export/jspsych/page/adaptive.js`), with the same numbers.

mod bounded;
mod goal;
mod quest;
mod quest_plus;
mod up_down;
mod weibull;

use crate::error::Result;
use crate::parameter::{Parameter, Values};

pub use goal::{Goal, Scale};
pub use quest::{Next, Quest, QuestSettings};
pub use quest_plus::{Cell, QuestPlus};
pub use up_down::WeightedUpDown;
pub use weibull::Weibull;

/// What chooses the number of bubbles of the next trial.
pub trait Adaptive: Send {
    /// Number of bubbles of the next trial, within the bounds of the goal.
    fn count(&self) -> usize;

    /// Level of the next trial on the scale of the goal, within its bounds, before rounding to whole bubbles.
    fn level(&self) -> f64;

    /// Whether the next trial has the smallest or the largest number.
    fn is_at_bound(&self) -> bool;

    /// Level at which the target is expected, on the scale of the goal; not bounded.
    fn threshold(&self) -> f64;

    /// Moves on after an answer to a trial that really showed `shown` bubbles.
    fn update(&mut self, shown: usize, correct: bool);
}

/// A row of the table of procedures.
pub struct Procedure {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Parameters in order; levels are in units of the scale.
    pub parameters: &'static [Parameter],
    /// Starts one for an observer. An error where the goal cannot be reached with these parameters.
    pub start: fn(&Goal, &Values) -> Result<Box<dyn Adaptive>>,
}

/// Every procedure, the default first; a new one is a file with its row, and a line here.
pub static PROCEDURES: &[Procedure] =
    &[up_down::PROCEDURE, quest::QUANTILE, quest::MEAN, quest::MODE, quest_plus::PROCEDURE];

#[cfg(test)]
mod tests;
