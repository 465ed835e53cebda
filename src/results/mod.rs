//! The results folder: finished stages, each under a key, written whole or not at all.
//!
//! A stage writes into a scratch folder; its files are renamed into place when it is complete, and its key (a hash of every
//! input and parameter) is written last. A run that is interrupted at any moment therefore leaves only finished stages and
//! scratch, and the next run takes up both. Only files that a record names are ever replaced or removed (`record`).

mod aside;
mod file;
mod key;
mod maker;
mod name;
mod record;
mod replace;

use std::fs;
use std::path::{Path, PathBuf};

pub use aside::{Moved, listed};
pub use file::{files_below, write_new};
pub use key::{Key, RESULTS_VERSION, hash, hash_file};
pub use name::{is_safe_name, safe_name};
pub use replace::Finished;

use crate::error::{Error, Result};
use record::{Origin, Record, Records};

const WRITABLE: &str =
    "check that the folder of results is a folder, that you may write to it, and that the disk is not full";

/// `results/<name>/`.
#[derive(Debug, Clone)]
pub struct Results {
    root: PathBuf,
    experiment: Option<PathBuf>,
    force: bool,
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
    stage: String,
    key: String,
    owned: Vec<String>,
    shared: bool,
    moved: Option<Moved>,
}

impl Scratch {
    /// Writes `bytes` as `name` (relative, may hold folders).
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        file::write_own(&self.folder.join(name), bytes)
    }

    /// A folder below, to write into as if it were the scratch folder.
    pub fn below(&self, name: &str) -> Scratch {
        Scratch {
            folder: self.folder.join(name),
            stage: self.stage.clone(),
            key: self.key.clone(),
            owned: Vec::new(),
            shared: self.shared,
            moved: None,
        }
    }

    /// The scratch folder; what an interrupted run left is in it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Files that were moved out of the way before the stage began.
    pub fn moved(&self) -> Option<&Moved> {
        self.moved.as_ref()
    }
}

impl Results {
    /// The folder `root`, which need not exist yet.
    pub fn new(root: &Path) -> Results {
        Results { root: root.to_path_buf(), experiment: None, force: false }
    }

    /// The same, for the results of this experiment file and of no other.
    pub fn of(self, experiment: &Path) -> Results {
        Results { experiment: Some(experiment.to_path_buf()), ..self }
    }

    /// The same; with `force`, files of others that are in the way are moved aside instead of refused.
    pub fn forced(self, force: bool) -> Results {
        Results { force, ..self }
    }

    /// The path of a file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Keeps other runs out of the folder.
    ///
    /// # Errors
    /// Where another run is at work in it, or it holds the results of another experiment.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.path(".lock");
        self.check_experiment()?;
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

    /// True where `stage` was finished with this key and its outputs are all there.
    pub fn is_finished(&self, stage: &str, key: &str) -> bool {
        Record::read(&self.root, stage).is_some_and(|record| record.vouches(&self.root, key))
    }

    /// Refuses files of others where something will be made for the first time: at or below `names`, of which no record
    /// names a file. Nothing is refused where they may be moved aside.
    pub fn check_first(&self, names: &[&str]) -> Result<()> {
        let records = Records::of_all(&self.root);
        let mut others = Vec::new();
        for name in names.iter().filter(|name| !self.force && !records.know(name)) {
            others.extend(record::lying(&self.root, name)?);
        }
        if others.is_empty() { Ok(()) } else { Err(aside::refusal(&self.root, &others)) }
    }

    /// Opens the scratch folder of a stage that makes the files and folders `owned`. What an interrupted run with the same
    /// key left is kept; other leftovers go.
    ///
    /// # Errors
    /// Where `owned` hold files that no record names, unless they may be moved aside.
    pub fn begin(&self, stage: &str, key: &str, owned: &[&str]) -> Result<Scratch> {
        let records = Records::read(&self.root, stage)?;
        let mut others = Vec::new();
        for name in owned {
            let lying = record::lying(&self.root, name)?;
            others.extend(lying.into_iter().filter(|name| records.origin(name) == Origin::Others));
        }
        if !others.is_empty() && !self.force {
            return Err(aside::refusal(&self.root, &others));
        }
        let scratch = self.open(stage, key, owned, false)?;
        Ok(Scratch { moved: aside::move_aside(&self.root, &others)?, ..scratch })
    }

    /// The same for folders that others put files into as well: theirs stay where they are.
    pub fn begin_shared(&self, stage: &str, key: &str, owned: &[&str]) -> Result<Scratch> {
        self.open(stage, key, owned, true)
    }

