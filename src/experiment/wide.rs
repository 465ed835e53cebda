//! `[import.wide]`: which columns of a table with one row for each person hold its trials.

use serde::{Deserialize, Serialize};

/// `[import.wide]`: tables with one row for each person and one column for each trial.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wide {
    /// Names of the columns that hold the responses, `*` for the part that differs: the stimulus, or the number of the trial.
    pub trials: String,
    /// Names of the columns of response times, with the same part.
    #[serde(default, alias = "rt")]
    pub response_times: Option<String>,
    /// Names of the columns that hold the stimulus of each trial, with the same part.
    #[serde(default)]
    pub stimuli: Option<String>,
    /// Table with one row for each column of trials: `column`, and what is known of it, such as `stimulus`.
    #[serde(default)]
    pub table: Option<String>,
}
