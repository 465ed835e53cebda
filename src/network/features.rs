//! Activations of the feature layer, and the derivative of class scores to them.

use ndarray::{Array3, ArrayD, Axis, Ix3};

use super::head::Head;
use super::{Network, best_other, input, run};
use crate::error::{Error, Result};
use crate::picture::Picture;

/// What the feature layer answers to a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Activations, shape (channels, rows, columns).
    pub activations: Array3<f32>,
    /// Name of the layer.
    pub layer: String,
}

impl Network {
    /// Activations of the feature layer: the earliest spatial layer from which only a chain of simple operators leads to
    /// the outputs (axis operators, pooling of the whole height and width, dense layers, convolutions of a single place, constants added or multiplied,
    /// and rectifiers once nothing is spatial).
    ///
    /// Unsupported where there is no such layer; the error names the operator and the node at which the chain ends.
    pub fn features(&self, picture: &Picture) -> Result<Features> {
        let head = self.head()?;
        let values = run(&head.plan, input::tensor(picture, &self.input, self.size)?).map_err(|e| e.at(&self.place))?;
        let activations = Array3::from_shape_vec(head.shape, values)
            .map_err(|cause| Error::internal(format!("the layer {}: {cause}", head.layer)))?;
        Ok(Features { activations, layer: head.layer.clone() })
    }

    /// Whether there is a feature layer; the error is that of [`Network::features`].
    pub fn check_head(&self) -> Result<()> {
        self.head().map(|_| ())
    }

    /// The scores of the classes of the experiment before any final Softmax, computed from the feature layer.
    pub fn head_scores(&self, features: &Features) -> Result<Vec<f64>> {
        let outputs = self.head()?.outputs(expanded(features))?;
        let score = |&unit: &usize| {
            outputs.get(unit).copied().ok_or_else(|| Error::internal(format!("the head has no output {unit}")))
        };
        self.units.of_class.iter().map(score).collect()
    }

    /// Derivative of a weighted sum of class scores (before any final Softmax) to the activations; one weight for each
    /// class of the experiment. Shape (channels, rows, columns).
    pub fn gradient(&self, features: &Features, weights: &[f64]) -> Result<Array3<f64>> {
        if weights.len() != self.units.of_class.len() {
            return Err(Error::internal(format!(
                "{} weights for {} classes",
                weights.len(),
                self.units.of_class.len()
            )));
        }
        let mut of_unit = vec![0.0; self.units.count];
        self.units.of_class.iter().zip(weights).for_each(|(&unit, weight)| of_unit[unit] += weight);
        let gradient = self.head()?.gradient(expanded(features), &of_unit)?;
        gradient
            .index_axis_move(Axis(0), 0)
            .into_dimensionality::<Ix3>()
            .map_err(|cause| Error::internal(format!("the gradient of the head: {cause}")))
    }

    /// Derivative of the target's margin over the best other class to the activations, shape (channels, rows, columns).
    ///
    /// With probabilities the margin of their logarithms is the margin of the logits, as long as none is below 1e-12.
    pub fn margin_gradient(&self, features: &Features, target: usize) -> Result<Array3<f64>> {
        let scores = self.head_scores(features)?;
        let rival = best_other(&scores, target)?;
        let mut weights = vec![0.0; scores.len()];
        weights[target] = 1.0;
        weights[rival] = -1.0;
        self.gradient(features, &weights)
    }

    fn head(&self) -> Result<&Head> {
        let head =
            self.head.get_or_init(|| Head::find(&self.typed, &self.units).map_err(|error| error.at(&self.place)));
        head.as_ref().map_err(Clone::clone)
    }
}

fn expanded(features: &Features) -> ArrayD<f64> {
    features.activations.mapv(f64::from).insert_axis(Axis(0)).into_dyn()
}
