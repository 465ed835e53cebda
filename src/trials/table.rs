//! Trials as two tidy tables: `trials.parquet` (a row a presentation) and `centres.parquet` (a row a bubble).

use std::collections::BTreeSet;
use std::path::Path;

use polars::prelude::*;

use super::{Outcome, Rejected, Role, Trial, Trials};
use crate::bubbles::Centre;
use crate::error::{Error, Result};
use crate::table::{Table, parquet};

/// Columns of `trials.parquet` that every experiment has; what is carried along comes after them.
pub const OWN: [&str; 14] = [
    "trial_id",
    "role",
    "repeats",
    "observer",
    "block",
    "trial",
    "picture",
    "mirrored",
    "bubbles",
    "response",
    "correct",
    "response_time_ms",
    "simulated",
    "session",
];

impl Trials {
    /// The bytes of `trials.parquet`.
    pub fn to_parquet(&self) -> Result<Vec<u8>> {
        let rows = &self.rows;
        let text =
            |name: &str, cell: fn(&Trial) -> &str| Column::new(name.into(), rows.iter().map(cell).collect::<Vec<_>>());
        let columns = vec![
            text("trial_id", |trial| &trial.id),
            text("role", |trial| trial.role.name()),
            Column::new("repeats".into(), rows.iter().map(|trial| trial.repeats.as_deref()).collect::<Vec<_>>()),
            text("observer", |trial| &trial.observer),
            text("block", |trial| &trial.block),
            Column::new("trial".into(), rows.iter().map(|trial| trial.number).collect::<Vec<_>>()),
            text("picture", |trial| &trial.picture),
            Column::new("mirrored".into(), rows.iter().map(|trial| trial.mirrored).collect::<Vec<_>>()),
            Column::new("bubbles".into(), rows.iter().map(|trial| trial.centres.len() as u32).collect::<Vec<_>>()),
            Column::new("response".into(), rows.iter().map(|trial| trial.response.as_deref()).collect::<Vec<_>>()),
            Column::new("correct".into(), rows.iter().map(|trial| trial.correct).collect::<Vec<_>>()),
            Column::new("response_time_ms".into(), rows.iter().map(|trial| trial.response_time).collect::<Vec<_>>()),
            Column::new("simulated".into(), vec![self.simulated; rows.len()]),
            Column::new("session".into(), rows.iter().map(|trial| trial.session.as_deref()).collect::<Vec<_>>()),
        ];
        let other = self.other().into_iter().map(|name| {
            let cells: Vec<_> = rows.iter().map(|trial| trial.other.get(name).map(String::as_str)).collect();
            Column::new(name.into(), cells)
        });
        let columns = columns.into_iter().chain(other).collect();
        parquet::write(rows.len(), columns)
    }

    /// Names of the other columns that any trial has, sorted.
    pub fn other(&self) -> Vec<&str> {
        let names: BTreeSet<&str> = self.rows.iter().flat_map(|trial| trial.other.keys().map(String::as_str)).collect();
        names.into_iter().filter(|name| !OWN.contains(name)).collect()
    }

    /// The bytes of `centres.parquet`: `row_of_trials` counts the rows of `trials.parquet` from 0.
    pub fn centres_to_parquet(&self) -> Result<Vec<u8>> {
        let all = || {
            self.rows.iter().enumerate().flat_map(|(at, trial)| {
                trial.centres.iter().enumerate().map(move |(order, centre)| (at, order, centre))
            })
        };
        let number = |name: &str, cell: fn((usize, usize, &Centre)) -> usize| {
            Column::new(name.into(), all().map(|item| cell(item) as u32).collect::<Vec<_>>())
        };
        let columns = vec![
            number("row_of_trials", |(at, _, _)| at),
            number("order", |(_, order, _)| order),
            number("band", |(_, _, centre)| usize::from(centre.band)),
            number("row", |(_, _, centre)| centre.row),
            number("column", |(_, _, centre)| centre.column),
        ];
        parquet::write(all().count(), columns)
    }

