//! The earth mover's distance: the least work that turns one density into another.
//!
//! min Σ f_ij d_ij over flows f from density p to density q (Rubner, Tomasi & Guibas 2000), solved exactly. Maps with more
//! than 32 rows or columns are first summed over square blocks, as small as that allows; a block lies at the mean of its
//! pixels, so distances are pixels of the map. Where d is a metric, mass that both densities have in a cell stays there and
//! is left out. With city-block distances the flow runs over the arcs between neighbours of the grid, four a cell, which is
//! exact and far cheaper. On a line the distance is Σ |difference of the distribution functions| (Vallender 1974).

use super::correlation::PEARSON;
use super::density::strict_pair;
use super::field::{Field, Grid};
use super::simplex::{Arc, cheapest_flow};
use super::table::{Better, Chance, Invariance, Metric, Signs};
use super::undefined::Score;

/// Most rows or columns of an exact solution.
pub const LARGEST: usize = 32;
/// Most rows or columns where flow runs between neighbours only.
pub const LARGEST_CITY_BLOCK: usize = 64;

/// Distance between two cells, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ground {
    /// √(Δrow² + Δcolumn²).
    Euclidean,
    /// |Δrow| + |Δcolumn|.
    CityBlock,
    /// Δrow² + Δcolumn²: the value is the squared 2-Wasserstein distance.
    Squared,
    /// Euclidean, but never more than this (Pele & Werman 2009).
    Thresholded(f64),
}

pub(super) const EMD: Metric = Metric {
    name: "emd",
    description: "earth mover's distance, exact on at most 32 x 32 blocks, as a share of the diagonal",
    source: "Rubner, Tomasi & Guibas 2000",
    range: (0.0, 1.0),
    better: Better::Lower,
    invariance: Invariance::Scale,
    signs: Signs::NonNegative,
    chance: Chance::Measured,
    same: Some(0.0),
    transform: None,
    score: |inputs| share(inputs.map, inputs.other()?, Ground::Euclidean, |work| work, f64::hypot),
    ..PEARSON
};

pub(super) const EMD_CITY_BLOCK: Metric = Metric {
    name: "emd.city_block",
    description: "earth mover's distance along rows and columns, exact on at most 64 x 64 blocks, as a share of the longest way",
    score: |inputs| share(inputs.map, inputs.other()?, Ground::CityBlock, |work| work, |rows, columns| rows + columns),
    ..EMD
};

pub(super) const EMD_SQUARED: Metric = Metric {
    name: "emd.squared",
    description: "2-Wasserstein distance (root of the least squared work), exact on at most 32 x 32 blocks, as a share of the diagonal",
    source: "Villani 2009",
    score: |inputs| share(inputs.map, inputs.other()?, Ground::Squared, f64::sqrt, f64::hypot),
    ..EMD
};

pub(super) const EMD_THRESHOLDED: Metric = Metric {
    name: "emd.thresholded",
    description: "earth mover's distance in which no way is longer than a tenth of the diagonal, as a share of that",
    source: "Pele & Werman 2009",
    score: |inputs| thresholded_share(inputs.map, inputs.other()?),
    ..EMD
};

pub(super) const WASSERSTEIN_ROWS: Metric = Metric {
    name: "wasserstein.rows",
    description: "earth mover's distance of the sums of rows, as a share of the height",
    source: "Vallender 1974",
    score: |inputs| marginal(inputs.map, inputs.other()?, Side::Rows),
    ..EMD
};

pub(super) const WASSERSTEIN_COLUMNS: Metric = Metric {
    name: "wasserstein.columns",
    description: "earth mover's distance of the sums of columns, as a share of the width",
    score: |inputs| marginal(inputs.map, inputs.other()?, Side::Columns),
    ..WASSERSTEIN_ROWS
};

fn share(x: &Field, y: &Field, ground: Ground, root: fn(f64) -> f64, longest: fn(f64, f64) -> f64) -> Score {
    let most = if ground == Ground::CityBlock { LARGEST_CITY_BLOCK } else { LARGEST };
    let work = of_strict(x, y, |p, q, grid| least_work(p, q, grid, ground, most))?;
    let (rows, columns) = x.grid().shape();
    Ok((root(work) / longest(rows as f64 - 1.0, columns as f64 - 1.0)).min(1.0))
}

fn thresholded_share(x: &Field, y: &Field) -> Score {
    let (rows, columns) = x.grid().shape();
    let longest = 0.1 * (rows as f64 - 1.0).hypot(columns as f64 - 1.0);
    let work = of_strict(x, y, |p, q, grid| least_work(p, q, grid, Ground::Thresholded(longest), LARGEST))?;
    Ok((work / longest).min(1.0))
}

fn of_strict(x: &Field, y: &Field, of: impl Fn(&[f64], &[f64], &Grid) -> Score) -> Score {
    let [p, q] = strict_pair(x, y)?;
    of(&p, &q, x.grid())
}

