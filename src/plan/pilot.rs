//! A plan from the trials of a pilot.
//!
//! Each observer's trials are divided in half at random, several times. The pixel is chosen in one half; its correlation,
//! and whether larger experiments find it, come from the other half: experiments are drawn from its observers and their
//! trials, with replacement. A bootstrap of the half that chose the pixel would find its noise again. n₀ comes from the
//! whole pilot.

use ndarray::Array2;
use rand::RngExt;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::criterion::{Target, Verdict, peak};
use super::crossing::{REPLICATES, crossing};
use super::experiment::{Made, drawn, first};
use super::held_out::{Part, correlation, held_out};
use super::ladder::{MOST, Outcome, Size, inside, run, rungs, sizes};
use super::reliability::over_observers;
use super::{Agreement, Answer, Estimate, Setting, Source};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::seed::Seed;
use crate::stats::correlate::pearson;
use crate::stats::quantile::median;
use crate::trials::Trial;

/// Divisions of the pilot in half.
const DIVISIONS: usize = 5;
/// A place that one half chose, and the trials of each observer in the other.
pub(super) struct Chosen {
    target: Target,
    rows: Vec<Vec<usize>>,
}

/// What one division in half shows: the correlation at the chosen pixels and that of the two maps, with all observers and
/// in each replicate.
pub(super) struct Division {
    chosen: [Chosen; 2],
    correlation: Vec<f64>,
    agreement: Vec<f64>,
}

/// Trials for experiments like the pilot; `trials` are its answered trials.
pub fn from_pilot(setting: &Setting, trials: &[Trial], progress: &dyn Progress) -> Result<Answer> {
    let mut setting = setting.clone();
    setting.per_observer = setting.per_observer.or(typical_trials(trials));
    let (mut answer, divisions) = estimated(&setting, trials, progress)?;
    let Some(needed) = answer.needed.formula.value.filter(|trials| *trials < MOST) else { return Ok(answer) };
    let sizes = sizes(needed, setting.per_observer);
    let most = |of: fn(&Size) -> usize| sizes.iter().map(of).max().unwrap_or(0);
    let (many, each) = (most(|size| size.observers), most(|size| size.each));
    let places: Vec<&Chosen> = divisions.iter().flat_map(|one| &one.chosen).collect();
    let criterion = answer.criterion;
    let one = |seed: Seed, at: usize| {
        let place = places[at % places.len()];
        let trials = drawn(trials, &place.rows, seed, many, each);
        let outcome = |size: &Size| {
            let made = setting.making.map(&first(&trials, size.observers, size.each));
            let verdict = made.map_or(Verdict::NOTHING, |made| criterion.judge(&made.z, &place.target));
            Outcome { verdict, correlation: 0.0, values: Vec::new(), splits: None }
        };
        Ok(sizes.iter().map(outcome).collect())
    };
    progress.begin("experiments drawn from the pilot", setting.simulations.div_ceil(2));
    let pairs = run(&setting, one, || progress.step())?;
    answer.needed.pixel = crossing(&setting, &sizes, &pairs, |verdict| verdict.pixel);
    answer.needed.cluster = crossing(&setting, &sizes, &pairs, |verdict| verdict.cluster);
    answer.rungs = rungs(&sizes, &pairs);
    Ok(answer)
}

/// What the pilot itself says, before anything is drawn from it.
pub(super) fn estimated(
    setting: &Setting,
    trials: &[Trial],
    progress: &dyn Progress,
) -> Result<(Answer, Vec<Division>)> {
    let rows = by_observer(trials);
    let weights = weights(rows.len(), setting.seed);
    progress.begin("the pilot, divided in half", DIVISIONS + 1);
    let divisions: Vec<Division> = (0..DIVISIONS as u64)
        .map(|at| {
            let division = divide(setting, trials, &rows, &weights, setting.seed.derive("division", at));
            progress.step();
            division
        })
        .collect::<Result<_>>()?;
    let whole = setting.making.by_observer(trials);
    progress.step();
    let once = if whole.len() == rows.len() { &weights[1..] } else { &[] };
    let half = over_observers(&whole, &setting.making.frame.region, once);
    let pooled = |of: fn(&Division) -> &Vec<f64>| {
        let mean = |at: usize| divisions.iter().map(|one| of(one)[at]).sum::<f64>() / DIVISIONS as f64;
        Estimate::of(Some(mean(0)), (1..weights.len()).map(mean).collect())
    };
    let mut answer = Answer::new(Source::Pilot, setting, pooled(|one| &one.correlation), half);
    let in_half = trials.len() as f64 / 2.0;
    answer.agreement = vec![Agreement { trials: in_half, measured: pooled(|one| &one.agreement) }];
    Ok((answer, divisions))
}

