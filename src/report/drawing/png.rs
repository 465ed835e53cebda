//! PNG files as small as they get.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::error::{Error, Result};
use crate::picture::Picture;

/// Red, green, blue in 0..255, row by row, as a PNG.
pub(super) fn encode(rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
        .write_image(rgb, width, height, ExtendedColorType::Rgb8)
        .map_err(|cause| Error::internal(format!("a PNG cannot be encoded: {cause}")))?;
    Ok(png)
}

/// Values in 0..1 as bytes, row by row.
pub(super) fn bytes(picture: &Picture) -> Vec<u8> {
    picture.to_rgb().iter().map(|&value| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect()
}
