//! Another way back: rules that replace those of the derivative.

use tract_onnx::tract_core::internal::*;

use super::Step;

/// What a node hands back, where it is not the derivative.
pub trait Scheme {
    /// What the walk begins with at `output`, given the derivative of the explained value to it.
    fn start(&self, _graph: &mut TypedModel, _output: OutletId, seed: OutletId) -> TractResult<OutletId> {
        Ok(seed)
    }

    /// Does the step in its own way; `false` leaves it to the rule of the derivative.
    fn step(&self, step: &Step) -> TractResult<bool>;
}

/// The derivative itself.
pub struct Derivative;

impl Scheme for Derivative {
    fn step(&self, _step: &Step) -> TractResult<bool> {
        Ok(false)
    }
}
