//! Planes made larger or smaller: linear interpolation with half-pixel centres and clamped edges, one axis after the
//! other. When a plane shrinks, the triangle widens with the step, so that nothing is skipped (no aliasing); maps are
//! averaged over the area of each new pixel instead.

use std::ops::Range;

use ndarray::Array2;

/// For each place of the new axis: the first place of the old one that counts, and the weights from there on (sum 1).
pub type Weights = Vec<(usize, Vec<f64>)>;

/// `source` places stretched over `length`; the new places in `part` of `0..length`.
pub fn weights(source: usize, length: usize, part: Range<usize>) -> Weights {
    let step = source as f64 / length as f64;
    let width = step.max(1.0);
    part.map(|place| {
        let centre = (place as f64 + 0.5) * step - 0.5;
        let first = (centre - width).ceil().max(0.0) as usize;
        let last = ((centre + width).floor().max(0.0) as usize).min(source.saturating_sub(1));
        let raw: Vec<f64> = (first..=last).map(|at| (1.0 - (at as f64 - centre).abs() / width).max(0.0)).collect();
        let sum: f64 = raw.iter().sum();
        (first, raw.iter().map(|weight| weight / sum).collect())
    })
    .collect()
}

/// As [`weights`] where the axis grows; where it shrinks, each new place is the mean over what it covers of the old ones.
pub fn fitting(source: usize, length: usize) -> Weights {
    if length >= source {
        return weights(source, length, 0..length);
    }
    let step = source as f64 / length as f64;
    let covered = |place: usize| (place as f64 * step, (place + 1) as f64 * step);
    (0..length)
        .map(|place| {
            let (from, to) = covered(place);
            let (first, last) = (from.floor() as usize, (to.ceil() as usize).min(source));
            let share = |at: usize| (to.min(at as f64 + 1.0) - from.max(at as f64)).max(0.0) / step;
            (first, (first..last).map(share).collect())
        })
        .collect()
}

/// Weighted sums along rows, then along columns.
pub fn stretched(values: &Array2<f64>, rows: &Weights, columns: &Weights) -> Array2<f64> {
    let mut tall = Array2::zeros((rows.len(), values.ncols()));
    for (mut line, (first, weights)) in tall.rows_mut().into_iter().zip(rows) {
        for (at, weight) in weights.iter().enumerate() {
            line.scaled_add(*weight, &values.row(first + at));
        }
    }
    let mut stretched = Array2::zeros((rows.len(), columns.len()));
    for (mut line, source) in stretched.rows_mut().into_iter().zip(tall.rows()) {
        for (value, (first, weights)) in line.iter_mut().zip(columns) {
            *value = weights.iter().enumerate().map(|(at, weight)| weight * source[first + at]).sum();
        }
    }
    stretched
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn centres_are_half_pixels_and_edges_are_clamped() {
        let one = weights(1, 1, 0..1);
        let wide = stretched(&array![[0.0, 8.0]], &one, &weights(2, 4, 0..4));
        assert_eq!(wide, array![[0.0, 2.0, 6.0, 8.0]]);
        let corners_aligned = array![[0.0, 8.0 / 3.0, 16.0 / 3.0, 8.0]];
        assert_ne!(wide, corners_aligned);
        assert_eq!(stretched(&array![[0.0, 8.0]], &one, &weights(2, 4, 1..3)), array![[2.0, 6.0]]);
    }

    #[test]
    fn shrinking_averages_over_a_triangle_as_wide_as_the_step() {
        // Halving: weights 1/8 3/8 3/8 1/8 inside, renormalised at the edge; a single pixel is not skipped.
        let half = stretched(&array![[0.0, 0.0, 8.0, 0.0, 0.0, 0.0]], &weights(1, 1, 0..1), &weights(6, 3, 0..3));
        assert!((half[[0, 1]] - 3.0).abs() < 1e-12 && (half[[0, 0]] - 8.0 / 7.0).abs() < 1e-12, "{half}");
        let ones = stretched(&Array2::ones((7, 9)), &weights(7, 3, 0..3), &weights(9, 13, 0..13));
        assert!(ones.iter().all(|value| (value - 1.0).abs() < 1e-12));
    }

    #[test]
    fn maps_shrink_by_the_mean_over_the_area_and_grow_linearly() {
        let one = weights(1, 1, 0..1);
        let six = array![[6.0, 0.0, 0.0, 3.0, 9.0, 3.0]];
        assert_eq!(stretched(&six, &one, &fitting(6, 3)), array![[3.0, 1.5, 6.0]]);
        // Five over two: each new place covers two and a half old ones.
        let half = stretched(&array![[1.0, 2.0, 3.0, 4.0, 5.0]], &one, &fitting(5, 2));
        assert!((half[[0, 0]] - 1.8).abs() < 1e-12 && (half[[0, 1]] - 4.2).abs() < 1e-12, "{half}");
        assert_eq!(fitting(3, 7), weights(3, 7, 0..7));
        assert_ne!(fitting(6, 3), weights(6, 3, 0..3));
    }
}
