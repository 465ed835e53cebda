//! The head of a classifier in closed form: the chain of simple operators between its last spatial layer and its outputs.
//!
//! Class activation maps (Zhou et al. 2016, CVPR; Selvaraju et al. 2017, ICCV) need the derivative of a class score to a
//! late layer only. Most classifiers end in a pool or a flattening and dense layers, whose derivative is written down
//! step by step, so that no other part of the network is differentiated.

use std::sync::Arc;

use ndarray::ArrayD;
use tract_onnx::prelude::{IntoRunnable, OutletId, TypedModel, TypedSimplePlan};
use tract_onnx::tract_core::ops::nn::{Softmax, SoftmaxKind};

use super::layers::{name, spatial};
use super::output::Units;
use super::step::Step;
use super::{load, rule};
use crate::error::{Error, Result};
use crate::experiment::OutputValues;

/// The steps from the feature layer to the outputs before any final Softmax.
pub(super) struct Head {
    /// From the input of the network to the feature layer.
    pub(super) plan: Arc<TypedSimplePlan>,
    /// Name of the feature layer.
    pub(super) layer: String,
    /// (channels, rows, columns) of the feature layer.
    pub(super) shape: (usize, usize, usize),
    steps: Vec<Step>,
}

impl Head {
    /// Walks back from the output; the feature layer is the earliest spatial tensor that the walk reaches.
    pub(super) fn find(typed: &TypedModel, units: &Units) -> Result<Head> {
        let mut outlet: OutletId = typed.outputs[0];
        let mut steps = vec![];
        let mut found: Option<(OutletId, usize)> = None;
        let stopped_at = loop {
            if spatial(typed, outlet).is_some() {
                found = Some((outlet, steps.len()));
            }
            let node = typed.node(outlet.node);
            let Some((slot, before)) = rule::varying(typed, node) else { break node };
            let only_reshaped = steps.iter().all(|step| matches!(step, Step::Reshape { .. }));
            if only_reshaped
                && node.op_as::<Softmax>().is_some_and(|softmax| is_class_scale(typed, before, softmax, units))
            {
                outlet = before;
                continue;
            }
            let Some(taken) = rule::steps(typed, node, slot) else { break node };
            steps.extend(taken.into_iter().rev());
            outlet = before;
        };
        let Some((outlet, length)) = found else {
            return Err(Error::unsupported(format!(
                "the outputs do not follow from a spatial layer by simple steps: the way back ends at the operator {} of node {}",
                stopped_at.op.name(),
                stopped_at.name
            ))
            .hint("use rise, occlusion or bubbles, which need outputs only"));
        };
        steps.truncate(length);
        steps.reverse();
        let mut trunk = typed.clone();
        let plan = trunk
            .select_output_outlets(&[outlet])
            .and_then(|_| trunk.into_optimized()?.into_runnable())
            .map_err(|cause| load::unsupported("the feature layer cannot be read", &cause))?;
        let shape = spatial(typed, outlet).unwrap_or_default();
        Ok(Head { plan, layer: name(typed, outlet), shape, steps })
    }

    /// The outputs that the head gives to activations of shape (1, channels, rows, columns), Softmax left out.
    pub(super) fn outputs(&self, activations: ArrayD<f64>) -> Result<Vec<f64>> {
        let outputs = self.steps.iter().try_fold(activations, |x, step| step.value(&x))?;
        Ok(outputs.iter().copied().collect())
    }

    /// Derivative of the weighted sum of outputs to the activations; one weight for each output.
    pub(super) fn gradient(&self, activations: ArrayD<f64>, weights: &[f64]) -> Result<ArrayD<f64>> {
        let mut inputs = vec![activations];
        for step in &self.steps {
            if let Some(x) = inputs.last() {
                inputs.push(step.value(x)?);
            }
        }
        let shape = inputs.last().map(|x| x.raw_dim()).unwrap_or_default();
        let seed = ArrayD::from_shape_vec(shape, weights.to_vec())
            .map_err(|cause| Error::internal(format!("{} weights for the head: {cause}", weights.len())))?;
        self.steps.iter().zip(&inputs).rev().try_fold(seed, |dy, (step, x)| step.product(x, dy))
    }
}

/// Whether the difference of two log-probabilities after this Softmax is the difference of its inputs.
fn is_class_scale(typed: &TypedModel, before: OutletId, softmax: &Softmax, units: &Units) -> bool {
    let scale = units.values == OutputValues::Probabilities || softmax.kind == SoftmaxKind::LogSoftmax;
    let shape = typed.outlet_fact(before).ok().and_then(|fact| fact.shape.as_concrete()).unwrap_or_default();
    let normalised: usize = softmax.axes.iter().filter_map(|&axis| shape.get(axis)).product();
    scale && normalised == units.count
}
