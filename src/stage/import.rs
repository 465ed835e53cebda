//! `trials.parquet` and `rejected.csv` from the trial files of people, joined to the design by trial id where there is one; or
//! one canonical table from files alone.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::pictures::Stimuli;
use super::{Done, Run, noise, stimuli as design};
use crate::design::participants;
use crate::error::{Error, Result};
use crate::experiment::{Design, Import};
use crate::noise::NO_PATTERN;
use crate::progress::Progress;
use crate::results::{Key, hash_file, write_new};
use crate::table::{Table, cell};
use crate::trials::{self, Collected, Format, Imported, Known, Plan, Trials, listed, rejected_to_csv};

/// Its outputs in the folder of results.
pub const OWNED: &[&str] =
    &["trials.parquet", "centres.parquet", "observers.csv", "rejected.csv", "import.txt", "missing.csv"];

/// Makes `trials.parquet`, `centres.parquet` and `rejected.csv`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli)?;
    if run.results.is_finished("trials", &key) {
        return Ok(Done::UpToDate);
    }
    let scratch = run.begin("trials", &key, OWNED)?;
    let import = &mut settings(run)?.clone();
    if let Some(table) = import.wide.as_mut().and_then(|wide| wide.table.as_mut()) {
        *table = run.experiment.resolve(table).display().to_string();
    }
    let known = known(run, &stimuli)?;
    let files: Vec<PathBuf> = files(run)?.into_iter().map(|(_, path)| path).collect();
    run.progress.begin("trial files", files.len());
    let collected = trials::collect(&files, import, &known, |path, format, imported| {
        tell(run.progress, path, format, imported);
        run.progress.step();
    })?;
    let Collected { trials: all, rejected, dropped, explained } = collected;
    warn_of_formulas(run.progress, &all);
    // A pattern too many or too few may mean that all of them are one off.
    if let Some(first) = rejected.iter().find(|row| row.reason.starts_with(NO_PATTERN)) {
        let rows = rejected.iter().filter(|row| row.reason.starts_with(NO_PATTERN)).count();
        return Err(Error::invalid(format!("{rows} rows name a stimulus without noise; the first: {}", first.reason))
            .at(format!("{}, line {}", first.file, first.line))
            .hint(
                "where stimuli are counted from 0, write from = 0 in [noise]; leave other rows out with [import.keep]",
            ));
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
    scratch.write("trials.parquet", &all.to_parquet()?)?;
    scratch.write("centres.parquet", &all.centres_to_parquet()?)?;
    scratch.write("observers.csv", &all.observers().to_csv()?)?;
    scratch.write("rejected.csv", &rejected_to_csv(&dropped)?)?;
    scratch.write("import.txt", explained.as_bytes())?;
    if let Some(plan) = &known.plan {
        scratch.write("missing.csv", &missing(run, plan, &all)?)?;
    }
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// Says what came out of a file.
fn tell(progress: &dyn Progress, path: &Path, format: &Format, imported: &Imported) {
    let times = match imported.reading.median {
        Some(_) => format!("; times are in {}", imported.reading.unit),
        None => String::new(),
    };
    progress.note(&format!(
        "{} ({}): {} trials taken, {} rows rejected, {} rows left out{times}",
        path.display(),
        format.name,
        imported.trials.len(),
        imported.rejected.len(),
        imported.left_out.len(),
    ));
    if imported.disagreeing > 0 {
        progress.warn(&format!(
            "{}: {} of its {} trials are marked otherwise than their response and class say; the response counts",
            path.display(),
            imported.disagreeing,
            imported.trials.len()
        ));
    }
}

/// Names the observers whose ids a spreadsheet would run as formulas.
fn warn_of_formulas(progress: &dyn Progress, trials: &Trials) {
    let ids: BTreeSet<&str> = trials.rows.iter().map(|trial| &*trial.observer).filter(|id| cell::runs(id)).collect();
    let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    if !ids.is_empty() {
        progress.warn(&format!(
            "ids of observers that a spreadsheet would run as formulas: {}; tables hold them with an apostrophe in front",
            listed(&ids)
        ));
    }
}

/// Trial files without an experiment: canonical `trials.csv`, `rejected.csv` and `import.txt` in `folder`, and what
/// `import.txt` says.
pub fn import_files(files: &[PathBuf], import: &Import, folder: &Path, progress: &dyn Progress) -> Result<String> {
    let outputs = ["trials.csv", "rejected.csv", "import.txt"].map(|name| folder.join(name));
    if let Some(there) = outputs.iter().find(|path| path.exists()) {
        return Err(Error::invalid(format!("{} exists already", there.display()))
            .hint("name another folder with --output, or remove it"));
    }
    progress.begin("trial files", files.len());
    let collected = trials::collect(files, import, &Known::default(), |path, format, imported| {
        tell(progress, path, format, imported);
        progress.step();
    })?;
    warn_of_formulas(progress, &collected.trials);
    let [trials, rejected, explained] = outputs;
    write_new(&trials, &collected.trials.to_csv()?)?;
    write_new(&rejected, &rejected_to_csv(&collected.dropped)?)?;
    write_new(&explained, collected.explained.as_bytes())?;
    Ok(collected.explained)
}

/// What is known before files are read.
pub fn known(run: &Run, stimuli: &Stimuli) -> Result<Known> {
    let plan = match &run.experiment.file.design {
        None => None,
        Some(design) => Some(Plan {
            trials: design::planned(run, stimuli)?.rows.into_iter().map(|trial| (trial.id.clone(), trial)).collect(),
            keys: keys(run, design),
            bubbles: design.count.target.is_none().then_some(design.count.start),
        }),
    };
    Ok(Known {
        pictures: stimuli.names(),
        class: stimuli.pictures.iter().map(|listed| (listed.name.clone(), listed.class.clone())).collect(),
        planes: stimuli.cover.planes.iter().map(|plane| plane.shape).collect(),
        plan,
        noise: noise::names(run, stimuli)?,
    })
}

/// Every participant's keys, each with its class.
fn keys(run: &Run, design: &Design) -> HashMap<String, Vec<(String, String)>> {
    let classes = Stimuli::classes(run);
    let pairs = |keys: Vec<String>| keys.into_iter().zip(classes.clone()).collect();
    participants(design, classes.len()).into_iter().map(|one| (one.id, pairs(one.keys))).collect()
}

/// `missing.csv`: the planned trials that an observer did not come to, of every sheet that they began.
fn missing(run: &Run, plan: &Plan, trials: &Trials) -> Result<Vec<u8>> {
    let came: HashSet<(&str, &str)> = trials.rows.iter().map(|trial| (&*trial.observer, &*trial.id)).collect();
    let sheet = |id: &str| plan.trials.get(id).map(|planned| planned.observer.as_str());
    let mut begun: Vec<(&str, &str)> = came.iter().filter_map(|(observer, id)| Some((*observer, sheet(id)?))).collect();
    begun.sort_unstable();
    begun.dedup();
    let mut planned: Vec<_> = plan.trials.values().collect();
    planned.sort_by_key(|trial| (&trial.observer, trial.number));
    let mut table = Table::new(&["observer", "trial_id", "block", "trial"]);
    for (observer, sheet) in begun {
        for trial in planned.iter().filter(|trial| trial.observer == sheet && !came.contains(&(observer, &*trial.id))) {
            table.push([observer.to_owned(), trial.id.clone(), trial.block.clone(), trial.number.to_string()]);
        }
    }
    let absent = table.iter().count();
    if absent > 0 {
        run.progress.warn(&format!(
            "{absent} planned trials never came; all of them: {}",
            run.results.path("missing.csv").display()
        ));
    }
    table.to_csv()
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let mut key = Key::new("import")
        .with("pictures", stimuli.names())
        .with("shape", stimuli.shape())
        .with("import", settings(run)?)
        .with("noise", noise::key(run)?);
    if run.experiment.file.design.is_some() {
        key = key.with("design", design::key(run, stimuli));
    }
    if let Some(table) = settings(run)?.wide.as_ref().and_then(|wide| wide.table.as_ref()) {
        key = key.with("table", hash_file(&run.experiment.resolve(table))?);
    }
    for (_, path) in files(run)? {
        key = key.with("file", hash_file(&path)?);
    }
    Ok(key.finish())
}

fn settings<'a>(run: &'a Run) -> Result<&'a Import> {
    run.experiment.file.import.as_ref().ok_or_else(|| Error::internal("a stage without [import] was run"))
}

