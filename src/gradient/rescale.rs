//! DeepLIFT (Shrikumar, Greenside & Kundaje 2017, ICML, arXiv:1704.02685), rescale rule: multipliers instead of
//! derivatives, so that `sum of multiplier (x - baseline)` is the difference of the explained value exactly.
//!
//! The graph is copied for the baseline. A function of one value has the multiplier `(y - y0) / (x - x0)`, or its
//! derivative where `x` is `x0`. A product of two tensors that both vary shares its difference evenly:
//! `ab - a0 b0 = (a - a0)(b + b0) / 2 + (b - b0)(a + a0) / 2`; quotients, matrix products and Softmax follow from that.
//! (The paper has no products; implementations that take the derivative there lose the sum.) A maximum pool gives what
//! the picture's maximum gained to its place, and what the baseline's lost to its own, as Captum does.

use std::collections::BTreeMap;

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::MaxPool;
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::{Reduce, Reducer, Softmax};

use super::kernels::RescaledMaxPool;
use super::rules::{Family, contracted, find};
use super::{Scheme, Step};

/// Below this difference of an input, its derivative is taken.
const SMALLEST_DIFFERENCE: f32 = 1e-10;

/// The rescale rule; it knows where each outlet's value for the baseline is.
pub struct Rescale {
    baseline: BTreeMap<OutletId, OutletId>,
}

impl Rescale {
    /// Adds an input for the baseline, and a copy of everything between the input and `output`.
    pub fn new(graph: &mut TypedModel, output: OutletId) -> TractResult<Rescale> {
        graph.select_output_outlets(&[output])?;
        let order = graph.eval_order()?;
        let input = graph.input_outlets()?[0];
        let source = graph.add_source("baseline", graph.outlet_fact(input)?.without_value())?;
        let mut baseline = BTreeMap::from([(input, source)]);
        for node in order {
            let node = graph.node(node).clone();
            if !node.inputs.iter().any(|input| baseline.contains_key(input)) {
                continue;
            }
            let inputs: TVec<OutletId> =
                node.inputs.iter().map(|input| *baseline.get(input).unwrap_or(input)).collect();
            let copies = graph.wire_node(format!("baseline:{}", node.name), node.op.clone(), &inputs)?;
            baseline.extend(copies.into_iter().enumerate().map(|(slot, copy)| (OutletId::new(node.id, slot), copy)));
        }
        Ok(Rescale { baseline })
    }

    /// The value that an outlet has for the baseline.
    fn before(&self, outlet: OutletId) -> OutletId {
        *self.baseline.get(&outlet).unwrap_or(&outlet)
    }

    fn varies(&self, outlet: OutletId) -> bool {
        self.baseline.contains_key(&outlet)
    }

    /// Half the sum of a value for the picture and for the baseline.
    fn mean(&self, s: &Step, outlet: OutletId) -> TractResult<OutletId> {
        match self.varies(outlet) {
            true => s.scale(s.add(outlet, self.before(outlet))?, 0.5),
            false => Ok(outlet),
        }
    }

    /// `dy (y - y0) / (x - x0)` for a function of one value, or the derivative where `x` is `x0`.
    fn rescaled(&self, s: &Step) -> TractResult<()> {
        for (outlet, derivative) in s.derivatives(s.dy())? {
            if self.varies(outlet) {
                let gained = s.mul(s.dy(), s.sub(s.y(), self.before(s.y()))?)?;
                let gained = s.collected(gained, &s.shape(outlet)?)?;
                let wires = [derivative, gained, outlet, self.before(outlet)];
                s.give_to(outlet, s.pointwise("rescale", &wires, rescale)?)?;
            }
        }
        Ok(())
    }

    fn quotient(&self, s: &Step) -> TractResult<()> {
        let (a, b) = (s.x(0), s.x(1));
        let one = s.tensor(tensor0(1f32))?;
        let inverse = s.scale(s.add(s.div(one, b)?, s.div(one, self.before(b))?)?, 0.5)?;
        s.give(0, s.mul(s.dy(), inverse)?)?;
        let share = s.div(self.mean(s, a)?, s.mul(b, self.before(b))?)?;
        s.give(1, s.neg(s.mul(s.dy(), share)?)?)
    }

