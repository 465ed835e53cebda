//! Grad-CAM (Selvaraju et al. 2017, ICCV, arXiv:1610.02391): `M = sum_k mean_xy(G_k) A_k`, where G is the derivative of
//! the explained value to the activations. Under a global average pool this is the class activation map of Zhou et al.
//! 2016 (CVPR).

use ndarray::{Array2, Array3, Axis};

use super::super::Method;
use super::{AT, check, explain, weighted};

pub(in super::super) const METHOD: Method = Method {
    name: "grad_cam",
    description: "activations of a late layer, each channel weighted by its mean derivative",
    source: "Selvaraju et al. 2017, ICCV, arXiv:1610.02391",
    parameters: &[AT],
    check,
    explain: |question| explain(question, combine),
};

pub(super) fn combine(activations: &Array3<f64>, gradient: &Array3<f64>) -> Array2<f64> {
    let places = (gradient.dim().1 * gradient.dim().2) as f64;
    weighted(activations, &(gradient.sum_axis(Axis(2)).sum_axis(Axis(1)) / places))
}