fn files(run: &Run) -> Result<Vec<(String, PathBuf)>> {
    present(run, "import.files", &settings(run)?.files)
}

/// The files that a field names, as it names them and where they lie: `*` in a file name stands for any text, what it
/// finds comes sorted, and each file must be there once.
pub fn present(run: &Run, field: &str, files: &[String]) -> Result<Vec<(String, PathBuf)>> {
    let wrong = |what: String, hint: &str| Err(Error::invalid(what).at(run.experiment.field(field)).hint(hint));
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for file in files {
        let path = run.experiment.resolve(file);
        let pattern = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !pattern.contains('*') {
            if !path.is_file() {
                return wrong(
                    format!("there is no trial file {}", path.display()),
                    "paths are relative to the experiment file, and {data} is the folder given with --data",
                );
            }
            found.push((file.clone(), path));
            continue;
        }
        let names = matching(&path, &pattern)?;
        if names.is_empty() {
            return wrong(
                format!("no file matches {}", path.display()),
                "paths are relative to the experiment file, and * stands for any text in a file name, not in a folder's",
            );
        }
        let folder = file.strip_suffix(&pattern).unwrap_or("");
        found.extend(names.into_iter().map(|name| (format!("{folder}{name}"), path.with_file_name(name))));
    }
    for (at, (name, path)) in found.iter().enumerate() {
        if found[..at].iter().any(|(_, earlier)| earlier == path) {
            return wrong(
                format!("the trial file {name} is named twice, and its trials would count twice"),
                "name each trial file once, by itself or by a pattern",
            );
        }
    }
    Ok(found)
}

/// Names of the files beside `path` that a pattern matches, sorted; none where there is no such folder.
fn matching(path: &Path, pattern: &str) -> Result<Vec<String>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let refused = |cause| Error::io("open the folder", folder, cause);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        names.extend(entry.file_name().to_str().filter(|_| entry.path().is_file()).map(str::to_owned));
    }
    names.retain(|name| !name.starts_with('.') && matches(name, pattern));
    names.sort();
    Ok(names)
}

/// Whether a name is what a pattern says, `*` being any text.
fn matches(name: &str, pattern: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return name == pattern };
    let Some(rest) = name.strip_prefix(head) else { return false };
    rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| matches(&rest[at..], tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (name, pattern, expected) in [
            ("p001.csv", "*.csv", true),
            ("p001.csv", "p*1.*", true),
            ("p001.csv", "*", true),
            ("p001.csv", "p*2*", false),
            ("p001.csv.txt", "*.csv", false),
        ] {
            assert_eq!(matches(name, pattern), expected, "{name} {pattern}");
        }
    }
}
