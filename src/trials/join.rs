//! The rows of a file as trials: which rows are trials, what each says, and that none comes twice.
//!
//! Rows are joined on all processors and come out in the order of the file.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use rayon::prelude::*;

use super::answer::Answer;
use super::joined::{BY_ORDER, BY_STIMULUS, Joined};
use super::known::{Known, Lookup};
use super::rows::{Row, Rows};
use super::text::listed;
use super::time::{self, Told};
use super::{Imported, Reading, Rejected, Trial};
use crate::error::{Error, Result};
use crate::experiment::{Columns, Import, Join};

/// What a format makes of a row: an answer, or the reason why it is none.
pub type Asked<'r> = std::result::Result<Answer<'r>, &'static str>;

/// What is said of a row without anything that tells a trial.
pub const NO_TRIAL: &str = "no trial: neither an id nor a stimulus";

/// Longest reason, in characters.
const REASON: usize = 400;

/// Rows joined at a time: enough for all processors, and few enough for the memory of one.
const CHUNK: usize = 1 << 14;

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
        let nameless = !(0..self.len())
            .into_par_iter()
            .any(|at| answer(self.row(at)).is_ok_and(|answer| answer.observer.is_some()));
        let ask = |at: usize| self.ask(at, import, &answer, nameless);
        let ordered = match import.join {
            Join::Id => HashMap::new(),
            Join::Order => self.in_order(known, &ask)?,
        };
        let lookup = known.lookup();
        let mut imported = Imported { rejected: self.rejected.clone(), ..Imported::default() };
        let (written, rows) = (self.text.described(), self.len() + self.rejected.len());
        imported.reading = Reading { written, rows, ..Reading::default() };
        // Hashes only tell where to look; which rows are the same is told by what they say.
        let hasher = RandomState::new();
        let mut seen: HashMap<u64, usize> = HashMap::with_capacity(self.len());
        let mut counted: HashMap<(&str, &str), u32> = HashMap::new();
        let mut times = Vec::new();
        let (mut shown, mut again) = (HashSet::new(), 0);
        for begin in (0..self.len()).step_by(CHUNK) {
            let joined: Vec<_> = (begin..self.len().min(begin + CHUNK))
                .into_par_iter()
                .map(|at| {
                    let answer = ask(at)?;
                    let joined = answer.join(&lookup, ordered.get(&at).copied()).and_then(|mut joined| {
                        self.carry(at, import, &lookup, &answer, &mut joined.trial);
                        answer.see_noise(&lookup, import.sides.as_ref(), &mut joined.trial)?;
                        Ok(joined)
                    });
                    Ok((hasher.hash_one(answer.identity(self.row(at).line())), joined))
                })
                .collect();
            for (at, joined) in (begin..).zip(joined) {
                let line = self.row(at).line();
                let refuse =
                    |reason: &str| Rejected { file: file.clone(), line, reason: reason.chars().take(REASON).collect() };
                let (hash, Joined { mut trial, agrees, by, key }) = match joined {
                    Ok((hash, Ok(joined))) => (hash, joined),
                    Ok((_, Err(reason))) => {
                        imported.rejected.push(refuse(&reason));
                        continue;
                    }
                    Err(why) => {
                        imported.left_out.push(refuse(why));
                        continue;
                    }
                };
                let identity = |at: usize| Some(ask(at).ok()?.identity(self.row(at).line()));
                let first = seen.get(&hash).copied().filter(|&first| identity(first) == identity(at));
                if let (Some(first), Some(identity)) = (first, first.and_then(|_| identity(at))) {
                    imported
                        .rejected
                        .push(refuse(&format!("{identity} stands already in line {}", self.row(first).line())));
                    continue;
                }
                seen.insert(hash, at);
                let numbered = || ask(at).is_ok_and(|answer| answer.number.is_some());
                if trial.number == 0 && (trial.id.is_empty() || !known.is_nothing()) && !numbered() {
                    let answer = ask(at).unwrap_or_default();
                    let count =
                        counted.entry((answer.observer.unwrap_or(""), answer.session.unwrap_or(""))).or_default();
                    *count += 1;
                    trial.number = *count;
                }
                times.extend(trial.response_time);
                *imported.reading.joined.entry(by).or_default() += 1;
                if let Some(key) = key {
                    *imported.reading.keys.entry(key).or_default() += 1;
                }
                imported.disagreeing += usize::from(!agrees);
                if by == BY_STIMULUS && trial.response.is_some() {
                    let own = (trial.observer.clone(), trial.session.clone(), trial.id.clone());
                    again += usize::from(!shown.insert(own));
                }
                imported.trials.push(trial);
            }
        }
        if again > 0 {
            imported.reading.notes.push(format!(
                "{again} answers are to a stimulus that the participant had answered before, and count under the same trial id; a \
                 column trial_id tells repeats apart"
            ));
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
            let hint = "compare [import.columns] with the first line of the file, its trial ids with those of \
                        results/.../design/participants, and its pictures with [pictures]";
            return Err(imported.nothing(hint).at(self.text.path.display()));
        }
        Ok(imported)
    }

    /// A row's answer, or why it has none.
    fn ask<'r>(
        &'r self,
        at: usize,
        import: &Import,
        answer: &impl Fn(Row<'r>) -> Asked<'r>,
        nameless: bool,
    ) -> Asked<'r> {
        let row = self.row(at);
        let kept = |(name, value): (&String, &String)| row.cell(name).unwrap_or("") == value;
        if !import.keep.iter().all(kept) {
            return Err("import.keep does not ask for it");
        }
        let mut answer = answer(row)?;
        if nameless {
            answer.observer = Some(self.stem());
        }
        answer.commas = self.text.delimiter == b',' && !self.text.is_json();
        Ok(answer)
    }

    /// Columns that settings name must be there, and once.
    fn check_columns(&self, import: &Import) -> Result<()> {
        let keep = import.keep.keys().map(|name| ("import.keep", name));
        let Columns { noise, left, right, .. } = &import.columns;
        let noise = [("import.columns.noise", noise), ("import.columns.left", left), ("import.columns.right", right)];
        let noise = noise.into_iter().filter(|(_, name)| !name.is_empty());
        let mut asked = keep.chain(import.carry.iter().map(|name| ("import.carry", name))).chain(noise);
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
            let rendered = answer.rendered().map(|(_, count)| count.to_string());
            let count = answer.bubbles.or(rendered.as_deref());
            keep("n_bubbles", answer.centres.is_none().then_some(count.unwrap_or("")));
            keep("stimulus", answer.shown);
        }
    }

    /// The planned trial of every row that is one, by order within participants, whose numbers of trials must agree.
    fn in_order<'k, 'r>(
        &'r self,
        known: &'k Known,
        ask: &impl Fn(usize) -> Asked<'r>,
    ) -> Result<HashMap<usize, &'k Trial>> {
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
        for (at, answer) in (0..self.len()).filter_map(|at| Some((at, ask(at).ok()?))) {
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
