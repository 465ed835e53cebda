//! Ablation-CAM (Desai & Ramaswamy 2020, WACV): `w_k = (f - f_k) / |f|`, where f_k is the explained value with channel k of
//! the layer set to 0. Only the part of the network after the layer is run again, once a channel. The paper divides by f,
//! which turns the map round where f is below 0.

use ndarray::{Array1, Axis};

use super::super::order::in_order;
use super::super::{Method, Question, Saliency};
use super::{AT, At, check, weighted};
use crate::error::Result;

pub(in super::super) const METHOD: Method = Method {
    name: "ablation_cam",
    description: "activations of a late layer, weighted by the fall of the explained value when a channel is left out",
    source: "Desai & Ramaswamy 2020, WACV (divided by the size of f)",
    parameters: &[AT],
    check,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let at = At::new(question)?;
    at.saliency(&weighted(&at.activations, &weights(&at)?), 1)
}

fn weights(at: &At) -> Result<Array1<f64>> {
    let whole = at.cut.value(&at.crossing, &at.objective)?;
    let activations = at.activations.mapv(|value| value as f32);
    let mut weights = Array1::zeros(activations.dim().0);
    let fall = |channel: usize| {
        let mut left = activations.clone();
        left.index_axis_mut(Axis(0), channel).fill(0.0);
        Ok(whole - at.cut.value(&at.cut.replaced(&at.crossing, &left)?, &at.objective)?)
    };
    in_order(weights.len(), fall, |channel, fall| weights[channel] = fall)?;
    Ok(if whole == 0.0 { weights } else { weights / whole.abs() })
}
