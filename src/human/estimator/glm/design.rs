//! The regressors of a generalised linear model, never written out: bubble centres looked up in a field.
//!
//! The field w lies on a grid of one cell in `step` pixels. What a bubble at c adds to the linear predictor is the field
//! smoothed, s = S w, read at c by bilinear interpolation U; with counts C of bubbles, X = C U S, and a product with it
//! costs a look-up a bubble. From each bubble the mean over all bubbles is taken off: what a bubble adds wherever it lies
//! is the business of the number of bubbles, a nuisance. Nuisances have a few values a trial.

use std::collections::BTreeMap;

use ndarray::Array2;

use super::super::Sample;
use crate::experiment::Nuisance;
use crate::stats::correlate::dot;
use crate::stats::smooth::{Edge, smooth};

/// What a nuisance's coefficient is held to 0 by: the inverse of a prior variance.
const FREE: f64 = 0.01;
/// The same for pictures, which are random effects of variance 1.
const PICTURE: f64 = 1.0;

/// The regressors and responses of trials.
#[derive(Debug, Clone)]
pub(in super::super) struct Design {
    /// Rows and columns of the picture.
    pub shape: (usize, usize),
    /// Rows and columns of the grid.
    pub grid: (usize, usize),
    step: usize,
    sd: f64,
    scale: f64,
    /// Where each trial's centres begin.
    starts: Vec<usize>,
    centres: Vec<u32>,
    /// Share of all bubbles at each pixel.
    density: Vec<f64>,
    /// Nuisances of each trial: which, and its value.
    nuisances: Vec<Vec<(usize, f64)>>,
    /// Weight of the prior on each nuisance's coefficient.
    pub held: Vec<f64>,
    /// 0 or 1 for each trial.
    pub responses: Vec<f64>,
    /// The observer of each trial, counted from 0.
    pub observers: Vec<usize>,
}

impl Design {
    /// Of a sample of bubbles.
    pub fn new(sample: &Sample) -> Design {
        let frame = sample.frame;
        let shape = frame.region.dim();
        let step = ((frame.smoothing_sd / 1.5) as usize).max(1);
        let cells = |pixels: usize| pixels.saturating_sub(1).div_ceil(step) + 1;
        let mut design = Design {
            shape,
            grid: (cells(shape.0), cells(shape.1)),
            step,
            sd: frame.smoothing_sd / step as f64,
            scale: 1.0,
            starts: vec![0],
            centres: Vec::new(),
            density: vec![0.0; shape.0 * shape.1],
            nuisances: Vec::new(),
            held: Vec::new(),
            responses: Vec::new(),
            observers: Vec::new(),
        };
        let mut pictures: BTreeMap<&str, usize> = BTreeMap::new();
        for (observer, one) in sample.responses.iter().enumerate() {
            let first = design.held.len();
            let columns = one.basis.columns();
            let length = (one.rows.len() as f64).sqrt();
            design.held.extend(vec![FREE; columns.len()]);
            for (at, (&row, &value)) in one.rows.iter().zip(&one.values).enumerate() {
                let Some(trial) = sample.trials.get(row) else { continue };
                let places = frame.places(trial).map(|[row, column]| (row * shape.1 + column) as u32);
                design.centres.extend(places);
                design.starts.push(design.centres.len());
                design.responses.push(value);
                design.observers.push(observer);
                let mut own: Vec<(usize, f64)> =
                    columns.iter().enumerate().map(|(k, column)| (first + k, length * column[at])).collect();
                if sample.nuisances.contains(&Nuisance::Picture) {
                    let next = pictures.len();
                    own.push((usize::MAX - *pictures.entry(&trial.picture).or_insert(next), 1.0));
                }
                design.nuisances.push(own);
            }
        }
        // Pictures come after everything of the observers.
        let first = design.held.len();
        for (which, _) in design.nuisances.iter_mut().flatten().filter(|(which, _)| *which >= first) {
            *which = first + (usize::MAX - *which);
        }
        design.held.extend(vec![PICTURE; pictures.len()]);
        let bubbles = design.centres.len().max(1) as f64;
        design.centres.iter().for_each(|&pixel| design.density[pixel as usize] += 1.0 / bubbles);
        design.scale = design.usual();
        design
    }

    /// What brings the mean square of X over trials and cells to 1, from some two hundred trials.
    fn usual(&self) -> f64 {
        let every = (self.trials() / 200).max(1);
        let (mut squares, mut count) = (0.0, 0.0);
        for trial in (0..self.trials()).step_by(every) {
            let mut weights = vec![0.0; self.trials()];
            weights[trial] = 1.0;
            let field = self.field_of(&weights, trial..trial + 1);
            squares += field.iter().map(|value| value * value).sum::<f64>();
            count += field.len() as f64;
        }
        if squares > 0.0 { (count / squares).sqrt() } else { 1.0 }
    }

    /// Number of trials.
    pub fn trials(&self) -> usize {
        self.responses.len()
    }

    /// Number of cells of the field.
    pub fn cells(&self) -> usize {
        self.grid.0 * self.grid.1
    }

