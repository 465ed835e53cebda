//! MATLAB files of version 5 (`save -v6`, `-v7`): data elements, each a tag of type and size and its bytes, perhaps
//! compressed by zlib. Source: MAT-File Format, The MathWorks, chapter 1.

use std::io::Read as _;

use ndarray::Array3;

use super::Reading;
use super::npy::{Array, in_rows};
use crate::error::{Error, Result};

/// Length of the header; its last four bytes are the version and the byte order.
const HEADER: usize = 128;

/// The most bytes that all compressed elements of a file may fill together.
const LARGEST: u64 = 1 << 28;

const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;

/// Whether bytes are a MATLAB file of version 5.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.get(124..HEADER).is_some_and(|end| matches!(end, [0, 1, b'I', b'M'] | [1, 0, b'M', b'I']))
}

fn damaged(why: &str) -> Error {
    Error::invalid(format!("this MATLAB file is damaged: {why}")).hint("save it again with -v7, or as .npy")
}

/// A data element: its type and its bytes.
struct Element<'a> {
    kind: u32,
    bytes: &'a [u8],
}

/// The elements in a run of bytes, in order; an error stands last.
struct Elements<'a> {
    rest: &'a [u8],
    big: bool,
}

impl<'a> Elements<'a> {
    fn word(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = self.rest.get(at..at + 4)?.try_into().ok()?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// The next element; `None` at the end or where the bytes are cut off.
    fn take(&mut self) -> Option<Element<'a>> {
        let (first, rest) = (self.word(0)?, self.rest);
        // Up to four bytes stand in the tag itself; the size is then in the upper half of its first word.
        if first >> 16 != 0 {
            let bytes = rest.get(4..4 + (first >> 16) as usize).filter(|bytes| bytes.len() <= 4)?;
            self.rest = rest.get(8..)?;
            return Some(Element { kind: first & 0xffff, bytes });
        }
        let size = self.word(4)? as usize;
        let bytes = rest.get(8..)?.get(..size)?;
        let padded = if first == COMPRESSED { size } else { size.next_multiple_of(8) };
        self.rest = rest.get(8..)?.get(padded..).unwrap_or_default();
        Some(Element { kind: first, bytes })
    }
}

/// A numeric array of the file.
struct Matrix<'a> {
    name: String,
    shape: Vec<usize>,
    complex: bool,
    kind: u32,
    bytes: &'a [u8],
}

/// Values of shape (rows, columns, channels).
pub(super) fn read(bytes: &[u8], reading: &Reading) -> Result<Array3<f32>> {
    let Array { shape, values, columns_first } = array(bytes, reading)?;
    in_rows(&shape, values, columns_first)
}

