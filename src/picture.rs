//! A picture: values in 0..1 as stored (sRGB), rows = height, one (grey) or three (red, green, blue) channels.

use std::path::Path;

use image::DynamicImage;
use ndarray::{Array2, Array3, Axis, Zip};

use crate::error::{Error, Result};
use crate::stats::stretch::{stretched, weights};

/// A grey or colour picture with values in 0..1, stored pixel by pixel, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    values: Array3<f32>,
}

/// Rec. 601 luma, as image viewers and Pillow's `convert('L')` use it.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

impl Picture {
    /// Wraps values of shape (rows, columns, channels) with one or three channels.
    pub fn new(values: Array3<f32>) -> Result<Picture> {
        match values.dim() {
            (rows, columns, 1 | 3) if rows > 0 && columns > 0 => {
                Ok(Picture { values: values.as_standard_layout().into_owned() })
            }
            shape => Err(Error::invalid(format!("a picture cannot have the shape {shape:?}"))
                .hint("a picture is rows x columns x channels with 1 or 3 channels")),
        }
    }

    /// Wraps values that have the shape of a picture already.
    pub(crate) fn of(values: Array3<f32>) -> Picture {
        Picture { values }
    }

    /// Wraps grey values of shape (rows, columns).
    pub fn from_grey(values: Array2<f32>) -> Result<Picture> {
        Picture::new(values.insert_axis(Axis(2)))
    }

    /// Reads a PNG or JPEG file; transparency is ignored.
    pub fn read(path: &Path) -> Result<Picture> {
        let bytes = std::fs::read(path).map_err(|cause| Error::io("read the picture", path, cause))?;
        check_header(&bytes).map_err(|error| error.at(path.display()))?;
        let decoded = image::load_from_memory(&bytes).map_err(|cause| {
            Error::invalid(format!("this picture cannot be read: {cause}"))
                .at(path.display())
                .hint("pictures are PNG or JPEG files; save this one again if it is damaged")
        })?;
        let (columns, rows) = (decoded.width() as usize, decoded.height() as usize);
        let (channels, values) = if decoded.color().has_color() {
            (3, decoded.into_rgb32f().into_raw())
        } else {
            (
                1,
                DynamicImage::ImageLuma16(decoded.into_luma16())
                    .into_luma16()
                    .into_raw()
                    .iter()
                    .map(|&v| f32::from(v) / 65535.0)
                    .collect(),
            )
        };
        let values = Array3::from_shape_vec((rows, columns, channels), values)
            .map_err(|cause| Error::internal(cause.to_string()))?;
        Picture::new(values).map_err(|error| error.at(path.display()))
    }

    /// The picture as an 8-bit PNG, values rounded half up.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let bytes: Vec<u8> = self.values.iter().map(|&value| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect();
        let (rows, columns, channels) = self.values.dim();
        let colour = if channels == 1 { image::ExtendedColorType::L8 } else { image::ExtendedColorType::Rgb8 };
        let mut png = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        image::ImageEncoder::write_image(encoder, &bytes, columns as u32, rows as u32, colour)
            .map_err(|cause| Error::internal(format!("a PNG cannot be encoded: {cause}")))?;
        Ok(png)
    }

    /// The values, shape (rows, columns, channels).
    pub fn values(&self) -> &Array3<f32> {
        &self.values
    }

    /// (rows, columns).
    pub fn shape(&self) -> (usize, usize) {
        (self.values.dim().0, self.values.dim().1)
    }

    /// Luminance-like grey values (Rec. 601 luma of the stored values), shape (rows, columns).
    pub fn grey(&self) -> Array2<f32> {
        if self.values.dim().2 == 1 {
            return self.values.index_axis(Axis(2), 0).to_owned();
        }
        self.values.map_axis(Axis(2), |pixel| pixel.iter().zip(LUMA).map(|(v, w)| v * w).sum())
    }

    /// The same picture with three channels.
    pub fn to_rgb(&self) -> Array3<f32> {
        match self.values.dim() {
            (rows, columns, 1) => {
                self.values.broadcast((rows, columns, 3)).map(|view| view.to_owned()).unwrap_or_default()
            }
            _ => self.values.clone(),
        }
    }

    /// Mean and standard deviation (RMS contrast) of the grey values inside a region of the picture's shape; 0..1.
    pub fn luminance(&self, region: &Array2<bool>) -> (f64, f64) {
        let grey = self.grey();
        let inside: Vec<f64> =
            grey.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| f64::from(*value)).collect();
        let count = inside.len().max(1) as f64;
        let mean = inside.iter().sum::<f64>() / count;
        (mean, (inside.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt())
    }

    /// Its grey values as a picture of one channel.
    pub fn in_grey(&self) -> Picture {
        Picture { values: self.grey().insert_axis(Axis(2)) }
    }

    /// Every value times `gain`, plus `offset`.
    pub fn scaled(&self, gain: f32, offset: f32) -> Picture {
        Picture { values: self.values.mapv(|value| gain * value + offset) }
    }

    /// Values below 0 and above 1 cut to these.
    pub fn clipped(&self) -> Picture {
        Picture { values: self.values.mapv(|value| value.clamp(0.0, 1.0)) }
    }

    /// Mirrored left to right.
    pub fn mirrored(&self) -> Picture {
        let mut values = self.values.clone();
        values.invert_axis(Axis(1));
        Picture { values: values.as_standard_layout().to_owned() }
    }

    /// Shown through apertures: `mask * (picture - background) + background`; the mask is in 0..1, shape (rows, columns).
    pub fn through(&self, mask: &Array2<f32>, background: f32) -> Picture {
        let mut values = self.values.clone();
        for channel in values.axis_iter_mut(Axis(2)) {
            Zip::from(channel)
                .and(mask)
                .for_each(|value, opening| *value = opening * (*value - background) + background);
        }
        Picture { values }
    }

    /// Resized: linear with half-pixel centres, over a triangle that widens when the picture shrinks.
    pub fn resized(&self, rows: usize, columns: usize) -> Picture {
        let (from_rows, from_columns, channels) = self.values.dim();
        if (from_rows, from_columns) == (rows, columns) {
            return self.clone();
        }
        let (down, across) = (weights(from_rows, rows, 0..rows), weights(from_columns, columns, 0..columns));
        let mut values = Array3::zeros((rows, columns, channels));
        for (mut to, from) in values.axis_iter_mut(Axis(2)).zip(self.values.axis_iter(Axis(2))) {
            to.assign(&stretched(&from.mapv(f64::from), &down, &across).mapv(|value| value as f32));
        }
        Picture { values }
    }
}

