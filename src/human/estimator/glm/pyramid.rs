//! A Gaussian pyramid as a basis of fields: at level l, Gaussians of standard deviation 2^l cells, every 2^l-th cell, each
//! of unit norm (Mineault, Barthelmé & Pack 2009, J. Vision 9(10):17). Few of them make a field of a few blobs.

use ndarray::Array2;

use crate::stats::smooth::{Edge, smooth};

/// Levels, from one cell on.
const LEVELS: usize = 4;

/// The basis on a grid.
#[derive(Debug, Clone)]
pub(super) struct Pyramid {
    grid: (usize, usize),
    levels: Vec<(usize, f64)>,
}

impl Pyramid {
    /// As many levels as the grid holds four Gaussians across, at most four.
    pub fn new(grid: (usize, usize)) -> Pyramid {
        let holds = |level: &usize| *level == 0 || 4 << level <= grid.0.min(grid.1);
        let levels = (0..LEVELS).filter(holds).map(|level| {
            let sd = (1 << level) as f64;
            // The sum of the squares of a sampled Gaussian of unit sum is 1 / (4 π sd²).
            (1 << level, (4.0 * std::f64::consts::PI).sqrt() * sd)
        });
        Pyramid { grid, levels: levels.collect() }
    }

    /// Number of functions.
    pub fn len(&self) -> usize {
        self.levels.iter().map(|(step, _)| self.places(*step).count()).sum()
    }

    fn places(&self, step: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (rows, columns) = self.grid;
        (0..rows).step_by(step).flat_map(move |row| (0..columns).step_by(step).map(move |column| (row, column)))
    }

    /// The field of these coefficients, level after level, row by row.
    pub fn field(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut sum = Array2::<f64>::zeros(self.grid);
        let mut left = coefficients.iter();
        for &(step, norm) in &self.levels {
            let mut plane = Array2::zeros(self.grid);
            self.places(step).zip(left.by_ref()).for_each(|(place, value)| plane[place] = norm * value);
            sum += &smooth(&plane, step as f64, Edge::Zero);
        }
        sum.into_raw_vec_and_offset().0
    }

    /// The transpose of [`Pyramid::field`].
    pub fn gathered(&self, field: &[f64]) -> Vec<f64> {
        let plane = Array2::from_shape_vec(self.grid, field.to_vec()).unwrap_or_else(|_| Array2::zeros(self.grid));
        let of_level = |(step, norm): &(usize, f64)| {
            let smoothed = smooth(&plane, *step as f64, Edge::Zero);
            self.places(*step).map(|place| norm * smoothed[place]).collect::<Vec<f64>>()
        };
        self.levels.iter().flat_map(of_level).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlate::dot;

    #[test]
    fn the_transpose_is_one_and_functions_have_unit_norm() {
        let pyramid = Pyramid::new((19, 26));
        let noise = |n: usize| (0..n).map(|at| ((at * 37 + 11) % 101) as f64 / 50.0 - 1.0).collect::<Vec<f64>>();
        let (a, w) = (noise(pyramid.len()), noise(19 * 26));
        assert!((dot(&pyramid.field(&a), &w) - dot(&a, &pyramid.gathered(&w))).abs() < 1e-9);
        // Row 9, column 13 of the finest level, and row 8, column 12 of the next.
        for at in [9 * 26 + 13, 19 * 26 + 4 * 13 + 6] {
            let mut one = vec![0.0; pyramid.len()];
            one[at] = 1.0;
            let field = pyramid.field(&one);
            assert!((dot(&field, &field) - 1.0).abs() < 0.01, "{}", dot(&field, &field));
        }
    }
}
