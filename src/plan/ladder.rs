//! Simulated experiments of several sizes, two and two, so that the reliability of a map is seen as what it is: the
//! correlation with the map of another such experiment.

use ndarray::Array2;
use rayon::prelude::*;

use super::criterion::Verdict;
use super::{Agreement, Estimate, Rung, Setting, Share};
use crate::error::Result;
use crate::human::AllSplits;
use crate::seed::Seed;
use crate::stats::correlate::pearson;
use crate::stats::mean::mean_interval;

/// Sizes as multiples of the number of trials that the formula gives.
const STEPS: [f64; 5] = [0.25, 0.5, 0.75, 1.0, 1.5];

/// Where the formula asks for more trials, whole experiments are not simulated.
pub(super) const MOST: f64 = 50_000.0;

/// A number of trials, shared out among observers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub observers: usize,
    pub each: usize,
}

/// What one experiment of one size showed.
pub(super) struct Outcome {
    pub verdict: Verdict,
    /// Correlation at the peak: z / √n.
    pub correlation: f64,
    /// Values of the map in the region; empty where there is no map.
    pub values: Vec<f64>,
    pub splits: Option<AllSplits>,
}

/// What two experiments showed, size by size.
pub(super) struct Pair {
    pub outcomes: Vec<[Outcome; 2]>,
    /// Correlation of their maps.
    pub agreement: Vec<Option<f64>>,
}

impl Size {
    /// About `trials`, by as few observers as answer no more than `most` each.
    fn of(trials: f64, most: Option<usize>) -> Size {
        let trials = trials.ceil().max(20.0) as usize;
        let observers = most.map_or(1, |most| trials.div_ceil(most.max(1)));
        Size { observers, each: trials.div_ceil(observers) }
    }

    pub fn trials(self) -> usize {
        self.observers * self.each
    }
}

/// The sizes around the number of trials that the formula gives, each larger than the one before.
pub(super) fn sizes(trials: f64, most: Option<usize>) -> Vec<Size> {
    let mut sizes: Vec<Size> = STEPS.iter().map(|step| Size::of(step * trials, most)).collect();
    sizes.dedup_by_key(|size| size.trials());
    sizes
}

/// Makes the experiments of a setting, each at every size; `one` makes one from its seed and its number.
pub(super) fn run(
    setting: &Setting,
    one: impl Fn(Seed, usize) -> Result<Vec<Outcome>> + Sync,
    step: impl Fn() + Sync,
) -> Result<Vec<Pair>> {
    (0..setting.simulations.div_ceil(2))
        .into_par_iter()
        .map(|pair| {
            let single = |at: usize| one(setting.seed.derive("experiment", at as u64), at);
            let (first, second) = (single(2 * pair)?, single(2 * pair + 1)?);
            let mut outcomes: Vec<[Outcome; 2]> = first.into_iter().zip(second).map(|(a, b)| [a, b]).collect();
            let agreement = outcomes.iter().map(|[a, b]| pearson(&a.values, &b.values).ok()).collect();
            outcomes.iter_mut().flatten().for_each(|outcome| outcome.values = Vec::new());
            step();
            Ok(Pair { outcomes, agreement })
        })
        .collect()
}

/// Values of a map in the region, row by row.
pub(super) fn inside(map: &Array2<f64>, region: &Array2<bool>) -> Vec<f64> {
    map.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect()
}

/// Of the experiments of one size, the share of those that found what is there.
pub(super) fn share<'a>(pairs: impl Iterator<Item = &'a Pair>, size: usize, found: impl Fn(&Verdict) -> bool) -> Share {
    let (mut yes, mut all) = (0, 0);
    for outcome in pairs.flat_map(|pair| &pair.outcomes[size]) {
        all += 1;
        yes += usize::from(found(&outcome.verdict));
    }
    Share::of(yes, all)
}

/// How often they found what is there, size by size.
pub(super) fn rungs(sizes: &[Size], pairs: &[Pair]) -> Vec<Rung> {
    let rung = |(at, size): (usize, &Size)| Rung {
        trials: size.trials(),
        observers: size.observers,
        peak: share(pairs.iter(), at, |verdict| verdict.peak),
        pixel: share(pairs.iter(), at, |verdict| verdict.pixel),
        cluster: share(pairs.iter(), at, |verdict| verdict.cluster),
    };
    sizes.iter().enumerate().map(rung).collect()
}

/// How far their maps agreed, size by size.
pub(super) fn agreement(sizes: &[Size], pairs: &[Pair]) -> Vec<Agreement> {
    let one = |(at, size): (usize, &Size)| {
        let correlations: Vec<f64> = pairs.iter().filter_map(|pair| pair.agreement[at]).collect();
        Agreement { trials: size.trials() as f64, measured: mean(&correlations) }
    };
    sizes.iter().enumerate().map(one).collect()
}

/// A mean and its 95 % interval.
pub(super) fn mean(values: &[f64]) -> Estimate {
    let Some((mean, interval)) = mean_interval(values) else { return Estimate::default() };
    Estimate { value: Some(mean), lower: interval.map(|ends| ends.0), upper: interval.map(|ends| ends.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_are_shared_out_among_as_few_observers_as_may_be() {
        let sizes = sizes(1000.0, Some(300));
        let shared: Vec<(usize, usize)> = sizes.iter().map(|size| (size.observers, size.each)).collect();
        assert_eq!(shared, [(1, 250), (2, 250), (3, 250), (4, 250), (5, 300)]);
        assert_eq!(super::sizes(10.0, None).len(), 1, "the smallest experiment has 20 trials");
    }
}
