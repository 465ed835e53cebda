//! Trials: what an observer was shown and what they answered, one row each.

mod answer;
mod bids;
mod bubbleview;
mod canonical;
pub mod centres;
mod choice;
mod codes;
mod collect;
mod copies;
mod csv;
mod delimited;
mod encoding;
mod eprime;
mod explained;
mod gorilla;
mod imported;
mod join;
mod joined;
mod json;
mod jspsych;
mod known;
mod labjs;
mod observers;
mod opensesame;
mod parts;
mod pattern;
mod prompts;
mod psychopy;
mod reason;
mod recors;
mod reverse_correlation;
mod rows;
mod screens;
mod sidecar;
mod stimulus;
mod survey;
mod table;
mod text;
mod time;
mod unwrapped;
mod value;
mod who;
mod wide;

pub use collect::{Collected, REFUSED, collect};
pub use encoding::Encoding;
pub use explained::explained;
pub use imported::{Imported, Outcome, Reading, Rejected, by_reason};
pub use known::{Known, Plan};
pub(crate) use rows::{Row, Rows};
pub use sidecar::beside;
pub use table::{dropped_to_csv, rejected_to_csv};
pub use text::Text;
pub(crate) use text::{decimal, listed};

use std::collections::BTreeMap;
use std::path::Path;

use crate::bubbles::Centre;
use crate::error::{Error, Result, one_of};
use crate::experiment::Import;

/// Column of the times of clicks, which answer where nothing is right or wrong.
const CLICKS: &str = "click_times";

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
    /// Session of the observer, any text.
    pub session: Option<String>,
    /// What else its row says, by column: those that `import.carry` names.
    pub other: BTreeMap<String, String>,
}

/// The column of [`Trial::other`] that holds the noise pattern added to the picture.
pub const NOISE: &str = "noise";

impl Trial {
    /// The noise pattern that was added to the picture, with `_inv` behind its name where it was inverted; the picture
    /// itself where each has a pattern of its own.
    pub fn noise(&self) -> &str {
        self.other.get(NOISE).map_or(&self.picture, String::as_str)
    }

    /// True if nobody answered: neither a response, nor a verdict, nor clicks.
    pub fn is_silent(&self) -> bool {
        self.response.is_none() && self.correct.is_none() && !self.other.contains_key(CLICKS)
    }

    /// The response, where nothing says whether it is right; clicks are answers of their own.
    fn unjudged(&self) -> Option<&str> {
        self.response.as_deref().filter(|_| self.correct.is_none() && !self.other.contains_key(CLICKS))
    }
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
        [Role::Main, Role::Practice, Role::Catch].into_iter().find(|role| role.name().eq_ignore_ascii_case(name))
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
pub static FORMATS: &[Format] = &[
    psychopy::FORMAT,
    gorilla::FORMAT,
    labjs::FORMAT,
    opensesame::FORMAT,
    eprime::FORMAT,
    bids::FORMAT,
    recors::FORMAT,
    bubbleview::FORMAT,
    jspsych::FORMAT,
    reverse_correlation::FORMAT,
    csv::FORMAT,
];

/// Reads a file in the format that `import.format` names, or else in the one that its content has; the format, and the
/// trials.
pub fn read(path: &Path, import: &Import, known: &Known) -> Result<(&'static Format, Imported)> {
    some(path, of_text(Text::read(path)?, import, known)?)
}

/// Reads the bytes of a file; `path` is for messages, and for what lies beside it.
pub fn read_bytes(path: &Path, bytes: Vec<u8>, import: &Import, known: &Known) -> Result<(&'static Format, Imported)> {
    some(path, of_text(Text::of(path, bytes)?, import, known)?)
}

/// What was read, unless that is nothing.
fn some(path: &Path, (format, imported): (&'static Format, Imported)) -> Result<(&'static Format, Imported)> {
    match &imported.refusal {
        Some(refusal) => Err(refusal.clone()),
        None if imported.trials.is_empty() => Err(imported.nothing(format).at(path.display())),
        None => Ok((format, imported)),
    }
}

fn of_text(text: Text, import: &Import, known: &Known) -> Result<(&'static Format, Imported)> {
    let text = match &import.wide {
        Some(wide) => wide::gathered(&text, wide, &import.columns)?,
        None => text,
    };
    let found = match &import.format {
        Some(name) => format(name).map(|format| {
            let has = |text: &Text| (format.detect)(text, import);
            let later = || text.later().into_iter().map(|(_, later)| later).find(has);
            let inside = if has(&text) { None } else { unwrapped::unwrapped(&text).filter(has).or_else(later) };
            (inside, format)
        }),
        None => told(&text, import, known),
    };
    let read = found
        .and_then(|(inside, format)| Ok((format, (format.read)(inside.as_ref().unwrap_or(&text), import, known)?)));
    read.map_err(|mut error| {
        let wide = if import.wide.is_none() { wide::suspected(&text) } else { None };
        error.hint = wide.or(error.hint);
        error
    })
}

/// The format that a text has, or that the JSON in one of its columns or a later table has, which then is the text; where
/// noise is added, a table of stimuli and responses is enough.
fn told(text: &Text, import: &Import, known: &Known) -> Result<(Option<Text>, &'static Format)> {
    let detect = |text: &Text| FORMATS.iter().find(|format| (format.detect)(text, import));
    if let Some(format) = detect(text) {
        return Ok((None, format));
    }
    if known.noise.is_some() && reverse_correlation::has_columns(text) {
        return Ok((None, format(reverse_correlation::FORMAT.name)?));
    }
    let found = |inside: Text| detect(&inside).map(|format| (Some(inside), format));
    let later = || text.later().into_iter().find_map(|(_, later)| found(later));
    unwrapped::unwrapped(text).and_then(found).or_else(later).ok_or_else(|| unknown(text))
}

/// The row of that name.
pub fn format(name: &str) -> Result<&'static Format> {
    FORMATS.iter().find(|format| format.name == name).ok_or_else(|| {
        Error::invalid(format!("there is no format called {name}")).hint(one_of(FORMATS.iter().map(|row| row.name)))
    })
}

fn unknown(text: &Text) -> Error {
    let found = match &text.header[..] {
        [] if text.is_json() => "it holds JSON".to_owned(),
        header => format!("its columns are: {}", text::listed(header)),
    };
    let later = text.later().first().map_or(String::new(), |(line, later)| {
        format!("; those of another table, which line {line} begins, are: {}", text::listed(&later.header))
    });
    let wanted = FORMATS.iter().map(|format| format!("{} ({})", format.name, format.told_by)).collect::<Vec<_>>();
    Error::invalid(format!("this file has no format that is known; {found}{later}"))
        .at(format!("{}, line 1", text.path.display()))
        .hint(format!("looked for: {}; name the columns in [import.columns]", wanted.join("; ")))
}
