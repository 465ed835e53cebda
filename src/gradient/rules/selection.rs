//! Values moved, repeated, left out or chosen.

use std::sync::Arc;

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::array::{Pad, PadMode, Slice, TypedConcat};
use tract_onnx::tract_core::ops::cast::Cast;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::logic::Iff;

use super::super::Step;
use super::super::kernels::Scatter;

/// Float to float of the same width is the same value; to integers the derivative is 0.
pub(super) fn cast(s: &Step) -> TractResult<()> {
    let to = s.operator::<Cast>()?.to;
    ensure!(to == f32::datum_type() || !to.is_float(), "it makes {to:?}, and derivatives are float32");
    if to.is_float() { s.give(0, s.dy()) } else { Ok(()) }
}

/// Axes moved, added, removed or joined.
pub(super) fn axes(s: &Step) -> TractResult<()> {
    s.give(0, s.wire(s.operator::<AxisOp>()?.recip(), &[s.dy()])?)
}

/// Values repeated along axes of length 1, or along axes added in front: the sum over the copies.
pub(super) fn broadcast(s: &Step) -> TractResult<()> {
    let (from, to) = (s.shape(s.x(0))?.len(), s.shape(s.y())?.len());
    let mut derivative = s.dy();
    for _ in from..to {
        derivative = s.wire(AxisOp::Rm(0), &[s.sum(derivative, &[0])?])?;
    }
    s.give(0, derivative)
}

/// Each input has a part of the output to itself.
pub(super) fn concatenation(s: &Step) -> TractResult<()> {
    let axis = s.operator::<TypedConcat>()?.axis;
    let mut start = 0;
    for slot in 0..s.node.inputs.len() {
        let end = start + s.shape(s.x(slot))?[axis];
        s.give(slot, s.wire(Slice::new(axis, start, end), &[s.dy()])?)?;
        start = end;
    }
    Ok(())
}

/// What was left out receives 0.
pub(super) fn slice(s: &Step) -> TractResult<()> {
    let op = s.operator::<Slice>()?;
    let shape = s.shape(s.x(0))?;
    let mut pads = vec![(0, 0); shape.len()];
    pads[op.axis] = (op.start.to_usize()?, shape[op.axis] - op.end.to_usize()?);
    s.give(0, s.wire(Pad::new(pads, PadMode::Constant(rctensor0(0f32))), &[s.dy()])?)
}

/// Padding with a constant is cut off; any other is a selection.
pub(super) fn padding(s: &Step) -> TractResult<()> {
    let op = s.operator::<Pad>()?;
    if !matches!(op.mode, PadMode::Constant(_)) {
        return selection(s);
    }
    let shape = s.shape(s.x(0))?;
    let mut derivative = s.dy();
    for (axis, &(before, _)) in op.pads.iter().enumerate().filter(|(_, pad)| **pad != (0, 0)) {
        derivative = s.wire(Slice::new(axis, before, before + shape[axis]), &[derivative])?;
    }
    s.give(0, derivative)
}

/// Every value of the output was read from one place of the input, which receives the sum of what it was read for.
pub(super) fn selection(s: &Step) -> TractResult<()> {
    let shape = s.shape(s.x(0))?;
    let places = places_read(s, &shape)?;
    s.give(0, s.wire(Scatter { shape, places: Arc::new(places) }, &[s.dy()])?)
}

/// The place of the input that each value of the output is read from, both in C order; `u32::MAX` for a value from
/// nowhere. Found by handing the operator a tensor that holds its own places, counted from 1.
pub fn places_read(s: &Step, shape: &[usize]) -> TractResult<Vec<u32>> {
    let count: usize = shape.iter().product();
    ensure!(count < 1 << 24, "{count} values are more than float32 can number");
    let places = (1..=count).map(|place| place as f32).collect();
    let mut inputs = tvec!(ndarray::ArrayD::from_shape_vec(shape, places)?.into_tensor().into_tvalue());
    for &input in s.node.inputs.iter().skip(1) {
        inputs.push(s.constant(input).context("what it reads depends on the picture")?.into_tvalue());
    }
    let outputs = s.node.op.eval_out_of_plan(inputs)?.context("it cannot be run by itself")?;
    let outputs = outputs[0].to_plain_array_view::<f32>()?;
    let place = |&value: &f32| if value >= 1.0 && value <= count as f32 { value as u32 - 1 } else { u32::MAX };
    Ok(outputs.iter().map(place).collect())
}

/// Where the condition holds, the second input; elsewhere, the third. The condition itself is flat.
pub(super) fn choice(s: &Step) -> TractResult<()> {
    let shape = s.shape(s.y())?;
    let zero = s.spread(s.tensor(tensor0(0f32).broadcast_into_rank(shape.len())?)?, &shape)?;
    let condition = s.spread(s.x(0), &shape)?;
    s.give(1, s.wire(Iff, &[condition, s.dy(), zero])?)?;
    s.give(2, s.wire(Iff, &[condition, zero, s.dy()])?)
}
