//! The discrete Fourier transform in two dimensions, of planes of any size (by rustfft).

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rustfft::num_complex::Complex64;
use rustfft::{FftDirection, FftPlanner};

/// The unscaled forward transform of a plane of real values.
pub fn forward(plane: &Array2<f64>) -> Array2<Complex64> {
    transformed(plane.mapv(Complex64::from), FftDirection::Forward)
}

/// The real part of the inverse of [`forward`].
pub fn inverse(spectrum: Array2<Complex64>) -> Array2<f64> {
    let count = spectrum.len().max(1) as f64;
    transformed(spectrum, FftDirection::Inverse).mapv(|value| value.re / count)
}

/// The part of a plane that has this shape and holds its first element.
pub fn upper_left(plane: &Array2<f64>, (rows, columns): (usize, usize)) -> ArrayView2<'_, f64> {
    plane.slice_each_axis(|axis| Slice::from(..[rows, columns][axis.axis.index()]))
}

/// Radial frequency of every coefficient of a plane of this shape, in cycles per pixel.
pub fn frequency((rows, columns): (usize, usize)) -> Array2<f64> {
    let signed = |at: usize, count: usize| at.min(count - at) as f64 / count as f64;
    Array2::from_shape_fn((rows, columns), |(row, column)| signed(row, rows).hypot(signed(column, columns)))
}

fn transformed(mut values: Array2<Complex64>, direction: FftDirection) -> Array2<Complex64> {
    let mut planner = FftPlanner::new();
    for axis in [Axis(1), Axis(0)] {
        let plan = planner.plan_fft(values.len_of(axis), direction);
        let mut line = vec![Complex64::default(); values.len_of(axis)];
        for mut lane in values.lanes_mut(axis) {
            line.iter_mut().zip(&lane).for_each(|(to, from)| *to = *from);
            plan.process(&mut line);
            lane.iter_mut().zip(&line).for_each(|(to, from)| *to = *from);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_its_definition_and_comes_back() {
        let plane = Array2::from_shape_fn((6, 9), |(row, column)| ((row * 7 + column * 5) % 11) as f64);
        let spectrum = forward(&plane);
        for ((v, u), value) in spectrum.indexed_iter() {
            let term = |(row, column): (usize, usize)| {
                let turn = (v * row) as f64 / 6.0 + (u * column) as f64 / 9.0;
                Complex64::from_polar(plane[[row, column]], -std::f64::consts::TAU * turn)
            };
            let expected: Complex64 = ndarray::indices((6, 9)).into_iter().map(term).sum();
            assert!((value - expected).norm() < 1e-9, "{v} {u}");
        }
        assert!(inverse(spectrum).iter().zip(&plane).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn the_frequency_of_a_coefficient_is_that_of_the_nearer_alias() {
        let f = frequency((4, 8));
        assert_eq!((f[[0, 0]], f[[0, 1]], f[[0, 7]], f[[0, 4]]), (0.0, 0.125, 0.125, 0.5));
        assert_eq!((f[[1, 0]], f[[3, 0]], f[[2, 4]]), (0.25, 0.25, 0.5f64.hypot(0.5)));
    }
}
