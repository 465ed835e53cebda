//! The Gaussian low-pass filter of the MIT saliency benchmark (antonioGaussian.m, cvzoya/saliency): the plane is padded
//! with zeros to a square of N x N, N a power of two, and its Fourier coefficients are multiplied by
//!   exp(-f² ln 2 / cutoff²),   f in cycles per N pixels,
//! one half at the cutoff. In space that is a Gaussian of sd N √(ln 2) / (√2 π cutoff) px, which depends on N: the padding
//! of a plane of 640 px makes the same cutoff 1.6 times as wide. It reproduces published numbers; `smooth` is for new ones.

use ndarray::{Array2, ArrayView2};

use super::fourier::{forward, inverse, upper_left};

/// Side of the square into which a plane of this shape is padded.
pub fn padded((rows, columns): (usize, usize)) -> usize {
    rows.max(columns).next_power_of_two()
}

/// Standard deviation in space, px, of the filter with this cutoff (cycles per side) for planes of this shape.
pub fn spatial_sd(shape: (usize, usize), cutoff: f64) -> f64 {
    padded(shape) as f64 * 2f64.ln().sqrt() / (2f64.sqrt() * std::f64::consts::PI * cutoff)
}

/// The cutoff that the benchmark takes for a wanted standard deviation: by the plane's longer side, not by N, so that the
/// filter is N / side times as wide as asked (run_antonioGaussian.m).
pub fn cutoff_by_side(shape: (usize, usize), sd: f64) -> f64 {
    shape.0.max(shape.1) as f64 * (2f64.ln() / 2.0).sqrt() / (std::f64::consts::PI * sd)
}

/// The plane filtered with this cutoff, above 0.
pub fn low_pass(plane: &Array2<f64>, cutoff: f64) -> Array2<f64> {
    let shape = plane.dim();
    let side = padded(shape);
    let mut square = Array2::zeros((side, side));
    square.indexed_iter_mut().for_each(|(at, value)| *value = plane.get(at).copied().unwrap_or(0.0));
    let mut spectrum = forward(&square);
    let cycles = |at: usize| at.min(side - at) as f64;
    for ((row, column), value) in spectrum.indexed_iter_mut() {
        let squared = cycles(row).powi(2) + cycles(column).powi(2);
        *value *= (-squared * 2f64.ln() / (cutoff * cutoff)).exp();
    }
    let filtered = inverse(spectrum);
    let cropped: ArrayView2<f64> = upper_left(&filtered, shape);
    cropped.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::smooth::{Edge, smooth};

    #[test]
    fn the_width_in_space_is_that_of_the_formula() {
        // METHODS: 24.0 px at N = 1024 for a cutoff of 8.
        assert!((spatial_sd((768, 1024), 8.0) - 23.98).abs() < 0.01);
        let mut plane = Array2::zeros((64, 64));
        plane[[32, 32]] = 1.0;
        let (found, expected) = (low_pass(&plane, 8.0), smooth(&plane, spatial_sd((64, 64), 8.0), Edge::Wrap));
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5));
        // One pixel more doubles the square, and with it the width.
        assert!((spatial_sd((65, 65), 8.0) / spatial_sd((64, 64), 8.0) - 2.0).abs() < 1e-12);
    }
}
