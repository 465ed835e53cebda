//! Tests of maps, a row each: where does a map differ from nothing, as far as chance lets anybody tell?
//!
//! A test sees a map of z in one direction (the negative of it for the lower side), the part of it that is searched, and
//! what the map looks like by chance: extremes of permutations, or the smoothness of a Gaussian field. Permutation is
//! the default, and random field theory the check beside it.

mod clusters;
mod discovery;
mod field;
mod information;
mod maximum;

use ndarray::Array2;

use super::permutation::Extreme;
use crate::stats::cluster::{Cluster, Connectivity};
use crate::stats::random_field::Field;
use crate::stats::tfce::Exponents;
use crate::stats::tilted::Cumulants;

/// Permutations are smoothed in single precision, on a lattice: values this close, relative above 1, are the same. Where few units
/// are exchangeable, many permutations are the map itself.
const TIE: f64 = 2e-3;

/// What a test of permutations needs besides the largest z of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The largest clusters.
    Clusters,
    /// Threshold-free cluster enhancement.
    Enhancement,
    /// The norm of the map.
    Norm,
    /// The map at several widths of smoothing.
    Scales,
}

/// Numbers that are chosen.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Error rate of a test, family-wise or of false discoveries.
    pub alpha: f64,
    /// Height above which pixels form a cluster, in units of z.
    pub cluster_threshold: f64,
    /// Which pixels touch.
    pub connectivity: Connectivity,
    /// Of threshold-free cluster enhancement.
    pub exponents: Exponents,
}

/// A map in which many independent trials are summed: a Gaussian field, or a skewed one if its bubbles are few.
#[derive(Debug, Clone)]
pub struct Smoothness {
    /// The searched region and the map's width at half maximum.
    pub field: Field,
    /// Cumulants of the map in this direction.
    pub cumulants: Cumulants,
}

/// The map at several widths of smoothing.
#[derive(Debug, Clone)]
pub struct Scales {
    /// The largest z over all widths, at each pixel.
    pub largest: Array2<f64>,
    /// Smallest and largest width at half maximum, px.
    pub widths: [f64; 2],
    /// Cumulants at the smallest.
    pub cumulants: Cumulants,
}

/// A map in one direction, and what is known of it.
pub struct Question<'a> {
    /// z, large where the direction is; 0 outside the region.
    pub z: &'a Array2<f64>,
    /// The part that is searched.
    pub region: &'a Array2<bool>,
    /// The extremes of each permutation in this direction, or in both if both are asked about.
    pub null: &'a [Extreme],
    /// Directions asked about: 1 or 2, among which error rates are shared.
    pub tails: f64,
    /// Numbers that are chosen.
    pub settings: Settings,
    /// `None` where the units are a few observers, and theory of Gaussian fields does not hold.
    pub smoothness: Option<&'a Smoothness>,
    /// Made only for the test that needs them.
    pub scales: Option<&'a Scales>,
}

/// What a test says.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What passes it is significant; `None` where nothing can.
    pub threshold: Option<f64>,
    /// The unit of threshold and statistic.
    pub unit: &'static str,
    /// The largest value of the map.
    pub statistic: f64,
    /// Its probability by chance.
    pub p: f64,
    /// Significant pixels.
    pub significant: Array2<bool>,
    /// Clusters with their probabilities, where the test is of clusters.
    pub clusters: Vec<(Cluster, f64)>,
}

/// A row of the table of tests.
pub struct Inference {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Judges a map; the error is the sentence that says why it cannot.
    pub judge: fn(&Question) -> Result<Verdict, String>,
}

/// Every test; a new one is a row here.
pub static INFERENCES: &[Inference] = &[
    maximum::PERMUTATION,
    clusters::EXTENT,
    clusters::MASS,
    maximum::TFCE,
    field::PIXEL,
    field::CLUSTER,
    field::TILTED,
    field::TILTED_CLUSTER,
    field::SCALE_SPACE,
    discovery::BENJAMINI_HOCHBERG,
    discovery::BENJAMINI_YEKUTIELI,
    information::VALUE,
];

impl Inference {
    /// The row of that name.
    pub fn named(name: &str) -> Option<&'static Inference> {
        INFERENCES.iter().find(|row| row.name == name)
    }
}

impl Question<'_> {
    /// Values of z in the searched part, row by row.
    fn values(&self) -> impl Iterator<Item = f64> {
        self.z.iter().zip(self.region).filter(|(_, inside)| **inside).map(|(z, _)| *z)
    }

    /// The largest z.
    fn peak(&self) -> f64 {
        self.values().fold(f64::MIN, f64::max)
    }

    /// Pixels of the searched part that pass.
    fn pixels(&self, values: &Array2<f64>, passes: impl Fn(f64) -> bool) -> Array2<bool> {
        ndarray::Zip::from(values).and(self.region).map_collect(|value, inside| *inside && passes(*value))
    }

    /// Probability that a statistic of the permutations is at least `value`, the map itself being one of them.
    fn chance(&self, value: f64, of: impl Fn(&Extreme) -> f64) -> f64 {
        let larger = self.null.iter().filter(|extreme| !beyond(value, of(extreme))).count();
        (larger + 1) as f64 / (self.null.len() + 1) as f64
    }

    /// The field, where there is one.
    fn smoothness(&self) -> Result<&Smoothness, String> {
        self.smoothness.ok_or_else(|| {
            "its units are observers, too few for the theory of Gaussian fields; permutation holds for any number"
                .to_owned()
        })
    }
}

/// Whether a value of the map lies above one of the permutations, whose single precision can tell no less.
pub(super) fn beyond(value: f64, permuted: f64) -> bool {
    value > permuted + TIE * permuted.abs().max(1.0)
}

/// Extremes of both directions as one: the larger of each.
pub fn either(both: &[[Extreme; 2]]) -> Vec<Extreme> {
    let larger = |[up, down]: &[Extreme; 2]| Extreme {
        z: up.z.max(down.z),
        extent: up.extent.max(down.extent),
        mass: up.mass.max(down.mass),
        enhanced: up.enhanced.max(down.enhanced),
        norm: up.norm,
    };
    both.iter().map(larger).collect()
}

#[cfg(test)]
mod tests;
