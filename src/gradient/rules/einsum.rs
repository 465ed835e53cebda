//! Products of matrices and their kin.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::einsum::EinSum;

use super::super::Step;

/// Each input receives `dy` contracted with the other inputs.
pub(super) fn contraction(s: &Step) -> TractResult<()> {
    let inputs: Vec<OutletId> = s.node.inputs.to_vec();
    for slot in (0..inputs.len()).filter(|&slot| s.constant(inputs[slot]).is_none()) {
        s.give(slot, contracted(s, s.operator::<EinSum>()?, slot, &inputs, s.dy())?)?;
    }
    Ok(())
}

/// `dy` contracted with all of `operands` but that of one slot, whose shape the result has.
pub fn contracted(s: &Step, op: &EinSum, slot: usize, operands: &[OutletId], dy: OutletId) -> TractResult<OutletId> {
    ensure!(op.q_params.is_none(), "it is quantised");
    let (inputs, outputs) = op.axes.to_strs();
    let (own, output) = (&inputs[slot], &outputs[0]);
    ensure!(own.chars().all(|axis| own.matches(axis).count() == 1), "an axis is repeated in {}", op.axes);
    let mut expressions = vec![];
    let mut wires = vec![];
    for (other, &operand) in operands.iter().enumerate().filter(|(other, _)| *other != slot) {
        // A matrix read by the forward and the backward product alike would be packed anew in every run; the backward
        // product has a copy of its own, its axes reversed.
        match s.constant(operand).filter(|matrix| matrix.rank() > 1 && matrix.datum_type() == f32::datum_type()) {
            Some(matrix) => {
                let reversed = matrix.to_plain_array_view::<f32>()?.reversed_axes().as_standard_layout().into_owned();
                wires.push(s.tensor(reversed.into_tensor())?);
                expressions.push(inputs[other].chars().rev().collect());
            }
            None => {
                wires.push(operand);
                expressions.push(inputs[other].clone());
            }
        }
    }
    wires.push(dy);
    expressions.push(output.clone());
    // Axes of this input alone were summed over: the derivative is the same all along them.
    let shared = |axis: char| expressions.iter().any(|expression: &String| expression.contains(axis));
    let kept: String = own.chars().filter(|&axis| shared(axis)).collect();
    let axes = AxesMapping::from_strs(&expressions, &[kept])?;
    let mut derivative = s.wire(EinSum::new(axes, op.operating_dt), &wires)?;
    for (at, _) in own.chars().enumerate().filter(|&(_, axis)| !shared(axis)) {
        derivative = s.wire(AxisOp::Add(at), &[derivative])?;
    }
    Ok(derivative)
}
