//! `trials.parquet` and `rejected.csv` from the trial files of people, joined to the design by trial id where there is one; or
//! one canonical table from files alone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::pictures::Stimuli;
use super::{Done, Run, noise, pattern, stimuli as design};
use crate::design::participants;
use crate::error::{Error, Result};
use crate::experiment::{Design, Import};
use crate::noise::NO_PATTERN;
use crate::progress::Progress;
use crate::results::{Key, hash_file, write_new};
use crate::stats::guessing::below_chance;
use crate::table::{Table, cell};
use crate::trials::{
    self, Collected, Format, Imported, Known, Plan, REFUSED, Rejected, Role, Trials, dropped_to_csv, listed,
};

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
    let Collected { trials: all, rejected, dropped, mut explained, mut warnings, refusal } = collected;
    warnings.extend(silent(&all));
    for warning in &warnings {
        run.progress.warn(warning);
    }
    warn_of_formulas(run.progress, &all);
    if let Some(refusal) = without_noise(&rejected).or(refusal) {
        // A key of its own, so that nobody takes what is written for the stage's.
        let key = Key::new("refused").with("key", &key).finish();
        let scratch = run.begin("trials", &key, OWNED)?;
        scratch.write("rejected.csv", &dropped_to_csv(&dropped)?)?;
        scratch.write("import.txt", explained.as_bytes())?;
        run.finish(scratch)?;
        return Err(refusal);
    }
    for warning in guessing(run, &all) {
        run.progress.warn(&warning);
        explained.push_str(&format!("all files\n  {:<9} {warning}\n", "warning"));
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
    scratch.write("rejected.csv", &dropped_to_csv(&dropped)?)?;
    scratch.write("import.txt", explained.as_bytes())?;
    if let Some(plan) = &known.plan {
        scratch.write("missing.csv", &missing(run, plan, &all)?)?;
    }
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// The error where rows name a stimulus without noise: a pattern too many or too few may mean that all of them are one off.
fn without_noise(rejected: &[Rejected]) -> Option<Error> {
    let rows: Vec<&Rejected> = rejected.iter().filter(|row| row.reason.starts_with(NO_PATTERN)).collect();
    let first = rows.first()?;
    let what = format!("{} rows name a stimulus without noise; the first: {}", rows.len(), first.reason);
    Some(
        Error::invalid(what).at(format!("{}, line {}", first.file, first.line)).hint(
            "where stimuli are counted from 0, write from = 0 in [noise]; leave other rows out with [import.keep]",
        ),
    )
}

/// Says what came out of a file, and what somebody should act upon.
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
    if let Some(first) = imported.unread.first() {
        progress.warn(&format!(
            "{}: {} cannot be read, and the trial is taken without; the first is line {}: {}",
            path.display(),
            if imported.unread.len() == 1 { "1 value".to_owned() } else { format!("{} values", imported.unread.len()) },
            first.line,
            first.reason
        ));
    }
    if imported.silent == imported.trials.len() && imported.silent > 0 {
        progress.warn(&format!("{}: none of its {} trials has an answer", path.display(), imported.silent));
    }
    for warning in &imported.reading.warnings {
        progress.warn(&format!("{}: {warning}", path.display()));
    }
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
    // What a refused import wrote may be replaced by the next one.
    let refused = !outputs[0].exists()
        && std::fs::read_to_string(&outputs[2]).is_ok_and(|text| text.lines().any(|line| line.starts_with(REFUSED)));
    if let Some(there) = outputs.iter().find(|path| path.exists() && !refused) {
        return Err(Error::invalid(format!("{} exists already", there.display()))
            .hint("name another folder with --output, or remove it"));
    }
    progress.begin("trial files", files.len());
    let collected = trials::collect(files, import, &Known::default(), |path, format, imported| {
        tell(progress, path, format, imported);
        progress.step();
    })?;
    collected.warnings.iter().for_each(|warning| progress.warn(warning));
    warn_of_formulas(progress, &collected.trials);
    let [trials, rejected, explained] = outputs;
    for old in [&rejected, &explained].into_iter().filter(|_| refused) {
        std::fs::remove_file(old).map_err(|cause| Error::io("replace", old, cause))?;
    }
    write_new(&rejected, &dropped_to_csv(&collected.dropped)?)?;
    write_new(&explained, collected.explained.as_bytes())?;
    let collected = collected.usable()?;
    write_new(&trials, &collected.trials.to_csv()?)?;
    Ok(collected.explained)
}

/// Sentences on observers who are right less often than guessing makes them, and on everybody together.
fn guessing(run: &Run, all: &Trials) -> Vec<String> {
    let mut observers: Vec<(String, u64, u64)> = Vec::new();
    for trial in all.rows.iter().filter(|trial| trial.role == Role::Main) {
        let Some(correct) = trial.correct else { continue };
        let at = observers.iter().position(|(name, ..)| *name == trial.observer).unwrap_or(observers.len());
        if at == observers.len() {
            observers.push((trial.observer.clone(), 0, 0));
        }
        observers[at].1 += u64::from(correct);
        observers[at].2 += 1;
    }
    below_chance(&observers, run.experiment.file.pictures.class.len())
}

/// A sentence on observers who answered none of their trials.
fn silent(all: &Trials) -> Option<String> {
    let mut answers: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for trial in &all.rows {
        let own = answers.entry(&trial.observer).or_default();
        own.0 += 1;
        own.1 += usize::from(trial.response.is_some() || trial.correct.is_some());
    }
    let silent: Vec<String> =
        answers.iter().filter(|(_, own)| own.1 == 0).map(|(name, own)| format!("{name} ({} trials)", own.0)).collect();
    let shown = silent.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    let more = if silent.len() > 10 { ", ..." } else { "" };
    (!silent.is_empty())
        .then(|| format!("no trial of these observers has an answer, so they are in no map: {shown}{more}"))
}

/// What is known before files are read.
pub fn known(run: &Run, stimuli: &Stimuli) -> Result<Known> {
    let file = &run.experiment.file;
    let plan = match &file.design {
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
        judged: file.human.is_none() && (file.classification.response == "accuracy" || file.classification.signed),
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
        for path in trials::beside(&path) {
            key = key.with("beside", hash_file(&path)?);
        }
    }
    Ok(key.finish())
}

fn settings<'a>(run: &'a Run) -> Result<&'a Import> {
    run.experiment.file.import.as_ref().ok_or_else(|| Error::internal("a stage without [import] was run"))
}

fn files(run: &Run) -> Result<Vec<(String, PathBuf)>> {
    present(run, "import.files", &settings(run)?.files)
}

/// The files that a field names, as it names them and where they lie: patterns find any number, sorted, and each file must be
/// there once.
pub fn present(run: &Run, field: &str, files: &[String]) -> Result<Vec<(String, PathBuf)>> {
    let wrong = |what: String, hint: &str| Err(Error::invalid(what).at(run.experiment.field(field)).hint(hint));
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for file in files {
        let path = run.experiment.resolve(file);
        if !pattern::is_pattern(file) {
            if !path.is_file() {
                return wrong(
                    format!("there is no trial file {}", path.display()),
                    "paths are relative to the experiment file, and {data} is the folder given with --data",
                );
            }
            found.push((file.clone(), path));
            continue;
        }
        let matching = pattern::found(file, |path| run.experiment.resolve(path))?;
        if matching.is_empty() {
            return wrong(
                format!("no file matches {}", path.display()),
                "paths are relative to the experiment file; * stands for any text in the name of a file or folder, ** for any folders",
            );
        }
        found.extend(matching);
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
