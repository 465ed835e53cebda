//! Baselines: maps that know nothing of any network, scored like one.

use ndarray::{Array2, Zip};
use rand_distr::{Distribution, StandardNormal};

use crate::seed::Seed;
use crate::stats::smooth::{Edge, smooth};

/// What a baseline may look at.
pub struct Around<'a> {
    /// (rows, columns) of every map.
    pub shape: (usize, usize),
    /// Blur of the human maps (sd, px), which the baseline's map has too.
    pub blur: f64,
    /// Mean human map of all other pictures; `None` where there is no other.
    pub others: Option<&'a Array2<f64>>,
    /// Grey values of the picture; `None` where they are not known.
    pub picture: Option<&'a Array2<f64>>,
    /// Seed of what is drawn.
    pub seed: Seed,
}

/// A row of the table of baselines.
pub struct Baseline {
    /// Name, in the column `method`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// How many maps are drawn: 1 where there is no chance; else the interval is that of single maps.
    pub instances: usize,
    /// Makes a map; `None` where what it looks at is not there.
    pub make: fn(&Around) -> Option<Array2<f64>>,
}

/// Every baseline.
pub static BASELINES: &[Baseline] = &[
    Baseline {
        name: "centre_gaussian",
        description: "a Gaussian at the centre of the picture, its standard deviations a quarter of height and width",
        instances: 1,
        make: |around| Some(centre_gaussian(around.shape)),
    },
    Baseline {
        name: "random",
        description: "Gaussian noise of the same smoothness as the human map; the interval holds 95 % of such maps",
        instances: 100,
        make: |around| Some(smooth_noise(around.shape, around.blur, around.seed)),
    },
    Baseline {
        name: "fitted_gaussian",
        description: "a Gaussian with the centre and the spread of what is above average in the mean human map of all other pictures (unit picture)",
        instances: 1,
        make: |around| fitted_gaussian(around.others?),
    },
    Baseline {
        name: "other_pictures",
        description: "the mean human map of all other pictures (unit picture)",
        instances: 1,
        make: |around| around.others.cloned(),
    },
    Baseline {
        name: "edge_energy",
        description: "magnitude of the gradient of the picture's grey values (Sobel), smoothed like the human map",
        instances: 1,
        make: |around| Some(smooth(&edge_energy(around.picture?), around.blur, Edge::Normalised)),
    },
    Baseline {
        name: "local_contrast",
        description: "standard deviation of the picture's grey values within the blur of the human map, smoothed like it",
        instances: 1,
        make: |around| Some(smooth(&local_contrast(around.picture?, around.blur), around.blur, Edge::Normalised)),
    },
];

/// A Gaussian at the centre of a picture of `shape` (rows, columns), its standard deviations a quarter of each.
pub fn centre_gaussian((rows, columns): (usize, usize)) -> Array2<f64> {
    let middle = |size: usize| ((size as f64 - 1.0) / 2.0, size as f64 / 4.0);
    gaussian((rows, columns), middle(rows), middle(columns))
}

/// A Gaussian of mean and standard deviation (px) along rows and along columns, 1 at its peak.
fn gaussian(shape: (usize, usize), down: (f64, f64), across: (f64, f64)) -> Array2<f64> {
    let part = |at: usize, (mean, sd): (f64, f64)| {
        let z = (at as f64 - mean) / sd;
        (-z * z / 2.0).exp()
    };
    Array2::from_shape_fn(shape, |(row, column)| part(row, down) * part(column, across))
}

/// The Gaussian with the moments of what a map has above its average; `None` for a constant map.
fn fitted_gaussian(map: &Array2<f64>) -> Option<Array2<f64>> {
    let mean = map.sum() / map.len() as f64;
    let moments = |place: fn((usize, usize)) -> usize| {
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for (at, value) in map.indexed_iter() {
            let (weight, x) = ((value - mean).max(0.0), place(at) as f64);
            mass += weight;
            first += weight * x;
            second += weight * x * x;
        }
        let centre = first / mass;
        // A map of a single point would have no width.
        (mass > 0.0).then(|| (centre, (second / mass - centre * centre).max(0.25).sqrt()))
    };
    Some(gaussian(map.dim(), moments(|at| at.0)?, moments(|at| at.1)?))
}

