//! Trials as one CSV: the columns of `trials.parquet`, and every bubble in a column `centres`. It is read like any other file.

use super::{Trial, Trials, centres, table};
use crate::error::{Error, Result};
use crate::table::number_or_empty;

impl Trials {
    /// The bytes of the canonical `trials.csv` (RFC 4180, UTF-8); bands are written where any bubble has one but the first.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        let refused = |cause: String| Error::internal(format!("a table cannot be written: {cause}"));
        let other = self.other();
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
            trial.role.name().to_owned(),
            trial.repeats.clone().unwrap_or_default(),
            trial.observer.clone(),
            trial.block.clone(),
            trial.number.to_string(),
            trial.picture.clone(),
            trial.mirrored.to_string(),
            match trial.other.get("n_bubbles") {
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
