//! Answers of people or networks to trials, from tables made elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::results::files_below;
use crate::table::{Row, Table};

/// Names of the columns of a table of answers.
#[derive(Debug, Clone)]
pub struct AnswerColumns {
    /// Who answered.
    pub observer: String,
    /// Which trial it was: the same name on both sides.
    pub trial: String,
    /// Where only a part of that column tells the trial: what follows the last of this text.
    pub after: Option<String>,
    /// The answer and the right one, or a column of 1 and 0 (or true and false).
    pub answer: Judged,
    /// The condition; none: all trials are one.
    pub condition: Option<String>,
}

/// How right and wrong are told.
#[derive(Debug, Clone)]
pub enum Judged {
    /// A column of right and wrong.
    Correct(String),
    /// The column of the answer, and that of the right one.
    Compared(String, String),
}

/// Whether an observer was right on each trial, by name of the observer and of the trial.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// Right or wrong: observer, then trial.
    pub right: BTreeMap<String, BTreeMap<String, bool>>,
    /// The condition of each trial of each observer.
    pub conditions: BTreeMap<(String, String), String>,
}

impl Answers {
    /// Reads a CSV file, or every CSV file in a folder.
    pub fn read(path: &Path, columns: &AnswerColumns) -> Result<Answers> {
        let mut files: Vec<PathBuf> = if path.is_dir() { files_below(path)? } else { vec![path.to_path_buf()] };
        if path.is_dir() {
            files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
        }
        let mut answers = Answers::default();
        for file in &files {
            for row in Table::read(file)?.iter() {
                answers.add(&row, columns)?;
            }
        }
        if answers.right.is_empty() {
            return Err(Error::invalid("there is no answer here")
                .at(path.display())
                .hint("name a CSV file with a row for each answer, or a folder of such files"));
        }
        Ok(answers)
    }

    fn add(&mut self, row: &Row, columns: &AnswerColumns) -> Result<()> {
        let (observer, trial) = (row.needed(&columns.observer)?, row.needed(&columns.trial)?);
        let trial = match &columns.after {
            Some(after) => trial.rsplit_once(after.as_str()).map_or(trial, |(_, rest)| rest),
            None => trial,
        };
        let right = match &columns.answer {
            Judged::Compared(answer, truth) => row.text(answer) == Some(row.needed(truth)?),
            Judged::Correct(column) => match row.needed(column)? {
                "1" | "true" | "TRUE" | "True" => true,
                "0" | "false" | "FALSE" | "False" => false,
                other => {
                    return Err(Error::invalid(format!("{column} is {other}, which is neither right nor wrong"))
                        .at(row.place())
                        .hint("write 1 or true for right, 0 or false for wrong"));
                }
            },
        };
        let own = self.right.entry(observer.to_owned()).or_default();
        if own.insert(trial.to_owned(), right).is_some() {
            return Err(Error::invalid(format!("{observer} has two answers to trial {trial}"))
                .at(row.place())
                .hint("each observer answers each trial once; name another column with --trial"));
        }
        if let Some(condition) = &columns.condition {
            let condition = row.text(condition).unwrap_or("").to_owned();
            self.conditions.insert((observer.to_owned(), trial.to_owned()), condition);
        }
        Ok(())
    }
}
