//! The results folder: finished stages, each under a key, written whole or not at all.
//!
//! A stage writes into a scratch folder and is renamed into place when it is complete; its key (a hash of every
//! input and parameter) is written last. A run that is interrupted at any moment therefore leaves only finished
//! stages and scratch, and the next run takes up both.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const WRITABLE: &str =
    "check that the folder of results is a folder, that you may write to it, and that the disk is not full";

/// Whether a text from a file may become part of a path: letters, digits, `.`, `-`, `_`, not starting with a dot.
pub fn is_safe_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && !text.starts_with('.')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// A file name for any text: the text itself where it is safe, else its safe characters and a hash of the whole.
pub fn safe_name(text: &str) -> String {
    if is_safe_name(text) {
        return text.to_owned();
    }
    let kept: String = text.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    format!("{kept}-{}", &hash(text.as_bytes())[..12])
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a file.
pub fn hash_file(path: &Path) -> Result<String> {
    fs::read(path).map(|bytes| hash(&bytes)).map_err(|cause| Error::io("read", path, cause))
}

/// Collects everything that a stage depends on.
#[derive(Default)]
pub struct Key(Sha256);

impl Key {
    /// A key that starts with the stage's name and the version of the code.
    pub fn new(stage: &str) -> Key {
        Key::default().with("stage", stage).with("version", env!("CARGO_PKG_VERSION"))
    }

    /// Adds a named value.
    pub fn with(mut self, name: &str, value: impl std::fmt::Debug) -> Key {
        self.0.update(format!("{name}={value:?}\n"));
        self
    }

    /// The key in hexadecimal.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Writes a file whole: to a temporary name beside it, then renamed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let refused = |cause| Error::io("write", path, cause).hint(WRITABLE);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(refused)?;
    }
    let temporary = path.with_file_name(format!(
        ".{}.partial",
        path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default()
    ));
    let mut file = fs::File::create(&temporary).map_err(refused)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(refused)?;
    fs::rename(&temporary, path).map_err(refused)
}

/// `results/<name>/`.
#[derive(Debug, Clone)]
pub struct Results {
    root: PathBuf,
}

/// Held while stages write; the system lets go of it when the process ends, in whatever way.
#[derive(Debug)]
pub struct Lock {
    _file: fs::File,
}

