//! Data of jsPsych (de Leeuw 2015, Behavior Research Methods 47:1): CSV or JSON, versions 7 and 8, and the CSV of our export.
//!
//! Times are ms. Other screens (preloading, instructions, fixation) have no trial id and are left out.

use super::answer::Answer;
use super::rows::Rows;
use super::text::Text;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::Import;

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "jspsych",
    description: "CSV or JSON of jsPsych 7 and 8, and what the exported browser experiment saves",
    told_by: "columns trial_type and time_elapsed, or trial_id, key and rt",
    detect,
    read,
};

fn detect(text: &Text, _: &Import) -> bool {
    if text.is_json() {
        return ["\"trial_type\"", "\"trial_id\""].iter().any(|name| text.content.contains(name));
    }
    text.has(&["trial_type", "time_elapsed"]) || text.has(&["trial_id", "key", "rt"])
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, str::to_owned)?;
    let own_key = rows.columns.contains("key");
    rows.join(import, known, |row| {
        let mut answer = Answer::of(row);
        answer.id?;
        answer.shown = row.text("stimulus").filter(|text| !text.contains('<'));
        answer.time = row.text("rt");
        answer.response = row.text("response");
        if own_key {
            answer.key = row.text("key");
        }
        Some(answer)
    })
}
