//! The largest value, and clusters, of smoothed planes: cells of the lattice that cannot hold them are passed over.
//!
//! A pixel exceeds the largest corner of its cell by at most h²/8 (|f_xx| + |f_yy|), h ≤ 0.5 sd the distance between
//! nodes. At a height of 5, with second derivatives three standard deviations from what that height implies, this is 0.3.

use ndarray::Array2;

use crate::stats::cluster::{Connectivity, Labels};
use crate::stats::lattice::{LANES, Lanes, Lattice};

/// How far a pixel may lie above the corners of its cell, in units of z.
const MARGIN: f32 = 0.4;

/// The part of the map that is searched.
#[derive(Debug, Clone)]
pub struct Zone {
    /// 1 / standard deviation of each pixel; 0 outside.
    pub inverse: Array2<f32>,
    /// The largest in each cell of the lattice, row by row.
    cells: Vec<f32>,
    columns: usize,
}

/// Largest cluster of a map.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Largest {
    /// Pixels of the largest.
    pub extent: f64,
    /// Sum of z of the one with the largest sum.
    pub mass: f64,
}

/// Corners of every cell over the standard deviation there, plane by plane.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    high: Vec<Lanes>,
    low: Vec<Lanes>,
}

/// Storage of one thread.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    pixels: Vec<(usize, usize)>,
    values: Vec<f32>,
    labels: Labels,
}

impl Zone {
    /// Pixels of the region with a variance above 0.
    pub fn new(region: &Array2<bool>, variance: &Array2<f64>, lattice: &Lattice) -> Zone {
        let inverse = ndarray::Zip::from(region).and(variance).map_collect(|inside, variance| {
            if *inside && *variance > 0.0 { (1.0 / variance.sqrt()) as f32 } else { 0.0 }
        });
        let (down, right) = lattice.cells();
        let mut cells = vec![0.0_f32; down * right];
        for ((row, column), value) in inverse.indexed_iter() {
            let cell = &mut cells[row / lattice.step() * right + column / lattice.step()];
            *cell = cell.max(*value);
        }
        Zone { inverse, cells, columns: right }
    }

    /// Bounds of the cells.
    pub fn bound(&self, lattice: &Lattice, nodes: &[Lanes], bounds: &mut Bounds) {
        bounds.high.clear();
        bounds.low.clear();
        for (cell, inverse) in self.cells.iter().enumerate() {
            let (mut high, mut low) = ([f32::MIN; LANES], [f32::MAX; LANES]);
            if *inverse > 0.0 {
                for corner in lattice.corners(nodes, self.place(cell)) {
                    high.iter_mut()
                        .zip(corner)
                        .for_each(|(high, value)| *high = if *value > *high { *value } else { *high });
                    low.iter_mut()
                        .zip(corner)
                        .for_each(|(low, value)| *low = if *value < *low { *value } else { *low });
                }
                high.iter_mut().for_each(|value| *value *= inverse);
                low.iter_mut().for_each(|value| *value *= inverse);
            }
            bounds.high.push(high);
            bounds.low.push(low);
        }
    }

    fn place(&self, cell: usize) -> (usize, usize) {
        (cell / self.columns, cell % self.columns)
    }

    /// The largest z of a plane; of its negative where `sign` is -1.
    pub fn largest(&self, lattice: &Lattice, nodes: &[Lanes], bounds: &Bounds, lane: usize, sign: f32) -> f64 {
        let bounds = if sign > 0.0 { &bounds.high } else { &bounds.low };
        let bound = |cell: usize| sign * bounds[cell][lane];
        let mut best = f32::MIN;
        let mut search = |cell: usize| {
            lattice.cell(nodes, lane, self.place(cell), |row, column, value| {
                let inverse = self.inverse[[row, column]];
                if inverse > 0.0 {
                    best = best.max(sign * value * inverse);
                }
            });
            best
        };
        let cells = || (0..bounds.len()).filter(|cell| self.cells[*cell] > 0.0);
        let Some(first) = cells().max_by(|a, b| bound(*a).total_cmp(&bound(*b))) else { return 0.0 };
        let mut most = search(first);
        for cell in cells() {
            if bound(cell) >= most - MARGIN {
                most = search(cell);
            }
        }
        f64::from(most)
    }

    /// The largest clusters of z at or above a threshold; of its negative where `sign` is -1.
    #[allow(clippy::too_many_arguments)]
    pub fn clusters(
        &self,
        lattice: &Lattice,
        nodes: &[Lanes],
        bounds: &Bounds,
        lane: usize,
        sign: f32,
        (threshold, connectivity): (f32, Connectivity),
        scratch: &mut Scratch,
    ) -> Largest {
        let bounds = if sign > 0.0 { &bounds.high } else { &bounds.low };
        scratch.pixels.clear();
        scratch.values.clear();
        for (cell, bound) in bounds.iter().enumerate() {
            if sign * bound[lane] < threshold - MARGIN || self.cells[cell] == 0.0 {
                continue;
            }
            lattice.cell(nodes, lane, self.place(cell), |row, column, value| {
                let z = sign * value * self.inverse[[row, column]];
                if z >= threshold {
                    scratch.pixels.push((row, column));
                    scratch.values.push(z);
                }
            });
        }
        let labels = scratch.labels.label(&scratch.pixels, self.inverse.dim(), connectivity);
        let mut sums = vec![Largest::default(); labels.len()];
        for (&label, value) in labels.iter().zip(&scratch.values) {
            sums[label].extent += 1.0;
            sums[label].mass += f64::from(*value);
        }
        sums.iter().fold(Largest::default(), |largest, own| Largest {
            extent: largest.extent.max(own.extent),
            mass: largest.mass.max(own.mass),
        })
    }

    /// The whole z map of a plane, 0 outside.
    pub fn map(&self, lattice: &Lattice, nodes: &[Lanes], lane: usize) -> Array2<f64> {
        let mut map = Array2::zeros(self.inverse.dim());
        for (cell, _) in self.cells.iter().enumerate().filter(|(_, inverse)| **inverse > 0.0) {
            lattice.cell(nodes, lane, self.place(cell), |row, column, value| {
                map[[row, column]] = f64::from(value * self.inverse[[row, column]]);
            });
        }
        map
    }
}
