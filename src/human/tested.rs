//! A map that can be tested: its z, and what is exchangeable if it shows nothing.

use std::f64::consts::SQRT_2;
use std::ops::Range;

use ndarray::{Array2, Zip};
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::erf::erfc;

use super::classify::GroupMap;
use super::frame::Frame;
use super::nuisance::Responses;
use super::permutation::{Extremes, Part, Points, Scheme, Source, Wanted, Zone, permuted};
use crate::experiment::Exchange;
use crate::seed::Seed;
use crate::stats::lattice::Lattice;
use crate::stats::tilted::Cumulants;
use crate::trials::Trial;

/// Trials of a block below which the block's answers are exchanged with those of other small blocks.
const LEAST_OF_A_BLOCK: usize = 10;

/// A map, and how it is made under the null hypothesis.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Sum over its standard deviation by chance; 0 outside the region.
    pub z: Array2<f64>,
    /// Its variance by chance.
    pub variance: Array2<f64>,
    /// Whether so many trials are exchangeable that the map is a Gaussian field; not where observers are.
    pub gaussian: bool,
    /// Number of bubbles of all trials together.
    pub bubbles: usize,
    /// Row of each trial in the table of trials.
    rows: Vec<usize>,
    scheme: Scheme,
}

impl Tested {
    /// The classification image of a group: answers are exchangeable within observers, and within their blocks.
    pub fn answers(
        trials: &[Trial],
        responses: &[Responses],
        frame: &Frame,
        group: &GroupMap,
        exchange: Exchange,
    ) -> Tested {
        let mut rows = Vec::new();
        let parts = responses.iter().map(|one| {
            let (order, strata) = strata(trials, &one.rows, exchange);
            let picked = |values: &[f64]| order.iter().map(|&at| values[at]).collect::<Vec<f64>>();
            rows.extend(order.iter().map(|&at| one.rows[at]));
            let columns: Vec<Vec<f64>> = one.basis.columns().iter().map(|column| picked(column)).collect();
            Part::new(&picked(&one.residuals), strata, &columns)
        });
        let scheme = Scheme::Answers(parts.collect());
        Tested::new(trials, &rows, frame, (group.z.clone(), group.variance.clone()), scheme)
    }

    /// The same map as one of a sample of observers: the signs of their mean maps are exchangeable, or of their maps as they
    /// are if these have their weight already. Its z is t √(S / (S - 1 + t²)) of Student's t over S observers.
    pub fn random_effects(
        trials: &[Trial],
        responses: &[Responses],
        frame: &Frame,
        group: &GroupMap,
        weighted: bool,
    ) -> Tested {
        let mut squares = Array2::<f64>::zeros(frame.region.dim());
        let mut sum = squares.clone();
        let (mut rows, mut values, mut observers) = (Vec::new(), Vec::new(), Vec::new());
        for (one, map) in responses.iter().zip(&group.observers) {
            let weight = if weighted { 1.0 } else { 1.0 / one.rows.len() as f64 };
            Zip::from(&mut sum).and(&mut squares).and(&map.smoothed).for_each(|sum, squares, value| {
                *sum += value * weight;
                *squares += (value * weight).powi(2);
            });
            observers.push(rows.len()..rows.len() + one.rows.len());
            rows.extend(&one.rows);
            values.extend(one.residuals.iter().map(|residual| (residual * weight) as f32));
        }
        let z = standardised(&sum, &squares, &frame.region);
        Tested::new(trials, &rows, frame, (z, squares), Scheme::Signs { values, observers })
    }

    pub(super) fn new(
        trials: &[Trial],
        rows: &[usize],
        frame: &Frame,
        (z, variance): (Array2<f64>, Array2<f64>),
        scheme: Scheme,
    ) -> Tested {
        Tested {
            z,
            variance,
            gaussian: matches!(scheme, Scheme::Answers(_) | Scheme::Labels { .. }),
            bubbles: rows.iter().map(|&row| frame.places(&trials[row]).count()).sum(),
            rows: rows.to_vec(),
            scheme,
        }
    }

