//! The report.

use std::path::Path;

use crate::error::Result;
use crate::experiment::{File, Listed};

/// What a report is made of.
pub struct Material<'a> {
    /// The results folder.
    pub results: &'a Path,
    /// The text of `run.toml`.
    pub record: &'a str,
    /// The experiment file.
    pub file: &'a File,
    /// The base pictures.
    pub pictures: &'a [Listed],
}

/// Name (relative to the results folder) and bytes of every file of the report.
pub fn make(_material: &Material) -> Result<Vec<(String, Vec<u8>)>> {
    Ok(vec![("report.html".to_owned(), Vec::new())])
}
