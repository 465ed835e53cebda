//! Bilinear enlargement with half-pixel centres and clamped edges (`align_corners = False`), one axis after the other.

use std::ops::Range;

use ndarray::Array2;

/// For each place of a stretched axis: two neighbours in the source, and the share of the second.
pub(super) type Neighbours = Vec<(usize, usize, f64)>;

/// `source` cells stretched over `length` px; the places in `part` of them.
pub(super) fn neighbours(source: usize, length: usize, part: Range<usize>) -> Neighbours {
    let last = source.saturating_sub(1);
    part.map(|place| {
        let at = ((place as f64 + 0.5) * source as f64 / length as f64 - 0.5).clamp(0.0, last as f64);
        let low = at.floor() as usize;
        (low, last.min(low + 1), at - low as f64)
    })
    .collect()
}

/// Interpolates rows, then columns.
pub(super) fn stretched(values: &Array2<f64>, rows: &Neighbours, columns: &Neighbours) -> Array2<f64> {
    let tall = Array2::from_shape_fn((rows.len(), values.ncols()), |(row, column)| {
        let (low, high, share) = rows[row];
        values[[low, column]] * (1.0 - share) + values[[high, column]] * share
    });
    Array2::from_shape_fn((rows.len(), columns.len()), |(row, column)| {
        let (low, high, share) = columns[column];
        tall[[row, low]] * (1.0 - share) + tall[[row, high]] * share
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn centres_are_half_pixels_and_edges_are_clamped() {
        let wide = stretched(&array![[0.0, 8.0]], &neighbours(1, 1, 0..1), &neighbours(2, 4, 0..4));
        assert_eq!(wide, array![[0.0, 2.0, 6.0, 8.0]]);
        let corners_aligned = array![[0.0, 8.0 / 3.0, 16.0 / 3.0, 8.0]];
        assert_ne!(wide, corners_aligned);
        let part = stretched(&array![[0.0, 8.0]], &neighbours(1, 1, 0..1), &neighbours(2, 4, 1..3));
        assert_eq!(part, array![[2.0, 6.0]]);
    }
}
