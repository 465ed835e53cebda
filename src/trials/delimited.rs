//! Cells of delimited text, also where inner quotes are not doubled.
//!
//! RFC 4180 doubles a quote inside a quoted cell; PsychoPy writes it as it is (`"['f', "j"]"`), OpenSesame puts a backslash
//! before it. A quoted cell therefore ends at an odd run of quotes before a delimiter or the end of a line, and any other
//! quote inside is text. A quote that nothing closes is text as well, so that it does not swallow the rest of the file.

use std::collections::HashSet;
use std::ops::Range;

use super::text::listed;

/// One cell: where it stands in the text, or what it says where that is not written so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// As it stands.
    Here(Range<usize>),
    /// Without what its quoting added.
    Made(String),
}

/// Reads a text record by record.
#[derive(Debug, Clone)]
pub struct Reader<'t> {
    text: &'t str,
    delimiter: u8,
    backslash: bool,
    at: usize,
    line: u64,
    /// Whether a quote was met that nothing closes; then none of the later ones is closed either.
    unclosed: bool,
    /// The same of a quote before a bracket, which a bracket before a quote closes.
    unclosed_list: bool,
}

impl<'t> Reader<'t> {
    /// The records of a text; `backslash` tells that inner quotes have one before them.
    pub fn new(text: &'t str, delimiter: u8, backslash: bool) -> Reader<'t> {
        Reader { text, delimiter, backslash, at: 0, line: 1, unclosed: false, unclosed_list: false }
    }

    /// Puts the cells of the next record in the place of others, and tells the lines that it takes, from 1. Lines without
    /// any text are passed over.
    pub fn next(&mut self, cells: &mut Vec<Cell>) -> Option<Range<u64>> {
        let bytes = self.text.as_bytes();
        loop {
            cells.clear();
            if self.at >= bytes.len() {
                return None;
            }
            let start = self.line;
            loop {
                let cell = self.cell();
                cells.push(cell);
                match bytes.get(self.at) {
                    Some(byte) if *byte == self.delimiter => self.at += 1,
                    _ => break,
                }
            }
            let end = self.line + 1;
            // "\r\n", "\r\r\n" (text written twice as text), "\n", and "\r" alone end a line.
            let returns = bytes[self.at..].iter().take_while(|&&byte| byte == b'\r').count();
            self.at += returns;
            let feed = bytes.get(self.at) == Some(&b'\n');
            self.at += usize::from(feed);
            self.line += if feed { 1 } else { returns as u64 };
            if cells.iter().any(|cell| !self.says(cell).trim().is_empty()) {
                return Some(start..end);
            }
        }
    }

    /// What a cell says.
    pub fn says<'c>(&'c self, cell: &'c Cell) -> &'c str {
        match cell {
            Cell::Here(range) => self.text.get(range.clone()).unwrap_or(""),
            Cell::Made(text) => text,
        }
    }

    fn cell(&mut self) -> Cell {
        let start = self.at;
        let bytes = self.text.as_bytes();
        if bytes.get(start) == Some(&b'"') && !self.unclosed {
            let mut found = self.quoted(start + 1, false);
            // A list that ends with half of a pair of quotes was cut at one inside: `"["f", "j"]"`. Where quotes are doubled,
            // it is the text itself that ends so: a piece of JSON.
            let half = |(cell, end): &(Cell, usize)| {
                let quotes = self.says(cell).bytes().filter(|&byte| byte == b'"').count();
                let written = bytes.get(start + 1..end - 1).unwrap_or_default();
                quotes % 2 == 1 && written.split(|&byte| byte != b'"').any(|run| run.len() % 2 == 1)
            };
            let list = bytes.get(start + 1) == Some(&b'[') && !self.unclosed_list && found.as_ref().is_some_and(half);
            if list {
                match self.quoted(start + 1, true) {
                    Some(whole) => found = Some(whole),
                    None => self.unclosed_list = true,
                }
            }
            match found {
                Some((cell, end)) => {
                    self.line += bytes[start..end].iter().filter(|&&byte| byte == b'\n').count() as u64;
                    self.at = end;
                    return cell;
                }
                None => self.unclosed = true,
            }
        }
        let delimiter = self.delimiter;
        let ends = |&byte: &u8| byte == delimiter || byte == b'\n' || byte == b'\r';
        self.at = bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length);
        Cell::Here(start..self.at)
    }