/// The median number of trials of the observers of a pilot; `None` without trials.
pub fn typical_trials(trials: &[Trial]) -> Option<usize> {
    let counts: Vec<f64> = by_observer(trials).iter().map(|(_, rows)| rows.len() as f64).collect();
    median(&counts).map(|trials| trials as usize)
}

/// Each observer's rows, in the order of first appearance.
fn by_observer(trials: &[Trial]) -> Vec<(&str, Vec<usize>)> {
    let mut observers: Vec<(&str, Vec<usize>)> = Vec::new();
    for (row, trial) in trials.iter().enumerate() {
        match observers.iter_mut().find(|(name, _)| *name == trial.observer) {
            Some((_, rows)) => rows.push(row),
            None => observers.push((&trial.observer, vec![row])),
        }
    }
    observers
}

/// How often each observer is taken: once; then, in each replicate, as often as chance has it. A single observer has no
/// replicates.
fn weights(observers: usize, seed: Seed) -> Vec<Vec<f64>> {
    let replicates = if observers < 2 { 0 } else { REPLICATES as u64 };
    let taken = |replicate| {
        let mut generator = seed.stream("observers", replicate);
        let mut weights = vec![0.0; observers];
        (0..observers).for_each(|_| weights[generator.random_range(0..observers)] += 1.0);
        weights
    };
    std::iter::once(vec![1.0; observers]).chain((0..replicates).map(taken)).collect()
}

fn divide(
    setting: &Setting,
    trials: &[Trial],
    observers: &[(&str, Vec<usize>)],
    weights: &[Vec<f64>],
    seed: Seed,
) -> Result<Division> {
    let mut halves = [Vec::new(), Vec::new()];
    for (at, (_, rows)) in observers.iter().enumerate() {
        let mut rows = rows.clone();
        rows.shuffle(&mut seed.stream("half", at as u64));
        let (first, second) = rows.split_at(rows.len() / 2);
        for (half, rows) in halves.iter_mut().zip([first, second]) {
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            half.push(rows);
        }
    }
    let map = |half: &Vec<Vec<usize>>| {
        let own: Vec<Trial> = half.iter().flatten().map(|&row| trials[row].clone()).collect();
        setting.making.map(&own).ok_or_else(|| {
            Error::invalid(format!("half of the {} trials of the pilot make no map: answers do not vary", trials.len()))
                .hint("a pilot needs observers with right and wrong answers, and trials with at least one bubble")
        })
    };
    let made = [map(&halves[0])?, map(&halves[1])?];
    let region = &setting.making.frame.region;
    let parts = made.each_ref().map(|made| in_order(made, observers, region.dim()));
    let drawn: Vec<(f64, f64)> = weights
        .par_iter()
        .map(|weights| {
            let maps = parts.each_ref().map(|parts| correlation(parts, weights, region.dim()));
            let values = maps.each_ref().map(|map| inside(map, region));
            (held_out([&maps[0], &maps[1]], region), pearson(&values[0], &values[1]).unwrap_or(0.0))
        })
        .collect();
    let (correlation, agreement) = drawn.into_iter().unzip();
    let [first, second] = halves;
    let places = made.each_ref().map(|made| disc(peak(&made.z, region), region, setting.making.frame.smoothing_sd));
    let kept = |half: Vec<Vec<usize>>| half.into_iter().filter(|rows| !rows.is_empty()).collect();
    let [from_first, from_second] = places;
    let chosen = [Chosen { target: from_first, rows: kept(second) }, Chosen { target: from_second, rows: kept(first) }];
    Ok(Division { chosen, correlation, agreement })
}

/// The part of every observer; an empty one for those whose answers do not vary in this half.
fn in_order(made: &Made, observers: &[(&str, Vec<usize>)], shape: (usize, usize)) -> Vec<Part> {
    let empty = || Part { sum: Array2::zeros(shape), variance: Array2::zeros(shape), trials: 0.0 };
    let find = |name: &str| made.observers.iter().find(|(own, _)| own == name).map(|(_, part)| part.clone());
    observers.iter().map(|(name, _)| find(name).unwrap_or_else(empty)).collect()
}

/// The pixels around a place where a map of one diagnostic pixel has at least half its height: within 2 sd √(ln 2).
fn disc((row, column): (usize, usize), region: &Array2<bool>, smoothing_sd: f64) -> Target {
    let reach = 4.0 * smoothing_sd.powi(2) * std::f64::consts::LN_2;
    let within = |((y, x), inside): ((usize, usize), &bool)| {
        *inside && (y as f64 - row as f64).powi(2) + (x as f64 - column as f64).powi(2) <= reach
    };
    let mut inside = Array2::from_elem(region.dim(), false);
    for (at, value) in region.indexed_iter() {
        inside[at] = within((at, value));
    }
    Target { peak: (row, column), inside }
}
