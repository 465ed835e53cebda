//! Classification images: the sum of bubble centres weighted by residual responses, smoothed, and its z map.
//!
//! For observer s with residual responses y, smoothed centres x_t(v) and k nuisances in n trials:
//!   map_s(v) = Σ_t y_t x_t(v),   variance_s(v) = (Σ_t x_t(v)² - |projection of x(v) on the nuisances|²) |y|² / (n - k).
//! The second is the exact variance of the first when y is permuted within the observer and nuisances are removed
//! again, so z(v) = Σ_s map_s / √Σ_s variance_s needs no Monte Carlo (Gosselin & Schyns 2001; Chauvin et al. 2005, A4).

use ndarray::{Array2, Zip};
use rayon::prelude::*;

use super::frame::Frame;
use super::nuisance::Responses;
use super::reliability::AllSplits;
use crate::stats::correlate::dot;
use crate::trials::Trial;

/// The map of one observer.
#[derive(Debug, Clone)]
pub struct ObserverMap {
    /// Participant id.
    pub observer: String,
    /// Number of trials in it.
    pub trials: usize,
    /// Weighted sum of centres.
    pub unsmoothed: Array2<f64>,
    /// The same smoothed.
    pub smoothed: Array2<f64>,
    /// Variance of `smoothed` under permutation.
    pub variance: Array2<f64>,
    /// What each trial adds to the map: its sum of squares over the region, centred.
    pub squares: Vec<f64>,
}

impl ObserverMap {
    /// Smoothed map over its standard deviation under permutation; 0 outside the region.
    pub fn z(&self, region: &Array2<bool>) -> Array2<f64> {
        z_map(&self.smoothed, &self.variance, region)
    }
}

/// The map of a group, pooled over observers.
#[derive(Debug, Clone)]
pub struct GroupMap {
    /// One map an observer, in the order of first appearance.
    pub observers: Vec<ObserverMap>,
    /// Sum of the observers' maps.
    pub unsmoothed: Array2<f64>,
    /// The same smoothed.
    pub smoothed: Array2<f64>,
    /// Smoothed map over its standard deviation under permutation; 0 outside the region.
    pub z: Array2<f64>,
    /// Variance of `smoothed` under permutation.
    pub variance: Array2<f64>,
    /// Reliability over trials.
    pub over_trials: AllSplits,
}

impl GroupMap {
    /// Makes z of the map and its variance.
    pub(super) fn standardise(&mut self, region: &Array2<bool>) {
        self.z = z_map(&self.smoothed, &self.variance, region);
    }

    /// Number of trials in the map.
    pub fn trials(&self) -> usize {
        self.observers.iter().map(|observer| observer.trials).sum()
    }

    /// Values of z inside the region, row by row.
    pub fn z_in_region(&self, frame: &Frame) -> Vec<f64> {
        frame.region.iter().zip(&self.z).filter(|(inside, _)| **inside).map(|(_, z)| *z).collect()
    }
}

/// The classification image of a group.
pub fn classify(trials: &[Trial], responses: &[Responses], frame: &Frame) -> GroupMap {
    let shape = frame.region.dim();
    let density = bubble_density(trials, responses, frame);
    let parts: Vec<(ObserverMap, AllSplits)> =
        responses.par_iter().map(|one| observer_map(trials, one, frame, &density)).collect();
    let mut unsmoothed = Array2::zeros(shape);
    let mut smoothed = Array2::zeros(shape);
    let mut variance = Array2::zeros(shape);
    let mut over_trials = AllSplits::default();
    let mut observers = Vec::with_capacity(parts.len());
    for (observer, splits) in parts {
        unsmoothed += &observer.unsmoothed;
        smoothed += &observer.smoothed;
        variance += &observer.variance;
        over_trials.merge(&splits);
        observers.push(observer);
    }
    over_trials.close(&smoothed, &frame.region);
    let z = z_map(&smoothed, &variance, &frame.region);
    GroupMap { observers, unsmoothed, smoothed, z, variance, over_trials }
}

/// Expected smoothed field of a trial with one bubble (that of a trial, where fields are not made of bubbles).
pub(super) fn bubble_density(trials: &[Trial], responses: &[Responses], frame: &Frame) -> Array2<f64> {
    let mut plane = Array2::zeros(frame.region.dim());
    let mut bubbles = 0.0;
    for one in responses {
        frame.add_weighted(trials, &one.rows, &vec![1.0; one.rows.len()], &mut plane);
        bubbles += one.rows.iter().map(|&row| frame.weight(&trials[row])).sum::<f64>();
    }
    frame.smoothed(&(plane / bubbles.max(1.0)))
}

