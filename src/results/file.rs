//! Files written whole: to a temporary name beside them, then renamed, so that no reader sees half of one.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::WRITABLE;
use crate::error::{Error, Result};

/// Writes a file whole, in place of one of that name; only for files of our own.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path, bytes)?;
    fs::rename(&temporary, path).map_err(|cause| failed(path, &temporary, cause))?;
    sync(path.parent())
}

/// Writes a file whole, and only where there is none of that name yet.
///
/// # Errors
/// Where there is one already, even if it came in the meantime.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path, bytes)?;
    // A link never replaces a file, and a name would; file systems without links look first.
    let linked = match fs::hard_link(&temporary, path) {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists && path.symlink_metadata().is_err() => {
            fs::rename(&temporary, path)
        }
        Ok(()) => fs::remove_file(&temporary),
        Err(_) => {
            let _ = fs::remove_file(&temporary);
            return Err(Error::invalid(format!("{} exists already", path.display()))
                .hint("give another name, or move it away; nothing was written over it"));
        }
    };
    linked.map_err(|cause| failed(path, &temporary, cause))?;
    sync(path.parent())
}

/// Writes a file whole into a folder in which everything is our own.
pub(super) fn write_own(path: &Path, bytes: &[u8]) -> Result<()> {
    create_parent(path)?;
    let temporary = beside(path, "");
    let written = fs::File::create(&temporary).and_then(|file| fill(file, bytes));
    written.and_then(|()| fs::rename(&temporary, path)).map_err(|cause| failed(path, &temporary, cause))
}

/// A new file beside `path` with these bytes, under a name that nothing has.
fn temporary(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    create_parent(path)?;
    for number in 0..1000 {
        let temporary = beside(path, &number.to_string());
        match fs::OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(Error::io("write", path, cause).hint(WRITABLE)),
            Ok(file) => {
                return match fill(file, bytes) {
                    Ok(()) => Ok(temporary),
                    Err(cause) => Err(failed(path, &temporary, cause)),
                };
            }
        }
    }
    Err(Error::invalid(format!("{} cannot be written: every temporary name beside it is taken", path.display()))
        .hint("remove the files .*.partial beside it"))
}

fn beside(path: &Path, number: &str) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    path.with_file_name(format!(".{name}{number}.partial"))
}

fn create_parent(path: &Path) -> Result<()> {
    let refused = |cause| Error::io("write", path, cause).hint(WRITABLE);
    path.parent().map_or(Ok(()), |folder| fs::create_dir_all(folder).map_err(refused))
}

fn fill(mut file: fs::File, bytes: &[u8]) -> std::io::Result<()> {
    file.write_all(bytes).and_then(|()| file.sync_all())
}

/// The error of a file that could not be written; what was written of it goes.
fn failed(path: &Path, temporary: &Path, cause: std::io::Error) -> Error {
    let _ = fs::remove_file(temporary);
    Error::io("write", path, cause).hint(WRITABLE)
}

/// Makes the names in a folder last through a loss of power, where the system can.
pub(super) fn sync(folder: Option<&Path>) -> Result<()> {
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(windows) {
        return Ok(());
    }
    match fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(cause) if !matches!(cause.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
            Err(Error::io("write", folder, cause).hint(WRITABLE))
        }
        _ => Ok(()),
    }
}

/// The same for every folder that holds one of these files, and for those above them up to `root`.
pub(super) fn sync_above<'p>(root: &Path, files: impl IntoIterator<Item = &'p Path>) -> Result<()> {
    let above = |file: &'p Path| file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
    let folders: BTreeSet<&Path> = files.into_iter().flat_map(above).collect();
    folders.into_iter().filter(|folder| folder.is_dir()).try_for_each(|folder| sync(Some(folder)))
}

/// Every file below a folder (or the file itself), in the order of names.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let refused = |cause| Error::io("open", path, cause);
    let mut entries = fs::read_dir(path)
        .map_err(refused)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(refused)?;
    entries.sort();
    let below: Vec<Vec<PathBuf>> = entries.iter().map(|entry| files_below(entry)).collect::<Result<_>>()?;
    Ok(below.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_file_nor_one_with_a_temporary_name_is_written_over() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scores.csv");
        fs::write(folder.path().join(".scores.csv0.partial"), "a stranger's").unwrap();
        write_new(&path, b"first")?;
        assert!(write_new(&path, b"second").unwrap_err().to_string().contains("exists already"));
        write(&path, b"third")?;
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read(folder.path().join(".scores.csv0.partial")).unwrap(), b"a stranger's");
        assert_eq!(files_below(folder.path())?.len(), 2, "no temporary file is left");
        Ok(())
    }
}
