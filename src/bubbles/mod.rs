//! Bubbles: Gaussian apertures at random places (Gosselin & Schyns 2001), summed and clipped at 1.
//!
//! mask(p) = min(1, Σ_c exp(-|p - c|² / (2 sd²))). The apertures are never scaled by their own maximum, which would
//! show a lone bubble at half contrast.

use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A bubble's centre: 0-based pixel of the picture as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Centre {
    /// Row from the top.
    pub row: usize,
    /// Column from the left.
    pub column: usize,
}

/// The pixels where centres may fall, row by row.
pub fn region_pixels(region: &Array2<bool>) -> Vec<Centre> {
    region.indexed_iter().filter(|(_, inside)| **inside).map(|((row, column), _)| Centre { row, column }).collect()
}

/// `count` distinct pixels of the region in random order; all of them if there are fewer.
pub fn draw_centres(pixels: &[Centre], count: usize, generator: &mut ChaCha8Rng) -> Vec<Centre> {
    let mut taken = std::collections::HashSet::new();
    let mut centres = Vec::with_capacity(count.min(pixels.len()));
    while centres.len() < count.min(pixels.len()) {
        let at = generator.random_range(0..pixels.len());
        if taken.insert(at) {
            centres.push(pixels[at]);
        }
    }
    centres
}

/// Share of a picture's area that one aperture reveals: its volume 2π·sd² over the number of pixels.
pub fn revealed_share((rows, columns): (usize, usize), sd: f64) -> f64 {
    2.0 * std::f64::consts::PI * sd * sd / (rows * columns) as f64
}

/// The mask that the bubbles make: values in 0..1, each aperture cut at four `sd` px.
pub fn aperture_mask((rows, columns): (usize, usize), centres: &[Centre], sd: f64) -> Array2<f32> {
    let reach = (4.0 * sd).ceil() as usize;
    let profile: Vec<f32> = (0..=reach).map(|x| (-((x * x) as f64) / (2.0 * sd * sd)).exp() as f32).collect();
    let mut mask = Array2::<f32>::zeros((rows, columns));
    for centre in centres {
        let first = centre.column.saturating_sub(reach);
        let last = (centre.column + reach).min(columns - 1);
        for row in centre.row.saturating_sub(reach)..=(centre.row + reach).min(rows - 1) {
            let height = profile[row.abs_diff(centre.row)];
            for column in first..=last {
                mask[[row, column]] += height * profile[column.abs_diff(centre.column)];
            }
        }
    }
    mask.mapv_inplace(|value| value.min(1.0));
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn the_mask_is_the_clipped_sum_of_gaussians() {
        let centres = [Centre { row: 10, column: 12 }, Centre { row: 13, column: 10 }, Centre { row: 0, column: 29 }];
        let mask = aperture_mask((24, 30), &centres, 3.0);
        for ((row, column), &value) in mask.indexed_iter() {
            let sum: f64 = centres
                .iter()
                .map(|c| {
                    let (dy, dx) = (row as f64 - c.row as f64, column as f64 - c.column as f64);
                    (-(dy * dy + dx * dx) / 18.0).exp()
                })
                .sum();
            assert!((f64::from(value) - sum.min(1.0)).abs() < 1e-3, "{row} {column} {value} {sum}");
        }
        assert_eq!(mask[[10, 12]], 1.0, "two apertures that overlap are clipped, not rescaled");
        let lone = aperture_mask((24, 30), &centres[2..], 3.0);
        assert_eq!(lone[[0, 29]], 1.0);
    }

    #[test]
    fn centres_are_distinct_inside_the_region_and_uniform() {
        let region = Array2::from_shape_fn((9, 7), |(row, column)| (row + column) % 3 != 0);
        let pixels = region_pixels(&region);
        let mut counts = Array2::<f64>::zeros(region.dim());
        for trial in 0..4000 {
            let centres = draw_centres(&pixels, 10, &mut Seed(3).stream("centres", trial));
            for (at, centre) in centres.iter().enumerate() {
                assert!(region[[centre.row, centre.column]] && !centres[..at].contains(centre));
                counts[[centre.row, centre.column]] += 1.0;
            }
        }
        let expected = 40_000.0 / pixels.len() as f64;
        assert!(pixels.iter().all(|p| (counts[[p.row, p.column]] / expected - 1.0).abs() < 0.15));
        assert_eq!(draw_centres(&pixels, 1000, &mut Seed(3).stream("centres", 0)).len(), pixels.len());
    }
}
