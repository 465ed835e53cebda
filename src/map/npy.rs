//! `.npy`, the array file of numpy, formats 1 to 3 (numpy.lib.format).

use ndarray::{Array3, Axis};

use super::{Map, Reading};
use crate::error::{Error, Result};

impl Map {
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
        bytes.extend(self.values().iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }
}

fn broken(why: impl std::fmt::Display) -> Error {
    Error::invalid(format!("this is not a map in .npy format: {why}"))
        .hint("save it with numpy as a two-dimensional float32 array: numpy.save(path, map.astype('float32'))")
}

/// Values of shape (rows, columns, channels).
pub(super) fn read(bytes: &[u8], _: &Reading) -> Result<Array3<f32>> {
    let Array { shape, values, columns_first } = array(bytes)?;
    in_rows(&shape, values, columns_first)
}

/// An array as it is stored.
pub(super) struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
    /// True if its first index runs fastest.
    pub columns_first: bool,
}

/// The array of a file, of any number of dimensions.
pub(super) fn array(bytes: &[u8]) -> Result<Array> {
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err(broken("the first bytes are not those of numpy"));
    }
    let cut_off = || broken("its header is cut off");
    let (start, length) = match (bytes.get(6), bytes.get(8..)) {
        (Some(1), Some(&[a, b, ..])) => (10, usize::from(u16::from_le_bytes([a, b]))),
        (Some(2 | 3), Some(&[a, b, c, d, ..])) => (12, u32::from_le_bytes([a, b, c, d]) as usize),
        _ => return Err(cut_off()),
    };
    let (header, body) = bytes.get(start..).and_then(|rest| rest.split_at_checked(length)).ok_or_else(cut_off)?;
    let header = std::str::from_utf8(header).map_err(|_| cut_off())?;
    let after = |field: &str| header.split_once(field).map_or("", |(_, rest)| rest);
    let words = after("'shape': (").split(')').next().unwrap_or("").split(',').map(str::trim);
    let shape: Vec<usize> = words.filter(|word| !word.is_empty()).flat_map(str::parse).collect();
    let columns_first = after("'fortran_order': ").starts_with("True");
    let kind = after("'descr': '").split('\'').next().unwrap_or("");
    let values = values(kind, body)
        .ok_or_else(|| broken(format!("its values are of the type {kind:?}, which is no real number")))?;
    if shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n)) != Some(values.len()) {
        let announced: Vec<String> = shape.iter().map(usize::to_string).collect();
        return Err(broken(format!("{} values are announced and {} present", announced.join(" x "), values.len())));
    }
    Ok(Array { shape, values, columns_first })
}

/// The numbers of an array; `None` where `kind` is no type of real numbers. Bytes that fill no number are left out.
pub(super) fn values(kind: &str, body: &[u8]) -> Option<Vec<f32>> {
    let (order, kind) = kind.split_at_checked(1)?;
    let big = order == ">";
    macro_rules! each {
        ($type:ty) => {
            body.as_chunks()
                .0
                .iter()
                .map(|&bytes| if big { <$type>::from_be_bytes(bytes) } else { <$type>::from_le_bytes(bytes) })
        };
    }
    Some(match kind {
        "b1" => body.iter().map(|&value| f32::from(u8::from(value != 0))).collect(),
        "u1" => body.iter().map(|&value| f32::from(value)).collect(),
        "i1" => each!(i8).map(f32::from).collect(),
        "u2" => each!(u16).map(f32::from).collect(),
        "i2" => each!(i16).map(f32::from).collect(),
        "u4" => each!(u32).map(|value| value as f32).collect(),
        "i4" => each!(i32).map(|value| value as f32).collect(),
        "u8" => each!(u64).map(|value| value as f32).collect(),
        "i8" => each!(i64).map(|value| value as f32).collect(),
        "f2" => each!(u16).map(half).collect(),
        "f4" => each!(f32).collect(),
        "f8" => each!(f64).map(|value| value as f32).collect(),
        _ => return None,
    })
}

/// A half-precision number (IEEE 754 binary16) by its bits.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}