    /// Number of unknowns: cells, then nuisances.
    pub fn unknowns(&self) -> usize {
        self.cells() + self.held.len()
    }

    /// The trials whose place is in `wanted`.
    pub fn part(&self, wanted: impl Fn(usize) -> bool) -> Design {
        let mut part = Design {
            starts: vec![0],
            centres: Vec::new(),
            nuisances: Vec::new(),
            responses: Vec::new(),
            observers: Vec::new(),
            held: self.held.clone(),
            density: self.density.clone(),
            ..*self
        };
        for trial in (0..self.trials()).filter(|trial| wanted(*trial)) {
            part.centres.extend_from_slice(&self.centres[self.starts[trial]..self.starts[trial + 1]]);
            part.starts.push(part.centres.len());
            part.nuisances.push(self.nuisances[trial].clone());
            part.responses.push(self.responses[trial]);
            part.observers.push(self.observers[trial]);
        }
        part
    }

    /// What a bubble at each pixel adds to the predictor.
    pub fn sensitivity(&self, field: &[f64]) -> Array2<f64> {
        let smoothed = self.smoothed(field);
        Array2::from_shape_fn(self.shape, |(row, column)| {
            self.corners(row, column).into_iter().map(|(cell, weight)| weight * smoothed[cell]).sum::<f64>()
        }) * self.scale
    }

    fn smoothed(&self, field: &[f64]) -> Vec<f64> {
        let plane = Array2::from_shape_vec(self.grid, field.to_vec()).unwrap_or_else(|_| Array2::zeros(self.grid));
        smooth(&plane, self.sd, Edge::Zero).into_raw_vec_and_offset().0
    }

    /// The four cells around a pixel, with their shares of it.
    fn corners(&self, row: usize, column: usize) -> [(usize, f64); 4] {
        let place = |pixel: usize, cells: usize| {
            let first = pixel / self.step;
            (first, (first + 1).min(cells - 1), (pixel % self.step) as f64 / self.step as f64)
        };
        let ((r0, r1, down), (c0, c1, across)) = (place(row, self.grid.0), place(column, self.grid.1));
        let at = |r: usize, c: usize| r * self.grid.1 + c;
        [
            (at(r0, c0), (1.0 - down) * (1.0 - across)),
            (at(r0, c1), (1.0 - down) * across),
            (at(r1, c0), down * (1.0 - across)),
            (at(r1, c1), down * across),
        ]
    }

    /// The linear predictor of every trial.
    pub fn predictor(&self, unknowns: &[f64]) -> Vec<f64> {
        let (field, nuisances) = unknowns.split_at(self.cells());
        let sensitivity = self.sensitivity(field);
        let at: Vec<f64> = sensitivity.into_raw_vec_and_offset().0;
        let usual = dot(&at, &self.density);
        let of = |trial: usize| {
            let own = &self.centres[self.starts[trial]..self.starts[trial + 1]];
            let shown: f64 = own.iter().map(|&pixel| at[pixel as usize]).sum();
            shown - own.len() as f64 * usual
                + self.nuisances[trial].iter().map(|&(which, value)| value * nuisances[which]).sum::<f64>()
        };
        (0..self.trials()).map(of).collect()
    }

    /// The transpose of [`Design::predictor`]: for every unknown, the sum of its regressor over trials, weighted.
    pub fn gathered(&self, weights: &[f64]) -> Vec<f64> {
        let mut all: Vec<f64> =
            self.field_of(weights, 0..self.trials()).into_iter().map(|value| value * self.scale).collect();
        all.resize(self.unknowns(), 0.0);
        let first = self.cells();
        for (own, weight) in self.nuisances.iter().zip(weights) {
            own.iter().for_each(|&(which, value)| all[first + which] += weight * value);
        }
        all
    }

    fn field_of(&self, weights: &[f64], trials: std::ops::Range<usize>) -> Vec<f64> {
        let mut pixels = vec![0.0; self.shape.0 * self.shape.1];
        let mut bubbles = 0.0;
        for trial in trials {
            let own = &self.centres[self.starts[trial]..self.starts[trial + 1]];
            own.iter().for_each(|&pixel| pixels[pixel as usize] += weights[trial]);
            bubbles += own.len() as f64 * weights[trial];
        }
        pixels.iter_mut().zip(&self.density).for_each(|(pixel, share)| *pixel -= bubbles * share);
        let mut cells = vec![0.0; self.cells()];
        for (pixel, value) in pixels.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            for (cell, share) in self.corners(pixel / self.shape.1, pixel % self.shape.1) {
                cells[cell] += share * value;
            }
        }
        self.smoothed(&cells)
    }

    /// The columns of the nuisances, squared and summed with these weights of the trials.
    pub fn nuisance_squares(&self, weights: &[f64]) -> Vec<f64> {
        let mut squares = vec![0.0; self.held.len()];
        for (own, weight) in self.nuisances.iter().zip(weights) {
            own.iter().for_each(|&(which, value)| squares[which] += weight * value * value);
        }
        squares
    }
}
