//! Sobol indices: the share of the explained value's variance that a cell has a part in (Fel, Cadène, Chalvidal, Cord, Vigouroux
//! & Serre 2021, NeurIPS, arXiv:2111.04138).
//!
//! Every cell of a grid is opened by a share of its own, uniform in 0..1. The total-order index of cell i is
//! `E(var(f | all other cells)) / var(f)`: what the cell does alone and in every interaction. From two designs A and B
//! of n rows, and C_i = A with column i of B, the estimator of Jansen 1999 (Computer Physics Communications 117:35):
//! `S_i = sum_j (f(A_j) - f(C_ij))² / (2 n var f(A))`, var with n - 1; n (cells + 1) forward passes. Homma & Saltelli's
//! 1996 (`homma`) is there for comparison: it multiplies outputs that are not centred, which costs precision.
//! The grid of indices is enlarged bilinearly with half-pixel centres.
//!
//! The map has no sign: it says where, not for whom. A margin that never varies has a map of zeros.
//!
//! Departures: A and B are seeded Latin hypercubes, not a Sobol sequence, whose tables of directions would bound the grid;
//! two of half the size each, so that their two maps give the reliability.
//! What is hidden becomes the background; theirs is 0 and the enlargement bicubic.
//!
//! Blur: for a linear network the index is the square of the summed weights of a cell. The sum is a box of side c
//! (variance c² / 12), the enlargement a triangle of half width c (c² / 6): sd = c / 2, of the sums before squaring.

use ndarray::{Array2, Axis};

use super::gradient::outputs_only;
use super::hypercube::{halves, latin_hypercube};
use super::moments::reliability;
use super::order::in_order;
use super::parameter::number;
use super::parts::Parts;
use super::{Method, Question, Saliency};
use crate::error::{Error, Result};
use crate::map::Map;
use crate::stats::stretch::{stretched, weights};

