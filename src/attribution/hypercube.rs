//! Latin hypercubes (McKay, Beckman & Conover 1979, Technometrics 21:239): designs that fill every axis evenly.
//!
//! Of n rows, each coordinate has exactly one in each of the n intervals of width 1/n, in random order and at a random
//! place of its interval. Any number of coordinates; a column depends on its seed and number alone.

use ndarray::{Array2, Axis};
use rand::RngExt;
use rand::seq::SliceRandom;

use crate::seed::Seed;

/// A design of shape (rows, columns) with values in 0..1.
pub(super) fn latin_hypercube(seed: Seed, rows: usize, columns: usize) -> Array2<f64> {
    let mut design = Array2::zeros((rows, columns));
    for (column, mut values) in design.axis_iter_mut(Axis(1)).enumerate() {
        let mut random = seed.stream("column", column as u64);
        let mut order: Vec<usize> = (0..rows).collect();
        order.shuffle(&mut random);
        for (value, interval) in values.iter_mut().zip(order) {
            *value = (interval as f64 + random.random::<f64>()) / rows as f64;
        }
    }
    design
}

/// Sizes of two halves, the first of which has the odd one.
pub(super) fn halves(count: usize) -> [usize; 2] {
    [count.div_ceil(2), count / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_of_every_axis_is_hit_once() {
        let design = latin_hypercube(Seed(3), 16, 5);
        for column in design.columns() {
            let mut hit: Vec<usize> = column.iter().map(|value| (value * 16.0) as usize).collect();
            hit.sort_unstable();
            assert_eq!(hit, (0..16).collect::<Vec<_>>());
        }
        assert_ne!(design.column(0), design.column(1));
        assert_eq!(design.column(1), latin_hypercube(Seed(3), 16, 2).column(1), "a column is its own");
        assert_ne!(design, latin_hypercube(Seed(4), 16, 5));
    }
}
