//! Controls: maps that know nothing of any network, judged like one, so that a reader sees what such a map reaches.
//!
//! All have about the smoothness of a human map, `blur` = √(sd of the aperture² + sd of the smoothing²).

use ndarray::Array2;

use crate::picture::Picture;
use crate::score::{centre_gaussian, smooth_noise};
use crate::seed::Seed;
use crate::stats::smooth::{Edge, smooth};

/// A row of the table of controls.
pub struct Control {
    /// Name, in the column `method`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Makes the map of a picture with the wanted blur (sd, px).
    pub make: fn(&Picture, blur: f64, seed: Seed) -> Array2<f64>,
}

/// Every control.
pub static CONTROLS: &[Control] = &[
    Control {
        name: "control_random",
        description: "Gaussian noise of the smoothness of a human map, another field for each picture",
        make: |picture, blur, seed| smooth_noise(picture.shape(), blur, seed),
    },
    Control {
        name: "control_centre_gaussian",
        description: "a Gaussian at the centre of the picture, its standard deviations a quarter of height and width",
        make: |picture, _, _| centre_gaussian(picture.shape()),
    },
    Control {
        name: "control_edges",
        description: "magnitude of the gradient of the picture's grey values (central differences), smoothed like a human map",
        make: |picture, blur, _| smooth(&edges(&picture.grey().mapv(f64::from)), blur, Edge::Normalised),
    },
];

/// Magnitude of the gradient by central differences, one-sided at the border.
fn edges(grey: &Array2<f64>) -> Array2<f64> {
    let (rows, columns) = grey.dim();
    let around = |at: usize, size: usize| (at.saturating_sub(1), (at + 1).min(size - 1));
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let ((above, below), (left, right)) = (around(row, rows), around(column, columns));
        let down = (grey[[below, column]] - grey[[above, column]]) / (below - above).max(1) as f64;
        let across = (grey[[row, right]] - grey[[row, left]]) / (right - left).max(1) as f64;
        down.hypot(across)
    })
}
