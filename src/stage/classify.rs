//! `human/`: classification images of every observer and of the group, with their statistics.

use std::collections::BTreeMap;

use super::frames::bands;
use super::human_files::Output;
use super::making::Making;
use super::part::Part;
use super::pictures::Stimuli;
use super::{Done, Run, exclude, noise};
use crate::error::{Error, Result};
use crate::experiment::Unit;
use crate::human::Dropped;
use crate::results::{Key, hash_file};
use crate::trials::{Trial, Trials};

/// Values of a column that may have a map each.
const MOST_CONDITIONS: usize = 100;

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["human"];

/// Makes `human/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli)?;
    if run.results.is_finished("classify", &key) {
        return Ok(Done::UpToDate);
    }
    let trials = trials(run, &stimuli)?;
    exclude::warn_of_one_response(run, &trials);
    let settings = &run.experiment.file.classification;
    let making = Making::new(run, &stimuli)?;
    let mut rows = trials.rows.clone();
    let guesses = making.reclassify(&mut rows);
    let bands = bands(run, &stimuli, making.estimator, &rows)?;
    let (responses, dropped) = making.responses(&rows, &settings.nuisances);
    if responses.is_empty() {
        return Err(Error::invalid(format!(
            "none of the {} trials can be used: {}",
            rows.len(),
            describe(dropped, &settings.response)
        ))
        .at(run.results.path("trials.parquet").display())
        .hint(unusable(&settings.response, &rows)));
    }
    let conditions = conditions(&making, &rows)?;
    let scratch = run.begin("classify", &key, OWNED)?;
    let mut output = Output::new(run, trials.simulated, &scratch);
    output.summary.dropped(dropped);
    output.summary.uncovered(&stimuli);
    if let Some(guesses) = guesses {
        output.summary.add("", "", "right_answers_called_guesses", Some(guesses as f64));
    }
    if let Some(first) = bands.first() {
        output.region(&first.frame)?;
    }
    for band in &bands {
        for (condition, rows) in &conditions {
            output.scope(band, condition);
            let (responses, _) = making.responses(rows, &settings.nuisances);
            if responses.is_empty() {
                run.progress.warn(&format!("there is no map of {condition}: no observer's responses vary in it"));
                continue;
            }
            let shown = band.trials(rows);
            let part = Part { making: &making, trials: &shown, responses: &responses, frame: &band.frame };
            let whole = condition.is_empty();
            for unit in run.experiment.file.compare.iter().filter(|unit| whole || **unit == Unit::Task) {
                match unit {
                    Unit::Task => part.task(&mut output)?,
                    Unit::Picture => part.pictures(&stimuli, &mut output)?,
                }
            }
        }
    }
    output.observers(&trials)?;
    output.finish()?;
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// All trials under an empty name; then those with each value of every column of `classification.by`, as "column=value".
fn conditions(making: &Making, trials: &[Trial]) -> Result<Vec<(String, Vec<Trial>)>> {
    let mut all = vec![(String::new(), trials.to_vec())];
    for name in &making.run.experiment.file.classification.by {
        let mut parts: BTreeMap<String, Vec<Trial>> = BTreeMap::new();
        for trial in trials {
            if let Some(value) = making.value(trial, name) {
                parts.entry(value.into_owned()).or_default().push(trial.clone());
            }
        }
        if parts.is_empty() || parts.len() > MOST_CONDITIONS {
            let found = if parts.is_empty() { "no value".to_owned() } else { format!("{} values", parts.len()) };
            return Err(Error::invalid(format!("the column {name} has {found} among {} trials", trials.len()))
                .at(making.run.experiment.field("classification.by"))
                .hint(format!("name class, block, response or another column of 1 to {MOST_CONDITIONS} values")));
        }
        all.extend(parts.into_iter().map(|(value, rows)| (format!("{name}={value}"), rows)));
    }
    Ok(all)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let file = &run.experiment.file;
    let mut masks = Vec::new();
    for (name, part) in &file.classification.regions {
        let place = || run.experiment.field(&format!("classification.regions.{name}"));
        if let Some(mask) = &part.mask {
            masks.push(hash_file(&run.experiment.resolve(mask)).map_err(|error| error.at(place()))?);
        }
    }
    Ok(Key::new("classify")
        .with("noise", (noise::key(run)?, run.experiment.noise().map(|noise| noise.iterations)))
        .with("masks", masks)
        .with("trials", trials_key(run, stimuli)?)
        .with("region", stimuli.key(run, "region").finish())
        .with("settings", (&file.classification, &file.compare, file.coordinates, file.seed))
        .with("smoothing", stimuli.setting.smoothing_sd)
        .finish())
}

pub(super) fn trials_key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    exclude::kept_key(run, stimuli)
}

/// The trials that enter maps, which must be up to date.
pub fn trials(run: &Run, stimuli: &Stimuli) -> Result<Trials> {
    exclude::kept(run, stimuli)
}

fn describe(dropped: Dropped, response: &str) -> String {
    let response = if response == "accuracy" { "answer" } else { response };
    format!(
        "{} have no {response}, {} no bubble, and {} belong to observers whose answers do not vary, or only with what is removed (classification.nuisances)",
        dropped.without_answer, dropped.without_bubble, dropped.without_variance
    )
}

fn unusable(response: &str, trials: &[Trial]) -> String {
    let silent = trials.iter().all(|trial| trial.response.is_none() && trial.correct.is_none());
    match response {
        "accuracy" if silent => {
            "classification images need answers; places without answers, such as the clicks of BubbleView, become maps by [human] with \
             source = \"clicks\""
                .to_owned()
        }
        "accuracy" => "an observer needs right and wrong answers, and trials with at least one bubble".to_owned(),
        other => {
            format!(
                "{other} must be a number that varies within an observer; `response` names a column of the trials, such as one of import.carry"
            )
        }
    }
}
