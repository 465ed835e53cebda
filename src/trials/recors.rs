//! ReCorDS JSON (GroupeLaboGosselin/ReCorDS; Faghel-Soubeyrand, Dupuis-Roy & Gosselin 2019, JEP: General): an observer a file,
//! variables of a block as lists.
//!
//! Centres (`X.i`) are indices from 1 that run down the columns of the picture. The published description swaps the sex
//! codes: 0 is male, as the names of the photographs tell. A response of 0 at time 0 is none. Times are s. Initials repeat
//! between people, so the number in `sub_001_...` names an observer where the file has it.

use serde_json::Value;

use super::answer::{Answer, Given};
use super::rows::Rows;
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known, json};
use crate::error::{Error, Result};
use crate::experiment::{Import, TimeUnit};
use crate::place::Places;

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "recors",
    description: "JSON of ReCorDS: blocks of lists, centres as indices down the columns",
    told_by: "JSON with independentVariables and dependentVariables",
    detect,
    read,
};

fn detect(text: &Text, _: &Import) -> bool {
    text.is_json()
        && ["\"independentVariables\"", "\"dependentVariables\""].iter().all(|name| text.content.contains(name))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let height = known.planes.first().map(|(rows, _)| *rows).or(import.height).ok_or_else(|| {
        Error::invalid("the centres of this file run down the columns of the picture, whose height is not known")
            .at(text.path.display())
            .hint("give the number of rows of the picture, such as --height 128")
    })?;
    let mut rows = Rows::new(text);
    let file = text.file();
    let number =
        file.split('_').skip_while(|part| *part != "sub").nth(1).filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
    for (line, _, found) in json::found(&text.content) {
        let parsed = match found {
            json::Found::Object(object) => {
                serde_json::from_str::<Value>(object).map_err(|cause| format!("this JSON cannot be read: {cause}"))
            }
            _ => Err("the JSON ends in the midst of an observer; what it held is lost".to_owned()),
        };
        match parsed {
            Err(reason) => rows.reject(line, reason),
            Ok(observer) => blocks(&mut rows, line, number, &observer, height),
        }
    }
    rows.claim(&import.columns)?;
    let mut imported = rows.join(import, known, Told::By(TimeUnit::S), |row| {
        let answer = Answer { places: Some(Places::default()), ..Answer::of(row, &import.columns) };
        let (response, time) = (row.text("response_key"), row.text("rt"));
        Ok(answer.given(Given { response, time, ..Given::default() }, &import.columns))
    })?;
    imported.reading.notes.push("lines count observers' objects; sex code 0 is male".to_owned());
    Ok(imported)
}

/// Adds a row a trial.
fn blocks(rows: &mut Rows, line: u64, number: Option<&str>, observer: &Value, height: usize) {
    let id = observer.pointer("/subjectInformation/SubjectID").map(json::cell).unwrap_or_default();
    let id = number.unwrap_or(&id);
    let blocks = list(observer.get("block"));
    for (block, values) in blocks.iter().enumerate() {
        let block = (block + 1).to_string();
        let variable = |name: &str| {
            let found = values.get("independentVariables").and_then(|all| all.get(name));
            list(found.or_else(|| values.get("dependentVariables").and_then(|all| all.get(name))))
        };
        let [sex, face, flip] = ["gender_face1", "face1_nb", "right_left_flip"].map(variable);
        let [response, time, right] = ["response", "RT", "accuracy"].map(variable);
        let shown = list(values.pointer("/X/i"));
        let trials = [sex, face, flip, response, time, right, shown].map(<[Value]>::len).into_iter().max().unwrap_or(0);
        for at in 0..trials {
            let trial = (at + 1).to_string();
            let cell = |list: &[Value]| list.get(at).map(json::cell).unwrap_or_default();
            let centres = match centres(shown.get(at), height) {
                Ok(centres) => centres,
                Err(reason) => {
                    rows.reject(line, format!("block {block}, trial {trial}: {reason}"));
                    continue;
                }
            };
            let picture = match (cell(sex).as_str(), face.get(at).and_then(Value::as_u64)) {
                ("0", Some(face)) => format!("Male_{face:03}.png"),
                ("1", Some(face)) => format!("Female_{face:03}.png"),
                _ => String::new(),
            };
            let silent = cell(response) == "0" && time.get(at).and_then(Value::as_f64) == Some(0.0);
            let said = |list: &[Value]| if silent { String::new() } else { cell(list) };
            rows.push(
                line,
                &[
                    ("observer", id),
                    ("block", &block),
                    ("trial", &trial),
                    ("picture", &picture),
                    ("mirrored", &cell(flip)),
                    ("n_bubbles", &centres.split_whitespace().count().to_string()),
                    ("centres", &centres),
                    ("response_key", &said(response)),
                    ("correct", &said(right)),
                    ("rt", &said(time)),
                ],
            );
        }
    }
}

/// The entries of a list; a single value is a list of one, as MATLAB writes it.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(list)) => list,
        Some(Value::Null) | None => &[],
        Some(single) => std::slice::from_ref(single),
    }
}

/// Indices down the columns, from 1, as `row:column ...` from 0.
fn centres(indices: Option<&Value>, height: usize) -> std::result::Result<String, String> {
    let place = |index: &Value| {
        let from_one = index.as_u64().and_then(|index| index.checked_sub(1)).filter(|_| height > 0);
        let index = from_one.ok_or_else(|| format!("{index} is not the index of a pixel, from 1"))? as usize;
        Ok(format!("{}:{}", index % height, index / height))
    };
    list(indices).iter().map(place).collect::<std::result::Result<Vec<_>, _>>().map(|places| places.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_run_down_the_columns_from_one() {
        let of = |text: &str| centres(Some(&serde_json::from_str(text).unwrap()), 128);
        // The published file has 1688 first, and the table of the same trials 23:13.
        assert_eq!(of("[1688, 1842]").unwrap(), "23:13 49:14");
        assert_eq!((of("1").unwrap(), of("[]").unwrap()), ("0:0".to_owned(), String::new()));
        assert!(of("[0]").unwrap_err().contains("from 1"));
    }
}
