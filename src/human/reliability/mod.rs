//! Reliability as the average over all splits in half, in closed form; beside it random halves, and intervals.
//!
//! A map is a sum of contributions x_t of trials (or of observers). Over all splits, the covariance of the halves
//! estimates |E x|² by the products of different contributions only:
//!   signal = (|Σx|² - Σ|x|²) / (n (n-1)),   observed = |Σx|² / n²,   reliability = signal / observed.
//! Values are centred over the region. The reliability may be negative; it is never rectified.

use ndarray::{Array2, Zip};

use crate::stats::quantile::quantile;

mod bootstrap;
mod gram;
mod halves;

pub use bootstrap::over_trials_interval;
pub use gram::{Gram, over_observers};
pub use halves::{Halves, halves_of_observers, halves_of_trials};

/// Sums from which the reliability over all splits follows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AllSplits {
    contributions: f64,
    squares: f64,
    total: f64,
}

impl AllSplits {
    /// Adds a trial: residual response, smoothed field, number of bubbles, and the field expected of one bubble. Gives
    /// back the sum of squares that it adds.
    pub(super) fn add(
        &mut self,
        residual: f64,
        plane: &Array2<f64>,
        bubbles: f64,
        density: &Array2<f64>,
        region: &Array2<bool>,
    ) -> f64 {
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        Zip::from(plane).and(density).and(region).for_each(|value, density, inside| {
            let weight = f64::from(u8::from(*inside));
            let value = weight * (value - bubbles * density);
            count += weight;
            sum += value;
            squares += value * value;
        });
        let own = residual * residual * (squares - sum * sum / count);
        self.contributions += 1.0;
        self.squares += own;
        own
    }

    /// Joins the trials of another observer of the same map.
    pub(super) fn merge(&mut self, other: &AllSplits) {
        self.contributions += other.contributions;
        self.squares += other.squares;
    }

    /// Gives the sum of all contributions.
    pub(super) fn close(&mut self, sum: &Array2<f64>, region: &Array2<bool>) {
        self.total = centred_squares(sum, region);
    }

    /// Sum of the squared contributions, each centred over the region.
    pub fn squares(&self) -> f64 {
        self.squares
    }

    /// Reliability over trials of one or several maps (several pictures are pooled as a ratio of sums).
    pub fn reliability(maps: &[AllSplits]) -> Option<f64> {
        let signal: f64 = maps
            .iter()
            .map(|map| (map.total - map.squares) * map.contributions / (map.contributions - 1.0).max(1.0))
            .sum();
        let observed: f64 = maps.iter().map(|map| map.total).sum();
        (observed > 0.0).then(|| signal / observed)
    }
}

/// The number of trials (or observers) whose map has reliability one half, n₀ = n (1 - r) / r, by which r(n) = n / (n + n₀);
/// `None` where the reliability of `n` is not above 0.
pub fn half_at(reliability: f64, n: f64) -> Option<f64> {
    (reliability > 0.0 && reliability <= 1.0).then(|| n * (1.0 - reliability) / reliability)
}

/// How many are needed for a reliability of `wanted` (0..1), where one half needs `half`: n₀ R / (1 - R).
pub fn needed(half: f64, wanted: f64) -> f64 {
    half * wanted / (1.0 - wanted)
}

/// Values inside the region, their mean subtracted.
fn centred(map: &Array2<f64>, region: &Array2<bool>) -> Vec<f64> {
    let mut inside: Vec<f64> = map.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect();
    let mean = inside.iter().sum::<f64>() / inside.len().max(1) as f64;
    inside.iter_mut().for_each(|value| *value -= mean);
    inside
}

/// Sum of squares over the region after subtraction of the region's mean.
fn centred_squares(map: &Array2<f64>, region: &Array2<bool>) -> f64 {
    centred(map, region).iter().map(|value| value * value).sum()
}

