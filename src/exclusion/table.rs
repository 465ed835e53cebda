//! The tables of exclusions: every trial that was taken, and what every rule did.

use super::{Count, Excluded};
use crate::error::{Error, Result};
use crate::table::Table;
use crate::trials::Trial;

/// `excluded.csv`: a row a trial; `row_of_trials` counts the rows of `trials.parquet` from 0.
pub fn excluded_to_csv(excluded: &[Excluded], trials: &[Trial], simulated: bool) -> Result<Vec<u8>> {
    let mut table = Table::new(&[
        "row_of_trials",
        "observer",
        "block",
        "trial",
        "trial_id",
        "rule",
        "judged",
        "value",
        "bound",
        "simulated",
    ]);
    for one in excluded {
        let Some(trial) = trials.get(one.row) else { continue };
        table.push([
            one.row.to_string(),
            trial.observer.clone(),
            trial.block.clone(),
            trial.number.to_string(),
            trial.id.clone(),
            one.rule.to_owned(),
            if one.observer { "observer" } else { "trial" }.to_owned(),
            one.value.clone(),
            one.bound.clone(),
            simulated.to_string(),
        ]);
    }
    table.to_csv()
}

/// The rows of `trials.parquet` (of `all`) that an `excluded.csv` names.
pub fn excluded_rows(table: &Table, all: usize) -> Result<Vec<usize>> {
    let row = |row: crate::table::Row| {
        let text = row.needed("row_of_trials")?;
        text.parse::<usize>().ok().filter(|at| *at < all).ok_or_else(|| {
            Error::invalid(format!("row_of_trials is {text:?}, and there are {all} trials"))
                .at(row.place())
                .hint("it counts the rows of trials.parquet from 0; run `bubblescope exclude` again")
        })
    };
    table.iter().map(row).collect()
}

/// `rules.csv`: a row a rule, in the order applied.
pub fn counts_to_csv(counts: &[Count], simulated: bool) -> Result<Vec<u8>> {
    let mut table = Table::new(&[
        "order",
        "rule",
        "judges",
        "parameters",
        "trials",
        "observers",
        "unjudged",
        "reason",
        "trials_left",
        "observers_left",
        "simulated",
    ]);
    for (at, count) in counts.iter().enumerate() {
        table.push([
            (at + 1).to_string(),
            count.rule.to_owned(),
            count.judges.to_owned(),
            count.parameters.clone(),
            count.trials.to_string(),
            count.observers.to_string(),
            count.unjudged.to_string(),
            count.reason.to_owned(),
            count.trials_left.to_string(),
            count.observers_left.to_string(),
            simulated.to_string(),
        ]);
    }
    table.to_csv()
}
