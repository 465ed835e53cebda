//! Eigen-CAM (Muhammad & Yeasin 2020, IJCNN, arXiv:2008.00299): the activations at each place, centred over places, along
//! the direction in which they vary most. It knows nothing of the target.
//!
//! The direction of a principal component has no sign; here the map is made to correlate positively with the mean
//! activation over channels, which other implementations leave to chance.

use ndarray::{Array1, Array2, Array3, Axis};

use super::super::{Method, Question, Saliency};
use super::{AT, At, check};
use crate::error::Result;

pub(in super::super) const METHOD: Method = Method {
    name: "eigen_cam",
    description: "first principal component of the activations of a late layer; knows nothing of the class",
    source: "Muhammad & Yeasin 2020, IJCNN, arXiv:2008.00299 (sign fixed)",
    parameters: &[AT],
    check,
    explain,
};

/// Steps of the power iteration.
const STEPS: usize = 1000;

fn explain(question: &Question) -> Result<Saliency> {
    let at = At::new(question)?;
    at.saliency(&first_component(&at.activations), 1)
}

/// The scores of each place on the first principal component over channels; shape (rows, columns).
pub(super) fn first_component(activations: &Array3<f64>) -> Array2<f64> {
    let (channels, rows, columns) = activations.dim();
    let mut values = Array2::from_shape_fn((rows * columns, channels), |(place, channel)| {
        activations[[channel, place / columns, place % columns]]
    });
    let mean = values.mean_axis(Axis(0)).unwrap_or_default();
    let overall = values.mean_axis(Axis(1)).unwrap_or_default();
    values -= &mean;
    // Places are few and channels many: the scores are an eigenvector of the places' products.
    let products = values.dot(&values.t());
    let mut direction: Array1<f64> = &overall - overall.mean().unwrap_or_default();
    if direction.iter().all(|&value| value == 0.0) {
        direction = Array1::from_shape_fn(rows * columns, |at| (at as f64 + 1.0).sin());
    }
    let mut size = 0.0;
    for _ in 0..STEPS {
        let next = products.dot(&direction);
        size = next.dot(&next).sqrt();
        if size == 0.0 {
            break;
        }
        let next = next / size;
        let moved = (&next - &direction).iter().fold(0.0f64, |most, step| most.max(step.abs()));
        direction = next;
        if moved < 1e-12 {
            break;
        }
    }
    let sign = if direction.dot(&overall) < 0.0 { -1.0 } else { 1.0 };
    let scores = direction * (sign * size.sqrt());
    Array2::from_shape_fn((rows, columns), |(row, column)| scores[row * columns + column])
}