fn observer_map(trials: &[Trial], one: &Responses, frame: &Frame, density: &Array2<f64>) -> (ObserverMap, AllSplits) {
    let shape = frame.region.dim();
    let stamp = frame.stamp();
    let mut unsmoothed = Array2::zeros(shape);
    frame.add_weighted(trials, &one.rows, &one.residuals, &mut unsmoothed);
    let mut variance = Array2::<f64>::zeros(shape);
    let mut splits = AllSplits::default();
    let mut squares = Vec::with_capacity(one.rows.len());
    let mut plane = Array2::<f64>::zeros(shape);
    for (&row, &residual) in one.rows.iter().zip(&one.residuals) {
        let trial = &trials[row];
        stamp.field(trial, &mut plane);
        Zip::from(&mut variance).and(&plane).for_each(|variance, value| *variance += value * value);
        squares.push(splits.add(residual, &plane, frame.weight(trial), density, &frame.region));
    }
    for column in one.basis.columns() {
        let mut projection = Array2::zeros(shape);
        frame.add_weighted(trials, &one.rows, column, &mut projection);
        let projection = frame.smoothed(&projection);
        Zip::from(&mut variance).and(&projection).for_each(|variance, value| *variance -= value * value);
    }
    let freedom = one.rows.len().saturating_sub(one.basis.columns().len());
    let residual_variance = dot(&one.residuals, &one.residuals) / freedom.max(1) as f64;
    variance.mapv_inplace(|value| if freedom > 0 { (value * residual_variance).max(0.0) } else { 0.0 });
    let smoothed = frame.smoothed(&unsmoothed);
    let (observer, trials) = (one.observer.clone(), one.rows.len());
    (ObserverMap { observer, trials, unsmoothed, smoothed, variance, squares }, splits)
}

fn z_map(smoothed: &Array2<f64>, variance: &Array2<f64>, region: &Array2<bool>) -> Array2<f64> {
    Zip::from(smoothed)
        .and(variance)
        .and(region)
        .map_collect(|sum, variance, inside| if *inside && *variance > 0.0 { sum / variance.sqrt() } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::super::residual_responses;
    use super::*;
    use crate::bubbles::{draw_centres, region_pixels};
    use crate::experiment::Nuisance;
    use crate::seed::Seed;
    use rand::RngExt;

    /// Two observers on a grid that is not square; the diagnostic pixel lies in row 5, column 20, as shown.
    fn trials(n: usize) -> (Vec<Trial>, Frame) {
        let region = Array2::from_elem((18, 26), true);
        let pixels = region_pixels(&region);
        let rows = (0..n)
            .map(|t| {
                let mut generator = Seed(7).stream("trial", t as u64);
                let bubbles = 4 + (generator.random::<u32>() % 12) as usize;
                let centres = draw_centres(&pixels, bubbles, &mut generator);
                let near = centres.iter().any(|c| c.row.abs_diff(5) <= 2 && c.column.abs_diff(20) <= 2);
                // More bubbles help everywhere: the confound of an adaptive count, with the sign of a fixed one.
                let p = 0.3 + 0.04 * bubbles as f64 + if near { 0.25 } else { 0.0 };
                Trial {
                    observer: format!("o{}", t % 2),
                    block: "1".into(),
                    number: t as u32,
                    picture: "a".into(),
                    mirrored: t % 3 == 0,
                    correct: Some(generator.random::<f64>() < p),
                    centres,
                    response: None,
                    response_time: None,
                    ..Trial::default()
                }
            })
            .collect();
        (rows, Frame::new(region, false, 1.5))
    }

    fn map(trials: &[Trial], frame: &Frame, nuisances: &[Nuisance]) -> GroupMap {
        classify(trials, &residual_responses(trials, nuisances).0, frame)
    }

    #[test]
    fn the_peak_lies_where_the_information_was_and_moves_with_mirroring() {
        let (trials, mut frame) = trials(3000);
        let peak =
            |map: &GroupMap| map.z.indexed_iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, z)| (at, *z)).unwrap();
        let ((row, column), z) = peak(&map(&trials, &frame, &[Nuisance::BubbleCount]));
        assert!(row.abs_diff(5) <= 1 && column.abs_diff(20) <= 1 && z > 5.0, "{row} {column} {z}");
        frame.mirror_back = true;
        let shown = map(&trials, &frame, &[Nuisance::BubbleCount]);
        assert!(shown.z[[5, 5]] > 2.0 && shown.z[[5, 20]] > 2.0, "a third of the presentations is mirrored back");
    }

    #[test]
    fn removing_the_bubble_count_removes_the_offset_of_the_whole_map() {
        let (trials, frame) = trials(3000);
        let mean = |map: GroupMap| map.z.sum() / map.z.len() as f64;
        let naive = mean(map(&trials, &frame, &[]));
        let removed = mean(map(&trials, &frame, &[Nuisance::BubbleCount]));
        assert!(naive > 1.0, "{naive}");
        assert!(removed.abs() < 0.25, "{removed}");
    }

    #[test]
    fn the_stamped_map_is_the_smoothed_plane() {
        let (trials, frame) = trials(300);
        let group = map(&trials, &frame, &[Nuisance::BubbleCount]);
        let direct = frame.smoothed(&group.unsmoothed);
        assert!(group.smoothed.iter().zip(&direct).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
