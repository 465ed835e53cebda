//! Data of jsPsych (de Leeuw 2015, Behavior Research Methods 47:1): CSV or JSON, versions 6 to 8, the lines of JATOS, JSON in a
//! column of another table (Qualtrics, cognition.run), and the CSV of our export.
//!
//! Times are ms. Version 6 tells the code of a key (`key_press`), later ones its name. Screens that show no stimulus of the
//! experiment (preloading, instructions, fixation) are left out: those without a trial id where there are trial ids.

use super::answer::Answer;
use super::join::NO_TRIAL;
use super::rows::Rows;
use super::text::Text;
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
    let rows = Rows::read(text, str::to_owned)?;
    let own_key = rows.has("key");
    let by_id = rows.has(&import.columns.trial_id);
    let lookup = known.lookup();
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = Answer::of(row, &import.columns);
        let shows = |text: &&str| lookup.shown(text).is_some() || is_picture(text) && lookup.is_shown(text);
        answer.shown = row.text("stimulus").filter(shows);
        if by_id && answer.id.is_none() || !answer.is_identified() {
            return Err(NO_TRIAL);
        }
        answer.key = row.text("key").filter(|_| own_key);
        let response = row.text("response").or_else(|| row.text("button_pressed"));
        let response = response.or(row.is_space("response").then_some("space"));
        let code = row.text("key_press").filter(|code| *code != "-1").map(|code| key_of_code(code).unwrap_or(code));
        Ok(answer.with(response.or(code), row.text("rt")))
    })?;
    imported.reading.version = version(&rows);
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

/// Whether a stimulus is a picture: a file, or HTML around one.
fn is_picture(text: &str) -> bool {
    let name = super::stimulus::name(text);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg" | "gif" | "webp" | "bmp" | "svg"))
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
