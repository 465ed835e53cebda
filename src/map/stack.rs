//! Many planes of one size in one array file, and tables of numbers: `.npy`, MATLAB, and text for tables.

use std::path::Path;

use ndarray::{Array2, Array3, Axis};

use super::npy::Array;
use super::{Reading, mat, npy};
use crate::error::{Error, Result};

/// Planes of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack(Array3<f32>);

impl Stack {
    /// Reads planes of `shape` (rows, columns) from a `.npy` or MATLAB file of shape N x rows x columns or rows x columns x N;
    /// `variable` names the array of a MATLAB file that holds several.
    ///
    /// # Errors
    /// Where the file is of no such kind, or its array has no two neighbouring dimensions of this shape, or could be read
    /// either way.
    pub fn read(path: &Path, variable: Option<&str>, (rows, columns): (usize, usize)) -> Result<Stack> {
        let array = array(path, variable)?;
        let dimensions = array.shape.clone();
        let wrong = |what: String, hint: &str| Err(Error::invalid(what).at(path.display()).hint(hint));
        let [a, b, c] = dimensions[..] else {
            return wrong(
                format!("this array has the shape {dimensions:?}, and planes are stored in three dimensions"),
                "store them as N x rows x columns, or one file for each",
            );
        };
        let (first, last) = ((b, c) == (rows, columns), (a, b) == (rows, columns));
        if first == last {
            let what = format!(
                "this array has the shape {dimensions:?}, and pictures have {rows} x {columns} px (rows x columns)"
            );
            return match first {
                true => wrong(
                    format!("{what}: the planes may be first or last"),
                    "store one file for each plane, so that nothing is left to guess",
                ),
                false => {
                    wrong(what, "store planes of the size of the pictures, as N x rows x columns or rows x columns x N")
                }
            };
        }
        let whole = in_order(array)?;
        let planes = if last { whole.permuted_axes([2, 0, 1]) } else { whole };
        Ok(Stack(planes))
    }

    /// Number of planes.
    pub fn len(&self) -> usize {
        self.0.len_of(Axis(0))
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The planes in order, each of shape (rows, columns).
    pub fn planes(&self) -> impl Iterator<Item = Array2<f64>> + '_ {
        self.0.axis_iter(Axis(0)).map(|plane| plane.mapv(f64::from))
    }
}

/// Reads a table of numbers of shape (rows, columns): a two-dimensional `.npy` or MATLAB array, or text whose cells are
/// separated by commas, semicolons or tabs, perhaps with a line of names above and a column of row names before.
pub fn numbers(path: &Path, variable: Option<&str>) -> Result<Array2<f64>> {
    let bytes = std::fs::read(path).map_err(|cause| Error::io("read the table", path, cause))?;
    if !bytes.starts_with(b"\x93NUMPY") && !mat::is(&bytes) {
        return text(&bytes).map_err(|error| error.at(path.display()));
    }
    let array = array(path, variable)?;
    match array.shape[..] {
        [_, _] => Ok(in_order(array)?.index_axis_move(Axis(0), 0).mapv(f64::from)),
        _ => {
            Err(Error::invalid(format!("this array has the shape {:?}, and a table has rows and columns", array.shape))
                .at(path.display())
                .hint("store it in two dimensions"))
        }
    }
}

fn array(path: &Path, variable: Option<&str>) -> Result<Array> {
    let bytes = std::fs::read(path).map_err(|cause| Error::io("read the array", path, cause))?;
    let reading = Reading { variable: variable.map(str::to_owned), ..Reading::default() };
    let array = if mat::is(&bytes) { mat::array(&bytes, &reading) } else { npy::array(&bytes) };
    let array = array.map_err(|error| error.at(path.display()))?;
    match array.values.iter().position(|value| !value.is_finite()) {
        None => Ok(array),
        Some(at) => Err(Error::invalid(format!("the array holds {} at place {at}", array.values[at]))
            .at(path.display())
            .hint("it must hold finite numbers only")),
    }
}

/// The values of two or three dimensions in the order of their indices; two are one plane.
fn in_order(array: Array) -> Result<Array3<f32>> {
    let Array { shape, values, columns_first } = array;
    let [a, b, c] = match shape[..] {
        [b, c] => [1, b, c],
        [a, b, c] => [a, b, c],
        _ => return Err(Error::internal("an array of other dimensions was not refused")),
    };
    let stored = if columns_first { (c, b, a) } else { (a, b, c) };
    let found = Array3::from_shape_vec(stored, values).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(if columns_first { found.reversed_axes() } else { found })
}

