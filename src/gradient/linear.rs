//! Layers with constant weights, for schemes that change the weights: a convolution, or a matrix product with its bias.

use ndarray::ArrayD;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::einsum::EinSum;

use super::Step;
use super::rules::{Convolution, contracted, transposed_convolution};

/// A layer `y = W x + b` with constant W and b.
pub struct Linear {
    /// The node that multiplies by W.
    pub node: usize,
    /// The input.
    pub x: OutletId,
    /// W, in the shape that the operator takes.
    pub weights: ArrayD<f32>,
    /// b, in the shape that the operator takes; 0 where there is none.
    pub bias: ArrayD<f32>,
    /// Whether it is a convolution.
    pub spatial: bool,
    kind: Kind,
}

enum Kind {
    Convolution(Box<Convolution>),
    /// The slot of x among two operands.
    Product(Box<EinSum>, usize),
}

impl Linear {
    /// The layer that ends at the node of a step: a convolution; a product with a constant matrix; or a constant added to
    /// such a product, which nothing else reads.
    pub fn of(s: &Step) -> TractResult<Option<Linear>> {
        if s.node.op.name() == "Conv" {
            let convolution = Convolution::of(s)?;
            let bias = s.floats(s.x(2)).context("its bias is not constant")?;
            let bias = if bias.len() == 1 { ArrayD::from_elem(vec![], bias.sum()) } else { bias };
            let (x, weights) = (s.x(0), convolution.kernel.clone());
            return Ok(Some(Linear {
                node: s.node.id,
                x,
                weights,
                bias,
                spatial: true,
                kind: Kind::Convolution(Box::new(convolution)),
            }));
        }
        let (node, bias) = match &*s.node.op.name() {
            "EinSum" => (s.node.clone(), None),
            "Add" => {
                let Some(slot) = (0..2).find(|&slot| s.constant(s.x(1 - slot)).is_some()) else { return Ok(None) };
                if s.readers(s.x(slot)) != 1 {
                    return Ok(None);
                }
                (s.maker(s.x(slot)), s.floats(s.x(1 - slot)))
            }
            _ => return Ok(None),
        };
        let Some(product) = node.op_as::<EinSum>().filter(|_| node.inputs.len() == 2) else { return Ok(None) };
        let Some(slot) = (0..2).find(|&slot| s.constant(node.inputs[1 - slot]).is_some()) else { return Ok(None) };
        let Some(weights) = s.floats(node.inputs[1 - slot]) else { return Ok(None) };
        let bias = bias.unwrap_or_else(|| ArrayD::zeros(vec![]));
        let kind = Kind::Product(Box::new(product.clone()), slot);
        Ok(Some(Linear { node: node.id, x: node.inputs[slot], weights, bias, spatial: false, kind }))
    }

    /// `W x + b` for another x, W and b.
    pub fn apply(&self, s: &Step, x: OutletId, weights: &ArrayD<f32>, bias: &ArrayD<f32>) -> TractResult<OutletId> {
        let weights = s.tensor(weights.clone().into_tensor())?;
        match &self.kind {
            Kind::Convolution(convolution) => {
                s.wire(convolution.operator.clone(), &[x, weights, s.tensor(bias.clone().into_tensor())?])
            }
            Kind::Product(product, slot) => {
                let operands = if *slot == 0 { [x, weights] } else { [weights, x] };
                let y = s.wire((**product).clone(), &operands)?;
                if bias.iter().all(|&value| value == 0.0) {
                    Ok(y)
                } else {
                    s.add(y, s.tensor(bias.clone().into_tensor())?)
                }
            }
        }
    }

    /// The transpose of W, for another W, applied to a tensor of the output's shape.
    pub fn transposed(&self, s: &Step, weights: &ArrayD<f32>, dy: OutletId) -> TractResult<OutletId> {
        match &self.kind {
            Kind::Convolution(convolution) => transposed_convolution(s, convolution, weights, dy),
            Kind::Product(product, slot) => {
                let weights = s.tensor(weights.clone().into_tensor())?;
                contracted(s, product, *slot, &[weights, weights], dy)
            }
        }
    }
}
