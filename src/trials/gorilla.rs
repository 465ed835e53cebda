//! Data of Gorilla (Anwyl-Irvine et al. 2020, Behavior Research Methods 52:388), Task Builder 1 and 2; times are ms.
//!
//! Task Builder 1 marks answers by Zone Type `response_...` and Attempt 1, and gives every other screen Incorrect 1; Task
//! Builder 2 by Response Type, its time is the absolute one, its columns of the spreadsheet are `Spreadsheet: name`. In R
//! blanks have become dots.

use super::answer::{Answer, Given};
use super::reason::NO_TRIAL;
use super::rows::{Row, Rows};
use super::screens::{ELSEWHERE, Screen, screens};
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

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
    let columns = &import.columns;
    let rows = Rows::read(text, columns, plain)?;
    let second = ["Component Name", "Absolute Reaction Time"].iter().any(|name| rows.has(name));
    let asked = |row| asked(row, import, second);
    let screens = screens(&rows, import, &known.lookup(), "Zone Type", |row| {
        let (answer, given) = asked(row).ok()?;
        let kind = row.first(&["Zone Type", "Component Name"]).unwrap_or("").to_ascii_lowercase();
        let screen = row.first(&["Screen Name", "Screen"]).unwrap_or("");
        let graded = ["slider", "rating", "text", "number"].iter().any(|word| kind.contains(word));
        let marked = row.text("Correct").is_some_and(|text| matches!(text, "1" | "1.0"));
        let kind = format!("{kind} {screen}").trim().to_owned();
        Some(Screen { answer, kind, trial: row.text("Trial Number"), code: given.response, marked, graded })
    })?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let (answer, given) = asked(row)?;
        if screens.elsewhere(row) { Err(ELSEWHERE) } else { Ok(answer.given(given, columns)) }
    })?;
    imported.reading.version = Some(format!("Task Builder {}", if second { 2 } else { 1 }));
    imported.reading.notes.extend(screens.notes);
    Ok(imported)
}

/// The trial of a row and its answer, or why it is none; `second` is Task Builder 2.
fn asked<'r>(
    row: Row<'r>,
    import: &Import,
    second: bool,
) -> std::result::Result<(Answer<'r>, Given<'r>), &'static str> {
    if row.text("Trial Number").is_some_and(|text| text.ends_with(" TASK")) {
        return Err("no trial: the task begins or ends");
    }
    let mut answer = Answer::of(row, &import.columns).showing(row.first(&SHOWN), &import.columns);
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
    if import.columns.observer.is_none() {
        answer.observer = row.text("Participant Private ID").or(answer.observer);
    }
    let time = row.text(if second { "Absolute Reaction Time" } else { "Reaction Time" });
    let response = row.text("Response").filter(|_| !late);
    Ok((answer, Given { response, time, correct: row.text("Correct"), ..Given::default() }))
}

/// Whether an attempt is not the first.
fn is_later(attempt: &str) -> bool {
    !matches!(attempt, "1" | "1.0")
}
