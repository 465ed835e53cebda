//! Several trial files as one table.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Format, Imported, Known, Outcome, Rejected, Trial, Trials, explained::explained, time};
use crate::error::{Error, Result};
use crate::experiment::{Import, TimeUnit};

/// How the line of `import.txt` begins that says why nothing may be used.
pub const REFUSED: &str = "refused: ";

/// What several files hold.
#[derive(Debug, Default)]
pub struct Collected {
    /// Trials, file by file and row by row.
    pub trials: Trials,
    /// Rows that could not be taken.
    pub rejected: Vec<Rejected>,
    /// Every row that is no trial and every value that could not be read, each with its reason.
    pub dropped: Vec<(Outcome, Rejected)>,
    /// How each file was understood.
    pub explained: String,
    /// Response times of one format that are in several units.
    pub warnings: Vec<String>,
    /// Why none of it may be used: a file without a trial, trials without an answer.
    pub refusal: Option<Error>,
}

impl Collected {
    /// The same, unless it may not be used.
    pub fn usable(self) -> Result<Collected> {
        match self.refusal {
            Some(refusal) => Err(refusal),
            None => Ok(self),
        }
    }
}

/// Reads files in order; `each` hears of every one.
pub fn collect(
    files: &[PathBuf],
    import: &Import,
    known: &Known,
    mut each: impl FnMut(&Path, &Format, &Imported),
) -> Result<Collected> {
    let mut all = Collected::default();
    let mut units: HashMap<&str, (&PathBuf, TimeUnit)> = HashMap::new();
    let (mut ends, mut answered, mut silent) = (Vec::new(), false, None);
    for path in files {
        let (format, mut imported) = super::of_text(super::Text::read(path)?, import, known)?;
        each(path, format, &imported);
        if let Some(unit) = imported.reading.times {
            let (first, known) = *units.entry(format.name).or_insert((path, unit));
            if known != unit {
                all.warnings.push(format!(
                    "response times of {} are taken for {}, and those of {} for {}; [import] response_time, or --rt-unit, says \
                     which unit all of them have",
                    first.display(),
                    time::name(known),
                    path.display(),
                    time::name(unit)
                ));
            }
        }
        all.explained.push_str(&explained(path, format, &imported));
        if let Some(refusal) = imported.refusal.take() {
            all.refuse(refusal);
        } else if imported.trials.is_empty() {
            let refusal = imported.nothing(format).at(path.display());
            all.refuse(refusal);
        } else if imported.silent == imported.trials.len() {
            silent = silent.or_else(|| Some(imported.unanswered(format).at(path.display())));
        } else {
            answered = true;
        }
        all.trials.rows.append(&mut imported.trials);
        ends.push(all.trials.rows.len());
        all.rejected.extend(imported.rejected.iter().cloned());
        let from = all.dropped.len();
        for (outcome, rows) in [
            (Outcome::Rejected, imported.rejected),
            (Outcome::LeftOut, imported.left_out),
            (Outcome::Unread, imported.unread),
        ] {
            all.dropped.extend(rows.into_iter().map(|row| (outcome, row)));
        }
        all.dropped[from..].sort_by_key(|(_, row)| row.line);
    }
    all.warnings.iter().for_each(|warning| all.explained.push_str(&format!("warning: {warning}\n")));
    if let Some(silent) = silent.filter(|_| !answered) {
        all.refuse(silent);
    }
    apart(&all.trials.rows, &ends, files)?;
    Ok(all)
}

impl Collected {
    fn refuse(&mut self, refusal: Error) {
        self.explained.push_str(&format!("{REFUSED}{refusal}\n"));
        self.refusal.get_or_insert(refusal);
    }
}

/// No trial of an observer stands in two files; `ends` are the numbers of trials up to the end of each file.
fn apart(rows: &[Trial], ends: &[usize], files: &[PathBuf]) -> Result<()> {
    if files.len() < 2 {
        return Ok(());
    }
    let mut seen: HashMap<(&str, Option<&str>, &str, &str, u32), usize> = HashMap::with_capacity(rows.len());
    let mut begin = 0;
    for (file, &end) in ends.iter().enumerate() {
        for trial in rows.get(begin..end).unwrap_or_default() {
            let identity = (&*trial.observer, trial.session.as_deref(), &*trial.id, &*trial.block, trial.number);
            let first = *seen.entry(identity).or_insert(file);
            if let (true, Some(first), Some(path)) = (first != file, files.get(first), files.get(file)) {
                return Err(Error::invalid(format!(
                    "observer {}, block {}, trial {} stands in this file and in {}",
                    trial.observer,
                    trial.block,
                    trial.number,
                    first.display()
                ))
                .at(path.display())
                .hint("two people with one id need two ids; a file copied twice is named once; two sessions need a column session"));
            }
        }
        begin = end;
    }
    Ok(())
}
