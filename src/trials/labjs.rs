//! Data of lab.js (Henninger et al. 2022, Behavior Research Methods 54:556): CSV or JSON, a row a component; times are ms.
//!
//! Every component below a loop has the parameters of its trial, so that a fixation looks like a trial: of the senders of one
//! trial that counts which has its answer. `duration` is the response time where `ended_on` is `response`. Text that begins
//! with `= + - @` has an apostrophe before it, against spreadsheets.

use std::collections::HashSet;

use super::answer::{Answer, Given};
use super::rows::{Row, Rows};
use super::screens::{ELSEWHERE, Screen, screens};
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "labjs",
    description: "CSV or JSON of lab.js",
    told_by: "columns sender and ended_on",
    detect,
    read,
};

/// Columns that name what was shown.
const SHOWN: [&str; 4] = ["image", "stimulus", "stim_file", "file"];

fn detect(text: &Text, _: &Import) -> bool {
    match text.is_json() {
        true => ["\"sender\"", "\"ended_on\""].iter().all(|name| text.content.contains(name)),
        false => text.has(&["sender", "ended_on"]),
    }
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let columns = &import.columns;
    let rows = Rows::read(text, columns, str::to_owned)?;
    let lookup = known.lookup();
    let ended = |row: Row| row.text("ended_on") == Some("response");
    let screens = screens(&rows, import, &lookup, "sender", |row| {
        let answer = identified(row, import);
        let code = answer.response.or(row.text("response").map(bare).filter(|_| ended(row)));
        let marked = row.text("correct").is_some() && ended(row);
        let kind = row.text("sender").unwrap_or("").to_owned();
        answer.is_identified().then_some(Screen { answer, kind, trial: None, code, marked, graded: false })
    })?;
    let answered: HashSet<&str> = rows
        .iter()
        .filter(|row| ended(*row) && identified(*row, import).is_identified())
        .filter_map(|row| row.text("sender"))
        .collect();
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = identified(row, import);
        answer.prompt = !answer.is_identified();
        let never = row.text("sender").is_some_and(|sender| !answered.contains(sender));
        if !answer.prompt && (screens.elsewhere(row) || never && !answered.is_empty()) {
            return Err(ELSEWHERE);
        }
        answer.responds = rows.has("response");
        let response = row.text("response").map(bare).filter(|_| ended(row));
        let time = row.text("duration").filter(|_| ended(row));
        Ok(answer.given(Given { response, time, ..Given::default() }, columns))
    })?;
    let meta = rows.iter().find_map(|row| row.text("meta")).and_then(|meta| serde_json::from_str(meta).ok());
    let version = meta.and_then(|meta: serde_json::Value| meta.get("labjs_version")?.as_str().map(str::to_owned));
    imported.reading.version = version.map(|version| format!("lab.js {version}"));
    imported.reading.notes.extend(screens.notes);
    Ok(imported)
}

fn identified<'a>(row: Row<'a>, import: &Import) -> Answer<'a> {
    let mut answer = Answer::of(row, &import.columns).showing(row.first(&SHOWN), &import.columns);
    for cell in [&mut answer.observer, &mut answer.id, &mut answer.picture, &mut answer.shown, &mut answer.response] {
        *cell = cell.map(bare);
    }
    answer
}

/// Text without the apostrophe that guards it.
fn bare(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}
