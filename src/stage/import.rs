//! `trials.parquet` and `rejected.csv` from the trial files of people.

use std::collections::HashMap;
use std::path::PathBuf;

use super::pictures::Stimuli;
use super::{Done, Run};
use crate::error::{Error, Result};
use crate::experiment::Import;
use crate::results::{Key, hash_file};
use crate::trials::{FORMATS, Known, Rejected, Trials, rejected_to_csv};

/// Makes `trials.parquet`, `centres.parquet` and `rejected.csv`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli)?;
    if run.results.is_finished("trials", &key) {
        return Ok(Done::UpToDate);
    }
    let import = settings(run)?;
    let known = Known { pictures: stimuli.names(), shape: stimuli.shape() };
    let mut trials = Trials::default();
    let mut rejected: Vec<Rejected> = Vec::new();
    let files = files(run)?;
    let mut seen: HashMap<(String, String, u32), &PathBuf> = HashMap::new();
    run.progress.begin("trial files", files.len());
    for path in &files {
        let imported = (FORMATS[0].read)(path, import, &known)?;
        run.progress.note(&format!(
            "{}: {} trials taken, {} rows rejected, {} rows left out by import.keep",
            path.display(),
            imported.trials.len(),
            imported.rejected.len(),
            imported.other
        ));
        for trial in imported.trials {
            let identity = (trial.observer.clone(), trial.block.clone(), trial.number);
            if let Some(first) = seen.insert(identity, path).filter(|first| *first != path) {
                return Err(Error::invalid(format!(
                    "observer {}, block {}, trial {} stands in this file and in {}",
                    trial.observer,
                    trial.block,
                    trial.number,
                    first.display()
                ))
                .at(path.display())
                .hint("two people with one id need two ids; a file copied twice is named once"));
            }
            trials.rows.push(trial);
        }
        rejected.extend(imported.rejected);
        run.progress.step();
    }
    if let Some(first) = rejected.first() {
        run.progress.warn(&format!(
            "{} rows were rejected; the first is {}, line {}: {}. All of them: {}",
            rejected.len(),
            first.file,
            first.line,
            first.reason,
            run.results.path("rejected.csv").display()
        ));
    }
    let scratch = run.results.begin("trials", &key)?;
    scratch.write("trials.parquet", &trials.to_parquet()?)?;
    scratch.write("centres.parquet", &trials.centres_to_parquet()?)?;
    scratch.write("observers.csv", &trials.observers().to_csv()?)?;
    scratch.write("rejected.csv", &rejected_to_csv(&rejected)?)?;
    run.results.finish(
        "trials",
        &key,
        scratch,
        &["trials.parquet", "centres.parquet", "observers.csv", "rejected.csv"],
    )?;
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let mut key = Key::new("import")
        .with("pictures", stimuli.names())
        .with("shape", stimuli.shape())
        .with("import", settings(run)?);
    for path in files(run)? {
        key = key.with("file", hash_file(&path)?);
    }
    Ok(key.finish())
}

fn settings<'a>(run: &'a Run) -> Result<&'a Import> {
    run.experiment.file.import.as_ref().ok_or_else(|| Error::internal("a stage without [import] was run"))
}

/// The trial files, each of which must be there.
pub fn files(run: &Run) -> Result<Vec<PathBuf>> {
    present(run, "import.files", &settings(run)?.files)
}

/// The paths of the files that a field names, each of which must be there.
pub fn present(run: &Run, field: &str, files: &[String]) -> Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = files.iter().map(|file| run.experiment.resolve(file)).collect();
    match files.iter().find(|path| !path.is_file()) {
        None => Ok(files),
        Some(path) => Err(Error::invalid(format!("there is no trial file {}", path.display()))
            .at(run.experiment.field(field))
            .hint("paths are relative to the experiment file, and {data} is the folder given with --data")),
    }
}
