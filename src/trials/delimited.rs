//! Cells of delimited text, also where inner quotes are not doubled.
//!
//! RFC 4180 doubles a quote inside a quoted cell; PsychoPy writes it as it is (`"['f', "j"]"`). A quoted cell therefore ends
//! at an odd run of quotes before a delimiter or the end of a line, and any other quote inside is text.

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line of the text that it starts in, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// The records of a text; lines without any text are passed over.
pub fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Record> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let start = line;
            let mut cells = Vec::new();
            loop {
                let (text, length) = cell(rest, delimiter);
                line += rest[..length].matches('\n').count() as u64;
                rest = &rest[length..];
                cells.push(text);
                match rest.bytes().next() {
                    Some(byte) if byte == delimiter => rest = &rest[1..],
                    _ => break,
                }
            }
            let end = rest.len() - rest.trim_start_matches('\r').len();
            rest = &rest[end..];
            if let Some(next) = rest.strip_prefix('\n') {
                line += 1;
                rest = next;
            }
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(Record { line: start, cells });
            }
        }
    })
}

/// The first cell of a text, and how many bytes it takes up to its delimiter or the end of its line.
fn cell(text: &str, delimiter: u8) -> (String, usize) {
    let ends = |at: usize| text.as_bytes().get(at).is_none_or(|byte| [delimiter, b'\n', b'\r'].contains(byte));
    let Some(quoted) = text.strip_prefix('"') else {
        let end = (0..text.len()).find(|&at| ends(at)).unwrap_or(text.len());
        return (text[..end].to_owned(), end);
    };
    let list = quoted.starts_with('[');
    let mut found = String::new();
    let mut at = 1;
    while at < text.len() {
        let run = text[at..].bytes().take_while(|&byte| byte == b'"').count();
        if run == 0 {
            let next = text[at..].find('"').map_or(text.len(), |next| at + next);
            found.push_str(&text[at..next]);
            at = next;
            continue;
        }
        at += run;
        let closes = run % 2 == 1 && ends(at) && (!list || found.ends_with(']'));
        let inside = if closes { run - 1 } else { run };
        found.push_str(&"\"".repeat(inside.div_ceil(2)));
        if closes {
            break;
        }
    }
    (found, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, b',').map(|record| record.cells).collect()
    }

    #[test]
    fn quotes_are_read_whether_they_are_doubled_or_not() {
        assert_eq!(cells("\"face, \"\"c\"\"\",b\r\n"), [["face, \"c\"", "b"]]);
        assert_eq!(cells("\"say \"hi\" twice, please\",b\n"), [["say \"hi\" twice, please", "b"]]);
        assert_eq!(cells("\"[\"f\", \"j\"]\",2"), [["[\"f\", \"j\"]", "2"]]);
        assert_eq!(cells("\"[\"\"f\"\", \"\"j\"\"]\",2"), [["[\"f\", \"j\"]", "2"]]);
        assert_eq!(cells("\"\",\"\"\"\""), [["", "\""]]);
    }

    #[test]
    fn lines_are_counted_also_inside_of_cells() {
        let lines: Vec<u64> = records("a,b\n\n\"1\n2\",3\r\n4,5", b',').map(|record| record.line).collect();
        assert_eq!(lines, [1, 3, 5]);
        assert_eq!(cells("a,b,\n1,,\n"), [["a", "b", ""], ["1", "", ""]]);
    }
}
