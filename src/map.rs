//! A map over the pixels of a picture, and whose map it is.
//!
//! Maps are stored as `.npy` (float32, C order, rows = height), which numpy, MATLAB, R and Julia read.

use std::path::Path;

use ndarray::Array2;

use crate::error::{Error, Result};

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

    /// The bytes of the `.npy` file (format 1.0, little-endian float32).
    pub fn to_npy(&self) -> Vec<u8> {
        let (rows, columns) = self.shape();
        let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
        let padding = 64 - (10 + header.len() + 1) % 64;
        header.push_str(&" ".repeat(padding % 64));
        header.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(self.0.iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }

    /// Reads a two-dimensional `.npy` of float32 or float64, either byte layout of rows.
    pub fn read_npy(path: &Path) -> Result<Map> {
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::io("read the map", path, cause)
                .hint("the column file names .npy files in the folder of their index.csv")
        })?;
        parse_npy(&bytes).and_then(Map::new).map_err(|error| error.at(path.display()))
    }
}

fn parse_npy(bytes: &[u8]) -> Result<Array2<f32>> {
    let broken = |why: &str| {
        Error::invalid(format!("this is not a map in .npy format: {why}"))
            .hint("save it with numpy as a two-dimensional float32 array: numpy.save(path, map.astype('float32'))")
    };
    if !bytes.starts_with(b"\x93NUMPY") || bytes.len() < 12 {
        return Err(broken("the first bytes are not those of numpy"));
    }
    let (start, length) = match bytes[6] {
        1 => (10, usize::from(u16::from_le_bytes([bytes[8], bytes[9]]))),
        _ => (12, u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize),
    };
    let header = bytes
        .get(start..start + length)
        .and_then(|header| std::str::from_utf8(header).ok())
        .ok_or_else(|| broken("its header is cut off"))?;
    let after = |field: &str| header.split(field).nth(1).unwrap_or("");
    let shape: Vec<usize> = after("'shape': (")
        .split(')')
        .next()
        .unwrap_or("")
        .split(',')
        .filter_map(|word| word.trim().parse().ok())
        .collect();
    let [rows, columns] = shape[..] else {
        return Err(broken(&format!("its shape is {shape:?}, and a map has two dimensions")));
    };
    let body = &bytes[start + length..];
    let values: Vec<f32> = if after("'descr': '").starts_with("<f4") {
        body.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    } else if after("'descr': '").starts_with("<f8") {
        body.chunks_exact(8)
            .map(|b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32)
            .collect()
    } else {
        return Err(broken("its values are neither float32 nor float64"));
    };
    if rows.checked_mul(columns) != Some(values.len()) {
        return Err(broken(&format!("{rows} x {columns} values are announced and {} present", values.len())));
    }
    let columns_first = after("'fortran_order': ").starts_with("True");
    let shape = if columns_first { (columns, rows) } else { (rows, columns) };
    let array = Array2::from_shape_vec(shape, values).map_err(|cause| broken(&cause.to_string()))?;
    Ok(if columns_first { array.reversed_axes().as_standard_layout().to_owned() } else { array })
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
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn npy_round_trips_a_map_that_is_not_square() -> Result<()> {
        let map = Map::new(array![[1.0, -2.0, 3.5], [0.0, 4.0, 5.0]])?;
        let bytes = map.to_npy();
        assert_eq!((bytes.len() - 24) % 64, 0, "numpy aligns the data to 64 bytes");
        assert_eq!(parse_npy(&bytes)?, *map.values());
        Ok(())
    }

    #[test]
    fn fortran_order_and_float64_are_understood() -> Result<()> {
        let header = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }\n";
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        for value in [1.0f64, 4.0, 2.0, 5.0, 3.0, 6.0] {
            bytes.extend(value.to_le_bytes());
        }
        assert_eq!(parse_npy(&bytes)?, array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        Ok(())
    }

    #[test]
    fn an_infinite_pixel_is_named() {
        let error = Map::new(array![[0.0, f32::INFINITY]]).unwrap_err();
        assert!(error.what.contains("row 0, column 1"), "{error}");
    }
}
