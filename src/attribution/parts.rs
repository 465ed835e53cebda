//! A picture cut into parts that are shown or hidden whole: cells of a grid, or superpixels.
//!
//! Blur of a map painted on parts: for a network linear in what is visible, each pixel gets the sum of the weights of
//! its part. Seen from a pixel anywhere in the part, a weight anywhere in the same part is displaced by the difference
//! of two places: twice the variance of places within the part. A square cell of side c gives the triangle of half
//! width c, sd = c / √6. Parts of any shape: the mean over the pixels and both axes.

use ndarray::Array2;

use crate::error::{Error, Result};

/// Which part each pixel of a picture belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    of: Array2<usize>,
    count: usize,
}

impl Parts {
    /// Parts numbered from 0 by pixel, every number in use.
    pub fn new(of: Array2<usize>) -> Parts {
        let count = of.iter().max().map_or(0, |last| last + 1);
        Parts { of, count }
    }

    /// `cells` x `cells` cells, numbered row by row; the cell of a row or column is `floor(place cells / side)`,
    /// as in enlargement by the nearest neighbour.
    pub fn grid(shape: (usize, usize), cells: usize) -> Result<Parts> {
        if cells == 0 || cells > shape.0.min(shape.1) {
            return Err(Error::invalid(format!(
                "a grid of {cells} x {cells} cells does not fit a picture of {} x {} px (rows x columns)",
                shape.0, shape.1
            ))
            .hint("make `grid` at most as large as the shorter side of the picture"));
        }
        let cell = |place: usize, side: usize| place * cells / side;
        Ok(Parts::new(Array2::from_shape_fn(shape, |(row, column)| cell(row, shape.0) * cells + cell(column, shape.1))))
    }

    /// Number of parts.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The part of each pixel.
    pub fn of(&self) -> &Array2<usize> {
        &self.of
    }

    /// The mask that opens each part by a share (0 = hidden, 1 = visible), in the order of parts.
    pub fn mask(&self, shares: &[f64]) -> Array2<f32> {
        self.of.mapv(|part| shares.get(part).copied().unwrap_or(0.0) as f32)
    }

    /// The map with the value of its part at each pixel.
    pub fn painted(&self, values: &[f64]) -> Array2<f64> {
        self.of.mapv(|part| values.get(part).copied().unwrap_or(0.0))
    }

    /// Standard deviation, px, of the blur of a painted map; a pixel counts as a square of side 1.
    pub fn blur_sd(&self) -> f64 {
        let mut sums = vec![[0.0f64; 5]; self.count];
        for ((row, column), &part) in self.of.indexed_iter() {
            let (row, column) = (row as f64, column as f64);
            let add = [1.0, row, row * row, column, column * column];
            sums[part].iter_mut().zip(add).for_each(|(sum, value)| *sum += value);
        }
        let spread = |[count, row, rows, column, columns]: [f64; 5]| {
            if count == 0.0 {
                return 0.0;
            }
            (rows - row * row / count) + (columns - column * column / count) + 2.0 * count / 12.0
        };
        (sums.into_iter().map(spread).sum::<f64>() / self.of.len().max(1) as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn cells_are_those_of_the_nearest_neighbour() -> Result<()> {
        let parts = Parts::grid((3, 5), 2)?;
        assert_eq!(parts.of(), &array![[0, 0, 0, 1, 1], [0, 0, 0, 1, 1], [2, 2, 2, 3, 3]]);
        assert_eq!(parts.mask(&[0.0, 1.0, 0.5, 0.25]).row(2).to_vec(), [0.5, 0.5, 0.5, 0.25, 0.25]);
        assert_eq!(parts.painted(&[1.0, -2.0, 3.0, 4.0])[[0, 4]], -2.0);
        assert!(Parts::grid((3, 5), 4).unwrap_err().what.contains("4 x 4 cells"));
        Ok(())
    }

    #[test]
    fn the_blur_of_square_cells_is_a_triangle() -> Result<()> {
        assert!((Parts::grid((24, 24), 4)?.blur_sd() - 6.0 / 6f64.sqrt()).abs() < 1e-12);
        // 8 x 4 px: the root of the mean of both variances.
        let expected = ((64.0 + 16.0) / 12.0f64).sqrt();
        assert!((Parts::grid((16, 8), 2)?.blur_sd() - expected).abs() < 1e-12);
        let single = Parts::new(Array2::from_shape_fn((3, 4), |(row, column)| row * 4 + column));
        assert!((single.blur_sd() - 1.0 / 6f64.sqrt()).abs() < 1e-12);
        // Two scattered halves of a stripe blur more than two that hang together.
        let scattered = Parts::new(Array2::from_shape_fn((1, 8), |(_, column)| column % 2));
        let joined = Parts::new(Array2::from_shape_fn((1, 8), |(_, column)| column / 4));
        assert!(scattered.blur_sd() > 1.5 * joined.blur_sd());
        Ok(())
    }
}
