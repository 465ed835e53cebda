//! `exclusions/`: what each rule took, and what it changes in the map.

use std::path::Path;

use super::optional;
use crate::error::Result;
use crate::table::Table;

/// Both tables; empty where the experiment names no rule.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Exclusions {
    /// A row a rule, in the order applied.
    pub rules: Table,
    /// A row for each choice of rules.
    pub sensitivity: Table,
}

/// Reads them, where `asked`.
pub(super) fn read(results: &Path, asked: bool) -> Result<Exclusions> {
    if !asked {
        return Ok(Exclusions::default());
    }
    let table = |name: &str| Ok(optional(&results.join("exclusions").join(name))?.unwrap_or_default());
    Ok(Exclusions { rules: table("rules.csv")?, sensitivity: table("sensitivity.csv")? })
}
