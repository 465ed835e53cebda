//! Data of Gorilla (Anwyl-Irvine et al. 2020, Behavior Research Methods 52:388), Task Builder 1 and 2; times are ms.
//!
//! Task Builder 1 marks answers by Zone Type `response_...` and Attempt 1, and gives every other screen Incorrect 1; Task
//! Builder 2 by Response Type, its time is the absolute one, its columns of the spreadsheet are `Spreadsheet: name`. In R
//! blanks have become dots.

use super::answer::Answer;
use super::reason::NO_TRIAL;
use super::rows::Rows;
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Columns, Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "gorilla",
    description: "CSV of Gorilla, Task Builder 1 and 2",
    told_by: "columns Participant Private ID and Reaction Time",
    detect,
    read,
};

/// Columns of the spreadsheet that name what was shown.
const SHOWN: [&str; 4] = ["image", "Image", "stimulus", "Stimulus"];

fn detect(text: &Text, _: &Import) -> bool {
    let has = |wanted: &str| text.header.iter().any(|name| plain(name) == wanted);
    has("Participant Private ID") && has("Reaction Time")
}

/// The name of a column without what Gorilla and R put around it.
fn plain(name: &str) -> String {
    let own = ["Spreadsheet: ", "Spreadsheet..", "Spreadsheet. "].iter().find_map(|prefix| name.strip_prefix(prefix));
    own.map_or_else(|| name.replace('.', " "), str::to_owned)
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, plain)?;
    let second = ["Component Name", "Absolute Reaction Time"].iter().any(|name| rows.has(name));
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = Answer::of(row, &import.columns);
        answer.shown = row.first(&SHOWN);
        if !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        let kind = row.text("Response Type").unwrap_or("").to_ascii_lowercase();
        let late = kind == "timedout" || row.text("Timed Out") == Some("1");
        if second && kind != "response" && !late {
            return Err("no answer: its Response Type is neither Response nor TimedOut");
        }
        if !second && !row.text("Zone Type").unwrap_or("").starts_with("response_") {
            return Err("no answer: its Zone Type does not begin with response_");
        }
        if !second && row.text("Attempt").is_some_and(is_later) {
            return Err("no answer: it is a later attempt");
        }
        let own = Columns::default();
        let asked = |column: &String, own: &String| row.text(column).filter(|_| column != own);
        answer.observer = asked(&import.columns.observer, &own.observer).or(row.text("Participant Private ID"));
        answer.correct = asked(&import.columns.correct, &own.correct).or(row.text("Correct"));
        let time = if second { "Absolute Reaction Time" } else { "Reaction Time" };
        let response = row.text("Response").filter(|_| !late);
        Ok(answer.with(response, row.text(time).filter(|_| response.is_some())))
    })?;
    imported.reading.version = Some(format!("Task Builder {}", if second { 2 } else { 1 }));
    Ok(imported)
}

/// Whether an attempt is not the first.
fn is_later(attempt: &str) -> bool {
    !matches!(attempt, "1" | "1.0")
}
