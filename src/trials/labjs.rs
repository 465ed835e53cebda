//! Data of lab.js (Henninger et al. 2022, Behavior Research Methods 54:556): CSV or JSON, a row a component; times are ms.
//!
//! Every component below a loop has the parameters of its trial, so that a fixation looks like a trial: trials are the rows of
//! the sender that was answered most often. `duration` is the response time where `ended_on` is `response`. Text that begins
//! with `= + - @` has an apostrophe before it, against spreadsheets.

use std::collections::BTreeMap;

use super::answer::Answer;
use super::rows::{Row, Rows};
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
    let rows = Rows::read(text, str::to_owned)?;
    let sender = sender(&rows, import);
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = identified(row, import);
        answer.prompt = !answer.is_identified();
        if !answer.prompt && row.text("sender") != sender {
            return Err("no trial: another screen was answered more often");
        }
        let answered = row.text("ended_on") == Some("response");
        let response = row.text("response").map(bare).filter(|_| answered);
        Ok(answer.with(response, row.text("duration").filter(|_| answered)))
    })?;
    let meta = rows.iter().find_map(|row| row.text("meta")).and_then(|meta| serde_json::from_str(meta).ok());
    let version = meta.and_then(|meta: serde_json::Value| meta.get("labjs_version")?.as_str().map(str::to_owned));
    imported.reading.version = version.map(|version| format!("lab.js {version}"));
    imported.reading.notes.extend(sender.map(|sender| format!("trials are the rows of the sender {sender}")));
    Ok(imported)
}

fn identified<'a>(row: Row<'a>, import: &Import) -> Answer<'a> {
    let mut answer = Answer::of(row, &import.columns);
    for cell in [&mut answer.observer, &mut answer.id, &mut answer.picture] {
        *cell = cell.map(bare);
    }
    answer.shown = row.first(&SHOWN).map(bare);
    answer
}

/// The sender that was answered most often, of those with a trial.
fn sender<'a>(rows: &'a Rows, import: &Import) -> Option<&'a str> {
    let mut answered: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| identified(*row, import).is_identified()) {
        let Some(sender) = row.text("sender") else { continue };
        *answered.entry(sender).or_default() += usize::from(row.text("ended_on") == Some("response"));
    }
    answered.into_iter().max_by_key(|(_, count)| *count).map(|(sender, _)| sender)
}

/// Text without the apostrophe that guards it.
fn bare(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}