/// The middle 95 % of replicates; `None` of fewer than 20.
fn middle(replicates: &[f64]) -> Option<(f64, f64)> {
    (replicates.len() >= 20).then(|| Some((quantile(replicates, 0.025)?, quantile(replicates, 0.975)?))).flatten()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::classify::ObserverMap;
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    pub(super) fn observers(n: usize, signal: f64, seed: u64) -> Vec<ObserverMap> {
        let shape = (7, 9);
        let truth: Vec<f64> = normals(63, Seed(99));
        (0..n)
            .map(|at| {
                let noise = normals(63, Seed(seed).derive("observer", at as u64));
                let smoothed =
                    Array2::from_shape_fn(shape, |(r, c)| 5.0 + signal * truth[r * 9 + c] + noise[r * 9 + c]);
                ObserverMap {
                    observer: at.to_string(),
                    trials: 1,
                    squares: vec![1.0],
                    unsmoothed: Array2::zeros(shape),
                    variance: Array2::zeros(shape),
                    smoothed,
                }
            })
            .collect()
    }

    fn normals(n: usize, seed: Seed) -> Vec<f64> {
        let mut generator = seed.stream("normal", 0);
        (0..n).map(|_| StandardNormal.sample(&mut generator)).collect()
    }

    #[test]
    fn the_closed_form_is_the_mean_over_every_split() {
        let region = Array2::from_shape_fn((7, 9), |(row, column)| row + column > 2);
        let maps = observers(4, 0.7, 1);
        let centred = |map: Array2<f64>| {
            let inside: Vec<f64> = map.iter().zip(&region).filter(|(_, i)| **i).map(|(v, _)| *v).collect();
            let mean = inside.iter().sum::<f64>() / inside.len() as f64;
            inside.iter().map(|v| v - mean).collect::<Vec<f64>>()
        };
        let halves = [([0, 1], [2, 3]), ([0, 2], [1, 3]), ([0, 3], [1, 2])];
        let product: f64 = halves
            .iter()
            .map(|(a, b)| {
                let half = |pair: &[usize; 2]| centred(&maps[pair[0]].smoothed + &maps[pair[1]].smoothed);
                half(a).iter().zip(half(b)).map(|(x, y)| x * y).sum::<f64>() / 3.0
            })
            .sum();
        let total: f64 =
            centred(maps.iter().map(|map| &map.smoothed).fold(Array2::zeros((7, 9)), |sum, map| sum + map))
                .iter()
                .map(|v| v * v)
                .sum();
        // The halves' covariance is that of n/2 contributions; the whole has four times as much.
        let expected = 4.0 * product / total;
        let found = over_observers(&[&maps], &region).unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn trials_give_the_reference_value_of_the_all_splits_statistic() {
        let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
            println!("skipped: BUBBLESCOPE_REFERENCE is not set");
            return;
        };
        let text = std::fs::read_to_string(format!("{folder}/scoring/extra.json")).unwrap();
        let reference = &serde_json::from_str::<serde_json::Value>(&text).unwrap()["trial_U"];
        let numbers = |value: &serde_json::Value| -> Vec<f64> {
            value.as_array().unwrap().iter().map(|cell| cell.as_f64().unwrap()).collect()
        };
        let responses = numbers(&reference["resp"]);
        let mean = responses.iter().sum::<f64>() / responses.len() as f64;
        let (region, density) = (Array2::from_elem((1, 6), true), Array2::from_elem((1, 6), 0.5));
        let mut splits = AllSplits::default();
        let mut sum = Array2::zeros((1, 6));
        for (mask, response) in reference["mask"].as_array().unwrap().iter().zip(&responses) {
            let plane = Array2::from_shape_vec((1, 6), numbers(mask)).unwrap();
            splits.add(response - mean, &plane, 1.0, &density, &region);
            sum += &(plane * (response - mean));
        }
        splits.close(&sum, &region);
        let expected = reference["reliability"].as_f64().unwrap();
        assert!((AllSplits::reliability(&[splits]).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn the_trials_needed_are_those_of_the_reference() {
        let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
            println!("skipped: BUBBLESCOPE_REFERENCE is not set");
            return;
        };
        let text = std::fs::read_to_string(format!("{folder}/scoring/reliability.json")).unwrap();
        for row in serde_json::from_str::<serde_json::Value>(&text).unwrap()["trials_needed"].as_array().unwrap() {
            let of = |name: &str| row[name].as_f64().unwrap();
            let found = needed(half_at(of("rel"), of("n")).unwrap(), of("target"));
            assert!((found / of("expected") - 1.0).abs() < 1e-12, "{row} {found}");
        }
        assert_eq!((half_at(0.0, 100.0), half_at(-0.2, 100.0)), (None, None));
    }

    #[test]
    fn noise_has_no_reliability_on_average_and_negative_values_are_kept() {
        let region = Array2::from_elem((7, 9), true);
        let values: Vec<f64> = (0..300).filter_map(|run| over_observers(&[&observers(6, 0.0, run)], &region)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.05, "{mean}");
        assert!(values.iter().any(|value| *value < 0.0));
        let strong = over_observers(&[&observers(6, 1.0, 1)], &region).unwrap();
        assert!((strong - 6.0 / 7.0).abs() < 0.08, "{strong}");
        assert_eq!(over_observers(&[&observers(1, 1.0, 1)], &region), None);
    }
}
