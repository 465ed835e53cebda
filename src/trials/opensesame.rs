//! Data of OpenSesame (Mathôt, Schreij & Theeuwes 2012, Behavior Research Methods 44:314): CSV, or the JSON of OSWeb; times are ms.
//!
//! All cells are quoted with backslashes before inner quotes, `NA` is missing, columns are sorted by name. The response to an
//! item stands in `response_<item>`, the last one in `response`; a time-out is the response `None`.

use super::answer::Answer;
use super::rows::Rows;
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "opensesame",
    description: "CSV of OpenSesame, JSON of OSWeb",
    told_by: "columns subject_nr and response_time, with opensesame_version or count_...",
    detect,
    read,
};

/// Columns that name what was shown.
const SHOWN: [&str; 4] = ["image", "stimulus", "stim_file", "file"];

fn detect(text: &Text, _: &Import) -> bool {
    if text.is_json() {
        let has = |name: &str| text.content.contains(name);
        return has("\"subject_nr\"") && (has("\"opensesame_version\"") || has("\"count_"));
    }
    let own = |name: &String| name == "opensesame_version" || name.starts_with("count_");
    text.has(&["subject_nr", "response_time"]) && text.header.iter().any(own)
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, str::to_owned)?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = Answer::of(row, &import.columns);
        answer.shown = row.first(&SHOWN);
        if row.text("practice") == Some("yes") && answer.role.is_none() {
            answer.role = Some("practice");
        }
        answer.prompt = !answer.is_identified();
        let response = row.text("response");
        Ok(answer.with(response, row.text("response_time").filter(|_| response.is_some())))
    })?;
    let version = rows.iter().find_map(|row| row.text("opensesame_version"));
    imported.reading.version = version.map(|version| format!("OpenSesame {version}"));
    Ok(imported)
}