pub(super) const METHOD: Method = Method {
    name: "sobol",
    description: "share of the explained value's variance, over masks of cells, that a cell has a part in; unsigned",
    source: "Fel et al. 2021, NeurIPS, arXiv:2111.04138; Jansen 1999",
    parameters: &[
        number("design", "rows of the design; the forward passes are design x (grid x grid + 1)", 32.0, 4.0..=1e5),
        number("grid", "cells of a mask along each side", 8.0, 2.0..=64.0),
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [design, grid] = question.values.numbers()?;
    let (design, grid) = (design.round() as usize, grid.round() as usize);
    let shape = question.shape()?;
    let parts = Parts::grid(shape, grid)?;
    let cells = parts.count();
    let [base, other] = ["base", "other"].map(|name| designs(question, name, design, cells));
    // Place 0 of a row is A itself, place 1 + i is C_i.
    let work = |index: usize| {
        let (row, place) = (index / (cells + 1), index % (cells + 1));
        let mut shares = base.row(row).to_vec();
        if let Some(cell) = place.checked_sub(1) {
            shares[cell] = other[[row, cell]];
        }
        question.value_through(&parts.mask(&shares))
    };
    let mut plain = vec![0.0; design];
    let mut swapped = Array2::zeros((design, cells));
    in_order(design * (cells + 1), work, |index, margin| {
        let (row, place) = (index / (cells + 1), index % (cells + 1));
        match place.checked_sub(1) {
            None => plain[row] = margin,
            Some(cell) => swapped[[row, cell]] = margin,
        }
    })?;
    let enlarge = |indices: &[f64]| enlarged(indices, grid, shape);
    let (first, second) = swapped.view().split_at(Axis(0), halves(design)[0]);
    let (even, odd) = plain.split_at(first.nrows());
    let even = enlarge(&jansen(even, &first.to_owned()))?;
    let odd = enlarge(&jansen(odd, &second.to_owned()))?;
    Ok(Saliency {
        map: Map::from_f64(&enlarge(&jansen(&plain, &swapped))?)?,
        evaluations: design * (cells + 1),
        reliability: reliability([&even, &odd], &question.setting.region),
        blur_sd: blur_sd(shape, grid),
        layer: None,
        delta: None,
    })
}

/// Two designs of half the rows each, one below the other.
pub(super) fn designs(question: &Question, purpose: &str, rows: usize, columns: usize) -> Array2<f64> {
    let [first, second] = halves(rows);
    let half = |half: u64, rows| latin_hypercube(question.seed.derive(purpose, half), rows, columns);
    let (first, second) = (half(0, first), half(1, second));
    Array2::from_shape_fn((rows, columns), |(row, column)| match row.checked_sub(first.nrows()) {
        None => first[[row, column]],
        Some(row) => second[[row, column]],
    })
}

/// A value for each cell, enlarged bilinearly to the picture.
pub(super) fn enlarged(values: &[f64], grid: usize, shape: (usize, usize)) -> Result<Array2<f64>> {
    let cells = Array2::from_shape_vec((grid, grid), values.to_vec())
        .map_err(|cause| Error::internal(format!("{} values for {grid} x {grid} cells: {cause}", values.len())))?;
    let along = |side: usize| weights(grid, side, 0..side);
    Ok(stretched(&cells, &along(shape.0), &along(shape.1)))
}

/// Standard deviation, px, of the blur of a map enlarged from cells.
pub(super) fn blur_sd(shape: (usize, usize), grid: usize) -> f64 {
    (shape.0 + shape.1) as f64 / 2.0 / grid as f64 / 2.0
}

/// Jansen's total-order indices: `base` holds f(A) by row, `swapped` f(C_i) with a column for each input.
pub fn jansen(base: &[f64], swapped: &Array2<f64>) -> Vec<f64> {
    let (_, variance) = mean_and_variance(base);
    let squares = |outputs: ndarray::ArrayView1<f64>| -> f64 {
        outputs.iter().zip(base).map(|(changed, plain)| (plain - changed).powi(2)).sum()
    };
    swapped.columns().into_iter().map(|column| share(squares(column) / (2.0 * base.len() as f64), variance)).collect()
}

/// Homma & Saltelli's total-order indices, `(var f(A) - mean(f(A) f(C_i)) + mean(f(A))²) / var f(A)`.
pub fn homma(base: &[f64], swapped: &Array2<f64>) -> Vec<f64> {
    let (mean, variance) = mean_and_variance(base);
    let product = |outputs: ndarray::ArrayView1<f64>| -> f64 {
        outputs.iter().zip(base).map(|(changed, plain)| plain * changed).sum::<f64>() / base.len() as f64
    };
    let index = |outputs| share(variance - product(outputs) + mean * mean, variance);
    swapped.columns().into_iter().map(index).collect()
}

fn share(part: f64, variance: f64) -> f64 {
    if variance > 0.0 { part / variance } else { 0.0 }
}

fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count.max(1.0);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (count - 1.0).max(1.0))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    /// Halton's sequence: the digits of the number in a prime base, mirrored at the point.
    fn halton(number: usize, base: usize) -> f64 {
        let (mut rest, mut place, mut value) = (number, 1.0, 0.0);
        while rest > 0 {
            place /= base as f64;
            value += place * (rest % base) as f64;
            rest /= base;
        }
        value
    }

    /// Outputs of A and of every C_i for a function of three inputs.
    fn outputs(rows: usize, f: impl Fn([f64; 3]) -> f64) -> (Vec<f64>, Array2<f64>) {
        let a = |row: usize| [2, 3, 5].map(|base| halton(row + 1, base));
        let b = |row: usize| [7, 11, 13].map(|base| halton(row + 1, base));
        let swapped = Array2::from_shape_fn((rows, 3), |(row, input)| {
            let mut point = a(row);
            point[input] = b(row)[input];
            f(point)
        });
        ((0..rows).map(|row| f(a(row))).collect(), swapped)
    }

    #[test]
    fn ishigami_has_its_closed_form() {
        let (a, b) = (7.0, 0.1);
        let f = |point: [f64; 3]| {
            let [x, y, z] = point.map(|value| PI * (2.0 * value - 1.0));
            x.sin() + a * y.sin().powi(2) + b * z.powi(4) * x.sin()
        };
        let first = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
        let second = a * a / 8.0;
        let third = b * b * PI.powi(8) * 8.0 / 225.0;
        let expected = [first + third, second, third].map(|part| part / (first + second + third));
        assert!((expected[0] - 0.5576).abs() < 1e-4 && (expected[2] - 0.2437).abs() < 1e-4);
        let (base, swapped) = outputs(1 << 15, f);
        for (found, tolerance) in [(jansen(&base, &swapped), 2e-3), (homma(&base, &swapped), 5e-3)] {
            let close = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < tolerance);
            assert!(close, "{found:?} and {expected:?}");
        }
    }

    #[test]
    fn a_linear_function_has_the_squares_of_its_weights() {
        let (base, swapped) = outputs(2048, |[x, y, z]| x + 2.0 * y - 3.0 * z);
        let found = jansen(&base, &swapped);
        for (found, expected) in found.iter().zip([1.0, 4.0, 9.0].map(|square| square / 14.0)) {
            assert!((found / expected - 1.0).abs() < 0.05, "{found} and {expected}");
        }
        assert_eq!(jansen(&[3.0; 4], &Array2::from_elem((4, 2), 3.0)), [0.0; 2], "nothing varies");
    }

    #[test]
    fn the_stated_blur_is_that_of_a_box_and_a_triangle() -> Result<()> {
        // Response at every pixel to a weight at one pixel, averaged over where it lies in its cell.
        let (grid, side) = (7, 70);
        let mut variance = 0.0;
        for place in 30..40 {
            let mut sums = vec![0.0; grid * grid];
            sums.chunks_mut(grid).for_each(|row| row[place * grid / side] = 1.0);
            let response = enlarged(&sums, grid, (side, side))?.row(0).to_owned();
            let squares = response.iter().enumerate().map(|(at, v)| (at as f64 - place as f64).powi(2) * v);
            variance += squares.sum::<f64>() / response.sum() / 10.0;
        }
        assert!((variance.sqrt() - blur_sd((side, side), grid)).abs() < 0.02 * 10.0, "{}", variance.sqrt());
        Ok(())
    }
}
