//! XGrad-CAM (Fu et al. 2020, BMVC, arXiv:2008.02312): `w_k = sum_xy G_k A_k / (sum_xy A_k + 1e-7)`. Unstable where a
//! layer has negative activations whose sum is near 0.

use ndarray::{Array2, Array3, Axis};

use super::super::Method;
use super::{AT, check, explain, weighted};

pub(in super::super) const METHOD: Method = Method {
    name: "x_grad_cam",
    description: "activations of a late layer, each channel weighted by its mean derivative where it is active",
    source: "Fu et al. 2020, BMVC, arXiv:2008.02312",
    parameters: &[AT],
    check,
    explain: |question| explain(question, combine),
};

pub(super) fn combine(activations: &Array3<f64>, gradient: &Array3<f64>) -> Array2<f64> {
    let total = |planes: &Array3<f64>| planes.sum_axis(Axis(2)).sum_axis(Axis(1));
    weighted(activations, &(total(&(activations * gradient)) / (total(activations) + 1e-7)))
}
