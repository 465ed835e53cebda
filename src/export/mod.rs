//! Experiments that run elsewhere: a design written in the form that a platform takes.
//!
//! Whatever is written carries the id of every trial, so that what comes back is joined to the design by it.

mod bids;
mod cells;
mod gorilla;
mod jspsych;
mod psychopy;
mod stimuli;

use std::collections::HashMap;

use crate::bubbles::Cover;
use crate::design::Participant;
use crate::error::Result;
use crate::experiment::{self, Design, Listed};
use crate::progress::Progress;
use crate::results::Scratch;
use crate::seed::Seed;
use crate::trials::Trials;

/// What an export is made of.
pub struct Material<'a> {
    /// Name of the experiment.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its plan.
    pub design: &'a Design,
    /// What `[export]` says.
    pub settings: &'a experiment::Export,
    /// The planned trials of every participant.
    pub trials: &'a Trials,
    /// Who presses which key.
    pub participants: &'a [Participant],
    /// The pictures, sorted by name.
    pub pictures: &'a [Listed],
    /// Names of the classes.
    pub classes: &'a [String],
    /// How pictures are covered.
    pub cover: &'a Cover,
    /// Width of a picture on the screen, degrees of visual angle.
    pub degrees: Option<f64>,
    /// A seed for what the platform draws itself.
    pub seed: Seed,
    /// Consent and instructions as HTML, where the experiment has its own.
    pub pages: experiment::Pages,
    /// Whether libraries come from a content network instead of a folder.
    pub cdn: bool,
    /// Where progress is told.
    pub progress: &'a dyn Progress,
}

/// A row of the table of exports.
pub struct Export {
    /// Name, as in `--to`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// How it is run, in one sentence with the folder as `{}`.
    pub next: &'static str,
    /// Participants read the pages of `[export]` in it.
    pub has_pages: bool,
    /// Writes everything into a scratch folder.
    pub write: Write,
}

/// What an export is made from.
pub enum Write {
    /// Planned trials.
    Plan(fn(&Material, &Scratch) -> Result<()>),
    /// Trials that were answered.
    Answers(fn(&Answered, &Scratch) -> Result<()>),
}

/// Trials that were answered, by people or by a computer.
pub struct Answered<'a> {
    /// Name of the experiment.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The trials of every role.
    pub trials: &'a Trials,
    /// Class of every picture.
    pub class: HashMap<String, String>,
    /// Names of the classes.
    pub classes: &'a [String],
    /// Number of bands.
    pub bands: usize,
}

/// Every platform; a new one is a file with its row, and a line here.
pub static EXPORTS: &[Export] = &[jspsych::EXPORT, psychopy::EXPORT, gorilla::EXPORT, bids::EXPORT];

impl Material<'_> {
    /// The index of a picture's class.
    pub fn class(&self, picture: &str) -> usize {
        let listed = self.pictures.iter().find(|listed| listed.name == picture);
        listed.and_then(|listed| self.classes.iter().position(|class| *class == listed.class)).unwrap_or(0)
    }
}
