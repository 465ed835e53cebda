//! Smoothing of many planes at once, on a lattice coarse relative to the kernel, with interpolation in between.
//!
//! A plane of points smoothed by a Gaussian is so smooth that every pixel follows from nodes half a standard deviation
//! apart: at the nodes it is the sum that `smooth` computes, in single precision; between them it is the linear
//! combination of the six nearest nodes in each direction that is off least for smoothed white noise, whose covariance at
//! distance r is exp(-r²/4 sd²) (kriging; Matheron 1963). Its root mean square error there is 2.5e-4 standard deviations at
//! most. Sixteen planes lie side by side, so that one instruction serves several.

use ndarray::Array2;

use super::smooth::kernel;
use super::solve::solve;

/// Number of planes that are smoothed together.
pub const LANES: usize = 16;

/// One value of each plane.
pub type Lanes = [f32; LANES];

/// Nodes on each side of a pixel from which its value is interpolated.
const HALF: usize = 3;

/// Largest distance between nodes, in standard deviations of the kernel.
const COARSENESS: f64 = 0.5;

/// Where the nodes lie, and how values come to them and from them.
#[derive(Debug, Clone)]
pub struct Lattice {
    shape: (usize, usize),
    step: usize,
    kernel: Vec<f32>,
    /// Interpolation weights of the six nodes around a pixel, by its distance from the node before it.
    weights: Vec<[f32; 2 * HALF]>,
    nodes: (usize, usize),
}

/// Storage of one thread.
#[derive(Debug, Clone, Default)]
pub struct Smoothed {
    line: Vec<Lanes>,
    across: Vec<Lanes>,
    /// The smoothed planes at the nodes, row by row.
    pub nodes: Vec<Lanes>,
}

impl Lattice {
    /// For planes of this shape and a kernel of standard deviation `sd` px, cut at four standard deviations.
    pub fn new(shape: (usize, usize), sd: f64) -> Lattice {
        let step = ((sd * COARSENESS).floor() as usize).max(1);
        let kernel = if sd > 0.0 { kernel(sd).into_iter().map(|weight| weight as f32).collect() } else { vec![1.0] };
        let along = |length: usize| length.saturating_sub(1) / step + 2 * HALF;
        let weights = (0..step).map(|offset| interpolation(offset, step, sd)).collect();
        Lattice { shape, step, kernel, weights, nodes: (along(shape.0), along(shape.1)) }
    }

    /// Distance between nodes, px.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Cells of `step` x `step` pixels: rows and columns of them.
    pub fn cells(&self) -> (usize, usize) {
        (self.nodes.0 + 1 - 2 * HALF, self.nodes.1 + 1 - 2 * HALF)
    }

    /// Smooths planes whose rows `fill` writes, into `storage.nodes`. `fill` gets a row's number and the row, which holds
    /// what it held before, and says whether it wrote anything.
    pub fn smooth(&self, storage: &mut Smoothed, mut fill: impl FnMut(usize, &mut [Lanes]) -> bool) {
        let (rows, columns) = self.shape;
        let (down, right) = self.nodes;
        storage.line.resize(columns, [0.0; LANES]);
        storage.across.resize(rows * right, [0.0; LANES]);
        for row in 0..rows {
            let any = fill(row, &mut storage.line);
            for (node, sums) in storage.across.chunks_exact_mut(rows).enumerate() {
                sums[row] = if any { self.node(node, &storage.line) } else { [0.0; LANES] };
            }
        }
        storage.nodes.resize(down * right, [0.0; LANES]);
        for (column, values) in storage.across.chunks_exact(rows).enumerate() {
            for row in 0..down {
                storage.nodes[row * right + column] = self.node(row, values);
            }
        }
    }

    /// The smoothed value at a node of a line.
    fn node(&self, node: usize, line: &[Lanes]) -> Lanes {
        let before = (HALF - 1) * self.step + self.kernel.len() / 2;
        let start = node * self.step;
        let (first, end) = (start.saturating_sub(before), (start + self.kernel.len()).saturating_sub(before));
        let end = end.min(line.len());
        if first >= end { [0.0; LANES] } else { weighted(&self.kernel[first + before - start..], &line[first..end]) }
    }

