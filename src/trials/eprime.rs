//! Logs of E-Prime (Schneider, Eschman & Zuccolotto 2002): the text file of a session, and the merged export; times are ms.
//!
//! A session is UTF-16, often without a mark: a header, then a frame of `name: value` lines for every level as it ends, trials
//! before their block. An object `Stim` has `Stim.RESP`, `Stim.RT`, `Stim.ACC`. Without a response RESP is empty and RT is 0.
//! The export is a table of tabs with a line above its header.

use super::answer::{Answer, Given};
use super::parts::{Part, parts};
use super::reason::NO_TRIAL;
use super::rows::{Row, Rows};
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "eprime",
    description: "text log of E-Prime (UTF-16), or its merged export",
    told_by: "a first line *** Header Start ***, or columns ExperimentName, Subject and ....RESP",
    detect,
    read,
};

/// Lines of a header that frames get.
const LONGEST_HEADER: usize = 1000;

/// Attributes that name what was shown.
const SHOWN: [&str; 6] = ["image", "Image", "ImageFile", "picture_shown", "stimulus", "Stimulus"];

fn detect(text: &Text, _: &Import) -> bool {
    is_log(text)
        || text.has(&["ExperimentName", "Subject"]) && text.header.iter().any(|name| plain(name).ends_with(".RESP"))
}

fn is_log(text: &Text) -> bool {
    text.content.trim_start().starts_with("*** Header Start")
}

/// `Stim.RESP` of `Stim.RESP[Trial]`.
fn plain(name: &str) -> String {
    let bare = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    bare.filter(|(name, _)| name.contains('.')).map_or(name, |(name, _)| name).to_owned()
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let columns = &import.columns;
    let rows = if is_log(text) { log(text, import)? } else { Rows::read(text, columns, plain)? };
    let identified = |row| Answer::of(row, columns).showing(row.first(&SHOWN), columns);
    let mut names: Vec<String> =
        rows.columns().iter().filter_map(|name| name.strip_suffix(".RESP").map(str::to_owned)).collect();
    names.sort();
    let part = |name: &String| {
        let [response, correct, time] = [".RESP", ".ACC", ".RT"].map(|ending| format!("{name}{ending}"));
        Part::new(name, response, correct, time)
    };
    // Every object has an ACC, which is 0 where it has no correct response.
    let marked = |row: Row, part: &Part| {
        row.text(&format!("{}.CRESP", part.name)).is_some() || row.named(&part.correct) == Some("1")
    };
    let all = names.iter().map(part).collect();
    let parts = parts(&rows, import, &known.lookup(), all, |row| identified(row).is_identified(), marked)?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = identified(row);
        if !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        let part = parts.of(row);
        let says = |column: fn(&Part) -> &String| part.and_then(|part| row.named(column(part)));
        let (pressed, time) = (says(|part| &part.response), says(|part| &part.time));
        if time.is_none() && pressed.is_none() && answer.response.is_none() {
            return Err("no trial: the object that was answered did not run");
        }
        answer.session = answer.session.or(row.text("Session"));
        let response = pressed.map(|key| key.trim_matches(['{', '}']));
        let correct = says(|part| &part.correct);
        Ok(answer.given(Given { response, correct, time, ..Given::default() }, columns))
    })?;
    let version = rows.iter().find_map(|row| row.first(&["StudioVersion", "RuntimeVersion", "VersionPersist"]));
    imported.reading.version = version.map(|version| format!("E-Prime, version {version}"));
    imported.reading.answers = parts.names();
    imported.reading.notes.push(format!("answers are those to {}", parts.note));
    Ok(imported)
}

/// The frames of a log, each with what the header says of the session.
fn log<'t>(text: &'t Text, import: &Import) -> Result<Rows<'t>> {
    let mut rows = Rows::new(text);
    let mut session: Vec<(&str, &str)> = Vec::new();
    let mut frame: Option<(u64, Vec<(&str, &str)>)> = None;
    let mut in_header = false;
    for (at, line) in text.content.lines().enumerate() {
        let number = at as u64 + 1;
        let line = line.trim();
        match line {
            "*** Header Start ***" => (in_header, session) = (true, Vec::new()),
            "*** Header End ***" => in_header = false,
            "*** LogFrame Start ***" => {
                cut(&mut rows, frame.replace((number, Vec::new())));
            }
            "*** LogFrame End ***" => {
                if let Some((line, own)) = frame.take() {
                    let outer = session.iter().filter(|(name, _)| own.iter().all(|(other, _)| other != name));
                    let cells: Vec<(&str, &str)> = outer.copied().chain(own.iter().copied()).collect();
                    rows.push(line, &cells);
                }
            }
            _ => {
                let Some((name, value)) = line.split_once(':') else { continue };
                let cell = (name.trim(), value.trim());
                match &mut frame {
                    Some((_, cells)) => cells.push(cell),
                    None if in_header
                        && session.len() < LONGEST_HEADER
                        && !session.iter().any(|(name, _)| *name == cell.0) =>
                    {
                        session.push(cell)
                    }
                    None => {}
                }
            }
        }
    }
    cut(&mut rows, frame);
    rows.claim(&import.columns)?;
    Ok(rows)
}

/// A frame that began and did not end.
fn cut(rows: &mut Rows, frame: Option<(u64, Vec<(&str, &str)>)>) {
    if let Some((line, _)) = frame {
        rows.reject(line, "a frame begins here that does not end".to_owned());
    }
}
