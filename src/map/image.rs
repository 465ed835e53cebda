//! PNG and JPEG as maps: values in 0..1, the stored ones divided by the largest that fits.

use ndarray::{Array3, Axis, Slice};

use super::Reading;
use crate::error::{Error, Result};
use crate::picture::check_header;

/// Values of shape (rows, columns, channels) with one or three channels.
pub(super) fn read(bytes: &[u8], _: &Reading) -> Result<Array3<f32>> {
    check_header(bytes)?;
    let decoded = image::load_from_memory(bytes).map_err(|cause| {
        Error::invalid(format!("this picture of a map cannot be read: {cause}"))
            .hint("save it again if it is damaged, or save the map as .npy")
    })?;
    let colour = decoded.color();
    let (rows, columns, channels) =
        (decoded.height() as usize, decoded.width() as usize, usize::from(colour.channel_count()));
    let values = match colour.bytes_per_pixel() / colour.channel_count() {
        1 => decoded.as_bytes().iter().map(|&value| f32::from(value) / 255.0).collect(),
        2 => decoded.as_bytes().as_chunks().0.iter().map(|&two| f32::from(u16::from_ne_bytes(two)) / 65535.0).collect(),
        wide => return Err(Error::unsupported(format!("a picture of a map with {wide} bytes a value"))),
    };
    let values = Array3::from_shape_vec((rows, columns, channels), values)
        .map_err(|cause| Error::internal(cause.to_string()))?;
    if !colour.has_alpha() {
        return Ok(values);
    }
    let alpha = values.index_axis(Axis(2), channels - 1);
    if let Some(((row, column), value)) = alpha.indexed_iter().find(|(_, value)| **value < 1.0) {
        return Err(Error::invalid(format!(
            "a map is transparent at row {row}, column {column}: its opacity there is {value}"
        ))
        .hint("save it without transparency; leave out pixels that do not count with a mask (`score --mask`)"));
    }
    Ok(values.slice_axis(Axis(2), Slice::from(..channels - 1)).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat, Luma, LumaA, Rgb};

    fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn eight_and_sixteen_bit_values_are_fractions_of_the_largest() -> Result<()> {
        let eight = image::GrayImage::from_fn(3, 2, |x, y| Luma([(10 * x + 51 * y) as u8]));
        let found = read(&png(eight), &Reading::default())?;
        assert_eq!((found.dim(), found[[1, 2, 0]]), ((2, 3, 1), 71.0 / 255.0));
        let sixteen = image::ImageBuffer::<Luma<u16>, _>::from_fn(3, 2, |x, y| Luma([(300 * x + y) as u16]));
        let found = read(&png(sixteen), &Reading::default())?;
        assert!((found[[1, 2, 0]] - 601.0 / 65535.0).abs() < 1e-9);
        // Eight bits would round it away.
        assert!(found[[1, 0, 0]] > 0.0);
        Ok(())
    }

    #[test]
    fn colour_keeps_its_channels_and_transparency_is_refused_unless_it_is_none() -> Result<()> {
        let colour = image::RgbImage::from_fn(2, 2, |x, _| Rgb([x as u8, 5, 255]));
        assert_eq!(
            read(&png(colour), &Reading::default())?.index_axis(Axis(0), 0).row(1).to_vec(),
            [1.0 / 255.0, 5.0 / 255.0, 1.0]
        );
        let with = |opacity: u8| {
            let grey = image::ImageBuffer::<LumaA<u8>, _>::from_fn(2, 1, |x, _| {
                LumaA([100, if x == 1 { opacity } else { 255 }])
            });
            read(&png(grey), &Reading::default())
        };
        assert_eq!(with(255)?.dim(), (1, 2, 1));
        assert!(with(128).unwrap_err().to_string().contains("row 0, column 1"));
        Ok(())
    }
}
