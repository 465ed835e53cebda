//! What lies inside a network: rectifiers, biases, attention.

use std::sync::Arc;

use ndarray::{Array3, Array4, ArrayD, Ix3};
use tract_onnx::prelude::{IntoRunnable, OutletId, TypedSimplePlan};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::nn::Softmax;

use super::layers::Layout;
use super::objective::Objective;
use super::pass::{Pass, Way, planes};
use super::{Network, load};
use crate::error::{Error, Result};
use crate::gradient;

/// The biases of a network, each times the derivative of the explained number to it.
#[derive(Debug, Clone)]
pub struct Biases {
    /// The explained number.
    pub value: f64,
    /// Its derivative to the input, shape (1, channels, rows, columns).
    pub input: Array4<f32>,
    /// The products, in the shape of the tensor that each bias was added to.
    pub biases: Vec<ArrayD<f32>>,
}

/// The biases of a network: what each was added to, and its values.
pub(super) struct Biased {
    pass: Pass,
    values: Vec<ArrayD<f32>>,
}

impl Network {
    /// Refuses a network without rectified linear units, in which rules for them would change nothing.
    pub fn check_rectifiers(&self) -> Result<()> {
        if gradient::rectifiers(&self.typed) > 0 {
            return Ok(());
        }
        Err(Error::unsupported("the network has no rectified linear unit, so that this would be the plain gradient")
            .hint("use gradient")
            .at(&self.place))
    }

    /// Every bias (of convolutions, and constants added) times the derivative to it. A bias of which every place has the
    /// same is repeated over them.
    pub fn biases(&self, input: &Array4<f32>, objective: &Objective) -> Result<Biases> {
        let biased = self.biased(objective)?;
        let (value, mut derivatives) =
            biased.pass.run(vec![input.clone().into_tensor()], objective).map_err(|error| error.at(&self.place))?;
        let terms = derivatives.split_off(1).into_iter().zip(&biased.values).map(|(d, bias)| d * bias).collect();
        Ok(Biases { value, input: planes(derivatives)?, biases: terms })
    }

    /// Whether biases can be had for a number; the error names every operator without a rule.
    pub fn check_biases(&self, objective: &Objective) -> Result<()> {
        self.check_rules(self.typed.inputs[0], objective.place)?;
        self.biased(objective).map(|_| ())
    }

    fn biased(&self, objective: &Objective) -> Result<Arc<Biased>> {
        self.cached(&self.biased, &(objective.place, objective.form), || {
            let build = || -> TractResult<Biased> {
                let found = gradient::biases(&self.typed, self.typed.inputs[0], objective.place)?;
                let (outlets, values): (Vec<OutletId>, Vec<ArrayD<f32>>) = found.into_iter().unzip();
                let wanted: Vec<OutletId> = std::iter::once(self.typed.inputs[0]).chain(outlets).collect();
                Ok(Biased { pass: Pass::build(&self.typed, objective, &wanted, &Way::Gradient)?, values })
            };
            let unsupported = |cause| load::unsupported("the biases of the network", &cause);
            build().map(Arc::new).map_err(|cause| unsupported(cause).at(&self.place))
        })
    }

    /// (extra tokens, rows, columns) of the tokens that attend to each other; an error where nothing does.
    pub fn attention_grid(&self) -> Result<(usize, usize, usize)> {
        let tokens = self.attending().first().and_then(|&outlet| Some(*self.shape(outlet)?.last()?));
        let grid = |tokens: usize| {
            let layers = self.layers().ok()?;
            layers.iter().rev().find_map(|layer| match (layer.layout, layer.shape) {
                (Layout::Tokens { extra }, (_, rows, columns)) => {
                    (extra + rows * columns == tokens).then_some((extra, rows, columns))
                }
                _ => None,
            })
        };
        tokens.and_then(grid).ok_or_else(|| {
            Error::unsupported("the network has no attention between all places of a picture")
                .hint("attention_rollout is for vision transformers; use another method here")
                .at(&self.place)
        })
    }

    /// The attention of every layer, from the first to the last: (heads, to, from), each row summing to 1.
    pub fn attention(&self, input: &Array4<f32>) -> Result<Vec<Array3<f32>>> {
        let plan = self.cached(&self.attention, &(), || {
            let build = || -> TractResult<Arc<TypedSimplePlan>> {
                let mut graph = self.typed.clone();
                graph.select_output_outlets(&self.attending())?;
                graph.into_optimized()?.into_runnable()
            };
            build().map_err(|cause| load::unsupported("the attention cannot be read", &cause).at(&self.place))
        })?;
        let read = || -> TractResult<Vec<Array3<f32>>> {
            let outputs = plan.run(tvec!(input.clone().into_tensor().into()))?;
            let heads = |output: &TValue| -> TractResult<Array3<f32>> {
                let values = output.to_plain_array_view::<f32>()?;
                let values = if values.ndim() == 4 { values.index_axis_move(ndarray::Axis(0), 0) } else { values };
                Ok(values.into_dimensionality::<Ix3>()?.to_owned())
            };
            outputs.iter().map(heads).collect()
        };
        read().map_err(|cause| load::unsupported("the attention cannot be read", &cause).at(&self.place))
    }

    /// The largest group of Softmax outputs in which as many tokens attend to as many, in the order of evaluation.
    fn attending(&self) -> Vec<OutletId> {
        let order = self.typed.eval_order().unwrap_or_default();
        let square = |&node: &usize| {
            let outlet = OutletId::new(node, 0);
            let shape = self.shape(outlet)?;
            let square = matches!(shape[..], [1, _, to, from] | [_, to, from] if to == from && to > 1);
            (square && self.typed.node(node).op_is::<Softmax>()).then_some(outlet)
        };
        let found: Vec<OutletId> = order.iter().filter_map(square).collect();
        let first = found.first().and_then(|&outlet| self.shape(outlet));
        found.into_iter().filter(|&outlet| self.shape(outlet) == first).collect()
    }

    fn shape(&self, outlet: OutletId) -> Option<Vec<usize>> {
        Some(self.typed.outlet_fact(outlet).ok()?.shape.as_concrete()?.to_vec())
    }
}
