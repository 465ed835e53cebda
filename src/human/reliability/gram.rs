//! Reliability over observers from the products of their maps.
//!
//! With weights w_s and products G_st of maps centred over the region, maps of different observers agree by
//!   A = Σ_{s≠t} w_s w_t G_st / Σ_{s≠t} w_s w_t,   and each with itself by   B = Σ_s w_s G_ss / Σ_s w_s;
//! the sum of n maps has reliability n A / ((n - 1) A + B). An observer whom a replicate takes twice is never paired with
//! itself, which would pass its noise for signal. Several maps (pictures) are pooled as a ratio of sums.

use ndarray::Array2;

use super::super::classify::ObserverMap;
use super::{centred, middle};
use crate::seed::Seed;
use crate::stats::correlate::dot;
use crate::stats::crossed::weights;

/// Products of the maps of observers, for one map or several.
#[derive(Debug, Clone, Default)]
pub struct Gram {
    observers: Vec<String>,
    maps: Vec<(Vec<usize>, Vec<Vec<f64>>)>,
}

impl Gram {
    /// Of every map (a picture, or the task), the maps of those observers that have one.
    pub fn new(maps: &[&[ObserverMap]], region: &Array2<bool>) -> Gram {
        let mut gram = Gram::default();
        for observers in maps {
            let maps: Vec<(&str, &Array2<f64>)> =
                observers.iter().map(|one| (one.observer.as_str(), &one.smoothed)).collect();
            gram.add(&maps, region);
        }
        gram
    }

    /// Adds a map (a picture, or the task): each observer's, with their name.
    pub fn add(&mut self, maps: &[(&str, &Array2<f64>)], region: &Array2<bool>) {
        let values: Vec<Vec<f64>> = maps.iter().map(|(_, map)| centred(map, region)).collect();
        let products = values.iter().map(|a| values.iter().map(|b| dot(a, b)).collect()).collect();
        let places = maps.iter().map(|(observer, _)| self.place(observer)).collect();
        self.maps.push((places, products));
    }

    fn place(&mut self, observer: &str) -> usize {
        self.observers.iter().position(|known| known == observer).unwrap_or_else(|| {
            self.observers.push(observer.to_owned());
            self.observers.len() - 1
        })
    }

    /// Number of observers.
    pub fn observers(&self) -> usize {
        self.observers.len()
    }

    /// Reliability of the sum of the maps; `None` where no map has two observers, or all are constant.
    pub fn reliability(&self) -> Option<f64> {
        self.weighted(&vec![1.0; self.observers.len()])
    }

    fn weighted(&self, weights: &[f64]) -> Option<f64> {
        let (mut signal, mut observed) = (0.0, 0.0);
        for (places, products) in self.maps.iter().filter(|(places, _)| places.len() > 1) {
            let w: Vec<f64> = places.iter().map(|&at| weights[at]).collect();
            let own: f64 = products.iter().enumerate().map(|(at, row)| w[at] * w[at] * row[at]).sum();
            let all: f64 = products.iter().zip(&w).map(|(row, weight)| weight * dot(row, &w)).sum();
            let (sum, squares) = (w.iter().sum::<f64>(), dot(&w, &w));
            let itself: f64 = products.iter().enumerate().map(|(at, row)| w[at] * row[at]).sum::<f64>() / sum;
            let n = w.len() as f64;
            let pair = (all - own) / (sum * sum - squares);
            signal += n * n * pair;
            observed += n * ((n - 1.0) * pair + itself);
        }
        (observed > 0.0).then(|| signal / observed)
    }

    /// The middle 95 % of `replicates` draws of observers (Dirichlet weights); `None` with fewer than three observers.
    pub fn interval(&self, replicates: usize, seed: Seed) -> Option<(f64, f64)> {
        let n = self.observers.len();
        let draw = |at: usize| self.weighted(&weights(seed, 0, at, n));
        (n > 2).then(|| middle(&(0..replicates).filter_map(draw).collect::<Vec<f64>>())).flatten()
    }

    /// Correlation of the sum of one half of the observers with that of the other, the first map's; `None` where a half
    /// is constant.
    pub(super) fn correlation(&self, first: &[usize], second: &[usize]) -> Option<f64> {
        let (_, products) = self.maps.first()?;
        let product = |a: &[usize], b: &[usize]| -> f64 {
            a.iter().map(|&s| b.iter().map(|&t| products[s][t]).sum::<f64>()).sum()
        };
        let squares = product(first, first) * product(second, second);
        (squares > 0.0).then(|| product(first, second) / squares.sqrt())
    }
}

/// Reliability over observers of the sum of their maps, pooled over maps; `None` with fewer than two observers.
pub fn over_observers(maps: &[&[ObserverMap]], region: &Array2<bool>) -> Option<f64> {
    Gram::new(maps, region).reliability()
}

#[cfg(test)]
mod tests {
    use super::super::tests::observers;
    use super::*;

    #[test]
    fn replicates_hold_the_truth_and_do_not_pair_an_observer_with_itself() {
        let region = Array2::from_elem((7, 9), true);
        let maps = observers(12, 0.6, 5);
        let gram = Gram::new(&[&maps], &region);
        let value = gram.reliability().unwrap();
        let (low, high) = gram.interval(400, Seed(1)).unwrap();
        assert!(low < value && value < high && high - low < 0.8, "{low} {value} {high}");
        let twice: Vec<ObserverMap> = maps[..6].iter().chain(&maps[..6]).cloned().collect();
        let doubled = Gram::new(&[&twice], &region).reliability().unwrap();
        let once = Gram::new(&[&maps[..6]], &region).reliability().unwrap();
        // Six observers under two ids are still six; names tell them apart, so they count once each with weight two.
        assert!(
            (gram.weighted(&[[2.0; 6], [0.0; 6]].concat()).unwrap() - gram_of(&maps[..6], 12.0, &region)).abs() < 1e-9
        );
        assert!(doubled > once, "copies under names of their own would look like more people");
    }

    fn gram_of(maps: &[ObserverMap], n: f64, region: &Array2<bool>) -> f64 {
        let r = Gram::new(&[maps], region).reliability().unwrap();
        let half = maps.len() as f64 * (1.0 - r) / r;
        n / (n + half)
    }
}