    /// The four nodes at the corners of a cell.
    pub fn corners<'a>(&self, nodes: &'a [Lanes], (down, right): (usize, usize)) -> [&'a Lanes; 4] {
        let first = (down + HALF - 1) * self.nodes.1 + right + HALF - 1;
        [&nodes[first], &nodes[first + 1], &nodes[first + self.nodes.1], &nodes[first + self.nodes.1 + 1]]
    }

    /// Calls `each` with row, column and value of every pixel of a cell in one of the planes.
    pub fn cell(
        &self,
        nodes: &[Lanes],
        lane: usize,
        (down, right): (usize, usize),
        mut each: impl FnMut(usize, usize, f32),
    ) {
        let (rows, columns) = self.shape;
        let mut around = [[0.0; 2 * HALF]; 2 * HALF];
        for (offset, values) in around.iter_mut().enumerate() {
            let first = (down + offset) * self.nodes.1 + right;
            values.iter_mut().zip(&nodes[first..first + 2 * HALF]).for_each(|(value, node)| *value = node[lane]);
        }
        for (row, weights) in (down * self.step..rows).zip(&self.weights) {
            let mut between = [0.0; 2 * HALF];
            for (weight, values) in weights.iter().zip(&around) {
                between.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
            }
            for (column, weights) in (right * self.step..columns).zip(&self.weights) {
                each(row, column, between.iter().zip(weights).map(|(value, weight)| value * weight).sum());
            }
        }
    }
}

/// Σ of values times weights, plane by plane.
fn weighted(weights: &[f32], values: &[Lanes]) -> Lanes {
    let mut sums = [0.0; LANES];
    for (weight, values) in weights.iter().zip(values) {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
    }
    sums
}

/// Weights of the six nodes around a pixel that lies `offset` px behind the third.
fn interpolation(offset: usize, step: usize, sd: f64) -> [f32; 2 * HALF] {
    let mut nearest = [0.0; 2 * HALF];
    nearest[HALF - 1] = 1.0;
    let place = |node: usize| (node as f64 - (HALF as f64 - 1.0)) * step as f64;
    let covariance = |distance: f64| (-(distance / (2.0 * sd)).powi(2)).exp();
    if offset == 0 {
        return nearest;
    }
    // A billionth of independent variance, so that rounding cannot make the system singular.
    let among = Array2::from_shape_fn((2 * HALF, 2 * HALF), |(a, b)| {
        covariance(place(a) - place(b)) + if a == b { 1e-9 } else { 0.0 }
    });
    let with: Vec<f64> = (0..2 * HALF).map(|node| covariance(offset as f64 - place(node))).collect();
    match solve(&among, &with) {
        Some(weights) => std::array::from_fn(|node| weights[node] as f32),
        None => nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::smooth::{Edge, smooth};
    use ndarray::Array2;
    use rand::{RngExt, SeedableRng};

    /// Largest difference from `smooth`, in standard deviations of the smoothed noise.
    fn difference(shape: (usize, usize), sd: f64) -> (f64, usize) {
        let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let plane = Array2::from_shape_fn(shape, |_| generator.random::<f64>() - 0.5);
        let exact = smooth(&plane, sd, Edge::Zero);
        let deviation = (exact.iter().map(|value| value * value).sum::<f64>() / exact.len() as f64).sqrt();
        let lattice = Lattice::new(shape, sd);
        let mut storage = Smoothed::default();
        lattice.smooth(&mut storage, |row, line| {
            line.iter_mut().zip(plane.row(row)).for_each(|(lanes, value)| {
                lanes[2] = *value as f32;
                lanes[5] = -*value as f32;
            });
            true
        });
        let (mut most, mut seen) = (0.0_f64, 0);
        let (down, right) = lattice.cells();
        for at in (0..down).flat_map(|row| (0..right).map(move |column| (row, column))) {
            lattice.cell(&storage.nodes, 2, at, |row, column, value| {
                most = most.max((f64::from(value) - exact[[row, column]]).abs() / deviation);
                seen += 1;
            });
            lattice.cell(&storage.nodes, 5, at, |row, column, value| {
                most = most.max((f64::from(value) + exact[[row, column]]).abs() / deviation);
            });
        }
        (most, seen)
    }

    #[test]
    fn every_pixel_is_met_once_and_within_a_thousandth_of_a_standard_deviation() {
        for (shape, sd) in [((64, 64), 1.5), ((50, 83), 5.0), ((97, 120), 10.0), ((256, 256), 10.0), ((90, 200), 20.0)]
        {
            let (most, seen) = difference(shape, sd);
            assert_eq!(seen, shape.0 * shape.1);
            println!("{shape:?} sd {sd}: {most:.1e}");
            assert!(most < 2e-3, "{shape:?}, sd {sd}: {most}");
        }
        assert!(difference((64, 64), 1.5).0 < 1e-5, "where every pixel is a node only rounding is left");
    }

    #[test]
    fn interpolation_keeps_a_constant_and_between_two_nodes_is_symmetric() {
        let weights = interpolation(5, 10, 20.0);
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        assert!((0..HALF).all(|node| (weights[node] - weights[2 * HALF - 1 - node]).abs() < 1e-4), "{weights:?}");
        assert_eq!(interpolation(0, 10, 20.0), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    }
}
