//! Several trial files as one table.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::codes::one_coding;
use super::text::listed;
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
    pub dropped: Vec<(Rejected, Outcome)>,
    /// How each file was understood.
    pub explained: String,
    /// Sentences on what may be wrong with all files together.
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
    let mut nameless: Vec<(&PathBuf, usize, Vec<String>)> = Vec::new();
    let mut unjudged: Vec<(Trial, &PathBuf)> = Vec::new();
    let mut chosen: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
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
        if let Some(answers) = imported.reading.answers.take() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            chosen.entry(format.name).or_default().entry(answers).or_insert(name);
        }
        if imported.reading.nameless > 0 {
            nameless.push((path, imported.reading.nameless, std::mem::take(&mut imported.reading.columns)));
        }
        unjudged.extend(imported.unjudged.drain(..).map(|trial| (trial, path)));
        all.trials.rows.append(&mut imported.trials);
        ends.push(all.trials.rows.len());
        all.rejected.extend(imported.rejected.iter().cloned());
        let from = all.dropped.len();
        for (outcome, rows) in [
            (Outcome::Rejected, imported.rejected),
            (Outcome::LeftOut, imported.left_out),
            (Outcome::Unread, imported.unread),
        ] {
            all.dropped.extend(rows.into_iter().map(|row| (row, outcome)));
        }
        all.dropped[from..].sort_by_key(|(row, _)| row.line);
    }
    if let Some(silent) = silent.filter(|_| !answered) {
        all.refuse(silent);
    }
    apart(&all.trials.rows, &ends, files)?;
    let file = |at: usize| {
        files.get(ends.partition_point(|end| *end <= at)).map_or(String::new(), |path| path.display().to_string())
    };
    let classes = known.lookup().classes();
    one_coding(&all.trials.rows, classes, file)?;
    let trials: Vec<Trial> = unjudged.iter().map(|(trial, _)| trial.clone()).collect();
    one_coding(&trials, classes, |at| unjudged.get(at).map_or(String::new(), |(_, path)| path.display().to_string()))?;
    for answers in chosen.values().filter(|answers| answers.len() > 1) {
        let each: Vec<String> = answers.iter().map(|(answer, file)| format!("{answer} in {file}")).collect();
        all.warnings.push(format!(
            "not all files have the same answer to a trial: {}; [import.columns] response names the column that counts",
            each.join(", ")
        ));
    }
    all.warnings.extend(unnamed(&nameless));
    all.warnings.extend(several_sheets(&all.trials.rows, known));
    for warning in &all.warnings {
        all.explained.push_str(&format!("all files\n  {:<9} {warning}\n", "warning"));
    }
    Ok(all)
}

impl Collected {
    fn refuse(&mut self, refusal: Error) {
        self.explained.push_str(&format!("{REFUSED}{refusal}\n"));
        self.refusal.get_or_insert(refusal);
    }
}

/// A sentence on files that do not say who answered.
fn unnamed(files: &[(&PathBuf, usize, Vec<String>)]) -> Option<String> {
    let (first, parts, columns) = files.first()?;
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let many = |what: &str| format!("no column of {what} says who answered, so that");
    let text = match (files.len(), *parts) {
        (1, 1) => format!("{} all of its trials count as those of one participant", many(&name(first))),
        (1, parts) => format!("{} each of its {parts} lists of trials counts as one participant", many(&name(first))),
        (count, _) => {
            let some = files.iter().take(3).map(|(path, ..)| name(path)).collect::<Vec<_>>().join(", ");
            let rest = if count > 3 { ", ..." } else { "" };
            format!("{} each file counts as one participant", many(&format!("{count} files ({some}{rest})")))
        }
    };
    Some(format!("{text}; [import.columns] observer names the column, and these are there: {}", listed(columns)))
}

/// A sentence on an observer who answered trials of several participants of the design.
fn several_sheets(rows: &[Trial], known: &Known) -> Option<String> {
    let plan = known.plan.as_ref()?;
    let mut sheets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for trial in rows {
        let sheet = plan.trials.get(&trial.id).map(|planned| planned.observer.as_str());
        sheets.entry(&trial.observer).or_default().extend(sheet);
    }
    let several: Vec<(&&str, &BTreeSet<&str>)> = sheets.iter().filter(|(_, sheets)| sheets.len() > 1).collect();
    let (observer, own) = several.first()?;
    let sheets = own.iter().copied().collect::<Vec<_>>().join(", ");
    let others = if several.len() > 1 { format!(", and so did {} others", several.len() - 1) } else { String::new() };
    Some(format!(
        "observer {observer} answered trials that the design gives to {} participants ({sheets}){others}: are these several people \
         with one id? [import.columns] observer = \"\" takes the names of the files instead",
        own.len()
    ))
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
                .hint("two people with one id need two ids: name another column in [import.columns] observer, or take the names of the files with \
                      observer = \"\"; a file copied twice is named once; two sessions need a column session"));
            }
        }
        begin = end;
    }
    Ok(())
}
