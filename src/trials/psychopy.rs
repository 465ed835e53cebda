//! The wide CSV of PsychoPy and PsychoJS (Peirce et al. 2019, Behavior Research Methods 51:195).
//!
//! Lines end with a delimiter, inner quotes are not doubled, a missing key is the text `None`, times are s. Routines and
//! finished loops leave rows of their own: a trial has a trial id, or names what it shows, and an entry in the column of keys.
//! PsychoJS (columns `.ran`) leaves that empty without an answer.

use super::answer::{Answer, Given};
use super::parts::{Part, parts};
use super::reason::NO_TRIAL;
use super::rows::Rows;
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

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
    let columns = &import.columns;
    let rows = Rows::read(text, columns, str::to_owned)?;
    let online = rows.columns().iter().any(|name| name.ends_with(".ran"));
    let identified = |row| Answer::of(row, columns).showing(row.first(&SHOWN), columns);
    let mut names: Vec<String> =
        rows.columns().iter().filter_map(|name| name.strip_suffix(".keys").map(str::to_owned)).collect();
    names.sort();
    let part = |name: &String| {
        let [keys, correct, time] = [".keys", ".corr", ".rt"].map(|ending| format!("{name}{ending}"));
        Part::new(name, keys, correct, time)
    };
    let parts = parts(
        &rows,
        import,
        &known.lookup(),
        names.iter().map(part).collect(),
        |row| identified(row).is_identified(),
        |row, part| row.named(&part.correct).is_some(),
    )?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::S), |row| {
        let answer = identified(row);
        if !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        let part = parts.of(row);
        let stated = |column: fn(&Part) -> &String| part.and_then(|part| row.stated(column(part)));
        let named = columns.response.as_ref().and_then(|name| row.stated(name));
        if !online && named.or(stated(|part| &part.response)).or(stated(|part| &part.correct)).is_none() {
            return Err("no trial: its keys are empty, and an unanswered trial has None");
        }
        let says = |column: fn(&Part) -> &String| part.and_then(|part| row.named(column(part)));
        let (key, correct, time) = (says(|part| &part.response), says(|part| &part.correct), says(|part| &part.time));
        Ok(answer.given(Given { key, correct, time, ..Given::default() }, columns))
    })?;
    let version = rows.iter().find_map(|row| row.text("psychopyVersion"));
    imported.reading.version = version.map(|version| format!("PsychoPy {version}"));
    imported.reading.answers = parts.names();
    imported.reading.notes.push(format!("keys are those of {}{}", parts.note, if online { ", online" } else { "" }));
    Ok(imported)
}
