//! Trials: what an observer was shown and what they answered, one row each.

mod csv;
mod observers;
mod table;

pub use table::rejected_to_csv;

use std::path::Path;

use crate::bubbles::Centre;
use crate::error::Result;
use crate::experiment::Import;

/// One presentation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    /// Id in the design, unique over all observers, such as `t0001`; empty where the trial comes from a file without.
    pub id: String,
    /// What the trial is for.
    pub role: Role,
    /// Id of the earlier trial whose stimulus this one shows again.
    pub repeats: Option<String>,
    /// Participant id.
    pub observer: String,
    /// Block, any text.
    pub block: String,
    /// Number of the trial within its observer.
    pub number: u32,
    /// Picture file name.
    pub picture: String,
    /// Whether the picture was shown mirrored left to right.
    pub mirrored: bool,
    /// Every bubble in the order drawn, in the picture as shown.
    pub centres: Vec<Centre>,
    /// What was answered; `None` before or without an answer.
    pub response: Option<String>,
    /// Whether that was right.
    pub correct: Option<bool>,
    /// Response time, ms.
    pub response_time: Option<f64>,
}

/// What a trial is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// It enters maps.
    #[default]
    Main,
    /// It comes before the first block.
    Practice,
    /// It shows the whole picture.
    Catch,
}

impl Role {
    /// The name as it stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Main => "main",
            Role::Practice => "practice",
            Role::Catch => "catch",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Role> {
        [Role::Main, Role::Practice, Role::Catch].into_iter().find(|role| role.name() == name)
    }
}

/// Trials in the order of their file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trials {
    /// One row, one presentation.
    pub rows: Vec<Trial>,
    /// Whether a computer answered.
    pub simulated: bool,
}

/// A row that could not be taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// File name.
    pub file: String,
    /// Line in the file, from 1.
    pub line: u64,
    /// What is wrong, with the value.
    pub reason: String,
}

/// What came out of a file.
#[derive(Debug, Default)]
pub struct Imported {
    /// The rows taken.
    pub trials: Vec<Trial>,
    /// The rows not taken.
    pub rejected: Vec<Rejected>,
    /// Rows left out because `import.keep` asks for others.
    pub other: usize,
}

/// The pictures that trials may name, and their size.
#[derive(Debug, Clone)]
pub struct Known {
    /// File names.
    pub pictures: Vec<String>,
    /// (rows, columns) of every picture.
    pub shape: (usize, usize),
}

/// A row of the table of formats.
pub struct Format {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Reads one file.
    pub read: fn(&Path, &Import, &Known) -> Result<Imported>,
}

/// Every trial-file format; a new one is a file with its row, and a line here.
pub static FORMATS: &[Format] = &[csv::FORMAT];
