//! The values of a map at its valid pixels, with what is computed once a map and not once a pair.

use std::sync::{Arc, OnceLock};

use ndarray::Array2;

use super::ranked::Ranked;
use super::undefined::Undefined;
use crate::stats::correlate;

/// Which cells of a rectangle are valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    rows: usize,
    columns: usize,
    places: Vec<usize>,
}

impl Grid {
    /// All cells of a rectangle.
    pub fn whole((rows, columns): (usize, usize)) -> Grid {
        Grid { rows, columns, places: (0..rows * columns).collect() }
    }

    /// The valid cells of a rectangle.
    pub fn within(valid: &Array2<bool>) -> Grid {
        let (rows, columns) = valid.dim();
        let places = valid.iter().enumerate().filter(|(_, valid)| **valid).map(|(at, _)| at).collect();
        Grid { rows, columns, places }
    }

    /// Valid cells (row, column) in the order of rows, in the smallest rectangle around them.
    pub fn around(cells: &[(usize, usize)]) -> Grid {
        let side = |of: fn(&(usize, usize)) -> usize| {
            let least = cells.iter().map(of).min().unwrap_or(0);
            (least, cells.iter().map(of).max().map_or(0, |most| most + 1 - least))
        };
        let ((top, rows), (left, columns)) = (side(|cell| cell.0), side(|cell| cell.1));
        let places = cells.iter().map(|(row, column)| (row - top) * columns + column - left).collect();
        Grid { rows, columns, places }
    }

    /// (rows, columns) of the rectangle.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Row-major index in the rectangle of every valid cell, ascending.
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// (row, column) of every valid cell.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.places.iter().map(|at| (at / self.columns, at % self.columns))
    }

    /// Whether every cell is valid.
    pub fn is_whole(&self) -> bool {
        self.places.len() == self.rows * self.columns
    }
}

/// A map at the valid cells of a grid: finite values, row by row.
#[derive(Debug)]
pub struct Field {
    grid: Arc<Grid>,
    values: Vec<f64>,
    ranked: OnceLock<Ranked>,
    unit: OnceLock<Option<Vec<f64>>>,
    rank_unit: OnceLock<Option<Vec<f64>>>,
}

impl Field {
    /// One value a valid cell.
    pub fn new(grid: Arc<Grid>, values: Vec<f64>) -> Result<Field, Undefined> {
        if values.len() != grid.places.len() {
            return Err(Undefined::DifferentPixels);
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        // -0 and 0 are one value, and shall be one rank.
        let values = values.into_iter().map(|value| value + 0.0).collect();
        let (ranked, unit, rank_unit) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Ok(Field { grid, values, ranked, unit, rank_unit })
    }

    /// A map of which every pixel is valid.
    pub fn whole(values: &Array2<f64>) -> Result<Field, Undefined> {
        Field::new(Arc::new(Grid::whole(values.dim())), values.iter().copied().collect())
    }

    /// Where the values lie.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Number of valid pixels.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no pixel is valid.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Another map on the same grid.
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Result<Field, Undefined> {
        Field::new(Arc::clone(&self.grid), self.values.iter().map(|value| change(*value)).collect())
    }

    /// Order and ranks of the values, found once.
    pub fn ranked(&self) -> &Ranked {
        self.ranked.get_or_init(|| Ranked::new(&self.values))
    }

    /// Smallest and largest value; (0, 0) of nothing.
    pub fn extremes(&self) -> (f64, f64) {
        if self.values.is_empty() {
            return (0.0, 0.0);
        }
        self.values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)))
    }

    /// Whether all values are equal within rounding: a range of at most 64 f32 epsilons of the largest magnitude, because
    /// maps are stored in single precision.
    pub fn is_constant(&self) -> bool {
        let (low, high) = self.extremes();
        high - low <= 64.0 * f64::from(f32::EPSILON) * high.abs().max(low.abs())
    }

    /// Values minus their mean, scaled to norm 1; nothing for a constant map. Found once.
    pub fn unit(&self) -> Option<&[f64]> {
        self.unit.get_or_init(|| correlate::normalised(&self.values).ok()).as_deref()
    }

    /// The same of the ranks.
    pub fn rank_unit(&self) -> Option<&[f64]> {
        let unit = || self.unit().and_then(|_| correlate::normalised(&self.ranked().average_ranks()).ok());
        self.rank_unit.get_or_init(unit).as_deref()
    }

    /// The values in their rectangle, `outside` at cells that are not valid.
    pub fn rectangle(&self, outside: f64) -> Vec<f64> {
        let mut filled = vec![outside; self.grid.rows * self.grid.columns];
        for (place, value) in self.grid.places.iter().zip(&self.values) {
            filled[*place] = *value;
        }
        filled
    }

    /// Fails unless both maps cover the same pixels, at least three.
    pub(super) fn pair(&self, other: &Field) -> Result<(), Undefined> {
        if !Arc::ptr_eq(&self.grid, &other.grid) && self.grid != other.grid {
            return Err(Undefined::DifferentPixels);
        }
        if self.len() < 3 { Err(Undefined::TooFewPixels) } else { Ok(()) }
    }

    /// As [`Field::pair`], and neither map is constant.
    pub(super) fn varied_pair(&self, other: &Field) -> Result<(), Undefined> {
        self.pair(other)?;
        if self.is_constant() {
            return Err(Undefined::ConstantFirst);
        }
        if other.is_constant() { Err(Undefined::ConstantSecond) } else { Ok(()) }
    }
}
