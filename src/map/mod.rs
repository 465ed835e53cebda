//! A map over the pixels of a picture, whose map it is, and the files that hold maps.
//!
//! Maps are written as `.npy` (float32, C order, rows = height), which numpy, MATLAB, R and Julia read.

mod channels;
mod files;
mod image;
mod mat;
mod npy;
mod painted;
mod stack;
mod tiff;

use std::path::Path;

use ndarray::Array2;

use crate::error::{Error, Result};

pub use channels::{REDUCTIONS, Reduction, reduction};
pub use files::{MAP_FILES, MapFile, Read, Reading};
pub use painted::{All, Labels, Painted};
pub use stack::{Stack, numbers};

/// A two-dimensional field of finite values; rows = height.
#[derive(Debug, Clone, PartialEq)]
pub struct Map(Array2<f32>);

impl Map {
    /// Checks that every value is finite and that there is at least one.
    pub fn new(values: Array2<f32>) -> Result<Map> {
        if values.is_empty() {
            return Err(Error::invalid("a map has no pixels").hint("maps have the size of their pictures"));
        }
        match values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            None => Ok(Map(values)),
            Some(((row, column), value)) => {
                Err(Error::invalid(format!("a map holds {value} at row {row}, column {column}"))
                    .hint("maps hold finite numbers only; leave undefined pixels out with a region"))
            }
        }
    }

    /// Rounds to float32, then as [`Map::new`].
    pub fn from_f64(values: &Array2<f64>) -> Result<Map> {
        Map::new(values.mapv(|value| value as f32))
    }

    /// Reads a map file of one's own: `.npy`.
    pub fn read_npy(path: &Path) -> Result<Map> {
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::io("read the map", path, cause)
                .hint("the column file names .npy files in the folder of their index.csv")
        })?;
        let values = npy::read(&bytes, &Reading::default());
        values
            .and_then(|values| channels::joined(&values, None))
            .and_then(Map::new)
            .map_err(|error| error.at(path.display()))
    }

    /// The values; rows = height.
    pub fn values(&self) -> &Array2<f32> {
        &self.0
    }

    /// The values in double precision.
    pub fn to_f64(&self) -> Array2<f64> {
        self.0.mapv(f64::from)
    }

    /// (rows, columns).
    pub fn shape(&self) -> (usize, usize) {
        self.0.dim()
    }
}

/// Who made a map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Maker {
    /// A person (or a simulated one), by participant id.
    Observer(String),
    /// A network, by its weight seed.
    Instance(u64),
}

/// One map with its identity inside, so that nothing is ever joined by order.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Whose map it is.
    pub maker: Maker,
    /// The picture that it is about; `None` where it is about the task (all pictures at once).
    pub picture: Option<String>,
    /// The map.
    pub map: Map,
}

#[cfg(test)]
mod tests;
