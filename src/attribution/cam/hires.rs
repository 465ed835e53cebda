//! HiResCAM (Draelos & Carin 2021, arXiv:2011.08891): `M = sum_k G_k A_k`, place by place. Equal to Grad-CAM where a
//! global average pool and a dense layer follow; elsewhere faithful to what the network used at each place, which
//! Grad-CAM is not.

use ndarray::{Array2, Array3, Axis};

use super::super::Method;
use super::{AT, check, explain};

pub(in super::super) const METHOD: Method = Method {
    name: "hires_cam",
    description: "activations of a late layer times their derivatives, place by place",
    source: "Draelos & Carin 2021, arXiv:2011.08891",
    parameters: &[AT],
    check,
    explain: |question| explain(question, combine),
};

pub(super) fn combine(activations: &Array3<f64>, gradient: &Array3<f64>) -> Array2<f64> {
    (activations * gradient).sum_axis(Axis(0))
}
