//! The objects of JSON, each by itself: in one array, in several one after another, one a line, or behind one another.
//!
//! Files of people who closed the window, and the lines of JATOS, are often not JSON as a whole. Objects are therefore found
//! by their braces, and one that is broken costs no other.

use serde_json::{Map, Value};

/// An object, or what stands where one belongs.
pub enum Found<'t> {
    /// The text of an object.
    Object(&'t str),
    /// The text from a brace that nothing closes.
    Open(&'t str),
    /// Text between objects.
    Other(&'t str),
}

/// Longest text (bytes), and most values, of an object around rows that each of them gets.
const OUTER: (usize, usize) = (200, 1000);

/// Objects without an end after which the rest of a file is given up.
const MOST_BROKEN: usize = 100;

/// The objects of a text and what stands between them, each with the line in which it begins, from 1, and the number of the list that it stands in: how many
/// have begun before it.
pub fn found(text: &str) -> impl Iterator<Item = (u64, usize, Found<'_>)> {
    let mut at = 0;
    let mut list = 0;
    let mut line = 1;
    let mut broken = 0;
    std::iter::from_fn(move || {
        let between = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']' | 0x1e);
        let rest = text.get(at..)?;
        let skipped = rest.bytes().take_while(|&byte| between(byte)).count();
        line += feeds(rest.get(..skipped)?);
        list += rest.get(..skipped)?.matches('[').count();
        at += skipped;
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (found, length) = if rest.starts_with('{') {
            match end(rest) {
                Some(end) => (Found::Object(rest.get(..end)?), end),
                // The rest may hold objects that are whole: another participant's line.
                None => {
                    broken += 1;
                    let next = |mark| rest.get(1..).filter(|_| broken <= MOST_BROKEN)?.find(mark);
                    let next = [next("\n[{"), next("\n{")].into_iter().flatten().min();
                    let length = next.map_or(rest.len(), |next| next + 2);
                    (Found::Open(rest.get(..length)?), length)
                }
            }
        } else {
            let length = rest.find(['{', '\n']).unwrap_or(rest.len());
            (Found::Other(rest.get(..length)?), length)
        };
        let item = (line, list, found);
        line += feeds(rest.get(..length)?);
        at += length;
        Some(item)
    })
}

fn feeds(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u64
}

/// Where the object at the beginning of a text ends.
fn end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted && depth == 1 => return Some(at + 1),
            b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

/// An object's values by name; an object that wraps others (`data` of OSWeb, `trials`) is those.
pub fn object(text: &str) -> Result<Vec<Map<String, Value>>, String> {
    let mut object: Map<String, Value> =
        serde_json::from_str(text).map_err(|cause| format!("this JSON cannot be read: {cause}"))?;
    let wrapped = ["data", "trials"].into_iter().find(|name| {
        let rows = object.get(*name).and_then(Value::as_array);
        rows.is_some_and(|rows| !rows.is_empty() && rows.iter().all(Value::is_object))
    });
    let Some(Value::Array(rows)) = wrapped.and_then(|name| object.remove(name)) else { return Ok(vec![object]) };
    // What wraps rows is copied to each of them: a few short values, or none.
    object.retain(|_, value| {
        !value.is_object() && !value.is_array() && value.as_str().is_none_or(|text| text.len() <= OUTER.0)
    });
    if object.len() > OUTER.1 {
        object.clear();
    }
    let merged = rows.into_iter().filter_map(|row| match row {
        Value::Object(row) => Some(object.clone().into_iter().chain(row).collect()),
        _ => None,
    });
    Ok(merged.collect())
}

/// A value as the cell of a table: text as it is, null as nothing, anything else as JSON.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(u64, &'static str, &str)> {
        let kind = |(line, _, found)| match found {
            Found::Object(text) => (line, "object", text),
            Found::Open(text) => (line, "open", text),
            Found::Other(text) => (line, "other", text),
        };
        super::found(text).map(kind).collect()
    }

    #[test]
    fn objects_are_found_however_they_are_strung_together() {
        let expected = ["{\"a\": \"}\\\"{\"}", "{\"b\": {\"c\": 1}}"];
        for [before, between, after] in
            [["[", ",\n", "]"], ["", "\n", "\n"], ["[", "]\n[", "]"], ["[[", "],[", "]]\n"], ["", "", ""]]
        {
            let text = format!("{before}{}{between}{}{after}", expected[0], expected[1]);
            let found: Vec<&str> = kinds(&text).into_iter().map(|(_, _, text)| text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_is_broken_is_told_with_its_line_and_costs_no_other() {
        let found = kinds("[{\"a\": 1},\n{\"b\": 2\n[{\"c\": 3}]\nnothing, {\"d\": 4}");
        let lines: Vec<(u64, &str)> = found.iter().map(|(line, kind, _)| (*line, *kind)).collect();
        assert_eq!(lines, [(1, "object"), (2, "open"), (3, "object"), (4, "other"), (4, "object")]);
        assert_eq!(kinds("[{\"a\": 1}, {\"b\": \"x")[1].1, "open");
    }

    #[test]
    fn rows_that_an_object_wraps_are_its_rows() {
        let rows =
            object("{\"subject\": 3, \"context\": {}, \"data\": [{\"a\": 1}, {\"a\": 2, \"subject\": 4}]}").unwrap();
        let cells: Vec<(String, String)> = rows.iter().map(|row| (cell(&row["subject"]), cell(&row["a"]))).collect();
        assert_eq!(cells, [("3".to_owned(), "1".to_owned()), ("4".to_owned(), "2".to_owned())]);
        assert!(object("{\"a\": nothing}").unwrap_err().contains("line 1"));
    }
}