/// A stage being made: its scratch folder.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Writes `bytes` as `name` (relative, may hold folders).
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        write(&self.folder.join(name), bytes)
    }

    /// A folder below, to write into as if it were the scratch folder.
    pub fn below(&self, name: &str) -> Scratch {
        Scratch { folder: self.folder.join(name) }
    }

    /// The scratch folder; what an interrupted run left is in it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Results {
    /// The folder `root`, which need not exist yet.
    pub fn new(root: &Path) -> Results {
        Results { root: root.to_path_buf() }
    }

    /// The path of a file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Keeps other runs out of the folder; an error where one is at work in it.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.path(".lock");
        fs::create_dir_all(&self.root)
            .map_err(|cause| Error::io("create the folder", &self.root, cause).hint(WRITABLE))?;
        let opened = fs::OpenOptions::new().create(true).append(true).open(&path);
        let file = opened.map_err(|cause| Error::io("write", &path, cause).hint(WRITABLE))?;
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => Err(Error::invalid("another run is writing to the folder of results")
                .at(self.root.display())
                .hint("wait for it, or give another folder with --results")),
            // A file system that knows no locks is used without.
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(Lock { _file: file }),
        }
    }

    /// Whether `stage` was finished with this key and its outputs are all there.
    pub fn is_finished(&self, stage: &str, key: &str) -> bool {
        fs::read_to_string(self.key_path(stage)).is_ok_and(|text| {
            let mut lines = text.lines();
            lines.next() == Some(key)
                && lines.all(|line| {
                    line.split_once("  ").is_some_and(|(expected, name)| {
                        hash_file(&self.root.join(name)).is_ok_and(|found| found == expected)
                    })
                })
        })
    }

    /// Opens the scratch folder of a stage. What an interrupted run with the same key left is kept; other leftovers go.
    pub fn begin(&self, stage: &str, key: &str) -> Result<Scratch> {
        let parent = self.root.join(".scratch").join(stage.replace('/', "+"));
        let folder = parent.join(&key[..16]);
        if parent.exists() && !folder.exists() {
            fs::remove_dir_all(&parent).map_err(|cause| Error::io("remove", &parent, cause).hint(WRITABLE))?;
        }
        fs::create_dir_all(&folder).map_err(|cause| Error::io("create the folder", &folder, cause).hint(WRITABLE))?;
        Ok(Scratch { folder })
    }

    /// Moves what is in the scratch folder into place, replacing `owned` (the files and folders that this stage makes),
    /// and records the key.
    ///
    /// The scratch folder is renamed first: interrupted between here and the end it is half empty, and must not be
    /// taken up by [`Results::begin`].
    pub fn finish(&self, stage: &str, key: &str, scratch: Scratch, owned: &[&str]) -> Result<()> {
        let refused = |doing, path: &Path, cause| Error::io(doing, path, cause).hint(WRITABLE);
        let key_path = self.key_path(stage);
        let complete = scratch.folder.with_extension("complete");
        fs::rename(&scratch.folder, &complete).map_err(|cause| refused("rename", &scratch.folder, cause))?;
        if key_path.exists() {
            fs::remove_file(&key_path).map_err(|cause| refused("replace", &key_path, cause))?;
        }
        let mut record = format!("{key}\n");
        for name in owned {
            let (from, to) = (complete.join(name), self.root.join(name));
            if to.is_dir() {
                fs::remove_dir_all(&to).map_err(|cause| refused("replace", &to, cause))?;
            } else if to.exists() {
                fs::remove_file(&to).map_err(|cause| refused("replace", &to, cause))?;
            }
            if !from.exists() {
                continue;
            }
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|cause| refused("create the folder", folder, cause))?;
            }
            fs::rename(&from, &to).map_err(|cause| refused("write", &to, cause))?;
            for file in files_below(&to)? {
                let relative = file.strip_prefix(&self.root).unwrap_or(&file).to_string_lossy().into_owned();
                record.push_str(&format!("{}  {relative}\n", hash_file(&file)?));
            }
        }
        if let Some(parent) = complete.parent() {
            fs::remove_dir_all(parent).map_err(|cause| refused("remove", parent, cause))?;
            let _ = fs::remove_dir(self.root.join(".scratch"));
        }
        write(&key_path, record.as_bytes())
    }

    fn key_path(&self, stage: &str) -> PathBuf {
        self.root.join(".keys").join(stage.replace('/', "+"))
    }
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
    fn a_stage_that_stopped_while_moving_into_place_is_not_taken_up_again() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::new(folder.path());
        let key = Key::new("stage").finish();
        let scratch = results.begin("stage", &key)?;
        scratch.write("maps/a.npy", b"map")?;
        scratch.write("rows/a.csv", b"row")?;
        scratch.write("taken/b.csv", b"table")?;
        write(&results.path("taken"), b"a file where a folder is needed")?;
        assert!(results.finish("stage", &key, scratch, &["maps", "taken/b.csv"]).is_err());
        assert!(results.path("maps/a.npy").exists() && !results.is_finished("stage", &key));
        let again = results.begin("stage", &key)?;
        assert_eq!(files_below(again.folder())?, Vec::<PathBuf>::new());
        Ok(())
    }

    #[test]
    fn a_stage_that_stopped_earlier_is_taken_up_with_the_same_key_and_no_other() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::new(folder.path());
        let [key, other] = ["a", "b"].map(|name| Key::new(name).finish());
        results.begin("model/x", &key)?.write("rows/a.csv", b"row")?;
        assert!(results.begin("model/x", &key)?.folder().join("rows/a.csv").is_file());
        assert_eq!(files_below(results.begin("model/x", &other)?.folder())?, Vec::<PathBuf>::new());
        Ok(())
    }
}
