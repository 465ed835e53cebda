//! Trials as one CSV: the columns of `trials.parquet`, and every bubble in a column `centres`. It is read like any other file.
//! An empty cell is what the file did not tell: a main trial, not mirrored, unless a design says otherwise.

use super::{Role, Trial, Trials, centres, table};
use crate::error::{Error, Result};
use crate::table::number_or_empty;

/// Number of bubbles of a trial whose centres are not known.
const BUBBLES: &str = "n_bubbles";

impl Trials {
    /// The bytes of the canonical `trials.csv` (RFC 4180, UTF-8); bands are written where any bubble has one but the first.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        let refused = |cause: String| Error::internal(format!("a table cannot be written: {cause}"));
        // Told by the column `bubbles`.
        let other: Vec<&str> = self.other().into_iter().filter(|name| *name != BUBBLES).collect();
        let several = self.rows.iter().any(|trial| trial.centres.iter().any(|centre| centre.band > 0));
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = table::OWN.iter().copied().chain(["centres"]).chain(other.iter().copied());
        writer.write_record(header).map_err(|cause| refused(cause.to_string()))?;
        for trial in &self.rows {
            let own = self.cells(trial, several);
            let others = other.iter().map(|name| trial.other.get(*name).map_or("", String::as_str));
            let cells = own.iter().map(String::as_str).chain(others);
            writer.write_record(cells).map_err(|cause| refused(cause.to_string()))?;
        }
        writer.into_inner().map_err(|cause| refused(cause.to_string()))
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
