//! What lies beside a trial file and belongs to it: JSON that describes the columns of a table of BIDS, in its own folder or in
//! one above it (the inheritance principle of BIDS), and `centres.parquet` beside `trials.parquet`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::time::unit_in;
use crate::experiment::TimeUnit;

/// Folders above the file's own in which a data set may describe its columns: modality, session, participant.
const LEVELS: usize = 4;

/// The file that marks the top of a data set.
const TOP: &str = "dataset_description.json";

/// Files that are read together with a trial file, the nearest first.
pub fn beside(path: &Path) -> Vec<PathBuf> {
    if path.extension().is_some_and(|ending| ending == "parquet") {
        return Some(path.with_file_name("centres.parquet")).filter(|path| path.is_file()).into_iter().collect();
    }
    if path.extension().is_none_or(|ending| ending != "tsv") {
        return Vec::new();
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut found = Vec::new();
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for folder in absolute.ancestors().skip(1).take(LEVELS) {
        found.extend(describing(folder, &stem));
        if folder.join(TOP).is_file() {
            break;
        }
    }
    found
}

/// The JSON files of a folder that are about a table of this stem, the most particular first.
fn describing(folder: &Path, stem: &str) -> Vec<PathBuf> {
    let parts: Vec<&str> = stem.split('_').collect();
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| {
        let own: Vec<&str> = name.strip_suffix(".json").map(|own| own.split('_').collect()).unwrap_or_default();
        own.last().is_some_and(|suffix| parts.last() == Some(suffix)) && own.iter().all(|part| parts.contains(part))
    });
    names.sort_by_key(|name| (std::cmp::Reverse(name.split('_').count()), name.clone()));
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// The unit of a column, or the word for it that is neither seconds nor milliseconds, and the file that says so.
pub fn unit(path: &Path, column: &str) -> Option<(Result<TimeUnit, String>, PathBuf)> {
    beside(path).into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "json")).find_map(|file| {
        let described: Value = serde_json::from_slice(&std::fs::read(&file).ok()?).ok()?;
        let column = described.get(column)?;
        let unit = ["Units", "units", "Unit", "unit"].iter().find_map(|name| column.get(*name)?.as_str())?;
        let unit = Some(unit.trim()).filter(|unit| !unit.is_empty())?;
        Some((unit_in(unit).ok_or_else(|| unit.to_owned()), file))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_description_of_a_column_counts() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let table = write("sub-01/eeg/sub-01_task-face_events.tsv", "");
        let other = write("sub-01/eeg/sub-01_task-word_events.tsv", "");
        write(
            "task-face_events.json",
            "{\"response_time\": {\"Units\": \"Milliseconds\"}, \"rt\": {\"Units\": \"s\"}}",
        );
        assert_eq!(unit(&table, "response_time").unwrap().0, Ok(TimeUnit::Ms));
        assert_eq!(unit(&other, "response_time"), None, "of another task");
        write("sub-01/eeg/sub-01_task-face_events.json", "{\"response_time\": {\"Units\": \"seconds\"}}");
        assert_eq!(unit(&table, "response_time").unwrap().0, Ok(TimeUnit::S));
        assert_eq!(unit(&table, "rt").unwrap().0, Ok(TimeUnit::S), "from the folder above");
        assert_eq!(beside(&table).len(), 2);
    }
}
