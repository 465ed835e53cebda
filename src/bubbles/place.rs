//! Where centres fall: distinct pixels of a region, uniformly; the region may be widened by a margin, because a region
//! without one is sampled half as often at its border as inside.

use std::collections::HashSet;

use ndarray::{Array2, Axis};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::Centre;

/// The pixels where centres may fall, row by row.
pub fn region_pixels(region: &Array2<bool>) -> Vec<Centre> {
    region.indexed_iter().filter(|(_, inside)| **inside).map(|((row, column), _)| Centre::new(row, column)).collect()
}

/// `count` distinct pixels of the region in random order; all of them if there are fewer.
pub fn draw_centres(pixels: &[Centre], count: usize, generator: &mut ChaCha8Rng) -> Vec<Centre> {
    let mut taken = HashSet::new();
    let mut centres = Vec::with_capacity(count.min(pixels.len()));
    while centres.len() < count.min(pixels.len()) {
        centres.push(draw_other(pixels, &mut taken, generator));
    }
    centres
}

/// One pixel that was not taken before, of which there must be one.
pub(super) fn draw_other(pixels: &[Centre], taken: &mut HashSet<usize>, generator: &mut ChaCha8Rng) -> Centre {
    loop {
        let at = generator.random_range(0..pixels.len());
        if taken.insert(at) {
            return pixels[at];
        }
    }
}

/// The region and every pixel of the picture no farther from it than `margin` px (Euclidean, between pixel centres).
///
/// Exact, by the lower envelope of parabolas in two passes (Felzenszwalb & Huttenlocher 2012, Theory of Computing 8:415).
pub fn widened(region: &Array2<bool>, margin: f64) -> Array2<bool> {
    if margin <= 0.0 {
        return region.clone();
    }
    let mut squared = region.mapv(|inside| if inside { 0.0 } else { f64::INFINITY });
    for axis in [Axis(0), Axis(1)] {
        for mut lane in squared.lanes_mut(axis) {
            let row = lane.to_vec();
            lane.iter_mut().zip(squared_distances(&row)).for_each(|(to, value)| *to = value);
        }
    }
    squared.mapv(|value| value <= margin * margin)
}

/// min over q of (p - q)² + heights[q], for every p.
fn squared_distances(heights: &[f64]) -> Vec<f64> {
    let mut envelope: Vec<(usize, f64)> = Vec::new();
    for (q, &height) in heights.iter().enumerate().filter(|(_, height)| height.is_finite()) {
        let crossing = |p: usize| {
            let square = |x: usize| (x * x) as f64;
            ((height + square(q)) - (heights[p] + square(p))) / (2.0 * (q - p) as f64)
        };
        while envelope.last().is_some_and(|&(p, from)| crossing(p) <= from) {
            envelope.pop();
        }
        let from = envelope.last().map_or(f64::NEG_INFINITY, |&(p, _)| crossing(p));
        envelope.push((q, from));
    }
    let mut at = 0;
    (0..heights.len())
        .map(|p| {
            while at + 1 < envelope.len() && envelope[at + 1].1 < p as f64 {
                at += 1;
            }
            envelope.get(at).map_or(f64::INFINITY, |&(q, _)| (p as f64 - q as f64).powi(2) + heights[q])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

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

    #[test]
    fn a_margin_adds_the_pixels_no_farther_away_and_no_others() {
        let region = Array2::from_shape_fn((17, 23), |(row, column)| {
            [(2, 3), (9, 14), (9, 15), (16, 0)].contains(&(row, column))
        });
        let inside = region_pixels(&region);
        for margin in [0.0, 1.0, 2.9, 5.0, 7.3] {
            let expected = Array2::from_shape_fn(region.dim(), |(row, column)| {
                inside.iter().any(|centre| {
                    let (dy, dx) = (row.abs_diff(centre.row), column.abs_diff(centre.column));
                    (dy * dy + dx * dx) as f64 <= margin * margin
                })
            });
            assert_eq!(widened(&region, margin), expected, "{margin}");
        }
        let empty = Array2::from_elem((3, 3), false);
        assert_eq!(widened(&empty, 2.0), empty);
    }
}
