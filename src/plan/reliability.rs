//! n₀, the trials whose map has the reliability one half, from sums over trials (all splits in half, in closed form).
//!
//! With contributions x_t of trials to a map (values centred over the region), signal = |E x|², estimated by the products
//! of different trials only, and n₀ = (E |x|² - signal) / signal. A bootstrap takes observers several times; two copies
//! of one trial are one trial, so their product does not enter the signal.

use ndarray::Array2;

use super::Estimate;
use super::crossing::REPLICATES;
use super::held_out::Part;
use super::ladder::inside;
use crate::human::AllSplits;
use crate::seed::Seed;
use crate::stats::correlate::dot;
use rand::RngExt;

/// n₀ from the reliability of a map of so many trials; `None` where it is not between 0 and 1.
pub(super) fn half_of(reliability: f64, trials: f64) -> Option<f64> {
    (reliability > 0.0 && reliability <= 1.0).then(|| trials * (1.0 - reliability) / reliability)
}

/// n₀ of experiments of one size, their signals and noises pooled, with its interval over experiments.
pub(super) fn over_experiments(splits: &[AllSplits], trials: f64, seed: Seed) -> Estimate {
    let half = |splits: &[AllSplits]| half_of(AllSplits::reliability(splits)?, trials);
    let draws = (0..REPLICATES as u64).map(|replicate| {
        let mut generator = seed.stream("reliability", replicate);
        let chosen: Vec<AllSplits> = splits.iter().map(|_| splits[generator.random_range(0..splits.len())]).collect();
        half(&chosen).unwrap_or(f64::INFINITY)
    });
    Estimate::of(half(splits), draws.collect())
}

/// n₀ of the pooled map of observers, with its interval over observers; `weights` say how often each is taken.
pub(super) fn over_observers(observers: &[(Part, AllSplits)], region: &Array2<bool>, weights: &[Vec<f64>]) -> Estimate {
    let maps: Vec<Vec<f64>> = observers.iter().map(|(part, _)| centred(inside(&part.sum, region))).collect();
    let products: Vec<Vec<f64>> = maps.iter().map(|a| maps.iter().map(|b| dot(a, b)).collect()).collect();
    let squares: Vec<f64> = observers.iter().map(|(_, splits)| splits.squares()).collect();
    let trials: Vec<f64> = observers.iter().map(|(part, _)| part.trials).collect();
    let half = |weights: &[f64]| {
        let twice: Vec<f64> = weights.iter().map(|weight| weight * weight).collect();
        let rows: Vec<f64> = products.iter().map(|row| dot(row, weights)).collect();
        let all = dot(&trials, weights);
        let signal = (dot(&rows, weights) - dot(&squares, &twice)) / (all * all - dot(&trials, &twice));
        let noise = dot(&squares, weights) / all - signal;
        (signal > 0.0).then(|| noise.max(0.0) / signal)
    };
    let draws = weights.iter().map(|weights| half(weights).unwrap_or(f64::INFINITY)).collect();
    Estimate::of(half(&vec![1.0; observers.len()]), draws)
}

fn centred(mut values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}
