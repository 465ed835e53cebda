//! Several trial files as one table.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Format, Imported, Known, Rejected, Trial, Trials, explained::explained};
use crate::error::{Error, Result};
use crate::experiment::Import;

/// What several files hold.
#[derive(Debug, Default)]
pub struct Collected {
    /// Trials, file by file and row by row.
    pub trials: Trials,
    /// Rows that could not be taken.
    pub rejected: Vec<Rejected>,
    /// Every row that is no trial, with its reason: the rejected ones, and those left out.
    pub dropped: Vec<Rejected>,
    /// How each file was understood.
    pub explained: String,
}

/// Reads files in order; `each` hears of every one.
pub fn collect(
    files: &[PathBuf],
    import: &Import,
    known: &Known,
    mut each: impl FnMut(&Path, &Format, &Imported),
) -> Result<Collected> {
    let mut all = Collected::default();
    let mut ends = Vec::new();
    for path in files {
        let (format, mut imported) = super::read(path, import, known)?;
        each(path, format, &imported);
        all.explained.push_str(&explained(path, format, &imported));
        all.trials.rows.append(&mut imported.trials);
        ends.push(all.trials.rows.len());
        all.rejected.extend(imported.rejected.iter().cloned());
        let from = all.dropped.len();
        all.dropped.append(&mut imported.rejected);
        all.dropped.append(&mut imported.left_out);
        all.dropped[from..].sort_by_key(|row| row.line);
    }
    apart(&all.trials.rows, &ends, files)?;
    Ok(all)
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
