//! A trial file as text, and what its first lines say.

use std::path::{Path, PathBuf};

use super::delimited::Reader;
use super::encoding::{Encoding, decode};
use crate::error::{Error, Result};
use crate::table::{cell, parquet};

/// Words that platforms write where there is nothing.
const MISSING: [&str; 10] = ["", "NA", "N/A", "n/a", "NaN", "nan", "None", "null", "NULL", "undefined"];

/// Characters of a value, and names of columns, that a message shows.
const SHOWN: (usize, usize) = (80, 30);

/// Later tables of a file that are looked at.
const TABLES: usize = 8;

/// Delimiters and bytes of a header line that is believed: E-Prime and OpenSesame write thousands of columns, not millions.
const MOST_CELLS: usize = 100_000;
const LONGEST_HEADER: usize = 10_000_000;

/// A file in UTF-8, without its byte-order mark.
#[derive(Debug, Clone)]
pub struct Text {
    /// Where it lies.
    pub path: PathBuf,
    /// How it wrote its characters.
    pub encoding: Encoding,
    /// What it holds; a table of Parquet as the CSV that it stands for.
    pub content: String,
    /// What separates cells: comma, semicolon, tab or bar, whichever the header has most of.
    pub delimiter: u8,
    /// Whether inner quotes have a backslash before them, as OpenSesame writes them.
    pub backslash: bool,
    /// Names of the columns; none where the file is no table.
    pub header: Vec<String>,
    /// Records before the header.
    pub before: usize,
    /// What is worth saying of how it was read.
    pub notes: Vec<String>,
    /// Line of the file that each record came from, where records were gathered from others; else empty.
    pub origin: Vec<u64>,
}

impl Text {
    /// Reads a file that is not empty.
    pub fn read(path: &Path) -> Result<Text> {
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::io("read the trial file", path, cause)
                .hint("paths in [import] are relative to the experiment file; {data} is the folder given with --data")
        })?;
        Text::of(path, bytes)
    }

    /// The text of a file's bytes.
    pub fn of(path: &Path, bytes: Vec<u8>) -> Result<Text> {
        if bytes.starts_with(b"PAR1") {
            let content = parquet::to_csv(bytes).map_err(|error| error.at(path.display()))?;
            return Ok(Text::new(path, content, Encoding::Parquet));
        }
        let (content, encoding, bad) = decode(path, &bytes)?;
        drop(bytes);
        if content.len() > u32::MAX as usize {
            return Err(Error::unsupported(format!("this file holds {} bytes, and 4 GiB are the most", content.len()))
                .at(path.display())
                .hint("divide it, for example by participant"));
        }
        let first = content.lines().next().unwrap_or("");
        if first.trim().is_empty() {
            let what = if content.trim().is_empty() { "the trial file" } else { "the first line of the trial file" };
            return Err(Error::invalid(format!("{what} is empty"))
                .at(path.display())
                .hint("its first line names the columns"));
        }
        let header = content.split(['\n', '\r']).find(|line| !line.trim().is_empty()).unwrap_or("");
        let cells = header.bytes().filter(|byte| matches!(byte, b',' | b';' | b'\t' | b'|')).count();
        if !content.trim_start().starts_with(['[', '{']) && (cells > MOST_CELLS || header.len() > LONGEST_HEADER) {
            let length = header.len();
            return Err(Error::invalid(format!(
                "the first line of this file has {length} bytes, and is no header of a table"
            ))
            .at(format!("{}, line 1", path.display()))
            .hint("a table has a line that names its columns, and a line for each row; export it again"));
        }
        let mut text = Text::new(path, content, encoding);
        if bad > 0 {
            text.notes.push(format!("{bad} places are no characters of {encoding}, and stand as \u{fffd}"));
        }
        Ok(text)
    }

    fn new(path: &Path, content: String, encoding: Encoding) -> Text {
        let mut text = Text {
            path: path.to_owned(),
            encoding,
            content,
            delimiter: b',',
            backslash: false,
            header: Vec::new(),
            before: 0,
            notes: Vec::new(),
            origin: Vec::new(),
        };
        if text.is_json() || text.content.starts_with("*** Header Start") {
            return text;
        }
        let mut lines = text.content.lines().filter(|line| !line.trim().is_empty());
        let (first, second) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        // A title, or Excel's "sep=;", stands alone above a header.
        let alone = |line: &str| columns(line, delimiter(line)).iter().filter(|name| !name.is_empty()).count() < 2;
        let above = alone(first) && columns(second, delimiter(second)).len() > 2;
        let told = first.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
        text.before = usize::from(above || told.is_some());
        let line = if text.before > 0 { second } else { first };
        text.delimiter = told.unwrap_or_else(|| delimiter(line));
        text.header = columns(&text.content, text.delimiter);
        if text.before > 0 {
            text.notes.push(format!("the line {:?} stands above the header", shortened(first)));
            text.header = columns(second, text.delimiter);
        }
        if text.is_own() {
            text.header.iter_mut().for_each(|name| *name = cell::unmarked(name).to_owned());
        }
        text.backslash = text.has(&["subject_nr"]) && text.content.contains("\\\"");
        text
    }

    /// The tables behind an empty line, each with the line of its header: a file may hold one of people, or a list of settings,
    /// before that of trials.
    pub fn later(&self) -> Vec<(u64, Text)> {
        if self.header.is_empty() || !self.origin.is_empty() {
            return Vec::new();
        }
        let is_blank = |line: &str| line.chars().all(|one| one.is_whitespace() || matches!(one, ',' | ';' | '|'));
        let lines: Vec<&str> = self.content.lines().collect();
        let begins = (1..lines.len()).filter(|&at| is_blank(lines[at - 1]) && !is_blank(lines[at]));
        let table = |at: usize| {
            let (line, delimiter) = (at as u64 + 1, delimiter(lines[at]));
            let header = columns(lines[at], delimiter);
            if header.len() < 2 || header.iter().any(|name| decimal(name).is_some()) {
                return None;
            }
            let mut reader = Reader::new(&self.content, delimiter, self.backslash);
            let mut cells = Vec::new();
            let records = std::iter::from_fn(|| reader.next(&mut cells)).take_while(|lines| lines.start < line);
            let before = records.count();
            let own = format!("line {line} begins another table than line 1, which is left aside");
            let notes = self.notes.iter().cloned().chain([own]).collect();
            Some((line, Text { header, before, delimiter, notes, ..self.clone() }))
        };
        begins.take(TABLES).filter_map(table).collect()
    }

    /// Whether the content starts as JSON does.
    pub fn is_json(&self) -> bool {
        self.content.trim_start().starts_with(['[', '{'])
    }

    /// Whether there are columns of all these names.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.header.iter().any(|column| column == name))
    }

    /// True where bubblescope wrote this table, with marks before cells that a spreadsheet would run: trials, behaviour in BIDS, or the
    /// answers of an exported experiment.
    pub fn is_own(&self) -> bool {
        self.has(&["trial_id", "mirrored", "centres"]) && (self.has(&["simulated"]) || self.has(&["tool_version"]))
    }

    /// The name of the file without its folder.
    pub fn file(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What the file is, for people.
    pub fn described(&self) -> String {
        let separated = match self.delimiter {
            _ if self.encoding == Encoding::Parquet => return self.encoding.to_string(),
            _ if self.is_json() => return format!("{}, JSON", self.encoding),
            _ if self.header.is_empty() => return self.encoding.to_string(),
            b'\t' => "tabs",
            b';' => "semicolons",
            b'|' => "bars",
            b',' => "commas",
            _ => "a character that the file names",
        };
        format!("{}, cells separated by {separated}", self.encoding)
    }
}

