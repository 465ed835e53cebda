//! The rows of a file as trials: which rows are trials, what each says, and that none comes twice.
//!
//! Rows are joined on all processors and come out in the order of the file.

use std::collections::HashMap;

use rayon::prelude::*;

use super::answer::{Answer, Identity};
use super::joined::{BY_ORDER, Joined};
use super::known::{Known, Lookup};
use super::rows::{Row, Rows};
use super::text::listed;
use super::time::{self, Told};
use super::{Imported, Reading, Rejected, Trial};
use crate::error::{Error, Result};
use crate::experiment::{Import, Join};

/// What a format makes of a row: an answer, or the reason why it is none.
pub type Asked<'r> = std::result::Result<Answer<'r>, &'static str>;

/// What is said of a row without anything that tells a trial.
pub const NO_TRIAL: &str = "no trial: neither an id nor a stimulus";

/// Longest reason, in characters.
const REASON: usize = 400;

impl Rows<'_> {
    /// Takes every row that holds an answer to a trial and joins it to what is known; `answer` says which rows those are.
    pub fn join<'r>(
        &'r self,
        import: &Import,
        known: &Known,
        told: Told,
        answer: impl Fn(Row<'r>) -> Asked<'r> + Sync,
    ) -> Result<Imported> {
        self.check_columns(import)?;
        let file = self.text.file();
        let mut asked = self.asked(import, &answer);
        let nameless = asked.iter().flatten().all(|answer| answer.observer.is_none());
        if nameless {
            asked.iter_mut().flatten().for_each(|answer| answer.observer = Some(self.stem()));
        }
        let ordered = match import.join {
            Join::Id => HashMap::new(),
            Join::Order => self.in_order(known, &asked)?,
        };
        let lookup = known.lookup();
        let joined: Vec<_> = asked
            .par_iter()
            .enumerate()
            .map(|(at, asked)| {
                let answer = asked.as_ref().ok()?;
                Some(answer.join(&lookup, ordered.get(&at).copied()).map(|mut joined| {
                    self.carry(at, import, &lookup, answer, &mut joined.trial);
                    joined
                }))
            })
            .collect();
        let mut imported = Imported { rejected: self.rejected.clone(), ..Imported::default() };
        imported.reading =
            Reading { written: self.text.described(), rows: self.len() + self.rejected.len(), ..Reading::default() };
        let mut seen: HashMap<Identity, u64> = HashMap::with_capacity(self.len());
        let mut counted: HashMap<(&str, &str), u32> = HashMap::new();
        let mut times = Vec::new();
        for (row, (asked, joined)) in self.iter().zip(asked.iter().zip(joined)) {
            let line = row.line();
            let refuse =
                |reason: String| Rejected { file: file.clone(), line, reason: reason.chars().take(REASON).collect() };
            let (answer, joined) = match (asked, joined) {
                (Ok(answer), Some(Ok(joined))) => (answer, joined),
                (Err(why), _) => {
                    imported.left_out.push(refuse((*why).to_owned()));
                    continue;
                }
                (_, Some(Err(reason))) => {
                    imported.rejected.push(refuse(reason));
                    continue;
                }
                (_, None) => continue,
            };
            let Joined { mut trial, agrees, by, key } = joined;
            let identity = answer.identity(line);
            if let Some(first) = seen.get(&identity) {
                imported.rejected.push(refuse(format!("{identity} stands already in line {first}")));
                continue;
            }
            seen.insert(identity, line);
            let count = counted.entry((answer.observer.unwrap_or(""), answer.session.unwrap_or(""))).or_default();
            *count += 1;
            if trial.number == 0 {
                trial.number = *count;
            }
            times.extend(trial.response_time);
            *imported.reading.joined.entry(by).or_default() += 1;
            if let Some(key) = key {
                *imported.reading.keys.entry(key).or_default() += 1;
            }
            imported.disagreeing += usize::from(!agrees);
            imported.trials.push(trial);
        }
        imported.rejected.sort_by_key(|rejected| rejected.line);
        let (factor, unit) = time::unit(&times, import.response_time, told);
        for trial in &mut imported.trials {
            trial.response_time = trial.response_time.map(|time| time * factor);
        }
        imported.reading.median = time::median(&times).map(|median| median * factor);
        imported.reading.unit = unit;
        imported.reading.notes.extend(self.notes.iter().cloned());
        if nameless {
            let stem = self.stem();
            imported
                .reading
                .notes
                .push(format!("no column says who answered; the name of the file stands for it: {stem}"));
        }
        if imported.trials.is_empty() {
            let hint = "compare the file with the trial ids of results/.../design/participants, and the pictures with \
                        [pictures]";
            return Err(imported.nothing(hint).at(self.text.path.display()));
        }
        Ok(imported)
    }

    /// Every row's answer, or why it has none.
    fn asked<'r>(&'r self, import: &Import, answer: &(impl Fn(Row<'r>) -> Asked<'r> + Sync)) -> Vec<Asked<'r>> {
        (0..self.len())
            .into_par_iter()
            .map(|at| {
                let row = self.row(at);
                let kept = |(name, value): (&String, &String)| row.cell(name).unwrap_or("") == value;
                if import.keep.iter().all(kept) { answer(row) } else { Err("import.keep does not ask for it") }
            })
            .collect()
    }

    /// Columns that settings name must be there, and once.
    fn check_columns(&self, import: &Import) -> Result<()> {
        let keep = import.keep.keys().map(|name| ("import.keep", name));
        let mut asked = keep.chain(import.carry.iter().map(|name| ("import.carry", name)));
        let Some((field, name)) = asked.find(|(_, name)| !self.has(name)) else { return Ok(()) };
        let columns = listed(&self.columns());
        Err(Error::invalid(format!("there is no column called {name} (field {field}); the columns are: {columns}"))
            .at(self.text.path.display())
            .hint(format!("name a column of the file in {field}, or remove the line")))
    }

    /// Columns that are carried along; where nothing is known of the experiment, also those that say more than a trial holds.
    fn carry(&self, at: usize, import: &Import, lookup: &Lookup, answer: &Answer, trial: &mut Trial) {
        let row = self.row(at);
        let mut keep = |name: &str, cell: Option<&str>| {
            if let Some(cell) = cell {
                trial.other.insert(name.to_owned(), cell.to_owned());
            }
        };
        import.carry.iter().for_each(|name| keep(name, row.text(name)));
        keep("click_times", row.text("click_times"));
        if lookup.known.is_nothing() {
            keep("class", answer.class);
            ["condition", "confidence", "rating"].iter().for_each(|name| keep(name, row.text(name)));
            keep("n_bubbles", answer.bubbles.filter(|_| answer.centres.is_none()));
        }
    }

    /// The planned trial of every row that is one, by order within participants, whose numbers of trials must agree.
    fn in_order<'k>(&self, known: &'k Known, asked: &[Asked]) -> Result<HashMap<usize, &'k Trial>> {
        let wrong = |what: String| {
            Error::invalid(what).at(self.text.path.display()).hint("rows are joined by order only where every planned trial came, once; leave import.join out to join by trial id")
        };
        let plan = known
            .plan
            .as_ref()
            .ok_or_else(|| wrong("rows cannot be joined by order, because there is no design".to_owned()))?;
        let mut sheets: HashMap<&str, Vec<&Trial>> = HashMap::new();
        for trial in plan.trials.values() {
            sheets.entry(&trial.observer).or_default().push(trial);
        }
        let mut rows: Vec<(&str, Vec<usize>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (at, answer) in asked.iter().enumerate().filter_map(|(at, asked)| Some((at, asked.as_ref().ok()?))) {
            let observer = answer.observer.unwrap_or("");
            let place = *places.entry(observer).or_insert(rows.len());
            if place == rows.len() {
                rows.push((observer, Vec::new()));
            }
            rows[place].1.push(at);
        }
        let mut found = HashMap::new();
        for (observer, rows) in rows {
            let mut sheet = sheets.remove(observer).ok_or_else(|| {
                wrong(format!(
                    "rows cannot be joined {BY_ORDER}, because the design has no participant called {observer}"
                ))
            })?;
            if sheet.len() != rows.len() {
                return Err(wrong(format!(
                    "rows cannot be joined {BY_ORDER}, because participant {observer} has {} trials in the file and {} in the design",
                    rows.len(),
                    sheet.len()
                )));
            }
            sheet.sort_by_key(|trial| &trial.id);
            found.extend(rows.into_iter().zip(sheet));
        }
        Ok(found)
    }
}