/// Least work (mass × distance in pixels) between two densities on a grid, after summing over blocks so that at most
/// `most` rows and columns are left.
pub fn least_work(p: &[f64], q: &[f64], grid: &Grid, ground: Ground, most: usize) -> Score {
    let (rows, columns) = grid.shape();
    let blocks = Blocks::new(grid, rows.max(columns).div_ceil(most.max(1)).max(1));
    let (p, q) = (blocks.sums(p), blocks.sums(q));
    let work = match ground {
        Ground::CityBlock => blocks.between_neighbours(&p, &q),
        Ground::Squared => blocks.all_ways(&p, &q, |rows, columns| rows * rows + columns * columns),
        Ground::Euclidean => blocks.all_ways_of_differences(&p, &q, f64::hypot),
        Ground::Thresholded(most) => {
            blocks.all_ways_of_differences(&p, &q, |rows, columns| rows.hypot(columns).min(most))
        }
    };
    Ok(work.max(0.0))
}

/// Square blocks of cells.
struct Blocks<'a> {
    grid: &'a Grid,
    side: usize,
    rows: usize,
    columns: usize,
}

impl Blocks<'_> {
    fn new(grid: &Grid, side: usize) -> Blocks<'_> {
        let (rows, columns) = grid.shape();
        Blocks { grid, side, rows: rows.div_ceil(side), columns: columns.div_ceil(side) }
    }

    fn sums(&self, density: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.rows * self.columns];
        for ((row, column), mass) in self.grid.cells().zip(density) {
            sums[row / self.side * self.columns + column / self.side] += mass;
        }
        sums
    }

    /// Row and column of the middle of a block, px; the last ones may be narrower.
    fn middle(&self, at: usize) -> (f64, f64) {
        let (rows, columns) = self.grid.shape();
        let along = |block: usize, cells: usize| {
            let first = block * self.side;
            (first + (first + self.side).min(cells) - 1) as f64 / 2.0
        };
        (along(at / self.columns, rows), along(at % self.columns, columns))
    }

    fn all_ways_of_differences(&self, p: &[f64], q: &[f64], distance: impl Fn(f64, f64) -> f64) -> f64 {
        let kept = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).max(0.0)).collect::<Vec<f64>>();
        self.all_ways(&kept(p, q), &kept(q, p), distance)
    }

    fn all_ways(&self, p: &[f64], q: &[f64], distance: impl Fn(f64, f64) -> f64) -> f64 {
        let full = |masses: &[f64]| (0..masses.len()).filter(|at| masses[*at] > 0.0).collect::<Vec<usize>>();
        let (sources, sinks) = (full(p), full(q));
        let mut arcs = Vec::with_capacity(sources.len() * sinks.len());
        for (from, source) in sources.iter().enumerate() {
            let (row, column) = self.middle(*source);
            for (to, sink) in sinks.iter().enumerate() {
                let (other_row, other_column) = self.middle(*sink);
                let cost = distance(row - other_row, column - other_column);
                arcs.push(Arc { from: from as u32, to: (sources.len() + to) as u32, cost });
            }
        }
        let supply = sources.iter().map(|at| p[*at]).chain(sinks.iter().map(|at| -q[*at])).collect();
        cheapest_flow(&balanced(supply), &arcs)
    }

    fn between_neighbours(&self, p: &[f64], q: &[f64]) -> f64 {
        let mut arcs = Vec::with_capacity(4 * p.len());
        let mut both_ways = |a: usize, b: usize, cost: f64| {
            arcs.push(Arc { from: a as u32, to: b as u32, cost });
            arcs.push(Arc { from: b as u32, to: a as u32, cost });
        };
        for at in 0..p.len() {
            let (row, column) = self.middle(at);
            if at % self.columns + 1 < self.columns {
                both_ways(at, at + 1, self.middle(at + 1).1 - column);
            }
            if at + self.columns < p.len() {
                both_ways(at, at + self.columns, self.middle(at + self.columns).0 - row);
            }
        }
        cheapest_flow(&balanced(p.iter().zip(q).map(|(p, q)| p - q).collect()), &arcs)
    }
}

/// Makes the sum zero where rounding left something: the largest supply gives it.
fn balanced(mut supply: Vec<f64>) -> Vec<f64> {
    let rest: f64 = supply.iter().sum();
    if let Some(most) = supply.iter_mut().max_by(|a, b| a.abs().total_cmp(&b.abs())) {
        *most -= rest;
    }
    supply
}

/// Which sums are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// One sum a row.
    Rows,
    /// One sum a column.
    Columns,
}

fn marginal(x: &Field, y: &Field, side: Side) -> Score {
    let distance = of_strict(x, y, |p, q, grid| Ok(on_a_line(p, q, grid, side)))?;
    let (rows, columns) = x.grid().shape();
    let longest = if side == Side::Rows { rows } else { columns }.saturating_sub(1).max(1);
    Ok((distance / longest as f64).min(1.0))
}

/// Distance of the sums over rows or columns, in pixels.
pub fn on_a_line(p: &[f64], q: &[f64], grid: &Grid, side: Side) -> f64 {
    let (rows, columns) = grid.shape();
    let mut differences = vec![0.0; if side == Side::Rows { rows } else { columns }];
    for ((row, column), (p, q)) in grid.cells().zip(p.iter().zip(q)) {
        differences[if side == Side::Rows { row } else { column }] += p - q;
    }
    let mut carried = 0.0;
    let steps = differences.len().saturating_sub(1);
    differences
        .iter()
        .take(steps)
        .map(|difference| {
            carried += difference;
            f64::abs(carried)
        })
        .sum()
}
