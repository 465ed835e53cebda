//! Gaussian apertures: a picture seen through them shows the picture near their centres and the background elsewhere.
//!
//! `mask(p) = min(1, sum_c exp(-|p - c|² / (2 sd²)))` (Gosselin & Schyns 2001, Vision Research 41:2261), each Gaussian cut
//! off beyond 4 sd in rows or columns, where it is below exp(-8) = 0.0003.

use ndarray::Array2;
use rand::{Rng, RngExt};

/// The mask of some centres (row, column), shape (rows, columns), values in 0..1; `sd` in px, above 0.
pub fn aperture_mask(shape: (usize, usize), centres: &[(usize, usize)], sd: f64) -> Array2<f32> {
    let reach = (4.0 * sd).floor() as usize;
    let profile: Vec<f32> =
        (0..=reach).map(|distance| (-((distance * distance) as f64) / (2.0 * sd * sd)).exp() as f32).collect();
    let mut mask = Array2::<f32>::zeros(shape);
    for &(row, column) in centres {
        let columns = column.saturating_sub(reach)..shape.1.min(column + reach + 1);
        for at in row.saturating_sub(reach)..shape.0.min(row + reach + 1) {
            let across = profile[at.abs_diff(row)];
            let mut line = mask.row_mut(at);
            for along in columns.clone() {
                line[along] += across * profile[along.abs_diff(column)];
            }
        }
    }
    mask.mapv_inplace(|value| value.min(1.0));
    mask
}

/// The pixels (row, column) of a region, row by row.
pub fn places(region: &Array2<bool>) -> Vec<(usize, usize)> {
    region.indexed_iter().filter_map(|(place, &inside)| inside.then_some(place)).collect()
}

/// Draws distinct places, each set of them equally likely; all of them where there are fewer than `count`.
pub fn draw_centres(places: &[(usize, usize)], count: usize, random: &mut impl Rng) -> Vec<(usize, usize)> {
    let mut shuffled = places.to_vec();
    let count = count.min(shuffled.len());
    for at in 0..count {
        let other = random.random_range(at as u64..shuffled.len() as u64) as usize;
        shuffled.swap(at, other);
    }
    shuffled.truncate(count);
    shuffled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn a_mask_is_the_clipped_sum_of_gaussians() {
        let (shape, sd) = ((20, 31), 2.5);
        let centres = [(3, 4), (5, 5), (0, 30), (12, 17)];
        let mask = aperture_mask(shape, &centres, sd);
        for ((row, column), &value) in mask.indexed_iter() {
            let squared = |&(r, c): &(usize, usize)| (r.abs_diff(row).pow(2) + c.abs_diff(column).pow(2)) as f64;
            let direct: f64 = centres.iter().map(|centre| (-squared(centre) / (2.0 * sd * sd)).exp()).sum();
            assert!((f64::from(value) - direct.min(1.0)).abs() < 4.0 * 0.00034, "{row} {column}: {value} and {direct}");
        }
        assert_eq!((mask[[12, 17]], mask[[12, 28]]), (1.0, 0.0), "the peak is 1, and nothing shows beyond 4 sd");
    }

    #[test]
    fn centres_are_distinct_inside_the_region_and_equally_likely() {
        let region = Array2::from_shape_fn((4, 6), |(row, column)| row > 0 && column != 2);
        let places = places(&region);
        assert_eq!(places.len(), 15);
        let mut counts = Array2::<f64>::zeros((4, 6));
        for trial in 0..3000 {
            let mut drawn = draw_centres(&places, 5, &mut Seed(7).stream("mask", trial));
            drawn.iter().for_each(|&place| counts[place] += 1.0);
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), 5);
        }
        let sd = (3000.0f64 * (1.0 / 3.0) * (2.0 / 3.0)).sqrt();
        assert!(places.iter().all(|&place| (counts[place] - 1000.0).abs() < 4.0 * sd), "{counts}");
        assert_eq!(counts.sum(), 15000.0);
        assert_eq!(draw_centres(&places, 99, &mut Seed(7).stream("mask", 0)).len(), 15);
    }
}
