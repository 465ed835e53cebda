//! `.keys/experiment`: which experiment file the results are of, as a path from the folder of results, so that a project may be
//! moved as a whole.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::{file, record};
use crate::error::{Error, Result};

/// Name of the record.
const NAME: &str = "experiment";

/// Refuses results that another experiment file made, which is still there.
pub(super) fn check(root: &Path, experiment: &Path) -> Result<()> {
    let Ok(text) = fs::read_to_string(record::path(root, NAME)) else { return Ok(()) };
    let (Ok(own), Ok(other)) = (experiment.canonicalize(), root.join(text.trim_end()).canonicalize()) else {
        return Ok(());
    };
    if own == other {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "the folder of results is that of another experiment, {}, and this one is {}",
        other.display(),
        own.display()
    ))
    .at(root.display())
    .hint("give this one a folder of its own with --results"))
}

/// Notes that the results are of this experiment file.
pub(super) fn note(root: &Path, experiment: &Path) -> Result<()> {
    let (Ok(from), Ok(to)) = (root.canonicalize(), experiment.canonicalize()) else { return Ok(()) };
    let text = format!("{}\n", relative(&from, &to).display());
    let path = record::path(root, NAME);
    if fs::read_to_string(&path).is_ok_and(|found| found == text) {
        Ok(())
    } else {
        file::write(&path, text.as_bytes())
    }
}

/// The path from a folder to a file; the file's own where they lie on different drives.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (from, all): (Vec<Component>, Vec<Component>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&all).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return to.to_path_buf();
    }
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(all[common..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_up_from_where_the_two_part() {
        let found = relative(Path::new("/a/results/x"), Path::new("/a/experiments/x/experiment.toml"));
        assert_eq!(found, Path::new("../../experiments/x/experiment.toml"));
    }
}