    fn softmax(&self, s: &Step) -> TractResult<()> {
        let axes = s.operator::<Softmax>()?.axes.clone();
        let (x, before) = (s.x(0), self.before(s.x(0)));
        let highest = s.wire(Reduce::new(axes.clone(), Reducer::Max), &[s.wire(math::max(), &[x, before])?])?;
        let exp = |x: OutletId| s.wire(math::exp(), &[s.sub(x, highest)?]);
        let (e, e0) = (exp(x)?, exp(before)?);
        let (sum, sum0) = (s.sum(e, &axes)?, s.sum(e0, &axes)?);
        let product = s.mul(sum, sum0)?;
        let inverse = s.scale(s.div(s.add(sum, sum0)?, product)?, 0.5)?;
        let weighted = s.sum(s.mul(s.dy(), s.scale(s.add(e, e0)?, 0.5)?)?, &axes)?;
        let to_exp = s.sub(s.mul(s.dy(), inverse)?, s.div(weighted, product)?)?;
        let wires = [s.mul(to_exp, e)?, s.mul(to_exp, s.sub(e, e0)?)?, x, before];
        s.give(0, s.pointwise("rescale", &wires, rescale)?)
    }
}

impl Scheme for Rescale {
    fn step(&self, s: &Step) -> TractResult<bool> {
        let name = s.node.op.name();
        let Some(row) = find(&name) else { return Ok(false) };
        let varying: Vec<usize> = (0..s.node.inputs.len()).filter(|&slot| self.varies(s.x(slot))).collect();
        match (row.family, &varying[..]) {
            (Family::Sum | Family::Linear | Family::Selection, _) | (Family::Product, [_]) => return Ok(false),
            (Family::Unary, [0]) => self.rescaled(s)?,
            _ if matches!(&*name, "Max" | "Min") && varying.len() == 1 => self.rescaled(s)?,
            (Family::Product, _) if name == "Mul" => {
                s.give(0, s.mul(s.dy(), self.mean(s, s.x(1))?)?)?;
                s.give(1, s.mul(s.dy(), self.mean(s, s.x(0))?)?)?;
            }
            (Family::Product, [a, b]) if name == "EinSum" && s.node.inputs.len() == 2 => {
                let means = [self.mean(s, s.x(0))?, self.mean(s, s.x(1))?];
                for &slot in [a, b] {
                    s.give(slot, contracted(s, s.operator::<EinSum>()?, slot, &means, s.dy())?)?;
                }
            }
            _ if name == "Div" => self.quotient(s)?,
            _ if name == "Softmax" => self.softmax(s)?,
            _ if name == "MaxPool" => {
                let pool = s.operator::<MaxPool>()?.pool_spec.clone();
                s.give(0, s.wire(RescaledMaxPool(pool), &[s.dy(), s.x(0), self.before(s.x(0))])?)?;
            }
            _ if name == "Reduce<MeanOfSquares>" => {
                let (shape, axes) = (s.shape(s.x(0))?, &s.operator::<Reduce>()?.axes);
                let count: usize = axes.iter().map(|&axis| shape[axis]).product();
                s.give(0, s.scale(s.mul(s.dy(), self.mean(s, s.x(0))?)?, 2.0 / count as f32)?)?;
            }
            _ if matches!(row.treatment, super::rules::Treatment::Flat) => return Ok(false),
            _ => bail!("the rescale rule does not know it"),
        }
        Ok(true)
    }
}

/// From (derivative, dy (y - y0), x, x0): the multiplier times dy.
fn rescale(derivative: &mut [f32], with: &[&[f32]]) {
    let [gained, x, x0] = with else { return };
    for (at, value) in derivative.iter_mut().enumerate() {
        let difference = x[at] - x0[at];
        if difference.abs() >= SMALLEST_DIFFERENCE {
            *value = gained[at] / difference;
        }
    }
}
