//! Data of OpenSesame (Mathôt, Schreij & Theeuwes 2012, Behavior Research Methods 44:314): CSV, or the JSON of OSWeb; times are ms.
//!
//! All cells are quoted with backslashes before inner quotes, `NA` is missing, columns are sorted by name. The response to an
//! item stands in `response_<item>`, the last one in `response`; a time-out is the response `None`.

use super::answer::{Answer, Given};
use super::parts::{Part, parts};
use super::rows::Rows;
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "opensesame",
    description: "CSV of OpenSesame, JSON of OSWeb",
    told_by: "columns subject_nr and response_time, with opensesame_version or count_...",
    detect,
    read,
};

/// Columns that name what was shown.
const SHOWN: [&str; 4] = ["image", "stimulus", "stim_file", "file"];

fn detect(text: &Text, _: &Import) -> bool {
    if text.is_json() {
        let has = |name: &str| text.content.contains(name);
        return has("\"subject_nr\"") && (has("\"opensesame_version\"") || has("\"count_"));
    }
    let own = |name: &String| name == "opensesame_version" || name.starts_with("count_");
    text.has(&["subject_nr", "response_time"]) && text.header.iter().any(own)
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let columns = &import.columns;
    let rows = Rows::read(text, columns, str::to_owned)?;
    let identified = |row| Answer::of(row, columns).showing(row.first(&SHOWN), columns);
    let parts = parts(
        &rows,
        import,
        &known.lookup(),
        items(&rows),
        |row| identified(row).is_identified(),
        |row, part| row.named(&part.correct).is_some(),
    )?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::Ms), |row| {
        let mut answer = identified(row);
        if row.text("practice") == Some("yes") && answer.role.is_none() && columns.role.is_none() {
            answer.role = Some("practice");
        }
        answer.prompt = !answer.is_identified();
        answer.responds = rows.has("response") || !parts.chosen.is_empty();
        let part = parts.of(row);
        let says = |column: fn(&Part) -> &String| part.and_then(|part| row.named(column(part)));
        let (response, correct, time) =
            (says(|part| &part.response), says(|part| &part.correct), says(|part| &part.time));
        Ok(answer.given(Given { response, correct, time, ..Given::default() }, columns))
    })?;
    let version = rows.iter().find_map(|row| row.text("opensesame_version"));
    imported.reading.version = version.map(|version| format!("OpenSesame {version}"));
    imported.reading.answers = parts.names();
    imported.reading.notes.push(format!("answers are those of {}", parts.note));
    Ok(imported)
}

/// The items that wait for a response, where there are several; otherwise the last response.
fn items(rows: &Rows) -> Vec<Part> {
    let names: Vec<String> = rows.columns();
    let item = |name: &String| {
        let item = name.strip_prefix("response_time_")?;
        let [response, correct] = ["response_", "correct_"].map(|prefix| format!("{prefix}{item}"));
        names.contains(&response).then(|| Part::new(item, response, correct, name.clone()))
    };
    let mut items: Vec<Part> = names.iter().filter_map(item).collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    let last = Part::new("the last response", "response".to_owned(), "correct".to_owned(), "response_time".to_owned());
    if items.len() > 1 { items } else { vec![last] }
}
