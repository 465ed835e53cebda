//! Grad-CAM (Selvaraju et al. 2017, ICCV, arXiv:1610.02391), raw and signed.
//!
//! `M = sum_k mean_xy(G_k) A_k`, where A are the activations of the last spatial layer and G the derivative of the margin
//! to them, taken in closed form from the head of the network; enlarged bilinearly (half-pixel centres, clamped edges).
//! Neither rectified nor scaled to 0..1, both of which the paper's figures do: what speaks against the target stays.
//! Under a global average pool this is the class activation map (Zhou et al. 2016, CVPR).
//! Enlargement by bilinear interpolation is a triangle of half width `cell = picture side / layer side`: sd = cell / √6.

use ndarray::{Array2, Array3, Axis};

use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::map::Map;
use crate::stats::stretch::{stretched, weights};

pub(super) const METHOD: Method = Method {
    name: "grad_cam",
    description: "activations of the last spatial layer, weighted by the mean derivative of the margin to each channel",
    source: "Selvaraju et al. 2017, ICCV, arXiv:1610.02391",
    parameters: &[],
    check: |network, _| network.check_head(),
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [] = question.parameters(&METHOD)?;
    let shape = question.shape()?;
    let features = question.network.features(question.picture)?;
    let gradient = question.network.margin_gradient(&features, question.target)?;
    let low = class_activation_map(&features.activations, &gradient);
    let (rows, columns) = low.dim();
    let map = stretched(&low, &weights(rows, shape.0, 0..shape.0), &weights(columns, shape.1, 0..shape.1));
    let cell = (shape.0 as f64 / rows as f64 + shape.1 as f64 / columns as f64) / 2.0;
    Ok(Saliency {
        map: Map::from_f64(&map)?,
        evaluations: 1,
        reliability: None,
        blur_sd: cell / 6f64.sqrt(),
        layer: Some(features.layer),
    })
}

/// `sum_k mean_xy(G_k) A_k` of activations and gradient of shape (channels, rows, columns); shape (rows, columns).
pub fn class_activation_map(activations: &Array3<f32>, gradient: &Array3<f64>) -> Array2<f64> {
    let (_, rows, columns) = activations.dim();
    let mut map = Array2::zeros((rows, columns));
    for (activations, gradient) in activations.axis_iter(Axis(0)).zip(gradient.axis_iter(Axis(0))) {
        let weight = gradient.mean().unwrap_or(0.0);
        map.zip_mut_with(&activations, |sum, &value| *sum += weight * f64::from(value));
    }
    map
}
