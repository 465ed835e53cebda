//! Small tables as CSV: the indexes that say whose map a file is, and the tables of results.

pub mod cell;
pub mod parquet;
mod quiet;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A table with named columns; every cell is text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
    path: PathBuf,
    /// Lines of the file at which the rows begin, from 1.
    lines: Vec<u64>,
    /// True if nobody wrote it: its rows list the files of a folder.
    listed: bool,
}

/// One row of a table, with its place for messages.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    at: usize,
}

impl Table {
    /// An empty table.
    pub fn new(columns: &[&str]) -> Table {
        Table { columns: columns.iter().map(|name| (*name).to_owned()).collect(), ..Table::default() }
    }

    /// An empty table that lists files of a folder in a column `file`, where no `index.csv` does.
    pub fn at(folder: &Path, columns: &[&str]) -> Table {
        Table { path: folder.join("index.csv"), listed: true, ..Table::new(columns) }
    }

    /// Adds a row; it has one cell a column.
    pub fn push(&mut self, cells: impl Into<Vec<String>>) {
        let cells = cells.into();
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|at| Row { table: self, at })
    }

    /// The table as CSV (RFC 4180, UTF-8).
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        delimited(b',', std::iter::once(&self.columns).chain(&self.rows))
    }

    /// Reads a CSV file with a header line.
    pub fn read(path: &Path) -> Result<Table> {
        let bytes = std::fs::read(path).map_err(|cause| Error::io("read the table", path, cause))?;
        let malformed = |cause: csv::Error| {
            let line = cause.position().map_or(String::new(), |at| format!(", line {}", Lines::new(&bytes).of(at)));
            let what = match cause.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("a row has {len} cells, and the header {expected_len}")
                }
                csv::ErrorKind::Utf8 { .. } => "this table is not text in UTF-8".to_owned(),
                _ => format!("this table cannot be read: {cause}"),
            };
            Error::invalid(what)
                .at(format!("{}{line}", path.display()))
                .hint("a table is CSV in UTF-8 with a header line and as many cells in every row")
        };
        let own = |cell: &str| cell::unmarked(cell).to_owned();
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let columns = reader.headers().map_err(malformed)?.iter().map(own).collect();
        let (mut rows, mut lines, mut place) = (Vec::new(), Vec::new(), Lines::new(&bytes));
        for record in reader.records() {
            let record = record.map_err(malformed)?;
            lines.push(record.position().map_or(0, |at| place.of(at)));
            rows.push(record.iter().map(own).collect());
        }
        Ok(Table { columns, rows, path: path.to_path_buf(), lines, listed: false })
    }
}

/// Lines of records, from 1. The reader leaves the second half of the end of a line, and blank lines, to the next record.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn new(bytes: &[u8]) -> Lines<'_> {
        Lines { bytes, at: 0, line: 1 }
    }

    /// The line of a record; records are asked for in their order.
    fn of(&mut self, record: &csv::Position) -> u64 {
        let begin = usize::try_from(record.byte()).unwrap_or(usize::MAX).clamp(self.at, self.bytes.len());
        let blank = self.bytes[begin..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        for at in self.at..begin + blank {
            let alone = self.bytes.get(at + 1) != Some(&b'\n');
            self.line += u64::from(self.bytes[at] == b'\n' || self.bytes[at] == b'\r' && alone);
        }
        self.at = begin + blank;
        self.line
    }
}

