//! A first look at simulated observers: where the peak of their map is, its correlation, their bubbles and accuracy.

use ndarray::Array2;
use rand::RngExt;
use rayon::prelude::*;

use super::Estimate;
use super::crossing::REPLICATES;
use super::experiment::{Making, Observers};
use super::held_out::{Part, correlation, held_out};
use crate::error::{Error, Result, first_error};
use crate::seed::Seed;
use crate::trials::Trial;

/// What many experiments of one observer showed together.
pub(super) struct Survey {
    /// Correlation of every pixel: z / √n over all experiments.
    pub map: Array2<f64>,
    /// Correlation at the peak, chosen in half of the experiments and measured in the others, with its interval over them.
    pub correlation: Estimate,
    /// Mean number of bubbles in the second half of the trials, where a staircase has settled.
    pub bubbles: f64,
    /// Proportion correct in the same trials.
    pub correct: f64,
}

/// Surveys `experiments` observers of `each` trials.
pub(super) fn survey(
    making: &Making,
    observers: &Observers,
    (experiments, each): (usize, usize),
    seed: Seed,
    step: impl Fn() + Sync,
) -> Result<Survey> {
    let made: Vec<Result<(Option<Part>, f64, f64)>> = (0..experiments)
        .into_par_iter()
        .map(|at| {
            let trials = observers(seed.derive("survey", at as u64), 1, each)?;
            let part = making.map(&trials).map(|made| made.whole);
            let (bubbles, correct) = settled(&trials);
            step();
            Ok((part, bubbles, correct))
        })
        .collect();
    let made = first_error(made)?;
    let count = made.len().max(1) as f64;
    let bubbles = made.iter().map(|one| one.1).sum::<f64>() / count;
    let correct = made.iter().map(|one| one.2).sum::<f64>() / count;
    let parts: Vec<Part> = made.into_iter().filter_map(|one| one.0).collect();
    if parts.len() < 4 {
        return Err(Error::invalid(format!(
            "the answers of {} of {experiments} simulated observers do not vary: {:.0} % are right",
            experiments - parts.len(),
            100.0 * correct
        ))
        .hint("change `sensitivity` in [simulation] or the number of bubbles in [design]"));
    }
    let region = &making.frame.region;
    let half = |which: usize, weights: &[f64]| {
        let own: Vec<f64> =
            weights.iter().enumerate().map(|(at, weight)| if at % 2 == which { *weight } else { 0.0 }).collect();
        correlation(&parts, &own, region.dim())
    };
    let at_peak = |weights: &[f64]| held_out([&half(0, weights), &half(1, weights)], region);
    let once = vec![1.0; parts.len()];
    let draws: Vec<f64> = (0..REPLICATES)
        .into_par_iter()
        .map(|replicate| {
            let mut generator = seed.stream("survey", replicate as u64);
            let mut weights = vec![0.0; parts.len()];
            for which in 0..2 {
                let own = (parts.len() + 1 - which) / 2;
                (0..own).for_each(|_| weights[2 * generator.random_range(0..own) + which] += 1.0);
            }
            at_peak(&weights)
        })
        .collect();
    let map = correlation(&parts, &once, region.dim());
    Ok(Survey { map, correlation: Estimate::of(Some(at_peak(&once)), draws), bubbles, correct })
}

/// Mean number of bubbles and proportion correct in the second half of the trials.
fn settled(trials: &[Trial]) -> (f64, f64) {
    let late = &trials[trials.len() / 2..];
    let mean = |value: fn(&Trial) -> f64| late.iter().map(value).sum::<f64>() / late.len().max(1) as f64;
    (mean(|trial| trial.centres.len() as f64), mean(|trial| f64::from(u8::from(trial.correct == Some(true)))))
}
