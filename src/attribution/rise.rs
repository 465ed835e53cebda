//! RISE, centred: the covariance of the margin with random masks.
//!
//! Masks are those of Petsiuk, Das & Saenko 2018 (BMVC, arXiv:1806.07421): a grid of cells, each visible with
//! probability p, enlarged bilinearly to (grid + 1) cells of `ceil(side / grid)` px and cropped at a random shift.
//! What is hidden becomes the background. They score `1 / (N p) sum_i f_i m_i(x)`, to which the mean of f adds
//! noise; here `S(x) = cov(f, m(x)) / (p (1 - p))`, which needs an order of magnitude fewer masks and is signed.
//! Each mask has a shift of its own.
//!
//! Blur: for a network linear in what is visible, S is its weights convolved with the autocovariance of m. The enlarged
//! grid is a sum of triangles of half width `pitch = ceil(side / grid) (grid + 1) / grid` (the grid is stretched over one
//! cell more); a triangle has the variance pitch² / 6, and its autocorrelation, averaged over shifts, twice that:
//! sd = pitch / √3.

use ndarray::Array2;
use rand::RngExt;

use super::gradient::outputs_only;
use super::moments::{Halves, reliability};
use super::order::in_order;
use super::parameter::number;
use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::map::Map;
use crate::stats::stretch::{stretched, weights};

pub(super) const METHOD: Method = Method {
    name: "rise",
    description: "covariance of the margin with random masks of enlarged cells",
    source: "Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421 (centred)",
    parameters: &[
        number("masks", "number of masks", 500.0, 10.0..=1e6),
        number("grid", "cells of a mask along each side", 7.0, 2.0..=100.0),
        number("probability", "probability that a cell is visible", 0.5, 0.01..=0.99),
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [masks, grid, probability] = question.values.numbers()?;
    let (masks, grid) = (masks.round() as usize, grid.round() as usize);
    let shape = question.shape()?;
    let cell = (shape.0.div_ceil(grid), shape.1.div_ceil(grid));
    let work = |index: usize| {
        let mut random = question.seed.stream("mask", index as u64);
        let cells = Array2::from_shape_simple_fn((grid, grid), || f32::from(u8::from(random.random_bool(probability))));
        let shift = (random.random_range(0..cell.0 as u64) as usize, random.random_range(0..cell.1 as u64) as usize);
        let mask = enlarged(&cells, shape, shift);
        Ok((question.value_through(&mask)?, mask))
    };
    let mut halves = Halves::new(shape);
    in_order(masks, work, |index, (margin, mask)| halves.add_mask(index, margin, &mask))?;
    let [even, odd] = halves.covariances();
    let pitch = (cell.0 + cell.1) as f64 / 2.0 * (grid + 1) as f64 / grid as f64;
    Ok(Saliency {
        map: Map::from_f64(&(halves.covariance() / (probability * (1.0 - probability))))?,
        evaluations: masks,
        reliability: reliability([&even, &odd], &question.setting.region),
        blur_sd: pitch / 3f64.sqrt(),
        layer: None,
        delta: None,
    })
}

/// A mask of `shape` (rows, columns) from a grid of cells: enlarged bilinearly by one cell more than fits, cropped at
/// `shift` (rows, columns), each in `0..ceil(side / cells)`.
pub fn enlarged(cells: &Array2<f32>, shape: (usize, usize), shift: (usize, usize)) -> Array2<f32> {
    if cells.is_empty() {
        return Array2::zeros(shape);
    }
    let along = |cells: usize, side: usize, shift: usize| {
        weights(cells, (cells + 1) * side.div_ceil(cells), shift..shift + side)
    };
    let rows = along(cells.nrows(), shape.0, shift.0);
    let columns = along(cells.ncols(), shape.1, shift.1);
    stretched(&cells.mapv(f64::from), &rows, &columns).mapv(|value| value as f32)
}
