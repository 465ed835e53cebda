//! Where people looked, as a density: a Gaussian at every fixation or click.
//!
//!   density(p) = Σ_i w_i g_i(p) / Σ_i w_i,   g_i ∝ exp(-|p - c_i|² / (2 sd²)), scaled to sum to 1 over the picture.
//!
//! Pixel (row, column) covers y from row to row + 1 and x from column to column + 1, so its value is taken at its centre,
//! (column + ½, row + ½). Places are not rounded to pixels. Each look counts its weight in full also at the border, where a Gaussian
//! cut off by it would count less (the toolboxes pad with zeros or with the nearest pixel instead: MIT saliency
//! benchmark, pysaliency). The density sums to 1, whatever the number of looks.

use ndarray::Array2;

/// A fixation or a click inside the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Px from the left edge of the picture.
    pub x: f64,
    /// Px from its upper edge.
    pub y: f64,
    /// How much it counts, such as its duration.
    pub weight: f64,
}

/// The density of looks over a picture of `shape` (rows, columns), blurred by `sd` px; `None` where no look counts.
pub fn density(looks: &[Look], shape: (usize, usize), sd: f64) -> Option<Array2<f64>> {
    let total: f64 = looks.iter().map(|look| look.weight).sum();
    if total <= 0.0 {
        return None;
    }
    let mut plane = Array2::zeros(shape);
    for look in looks {
        let (down, across) = (profile(shape.0, look.y, sd), profile(shape.1, look.x, sd));
        for (mut line, height) in plane.rows_mut().into_iter().zip(&down) {
            let height = height * look.weight / total;
            line.iter_mut().zip(&across).for_each(|(value, width)| *value += height * width);
        }
    }
    Some(plane)
}

/// A Gaussian around `at` at the centres of `length` pixels, unit sum.
fn profile(length: usize, at: f64, sd: f64) -> Vec<f64> {
    let values: Vec<f64> = (0..length).map(|place| (-((place as f64 + 0.5 - at) / sd).powi(2) / 2.0).exp()).collect();
    let sum: f64 = values.iter().sum();
    values.iter().map(|value| value / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: (usize, usize) = (60, 90);

    fn look(x: f64, y: f64, weight: f64) -> Look {
        Look { x, y, weight }
    }

    /// Mean and variance of x and of y under the density, in px of the picture.
    fn moments(density: &Array2<f64>) -> [(f64, f64); 2] {
        let mean = |of: &dyn Fn((usize, usize)) -> f64| density.indexed_iter().map(|(at, p)| p * of(at)).sum::<f64>();
        let both: [&dyn Fn((usize, usize)) -> f64; 2] =
            [&|(_, column)| column as f64 + 0.5, &|(row, _)| row as f64 + 0.5];
        both.map(|of| (mean(of), mean(&|at| (of(at) - mean(of)).powi(2))))
    }

    #[test]
    fn a_look_becomes_a_gaussian_of_the_asked_width_around_it() {
        let density = density(&[look(40.3, 25.8, 7.0)], SHAPE, 4.0).unwrap();
        assert!((density.sum() - 1.0).abs() < 1e-12);
        let [(x, across), (y, down)] = moments(&density);
        assert!((x - 40.3).abs() < 1e-6 && (y - 25.8).abs() < 1e-6, "{x} {y}: between pixels, not rounded to one");
        assert!((across - 16.0).abs() < 1e-5 && (down - 16.0).abs() < 1e-5, "{across} {down}");
        let peak = density.indexed_iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
        assert_eq!(peak, (25, 40), "the pixel that covers the look");
        let expected = |row: f64, column: f64| {
            let square = (row + 0.5 - 25.8).powi(2) + (column + 0.5 - 40.3).powi(2);
            (-square / 32.0).exp() / (2.0 * std::f64::consts::PI * 16.0)
        };
        for at in [(25, 40), (20, 43), (33, 36)] {
            assert!((density[at] - expected(at.0 as f64, at.1 as f64)).abs() < 1e-9, "{at:?}");
        }
    }

    #[test]
    fn looks_count_by_their_weight_and_no_less_at_the_border() {
        let sum = density(&[look(20.0, 30.0, 3.0), look(60.0, 30.0, 1.0)], SHAPE, 3.0).unwrap();
        assert!((sum.sum() - 1.0).abs() < 1e-12);
        assert!((moments(&sum)[0].0 - 30.0).abs() < 1e-6, "three parts at 20 and one at 60");
        let border = density(&[look(0.0, 0.0, 1.0), look(45.0, 30.0, 1.0)], SHAPE, 3.0).unwrap();
        let corner: f64 = border.indexed_iter().filter(|(at, _)| at.0 < 15 && at.1 < 15).map(|(_, p)| p).sum();
        assert!((corner - 0.5).abs() < 1e-4, "half of the looks: {corner}; cut off at the border it would be a fifth");
    }

    #[test]
    fn looks_that_do_not_count_have_no_density() {
        assert_eq!(density(&[], SHAPE, 3.0), None);
        assert_eq!(density(&[look(3.0, 3.0, 0.0)], SHAPE, 3.0), None);
    }
}