/// Values of an array of this shape as (rows, columns, channels): one or three channels may stand first or last, and ones
/// before them, as of a batch of one, say nothing.
pub(super) fn in_rows(shape: &[usize], values: Vec<f32>, columns_first: bool) -> Result<Array3<f32>> {
    let ones = shape.iter().take(shape.len().saturating_sub(3)).take_while(|&&length| length == 1).count();
    let (full, channels) = match shape[ones..] {
        [rows, columns] => ([rows, columns, 1], 2),
        [first, rows, columns] if [1, 3].contains(&first) && ![1, 3].contains(&columns) => ([first, rows, columns], 0),
        [rows, columns, last] if [1, 3].contains(&last) && ![1, 3].contains(&rows) => ([rows, columns, last], 2),
        _ => {
            return Err(Error::invalid(format!(
                "the shape of an array is {shape:?}, and a map has rows and columns, perhaps with 1 or 3 channels"
            ))
            .hint("save each map as a two-dimensional array of its own"));
        }
    };
    let [a, b, c] = full;
    let stored = if columns_first { (c, b, a) } else { (a, b, c) };
    let array = Array3::from_shape_vec(stored, values).map_err(|cause| Error::internal(cause.to_string()))?;
    let mut array = if columns_first { array.reversed_axes() } else { array };
    if channels == 0 {
        array = array.permuted_axes([1, 2, 0]);
    }
    debug_assert!(array.len_of(Axis(2)) <= 3);
    Ok(array.as_standard_layout().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn file(kind: &str, order: &str, shape: &str, body: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(body);
        bytes
    }

    fn plane(kind: &str, body: &[u8]) -> Result<ndarray::Array2<f32>> {
        Ok(read(&file(kind, "False", "(1, 2)", body), &Reading::default())?.remove_axis(Axis(2)))
    }

    #[test]
    fn npy_round_trips_a_map_that_is_not_square() -> Result<()> {
        let map = Map::new(array![[1.0, -2.0, 3.5], [0.0, 4.0, 5.0]])?;
        let bytes = map.to_npy();
        assert_eq!((bytes.len() - 24) % 64, 0, "numpy aligns the data to 64 bytes");
        assert_eq!(read(&bytes, &Reading::default())?.remove_axis(Axis(2)), *map.values());
        Ok(())
    }

    #[test]
    fn columns_may_be_stored_first_and_channels_first_or_last() -> Result<()> {
        let values: Vec<u8> = [1.0f64, 4.0, 2.0, 5.0, 3.0, 6.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        let expected = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        for shape in ["(2, 3)", "(1, 2, 3)"] {
            let found = read(&file("<f8", "True", shape, &values), &Reading::default());
            // One row of two columns with three channels reads otherwise, and is told by nothing.
            assert_eq!(found.is_ok(), shape == "(2, 3)", "{shape}");
        }
        let found = read(&file("<f8", "True", "(2, 3)", &values), &Reading::default())?.remove_axis(Axis(2));
        assert_eq!(found, expected);
        let bytes: Vec<u8> = (0..24).collect();
        let last = read(&file("|u1", "False", "(2, 4, 3)", &bytes), &Reading::default())?;
        assert_eq!((last[[1, 2, 0]], last[[1, 2, 2]]), (18.0, 20.0));
        let first = read(&file("|u1", "False", "(3, 2, 4)", &bytes), &Reading::default())?;
        assert_eq!((first.dim(), first[[1, 2, 0]], first[[1, 2, 2]]), ((2, 4, 3), 6.0, 22.0));
        Ok(())
    }

    #[test]
    fn every_type_of_real_numbers_is_read_in_both_byte_orders() -> Result<()> {
        let expected = array![[1.0, -2.0]];
        assert_eq!(plane("<f2", &[0x00, 0x3c, 0x00, 0xc0])?, expected);
        assert_eq!(plane(">f2", &[0x3c, 0x00, 0xc0, 0x00])?, expected);
        assert_eq!(plane(">f4", &[1.0f32.to_be_bytes(), (-2.0f32).to_be_bytes()].concat())?, expected);
        assert_eq!(plane("<i2", &[1, 0, 0xfe, 0xff])?, expected);
        assert_eq!(plane(">i4", &[1i32.to_be_bytes(), (-2i32).to_be_bytes()].concat())?, expected);
        assert_eq!(plane("<i8", &[1i64.to_le_bytes(), (-2i64).to_le_bytes()].concat())?, expected);
        assert_eq!(plane("|i1", &[1, 0xfe])?, expected);
        assert_eq!(plane("|b1", &[1, 0])?, array![[1.0, 0.0]]);
        assert_eq!(plane(">u2", &[0, 1, 1, 0])?, array![[1.0, 256.0]]);
        assert_eq!([half(1), half(0x7bff), half(0xfc00)], [2f32.powi(-24), 65504.0, f32::NEG_INFINITY]);
        assert!(plane("<c8", &[0; 16]).unwrap_err().to_string().contains("\"<c8\""));
        Ok(())
    }

    #[test]
    fn a_batch_of_one_is_its_map() {
        let values: Vec<f32> = (0..24).map(|value| value as f32).collect();
        let dim = |shape: &[usize], count: usize| {
            in_rows(shape, values[..count].to_vec(), false).map(|array| array.dim()).ok()
        };
        assert_eq!((dim(&[1, 1, 2, 4], 8), dim(&[1, 3, 2, 4], 24)), (Some((2, 4, 1)), Some((2, 4, 3))));
        assert_eq!(in_rows(&[1, 3, 2, 4], values.clone(), false).unwrap()[[1, 2, 1]], 14.0);
        assert_eq!((dim(&[2, 1, 2, 4], 16), dim(&[1, 2, 3, 4], 24)), (None, None), "several maps");
    }

    #[test]
    fn what_is_cut_off_or_has_other_dimensions_is_refused_with_both_values() {
        let whole = file("<f4", "False", "(2, 3)", &[0; 24]);
        for length in 0..whole.len() {
            assert!(read(&whole[..length], &Reading::default()).is_err(), "{length}");
        }
        let said = |shape: &str, count: usize| {
            read(&file("|u1", "False", shape, &vec![0; count]), &Reading::default()).unwrap_err().to_string()
        };
        assert!(said("(2, 3)", 5).contains("2 x 3 values are announced and 5 present"));
        assert!(said("(6,)", 6).contains("[6]") && said("(2, 4, 5)", 40).contains("[2, 4, 5]"));
    }
}
