//! The wide CSV of PsychoPy and PsychoJS (Peirce et al. 2019, Behavior Research Methods 51:195).
//!
//! Lines end with a delimiter, inner quotes are not doubled, a missing key is the text `None`, times are s. Routines and
//! finished loops leave rows of their own: a trial has a trial id, or names what it shows, and an entry in the column of keys.
//! PsychoJS (columns `.ran`) leaves that empty without an answer.

use super::answer::Answer;
use super::join::NO_TRIAL;
use super::rows::{Row, Rows};
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Columns, Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "psychopy",
    description: "wide CSV of PsychoPy (Builder, Coder) and Pavlovia",
    told_by: "columns ending in .thisN and .keys",
    detect,
    read,
};

/// Columns that name what was shown.
const SHOWN: [&str; 5] = ["image_shown", "image", "stimulus", "stim_file", "stimFile"];

fn detect(text: &Text, _: &Import) -> bool {
    [".thisN", ".keys"].iter().all(|ending| text.header.iter().any(|name| name.ends_with(ending)))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, str::to_owned)?;
    let online = rows.columns().iter().any(|name| name.ends_with(".ran"));
    let is_trial = |row: Row| {
        let answer = Answer::of(row, &import.columns);
        answer.id.is_some() || answer.sides.is_some() || row.first(&SHOWN).is_some()
    };
    let component = component(&rows, is_trial);
    let [keys, correct, time] = [".keys", ".corr", ".rt"].map(|ending| format!("{component}{ending}"));
    let mut imported = rows.join(import, known, Told::By(TimeUnit::S), |row| {
        let mut answer = Answer::of(row, &import.columns);
        answer.shown = row.first(&SHOWN);
        if !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        if row.cell(&keys).is_none() && !online {
            return Err("no trial: its keys are empty, and an unanswered trial has None");
        }
        answer.key = row.text(&keys);
        let named = answer.correct.filter(|_| import.columns.correct != Columns::default().correct);
        answer.correct = named.or(row.text(&correct)).or(answer.correct);
        let answered = answer.key.is_some();
        Ok(answer.with(None, row.text(&time).filter(|_| answered)))
    })?;
    let version = rows.iter().find_map(|row| row.text("psychopyVersion"));
    imported.reading.version = version.map(|version| format!("PsychoPy {version}"));
    imported.reading.notes.push(format!("keys are those of {component}{}", if online { ", online" } else { "" }));
    Ok(imported)
}

/// The keyboard that is filled in most trials.
fn component(rows: &Rows, is_trial: impl Fn(Row) -> bool) -> String {
    let trials: Vec<Row> = rows.iter().filter(|row| is_trial(*row)).collect();
    let filled = |name: &String| trials.iter().filter(|row| row.cell(name).is_some()).count();
    let mut keys: Vec<String> = rows.columns().into_iter().filter(|name| name.ends_with(".keys")).collect();
    keys.sort();
    let most = keys.iter().max_by_key(|name| filled(name));
    most.and_then(|name| name.strip_suffix(".keys")).unwrap_or_default().to_owned()
}
