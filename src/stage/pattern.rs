//! Files by patterns: `*` stands for any text in the name of a file or folder, `**` for any folders.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::experiment::matches;

/// Folders that `**` goes down at most.
const DEEPEST: usize = 12;

/// True if a field names several files.
pub fn is_pattern(file: &str) -> bool {
    file.contains('*')
}

/// The files that a pattern finds, sorted: each as the field would name it, and where it lies. `resolve` says where a path of
/// the field lies.
pub fn found(pattern: &str, resolve: impl Fn(&str) -> PathBuf) -> Result<Vec<(String, PathBuf)>> {
    let fixed = pattern.find('*').and_then(|star| pattern.get(..star)?.rfind('/')).map_or(0, |slash| slash + 1);
    let (folder, rest) = pattern.split_at_checked(fixed).unwrap_or(("", pattern));
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let root = resolve(folder);
    let mut found = Vec::new();
    below(&root, &parts, DEEPEST, &mut found)?;
    found.sort();
    found.dedup();
    let name = |path: &Path| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
    Ok(found.into_iter().map(|path| (format!("{folder}{}", name(&path)), path)).collect())
}

fn below(folder: &Path, parts: &[&str], depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let Some((part, rest)) = parts.split_first() else { return Ok(()) };
    if *part == "**" {
        below(folder, rest, depth, found)?;
        if depth > 0 {
            for inner in entries(folder)?.into_iter().filter(|path| path.is_dir() && !path.is_symlink()) {
                below(&inner, parts, depth - 1, found)?;
            }
        }
        return Ok(());
    }
    let called =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| matches(part, name));
    for path in entries(folder)?.into_iter().filter(called) {
        if rest.is_empty() {
            found.extend(path.is_file().then_some(path));
        } else if path.is_dir() {
            below(&path, rest, depth, found)?;
        }
    }
    Ok(())
}

/// What a folder holds, but what is hidden; nothing where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let refused = |cause| Error::io("open the folder", folder, cause);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_names_of_files_and_of_folders() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["sub-1/beh/a.tsv", "sub-2/beh/b.tsv", "sub-2/eeg/c.tsv", "d.tsv", ".e.tsv", "sub-2/beh/b.json"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let names = |pattern: &str| {
            let found = found(pattern, |path| folder.path().join(path)).unwrap();
            found.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names("*.tsv"), ["d.tsv"]);
        assert_eq!(names("*/beh/*.tsv"), ["sub-1/beh/a.tsv", "sub-2/beh/b.tsv"]);
        assert_eq!(names("sub-2/*/*.tsv"), ["sub-2/beh/b.tsv", "sub-2/eeg/c.tsv"]);
        assert_eq!(names("**/*.tsv"), ["d.tsv", "sub-1/beh/a.tsv", "sub-2/beh/b.tsv", "sub-2/eeg/c.tsv"]);
        assert_eq!(names("nothing/*.tsv"), [""; 0]);
    }
}
