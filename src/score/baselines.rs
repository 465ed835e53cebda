//! Baselines: maps that know nothing of any network, scored like one.

use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};

use crate::seed::Seed;
use crate::stats::smooth::{Edge, smooth};

/// A row of the table of baselines.
pub struct Baseline {
    /// Name, in the column `method`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// How many maps are drawn: 1 where there is no chance; else the interval is that of single maps.
    pub instances: usize,
    /// Makes a map of `shape` (rows, columns) with the wanted blur (sd, px).
    pub make: fn(shape: (usize, usize), blur: f64, seed: Seed) -> Array2<f64>,
}

/// Every baseline.
pub static BASELINES: &[Baseline] = &[
    Baseline {
        name: "centre_gaussian",
        description: "a Gaussian at the centre of the picture, its standard deviations a quarter of height and width",
        instances: 1,
        make: |shape, _, _| centre_gaussian(shape),
    },
    Baseline {
        name: "random",
        description: "Gaussian noise of the same smoothness as the human map; the interval holds 95 % of such maps",
        instances: 100,
        make: smooth_noise,
    },
];

/// A Gaussian at the centre of a picture of `shape` (rows, columns), its standard deviations a quarter of each.
pub fn centre_gaussian((rows, columns): (usize, usize)) -> Array2<f64> {
    let part = |at: usize, size: usize| {
        let z = (at as f64 - (size as f64 - 1.0) / 2.0) / (size as f64 / 4.0);
        (-z * z / 2.0).exp()
    };
    Array2::from_shape_fn((rows, columns), |(row, column)| part(row, rows) * part(column, columns))
}

/// Gaussian noise of `shape` (rows, columns), smoothed by a Gaussian of standard deviation `blur` px.
pub fn smooth_noise(shape: (usize, usize), blur: f64, seed: Seed) -> Array2<f64> {
    let mut generator = seed.stream("noise", 0);
    let noise = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut generator));
    smooth(&noise, blur, Edge::Normalised)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_gaussian_peaks_in_the_middle_and_noise_depends_on_its_seed() {
        let centre = (BASELINES[0].make)((9, 5), 0.0, Seed(0));
        assert_eq!(centre[[4, 2]], 1.0);
        assert!((centre[[4, 0]] / (-(2.0f64 / 1.25).powi(2) / 2.0).exp() - 1.0).abs() < 1e-12);
        let noise = |seed| (BASELINES[1].make)((9, 5), 2.0, Seed(seed));
        assert_eq!(noise(1), noise(1));
        assert_ne!(noise(1), noise(2));
    }
}
