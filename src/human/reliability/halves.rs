//! Correlations of random halves, as they are usually reported: their mean, lengthened once by Spearman and Brown, or by
//! Horst where an odd number of observers makes the halves unequal. The mean is taken before it is lengthened, because
//! the mean of lengthened correlations is biased and a split near -1 would dominate it.

use ndarray::Array2;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::super::classify::bubble_density;
use super::super::frame::Frame;
use super::super::nuisance::Responses;
use super::Gram;
use crate::seed::Seed;
use crate::stats::correlate::{horst, pearson};
use crate::trials::Trial;

/// The mean correlation of random halves, and that of the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Halves {
    /// Mean correlation of the halves.
    pub correlation: f64,
    /// Reliability of the whole; `None` where the halves do not agree more than by chance (a correlation of 0 or less).
    pub whole: Option<f64>,
}

impl Halves {
    fn new(correlations: &[f64], share: f64) -> Option<Halves> {
        let correlation = correlations.iter().sum::<f64>() / correlations.len() as f64;
        let whole = (correlation > 0.0).then(|| horst(correlation, share));
        (!correlations.is_empty()).then_some(Halves { correlation, whole })
    }
}

/// Over `splits` random halves of each observer's trials.
pub fn halves_of_trials(
    trials: &[Trial],
    responses: &[Responses],
    frame: &Frame,
    splits: usize,
    seed: Seed,
) -> Option<Halves> {
    let density = bubble_density(trials, responses, frame);
    let correlation = |split: usize| {
        let mut generator = seed.stream("halves of trials", split as u64);
        let mut planes = [Array2::zeros(frame.region.dim()), Array2::zeros(frame.region.dim())];
        let mut shown = [0.0; 2];
        let mut sides: [(Vec<usize>, Vec<f64>); 2] = Default::default();
        for one in responses {
            let mut order: Vec<usize> = (0..one.rows.len()).collect();
            order.shuffle(&mut generator);
            let (first, second) = order.split_at(order.len() / 2);
            for (at, half) in [first, second].into_iter().enumerate() {
                let (rows, weights): (Vec<usize>, Vec<f64>) =
                    half.iter().map(|&at| (one.rows[at], one.residuals[at])).unzip();
                shown[at] += rows.iter().zip(&weights).map(|(&row, w)| w * frame.weight(&trials[row])).sum::<f64>();
                sides[at].0.extend(rows);
                sides[at].1.extend(weights);
            }
        }
        for (plane, (rows, weights)) in planes.iter_mut().zip(&sides) {
            frame.add_weighted(trials, rows, weights, plane);
        }
        // Residuals sum to 0 over all trials, and not over half of them: what bubbles show on average goes out.
        let [first, second]: [Vec<f64>; 2] = std::array::from_fn(|at| {
            super::centred(&(frame.smoothed(&planes[at]) - &density * shown[at]), &frame.region)
        });
        pearson(&first, &second).ok()
    };
    let all: Vec<Option<f64>> = (0..splits).into_par_iter().map(correlation).collect();
    Halves::new(&all.into_iter().flatten().collect::<Vec<f64>>(), 0.5)
}

/// Over `splits` random halves of the observers of a map; `None` with fewer than two.
pub fn halves_of_observers(gram: &Gram, splits: usize, seed: Seed) -> Option<Halves> {
    let n = gram.observers();
    if n < 2 {
        return None;
    }
    let correlation = |split: usize| {
        let mut order: Vec<usize> = (0..n).collect();
        order.shuffle(&mut seed.stream("halves of observers", split as u64));
        let (first, second) = order.split_at(n / 2);
        gram.correlation(first, second)
    };
    Halves::new(&(0..splits).filter_map(correlation).collect::<Vec<f64>>(), (n / 2) as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::super::tests::observers;
    use super::*;

    #[test]
    fn halves_of_five_observers_are_lengthened_by_horst_and_agree_with_all_splits() {
        let region = Array2::from_elem((7, 9), true);
        let maps = observers(5, 0.8, 3);
        let gram = Gram::new(&[&maps], &region);
        let halves = halves_of_observers(&gram, 2000, Seed(1)).unwrap();
        let closed = gram.reliability().unwrap();
        assert!((halves.whole.unwrap() - closed).abs() < 0.03, "{halves:?} {closed}");
        assert!((halves.whole.unwrap() - horst(halves.correlation, 0.4)).abs() < 1e-12);
        assert_eq!(halves_of_observers(&Gram::new(&[&maps[..1]], &region), 10, Seed(1)), None);
    }
}