/// The delimiter that a line has most of outside of quotes.
fn delimiter(line: &str) -> u8 {
    let mut counts = [0_usize; 4];
    const ALL: [u8; 4] = [b'|', b'\t', b';', b','];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        if let Some(at) = ALL.iter().position(|one| *one == byte && !quoted) {
            counts[at] += 1;
        }
    }
    ALL.into_iter().zip(counts).max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

/// The cells of the first record.
fn columns(text: &str, delimiter: u8) -> Vec<String> {
    let mut reader = Reader::new(text, delimiter, false);
    let mut cells = Vec::new();
    reader.next(&mut cells);
    cells.iter().map(|cell| reader.says(cell).trim().to_owned()).collect()
}

/// A cell without blanks around it, unless it is empty or one of the words for "missing".
pub fn present(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    (!MISSING.contains(&cell)).then_some(cell)
}

/// A number, also with a comma for its point.
pub fn decimal(text: &str) -> Option<f64> {
    let value = text.parse().ok().or_else(|| match text.split_once(',') {
        Some((whole, rest)) if !text.contains('.') && !rest.contains(',') => format!("{whole}.{rest}").parse().ok(),
        _ => None,
    });
    value.filter(|value: &f64| value.is_finite())
}

/// A value short enough for a message.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN.0) {
        None => text.to_owned(),
        Some((end, _)) => {
            format!("{}... ({} characters)", text.get(..end).unwrap_or(""), text.chars().count())
        }
    }
}

/// Names of columns, few enough for a message.
pub fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN.1).map(|name| shortened(name)).collect();
    let more = names.len().saturating_sub(SHOWN.1);
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> Text {
        Text::of(Path::new("x"), content.into()).unwrap()
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_header_has_most_of() {
        for (line, expected) in
            [("a,b;c,d", b','), ("\"a,b,c\";d", b';'), ("a\tb", b'\t'), ("a|b,c|d", b'|'), ("a", b',')]
        {
            assert_eq!(delimiter(line), expected, "{line}");
        }
    }

    #[test]
    fn a_line_above_the_header_is_told_from_it() {
        let export = text("C:\\data\\study.emrg\nExperimentName\tSubject\tTrial\nx\t1\t1\n");
        assert_eq!((export.before, export.header.len(), export.delimiter), (1, 3, b'\t'));
        let excel = text("sep=;\na;b,c\n1;2,5\n");
        assert_eq!((excel.before, &excel.header[..]), (1, &["a".to_owned(), "b,c".to_owned()][..]));
        assert_eq!(text("a\n1\n").before, 0);
    }

    #[test]
    fn a_table_behind_an_empty_line_is_found_with_its_own_delimiter() {
        for blank in ["\n", ",,\n", "\r\n"] {
            let file = text(&format!("participant,age\na,23\n{blank}participant;trial;rt\na;1;0,4\n"));
            let later = file.later();
            assert_eq!((later.len(), later[0].0), (1, 4));
            // Of semicolons, a line of commas is a record.
            let before = 2 + usize::from(blank == ",,\n");
            assert_eq!((later[0].1.before, later[0].1.header.len(), later[0].1.delimiter), (before, 3, b';'));
        }
        assert_eq!(text("a,b\n1,2\n\n3,4\n").later().len(), 0, "numbers are no header");
    }

    #[test]
    fn numbers_may_have_a_comma() {
        assert_eq!(
            (decimal("0,5"), decimal("0.5"), decimal("1,000.5"), decimal("inf")),
            (Some(0.5), Some(0.5), None, None)
        );
    }

    #[test]
    fn messages_stay_short() {
        assert!(shortened(&"é".repeat(1_000_000)).len() < 200);
        assert!(listed(&vec!["a".repeat(1000); 1000]).len() < 5000);
    }
}
