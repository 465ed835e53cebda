//! Guided backpropagation and deconvolution: other rules for rectified linear units, and for nothing else.
//!
//! A rectifier is the maximum of a tensor and 0, which is how `Relu`, and the lower bound of a `Clip` to 0..6, arrive.

use tract_onnx::tract_core::internal::*;

use super::{Scheme, Step};

/// `dy` where the input and `dy` are above 0 (Springenberg et al. 2015, ICLR workshop, arXiv:1412.6806).
pub struct Guided;

impl Scheme for Guided {
    fn step(&self, step: &Step) -> TractResult<bool> {
        let Some(slot) = rectified(step) else { return Ok(false) };
        let guided = step.pointwise("guided", &[step.dy(), step.x(slot)], |dy, x| {
            dy.iter_mut().zip(x[0]).for_each(|(dy, &x)| *dy = if x > 0.0 { dy.max(0.0) } else { 0.0 });
        })?;
        step.give(slot, guided).map(|()| true)
    }
}

/// `dy` where it is above 0 (Zeiler & Fergus 2014, ECCV, arXiv:1311.2901).
pub struct Deconvolution;

impl Scheme for Deconvolution {
    fn step(&self, step: &Step) -> TractResult<bool> {
        let Some(slot) = rectified(step) else { return Ok(false) };
        let positive = |dy: &mut [f32], _: &[&[f32]]| dy.iter_mut().for_each(|dy| *dy = dy.max(0.0));
        step.give(slot, step.pointwise("positive", &[step.dy()], positive)?).map(|()| true)
    }
}

/// How many rectified linear units a graph has.
pub fn rectifiers(graph: &TypedModel) -> usize {
    let zero = |outlet: &OutletId| {
        let constant = graph.outlet_fact(*outlet).ok().and_then(|fact| fact.konst.clone());
        constant.and_then(|constant| constant.cast_to_scalar::<f32>().ok()).is_some_and(|value| value == 0.0)
    };
    graph.nodes().iter().filter(|node| node.op.name() == "Max" && node.inputs.iter().any(zero)).count()
}

/// The slot of a rectifier's input.
fn rectified(step: &Step) -> Option<usize> {
    let slot = |slot: usize| step.number(step.x(1 - slot)).is_some_and(|limit| limit == 0.0);
    (0..2).find(|&own| step.node.op.name() == "Max" && slot(own))
}
