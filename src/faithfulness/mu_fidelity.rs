//! μFidelity (Bhatt, Weller & Moura 2020, IJCAI, arXiv:2005.00631): does the fall of a network's answer, when a random
//! set of pixels is hidden, go with the sum of the map over that set?
//!
//! `ρ over sets S of ( f(x) - f(x with S hidden), Σ_{i in S} a_i )`, the variant of Xplique: Spearman's ρ, and 200 sets made
//! of the cells of a 9 × 9 grid, each hidden with probability 0.2. f is the margin, which is what our maps explain. Bhatt et
//! al. take Pearson's r and sets of one size. Xplique hides with 0 of the normalised input and counts an undefined ρ as 0;
//! we hide with the background and say why there is no value.

use ndarray::Array2;
use rand::RngExt;

use super::{Better, Case, Finding, Measure, Quantity, rank_correlation};
use crate::attribution::number;
use crate::error::Result;

pub(super) const MEASURE: Measure = Measure {
    name: "mu_fidelity",
    description: "rank correlation, over random sets of hidden cells, of the fall of the explained value with the sum of the map",
    source: "Bhatt, Weller & Moura 2020, IJCAI, arXiv:2005.00631 (ranks, cells of a grid)",
    quantities: &[Quantity { name: "correlation", better: Better::Higher, range: (-1.0, 1.0) }],
    parameters: &[
        number("sets", "number of random sets", 200.0, 10.0..=1e6),
        number("grid", "cells along each side", 9.0, 2.0..=1000.0),
        number("probability", "probability that a cell is hidden", 0.2, 0.01..=0.99),
    ],
    judge,
};

fn judge(case: &Case) -> Result<Vec<Finding>> {
    let [sets, grid, probability] = case.values.numbers()?;
    let grid = grid.round() as usize;
    let whole = (case.answers.value)(case.picture)?;
    let (mut falls, mut sums) = (Vec::new(), Vec::new());
    for set in 0..sets.round() as usize {
        let mut random = case.seed.stream("set", set as u64);
        let cells = Array2::from_shape_simple_fn((grid, grid), || random.random_bool(probability));
        let hidden = removed(&cells, case.map.dim());
        let mask = hidden.mapv(|hidden| if hidden { 0.0 } else { 1.0 });
        falls.push(whole - (case.answers.value)(&case.picture.through(&mask, case.background as f32))?);
        sums.push(sum_of(case.map, &hidden));
    }
    let outcome = rank_correlation(("the fall of the margin", &falls), ("the sum of the map", &sums));
    Ok(vec![Finding::new("correlation", outcome)])
}

/// The pixels of a picture of `shape` that lie in marked cells of a grid.
pub fn removed(cells: &Array2<bool>, shape: (usize, usize)) -> Array2<bool> {
    let (rows, columns) = cells.dim();
    Array2::from_shape_fn(shape, |(row, column)| cells[[row * rows / shape.0, column * columns / shape.1]])
}

/// Sum of a map over marked pixels.
pub fn sum_of(map: &Array2<f64>, marked: &Array2<bool>) -> f64 {
    map.iter().zip(marked).filter(|(_, marked)| **marked).map(|(value, _)| value).sum()
}
