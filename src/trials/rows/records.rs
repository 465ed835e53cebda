//! Reading the rows of delimited text and of JSON.

use std::collections::HashSet;

use super::super::delimited::{Cell, Reader, is_header, twins};
use super::super::json;
use super::super::text::{listed, shortened};
use super::{Place, Rows};
use crate::error::{Error, Result};
use crate::table::cell;

impl Rows<'_> {
    /// Reads JSON: every object is a row.
    pub(super) fn objects(&mut self, rename: fn(&str) -> String) -> Result<()> {
        let text = self.text;
        let mut wraps = 0;
        for (line, list, found) in json::found(&text.content) {
            let rows = match found {
                json::Found::Object(object) => json::object(object),
                json::Found::Open(_) => Err("the JSON ends in the midst of an object; what it held is lost".to_owned()),
                json::Found::Other(other) => {
                    Err(format!("this JSON holds {} where an object belongs", shortened(other.trim())))
                }
            };
            match rows {
                Err(reason) => self.reject(line, reason),
                Ok(rows) => rows.iter().enumerate().for_each(|(at, row)| {
                    // An object that wraps rows is a list of them.
                    wraps += usize::from(at == 0 && rows.len() > 1);
                    self.list = list + wraps;
                    let cells: Vec<(String, String)> =
                        row.iter().map(|(name, value)| (rename(name), json::cell(value))).collect();
                    let cells: Vec<(&str, &str)> = cells.iter().map(|(name, cell)| (&**name, &**cell)).collect();
                    self.push(line, &cells);
                }),
            }
        }
        match (self.rows.is_empty(), self.rejected.first()) {
            (true, Some(first)) => Err(Error::invalid(format!("no row can be read: {}", first.reason))
                .at(format!("{}, line {}", text.path.display(), first.line))
                .hint("the file holds an array of objects, or an object a line; export it again")),
            _ => Ok(()),
        }
    }

    /// Reads delimited text, whose header may stand again or change.
    pub(super) fn records(&mut self, rename: fn(&str) -> String) {
        let text = self.text;
        let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
        let mut cells = Vec::new();
        for _ in 0..text.before {
            reader.next(&mut cells);
        }
        reader.next(&mut cells);
        let mut header = text.header.clone();
        let mut names: Vec<String> = header.iter().map(|name| rename(name)).collect();
        let mut known: HashSet<String> = header.iter().filter(|name| !name.is_empty()).cloned().collect();
        let mut layout = self.lay_out(&names);
        self.notes.extend(twins(&names));
        let own = text.is_own();
        let unmarked = |text: &str| if own { text.len() - cell::unmarked(text).len() } else { 0 };
        let mut record = text.before;
        while let Some(mut lines) = reader.next(&mut cells) {
            record += 1;
            if let Some(&line) = text.origin.get(record) {
                lines = line..line + 1;
            }
            let filled = cells.iter().rposition(|cell| !reader.says(cell).trim().is_empty()).map_or(0, |last| last + 1);
            let first = cells.first().map_or("", |cell| reader.says(cell).trim());
            if filled == 1 && first == "END OF FILE" {
                continue;
            }
            if cells.iter().take(2).any(|cell| known.contains(reader.says(cell).trim())) {
                let other: Vec<String> = cells.iter().map(|cell| reader.says(cell).trim().to_owned()).collect();
                if is_header(&other, &header) {
                    if other != header {
                        self.notes.push(format!("the header changes in line {}: {}", lines.start, listed(&other)));
                        header = other;
                        known.extend(header.iter().filter(|name| !name.is_empty()).cloned());
                        names = header.iter().map(|name| rename(name)).collect();
                        layout = self.lay_out(&names);
                    } else {
                        self.notes.push(format!("the header stands again in line {}", lines.start));
                    }
                    self.list += 1;
                    continue;
                }
            }
            let blank_rest = header.get(cells.len()..).is_none_or(|rest| rest.iter().all(String::is_empty));
            if filled > header.len() || !blank_rest {
                let last = lines.end - 1;
                let until = if last > lines.start { format!(" (up to line {last})") } else { String::new() };
                let counted = if cells.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", cells.len()) };
                self.reject(lines.start, format!("{counted}{until}, and the header has {}", header.len()));
                continue;
            }
            self.rows.push(Place { line: lines.start, layout, first: self.cells.len(), list: self.list });
            for at in 0..header.len() {
                match cells.get(at) {
                    Some(Cell::Here(range)) => {
                        let mark = unmarked(&text.content[range.clone()]);
                        self.cells.push(((range.start + mark) as u32, (range.len() - mark) as u32));
                    }
                    Some(Cell::Made(text)) => self.keep(&text[unmarked(text)..]),
                    None => self.cells.push((0, 0)),
                }
            }
        }
    }

    fn lay_out(&mut self, names: &[String]) -> usize {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.layout(&names)
    }
}
