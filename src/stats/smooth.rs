//! Gaussian smoothing of a plane, separable, with a unit-sum kernel cut at four standard deviations.

use ndarray::{Array1, Array2, Axis};

/// What lies beyond the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Nothing: values outside are 0, so sums are lost at the edge. For counts of bubbles.
    Zero,
    /// The mean of what lies inside: divided by the smoothed plane of ones. For saliency maps.
    Normalised,
}

/// One-dimensional Gaussian of standard deviation `sd` px, cut at 4 sd, unit sum.
pub fn kernel(sd: f64) -> Vec<f64> {
    let reach = (4.0 * sd).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach).map(|x| (-((x * x) as f64) / (2.0 * sd * sd)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// The plane smoothed by a Gaussian of standard deviation `sd` px; `sd = 0` leaves it as it is.
pub fn smooth(plane: &Array2<f64>, sd: f64, edge: Edge) -> Array2<f64> {
    if sd <= 0.0 {
        return plane.clone();
    }
    let kernel = kernel(sd);
    let mut smoothed = plane.clone();
    for axis in [Axis(0), Axis(1)] {
        let scale = match edge {
            Edge::Zero => None,
            Edge::Normalised => Some(convolve(&Array1::ones(plane.len_of(axis)).to_vec(), &kernel)),
        };
        for mut lane in smoothed.lanes_mut(axis) {
            let mut values = convolve(&lane.to_vec(), &kernel);
            if let Some(scale) = &scale {
                values.iter_mut().zip(scale).for_each(|(value, scale)| *value /= scale);
            }
            lane.assign(&Array1::from(values));
        }
    }
    smoothed
}

/// Convolution with a kernel of odd length, zero beyond the ends, same length.
fn convolve(values: &[f64], kernel: &[f64]) -> Vec<f64> {
    let (n, reach) = (values.len(), kernel.len() / 2);
    let mut padded = vec![0.0; n + 2 * reach];
    padded[reach..reach + n].copy_from_slice(values);
    let mut sums = vec![0.0; n];
    for (offset, weight) in kernel.iter().enumerate() {
        for (sum, value) in sums.iter_mut().zip(&padded[offset..offset + n]) {
            *sum += weight * value;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impulse_becomes_the_gaussian_and_keeps_its_sum() {
        let mut plane = Array2::zeros((41, 51));
        plane[[20, 25]] = 3.0;
        let smoothed = smooth(&plane, 2.0, Edge::Zero);
        assert!((smoothed.sum() - 3.0).abs() < 1e-9);
        let expected = |dy: f64, dx: f64| 3.0 * (-(dy * dy + dx * dx) / 8.0).exp() / (2.0 * std::f64::consts::PI * 4.0);
        assert!((smoothed[[20, 25]] - expected(0.0, 0.0)).abs() < 1e-4);
        assert!((smoothed[[22, 28]] - expected(2.0, 3.0)).abs() < 1e-4);
    }

    #[test]
    fn two_smoothings_add_their_variances() {
        let mut plane = Array2::zeros((61, 61));
        plane[[30, 30]] = 1.0;
        let twice = smooth(&smooth(&plane, 3.0, Edge::Zero), 4.0, Edge::Zero);
        let once = smooth(&plane, 5.0, Edge::Zero);
        assert!(twice.iter().zip(&once).all(|(a, b)| (a - b).abs() < 2e-5));
    }

    #[test]
    fn the_normalised_edge_keeps_a_constant_and_the_zero_edge_does_not() {
        let plane = Array2::from_elem((10, 14), 2.0);
        assert!(smooth(&plane, 3.0, Edge::Normalised).iter().all(|v| (v - 2.0).abs() < 1e-12));
        assert!(smooth(&plane, 3.0, Edge::Zero)[[0, 0]] < 1.0);
    }
}
