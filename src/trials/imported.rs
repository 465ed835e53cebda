//! What came out of a file: its trials, every row that is none with the reason, and how the file was understood.

use std::collections::BTreeMap;

use super::Trial;
use crate::error::Error;

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
    pub left_out: Vec<Rejected>,
    /// Trials whose response, by keys and class, is right where the file says wrong, or the reverse.
    pub disagreeing: usize,
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
}

impl Imported {
    /// The error for a file without any trial.
    pub fn nothing(&self, hint: &str) -> Error {
        match (self.rejected.first(), self.left_out.first()) {
            (Some(first), _) => Error::invalid(format!(
                "none of the {} rows of this file is a trial; the first reason is line {}: {}",
                self.rejected.len() + self.left_out.len(),
                first.line,
                first.reason
            ))
            .hint(hint),
            (None, None) => Error::invalid("this file has a header line and no rows")
                .hint("export the trials again, or remove the file from import.files"),
            (None, Some(first)) => Error::invalid(format!(
                "all {} rows of this file are left out; the first, line {}: {}",
                self.left_out.len(),
                first.line,
                first.reason
            ))
            .hint("compare [import.keep] with what its columns hold; rows of trials have a trial_id or name their stimulus"),
        }
    }
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

/// A reason with `...` where a word holds a digit or stands in quotes.
fn without_values(reason: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut quoted = false;
    for word in reason.split_whitespace() {
        let opens = !quoted && word.starts_with('"');
        let value = quoted || opens || word.chars().any(|one| one.is_ascii_digit());
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
