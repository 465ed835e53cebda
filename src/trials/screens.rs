//! Several rows to one trial: screens of jsPsych, components of lab.js, zones of Gorilla, which show one stimulus one after
//! another. One kind of them is the answer, and the rows of the others are no trials.
//!
//! Two kinds of rows belong together where rows of one follow rows of the other with the same participant, trial and stimulus,
//! twice and for at least half of the rows of the rarer kind. A picture that is shown again later is another trial.

use std::collections::{BTreeMap, HashMap};

use super::answer::Answer;
use super::choice::{Candidate, chosen, described};
use super::known::Lookup;
use super::rows::{Row, Rows};
use super::stimulus;
use crate::error::{Error, Result};
use crate::experiment::Import;

/// Reason of a row whose trial is answered in another.
pub const ELSEWHERE: &str = "no trial: another row has the answer to it";

/// A row that shows the stimulus of a trial.
pub struct Screen<'r> {
    /// The trial, as the row states it.
    pub answer: Answer<'r>,
    /// Its kind, such as the sender.
    pub kind: String,
    /// Number of the trial as the platform counts, where it does.
    pub trial: Option<&'r str>,
    /// The code answered.
    pub code: Option<&'r str>,
    /// True where that is marked right or wrong.
    pub marked: bool,
    /// True for a slider, a scale or a text.
    pub graded: bool,
}

/// The kind of every row, and the kinds whose rows are trials.
pub struct Screens {
    kinds: HashMap<usize, usize>,
    trial: Vec<bool>,
    /// The rows left out, for people.
    pub notes: Vec<String>,
}

impl Screens {
    /// True where a row is no trial because another one has its answer.
    pub fn elsewhere(&self, row: Row) -> bool {
        self.kinds.get(&row.number()).is_some_and(|&kind| !self.trial[kind])
    }
}

/// Chooses among the kinds of rows of a file; `column` tells them apart.
pub fn screens<'r>(
    rows: &'r Rows,
    import: &Import,
    lookup: &Lookup,
    column: &str,
    screen: impl Fn(Row<'r>) -> Option<Screen<'r>>,
) -> Result<Screens> {
    let kept = |row: &Row| import.keep.iter().all(|(name, value)| value.has(row.stated(name).unwrap_or("")));
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Candidate> = Vec::new();
    let (mut counts, mut says, mut kinds) = (Vec::new(), Vec::new(), HashMap::new());
    let mut follows: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut before = None;
    for row in rows.iter().filter(kept) {
        let Some(Screen { answer, kind, trial, code, marked, graded }) = screen(row) else { continue };
        let at = *names.entry(kind.clone()).or_insert(all.len());
        if at == all.len() {
            all.push(Candidate::new(kind).graded(graded));
            counts.push(0);
            says.push(0);
        }
        says[at] += usize::from(answer.id.is_some()) + usize::from(answer.centres.is_some());
        all[at].add(code, marked);
        counts[at] += 1;
        kinds.insert(row.number(), at);
        let shown = answer.shown.or(answer.picture).map(stimulus::names);
        let own = (answer.observer, answer.session, answer.id, answer.block, answer.number.or(trial), shown);
        if let Some((last, of)) = before.replace((at, own.clone()))
            && of == own
            && last != at
        {
            *follows.entry((last.min(at), last.max(at))).or_default() += 1;
        }
    }
    let mut group: Vec<usize> = (0..all.len()).collect();
    for ((a, b), count) in follows {
        if count > 1 && 2 * count >= counts[a].min(counts[b]) {
            let (from, to) = (group[b], group[a]);
            group.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
        }
    }
    let mut found = Screens { kinds, trial: vec![true; all.len()], notes: Vec::new() };
    for one in 0..all.len() {
        let members: Vec<usize> = (0..all.len()).filter(|&at| group[at] == one).collect();
        if members.len() < 2 {
            continue;
        }
        let together: Vec<Candidate> = members.iter().map(|&at| all[at].clone()).collect();
        let which = chosen(&together, lookup, import);
        if which.len() > 1 {
            let first = which.first().map_or("", |&at| together[at].name.as_str());
            return Err(Error::invalid(format!(
                "trials have {} answers in rows of their own, and each could be meant: {}",
                which.len(),
                described(&together, &which)
            ))
            .at(rows.text.path.display())
            .hint(format!(
                "say which rows are trials: [import.keep] {column} = {first:?}, or another column that tells them apart"
            )));
        }
        // Where nobody answered, the first that says most of what was shown.
        let most = || (0..members.len()).rev().max_by_key(|&at| says[members[at]]);
        let kept = which.first().copied().or_else(most).unwrap_or(0);
        for (at, &member) in members.iter().enumerate().filter(|(at, _)| *at != kept) {
            found.trial[member] = false;
            let rows = counts[member];
            found.notes.push(format!(
                "{rows} rows of {} show the stimulus of {} again, and are left out",
                together[at].name, together[kept].name
            ));
        }
    }
    Ok(found)
}
