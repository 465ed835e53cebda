//! Responses of reverse correlation with two alternatives, as rcicr (Dotsch 2016) and rcpyci take them: participant, stimulus,
//! response (1 for the stimulus, -1 for its inverse), response time.
//!
//! Which noise a stimulus was stays with its name; nothing is right or wrong.

use super::answer::Answer;
use super::delimited::Reader;
use super::join::NO_TRIAL;
use super::rows::Rows;
use super::text::{Text, present};
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::Import;

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "reverse_correlation",
    description: "responses 1 and -1 to numbered noise stimuli, as rcicr and rcpyci take them",
    told_by: "columns stimulus (or stimulus_id) and response, which is 1 or -1 throughout",
    detect,
    read,
};

const STIMULUS: [&str; 3] = ["stimulus", "stimulus_id", "stim"];
const RESPONSE: [&str; 2] = ["response", "responses"];

/// Rows that are looked at to tell the format.
const SAMPLE: usize = 100;

/// Whether a table has columns of stimuli and responses.
pub fn has_columns(text: &Text) -> bool {
    [&STIMULUS[..], &RESPONSE[..]].iter().all(|names| names.iter().any(|name| text.has(&[name])))
}

fn detect(text: &Text, _: &Import) -> bool {
    let column = |names: &[&str]| text.header.iter().position(|name| names.contains(&name.as_str()));
    let Some((_, response)) = column(&STIMULUS).zip(column(&RESPONSE)) else { return false };
    let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
    let mut cells = Vec::new();
    for _ in 0..=text.before {
        reader.next(&mut cells);
    }
    let mut seen = 0;
    while seen < SAMPLE && reader.next(&mut cells).is_some() {
        match cells.get(response).and_then(|cell| present(reader.says(cell))) {
            Some("1" | "-1" | "1.0" | "-1.0") => seen += 1,
            None => {}
            Some(_) => return false,
        }
    }
    seen > 0
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, str::to_owned)?;
    rows.join(import, known, Told::ByNobody, |row| {
        let mut answer = Answer::of(row, &import.columns);
        answer.picture = answer.picture.or(row.first(&STIMULUS));
        answer.number = answer.number.or(row.text("idx"));
        if !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        let response = row.first(&RESPONSE).map(|code| code.strip_suffix(".0").unwrap_or(code));
        Ok(answer.with(response, row.first(&["rt", "response_time", "reaction_time"])))
    })
}
