//! How much of each pixel is shown on average: the mean of many random masks, for any kind of Bubbles.
//!
//! Pixels that are hardly ever shown say little; a region sampled without a margin shows its border half as often as its
//! inside, and its corners a quarter as often.

use ndarray::{Array2, Zip};

use super::Cover;
use crate::seed::Seed;
use crate::stats::quantile::median;
use crate::stats::smooth::{Edge, smooth};

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

/// The pixels of the region shown, in every band that lies in the plane of the picture, at least `floor` times as much as
/// the median pixel of the region.
///
/// Shown means the expected sum of apertures before clipping, which is the places convolved with the aperture whatever
/// the number of bubbles.
pub fn covered(region: &Array2<bool>, cover: &Cover, floor: f64) -> Array2<bool> {
    let mut covered = region.clone();
    for plane in cover.planes.iter().filter(|plane| plane.shape == region.dim() && floor > 0.0) {
        let mut places = Array2::zeros(plane.shape);
        plane.places.iter().for_each(|place| places[[place.row, place.column]] = 1.0);
        let shown = smooth(&places, plane.sd, Edge::Zero);
        let inside: Vec<f64> =
            shown.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect();
        let least = floor * median(&inside).unwrap_or(0.0);
        Zip::from(&mut covered).and(&shown).for_each(|covered, &value| *covered &= value >= least);
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bubbles::{Combine, Plane, region_pixels, widened};

    #[test]
    fn the_expected_mask_of_a_probabilistic_or_has_a_closed_form() {
        // One minus the chance that no aperture is open: n distinct places of A, drawn without replacement.
        let region = Array2::from_elem((24, 30), true);
        let cover = Cover { combine: Combine::ProbabilisticOr, ..Cover::spatial(&region, 2.0, 0.5) };
        let found = &coverage(&cover, 15, Seed(3))[0];
        let places = region_pixels(&region).len() as f64;
        for at in [[0, 0], [12, 15], [0, 15], [23, 29]] {
            let reach: f64 = region_pixels(&region)
                .iter()
                .map(|c| {
                    (-((c.row as f64 - at[0] as f64).powi(2) + (c.column as f64 - at[1] as f64).powi(2)) / 8.0).exp()
                })
                .sum();
            let expected = 1.0 - (1.0 - reach / places).powi(15);
            assert!((f64::from(found[at]) - expected).abs() < 0.03, "{at:?} {} {expected}", found[at]);
        }
        assert!(found[[0, 0]] < 0.6 * found[[12, 15]], "corners are shown less often");
    }

    #[test]
    fn borders_fall_below_a_floor_unless_centres_have_a_margin() {
        let region =
            Array2::from_shape_fn((60, 60), |(row, column)| (15..45).contains(&row) && (15..45).contains(&column));
        let cover = Cover::spatial(&region, 3.0, 0.5);
        let left = covered(&region, &cover, 0.7);
        assert!(!left[[15, 30]] && !left[[15, 15]] && left[[30, 30]]);
        assert_eq!(covered(&region, &cover, 0.0), region);
        assert_eq!(covered(&region, &cover, 0.1), region);
        let places = region_pixels(&widened(&region, 9.0));
        let cover = Cover { planes: vec![Plane::new((60, 60), 3.0, &places, 0)], ..cover };
        assert_eq!(covered(&region, &cover, 0.7), region);
    }
}
