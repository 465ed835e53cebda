//! Grad-CAM++ (Chattopadhyay et al. 2018, WACV, arXiv:1710.11063): `w_k = sum_xy a max(0, G_k)` with
//! `a = G^2 / (2 G^2 + (sum_xy A_k) G^3 + 1e-6)`, 0 where G is 0. (Some implementations take the mean of A instead of its
//! sum, and the mean over places; the paper has sums.)

use ndarray::{Array1, Array2, Array3, Axis};

use super::super::Method;
use super::{AT, check, explain, weighted};

pub(in super::super) const METHOD: Method = Method {
    name: "grad_cam_plus_plus",
    description: "activations of a late layer, weighted by positive derivatives, places counted by how few have them",
    source: "Chattopadhyay et al. 2018, WACV, arXiv:1710.11063",
    parameters: &[AT],
    check,
    explain: |question| explain(question, combine),
};

pub(super) fn combine(activations: &Array3<f64>, gradient: &Array3<f64>) -> Array2<f64> {
    weighted(activations, &weights(activations, gradient))
}

pub(super) fn weights(activations: &Array3<f64>, gradient: &Array3<f64>) -> Array1<f64> {
    let channels = activations.axis_iter(Axis(0)).zip(gradient.axis_iter(Axis(0)));
    let weight = |total: f64, g: f64| {
        let share = g * g / (2.0 * g * g + total * g.powi(3) + 1e-6);
        if g == 0.0 { 0.0 } else { share * g.max(0.0) }
    };
    channels.map(|(plane, gradient)| gradient.iter().map(|&g| weight(plane.sum(), g)).sum()).collect()
}
