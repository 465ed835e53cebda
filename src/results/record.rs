//! `.keys/<stage>`: the key of a stage and every file that it made, with its hash. No other file is ever replaced or removed.
//!
//! A record is written before the first file moves into place, with what was there and what comes and no key, and again when
//! all of them are there. However a run ends, the files of both are known as our own.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::{file, hash_file};
use crate::error::{Error, Result};

/// The folder of records in the folder of results.
const FOLDER: &str = ".keys";

/// Stands in place of a key until every file is there.
const UNFINISHED: &str = "unfinished";

/// Names that systems put into folders by themselves, besides those that begin with a dot.
const OF_THE_SYSTEM: [&str; 2] = ["thumbs.db", "desktop.ini"];

/// A record: a key, and files by hash and name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Record {
    key: String,
    pub files: Vec<(String, String)>,
}

impl Record {
    /// The record of a finished stage.
    pub fn new(key: &str, files: Vec<(String, String)>) -> Record {
        Record { key: key.to_owned(), files }
    }

    /// The record of a stage whose files are being replaced: those that it had made, and those that come.
    pub fn unfinished(before: &Record, files: &[(String, String)]) -> Record {
        Record::new(UNFINISHED, before.files.iter().chain(files).cloned().collect())
    }

    /// The record of a stage; `None` where there is none, or another file has its place.
    pub fn read(root: &Path, stage: &str) -> Option<Record> {
        fs::read_to_string(path(root, stage)).ok().and_then(|text| Record::parse(&text))
    }

    /// Writes it as that of a stage.
    pub fn write(&self, root: &Path, stage: &str) -> Result<()> {
        let lines = self.files.iter().map(|(hash, name)| format!("{hash}  {name}\n"));
        file::write(&path(root, stage), format!("{}\n{}", self.key, lines.collect::<String>()).as_bytes())
    }

    fn parse(text: &str) -> Option<Record> {
        let mut lines = text.lines();
        let key = lines.next().filter(|key| is_hash(key) || *key == UNFINISHED)?.to_owned();
        // A record that came with the results of somebody else names nothing outside of them.
        let inside = |name: &str| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        let file = |line: &str| {
            let (hash, name) = line.split_once("  ").filter(|(hash, name)| is_hash(hash) && inside(name))?;
            Some((hash.to_owned(), name.to_owned()))
        };
        Some(Record { key, files: lines.map(file).collect::<Option<_>>()? })
    }

    /// True where the stage was finished with this key, and every file is there as it was made.
    pub fn vouches(&self, root: &Path, key: &str) -> bool {
        self.key == key
            && self.files.iter().all(|(hash, name)| hash_file(&root.join(name)).is_ok_and(|found| found == *hash))
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The path of the record of a stage, or of another file about the folder.
pub(super) fn path(root: &Path, stage: &str) -> PathBuf {
    root.join(FOLDER).join(stage.replace('/', "+"))
}

/// Whose a file in the folder of results is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A record names it, and it is as it was made.
    Ours,
    /// A record names it, and it was changed since.
    Changed,
    /// No record names it.
    Others,
}

type Hashes = HashMap<String, Vec<String>>;

/// The records of a folder of results, as a stage sees them.
pub(super) struct Records<'a> {
    root: &'a Path,
    /// That of the stage itself, empty before it was ever made.
    pub own: Record,
    of_stage: Hashes,
    /// Those of every stage; read when its own does not know a file.
    all: OnceCell<Hashes>,
}

