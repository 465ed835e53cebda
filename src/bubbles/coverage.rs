//! How much of each pixel is shown on average: the mean of many random masks, for any kind of Bubbles.
//!
//! Pixels that are hardly ever shown say little; a region sampled without a margin shows its border half as often as its
//! inside, and its corners a quarter as often.

use ndarray::{Array2, Zip};

use super::Cover;
use crate::seed::Seed;
use crate::stats::quantile::median;

/// Masks averaged.
const MASKS: u64 = 1000;

/// Expected mask of every band with `count` bubbles, values in 0..1: the mean of 1000 random masks, whose standard error
/// is at most 0.016.
pub fn coverage(cover: &Cover, count: usize, seed: Seed) -> Vec<Array2<f32>> {
    let mut sums: Vec<Array2<f32>> = cover.planes.iter().map(|plane| Array2::zeros(plane.shape)).collect();
    for at in 0..MASKS {
        let centres = cover.draw(count, &mut seed.stream("coverage", at));
        sums.iter_mut().zip(cover.masks(&centres)).for_each(|(sum, mask)| *sum += &mask);
    }
    sums.iter_mut().for_each(|sum| *sum /= MASKS as f32);
    sums
}

/// The pixels of the region shown, in every band, at least `floor` times as much as the median pixel of the region.
pub fn covered(region: &Array2<bool>, coverage: &[Array2<f32>], floor: f64) -> Array2<bool> {
    let mut covered = region.clone();
    for band in coverage.iter().filter(|band| band.dim() == region.dim()) {
        let inside: Vec<f64> =
            band.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| f64::from(*value)).collect();
        let least = (floor * median(&inside).unwrap_or(0.0)) as f32;
        Zip::from(&mut covered).and(band).for_each(|covered, &value| *covered &= value >= least);
    }
    covered
}
