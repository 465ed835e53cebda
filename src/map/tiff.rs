//! TIFF (6.0, BigTIFF) as maps: one page, the numbers as stored (by the crate tiff).

use std::io::Cursor;

use ndarray::Array3;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult};

use super::Reading;
use crate::error::{Error, Result};
use crate::picture::check_pixels;

/// Values of shape (rows, columns, channels) with one or three channels.
pub(super) fn read(bytes: &[u8], _: &Reading) -> Result<Array3<f32>> {
    let damaged = |cause: tiff::TiffError| {
        Error::invalid(format!("this TIFF cannot be read: {cause}"))
            .hint("save it uncompressed, or save the map as .npy")
    };
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (columns, rows) = decoder.dimensions().map_err(damaged)?;
    check_pixels(columns, rows)?;
    let colour = decoder.colortype().map_err(damaged)?;
    let channels = match colour {
        ColorType::Gray(8..) => 1,
        ColorType::RGB(8..) => 3,
        other => {
            return Err(Error::invalid(format!(
                "the pixels of a TIFF are {other:?}, and those of a map are grey or RGB"
            ))
            .hint("save it as grey of 8 bits or more, without transparency"));
        }
    };
    let values = numbers(decoder.read_image().map_err(damaged)?);
    if decoder.more_images() {
        return Err(Error::invalid("a TIFF holds more than one page, and a map is one")
            .hint("save each map as a file of its own"));
    }
    let count = values.len();
    Array3::from_shape_vec((rows as usize, columns as usize, channels), values).map_err(|_| {
        Error::unsupported(format!(
            "a TIFF of {rows} x {columns} x {channels} values that holds {count} in one piece: its channels lie apart"
        ))
        .hint("save the channels pixel by pixel, or as grey")
    })
}

fn numbers(read: DecodingResult) -> Vec<f32> {
    match read {
        DecodingResult::U8(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I8(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::U16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::U32(values) => values.into_iter().map(|value| value as f32).collect(),
        DecodingResult::I32(values) => values.into_iter().map(|value| value as f32).collect(),
        DecodingResult::U64(values) => values.into_iter().map(|value| value as f32).collect(),
        DecodingResult::I64(values) => values.into_iter().map(|value| value as f32).collect(),
        DecodingResult::F16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::F32(values) => values,
        DecodingResult::F64(values) => values.into_iter().map(|value| value as f32).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::{TiffEncoder, colortype};

    #[test]
    fn numbers_are_as_stored_and_a_second_page_is_refused() -> Result<()> {
        let mut one = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut one).unwrap();
        encoder.write_image::<colortype::Gray32Float>(3, 2, &[0.5, -1.0, 2.0, 3.0, 4.0, 1e9]).unwrap();
        let found = read(one.get_ref(), &Reading::default())?;
        assert_eq!((found.dim(), found[[0, 1, 0]], found[[1, 2, 0]]), ((2, 3, 1), -1.0, 1e9));
        let mut two = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut two).unwrap();
        encoder.write_image::<colortype::Gray16>(2, 1, &[7, 300]).unwrap();
        encoder.write_image::<colortype::Gray16>(2, 1, &[8, 301]).unwrap();
        assert!(read(two.get_ref(), &Reading::default()).unwrap_err().to_string().contains("more than one page"));
        Ok(())
    }

    #[test]
    fn a_cut_file_and_transparency_are_refused() {
        let mut file = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut file).unwrap();
        encoder.write_image::<colortype::RGBA8>(1, 1, &[1, 2, 3, 4]).unwrap();
        let bytes = file.into_inner();
        assert!(read(&bytes, &Reading::default()).unwrap_err().to_string().contains("RGBA"));
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length], &Reading::default()).is_err(), "{length}");
        }
    }
}
