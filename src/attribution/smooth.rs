//! Gaussian smoothing: unit sum, zero beyond the border, cut off at 4 sd.

use ndarray::{Array1, Array2, Axis};

/// The map convolved with a Gaussian of `sd` px; a map of ones keeps its ones away from the border and falls at it.
pub(super) fn smoothed(map: &Array2<f64>, sd: f64) -> Array2<f64> {
    let reach = (4.0 * sd).ceil() as usize;
    let raw: Vec<f64> =
        (0..=2 * reach).map(|at| (-(at as f64 - reach as f64).powi(2) / (2.0 * sd * sd)).exp()).collect();
    let total: f64 = raw.iter().sum();
    let kernel: Vec<f64> = raw.iter().map(|value| value / total).collect();
    let mut map = map.clone();
    for axis in [Axis(0), Axis(1)] {
        for mut lane in map.lanes_mut(axis) {
            let source: Array1<f64> = lane.to_owned();
            for (at, value) in lane.iter_mut().enumerate() {
                let from = at.saturating_sub(reach);
                let to = source.len().min(at + reach + 1);
                *value = (from..to).map(|other| source[other] * kernel[other + reach - at]).sum();
            }
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_becomes_a_gaussian_of_unit_sum() {
        let mut point = Array2::zeros((41, 61));
        point[[20, 25]] = 2.0;
        let sd = 3.0;
        let map = smoothed(&point, sd);
        assert!((map.sum() - 2.0).abs() < 1e-12);
        let density = |row: f64, column: f64| {
            2.0 * (-(row * row + column * column) / (2.0 * sd * sd)).exp() / (std::f64::consts::TAU * sd * sd)
        };
        assert!((map[[20, 25]] - density(0.0, 0.0)).abs() < 1e-4 * density(0.0, 0.0));
        assert!((map[[23, 21]] - density(3.0, 4.0)).abs() < 1e-4 * density(0.0, 0.0));
        let ones = smoothed(&Array2::ones((41, 61)), sd);
        assert!((ones[[20, 30]] - 1.0).abs() < 1e-12 && ones[[0, 30]] < 0.6);
    }
}