    /// The height of this map that chance passes as often as `z` of a normal deviate: in a map of few observers, whose
    /// Student's t grows without bounds, z cannot pass the root of their number.
    pub fn height(&self, z: f64) -> f64 {
        let (units, freedom) = match &self.scheme {
            Scheme::Signs { observers, .. } => (observers.len() as f64, observers.len() as f64 - 1.0),
            Scheme::Observers { observers, .. } => (observers.len() as f64 - 1.0, observers.len() as f64 - 2.0),
            _ => return z,
        };
        let Some(student) = StudentsT::new(0.0, 1.0, freedom).ok().filter(|_| freedom >= 1.0) else { return z };
        let t = -student.inverse_cdf(erfc(z / SQRT_2) / 2.0);
        t * (units / (freedom + t * t)).sqrt()
    }

    /// Number of trials.
    pub fn trials(&self) -> usize {
        self.rows.len()
    }

    /// Extremes of `count` permutations in each of several regions; `step` is called with how many are done.
    pub fn extremes(
        &self,
        trials: &[Trial],
        frame: &Frame,
        regions: &[&Array2<bool>],
        wanted: Wanted,
        (count, seed): (usize, Seed),
        step: impl Fn(usize) + Sync,
    ) -> Vec<Extremes> {
        let shape = frame.region.dim();
        let lattice = Lattice::new(shape, frame.smoothing_sd);
        let zones: Vec<Zone> = regions.iter().map(|region| Zone::new(region, &self.variance, &lattice)).collect();
        if frame.is_plain() {
            let of_trial = |row: &usize| frame.places(&trials[*row]).collect();
            let points = Points::new(shape, &self.rows.iter().map(of_trial).collect::<Vec<_>>());
            return permuted(&Source::Points(&points), &lattice, &zones, wanted, count, (&self.scheme, seed), step);
        }
        let make = |weights: &[f32]| {
            let weights: Vec<f64> = weights.iter().map(|weight| f64::from(*weight)).collect();
            let mut plane = Array2::zeros(shape);
            frame.add_weighted(trials, &self.rows, &weights, &mut plane);
            plane
        };
        let source = Source::Planes(self.rows.len(), &make);
        permuted(&source, &lattice, &zones, wanted, count, (&self.scheme, seed), step)
    }

    /// The cumulants of the map, of its negative where `sign` is -1, with so many bubbles per resel.
    pub fn cumulants(&self, sign: f64, bubbles_per_resel: f64) -> Cumulants {
        let weights: Vec<f64> = self.scheme.observed().into_iter().map(|weight| sign * f64::from(weight)).collect();
        Cumulants::of_weights(&weights, bubbles_per_resel)
    }
}

/// A sum over its standard deviation; 0 where there is none, or outside the region.
pub(super) fn standardised(sum: &Array2<f64>, variance: &Array2<f64>, region: &Array2<bool>) -> Array2<f64> {
    Zip::from(sum)
        .and(variance)
        .and(region)
        .map_collect(|sum, variance, inside| if *inside && *variance > 0.0 { sum / variance.sqrt() } else { 0.0 })
}

/// Places in `rows`, stratum after stratum, and the ranges of the strata.
pub(super) fn strata(trials: &[Trial], rows: &[usize], exchange: Exchange) -> (Vec<usize>, Vec<Range<usize>>) {
    let mut names: Vec<&str> = rows.iter().map(|&row| trials[row].block.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let blocks: Vec<Vec<usize>> = match exchange {
        Exchange::Observer => Vec::new(),
        Exchange::Block => {
            names.iter().map(|name| (0..rows.len()).filter(|&at| trials[rows[at]].block == **name).collect()).collect()
        }
    };
    let (mut large, small): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
        blocks.into_iter().partition(|block| block.len() >= LEAST_OF_A_BLOCK);
    large.push(if exchange == Exchange::Observer { (0..rows.len()).collect() } else { small.concat() });
    let mut ranges = Vec::new();
    let mut start = 0;
    for stratum in large.iter().filter(|stratum| !stratum.is_empty()) {
        ranges.push(start..start + stratum.len());
        start += stratum.len();
    }
    (large.concat(), ranges)
}

#[cfg(test)]
mod tests;
