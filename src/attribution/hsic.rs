//! HSIC attribution: how much the margin depends on whether a cell is shown (Novello, Fel & Vigouroux 2022, NeurIPS,
//! arXiv:2206.06219), by the Hilbert-Schmidt independence criterion (Gretton et al. 2005, ALT).
//!
//! Of n masks, each hides or shows every cell of a grid with probability 1/2. With K_i the kernel of cell i,
//! `1 + 1/2 - (m - m')²`, L the kernel of the explained values, `exp(-(y - y')² / (2 w²))`, and H = 1 - 1/n, the score is
//! `trace(H K_i H L) / (n - 1)²`, which does not grow with n; 0 where cell and margin are independent or one of them
//! constant. The grid of scores is enlarged bilinearly with half-pixel centres. The map has no sign: it says where, not
//! for whom.
//!
//! Departures: w is the median of the distances |y - y'| over all pairs (their mean where that is 0), because a margin is
//! signed and its median, which Xplique takes, depends on the bias of the network; Xplique divides the trace by n. The
//! masks are Latin hypercubes cut at 1/2, so that each cell is shown in half of them, as in the paper (Xplique: a Sobol
//! sequence); two of half the size, so that their two maps give the reliability. What is hidden becomes the background.
//!
//! Blur: as of `sobol`, with cells of side c: sd = c / 2, of the sums of weights that enter the score.

use ndarray::Array2;
use rayon::prelude::*;

use super::gradient::outputs_only;
use super::hypercube::halves;
use super::moments::reliability;
use super::order::in_order;
use super::parameter::number;
use super::parts::Parts;
use super::sobol::{blur_sd, designs, enlarged};
use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::map::Map;
use crate::stats::quantile::median;

