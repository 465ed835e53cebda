//! `human/`: who answered, what was dropped, and the statistics of the maps.

use std::path::Path;

use ndarray::Array2;

use super::optional;
use crate::error::Result;
use crate::map::Map;
use crate::table::{Row, Table};

/// Kind of the rows of `rejected.csv` that looked like trials; others are no trials, such as breaks, or lost a value alone.
const REJECTED: &str = "rejected";

/// One person (or simulated observer).
#[derive(Debug, Clone)]
pub(in crate::report) struct Observer {
    pub name: String,
    pub trials: f64,
    /// Trials with an answer that enters maps.
    pub answers: f64,
    pub accuracy: Option<f64>,
    pub bubbles: Option<f64>,
    pub response_time: Option<f64>,
}

/// The human side.
pub(in crate::report) struct People {
    pub index: Table,
    pub region: Option<Array2<bool>>,
    pub observers: Vec<Observer>,
    pub simulated: bool,
    /// Reasons of rejected rows with their numbers, most frequent first.
    pub rejected: Vec<(String, usize)>,
    summary: Table,
}

impl People {
    pub fn read(results: &Path) -> Result<People> {
        let folder = results.join("human");
        let index = whole(Table::read(&folder.join("index.csv"))?);
        let region_path = folder.join("region.npy");
        let region = if region_path.is_file() {
            Some(Map::read_npy(&region_path)?.values().mapv(|value| value > 0.5))
        } else {
            None
        };
        let observers = optional(&folder.join("observers.csv"))?.unwrap_or_default();
        let simulated = |table: &Table| table.iter().any(|row| row.text("simulated") == Some("true"));
        Ok(People {
            simulated: simulated(&index) || simulated(&observers),
            index,
            region,
            observers: observers.iter().map(observer).collect::<Result<_>>()?,
            rejected: rejected(&optional(&results.join("rejected.csv"))?.unwrap_or_default()),
            summary: whole(optional(&folder.join("summary.csv"))?.unwrap_or_default()),
        })
    }

    /// Those with an answer that enters maps.
    pub fn answering(&self) -> impl Iterator<Item = &Observer> {
        self.observers.iter().filter(|one| one.answers > 0.0)
    }

    /// Those who have trials and no answer.
    pub fn silent(&self) -> impl Iterator<Item = &Observer> {
        self.observers.iter().filter(|one| one.answers <= 0.0)
    }

    /// A row of `summary.csv`; the empty picture is the whole unit.
    pub fn value(&self, unit: &str, picture: &str, quantity: &str) -> Option<f64> {
        let is_it = |row: &Row| {
            let [u, p, q] = ["unit", "picture", "quantity"].map(|column| row.text(column).unwrap_or_default());
            (u, p, q) == (unit, picture, quantity)
        };
        self.summary.iter().find(is_it).and_then(|row| row.number("value").ok().flatten())
    }

    /// Pictures with statistics of their own.
    pub fn pictures(&self) -> Vec<&str> {
        super::distinct(self.index.iter().filter_map(|row| row.text("picture")))
    }

    /// Observers in the maps of a unit.
    pub fn observers_of(&self, unit: &str) -> usize {
        let of_unit = self.index.iter().filter(|row| row.text("unit") == Some(unit));
        super::distinct(of_unit.filter_map(|row| row.text("observer"))).len()
    }
}

/// The rows that are of no part of the trials or bubbles.
fn whole(mut table: Table) -> Table {
    let part = |name: &str| table.columns.iter().position(|column| column == name);
    let parts: Vec<usize> = ["band", "condition"].into_iter().filter_map(part).collect();
    table.rows.retain(|row| parts.iter().all(|&at| row.get(at).is_none_or(String::is_empty)));
    table
}

fn observer(row: Row) -> Result<Observer> {
    Ok(Observer {
        name: row.text("observer").unwrap_or("(no name)").to_owned(),
        trials: row.number("trials")?.unwrap_or(0.0),
        answers: row.number("answers")?.or(row.number("trials")?).unwrap_or(0.0),
        accuracy: row.number("accuracy")?,
        bubbles: row.number("mean_bubbles")?,
        response_time: row.number("median_response_time_ms")?,
    })
}

/// Reasons of rows that looked like trials and could not be taken. They often carry the value at fault; what is quoted is left
/// out so that like counts with like.
fn rejected(table: &Table) -> Vec<(String, usize)> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for row in table.iter().filter(|row| row.text("kind").is_none_or(|kind| kind == REJECTED)) {
        let reason = row.text("reason").unwrap_or("no reason given");
        let parts: Vec<&str> = reason.split('"').step_by(2).collect();
        let reason = parts.join("…");
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, number)) => *number += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    reasons
}
