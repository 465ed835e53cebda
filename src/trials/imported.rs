//! What came out of a file: its trials, every row that is none with the reason, and how the file was understood.

use std::collections::BTreeMap;

use super::reason::{KEEP, NO_TRIAL};
use super::text::listed;
use super::{Format, Trial};
use crate::error::Error;
use crate::experiment::TimeUnit;

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

/// What became of a row that `rejected.csv` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It looked like a trial, and could not be taken.
    Rejected,
    /// It is no trial, or `import.keep` does not ask for it.
    LeftOut,
    /// Its trial was taken, without the value that the reason names.
    Unread,
}

impl Outcome {
    /// The name as it stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Rejected => "rejected",
            Outcome::LeftOut => "left out",
            Outcome::Unread => "taken without this value",
        }
    }
}

/// What came out of a file.
#[derive(Debug, Default)]
pub struct Imported {
    /// The rows taken.
    pub trials: Vec<Trial>,
    /// The rows not taken.
    pub rejected: Vec<Rejected>,
    /// What those of them show whose response nothing judges, where maps are of right and wrong.
    pub unjudged: Vec<Trial>,
    /// Values of the rows taken that could not be read, and are missing.
    pub unread: Vec<Rejected>,
    /// Rows left out: those of other screens, and those that `import.keep` does not ask for.
    pub left_out: Vec<Rejected>,
    /// Trials whose response, by keys and class, is right where the file says wrong, or the reverse.
    pub disagreeing: usize,
    /// Trials that nobody answered.
    pub silent: usize,
    /// Why nothing of it may be used, although there are trials.
    pub refusal: Option<Error>,
    /// How the file was understood.
    pub reading: Reading,
}

/// How a file was understood, for people.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Version of the platform, where the file tells it.
    pub version: Option<String>,
    /// Encoding, and what separates cells.
    pub written: String,
    /// Rows with cells, without the header.
    pub rows: usize,
    /// Unit of response times, and who says so.
    pub unit: String,
    /// Seconds or milliseconds, where there are response times.
    pub times: Option<TimeUnit>,
    /// Median response time, ms.
    pub median: Option<f64>,
    /// What each key or code stood for, and how often.
    pub keys: BTreeMap<(String, String), usize>,
    /// Answered and unanswered trials by how they were joined to the design.
    pub joined: BTreeMap<&'static str, usize>,
    /// Which of several answers to a trial counts.
    pub answers: Option<String>,
    /// How many participants are called after the file, because no column says who answered.
    pub nameless: usize,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Sentences on what may be wrong.
    pub warnings: Vec<String>,
    /// What else is worth saying.
    pub notes: Vec<String>,
    /// What would make trials of the rows, where nothing was taken.
    pub hint: Option<String>,
    /// Columns that hold names of pictures, each with one, where nothing was taken.
    pub pictured: Vec<(String, String)>,
}

/// Reasons that an error shows.
const SHOWN: usize = 4;

impl Imported {
    /// The error for a file of which nothing could be taken.
    pub fn nothing(&self, format: &Format) -> Error {
        let dropped: Vec<Rejected> = self.rejected.iter().chain(&self.left_out).cloned().collect();
        if dropped.is_empty() {
            return Error::invalid("this file has a header line and no rows")
                .hint("export the trials again, or remove the file from import.files");
        }
        let counts = by_reason(&dropped);
        let mut reasons: Vec<String> =
            counts.iter().take(SHOWN).map(|(reason, count)| told(reason, *count, &dropped)).collect();
        if counts.len() > SHOWN {
            reasons.push(format!("and {} other reasons, in rejected.csv", counts.len() - SHOWN));
        }
        let (rows, columns) = (dropped.len(), listed(&self.reading.columns));
        Error::invalid(format!(
            "none of the {rows} rows of this file, recognised as {}, is a trial: {}; its columns are: {columns}",
            format.name,
            reasons.join("; ")
        ))
        .hint(self.missing(counts.first().map_or("", |(reason, _)| reason)))
    }

    /// The error for a file of whose trials none has an answer.
    pub fn unanswered(&self, format: &Format) -> Error {
        let columns = listed(&self.reading.columns);
        let count = self.trials.len();
        Error::invalid(format!(
            "none of the {count} trials of this file, recognised as {}, has an answer; its columns are: {columns}",
            format.name
        ))
        .hint(format!(
            "name the column of answers: {}; where the answer stands on a screen of its own, that must be in the file too",
            named("response", "COLUMN")
        ))
    }

    /// Advice where nothing was taken, mostly for this reason.
    fn missing(&self, reason: &str) -> String {
        match (reason, &self.reading.pictured[..]) {
            _ if !self.unjudged.is_empty() => self.reading.hint.clone().unwrap_or_default(),
            (KEEP, _) => "compare [import.keep] with what its columns hold".to_owned(),
            (NO_TRIAL, []) => format!("name the column of pictures: {}", named("picture", "COLUMN")),
            (NO_TRIAL, [(first, _), ..]) => {
                let found: Vec<String> =
                    self.reading.pictured.iter().map(|(name, cell)| format!("{name} ({cell})")).collect();
                let found = found.join(", ");
                format!("name the column of pictures: {}; those that may be it are {found}", named("picture", first))
            }
            (reason, _) if reason.starts_with("it shows") => {
                format!("name the column that says which picture was chosen: {}", named("picture", "COLUMN"))
            }
            (reason, _) if reason.starts_with("no ") && !reason.contains(" no picture called ") => {
                format!("name the column of answers: {}", named("response", "COLUMN"))
            }
            _ if self.reading.hint.is_some() => self.reading.hint.clone().unwrap_or_default(),
            _ => "compare [import.columns] with the first line of the file, its trial ids with those of \
                  results/.../design/participants, and its pictures with [pictures]"
                .to_owned(),
        }
    }
}

/// How a person names a column.
fn named(field: &str, column: &str) -> String {
    format!("--columns {field}={column}, or {field} = \"{column}\" in [import.columns]")
}

/// A reason with the number of its rows, and the first of them as it stands.
fn told(reason: &str, count: usize, rows: &[Rejected]) -> String {
    let first = rows.iter().find(|row| without_values(&row.reason) == reason);
    first.map_or(String::new(), |first| format!("{count} x {} (first in line {})", first.reason, first.line))
}

/// Reasons with their numbers of rows, the commonest first; values that differ from row to row stand as `...`.
pub fn by_reason(rows: &[Rejected]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(without_values(&row.reason)).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// A reason with `...` where a word holds a digit, stands in quotes, or is the name of what something is called.
fn without_values(reason: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut quoted = false;
    for word in reason.split_whitespace() {
        let opens = !quoted && word.starts_with('"');
        let value = quoted || opens || words.last() == Some(&"called") || word.chars().any(|one| one.is_ascii_digit());
        let closes = word.trim_end_matches([',', ';', '.', ':']).ends_with('"') && (quoted || word.len() > 1);
        quoted = (quoted || opens) && !closes;
        if !value {
            words.push(word);
        } else if words.last() != Some(&"...") {
            words.push("...");
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_without_their_values() {
        let row = |reason: &str| Rejected { file: "x".into(), line: 1, reason: reason.into() };
        let rows = [
            row("the design has 3 trials, and none is called t0009"),
            row("column correct: \"yes or no\" is not 0, 1, true or false"),
            row("the design has 3 trials, and none is called t0010"),
        ];
        let counted = by_reason(&rows);
        assert_eq!(counted[0], ("the design has ... trials, and none is called ...".to_owned(), 2));
        assert_eq!(counted[1], ("column correct: ... is not ... true or false".to_owned(), 1));
    }
}
