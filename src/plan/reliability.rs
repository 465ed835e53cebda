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

/// n₀ of the pooled map of observers, each with the sum of squares of its contributions, and its interval over observers;
/// `weights` say how often each is taken.
pub(super) fn over_observers(observers: &[(Part, f64)], region: &Array2<bool>, weights: &[Vec<f64>]) -> Estimate {
    let maps: Vec<Vec<f64>> = observers.iter().map(|(part, _)| centred(inside(&part.sum, region))).collect();
    let products: Vec<Vec<f64>> = maps.iter().map(|a| maps.iter().map(|b| dot(a, b)).collect()).collect();
    let squares: Vec<f64> = observers.iter().map(|(_, squares)| *squares).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_observer_who_is_taken_twice_tells_no_more_than_once() {
        let map = |values: [f64; 4]| Array2::from_shape_vec((2, 2), values.to_vec()).unwrap();
        let part = |values| Part { sum: map(values), variance: map([1.0; 4]), trials: 40.0 };
        let observers = [(part([9.0, -2.0, 1.0, 3.0]), 30.0), (part([7.0, 1.0, -1.0, 2.0]), 25.0)];
        let region = Array2::from_elem((2, 2), true);
        let once = over_observers(&observers[..1], &region, &[vec![1.0]]);
        let twice = over_observers(&observers[..1], &region, &[vec![2.0]]);
        assert!(once.lower.is_some() && once.lower == once.value);
        assert!((twice.lower.unwrap() - once.value.unwrap()).abs() < 1e-9, "{twice:?} {once:?}");
        let naive = {
            // Two copies as 80 different trials: (nS - T) / (T - S).
            let total: f64 =
                centred(inside(&observers[0].0.sum, &region)).iter().map(|value| 4.0 * value * value).sum();
            (80.0 * 60.0 - total) / (total - 60.0)
        };
        assert!(naive < 0.75 * once.value.unwrap(), "{naive}");
        let both = over_observers(&observers, &region, &[]).value.unwrap();
        let sum = &observers[0].0.sum + &observers[1].0.sum;
        let total: f64 = centred(inside(&sum, &region)).iter().map(|value| value * value).sum();
        assert!((both - (80.0 * 55.0 - total) / (total - 55.0)).abs() < 1e-9, "{both}");
    }
}
