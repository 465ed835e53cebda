//! Gaussian smoothing of a plane, separable, with a unit-sum kernel cut at four standard deviations.

use ndarray::Array2;

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
    let across: Vec<f64> = plane.rows().into_iter().flat_map(|row| convolve(&row.to_vec(), &kernel)).collect();
    let (rows, columns) = plane.dim();
    let mut smoothed = down(&across, columns, &kernel);
    if edge == Edge::Normalised {
        let (by_row, by_column) = (convolve(&vec![1.0; rows], &kernel), convolve(&vec![1.0; columns], &kernel));
        for (line, row) in smoothed.chunks_exact_mut(columns).zip(by_row) {
            line.iter_mut().zip(&by_column).for_each(|(value, column)| *value /= row * column);
        }
    }
    Array2::from_shape_vec((rows, columns), smoothed).unwrap_or_else(|_| plane.clone())
}

/// Convolution with a kernel of odd length, zero beyond the ends, same length.
fn convolve(values: &[f64], kernel: &[f64]) -> Vec<f64> {
    let (n, reach) = (values.len(), kernel.len() / 2);
    let mut padded = vec![0.0; n + 2 * reach];
    padded[reach..reach + n].copy_from_slice(values);
    let mut sums = vec![0.0; n];
    for (offset, weight) in kernel.iter().enumerate() {
        add_weighted(&mut sums, *weight, &padded[offset..offset + n]);
    }
    sums
}

/// The same along columns: whole rows are added up, which the processor does several at a time.
fn down(values: &[f64], columns: usize, kernel: &[f64]) -> Vec<f64> {
    let (rows, reach) = (values.len() / columns, kernel.len() / 2);
    let mut sums = vec![0.0; values.len()];
    for (row, line) in sums.chunks_exact_mut(columns).enumerate() {
        for from in row.saturating_sub(reach)..(row + reach + 1).min(rows) {
            add_weighted(line, kernel[from + reach - row], &values[from * columns..(from + 1) * columns]);
        }
    }
    sums
}

fn add_weighted(sums: &mut [f64], weight: f64, values: &[f64]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
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
