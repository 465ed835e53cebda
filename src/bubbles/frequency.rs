//! Spatial-frequency Bubbles: a random filter of the whole picture.
//!
//! Centres lie on [`FREQUENCIES`] positions, spaced evenly in log2 f from the lowest to the highest frequency (cycles per
//! width); apertures have a constant size in octaves. The mask is the gain of a radial filter, linear in log2 f between
//! positions and 0 beyond both ends. The picture less the background is set into a field of nothing of a power of two,
//! at least twice as large, so that it does not wrap around; its mean brightness is kept.

use ndarray::{Array2, Array3, Axis, Slice};
use rustfft::num_complex::Complex64;

use super::cover::{Cover, Prepared};
use crate::picture::Picture;
use crate::stats::fourier::{forward, frequency, inverse, upper_left};

/// Number of positions on the axis of frequency.
pub const FREQUENCIES: usize = 256;

/// The spectrum of every channel, less its mean.
pub(super) fn prepare(cover: &Cover, picture: &Picture) -> Prepared {
    let values = cover.light.decoded(picture.values());
    let (rows, columns) = picture.shape();
    let size = |count: usize| (2 * count - 1).next_power_of_two();
    let channel = |channel: ndarray::ArrayView2<f32>| -> (f64, Array2<Complex64>) {
        let mean = channel.iter().map(|&value| f64::from(value)).sum::<f64>() / channel.len() as f64;
        let mut field = Array2::zeros((size(rows), size(columns)));
        field
            .slice_each_axis_mut(|axis| Slice::from(..[rows, columns][axis.axis.index()]))
            .assign(&channel.mapv(|value| f64::from(value) - mean));
        (mean, forward(&field))
    };
    Prepared::Spectrum { channels: values.axis_iter(Axis(2)).map(channel).collect(), shape: cover.shape }
}

/// The filtered picture around its mean brightness.
pub(super) fn show(cover: &Cover, prepared: &Prepared, masks: &[Array2<f32>]) -> Array3<f32> {
    let (Prepared::Spectrum { channels, shape: (rows, columns) }, Some(mask)) = (prepared, masks.first()) else {
        return Array3::default((0, 0, 0));
    };
    let mut seen = Array3::zeros((*rows, *columns, channels.len()));
    for (mut to, (mean, spectrum)) in seen.axis_iter_mut(Axis(2)).zip(channels) {
        let mut spectrum = spectrum.clone();
        let gains = frequency(spectrum.dim());
        spectrum.zip_mut_with(&gains, |value, f| *value *= gain(cover.bands.range, mask, f * *columns as f64));
        let filtered = inverse(spectrum);
        to.assign(&upper_left(&filtered, (*rows, *columns)).mapv(|value| (value + mean) as f32));
    }
    seen
}

/// The mask at frequency `f`, both in cycles per width.
fn gain([lowest, highest]: [f64; 2], mask: &Array2<f32>, f: f64) -> f64 {
    let at = (f / lowest).log2() / (highest / lowest).log2() * (FREQUENCIES - 1) as f64;
    if !(0.0..=(FREQUENCIES - 1) as f64).contains(&at) {
        return 0.0;
    }
    let (left, part) = (at.floor() as usize, at.fract());
    let value = |at: usize| f64::from(mask[[0, at.min(FREQUENCIES - 1)]]);
    value(left) * (1.0 - part) + value(left + 1) * part
}