/// Pixels of the largest picture or map that is read: decoding takes a hundred bytes for each.
const MOST_PIXELS: u64 = 1 << 26;

/// Refuses a PNG or JPEG file whose header announces more pixels than are read.
pub fn check_header(bytes: &[u8]) -> Result<()> {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format();
    match reader.map(image::ImageReader::into_dimensions) {
        Ok(Ok((columns, rows))) => check_pixels(columns, rows),
        // Decoding says what is wrong.
        _ => Ok(()),
    }
}

/// Refuses a picture or map of more pixels than are read.
pub fn check_pixels(columns: u32, rows: u32) -> Result<()> {
    if u64::from(columns) * u64::from(rows) <= MOST_PIXELS {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "this file holds {columns} x {rows} px (width x height), and {MOST_PIXELS} pixels are the most that are read"
    ))
    .hint("make it smaller; maps have the size of their pictures"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn apertures_mix_picture_and_background() -> Result<()> {
        let picture = Picture::from_grey(array![[1.0, 0.0], [0.2, 0.8]])?;
        let shown = picture.through(&array![[1.0, 0.5], [0.0, 0.25]], 0.5);
        let expected = array![[1.0f32, 0.25], [0.5, 0.575]];
        assert!(shown.grey().iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6), "{shown:?}");
        Ok(())
    }

    #[test]
    fn png_round_trips_eight_bit_values() -> Result<()> {
        let picture = Picture::from_grey(array![[0.0, 1.0, 128.0 / 255.0]])?;
        let folder = std::env::temp_dir().join(format!("bubblescope-picture-{}", std::process::id()));
        std::fs::write(&folder, picture.to_png()?).map_err(|cause| Error::io("write", &folder, cause))?;
        let read = Picture::read(&folder)?;
        let _ = std::fs::remove_file(&folder);
        assert!(read.grey().iter().zip(&picture.grey()).all(|(a, b)| (a - b).abs() < 1e-4));
        Ok(())
    }

    #[test]
    fn a_small_file_of_a_huge_picture_is_refused_by_its_header() {
        let chunk = |kind: &[u8; 4], data: &[u8]| {
            let mut sum = flate2::Crc::new();
            sum.update(kind);
            sum.update(data);
            let size = (data.len() as u32).to_be_bytes();
            [&size[..], kind, data, &sum.sum().to_be_bytes()].concat()
        };
        let png = |side: u32| {
            let head = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
            [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", b""), chunk(b"IEND", b"")].concat()
        };
        let error = check_header(&png(20_000)).unwrap_err().to_string();
        assert!(error.contains("20000 x 20000 px"), "{error}");
        assert!(check_header(&png(8192)).is_ok() && check_header(b"no picture").is_ok());
    }

    #[test]
    fn halving_averages_and_mirroring_reverses_columns() -> Result<()> {
        let picture = Picture::from_grey(Array2::from_shape_fn((4, 4), |(row, _)| row as f32 / 4.0))?;
        let half = picture.resized(2, 2).grey();
        assert!(half[[0, 0]] < half[[1, 0]] && (half[[0, 0]] + half[[1, 0]] - 0.75).abs() < 1e-5);
        let row = Picture::from_grey(array![[1.0, 2.0, 3.0]])?;
        assert_eq!(row.mirrored().grey(), array![[3.0, 2.0, 1.0]]);
        Ok(())
    }
}