impl<'a> Row<'a> {
    /// Every cell, in the order of the columns.
    pub fn cells(&self) -> &'a [String] {
        &self.table.rows[self.at]
    }

    /// A cell, unless the column is absent or the cell empty.
    pub fn text(&self, column: &str) -> Option<&'a str> {
        let at = self.table.columns.iter().position(|name| name == column)?;
        self.table.rows[self.at].get(at).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A cell that must be there.
    pub fn needed(&self, column: &str) -> Result<&'a str> {
        self.text(column).ok_or_else(|| {
            Error::invalid(format!("the column {column} is missing or empty"))
                .at(self.place())
                .hint(format!("the columns are: {}", self.table.columns.join(", ")))
        })
    }

    /// A number, unless the column is absent or the cell empty.
    pub fn number(&self, column: &str) -> Result<Option<f64>> {
        let Some(text) = self.text(column) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(Error::invalid(format!("column {column}: {text:?} is not a number"))
                .at(self.place())
                .hint("give a finite number, or leave the cell empty")),
        }
    }

    /// The path of a file that the row names, which must lie below the table's own folder.
    pub fn file(&self, column: &str) -> Result<PathBuf> {
        let name = self.needed(column)?;
        let inside = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(Error::invalid(format!("{name} lies outside the folder of the table"))
                .at(self.place())
                .hint("name files relative to the table, without .."));
        }
        Ok(self.table.path.parent().unwrap_or(Path::new("")).join(name))
    }

    /// File and line, or the file that it lists, for messages.
    pub fn place(&self) -> String {
        if let Some(file) = self.text("file").filter(|_| self.table.listed) {
            return self.table.path.with_file_name(file).display().to_string();
        }
        let line = self.table.lines.get(self.at).copied().unwrap_or(self.at as u64 + 2);
        format!("{}, line {line}", self.table.path.display())
    }
}

/// Rows as delimited text (RFC 4180, UTF-8); no cell is one that a spreadsheet would run ([`cell`]).
pub fn delimited<R>(delimiter: u8, rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>>
where
    R: IntoIterator<Item: AsRef<str>>,
{
    let refused = |cause: String| Error::internal(format!("a table cannot be written: {cause}"));
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        for text in row {
            writer.write_field(&*cell::marked(text.as_ref())).map_err(|cause| refused(cause.to_string()))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|cause| refused(cause.to_string()))?;
    }
    writer.into_inner().map_err(|cause| refused(cause.to_string()))
}

/// A number with nine significant digits, so that tables are the same on every run and hold all of a float32.
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { String::new() };
    }
    let digits = 8 - value.abs().log10().floor() as i32;
    let text = format!("{value:.*}", digits.clamp(0, 30) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number, or an empty cell.
pub fn number_or_empty(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_nine_digits_and_no_more() {
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(-123456.789012345), "-123456.789");
        assert_eq!(number(1.0e-5 / 3.0), "0.00000333333333");
        assert_eq!(number_or_empty(None), "");
    }

    #[test]
    fn tables_round_trip_and_refuse_files_outside_their_folder() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.csv");
        let mut listed = Table::at(folder.path(), &["file"]);
        listed.push(["1/a.npy".to_owned()]);
        let place = listed.iter().next().unwrap().place();
        assert_eq!(place, folder.path().join("1/a.npy").display().to_string(), "there is no index.csv");
        let mut table = Table::new(&["file", "observer"]);
        table.push(["a.npy".to_owned(), "o,\"1\"".to_owned()]);
        table.push(["../b.npy".to_owned(), String::new()]);
        table.push(["c.npy".to_owned(), "=1+1".to_owned()]);
        std::fs::write(&path, table.to_csv()?).unwrap();
        assert!(String::from_utf8(table.to_csv()?).unwrap().ends_with("c.npy,'=1+1\n"));
        let read = Table::read(&path)?;
        assert_eq!(read.rows, table.rows);
        let rows: Vec<Row> = read.iter().collect();
        assert_eq!(rows[0].needed("observer")?, "o,\"1\"");
        assert_eq!(rows[0].file("file")?, folder.path().join("a.npy"));
        assert!(rows[1].file("file").unwrap_err().to_string().contains("outside"));
        assert!(rows[1].needed("observer").unwrap_err().to_string().contains("line 3"));
        Ok(())
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_ends_them() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.csv");
        for (text, lines) in [
            ("a,b\n1,2\n3,4\n", [2, 3]),
            ("a,b\r\n1,2\r\n3,4\r\n", [2, 3]),
            ("a,b\r1,2\r3,4\r", [2, 3]),
            ("a,b\r\n\r\n\"1\r\n1\",2\r\n3,4\r\n", [3, 5]),
        ] {
            std::fs::write(&path, text).unwrap();
            let table = Table::read(&path)?;
            let found: Vec<String> = table.iter().map(|row| row.place()).collect();
            assert_eq!(found, lines.map(|line| format!("{}, line {line}", path.display())), "{text:?}");
        }
        std::fs::write(&path, "a,b\r\n1,2\r\n3\r\n").unwrap();
        assert!(Table::read(&path).unwrap_err().to_string().contains("line 3"));
        Ok(())
    }
}