/// A table of numbers in text.
fn text(bytes: &[u8]) -> Result<Array2<f64>> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Error::invalid("this file is neither .npy nor MATLAB nor text").hint("save the table as .csv or .npy")
    })?;
    let cell = |cell: &str| cell.trim().trim_matches('"').parse::<f64>().ok().filter(|value| value.is_finite());
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let first = lines.clone().next().map_or("", |(_, line)| line);
    let parts = |one: char| match first.contains([',', ';', '\t']) {
        true => matches!(one, ',' | ';' | '\t'),
        false => one == ' ',
    };
    // R writes names above the columns, and numbers or names before the rows.
    let names = first.split(parts).all(|name| cell(name).is_none());
    if names {
        lines.next();
    }
    let unnamed = names && first.split(parts).next().is_some_and(|name| name.trim().trim_matches('"').is_empty());
    let mut values: Vec<f64> = Vec::new();
    let (mut rows, mut width) = (0, None);
    for (at, line) in lines {
        let before = values.len();
        for (column, part) in line.split(parts).enumerate().skip(usize::from(unnamed)) {
            let value = cell(part).ok_or_else(|| {
                Error::invalid(format!("line {}, cell {}: {:?} is not a number", at + 1, column + 1, part.trim()))
                    .hint("a table of numbers has one row for each stimulus, with a decimal point; write.csv(x, row.names = FALSE) of R")
            })?;
            values.push(value);
        }
        let own = values.len() - before;
        if *width.get_or_insert(own) != own {
            return Err(Error::invalid(format!(
                "line {} has {own} numbers, and those above have {}",
                at + 1,
                width.unwrap_or(0)
            ))
            .hint("every row has as many numbers"));
        }
        rows += 1;
    }
    Array2::from_shape_vec((rows, width.unwrap_or(0)), values)
        .ok()
        .filter(|table| !table.is_empty())
        .ok_or_else(|| Error::invalid("this table holds no numbers").hint("save one row for each stimulus"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(shape: &str, order: &str, count: usize) -> Vec<u8> {
        let header = format!("{{'descr': '<f4', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend((0..count).flat_map(|value| (value as f32).to_le_bytes()));
        bytes
    }

    fn stack(bytes: Vec<u8>, shape: (usize, usize)) -> Result<Stack> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("noise.npy");
        std::fs::write(&path, bytes).unwrap();
        Stack::read(&path, None, shape)
    }

    #[test]
    fn planes_may_be_stored_first_or_last_and_columns_first() {
        let first: Vec<_> = stack(npy("(2, 3, 4)", "False", 24), (3, 4)).unwrap().planes().collect();
        assert_eq!((first.len(), first[1][[2, 1]]), (2, 21.0));
        let last: Vec<_> = stack(npy("(3, 4, 2)", "False", 24), (3, 4)).unwrap().planes().collect();
        assert_eq!((last.len(), last[1][[2, 1]]), (2, (2 * 4 + 1) as f64 * 2.0 + 1.0));
        let columns: Vec<_> = stack(npy("(2, 3, 4)", "True", 24), (3, 4)).unwrap().planes().collect();
        assert_eq!(columns[1][[2, 1]], (1 + 2 * 2 + 6) as f64);
        for shape in [(4, 3), (2, 3)] {
            let found = stack(npy("(2, 3, 4)", "False", 24), shape);
            assert_eq!(found.is_err(), shape == (4, 3), "{shape:?}");
        }
        let cube = stack(npy("(3, 3, 3)", "False", 27), (3, 3)).unwrap_err().to_string();
        assert!(cube.contains("first or last"), "{cube}");
    }

    #[test]
    fn a_table_of_numbers_may_have_the_names_that_r_writes() {
        let expected = ndarray::array![[0.5, -1.0], [2.0, 3.25]];
        for table in [
            "0.5,-1\n2,3.25\n",
            "V1;V2\n0.5;-1\n2;3.25\n",
            "\"\",\"V1\",\"V2\"\r\n\"1\",0.5,-1\r\n\"2\",2,3.25\r\n",
            "0.5 -1\n2 3.25\n",
        ] {
            assert_eq!(text(table.as_bytes()).unwrap(), expected, "{table}");
        }
        let ragged = text(b"1,2\n3\n").unwrap_err().to_string();
        assert!(ragged.contains("line 2 has 1 numbers, and those above have 2"), "{ragged}");
        assert!(text(b"1,2\n3,x\n").unwrap_err().to_string().contains("line 2, cell 2: \"x\""));
    }
}