/// The one numeric array of a file, or the one named, of any number of dimensions.
pub(super) fn array(bytes: &[u8], reading: &Reading) -> Result<Array> {
    let big = bytes.get(126) == Some(&b'M');
    let mut elements = Elements { rest: bytes.get(HEADER..).unwrap_or_default(), big };
    let mut contents: Vec<Vec<u8>> = Vec::new();
    let mut left = LARGEST;
    while !elements.rest.is_empty() {
        let element = elements.take().ok_or_else(|| damaged("a data element is cut off"))?;
        match element.kind {
            COMPRESSED => {
                let mut inflated = Vec::new();
                flate2::read::ZlibDecoder::new(element.bytes)
                    .take(left + 1)
                    .read_to_end(&mut inflated)
                    .map_err(|_| damaged("a compressed element cannot be unpacked"))?;
                left = left.checked_sub(inflated.len() as u64).ok_or_else(|| {
                    Error::invalid(format!("the arrays of a MATLAB file fill more than {LARGEST} bytes"))
                        .hint("save each map in a file of its own, or as .npy")
                })?;
                let inner = Elements { rest: &inflated, big }.take().filter(|inner| inner.kind == MATRIX);
                contents.extend(inner.map(|inner| inner.bytes.to_vec()));
            }
            MATRIX => contents.push(element.bytes.to_vec()),
            _ => {}
        }
    }
    let found = contents.iter().map(|content| matrix(content, big)).collect::<Result<Vec<_>>>()?;
    let matrices: Vec<Matrix> = found.into_iter().flatten().collect();
    let names = || matrices.iter().map(|matrix| matrix.name.as_str()).collect::<Vec<_>>().join(", ");
    let matrix = match (&reading.variable, &matrices[..]) {
        (Some(name), _) => matrices.iter().find(|matrix| matrix.name == *name).ok_or_else(|| {
            Error::invalid(format!("a MATLAB file holds no numeric array called {name}"))
                .hint(format!("its numeric arrays are: {}", if matrices.is_empty() { "none".into() } else { names() }))
        })?,
        (None, [only]) => only,
        (None, []) => {
            return Err(Error::invalid("a MATLAB file holds no numeric array")
                .hint("save the map as a real matrix, in no cell and no structure"));
        }
        (None, several) => {
            return Err(Error::invalid(format!("a MATLAB file holds {} numeric arrays: {}", several.len(), names()))
                .hint("say which is the map with --variable NAME"));
        }
    };
    if matrix.complex {
        return Err(Error::invalid(format!("the array {} is complex, and maps are real", matrix.name))
            .hint("save its real part or its modulus"));
    }
    let values = values(matrix.kind, matrix.bytes, big)
        .ok_or_else(|| damaged(&format!("the array {} is stored in an unknown type", matrix.name)))?;
    if matrix.shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n)) != Some(values.len()) {
        let shape: Vec<String> = matrix.shape.iter().map(usize::to_string).collect();
        let (shape, count) = (shape.join(" x "), values.len());
        return Err(damaged(&format!("the array {} announces {shape} values and holds {count}", matrix.name)));
    }
    Ok(Array { shape: matrix.shape.clone(), values, columns_first: true })
}

/// A matrix element; `None` for arrays that are not numeric (cells, structures, text, sparse ones).
fn matrix(content: &[u8], big: bool) -> Result<Option<Matrix<'_>>> {
    let mut parts = Elements { rest: content, big };
    let cut_off = || damaged("an array is cut off");
    let flags = parts.word(8).ok_or_else(cut_off)?;
    parts.take().ok_or_else(cut_off)?;
    let shape = parts.take().ok_or_else(cut_off)?;
    let name = parts.take().ok_or_else(cut_off)?;
    // Classes: 6 double, 7 single, 8 to 15 integers.
    if !(6..=15).contains(&(flags & 0xff)) {
        return Ok(None);
    }
    let values = parts.take().ok_or_else(cut_off)?;
    let sizes = Elements { rest: shape.bytes, big };
    Ok(Some(Matrix {
        name: String::from_utf8_lossy(name.bytes).into_owned(),
        shape: (0..shape.bytes.len() / 4).filter_map(|at| sizes.word(4 * at)).map(|size| size as usize).collect(),
        complex: flags & 0x800 != 0,
        kind: values.kind,
        bytes: values.bytes,
    }))
}

/// The numbers of an array; they may be stored in a narrower type than the array's own.
fn values(kind: u32, bytes: &[u8], big: bool) -> Option<Vec<f32>> {
    let order = if big { '>' } else { '<' };
    let name = match kind {
        1 => "i1",
        2 => "u1",
        3 => "i2",
        4 => "u2",
        5 => "i4",
        6 => "u4",
        7 => "f4",
        9 => "f8",
        12 => "i8",
        13 => "u8",
        _ => return None,
    };
    super::npy::values(&format!("{order}{name}"), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_small_file_that_unpacks_to_very_much_is_refused() {
        // An eighth of what is allowed in each of nine elements: zeros, of which a thousand are packed into one byte.
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![0u8; 1 << 20];
        (0..LARGEST >> 23).for_each(|_| encoder.write_all(&zeros).unwrap());
        let packed = encoder.finish().unwrap();
        let mut file = vec![0; HEADER];
        file[124..].copy_from_slice(&[0, 1, b'I', b'M']);
        for _ in 0..9 {
            file.extend(COMPRESSED.to_le_bytes());
            file.extend((packed.len() as u32).to_le_bytes());
            file.extend(&packed);
        }
        assert!(is(&file) && file.len() < 1 << 20);
        let error = read(&file, &Reading::default()).unwrap_err().to_string();
        assert!(error.contains("268435456 bytes") && error.contains("hint"), "{error}");
    }
}
