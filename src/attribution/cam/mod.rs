//! Class activation maps: the activations A of a layer, weighted and summed over channels k. Raw and signed: neither
//! rectified nor scaled to 0..1, which figures in the papers are; what speaks against the target stays.
//!
//! The network is cut at the layer: the part before it is run once a picture, and only the part after it is
//! differentiated, or run again with other activations.

mod ablation;
mod eigen;
mod grad_cam;
mod hires;
mod layer;
mod plus_plus;
mod random;
mod score;
mod x_grad;

use std::sync::Arc;

use ndarray::{Array1, Array2, Array3, Axis};

pub(super) use self::ablation::METHOD as ABLATION;
pub(super) use self::eigen::METHOD as EIGEN;
pub(super) use self::grad_cam::METHOD as GRAD_CAM;
pub(super) use self::hires::METHOD as HIRES;
pub(super) use self::layer::METHOD as LAYER;
pub(super) use self::plus_plus::METHOD as PLUS_PLUS;
pub(super) use self::random::METHOD as RANDOM;
pub(super) use self::score::METHOD as SCORE;
pub(super) use self::x_grad::METHOD as X_GRAD;

use super::parameter::{Parameter, text};
use super::{Question, Saliency, Values};
use crate::error::Result;
use crate::experiment::Explained;
use crate::network::{Crossing, Cut, Layer, Network, Objective};

/// The parameter of every method here.
const AT: Parameter = text(
    "layer",
    "tensor or node, or how the name of one begins, as `list layers` prints it (empty: the last before the output)",
);

fn layer(network: &Network, values: &Values) -> Result<Layer> {
    match values.get("layer").and_then(|value| value.text()).unwrap_or_default() {
        "" => network.last_layer(),
        name => network.layer(name),
    }
}

/// A check for all of them.
fn check(network: &Network, explained: &Explained, values: &Values) -> Result<()> {
    network.cut(&layer(network, values)?, &network.objective(explained, 0)?).map(|_| ())
}

/// A question at a layer: the network cut there, and what the part before it answers to the picture.
struct At<'a> {
    question: &'a Question<'a>,
    objective: Objective,
    cut: Arc<Cut>,
    crossing: Crossing,
    /// Shape (channels, rows, columns).
    activations: Array3<f64>,
}

impl<'a> At<'a> {
    fn new(question: &'a Question<'a>) -> Result<At<'a>> {
        let objective = question.objective()?;
        let cut = question.network.cut(&layer(question.network, question.values)?, &objective)?;
        let crossing = cut.trunk(&question.input()?)?;
        let activations = cut.activations(&crossing)?.mapv(f64::from);
        Ok(At { question, objective, cut, crossing, activations })
    }

    /// Derivative of the explained value to the activations, shape (channels, rows, columns).
    fn gradient(&self) -> Result<Array3<f64>> {
        Ok(self.cut.gradient(&self.crossing, &self.objective)?.1.mapv(f64::from))
    }

    /// A map of the layer's size enlarged to the picture's.
    fn saliency(&self, map: &Array2<f64>, evaluations: usize) -> Result<Saliency> {
        let (map, blur_sd) = self.question.enlarged(map)?;
        Ok(Saliency { layer: Some(self.cut.layer.name.clone()), ..Saliency::new(&map, evaluations, blur_sd)? })
    }
}

/// What a gradient method makes of activations and gradient, both (channels, rows, columns).
type Combine = fn(&Array3<f64>, &Array3<f64>) -> Array2<f64>;

fn explain(question: &Question, combine: Combine) -> Result<Saliency> {
    let at = At::new(question)?;
    at.saliency(&combine(&at.activations, &at.gradient()?), 1)
}

/// `sum_k w_k A_k`.
fn weighted(activations: &Array3<f64>, weights: &Array1<f64>) -> Array2<f64> {
    let (channels, rows, columns) = activations.dim();
    let planes = activations.axis_iter(Axis(0)).zip(weights).take(channels);
    planes.fold(Array2::zeros((rows, columns)), |sum, (plane, &weight)| sum + &(&plane * weight))
}

#[cfg(test)]
mod tests;
