//! The values of a mask file as they are stored: grey values, the largest channel of colours, numbers of a palette, opacity.

use std::collections::HashSet;

use image::DynamicImage;
use ndarray::{Array2, Array3, Axis};

use crate::error::{Error, Result};
use crate::map::Reading;
use crate::map::files::kind;

/// What a mask file stores.
pub(super) struct Stored {
    /// Grey value, or the largest channel.
    pub(super) values: Array2<f32>,
    /// The largest value that its type can hold.
    pub(super) full: f32,
    /// Numbers of the palette, or grey values of less than eight bits as they are counted.
    pub(super) labels: Option<Array2<f32>>,
    /// Opacity, 0..1, where it is stored.
    pub(super) opacity: Option<Array2<f32>>,
    /// Number of colours where channels differ.
    pub(super) colours: Option<usize>,
    /// True if values carry what a compression did to them.
    pub(super) lossy: bool,
}

impl Stored {
    pub(super) fn read(bytes: &[u8], reading: &Reading) -> Result<Stored> {
        let kind = kind(bytes)?;
        if matches!(kind.name, "png" | "jpeg") {
            let mut stored = Stored::picture(bytes)?;
            stored.lossy = kind.name == "jpeg";
            return Ok(stored);
        }
        let values = (kind.read)(bytes, reading)?;
        let colours = colours(&values);
        let values = values.map_axis(Axis(2), |pixel| pixel.iter().fold(f32::MIN, |most, value| most.max(*value)));
        let (least, most) = values.iter().fold((f32::MAX, f32::MIN), |(a, b), value| (a.min(*value), b.max(*value)));
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let full = match most {
            most if most <= 1.0 => 1.0,
            most if most <= 255.0 => 255.0,
            most if most <= 65535.0 => 65535.0,
            _ => most,
        };
        if !(least >= 0.0 && most.is_finite()) || (most > 1.0 && !whole) {
            return Err(Error::invalid(format!("the values of this mask run from {least} to {most}"))
                .hint("a mask holds 0 and 1, shades from 0 to 1, or whole numbers from 0"));
        }
        Ok(Stored { values, full, labels: None, opacity: None, colours, lossy: false })
    }

    /// Values, opacity and palette of a PNG or JPEG.
    fn picture(bytes: &[u8]) -> Result<Stored> {
        let decoded = image::load_from_memory(bytes).map_err(damaged)?;
        let mut labels = counted(bytes)?;
        let opacity = decoded.color().has_alpha().then(|| opacity(&decoded));
        let grey = !decoded.color().has_color();
        let wide = decoded.color().bytes_per_pixel() / decoded.color().channel_count() > 1;
        let full = if wide { 65535.0 } else { 255.0 };
        let (rows, columns) = (decoded.height() as usize, decoded.width() as usize);
        let (channels, raw): (usize, Vec<f32>) = match (grey, wide) {
            (true, false) => (1, decoded.into_luma8().into_raw().into_iter().map(f32::from).collect()),
            (true, true) => (1, decoded.into_luma16().into_raw().into_iter().map(f32::from).collect()),
            (false, false) => (3, decoded.into_rgb8().into_raw().into_iter().map(f32::from).collect()),
            (false, true) => (3, decoded.into_rgb16().into_raw().into_iter().map(f32::from).collect()),
        };
        let values = Array3::from_shape_vec((rows, columns, channels), raw)
            .map_err(|cause| Error::internal(cause.to_string()))?;
        let colours = colours(&values);
        let largest = |pixel: ndarray::ArrayView1<f32>| pixel.iter().fold(0.0f32, |most, value| most.max(*value));
        let values = values.map_axis(Axis(2), largest);
        // The numbers of a grey palette follow no order; its greys do.
        if let Some(counted) = labels.as_mut().filter(|counted| counted.palette) {
            counted.in_order &= colours.is_some();
        }
        let (values, full, colours) = match &labels {
            Some(Counted { labels, in_order: true, full, .. }) => (labels.clone(), *full, colours),
            _ => (values, full, colours),
        };
        Ok(Stored { values, full, labels: labels.map(|counted| counted.labels), opacity, colours, lossy: false })
    }

    /// "its largest value is 1 of 255", with the opacity where some of the file is transparent.
    pub(super) fn largest(&self) -> String {
        let most = |plane: &Array2<f32>| plane.iter().fold(0.0f32, |most, value| most.max(*value));
        let opacity = self.opacity.as_ref().map(most).filter(|opacity| *opacity < 1.0);
        let opacity = opacity.map_or(String::new(), |opacity| format!(", its largest opacity {opacity} of 1"));
        format!("its largest value is {} of {}{opacity}", most(&self.values), self.full)
    }
}

fn damaged(cause: impl std::fmt::Display) -> Error {
    Error::invalid(format!("this picture of a mask cannot be read: {cause}"))
        .hint("save it again if it is damaged, or save the mask as .npy")
}

fn opacity(decoded: &DynamicImage) -> Array2<f32> {
    let raw = decoded.to_rgba32f();
    let shape = (raw.height() as usize, raw.width() as usize);
    Array2::from_shape_fn(shape, |(row, column)| raw.get_pixel(column as u32, row as u32).0[3])
}

/// Number of colours where channels differ.
fn colours(values: &Array3<f32>) -> Option<usize> {
    let differ = |pixel: &ndarray::ArrayView1<f32>| pixel.iter().any(|value| *value != pixel[0]);
    let lanes = || values.lanes(Axis(2)).into_iter();
    lanes().any(|pixel| differ(&pixel)).then(|| {
        lanes().map(|pixel| pixel.iter().map(|value| value.to_bits()).collect::<Vec<_>>()).collect::<HashSet<_>>().len()
    })
}

/// Numbers of a palette, or grey values of less than eight bits.
struct Counted {
    labels: Array2<f32>,
    /// True if they are numbers of a palette.
    palette: bool,
    /// True if 0 stands for black, and the others for what is not.
    in_order: bool,
    /// The largest number that fits.
    full: f32,
}

/// What a PNG with a palette or with less than eight bits a pixel counts, before it is made into colours; `None` for others.
fn counted(bytes: &[u8]) -> Result<Option<Counted>> {
    let header = (bytes.get(24).copied(), bytes.get(25).copied());
    let (Some(depth), Some(kind)) = header else { return Ok(None) };
    if !bytes.starts_with(b"\x89PNG") || !(kind == 3 || (kind == 0 && depth < 8)) {
        return Ok(None);
    }
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let size = reader.output_buffer_size().ok_or_else(|| damaged("it is too large"))?;
    let mut packed = vec![0; size];
    let frame = reader.next_frame(&mut packed).map_err(damaged)?;
    let palette = reader.info().palette.as_deref();
    let black_first = palette.is_none_or(|palette| palette.get(..3) == Some(&[0, 0, 0]));
    let bits = usize::from(depth.clamp(1, 8));
    let full = ((1usize << bits) - 1) as f32;
    let value = |(row, column): (usize, usize)| {
        let at = column * bits;
        let byte = packed.get(row * frame.line_size + at / 8).copied().unwrap_or(0);
        f32::from((usize::from(byte) >> (8 - bits - at % 8)) as u8 & full as u8)
    };
    let labels = Array2::from_shape_fn((frame.height as usize, frame.width as usize), value);
    Ok(Some(Counted { labels, palette: palette.is_some(), in_order: black_first, full }))
}
