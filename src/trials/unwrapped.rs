//! JSON in a column of another table: Qualtrics and cognition.run keep a session of jsPsych or lab.js in one cell, or, because
//! Qualtrics takes no more than 15 to 20 kB in one, in several whose columns are numbered (`labjs-data-0`, `labjs-data-1`, ...).
//!
//! Pieces are strung together in the order of their numbers, up to where the JSON ends. Where one is missing, what stands on
//! either side of it is read by itself, and what it cuts is rejected.

use std::collections::BTreeMap;

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
    let (mut sessions, mut from, mut notes) = (0, None, text.notes.clone());
    while let Some(lines) = reader.next(&mut cells) {
        let says = |at: usize| cells.get(at).map_or("", |cell| reader.says(cell));
        // The second line of Qualtrics says where its columns came from.
        if says(0).trim().starts_with("{\"ImportId\"") {
            continue;
        }
        // A session whose first piece is missing stands where those of other rows do.
        let beheaded = |&at: &usize| {
            let name = |at: usize| text.header.get(at).map(|name| numbered(name).0);
            from.is_some_and(|from| name(from) == name(at)) && says(at).contains("{\"")
        };
        let at = (0..cells.len()).find(|&at| begins(says(at))).or_else(|| (0..cells.len()).find(beheaded));
        let Some(at) = at else { continue };
        let session = session(&text.header, at, says);
        let outer: Map<String, Value> = (0..cells.len())
            .filter(|other| !session.columns.contains(other))
            .map(|other| (other, says(other).trim()))
            .filter(|(_, cell)| !cell.is_empty() && cell.len() <= LONGEST)
            .filter_map(|(other, cell)| Some((text.header.get(other)?.clone(), Value::from(cell))))
            .collect();
        let outer = Value::Object(outer).to_string();
        let outer = outer.strip_suffix('}').unwrap_or("{");
        let comma = if outer.len() > 1 { "," } else { "" };
        // One list for each session.
        let mut begin = "[";
        for (part, piece) in session.parts.iter().enumerate() {
            for (.., found) in json::found(piece) {
                match found {
                    Found::Object(object) | Found::Open(object) => {
                        let object = object.replace(['\n', '\r'], " ");
                        content.push_str(&format!("{begin}{outer}{comma}\"data\":[{object}]}}\n"));
                        begin = "";
                    }
                    // What is left of an object that a missing piece cuts.
                    Found::Other(rest) if part > 0 => {
                        content.push_str(&format!("{{{}}}\n", Value::from(rest.replace(['{', '}'], " "))));
                    }
                    Found::Other(_) => {}
                }
            }
        }
        if let Some(missing) = session.missing {
            notes.push(format!("in line {}, {missing}; the trials that it cuts are lost", lines.start));
        }
        sessions += 1;
        from = from.or(Some(at));
    }
    let from = text.header.get(from?).filter(|_| !content.is_empty())?;
    notes.push(format!("rows are the JSON in column {from}, of {sessions} sessions; lines count its objects"));
    let table = Text { content, header: Vec::new(), before: 0, notes, ..text.clone() };
    Some(table)
}

/// True if a cell begins a session.
fn begins(cell: &str) -> bool {
    let cell = cell.trim_start();
    cell.starts_with("[{") || cell.starts_with("{\"")
}

/// The JSON of one row.
struct Session {
    /// Columns that hold it.
    columns: Vec<usize>,
    /// Its text; several where a piece between them is missing.
    parts: Vec<String>,
    /// Which piece is missing.
    missing: Option<String>,
}

