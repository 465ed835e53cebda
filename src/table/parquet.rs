//! Tables as Parquet, by polars.

use std::fs::File;
use std::path::Path;

use polars::prelude::*;

use super::{Table, quiet};
use crate::error::{Error, Result};

/// Said of a file on which the reader of Parquet panics, as it does on some that are damaged.
const CONTRADICTION: &str = "its parts contradict one another";

impl Table {
    /// The table as Parquet, with float64 in the columns of these names and text in the others.
    pub fn to_parquet(&self, numeric: &[&str]) -> Result<Vec<u8>> {
        let columns = self.columns.iter().map(|name| {
            let cells = self.iter().map(|row| row.text(name));
            if numeric.contains(&name.as_str()) {
                let numbers = cells.map(|cell| cell.and_then(|text| text.parse::<f64>().ok()));
                Column::new(name.into(), numbers.collect::<Vec<_>>())
            } else {
                Column::new(name.into(), cells.collect::<Vec<_>>())
            }
        });
        write(self.rows.len(), columns.collect())
    }
}

/// Columns of `height` rows as Parquet.
pub fn write(height: usize, columns: Vec<Column>) -> Result<Vec<u8>> {
    let refused = |cause: PolarsError| Error::internal(format!("a table cannot be written: {cause}"));
    let mut frame = DataFrame::new(height, columns).map_err(refused)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(refused)?;
    Ok(bytes)
}

/// Reads a Parquet file.
pub fn read(path: &Path) -> Result<DataFrame> {
    let file = File::open(path).map_err(|cause| {
        Error::io("read", path, cause).hint("run the stage that makes it first, or `bubblescope run`")
    })?;
    let damaged = |cause: String| {
        Error::invalid(format!("this is not a Parquet table: {cause}"))
            .at(path.display())
            .hint("remove it and run again")
    };
    let read = quiet::attempt(move || ParquetReader::new(file).finish());
    read.ok_or_else(|| damaged(CONTRADICTION.to_owned()))?.map_err(|cause| damaged(cause.to_string()))
}

/// The CSV that the bytes of a Parquet table stand for; what is missing is empty.
pub fn to_csv(bytes: Vec<u8>) -> Result<String> {
    let damaged = |cause: String| {
        Error::invalid(format!("this Parquet table cannot be read: {cause}"))
            .hint("write it again, or save it as CSV in UTF-8")
    };
    let read = quiet::attempt(move || {
        let mut frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish()?;
        let mut text = Vec::new();
        CsvWriter::new(&mut text).finish(&mut frame)?;
        PolarsResult::Ok(text)
    });
    let text = read.ok_or_else(|| damaged(CONTRADICTION.to_owned()))?;
    String::from_utf8(text.map_err(|cause| damaged(cause.to_string()))?).map_err(|cause| damaged(cause.to_string()))
}