/// Magnitude of the gradient by Sobel's kernels; the edge of the picture is repeated.
fn edge_energy(picture: &Array2<f64>) -> Array2<f64> {
    let (rows, columns) = picture.dim();
    let at = |row: i64, column: i64| {
        picture[[row.clamp(0, rows as i64 - 1) as usize, column.clamp(0, columns as i64 - 1) as usize]]
    };
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let (r, c) = (row as i64, column as i64);
        let side = |dr: i64, dc: i64| at(r + dr, c + dc);
        let across = side(-1, 1) + 2.0 * side(0, 1) + side(1, 1) - side(-1, -1) - 2.0 * side(0, -1) - side(1, -1);
        let down = side(1, -1) + 2.0 * side(1, 0) + side(1, 1) - side(-1, -1) - 2.0 * side(-1, 0) - side(-1, 1);
        across.hypot(down) / 8.0
    })
}

/// Standard deviation of the values under a Gaussian of standard deviation `sd` px (at least 1).
fn local_contrast(picture: &Array2<f64>, sd: f64) -> Array2<f64> {
    let spread = |values: &Array2<f64>| smooth(values, sd.max(1.0), Edge::Normalised);
    let (mean, squares) = (spread(picture), spread(&picture.mapv(|value| value * value)));
    Zip::from(&mean).and(&squares).map_collect(|mean, square| (square - mean * mean).max(0.0).sqrt())
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

    fn made(name: &str, around: &Around) -> Option<Array2<f64>> {
        (BASELINES.iter().find(|row| row.name == name).unwrap().make)(around)
    }

    fn around(shape: (usize, usize)) -> Around<'static> {
        Around { shape, blur: 2.0, others: None, picture: None, seed: Seed(0) }
    }

    #[test]
    fn the_centre_gaussian_peaks_in_the_middle_and_noise_depends_on_its_seed() {
        let centre = made("centre_gaussian", &around((9, 5))).unwrap();
        assert_eq!(centre[[4, 2]], 1.0);
        assert!((centre[[4, 0]] / (-(2.0f64 / 1.25).powi(2) / 2.0).exp() - 1.0).abs() < 1e-12);
        let noise = |seed| made("random", &Around { seed: Seed(seed), ..around((9, 5)) });
        assert_eq!(noise(1), noise(1));
        assert_ne!(noise(1), noise(2));
    }

    #[test]
    fn the_fitted_gaussian_finds_where_people_look_and_not_the_middle() {
        let people = gaussian((60, 80), (20.0, 5.0), (50.0, 8.0)) - 0.1;
        let found = made("fitted_gaussian", &Around { others: Some(&people), ..around((60, 80)) }).unwrap();
        let peak = found.indexed_iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
        assert!(peak.0.abs_diff(20) <= 1 && peak.1.abs_diff(50) <= 1, "{peak:?}");
        assert_eq!(made("fitted_gaussian", &around((60, 80))), None);
        assert_eq!(fitted_gaussian(&Array2::ones((4, 4))), None);
    }

    #[test]
    fn edges_and_contrast_lie_where_the_picture_changes() {
        let step = Array2::from_shape_fn((20, 30), |(_, column)| if column < 15 { 0.2 } else { 0.8 });
        let edges = edge_energy(&step);
        assert!((edges[[10, 14]] - 0.3).abs() < 1e-12 && edges[[10, 5]].abs() < 1e-12 && edges[[0, 14]] > 0.0);
        let contrast = local_contrast(&step, 2.0);
        assert!(contrast[[10, 15]] > 0.2 && contrast[[10, 2]] < 1e-6);
        let known = Around { picture: Some(&step), ..around((20, 30)) };
        assert!(made("edge_energy", &known).is_some() && made("local_contrast", &known).is_some());
    }
}
