//! `human/`: classification images of every observer and of the group, with their statistics.

use super::human_files::{Output, mean};
use super::pictures::Stimuli;
use super::{Done, Run, exclude};
use crate::error::{Error, Result};
use crate::experiment::{Coordinates, Nuisance, Unit};
use crate::human::{
    AllSplits, Dropped, Frame, GroupMap, ObserverMap, Responses, classify, on_picture, over_observers,
    residual_responses,
};
use crate::results::Key;
use crate::trials::Trials;

/// Trials of one observer on one picture below which the observer has no map of it.
const LEAST_TRIALS: usize = 5;

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
    let frame = Frame::new(
        stimuli.setting.region.clone(),
        run.experiment.file.coordinates == Coordinates::Picture,
        stimuli.setting.smoothing_sd,
    );
    let (responses, dropped) = residual_responses(&trials.rows, &settings.nuisances);
    if responses.is_empty() {
        return Err(Error::invalid(format!(
            "none of the {} trials can be used: {}",
            trials.rows.len(),
            describe(dropped)
        ))
        .at(run.results.path("trials.parquet").display())
        .hint("an observer needs right and wrong answers, and trials with at least one bubble"));
    }
    let scratch = run.results.begin("classify", &key)?;
    let mut output = Output::new(run, &trials, &stimuli, &scratch);
    output.region(&frame)?;
    output.summary.dropped(dropped);
    output.summary.uncovered(&stimuli);
    for unit in &run.experiment.file.compare {
        match unit {
            Unit::Task => task(run, &trials, &frame, &responses, &mut output)?,
            Unit::Picture => pictures(run, &trials, &frame, &responses, &stimuli, &mut output)?,
        }
    }
    output.observers(&trials)?;
    output.finish()?;
    run.results.finish("classify", &key, scratch, &["human"])?;
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let file = &run.experiment.file;
    Ok(Key::new("classify")
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

fn describe(dropped: Dropped) -> String {
    format!(
        "{} have no answer, {} no bubble, and {} belong to observers whose answers do not vary, or only with what is removed (classification.nuisances)",
        dropped.without_answer, dropped.without_bubble, dropped.without_variance
    )
}

fn task(run: &Run, trials: &Trials, frame: &Frame, responses: &[Responses], output: &mut Output) -> Result<()> {
    let settings = &run.experiment.file.classification;
    let group = classify(&trials.rows, responses, frame);
    let (naive, _) = residual_responses(&trials.rows, &[]);
    let naive = classify(&trials.rows, &naive, frame);
    let corrected = if settings.nuisances.contains(&Nuisance::BubbleCount) {
        None
    } else {
        let (removed, _) =
            residual_responses(&trials.rows, &[Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture]);
        Some(classify(&trials.rows, &removed, frame))
    };
    output.statistics(Unit::Task, None, &group, responses, trials, frame)?;
    output.summary.naive(&naive, frame);
    output.summary.add("task", "", "reliability_trials", AllSplits::reliability(&[group.over_trials]));
    output.summary.reliability_observers(
        "task",
        over_observers(&[&group.observers], &frame.region),
        group.observers.len(),
    );
    if let Some(corrected) = corrected {
        let mean = |map: &GroupMap| mean(&map.z_in_region(frame));
        run.progress.warn(&format!(
            "the bubble count is not removed: the mean z of the region is {:.2}, and {:.2} with it removed. An offset of \
             this kind is not information in the picture; add \"bubble_count\" to classification.nuisances",
            mean(&group),
            mean(&corrected)
        ));
    }
    output.group(Unit::Task, None, &group, frame)
}

fn pictures(
    run: &Run,
    trials: &Trials,
    frame: &Frame,
    responses: &[Responses],
    stimuli: &Stimuli,
    output: &mut Output,
) -> Result<()> {
    let count = run.experiment.file.classification.nuisances.contains(&Nuisance::BubbleCount);
    let mut splits = Vec::new();
    let mut observers: Vec<Vec<ObserverMap>> = Vec::new();
    run.progress.begin("pictures", stimuli.pictures.len());
    for listed in &stimuli.pictures {
        let on = on_picture(&trials.rows, responses, &listed.name, count, LEAST_TRIALS);
        run.progress.step();
        if on.is_empty() {
            continue;
        }
        let group = classify(&trials.rows, &on, frame);
        output.statistics(Unit::Picture, Some(&listed.name), &group, &on, trials, frame)?;
        output.group(Unit::Picture, Some(&listed.name), &group, frame)?;
        splits.push(group.over_trials);
        observers.push(group.observers);
    }
    if splits.is_empty() {
        return Err(Error::invalid(format!(
            "no picture has {LEAST_TRIALS} trials of one observer, so there is no map of any picture"
        ))
        .at(run.experiment.field("compare"))
        .hint("compare = [\"task\"] makes one map of all pictures"));
    }
    let views: Vec<&[ObserverMap]> = observers.iter().map(Vec::as_slice).collect();
    let most = observers.iter().map(Vec::len).max().unwrap_or(0);
    output.summary.add("picture", "", "reliability_trials", AllSplits::reliability(&splits));
    output.summary.reliability_observers("picture", over_observers(&views, &frame.region), most);
    Ok(())
}
