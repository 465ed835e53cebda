//! RISE, centred: the covariance of the explained value with random masks.
//!
//! Masks are those of Petsiuk, Das & Saenko 2018 (BMVC, arXiv:1806.07421): a grid of cells, each visible with
//! probability p, enlarged bilinearly to (grid + 1) cells of `ceil(side / grid)` px and cropped at a random shift.
//! What is hidden becomes the background. They score `1 / (N p) sum_i f_i m_i(x)`, to which the mean of f adds
//! noise; here `S(x) = cov(f, m(x)) / (p (1 - p))`, which needs an order of magnitude fewer masks and is signed.
//! Each mask has a shift of its own, and depends on the seed and its number alone; few are held at a time.
//!
//! With `reliability` above 0, masks are added until the split-half reliability of the map reaches it: looked at after
//! every 64 masks, from 128 on; `masks` is then the most. A map that stops at a look that happened to be high is a
//! little less reliable than stated.
//!
//! Blur: for a network linear in what is visible, S is its weights convolved with the autocovariance of m. The enlarged
//! grid is a sum of triangles of half width `pitch = ceil(side / grid) (grid + 1) / grid` (the grid is stretched over one
//! cell more); a triangle has the variance pitch² / 6, and its autocorrelation, averaged over shifts, twice that:
//! sd = pitch / √3.

use std::ops::Range;

use ndarray::Array2;
use rand::RngExt;

use super::gradient::outputs_only;
use super::moments::{Halves, reliability};
use super::order::in_order;
use super::parameter::{Parameter, number};
use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::map::Map;
use crate::stats::stretch::{stretched, weights};

/// Masks between two looks at the reliability.
const LOOK: usize = 64;

/// Masks before the first look.
const FIRST_LOOK: usize = 128;

pub(super) const MASKS: Parameter = number("masks", "number of masks", 500.0, 10.0..=1e6);

pub(super) const GRID: Parameter = number("grid", "cells of a mask along each side", 7.0, 2.0..=100.0);

pub(super) const PROBABILITY: Parameter = number("probability", "probability that a cell is visible", 0.5, 0.01..=0.99);

pub(super) const METHOD: Method = Method {
    name: "rise",
    description: "covariance of the explained value with random masks of enlarged cells",
    source: "Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421 (centred)",
    parameters: &[
        MASKS,
        GRID,
        PROBABILITY,
        number(
            "reliability",
            "split-half reliability at which no more masks are added; 0 = all masks",
            0.0,
            0.0..=0.999,
        ),
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [most, grid, probability, goal] = question.values.numbers()?;
    let most = most.round() as usize;
    let masks = Masks::new(question, grid, probability)?;
    let reliability_of = |halves: &Halves| {
        let [even, odd] = halves.covariances();
        reliability([&even, &odd], &question.setting.region)
    };
    let reached = |halves: &Halves| reliability_of(halves).is_some_and(|reached| reached >= goal);
    let mut halves = Halves::new(masks.shape);
    let mut shown = 0;
    while shown < most && !(goal > 0.0 && shown >= FIRST_LOOK && reached(&halves)) {
        let next = most.min(shown + LOOK);
        masks.show(question, shown..next, &mut halves)?;
        shown = next;
    }
    Ok(Saliency {
        map: Map::from_f64(&(halves.covariance() / (probability * (1.0 - probability))))?,
        evaluations: shown,
        reliability: reliability_of(&halves),
        blur_sd: masks.blur_sd(),
        layer: None,
        delta: None,
    })
}

/// How the masks of a question are drawn.
pub(super) struct Masks {
    pub(super) shape: (usize, usize),
    grid: usize,
    cell: (usize, usize),
    probability: f64,
}

impl Masks {
    pub(super) fn new(question: &Question, grid: f64, probability: f64) -> Result<Masks> {
        let (shape, grid) = (question.shape()?, grid.round() as usize);
        Ok(Masks { shape, grid, cell: (shape.0.div_ceil(grid), shape.1.div_ceil(grid)), probability })
    }

    /// Adds the masks of some numbers to the sums, each with the explained value behind it.
    pub(super) fn show(&self, question: &Question, numbers: Range<usize>, halves: &mut Halves) -> Result<()> {
        let first = numbers.start;
        let work = |index: usize| {
            let mask = self.mask(question, first + index);
            Ok((question.value_through(&mask)?, mask))
        };
        in_order(numbers.len(), work, |index, (value, mask)| halves.add_mask(first + index, value, &mask))
    }

    /// The mask of a number.
    pub(super) fn mask(&self, question: &Question, number: usize) -> Array2<f32> {
        let (grid, cell) = (self.grid, self.cell);
        let mut random = question.seed.stream("mask", number as u64);
        let cells =
            Array2::from_shape_simple_fn((grid, grid), || f32::from(u8::from(random.random_bool(self.probability))));
        let shift = (random.random_range(0..cell.0 as u64) as usize, random.random_range(0..cell.1 as u64) as usize);
        enlarged(&cells, self.shape, shift)
    }

    /// Standard deviation of the blur, px.
    pub(super) fn blur_sd(&self) -> f64 {
        let pitch = (self.cell.0 + self.cell.1) as f64 / 2.0 * (self.grid + 1) as f64 / self.grid as f64;
        pitch / 3f64.sqrt()
    }
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