    fn open(&self, stage: &str, key: &str, owned: &[&str], shared: bool) -> Result<Scratch> {
        self.check_experiment()?;
        let parent = self.scratch_of(stage);
        let folder = parent.join(&key[..16]);
        for other in fs::read_dir(&parent).into_iter().flatten().flatten() {
            let path = other.path();
            if path != folder && is_scratch(&path) {
                fs::remove_dir_all(&path).map_err(|cause| Error::io("remove", &path, cause).hint(WRITABLE))?;
            }
        }
        fs::create_dir_all(&folder).map_err(|cause| Error::io("create the folder", &folder, cause).hint(WRITABLE))?;
        if let Some(experiment) = &self.experiment {
            maker::note(&self.root, experiment)?;
        }
        let owned = owned.iter().map(|name| (*name).to_owned()).collect();
        Ok(Scratch { folder, stage: stage.to_owned(), key: key.to_owned(), owned, shared, moved: None })
    }

    fn check_experiment(&self) -> Result<()> {
        self.experiment.as_ref().map_or(Ok(()), |experiment| maker::check(&self.root, experiment))
    }

    fn scratch_of(&self, stage: &str) -> PathBuf {
        self.root.join(".scratch").join(stage.replace('/', "+"))
    }
}

/// True where a path is named as scratch folders are: by the beginning of a key.
fn is_scratch(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let key = name.strip_suffix(".complete").unwrap_or(&name);
    key.len() == 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) && path.is_dir() && !path.is_symlink()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results() -> (tempfile::TempDir, Results) {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::new(folder.path());
        (folder, results)
    }

    fn make(results: &Results, key: &str, names: &[&str]) -> Result<Finished> {
        let scratch = results.begin("stage", key, &["maps", "rows.csv"])?;
        names.iter().try_for_each(|name| scratch.write(name, format!("{key} {name}").as_bytes()))?;
        results.finish(scratch)
    }

    fn text(results: &Results, name: &str) -> Option<String> {
        fs::read_to_string(results.path(name)).ok()
    }

    #[test]
    fn a_stage_that_stopped_while_moving_into_place_is_made_again_in_place_of_its_own_files() -> Result<()> {
        let (_folder, results) = results();
        let key = Key::new("stage").finish();
        let scratch = results.begin("stage", &key, &["maps", "rows.csv"])?;
        scratch.write("maps/a.npy", b"map")?;
        scratch.write("rows.csv", b"row")?;
        // What comes in between is no empty folder, and a file cannot take its place.
        let made = vec![(hash(b"map"), "maps/a.npy".to_owned()), (hash(b"row"), "rows.csv".to_owned())];
        Record::unfinished(&Record::default(), &made).write(&results.root, "stage")?;
        fs::rename(scratch.folder(), scratch.folder().with_extension("complete")).unwrap();
        fs::create_dir_all(results.path("maps")).unwrap();
        fs::write(results.path("maps/a.npy"), "map").unwrap();
        assert!(!results.is_finished("stage", &key));
        let again = results.begin("stage", &key, &["maps", "rows.csv"])?;
        assert_eq!(files_below(again.folder())?, Vec::<PathBuf>::new());
        again.write("maps/a.npy", b"another map")?;
        assert_eq!(results.finish(again)?.moved, None);
        assert_eq!(text(&results, "maps/a.npy").as_deref(), Some("another map"));
        assert!(results.is_finished("stage", &key) && !results.path(".scratch").exists());
        Ok(())
    }

    #[test]
    fn a_stage_that_stopped_earlier_is_taken_up_with_the_same_key_and_no_other() -> Result<()> {
        let (_folder, results) = results();
        let [key, other] = ["a", "b"].map(|name| Key::new(name).finish());
        results.begin("model/x", &key, &[])?.write("rows/a.csv", b"row")?;
        fs::write(results.path(".scratch/model+x/notes.txt"), "a stranger's").unwrap();
        assert!(results.begin("model/x", &key, &[])?.folder().join("rows/a.csv").is_file());
        assert_eq!(files_below(results.begin("model/x", &other, &[])?.folder())?, Vec::<PathBuf>::new());
        assert!(results.path(".scratch/model+x/notes.txt").exists());
        Ok(())
    }

    #[test]
    fn files_of_others_are_refused_by_name_and_moved_aside_on_demand() -> Result<()> {
        let (_folder, results) = results();
        let [first, second] = ["a", "b"].map(|name| Key::new(name).finish());
        make(&results, &first, &["maps/a.npy", "maps/old.npy", "rows.csv"])?;
        for name in ["maps/.DS_Store", "maps/thesis.txt", "notes.txt"] {
            fs::write(results.path(name), "a stranger's").unwrap();
        }
        let error = make(&results, &second, &["maps/a.npy"]).unwrap_err().to_string();
        assert!(error.contains("did not make: maps/thesis.txt\n") && error.contains("--force"), "{error}");
        assert_eq!(text(&results, "maps/thesis.txt").as_deref(), Some("a stranger's"));
        let moved = results.clone().forced(true).begin("stage", &second, &["maps", "rows.csv"])?.moved().cloned();
        assert_eq!(moved.unwrap().names, ["maps/thesis.txt"]);
        assert_eq!(text(&results, ".moved-aside/1/maps/thesis.txt").as_deref(), Some("a stranger's"));
        make(&results, &second, &["maps/a.npy"])?;
        assert!(text(&results, "maps/a.npy").unwrap().starts_with(&second));
        assert_eq!(text(&results, "maps/old.npy"), None, "what is no longer made goes");
        assert_eq!(text(&results, "rows.csv"), None);
        assert!(results.path("notes.txt").exists() && results.path("maps/.DS_Store").exists());
        Ok(())
    }

    #[test]
    fn what_a_person_changed_is_kept_aside() -> Result<()> {
        let (_folder, results) = results();
        let [first, second] = ["a", "b"].map(|name| Key::new(name).finish());
        make(&results, &first, &["maps/a.npy", "maps/old.npy"])?;
        for name in ["maps/a.npy", "maps/old.npy"] {
            fs::write(results.path(name), "changed").unwrap();
        }
        let moved = make(&results, &second, &["maps/a.npy"])?.moved.unwrap();
        assert_eq!(moved.names, ["maps/a.npy", "maps/old.npy"]);
        assert!(results.is_finished("stage", &second));
        for name in ["maps/a.npy", "maps/old.npy"] {
            assert_eq!(text(&results, &format!(".moved-aside/1/{name}")).as_deref(), Some("changed"));
        }
        Ok(())
    }

    #[test]
    fn in_a_shared_folder_files_of_others_and_changes_stay_where_they_are() -> Result<()> {
        let (_folder, results) = results();
        let [first, second, third] = ["a", "b", "c"].map(|name| Key::new(name).finish());
        let make = |results: &Results, key: &str, page: &str| {
            let scratch = results.begin_shared("export", key, &["export"])?;
            scratch.write("export/page.html", page.as_bytes())?;
            scratch.write("export/run.py", key.as_bytes())?;
            results.finish(scratch)
        };
        make(&results, &first, "fill in")?;
        fs::create_dir_all(results.path("export/data")).unwrap();
        fs::write(results.path("export/data/p1.csv"), "answers").unwrap();
        fs::write(results.path("export/page.html"), "filled in").unwrap();
        assert_eq!(make(&results, &second, "fill in")?.kept, ["export/page.html"]);
        assert_eq!(text(&results, "export/run.py"), Some(second.clone()));
        let error = make(&results, &third, "fill in anew").unwrap_err().to_string();
        assert!(error.contains("export/page.html") && !error.contains("data"), "{error}");
        assert_eq!(text(&results, "export/run.py"), Some(second), "nothing is replaced");
        assert_eq!(text(&results, "export/page.html").as_deref(), Some("filled in"));
        let moved = make(&results.clone().forced(true), &third, "fill in anew")?.moved.unwrap();
        assert_eq!(moved.names, ["export/page.html"]);
        assert_eq!(text(&results, "export/data/p1.csv").as_deref(), Some("answers"));
        Ok(())
    }

    #[test]
    fn a_folder_holds_the_results_of_one_experiment_also_when_both_have_moved() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["one/a", "two/a"] {
            fs::create_dir_all(at(name)).unwrap();
            fs::write(at(name).join("experiment.toml"), "").unwrap();
        }
        let of = |root: &str, name: &str| Results::new(&at(root)).of(&at(name).join("experiment.toml"));
        let key = Key::new("stage").finish();
        of("one/results", "one/a").begin("stage", &key, &[])?;
        let error = of("one/results", "two/a").lock().unwrap_err().to_string();
        assert!(error.contains("one/a") && error.contains("two/a") && error.contains("--results"), "{error}");
        fs::rename(at("one"), at("moved")).unwrap();
        of("moved/results", "moved/a").lock()?;
        assert!(of("moved/results", "two/a").lock().is_err());
        Ok(())
    }
}
