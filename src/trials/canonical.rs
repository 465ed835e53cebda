//! Trials as one CSV: the columns of `trials.parquet`, and every bubble in a column `centres`. It is read like any other file.
//! An empty cell is what the file did not tell: a main trial, not mirrored, unless a design says otherwise.

use super::{Role, Trial, Trials, centres, table};
use crate::error::Result;
use crate::table::{delimited, number_or_empty};

/// Number of bubbles of a trial whose centres are not known.
const BUBBLES: &str = "n_bubbles";

impl Trials {
    /// The bytes of the canonical `trials.csv` (RFC 4180, UTF-8); bands are written where any bubble has one but the first.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        // Told by the column `bubbles`.
        let other: Vec<&str> = self.other().into_iter().filter(|name| *name != BUBBLES).collect();
        let several = self.rows.iter().any(|trial| trial.centres.iter().any(|centre| centre.band > 0));
        let header = table::OWN.iter().copied().chain(["centres"]).chain(other.iter().copied());
        let rows = self.rows.iter().map(|trial| {
            let others = other.iter().map(|name| trial.other.get(*name).cloned().unwrap_or_default());
            self.cells(trial, several).into_iter().chain(others).collect::<Vec<_>>()
        });
        delimited(b',', std::iter::once(header.map(str::to_owned).collect()).chain(rows))
    }

    fn cells(&self, trial: &Trial, several: bool) -> [String; 15] {
        [
            trial.id.clone(),
            if trial.role == Role::Main { String::new() } else { trial.role.name().to_owned() },
            trial.repeats.clone().unwrap_or_default(),
            trial.observer.clone(),
            trial.block.clone(),
            if trial.number == 0 { String::new() } else { trial.number.to_string() },
            trial.picture.clone(),
            if trial.mirrored { "true".to_owned() } else { String::new() },
            match trial.other.get(BUBBLES) {
                Some(count) if trial.centres.is_empty() => count.clone(),
                _ => trial.centres.len().to_string(),
            },
            trial.response.clone().unwrap_or_default(),
            trial.correct.map(|correct| correct.to_string()).unwrap_or_default(),
            number_or_empty(trial.response_time),
            self.simulated.to_string(),
            trial.session.clone().unwrap_or_default(),
            centres::write(&trial.centres, several),
        ]
    }
}
