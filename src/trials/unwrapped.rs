//! JSON in a column of another table: Qualtrics and cognition.run keep a session of jsPsych or lab.js in one cell.

use serde_json::{Map, Value};

use super::delimited::Reader;
use super::json::{self, Found};
use super::text::Text;

/// Longest cell of the other columns that is kept, bytes.
const LONGEST: usize = 200;

/// The sessions in a table, an object a line, each with what the other columns of its row say; `None` where there are none.
pub fn unwrapped(text: &Text) -> Option<Text> {
    let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
    let mut cells = Vec::new();
    let mut content = String::new();
    let mut sessions = 0;
    let mut from = None;
    while reader.next(&mut cells).is_some() {
        let says = |at: usize| cells.get(at).map_or("", |cell| reader.says(cell).trim());
        // The second line of Qualtrics says where its columns came from.
        if says(0).starts_with("{\"ImportId\"") {
            continue;
        }
        let Some(at) = (0..cells.len()).find(|&at| says(at).starts_with("[{") || says(at).starts_with("{\"")) else {
            continue;
        };
        let outer: Map<String, Value> = (0..cells.len())
            .filter(|&other| other != at && !says(other).is_empty() && says(other).len() <= LONGEST)
            .filter_map(|other| Some((text.header.get(other)?.clone(), Value::from(says(other)))))
            .collect();
        let outer = Value::Object(outer).to_string();
        let outer = outer.strip_suffix('}').unwrap_or("{");
        let comma = if outer.len() > 1 { "," } else { "" };
        let mut begin = "[";
        for (_, _, found) in json::found(says(at)) {
            if let Found::Object(object) | Found::Open(object) = found {
                let object = object.replace('\n', " ");
                content.push_str(&format!("{begin}{outer}{comma}\"data\":[{object}]}}\n"));
                begin = "";
            }
        }
        sessions += 1;
        from = from.or_else(|| text.header.get(at).cloned());
    }
    let from = from.filter(|_| !content.is_empty())?;
    let mut notes = text.notes.clone();
    notes.push(format!("rows are the JSON in column {from}, of {sessions} sessions; lines count its objects"));
    let table = Text { content, header: Vec::new(), before: 0, notes, ..text.clone() };
    Some(table)
}
