//! Data of jsPsych (de Leeuw 2015, Behavior Research Methods 47:1): CSV or JSON, versions 6 to 8, the lines of JATOS, JSON in a
//! column of another table (Qualtrics, cognition.run), and the CSV of our export.
//!
//! Times are ms. Version 6 tells the code of a key (`key_press`), later ones its name. Screens that show no stimulus of the
//! experiment (preloading, instructions, fixation) are left out: those without a trial id where there are trial ids.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::answer::{Answer, Given};
use super::rows::{Row, Rows};
use super::screens::{ELSEWHERE, Screen, screens};
use super::stimulus::{self, is_picture};
use super::text::{Text, shortened};
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "jspsych",
    description: "CSV or JSON of jsPsych 6 to 8, also from JATOS or Qualtrics, and what the exported browser experiment saves",
    told_by: "columns trial_type and time_elapsed, or trial_id, key and rt",
    detect,
    read,
};

fn detect(text: &Text, _: &Import) -> bool {
    if text.is_json() {
        return text.content.contains("\"trial_type\"") && text.content.contains("\"time_elapsed\"")
            || ["\"trial_id\"", "\"rt\""].iter().all(|name| text.content.contains(name));
    }
    text.has(&["trial_type", "time_elapsed"]) || text.has(&["trial_id", "key", "rt"])
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let columns = &import.columns;
    let rows = Rows::read(text, columns, str::to_owned)?;
    let own_key = rows.has("key");
    let by_id = rows.iter().any(|row| Answer::of(row, columns).id.is_some());
    let responds = ["key", "response", "button_pressed", "key_press"].iter().any(|name| rows.has(name));
    let lookup = known.lookup();
    let asked = |row| {
        let shows = |text: &&str| {
            let one = |name: &Cow<str>| is_picture(name) && lookup.is_shown(name);
            lookup.shown(text).is_some() || stimulus::names(text).iter().any(one)
        };
        let row: Row = row;
        let mut answer = Answer::of(row, columns).showing(row.text("stimulus").filter(shows), columns);
        answer.prompt = by_id && answer.id.is_none() || !answer.is_identified();
        answer.responds = responds;
        let named = columns.response.as_deref().filter(|name| row.is_space(name));
        answer.response = answer.response.or(named.map(|_| "space"));
        let response = row.text("response").map(only).or_else(|| row.text("button_pressed"));
        let response = response.or(row.is_space("response").then_some("space"));
        let code = row.text("key_press").filter(|code| *code != "-1").map(|code| key_of_code(code).unwrap_or(code));
        let key = row.text("key").filter(|_| own_key);
        (answer, Given { key, response: response.or(code), time: row.text("rt"), ..Given::default() })
    };
    let screens = screens(&rows, import, &lookup, "trial_type", |row| {
        let (answer, given) = asked(row);
        if answer.prompt {
            return None;
        }
        let plugin = row.text("trial_type").unwrap_or("");
        let (code, marked) = (answer.response.or(given.key).or(given.response), answer.correct.is_some());
        let kind = format!("{plugin}{}", around(row.text("stimulus").unwrap_or("")));
        let graded = ["slider", "survey", "likert", "text"].iter().any(|word| plugin.contains(word));
        Some(Screen { answer, kind, trial: None, code, marked, graded })
    })?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let (answer, given) = asked(row);
        if !answer.prompt && screens.elsewhere(row) { Err(ELSEWHERE) } else { Ok(answer.given(given, columns)) }
    })?;
    imported.reading.version = version(&rows);
    imported.reading.notes.extend(screens.notes);
    Ok(imported)
}

fn version(rows: &Rows) -> Option<String> {
    let version = match () {
        () if rows.has("plugin_version") => "jsPsych 8",
        () if rows.has("key_press") => "jsPsych 6",
        () if rows.has("internal_node_id") => "jsPsych 7",
        () if rows.has("key") => "the exported browser experiment",
        () => return None,
    };
    Some(version.to_owned())
}

/// The one answer of a survey, `happy` of `{"Q0":"happy"}`; the text itself where it is none.
fn only(text: &str) -> &str {
    let answers: Option<Map<String, Value>> = serde_json::from_str(text).ok();
    let one = answers.filter(|answers| answers.len() == 1).and_then(|answers| answers.into_values().next());
    match one {
        Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => {
            let said = super::json::cell(&value);
            text.rfind(&said).and_then(|at| text.get(at..at + said.len())).unwrap_or(text)
        }
        _ => text,
    }
}

/// HTML without its pictures and its numbers, which tells screens of one plugin apart.
fn around(text: &str) -> String {
    if !text.trim_start().starts_with('<') {
        return String::new();
    }
    let pictures = stimulus::names(text);
    let bare = pictures.iter().fold(text.to_owned(), |text, name| text.replace(&**name, "*"));
    let bare: String = bare.chars().filter(|one| !one.is_ascii_digit()).collect();
    format!(" showing {}", shortened(&bare))
}

/// The key of a code of `KeyboardEvent.keyCode` (W3C UI Events, appendix on legacy codes): letters, digits, arrows.
fn key_of_code(code: &str) -> Option<&'static str> {
    const LETTERS: [&str; 26] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v",
        "w", "x", "y", "z",
    ];
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    const ARROWS: [&str; 4] = ["ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"];
    let code: usize = code.parse().ok()?;
    let of = |keys: &'static [&'static str], first: usize| keys.get(code.checked_sub(first)?).copied();
    match code {
        13 => Some("Enter"),
        32 => Some("space"),
        37..=40 => of(&ARROWS, 37),
        48..=57 => of(&DIGITS, 48),
        65..=90 => of(&LETTERS, 65),
        96..=105 => of(&DIGITS, 96),
        _ => None,
    }
}
