//! Reliabilities of maps, in `human/summary.csv`: over all splits in closed form, with intervals, beside random halves,
//! and how many trials or observers are needed.

use super::Run;
use super::human_files::Summary;
use crate::human::{
    AllSplits, Frame, Gram, GroupMap, Halves, ObserverMap, Responses, half_at, halves_of_observers, halves_of_trials,
    needed, over_trials_interval,
};
use crate::seed::Seed;
use crate::stats::intraclass::intraclass;
use crate::trials::Trial;

/// The reliability that trials and observers are counted for, besides one half.
const WANTED: f64 = 0.8;

/// Of the map of the task.
pub(super) fn of_task(
    run: &Run,
    (trials, responses): (&[Trial], &[Responses]),
    group: &GroupMap,
    frame: &Frame,
    summary: &mut Summary,
) {
    let seed = Seed(run.experiment.file.seed).derive("reliability", 0);
    let replicates = run.experiment.file.classification.bootstrap;
    let splits = replicates.div_ceil(2);
    let value = AllSplits::reliability(&[group.over_trials]);
    let interval = over_trials_interval(trials, responses, &group.observers, frame, replicates, seed);
    let halves = halves_of_trials(trials, responses, frame, splits, seed);
    rows(summary, "task", "trials", (value, interval, halves), group.trials() as f64);
    let gram = Gram::new(&[&group.observers], &frame.region);
    let values = (gram.reliability(), gram.interval(replicates, seed), halves_of_observers(&gram, splits, seed));
    rows(summary, "task", "observers", values, group.observers.len() as f64);
    let inside = |one: &ObserverMap| -> Vec<f64> {
        one.smoothed.iter().zip(&frame.region).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect()
    };
    let judges: Vec<Vec<f64>> = group.observers.iter().map(inside).collect();
    let found = intraclass(&judges);
    summary.add("task", "", "intraclass_consistency", found.map(|found| found.consistency));
    summary.add("task", "", "intraclass_consistency_of_mean", found.map(|found| found.consistency_of_mean));
}

/// Of the maps of pictures, pooled.
pub(super) fn of_pictures(
    run: &Run,
    splits: &[AllSplits],
    observers: &[Vec<ObserverMap>],
    frame: &Frame,
    summary: &mut Summary,
) {
    let seed = Seed(run.experiment.file.seed).derive("reliability", 1);
    let replicates = run.experiment.file.classification.bootstrap;
    let trials: usize = observers.iter().flatten().map(|one| one.trials).sum();
    let a_map = trials as f64 / observers.len().max(1) as f64;
    rows(summary, "picture", "trials", (AllSplits::reliability(splits), None, None), a_map);
    let views: Vec<&[ObserverMap]> = observers.iter().map(Vec::as_slice).collect();
    let gram = Gram::new(&views, &frame.region);
    let most = observers.iter().map(Vec::len).max().unwrap_or(0);
    rows(summary, "picture", "observers", (gram.reliability(), gram.interval(replicates, seed), None), most as f64);
}

/// What is known of a reliability over `of` (trials or observers), of which the map has `n`; numbers needed are left empty
/// where the reliability is not above 0.
fn rows(
    summary: &mut Summary,
    unit: &str,
    of: &str,
    (value, interval, halves): (Option<f64>, Option<(f64, f64)>, Option<Halves>),
    n: f64,
) {
    let half = value.and_then(|value| half_at(value, n));
    let mut add = |quantity: String, value: Option<f64>| summary.add(unit, "", &quantity, value);
    add(format!("reliability_{of}"), value);
    add(format!("{of}_for_reliability_half"), half);
    add(format!("{of}_for_reliability_0.8"), half.map(|half| needed(half, WANTED)));
    add(format!("reliability_{of}_low"), interval.map(|interval| interval.0));
    add(format!("reliability_{of}_high"), interval.map(|interval| interval.1));
    add(format!("halves_{of}"), halves.map(|halves| halves.correlation));
    add(format!("halves_{of}_lengthened"), halves.and_then(|halves| halves.whole));
}