/// The session that begins in column `at`, with its pieces in the columns of the same name and higher numbers.
fn session<'c>(header: &[String], at: usize, says: impl Fn(usize) -> &'c str) -> Session {
    let mut session = Session { columns: vec![at], parts: vec![says(at).to_owned()], missing: None };
    let Some((name, first)) = header.get(at).map(|name| numbered(name)) else { return session };
    if !begins(says(at)) {
        session.missing = Some(format!("the first piece of column {name}... is missing"));
        session.parts.insert(0, String::new());
    }
    let pieces: BTreeMap<u32, usize> = (0..header.len())
        .filter_map(|column| Some((numbered(header.get(column)?), column)))
        .filter(|((other, number), _)| *other == name && *number > first)
        .map(|((_, number), column)| (number, column))
        .collect();
    // A piece that is no JSON of its own belongs to one before it that has not ended.
    let mut cut = is_open(says(at)) || session.missing.is_some();
    let mut expected = first + 1;
    for (&number, &column) in &pieces {
        let piece = says(column);
        if piece.trim().is_empty() || !(cut || begins(piece)) {
            continue;
        }
        session.columns.push(column);
        // Behind a column without a number the count may begin at 2.
        let next = number == expected || (first, number) == (0, 2) && expected == 1 && !pieces.contains_key(&1);
        if cut && !next && !begins(piece) {
            session.missing.get_or_insert(format!("piece {expected} of column {name}... is missing"));
            session.parts.push(String::new());
        }
        if let Some(part) = session.parts.last_mut() {
            part.push_str(piece);
            // Behind a missing piece nobody knows what is open.
            cut = is_open(part) || session.missing.is_some();
        }
        expected = number + 1;
    }
    if cut {
        session.missing.get_or_insert(format!("the JSON of column {name}... has no end"));
    }
    session
}

/// The name of a column without the number at its end, and that number; 0 where there is none.
fn numbered(name: &str) -> (&str, u32) {
    let stem = name.trim_end_matches(|one: char| one.is_ascii_digit());
    let number = name.get(stem.len()..).and_then(|digits| digits.parse().ok());
    (stem.trim_end_matches(['-', '_', '.', ' ']), number.unwrap_or(0))
}

/// True if a bracket or brace of a text is not closed.
fn is_open(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_i64, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    quoted || depth > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &str, cells: &[&str]) -> Option<Text> {
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let content = format!("{header}\n{}\n", quoted.join(","));
        unwrapped(&Text::of(std::path::Path::new("x"), content.into()).unwrap())
    }

    #[test]
    fn pieces_are_strung_together_by_number_and_not_by_column() {
        let all = "[{\"a\": \"1 2\"},{\"a\": \"x, 3\"}]";
        let text = found("id,d-10,d-9,d-8", &["p", &all[20..], &all[9..20], &all[..9]]).unwrap();
        assert_eq!(
            text.content,
            "[{\"id\":\"p\",\"data\":[{\"a\": \"1 2\"}]}\n{\"id\":\"p\",\"data\":[{\"a\": \"x, 3\"}]}\n"
        );
    }

    #[test]
    fn sessions_that_end_are_not_joined_to_what_follows() {
        let text = found("q1,q2,q3", &["[{\"a\": 1}]", "yes", "[{\"a\": 2}]"]).unwrap();
        assert_eq!(text.content.lines().count(), 2, "{}", text.content);
        assert!(text.content.contains("\"q2\":\"yes\""), "{}", text.content);
    }

    #[test]
    fn a_session_without_its_first_piece_is_not_passed_over() {
        let content = "d-0,d-1\n\"[{\"\"a\"\": 1}\",\"]\"\n,\"x\"\"},{\"\"a\"\": 2}]\"\n";
        let text = unwrapped(&Text::of(std::path::Path::new("x"), content.into()).unwrap()).unwrap();
        assert!(text.content.contains("{\"a\": 2}"), "{}", text.content);
        assert!(text.notes[0].contains("line 3, the first piece of column d... is missing"), "{:?}", text.notes);
    }

    #[test]
    fn a_missing_piece_makes_no_value_of_its_two_sides() {
        let text = found("d_0,d_1,d_2", &["[{\"a\": \"face_0", "", "2.png\"}, {\"a\": 3}]"]).unwrap();
        assert!(!text.content.contains("face_02"), "{}", text.content);
        assert!(text.content.contains("[{\"a\": 3}]"), "{}", text.content);
        assert!(text.notes[0].starts_with("in line 2, piece 1 of column d... is missing"), "{:?}", text.notes);
    }
}
