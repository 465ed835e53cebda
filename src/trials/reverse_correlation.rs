//! Responses of reverse correlation with two alternatives, as rcicr (Dotsch 2016) and rcpyci take them: participant, stimulus,
//! response (1 for the stimulus, -1 for its inverse), response time.
//!
//! Which noise a stimulus was stays with its name; nothing is right or wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, Given};
use super::codes::counted;
use super::delimited::Reader;
use super::reason::NO_TRIAL;
use super::rows::Rows;
use super::text::{Text, decimal, present};
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::{Error, Result};
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
const OWN: [&str; 2] = ["-1", "1"];

/// Different codes beyond which responses are something else.
const CODES: usize = 4;

/// Codes of two answers in any coding, and of none.
const OTHERS: [&str; 10] = ["-1", "0", "1", "2", "9", "99", "999", "-9", "-99", "-999"];

/// True if a table has columns of stimuli and responses.
pub fn has_columns(text: &Text) -> bool {
    [&STIMULUS[..], &RESPONSE[..]].iter().all(|names| names.iter().any(|name| text.has(&[name])))
}

fn detect(text: &Text, import: &Import) -> bool {
    let column = |names: &[&str]| text.header.iter().position(|name| names.contains(&name.as_str()));
    let Some((_, response)) = column(&STIMULUS).zip(column(&RESPONSE)) else { return false };
    let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
    let mut cells = Vec::new();
    for _ in 0..=text.before {
        reader.next(&mut cells);
    }
    let mut codes: BTreeSet<String> = BTreeSet::new();
    while codes.len() <= CODES && reader.next(&mut cells).is_some() {
        codes
            .extend(cells.get(response).and_then(|cell| present(reader.says(cell))).map(|code| whole(code).to_owned()));
    }
    let only = |allowed: &[&str]| codes.iter().all(|code| allowed.contains(&code.as_str()));
    // Other codes than its own make it this format only where nothing else says what it is; then they are refused.
    !codes.is_empty() && (only(&OWN) || !super::csv::detect(text, import) && only(&OTHERS))
}

/// A code without the decimals of a whole number.
fn whole(code: &str) -> &str {
    code.strip_suffix(".0").unwrap_or(code)
}

/// Codes must be 1 and -1, or 1 and 0, unless `[import.responses]` says what they stand for; where patterns of noise are known,
/// a word names the picture that was chosen.
fn check(rows: &Rows, import: &Import, known: &Known) -> Result<()> {
    if !import.responses.is_empty() || import.columns.response.is_some() || import.sides.is_some() {
        return Ok(());
    }
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let coded = |code: &&str| known.noise.is_none() || decimal(code).is_some();
    let responses = rows.iter().filter_map(|row| row.first(&RESPONSE)).filter(coded);
    responses.for_each(|code| *codes.entry(whole(code)).or_default() += 1);
    if [OWN, ["0", "1"]].iter().any(|own| codes.keys().all(|code| own.contains(code))) {
        return Ok(());
    }
    Err(Error::invalid(format!("responses of reverse correlation are 1 and -1, and these are {}", counted(&codes)))
        .at(rows.text.path.display())
        .hint("say in the experiment file what they stand for, for example [import.responses] \"1\" = 1, \"2\" = -1"))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, &import.columns, str::to_owned)?;
    check(&rows, import, known)?;
    rows.join(import, known, Told::ByNobody, |row| {
        let mut answer = Answer::of(row, &import.columns);
        answer.picture = answer.picture.or(row.first(&STIMULUS));
        answer.number = answer.number.or(row.text("idx"));
        if !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        let (response, time) = (row.first(&RESPONSE).map(whole), row.first(&["rt", "response_time", "reaction_time"]));
        Ok(answer.given(Given { response, time, ..Given::default() }, &import.columns))
    })
}
