//! Trials: what an observer was shown and what they answered, one row each.

mod answer;
mod bids;
pub mod centres;
mod csv;
mod delimited;
mod gorilla;
mod jspsych;
mod known;
mod observers;
mod psychopy;
mod rows;
mod table;
mod text;

pub use known::{Known, Plan};
pub use table::rejected_to_csv;
pub use text::Text;

use std::path::Path;

use crate::bubbles::Centre;
use crate::error::{Error, Result, one_of};
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
    /// Rows left out: those of other screens, and those that `import.keep` does not ask for.
    pub other: usize,
    /// Trials whose response, by keys and class, is right where the file says wrong, or the reverse.
    pub disagreeing: usize,
}

impl Imported {
    /// The error for a file without any trial.
    fn nothing(&self, hint: &str) -> Error {
        match (self.rejected.first(), self.other) {
            (Some(first), other) => Error::invalid(format!(
                "none of the {} rows of this file is a trial; the first reason is line {}: {}",
                self.rejected.len() + other,
                first.line,
                first.reason
            ))
            .hint(hint),
            (None, 0) => Error::invalid("this file has a header line and no rows")
                .hint("export the trials again, or remove the file from import.files"),
            (None, other) => Error::invalid(format!("all {other} rows of this file are left out"))
                .hint("compare [import.keep] with what its columns hold; rows of trials have a trial_id"),
        }
    }
}

/// A row of the table of formats.
pub struct Format {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// By what it is told from the others.
    pub told_by: &'static str,
    /// Whether a file has it.
    pub detect: fn(&Text, &Import) -> bool,
    /// Reads one file.
    pub read: fn(&Text, &Import, &Known) -> Result<Imported>,
}

/// Every trial-file format, the first that recognises a file reads it; a new one is a file with its row, and a line here.
pub static FORMATS: &[Format] = &[psychopy::FORMAT, gorilla::FORMAT, bids::FORMAT, jspsych::FORMAT, csv::FORMAT];

/// Reads a file in the format that `import.format` names, or else in the one that its content has; the format, and the
/// trials.
pub fn read(path: &Path, import: &Import, known: &Known) -> Result<(&'static Format, Imported)> {
    let text = Text::read(path)?;
    let format = match &import.format {
        Some(name) => format(name)?,
        None => FORMATS.iter().find(|format| (format.detect)(&text, import)).ok_or_else(|| unknown(&text))?,
    };
    Ok((format, (format.read)(&text, import, known)?))
}

/// The row of that name.
pub fn format(name: &str) -> Result<&'static Format> {
    FORMATS.iter().find(|format| format.name == name).ok_or_else(|| {
        Error::invalid(format!("there is no format called {name}")).hint(one_of(FORMATS.iter().map(|row| row.name)))
    })
}

fn unknown(text: &Text) -> Error {
    let found = match &text.header[..] {
        [] => "it holds JSON".to_owned(),
        header => format!("its columns are: {}", header.join(", ")),
    };
    let wanted = FORMATS.iter().map(|format| format!("{} ({})", format.name, format.told_by)).collect::<Vec<_>>();
    Error::invalid(format!("this file has no format that is known; {found}"))
        .at(format!("{}, line 1", text.path.display()))
        .hint(format!("looked for: {}; name the columns in [import.columns]", wanted.join("; ")))
}