impl<'a> Records<'a> {
    /// The records, seen from a stage.
    ///
    /// # Errors
    /// Where a file that is no record has the place of the stage's own.
    pub fn read(root: &'a Path, stage: &str) -> Result<Records<'a>> {
        let own = Record::read(root, stage);
        let place = path(root, stage);
        if own.is_none() && place.symlink_metadata().is_ok() {
            return Err(Error::invalid(format!("{} is no record of bubblescope", place.display()))
                .hint("move it away, or give another folder with --results"));
        }
        let own = own.unwrap_or_default();
        Ok(Records { of_stage: by_name([&own]), own, ..Records::of_all(root) })
    }

    /// The records, seen from no stage.
    pub fn of_all(root: &'a Path) -> Records<'a> {
        Records { root, own: Record::default(), of_stage: Hashes::new(), all: OnceCell::new() }
    }

    /// Whose the file of that name is.
    pub fn origin(&self, name: &str) -> Origin {
        let mut found = None;
        let mut is = |hashes: &Hashes| {
            hashes.get(name).map(|known| {
                let found = found.get_or_insert_with(|| plain_hash(&self.root.join(name)));
                found.as_ref().is_some_and(|found| known.contains(found))
            })
        };
        let own = is(&self.of_stage);
        if own == Some(true) {
            return Origin::Ours;
        }
        match (is(self.all()), own) {
            (Some(true), _) => Origin::Ours,
            (None, None) => Origin::Others,
            _ => Origin::Changed,
        }
    }

    /// True where any record names a file at or below `name`.
    pub fn know(&self, name: &str) -> bool {
        let below = format!("{name}/");
        self.all().keys().any(|known| known == name || known.starts_with(&below))
    }

    fn all(&self) -> &Hashes {
        self.all.get_or_init(|| {
            let entries = fs::read_dir(self.root.join(FOLDER)).into_iter().flatten().flatten();
            let texts = entries.filter_map(|entry| fs::read_to_string(entry.path()).ok());
            let records: Vec<Record> = texts.filter_map(|text| Record::parse(&text)).collect();
            by_name(&records)
        })
    }
}

fn by_name<'r>(records: impl IntoIterator<Item = &'r Record>) -> Hashes {
    let mut hashes = Hashes::new();
    for (hash, name) in records.into_iter().flat_map(|record| &record.files) {
        hashes.entry(name.clone()).or_default().push(hash.clone());
    }
    hashes
}

/// The hash of a file; `None` of a folder, of what cannot be read, and where there is nothing.
fn plain_hash(path: &Path) -> Option<String> {
    path.is_file().then(|| hash_file(path).ok()).flatten()
}

/// Names of what lies at or below `name` in the folder of results, sorted, with `/` between folders: files, and links as they
/// are. What a system puts into every folder is left out.
pub(super) fn lying(root: &Path, name: &str) -> Result<Vec<String>> {
    if let Some(blocked) = blocked(root, name) {
        return Ok(vec![blocked]);
    }
    let path = root.join(name);
    let mut found = Vec::new();
    match path.symlink_metadata() {
        Err(_) => {}
        // The folder itself may be a link to another disk.
        Ok(_) if path.is_dir() => below(&path, name, &mut found)?,
        Ok(_) => found.push(name.to_owned()),
    }
    Ok(found)
}

/// The part of a path that would have to be a folder and is none.
pub(super) fn blocked(root: &Path, name: &str) -> Option<String> {
    let folders: Vec<&Path> = Path::new(name).ancestors().skip(1).filter(|part| !part.as_os_str().is_empty()).collect();
    let is_other = |part: &&&Path| root.join(part).symlink_metadata().is_ok() && !root.join(part).is_dir();
    folders.iter().rev().find(is_other).map(|part| named(part))
}

fn below(folder: &Path, name: &str, found: &mut Vec<String>) -> Result<()> {
    let refused = |cause| Error::io("open", folder, cause);
    let mut entries = fs::read_dir(folder).map_err(refused)?.collect::<std::io::Result<Vec<_>>>().map_err(refused)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let own = entry.file_name().to_string_lossy().into_owned();
        if own.starts_with('.') || OF_THE_SYSTEM.contains(&own.to_ascii_lowercase().as_str()) {
            continue;
        }
        let name = format!("{name}/{own}");
        match entry.file_type().map_err(refused)?.is_dir() {
            true => below(&entry.path(), &name, found)?,
            false => found.push(name),
        }
    }
    Ok(())
}

/// A relative path as it stands in a record.
pub(super) fn named(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::hash;

    #[test]
    fn a_record_says_whose_a_file_is_and_nothing_else_is_taken_for_one() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (name, text) in [("a.csv", "a"), ("b.csv", "changed"), ("c.csv", "a stranger's")] {
            fs::write(root.join(name), text).unwrap();
        }
        let of = |text: &str, name: &str| (hash(text.as_bytes()), name.to_owned());
        Record::new(&hash(b"key"), vec![of("a", "a.csv"), of("b", "b.csv")]).write(root, "other")?;
        let records = Records::read(root, "stage")?;
        let origins = ["a.csv", "b.csv", "c.csv"].map(|name| records.origin(name));
        assert_eq!(origins, [Origin::Ours, Origin::Changed, Origin::Others]);
        fs::write(path(root, "stage"), "my list of keys\n").unwrap();
        assert!(Records::read(root, "stage").is_err());
        Ok(())
    }
}
