//! Answers in columns of their own: keyboards of PsychoPy, objects of E-Prime, items of OpenSesame. A row may hold several, and
//! one of them is the answer to its trial.

use super::choice::{Candidate, chosen, described};
use super::known::Lookup;
use super::rows::{Row, Rows};
use crate::error::{Error, Result};
use crate::experiment::Import;

/// The columns of one answer.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name, for people.
    pub name: String,
    /// The column of responses.
    pub response: String,
    /// The column that says whether they are right.
    pub correct: String,
    /// The column of response times.
    pub time: String,
}

/// The answers that count.
pub struct Parts {
    /// One, or several of which no row holds two.
    pub chosen: Vec<Part>,
    /// Which they are, and which were not chosen, for people.
    pub note: String,
}

impl Part {
    /// The columns of an answer that are called after it.
    pub fn new(name: &str, response: String, correct: String, time: String) -> Part {
        Part { name: name.to_owned(), response, correct, time }
    }
}

impl Parts {
    /// Names of those chosen.
    pub fn names(&self) -> Option<String> {
        Some(self.chosen.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(" or "))
    }

    /// The answer of a row: the first of those chosen that says anything of it.
    pub fn of<'p>(&'p self, row: Row) -> Option<&'p Part> {
        let says = |part: &&Part| [&part.response, &part.correct].iter().any(|column| row.stated(column).is_some());
        self.chosen.iter().find(says).or(self.chosen.first())
    }
}

/// Chooses among the answers of a file; `marked` says whether a row marks one of them right or wrong.
pub fn parts<'r>(
    rows: &'r Rows,
    import: &Import,
    lookup: &Lookup,
    all: Vec<Part>,
    is_trial: impl Fn(Row<'r>) -> bool,
    marked: impl Fn(Row<'r>, &Part) -> bool,
) -> Result<Parts> {
    let trials: Vec<Row<'r>> = rows.iter().filter(|row| is_trial(*row)).collect();
    let columns = &import.columns;
    let named = [&columns.response, &columns.correct, &columns.response_time].into_iter().flatten();
    let named: Vec<String> = named.flat_map(|name| [name.clone(), rows.renamed(name)]).collect();
    let asked =
        all.iter().find(|part| [&part.response, &part.correct, &part.time].iter().any(|one| named.contains(one)));
    if let Some(part) = asked {
        return Ok(Parts { chosen: vec![part.clone()], note: format!("{}, as [import.columns] says", part.name) });
    }
    let mut candidates: Vec<Candidate> = all.iter().map(|part| Candidate::new(&part.response)).collect();
    for row in &trials {
        for (part, candidate) in all.iter().zip(&mut candidates) {
            candidate.add(row.named(&part.response), marked(*row, part));
        }
    }
    let mut which = chosen(&candidates, lookup, import);
    if which.is_empty() {
        // Nobody answered; the one that was waited for most often.
        let filled = |part: &Part| trials.iter().filter(|row| row.stated(&part.response).is_some()).count();
        which.extend(all.iter().enumerate().rev().max_by_key(|(_, part)| filled(part)).map(|(at, _)| at));
    }
    let twice = |row: &&Row| which.iter().filter(|&&at| row.named(&all[at].response).is_some()).count() > 1;
    if which.len() > 1 && trials.iter().any(|row| twice(&row)) {
        if columns.response.is_some() {
            return Ok(Parts {
                chosen: Vec::new(),
                note: "none but the column that [import.columns] names".to_owned(),
            });
        }
        let first = which.first().map_or("", |&at| all[at].response.as_str());
        return Err(Error::invalid(format!(
            "trials have {} answers, and each could be meant: {}",
            which.len(),
            described(&candidates, &which)
        ))
        .at(rows.text.path.display())
        .hint(format!("say which counts: [import.columns] response = {first:?}")));
    }
    let others: Vec<usize> = (0..all.len()).filter(|at| !which.contains(at) && candidates[*at].answered > 0).collect();
    let mut note = which.iter().map(|&at| all[at].name.as_str()).collect::<Vec<_>>().join(" or ");
    if !others.is_empty() {
        note.push_str(&format!("; not counted: {}", described(&candidates, &others)));
    }
    Ok(Parts { chosen: which.into_iter().map(|at| all[at].clone()).collect(), note })
}
