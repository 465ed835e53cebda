//! The wide CSV of PsychoPy and PsychoJS (Peirce et al. 2019, Behavior Research Methods 51:195).
//!
//! Lines end with a delimiter, inner quotes are not doubled, a missing key is the text `None`, times are s. Routines and
//! finished loops leave rows of their own: a trial has a trial id and an entry in the column of keys. PsychoJS (columns
//! `.ran`) leaves that empty without an answer.

use super::answer::Answer;
use super::rows::{Row, Rows};
use super::text::Text;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::Import;

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "psychopy",
    description: "wide CSV of PsychoPy (Builder, Coder) and Pavlovia",
    told_by: "columns ending in .thisN and .keys",
    detect,
    read,
};

fn detect(text: &Text, _: &Import) -> bool {
    [".thisN", ".keys"].iter().all(|ending| text.header.iter().any(|name| name.ends_with(ending)))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, str::to_owned)?;
    let online = rows.columns.iter().any(|name| name.ends_with(".ran"));
    let component = component(&rows);
    let [keys, correct, time] = [".keys", ".corr", ".rt"].map(|ending| format!("{component}{ending}"));
    rows.join(import, known, |row| {
        let mut answer = Answer::of(row);
        answer.id?;
        if row.cell(&keys).is_none() && !online {
            return None;
        }
        answer.shown = row.text("image_shown").or(row.text("image"));
        answer.key = row.text(&keys);
        answer.correct = row.text(&correct);
        answer.time = row.text(&time).filter(|_| answer.key.is_some());
        answer.unit = 1000.0;
        Some(answer)
    })
}

/// The keyboard that is filled in most rows with a trial id.
fn component(rows: &Rows) -> String {
    let trials: Vec<&Row> = rows.all.iter().filter(|row| row.text("trial_id").is_some()).collect();
    let filled = |name: &String| trials.iter().filter(|row| row.cell(name).is_some()).count();
    let keys = rows.columns.iter().filter(|name| name.ends_with(".keys"));
    keys.max_by_key(|name| filled(name)).and_then(|name| name.strip_suffix(".keys")).unwrap_or_default().to_owned()
}