    /// Reads what [`Trials::to_parquet`] and [`Trials::centres_to_parquet`] wrote into a folder.
    pub fn read(folder: &Path) -> Result<Trials> {
        let path = folder.join("trials.parquet");
        let frame = parquet::read(&path)?;
        let wrong = |cause: PolarsError| {
            Error::invalid(format!("this table of trials cannot be used: {cause}"))
                .at(path.display())
                .hint("remove the results folder and run again")
        };
        let has = |name: &str| frame.column(name).is_ok();
        let text = |name: &str| -> Result<Vec<Option<String>>> {
            let column = frame.column(name).and_then(|column| column.str().cloned()).map_err(wrong)?;
            Ok(column.iter().map(|cell| cell.map(str::to_owned)).collect())
        };
        let truth = |name: &str| -> Result<Vec<Option<bool>>> {
            let column = frame.column(name).and_then(|column| column.bool().cloned()).map_err(wrong)?;
            Ok(column.iter().collect())
        };
        let number = |name: &str| -> Result<Vec<Option<f64>>> {
            let column = frame.column(name).and_then(|column| column.cast(&DataType::Float64)).map_err(wrong)?;
            Ok(column.f64().map_err(wrong)?.iter().collect())
        };
        let (id, role, repeats) = (text("trial_id")?, text("role")?, text("repeats")?);
        let (observer, block, picture, response) =
            (text("observer")?, text("block")?, text("picture")?, text("response")?);
        let (mirrored, correct, simulated) = (truth("mirrored")?, truth("correct")?, truth("simulated")?);
        let (trial, response_time) = (number("trial")?, number("response_time_ms")?);
        let session = if has("session") { text("session")? } else { vec![None; frame.height()] };
        let names: Vec<&str> =
            frame.get_column_names().into_iter().map(|name| name.as_str()).filter(|name| !OWN.contains(name)).collect();
        let others = names.iter().map(|name| Ok((*name, text(name)?))).collect::<Result<Vec<_>>>()?;
        let mut rows: Vec<Trial> = (0..frame.height())
            .map(|at| Trial {
                id: id[at].clone().unwrap_or_default(),
                role: role[at].as_deref().and_then(Role::named).unwrap_or_default(),
                repeats: repeats[at].clone(),
                observer: observer[at].clone().unwrap_or_default(),
                block: block[at].clone().unwrap_or_default(),
                number: trial[at].unwrap_or_default() as u32,
                picture: picture[at].clone().unwrap_or_default(),
                mirrored: mirrored[at].unwrap_or_default(),
                centres: Vec::new(),
                response: response[at].clone(),
                correct: correct[at],
                response_time: response_time[at],
                session: session[at].clone(),
                other: others
                    .iter()
                    .filter_map(|(name, cells)| Some(((*name).to_owned(), cells[at].clone()?)))
                    .collect(),
            })
            .collect();
        let path = folder.join("centres.parquet");
        for (at, centre) in centres(&path)? {
            let trial = rows.get_mut(at).ok_or_else(|| {
                Error::invalid(format!("a centre belongs to row {at}, and there are {} trials", frame.height()))
                    .at(path.display())
            })?;
            trial.centres.push(centre);
        }
        Ok(Trials { rows, simulated: simulated.first().copied().flatten().unwrap_or(false) })
    }
}

/// The bubbles of a `centres.parquet`, each with the row of its trial, from 0.
pub fn centres(path: &Path) -> Result<Vec<(usize, Centre)>> {
    let frame = parquet::read(path)?;
    let wrong = |cause: PolarsError| {
        Error::invalid(format!("this table of centres cannot be used: {cause}"))
            .at(path.display())
            .hint("remove the results folder and run again")
    };
    let number = |name: &str| -> Result<Vec<usize>> {
        let column = frame.column(name).and_then(|column| column.u32().cloned()).map_err(wrong)?;
        Ok(column.iter().flatten().map(|value| value as usize).collect())
    };
    let places = number("band")?.into_iter().zip(number("row")?).zip(number("column")?);
    let rows = number("row_of_trials")?.into_iter().zip(places);
    Ok(rows.map(|(at, ((band, row), column))| (at, Centre { band: band as u8, row, column })).collect())
}

/// `rejected.csv`: file, line, reason.
pub fn rejected_to_csv(rejected: &[Rejected]) -> Result<Vec<u8>> {
    let mut table = Table::new(&["file", "line", "reason"]);
    for row in rejected {
        table.push([row.file.clone(), row.line.to_string(), row.reason.clone()]);
    }
    table.to_csv()
}

/// `rejected.csv` of trial files, which also says what became of a row: see [`Outcome`].
pub fn dropped_to_csv(dropped: &[(Rejected, Outcome)]) -> Result<Vec<u8>> {
    let mut table = Table::new(&["file", "line", "reason", "kind"]);
    for (row, outcome) in dropped {
        table.push([row.file.clone(), row.line.to_string(), row.reason.clone(), outcome.name().to_owned()]);
    }
    table.to_csv()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_round_trip_with_their_centres_and_gaps() {
        let trial = |number, centres: &[(usize, usize)], correct: Option<bool>| Trial {
            id: format!("t{number:04}"),
            role: if centres.is_empty() { Role::Catch } else { Role::Main },
            repeats: (number == 3).then(|| "t0001".to_owned()),
            observer: "p 1;é".into(),
            block: "1".into(),
            number,
            picture: "a.png".into(),
            mirrored: number == 2,
            centres: centres.iter().map(|&(row, column)| Centre { band: number as u8, row, column }).collect(),
            response: correct.map(|_| "happy".to_owned()),
            correct,
            response_time: correct.map(|_| 512.25),
            session: (number == 2).then(|| "b".to_owned()),
            other: correct.map(|_| ("confidence".to_owned(), "4".to_owned())).into_iter().collect(),
        };
        let trials = Trials {
            rows: vec![trial(1, &[(1, 2), (3, 4)], Some(true)), trial(2, &[], None), trial(3, &[(0, 9)], Some(false))],
            simulated: true,
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("trials.parquet"), trials.to_parquet().unwrap()).unwrap();
        std::fs::write(folder.path().join("centres.parquet"), trials.centres_to_parquet().unwrap()).unwrap();
        assert_eq!(Trials::read(folder.path()).unwrap(), trials);
    }
}
