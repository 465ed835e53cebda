//! One node on the way back: what a rule sees, and the words it writes with.

use std::cell::{Cell, RefCell};

use ndarray::ArrayD;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::array::MultiBroadcastTo;
use tract_onnx::tract_core::ops::change_axes::wire_with_rank_broadcast;
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::{Reduce, Reducer};

use super::kernels::Pointwise;
use super::rules::{Treatment, find};

/// A node with the derivative of the explained value to its output. A rule wires operators that compute the
/// derivative to each input, and gives it there; what several nodes give to one outlet is summed.
pub struct Step<'a> {
    /// The node.
    pub node: TypedNode,
    dy: Cell<OutletId>,
    graph: RefCell<&'a mut TypedModel>,
    given: RefCell<Vec<(OutletId, OutletId)>>,
    wires: Cell<usize>,
}

impl<'a> Step<'a> {
    pub(super) fn new(graph: &'a mut TypedModel, node: TypedNode, dy: OutletId) -> Step<'a> {
        Step { node, dy: Cell::new(dy), graph: RefCell::new(graph), given: RefCell::default(), wires: Cell::new(0) }
    }

    /// Pairs of an outlet and a derivative to it.
    pub(super) fn given(self) -> Vec<(OutletId, OutletId)> {
        self.given.into_inner()
    }

    /// Derivative to the node's output.
    pub fn dy(&self) -> OutletId {
        self.dy.get()
    }

    /// What the rule of the derivative gives to each input for another derivative of the output.
    pub fn derivatives(&self, dy: OutletId) -> TractResult<Vec<(OutletId, OutletId)>> {
        let (own, given) = (self.dy.replace(dy), self.given.take());
        let done = match find(&self.node.op.name()).map(|row| row.treatment) {
            Some(Treatment::Rule(rule)) => rule(self),
            _ => Ok(()),
        };
        self.dy.set(own);
        done.map(|()| self.given.replace(given))
    }

    /// The operator, which must be a `T`.
    pub fn operator<T: Op>(&self) -> TractResult<&T> {
        self.node.op_as::<T>().with_context(|| format!("{} is of another kind than its name says", self.node.op.name()))
    }

    /// An input of the node.
    pub fn x(&self, slot: usize) -> OutletId {
        self.node.inputs[slot]
    }

    /// The node's output.
    pub fn y(&self) -> OutletId {
        OutletId::new(self.node.id, 0)
    }

    /// The value of an outlet that does not depend on the input.
    pub fn constant(&self, outlet: OutletId) -> Option<Arc<Tensor>> {
        self.graph.borrow().outlet_fact(outlet).ok()?.konst.clone()
    }

    /// The values of an outlet that does not depend on the input, as float32.
    pub fn floats(&self, outlet: OutletId) -> Option<ArrayD<f32>> {
        let constant = self.constant(outlet)?;
        Some(constant.cast_to::<f32>().ok()?.to_plain_array_view::<f32>().ok()?.to_owned())
    }

    /// The value of an outlet that holds one number that does not depend on the input.
    pub fn number(&self, outlet: OutletId) -> Option<f32> {
        self.floats(outlet).filter(|values| values.len() == 1)?.first().copied()
    }

    /// The shape of an outlet.
    pub fn shape(&self, outlet: OutletId) -> TractResult<TVec<usize>> {
        let graph = self.graph.borrow();
        let fact = graph.outlet_fact(outlet)?;
        Ok(fact.shape.as_concrete().context("a size is open")?.into())
    }

    /// The node that makes an outlet.
    pub fn maker(&self, outlet: OutletId) -> TypedNode {
        self.graph.borrow().node(outlet.node).clone()
    }

    /// How many nodes read an outlet of the forward graph.
    pub fn readers(&self, outlet: OutletId) -> usize {
        let graph = self.graph.borrow();
        let readers = graph.outlet_successors(outlet).iter();
        readers.filter(|inlet| !graph.node(inlet.node).name.starts_with(PREFIX)).count()
    }

    /// Wires an operator.
    pub fn wire(&self, operator: impl Into<Box<dyn TypedOp>>, inputs: &[OutletId]) -> TractResult<OutletId> {
        let name = self.name();
        Ok(self.graph.borrow_mut().wire_node(name, operator, inputs)?[0])
    }

    /// A constant.
    pub fn tensor(&self, tensor: impl IntoArcTensor) -> TractResult<OutletId> {
        let name = self.name();
        self.graph.borrow_mut().add_const(name, tensor)
    }

    /// A function of tensors of one shape, written over the values of the first; the name stands for the function.
    pub fn pointwise(
        &self,
        name: impl Into<String>,
        x: &[OutletId],
        kernel: impl Fn(&mut [f32], &[&[f32]]) + Send + Sync + 'static,
    ) -> TractResult<OutletId> {
        let shape = self.shape(x[0])?;
        let spread = x.iter().map(|&x| self.spread(x, &shape)).collect::<TractResult<TVec<_>>>()?;
        self.wire(Pointwise::new(name.into(), kernel), &spread)
    }

    /// `a + b`.
    pub fn add(&self, a: OutletId, b: OutletId) -> TractResult<OutletId> {
        self.binary(math::add(), a, b)
    }

    /// `a - b`.
    pub fn sub(&self, a: OutletId, b: OutletId) -> TractResult<OutletId> {
        self.binary(math::sub(), a, b)
    }

    /// `a b`.
    pub fn mul(&self, a: OutletId, b: OutletId) -> TractResult<OutletId> {
        self.binary(math::mul(), a, b)
    }

    /// `a / b`.
    pub fn div(&self, a: OutletId, b: OutletId) -> TractResult<OutletId> {
        self.binary(math::div(), a, b)
    }

    /// `-a`.
    pub fn neg(&self, a: OutletId) -> TractResult<OutletId> {
        self.wire(math::neg(), &[a])
    }

    /// `factor a`.
    pub fn scale(&self, a: OutletId, factor: f32) -> TractResult<OutletId> {
        self.mul(a, self.tensor(tensor0(factor))?)
    }

    /// The sum over axes, which stay with length 1.
    pub fn sum(&self, a: OutletId, axes: &[usize]) -> TractResult<OutletId> {
        self.wire(Reduce::new(axes.into(), Reducer::Sum), &[a])
    }

    /// The same values repeated to a shape; axes of length 1 may grow.
    pub fn spread(&self, a: OutletId, shape: &[usize]) -> TractResult<OutletId> {
        if *self.shape(a)? == *shape {
            return Ok(a);
        }
        let dims: TVec<TDim> = shape.iter().map(|side| side.to_dim()).collect();
        self.wire(MultiBroadcastTo::new(dims.into()), &[a])
    }

    /// Gives a derivative to an input of the node.
    pub fn give(&self, slot: usize, derivative: OutletId) -> TractResult<()> {
        self.give_to(self.x(slot), derivative)
    }

    /// Gives a derivative to an outlet, summed over the axes along which its values were repeated.
    pub fn give_to(&self, outlet: OutletId, derivative: OutletId) -> TractResult<()> {
        let derivative = self.collected(derivative, &self.shape(outlet)?)?;
        self.given.borrow_mut().push((outlet, derivative));
        Ok(())
    }

    /// The values of a tensor brought to a shape: summed over axes of which the shape has length 1.
    pub fn collected(&self, a: OutletId, shape: &[usize]) -> TractResult<OutletId> {
        let from = self.shape(a)?;
        ensure!(from.len() == shape.len(), "a derivative of shape {from:?} for a tensor of shape {shape:?}");
        let repeated: TVec<usize> = (0..shape.len()).filter(|&axis| from[axis] != shape[axis]).collect();
        let sum = if repeated.is_empty() { a } else { self.sum(a, &repeated)? };
        self.spread(sum, shape)
    }

    fn binary(&self, operator: impl Into<Box<dyn TypedOp>>, a: OutletId, b: OutletId) -> TractResult<OutletId> {
        let name = self.name();
        Ok(wire_with_rank_broadcast(name, &mut self.graph.borrow_mut(), operator, &[a, b])?[0])
    }

    fn name(&self) -> String {
        self.wires.set(self.wires.get() + 1);
        format!("{PREFIX}{}/{}", self.node.name, self.wires.get())
    }
}

/// Names of the nodes that the backward pass adds begin with this.
pub(super) const PREFIX: &str = "backward:";