pub(super) const METHOD: Method = Method {
    name: "hsic",
    description: "dependence of the explained value on whether a cell is shown; unsigned",
    source: "Novello, Fel & Vigouroux 2022, NeurIPS, arXiv:2206.06219",
    parameters: &[
        number("masks", "number of masks", 500.0, 10.0..=5000.0),
        number("grid", "cells of a mask along each side", 8.0, 2.0..=64.0),
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [count, grid] = question.values.numbers()?;
    let (count, grid) = (count.round() as usize, grid.round() as usize);
    let shape = question.shape()?;
    let parts = Parts::grid(shape, grid)?;
    let masks = designs(question, "mask", count, parts.count()).mapv(|share| if share >= 0.5 { 1.0 } else { 0.0 });
    let work = |index: usize| question.value_through(&parts.mask(&masks.row(index).to_vec()));
    let mut margins = Vec::with_capacity(count);
    in_order(count, work, |_, margin| margins.push(margin))?;
    let part = |rows: std::ops::Range<usize>| {
        let chosen = Array2::from_shape_fn((rows.len(), parts.count()), |(row, cell)| masks[[rows.start + row, cell]]);
        enlarged(&scores(&chosen, &margins[rows]), grid, shape)
    };
    let first = halves(count)[0];
    let (even, odd) = (part(0..first)?, part(first..count)?);
    Ok(Saliency {
        map: Map::from_f64(&part(0..count)?)?,
        evaluations: count,
        reliability: reliability([&even, &odd], &question.setting.region),
        blur_sd: blur_sd(shape, grid),
        layer: None,
        delta: None,
    })
}

/// The score of every cell: `masks` has a row for each margin and a column for each cell.
fn scores(masks: &Array2<f64>, margins: &[f64]) -> Vec<f64> {
    let width = typical_distance(margins);
    if width == 0.0 {
        return vec![0.0; masks.ncols()];
    }
    let freedom = (margins.len() as f64 - 1.0).powi(2);
    traces(masks, margins, width).into_iter().map(|trace| trace / freedom).collect()
}

/// `trace(H K_i H L)` of every column of `masks` (rows: samples), with outputs whose kernel has a width above 0.
pub fn traces(masks: &Array2<f64>, outputs: &[f64], width: f64) -> Vec<f64> {
    let kernel = centred(outputs, width);
    let trace = |cell: usize| -> f64 {
        let column = masks.column(cell).to_vec();
        let row = |(at, line): (usize, ndarray::ArrayView1<f64>)| -> f64 {
            line.iter().zip(&column).map(|(value, &other)| value * mask_kernel(column[at], other)).sum()
        };
        kernel.rows().into_iter().enumerate().map(row).sum()
    };
    (0..masks.ncols()).into_par_iter().map(trace).collect()
}

/// Kernel of two states of a cell, each 0 or 1: 3/2 if they are equal, 1/2 if not; centring takes the 1 away again.
pub fn mask_kernel(first: f64, second: f64) -> f64 {
    1.0 + (0.5 - (first - second).powi(2))
}

/// The kernel of the outputs with the means of rows and columns removed: `H L H`.
fn centred(outputs: &[f64], width: f64) -> Array2<f64> {
    let count = outputs.len();
    let mut kernel = Array2::from_shape_fn((count, count), |(a, b)| {
        (-(outputs[a] - outputs[b]).powi(2) / (2.0 * width * width)).exp()
    });
    let means: Vec<f64> = kernel.rows().into_iter().map(|row| row.sum() / count.max(1) as f64).collect();
    let mean = means.iter().sum::<f64>() / count.max(1) as f64;
    for ((a, b), value) in kernel.indexed_iter_mut() {
        *value += mean - means[a] - means[b];
    }
    kernel
}

/// Median of the distances of all pairs; their mean where that is 0, which is 0 where all values are equal.
fn typical_distance(values: &[f64]) -> f64 {
    let distances: Vec<f64> =
        (0..values.len()).flat_map(|at| values[at + 1..].iter().map(move |other| (values[at] - other).abs())).collect();
    let mean = distances.iter().sum::<f64>() / distances.len().max(1) as f64;
    median(&distances).filter(|&distance| distance > 0.0).unwrap_or(mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_kernel_of_a_cell_is_that_of_two_states() {
        let states = [0.0, 0.0, 1.0, 1.0];
        let kernel = states.map(|a| states.map(|b| mask_kernel(a, b) - 1.0));
        assert_eq!(
            kernel,
            [[0.5, 0.5, -0.5, -0.5], [0.5, 0.5, -0.5, -0.5], [-0.5, -0.5, 0.5, 0.5], [-0.5, -0.5, 0.5, 0.5]]
        );
    }

    #[test]
    fn a_cell_that_decides_alone_has_its_closed_form() {
        // Half of the outputs 0, half 1: L is 1 within and q between, H L H = ±(1 - q) / 2, K ± 1/2 about its mean.
        let masks = array![[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]];
        let outputs = [0.0, 0.0, 1.0, 1.0];
        let (width, size) = (0.7, 4.0);
        let q = (-1.0f64 / (2.0 * width * width)).exp();
        let found = traces(&masks, &outputs, width);
        assert!((found[0] - size * size * (1.0 - q) / 4.0).abs() < 1e-12, "{found:?}");
        assert!(found[1].abs() < 1e-12, "a cell that is independent");
        assert!(found[2].abs() < 1e-12, "a cell that never changes");
        assert_eq!(scores(&masks, &[2.0; 4]), [0.0; 3], "a margin that never changes");
    }

    #[test]
    fn order_and_offset_of_the_margins_do_not_matter() {
        let masks = array![[0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.0]];
        let margins = [-0.3, 0.1, 1.0, 0.7, 0.9];
        let expected = scores(&masks, &margins);
        let moved: Vec<f64> = margins.iter().map(|margin| margin - 40.0).collect();
        let order = [3, 0, 4, 1, 2];
        let shuffled = Array2::from_shape_fn((5, 2), |(row, cell)| masks[[order[row], cell]]);
        for found in [scores(&masks, &moved), scores(&shuffled, &order.map(|row| margins[row]))] {
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?} {expected:?}");
        }
        assert!(expected[0] > 2.0 * expected[1]);
    }

    #[test]
    fn the_width_is_the_median_distance_or_else_the_mean() {
        assert_eq!(typical_distance(&[1.0, 2.0, 4.0]), 2.0);
        assert_eq!(typical_distance(&[0.0, 0.0, 0.0, 4.0]), 2.0);
        assert_eq!(typical_distance(&[5.0; 3]), 0.0);
    }
}