    /// The quoted cell whose text begins at `begin`, and where it ends; `None` where nothing closes it.
    fn quoted(&self, begin: usize, list: bool) -> Option<(Cell, usize)> {
        let bytes = self.text.as_bytes();
        let ends =
            |at: usize| bytes.get(at).is_none_or(|&byte| byte == self.delimiter || byte == b'\n' || byte == b'\r');
        let mut made: Option<String> = None;
        let (mut from, mut at) = (begin, begin);
        loop {
            at += bytes[at..].iter().position(|&byte| byte == b'"')?;
            let run = bytes[at..].iter().take_while(|&&byte| byte == b'"').count();
            let after = at + run;
            let escaped = self.backslash && at > begin && bytes[at - 1] == b'\\';
            let closes = (run - usize::from(escaped)) % 2 == 1 && ends(after) && (!list || bytes[at - 1] == b']');
            let inside = run - usize::from(closes);
            let kept = if escaped { 1 + (inside - 1).div_ceil(2) } else { inside.div_ceil(2) };
            if closes && made.is_none() && kept == 0 {
                return Some((Cell::Here(begin..at), after));
            }
            let text = made.get_or_insert_default();
            text.push_str(self.text.get(from..at - usize::from(escaped))?);
            text.push_str(&"\"".repeat(kept));
            (from, at) = (after, after);
            if closes {
                return made.map(|text| (Cell::Made(text), after));
            }
        }
    }
}

/// True where a row is a header again: it names more than half of the columns there are, and is mostly such names.
pub fn is_header(row: &[String], header: &[String]) -> bool {
    let filled = row.iter().filter(|cell| !cell.is_empty()).count();
    let known = header.iter().filter(|name| !name.is_empty()).count();
    let same = row.iter().filter(|cell| !cell.is_empty() && header.contains(cell)).count();
    same > 1 && 2 * same > filled && 2 * same > known
}

/// A note on columns that have one name.
pub fn twins(names: &[String]) -> Option<String> {
    let mut twins: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !seen.insert(name) && !twins.contains(name) {
            twins.push(name.clone());
        }
    }
    let which = listed(&twins);
    (!twins.is_empty())
        .then(|| format!("columns given more than once, of which the first that holds something counts: {which}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, backslash: bool) -> Vec<(u64, Vec<String>)> {
        let mut reader = Reader::new(text, b',', backslash);
        let (mut cells, mut found) = (Vec::new(), Vec::new());
        while let Some(lines) = reader.next(&mut cells) {
            found.push((lines.start, cells.iter().map(|cell| reader.says(cell).to_owned()).collect()));
        }
        found
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        all(text, false).into_iter().map(|(_, cells)| cells).collect()
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
    fn a_piece_of_json_that_ends_inside_a_text_is_a_cell() {
        assert_eq!(cells("\"[{\"\"a\"\": \"\"x\",\"y\"\"}]\",3"), [["[{\"a\": \"x", "y\"}]", "3"]]);
    }

    #[test]
    fn a_backslash_escapes_a_quote_only_where_the_platform_writes_so() {
        let text = "\"face, \\\"c\\\"\",\"C:\\\\x\",\"\\\"\"\n";
        assert_eq!(all(text, true)[0].1, ["face, \"c\"", "C:\\\\x", "\""]);
        assert_eq!(cells("\"C:\\dir\\\",b\n"), [["C:\\dir\\", "b"]]);
    }

    #[test]
    fn a_quote_that_nothing_closes_swallows_nothing() {
        assert_eq!(cells("a,b\n\"1,2\n3,4\n"), [["a", "b"], ["\"1", "2"], ["3", "4"]]);
        assert_eq!(cells("a,b\n\"[1\",2\n\"3\",4\n"), [["a", "b"], ["[1", "2"], ["3", "4"]]);
    }

    #[test]
    fn lines_are_counted_also_inside_of_cells() {
        let lines = |text: &str| all(text, false).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
        assert_eq!(lines("a,b\n\n\"1\n2\",3\r\n4,5"), [1, 3, 5]);
        assert_eq!(lines("a,b\r1,2\r3,4\r"), [1, 2, 3]);
        assert_eq!(cells("a,b,\n1,,\n"), [["a", "b", ""], ["1", "", ""]]);
    }
}
