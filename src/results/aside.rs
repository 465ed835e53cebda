//! Files of others in the folder of results: refused by name, or moved aside; never removed.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::{WRITABLE, file};
use crate::error::{Error, Result};

/// The folder that files are moved to, in the folder of results.
const FOLDER: &str = ".moved-aside";

/// Names in a message before the others are counted.
const MOST_NAMES: usize = 6;

/// Files that were moved out of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where they lie now, under the names that they had.
    pub folder: PathBuf,
    /// The names that they had in the folder of results.
    pub names: Vec<String>,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "moved aside to {}: {}", self.folder.display(), listed(&self.names))
    }
}

/// The first of some names, and how many more there are.
pub fn listed(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The error for files that bubblescope did not make and that are where it makes its own.
pub(super) fn refusal(root: &Path, names: &[String]) -> Error {
    refused(root, format!("the folder of results holds files that bubblescope did not make: {}", listed(names)))
}

/// The error for files that both a person and the program changed.
pub(super) fn refusal_of_changed(root: &Path, names: &[String]) -> Error {
    refused(
        root,
        format!("these files were changed by hand since they were made, and are to be replaced: {}", listed(names)),
    )
}

fn refused(root: &Path, what: String) -> Error {
    let aside = root.join(FOLDER);
    Error::invalid(what).at(root.display()).hint(format!(
        "give another folder with --results, or move them yourself, or add --force, which moves them to {} and deletes nothing",
        aside.display()
    ))
}

/// Moves files and links out of the way, into a folder of their own that is new.
pub(super) fn move_aside(root: &Path, names: &[String]) -> Result<Option<Moved>> {
    if names.is_empty() {
        return Ok(None);
    }
    let above = root.join(FOLDER);
    let create = |folder: &Path| {
        fs::create_dir_all(folder).map_err(|cause| Error::io("create the folder", folder, cause).hint(WRITABLE))
    };
    create(&above)?;
    let folder =
        (1..usize::MAX).map(|number| above.join(number.to_string())).find(|path| path.symlink_metadata().is_err());
    let folder = folder.ok_or_else(|| Error::internal("there is no number left for a folder"))?;
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for name in names {
        let (own, other) = (root.join(name), folder.join(name));
        other.parent().map_or(Ok(()), create)?;
        fs::rename(&own, &other)
            .map_err(|cause| Error::io("move aside", &own, cause).hint("move it elsewhere yourself, then run again"))?;
        from.push(own);
        to.push(other);
    }
    file::sync_above(root, from.iter().chain(&to).map(PathBuf::as_path))?;
    Ok(Some(Moved { folder, names: names.to_vec() }))
}
