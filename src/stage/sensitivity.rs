//! `exclusions/sensitivity.csv`: what each rule changes in the classification image of the task.
//!
//! Rows: without any rule, with all of them, and for each rule all but this one and this one alone; rules are applied anew
//! each time, because a later rule sees what the earlier ones left. Each row's correlation is that of its z map over the
//! region with the map that all rules give. The map is the sum of weighted bubbles that `[classification]` describes, of the finest
//! band; an estimator that is not linear is not run again for each choice.

use super::frames::bands;
use super::human_files::{field, share};
use super::making::Making;
use super::pictures::Stimuli;
use super::{Run, classify};
use crate::error::Result;
use crate::exclusion::{Chosen, apply};
use crate::experiment::Unit;
use crate::human::{AllSplits, over_observers};
use crate::results::Key;
use crate::stats::correlate::pearson;
use crate::table::{Table, number_or_empty};
use crate::trials::{Role, Trial, Trials};

/// Where the table lies in the results folder.
pub const FILE: &str = "exclusions/sensitivity.csv";

/// The key of the table.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    Ok(Key::new("sensitivity").with("map", classify::key(run, stimuli)?).finish())
}

/// What a map of some trials says.
#[derive(Clone, Default)]
struct Effect {
    trials: usize,
    observers: usize,
    /// z of every pixel of the region; none without a map.
    z: Vec<f64>,
    maximum: Option<(f64, usize, usize)>,
    share: Option<f64>,
    over_trials: Option<f64>,
    over_observers: Option<f64>,
}

/// The table, a row for each choice of rules.
pub fn table(run: &Run, stimuli: &Stimuli, trials: &Trials, chosen: &[Chosen]) -> Result<Table> {
    let mut choices = vec![("none", "", Vec::new()), ("all", "", chosen.to_vec())];
    for (at, one) in chosen.iter().enumerate() {
        let others = [&chosen[..at], &chosen[at + 1..]].concat();
        choices.push(("without", one.rule.name, others));
        choices.push(("only", one.rule.name, vec![one.clone()]));
    }
    run.progress.begin("maps with and without each rule", choices.len());
    let mut found: Vec<(Vec<bool>, Effect)> = Vec::new();
    for (_, _, rules) in &choices {
        let outcome = apply(&trials.rows, run.experiment.file.pictures.class.len(), rules)?;
        let kept = outcome.kept(trials.rows.len());
        let known = found.iter().find(|(other, _)| *other == kept).map(|(_, effect)| effect.clone());
        let effect = match known {
            Some(effect) => effect,
            None => effect(run, stimuli, trials, &kept)?,
        };
        found.push((kept, effect));
        run.progress.step();
    }
    let used = found.get(1).map(|(_, effect)| effect.clone()).unwrap_or_default();
    let mut table = Table::new(&[
        "rules",
        "rule",
        "trials",
        "observers",
        "maximum_z",
        "maximum_row",
        "maximum_column",
        "share_above_random_field",
        "reliability_trials",
        "reliability_observers",
        "correlation",
        "simulated",
    ]);
    for ((rules, rule, _), (_, effect)) in choices.iter().zip(&found) {
        let place =
            |of: fn((f64, usize, usize)) -> usize| effect.maximum.map(|at| of(at).to_string()).unwrap_or_default();
        table.push([
            (*rules).to_owned(),
            (*rule).to_owned(),
            effect.trials.to_string(),
            effect.observers.to_string(),
            number_or_empty(effect.maximum.map(|(z, _, _)| z)),
            place(|(_, row, _)| row),
            place(|(_, _, column)| column),
            number_or_empty(effect.share),
            number_or_empty(effect.over_trials),
            number_or_empty(effect.over_observers),
            number_or_empty(pearson(&effect.z, &used.z).ok()),
            trials.simulated.to_string(),
        ]);
    }
    Ok(table)
}

/// The map of the trials that are kept; without one where the experiment has no map of the task, or no trial is left.
fn effect(run: &Run, stimuli: &Stimuli, trials: &Trials, kept: &[bool]) -> Result<Effect> {
    let file = &run.experiment.file;
    let making = Making::new(run, stimuli)?;
    let main = trials
        .rows
        .iter()
        .zip(kept)
        .filter(|(trial, kept)| **kept && trial.role == Role::Main && trial.repeats.is_none());
    let mut main: Vec<Trial> = main.map(|(trial, _)| trial.clone()).collect();
    making.reclassify(&mut main);
    let (responses, _) = making.responses(&main, &file.classification.nuisances);
    let mut effect = Effect {
        trials: responses.iter().map(|one| one.rows.len()).sum(),
        observers: responses.len(),
        ..Effect::default()
    };
    let finest = bands(run, stimuli, making.estimator, &main)?.into_iter().next();
    let Some(band) = finest.filter(|_| !responses.is_empty() && file.compare.contains(&Unit::Task)) else {
        return Ok(effect);
    };
    let frame = &band.frame;
    let (_, group) = making.map(&band.trials(&main), responses, frame);
    let inside = group.z.indexed_iter().filter(|(at, _)| frame.region[*at]);
    effect.maximum = inside.max_by(|a, b| a.1.total_cmp(b.1)).map(|((row, column), z)| (*z, row, column));
    effect.z = group.z_in_region(frame);
    let threshold =
        field(frame, &frame.region, file.classification.tests.outline).peak_threshold(file.classification.alpha);
    effect.share = Some(share(&effect.z, |z| z > threshold));
    effect.over_trials = AllSplits::reliability(&[group.over_trials]);
    effect.over_observers = over_observers(&[&group.observers], &frame.region);
    Ok(effect)
}
