//! A trial file as text, and what its first line says.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Words that platforms write where there is nothing.
const MISSING: [&str; 8] = ["", "NA", "n/a", "NaN", "nan", "None", "null", "undefined"];

/// A file in UTF-8, without its byte-order mark.
#[derive(Debug, Clone)]
pub struct Text {
    /// Where it lies.
    pub path: PathBuf,
    /// What it holds.
    pub content: String,
    /// What separates cells: comma, semicolon or tab, whichever the first line has most of.
    pub delimiter: u8,
    /// Names of the columns; none where the file is JSON.
    pub header: Vec<String>,
}

impl Text {
    /// Reads a file that is not empty.
    pub fn read(path: &Path) -> Result<Text> {
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::io("read the trial file", path, cause)
                .hint("paths in [import] are relative to the experiment file; {data} is the folder given with --data")
        })?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let content = std::str::from_utf8(bytes).map_err(|cause| {
            let line = bytes[..cause.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
            Error::invalid("this file is not text in UTF-8")
                .at(format!("{}, line {line}", path.display()))
                .hint("save the table as CSV in UTF-8")
        })?;
        let first = content.lines().next().unwrap_or("");
        if first.trim().is_empty() {
            let what = if content.trim().is_empty() { "the trial file" } else { "the first line of the trial file" };
            return Err(Error::invalid(format!("{what} is empty"))
                .at(path.display())
                .hint("its first line names the columns"));
        }
        Ok(Text::new(path, content))
    }

    fn new(path: &Path, content: &str) -> Text {
        let first = content.lines().next().unwrap_or("");
        let count = |&delimiter: &u8| first.bytes().filter(|&byte| byte == delimiter).count();
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
        let mut text = Text { path: path.to_owned(), content: content.to_owned(), delimiter, header: Vec::new() };
        if !text.is_json() {
            let cells = super::delimited::records(content, delimiter).next();
            text.header = cells.map(|record| record.cells).unwrap_or_default();
            text.header.iter_mut().for_each(|name| *name = name.trim().to_owned());
        }
        text
    }

    /// Whether the content starts as JSON does.
    pub fn is_json(&self) -> bool {
        self.content.trim_start().starts_with(['[', '{'])
    }

    /// Whether there are columns of all these names.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.header.iter().any(|column| column == name))
    }

    /// The name of the file without its folder.
    pub fn file(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// A cell without blanks around it, unless it is empty or one of the words for "missing".
pub fn present(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    (!MISSING.contains(&cell)).then_some(cell)
}
