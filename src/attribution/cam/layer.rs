//! LayerCAM (Jiang et al. 2021, IEEE Transactions on Image Processing 30:5875): `M = sum_k max(0, G_k) A_k`, place by
//! place.

use ndarray::{Array2, Array3, Axis};

use super::super::Method;
use super::{AT, check, explain};

pub(in super::super) const METHOD: Method = Method {
    name: "layer_cam",
    description: "activations of a layer times their positive derivatives, place by place",
    source: "Jiang et al. 2021, IEEE TIP 30:5875",
    parameters: &[AT],
    check,
    explain: |question| explain(question, combine),
};

pub(super) fn combine(activations: &Array3<f64>, gradient: &Array3<f64>) -> Array2<f64> {
    (activations * &gradient.mapv(|g| g.max(0.0))).sum_axis(Axis(0))
}
