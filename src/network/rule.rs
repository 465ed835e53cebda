//! Which graph operators are steps of a head: one rule each.

use std::sync::Arc;

use ndarray::{ArrayD, Axis, IxDyn};
use tract_onnx::prelude::{OutletId, Tensor, TypedModel};
use tract_onnx::tract_core::internal::TypedNode;
use tract_onnx::tract_core::ops::binary::TypedBinOp;
use tract_onnx::tract_core::ops::cast::Cast;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::cnn::{Conv, KernelFormat, SumPool};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::identity::Identity;
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::{DataFormat, LeakyRelu, Reduce, Reducer};

use super::contraction::Contraction;
use super::layers::spatial;
use super::step::Step;

/// The one input of a node that is not constant, with its slot; `None` where there are several or none.
pub(super) fn varying(typed: &TypedModel, node: &TypedNode) -> Option<(usize, OutletId)> {
    let mut inputs = node.inputs.iter().copied().enumerate().filter(|&(_, input)| constant(typed, input).is_none());
    match (inputs.next(), inputs.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// The steps that a node takes from its varying input, in order; `None` where no rule knows it.
pub(super) fn steps(typed: &TypedModel, node: &TypedNode, slot: usize) -> Option<Vec<Step>> {
    match node.op_as::<Conv>() {
        Some(op) => dense_convolution(typed, node, op, slot),
        None => step(typed, node, slot).map(|step| vec![step]),
    }
}

/// A convolution with 1 x 1 kernels of one place: a dense layer under another name.
fn dense_convolution(typed: &TypedModel, node: &TypedNode, op: &Conv, slot: usize) -> Option<Vec<Step>> {
    let [input, kernel, bias] = node.inputs[..] else { return None };
    let (from, to) = (shape(typed, input)?, shape(typed, OutletId::new(node.id, 0))?);
    let plain = op.group == 1 && op.kernel_fmt == KernelFormat::OIHW && op.pool_spec.data_format == DataFormat::NCHW;
    if !plain || slot != 0 || spatial(typed, input).is_some() || from.len() != 4 || to.get(2..) != Some(&[1, 1]) {
        return None;
    }
    let product = Contraction::pointwise(&from, constant(typed, kernel)?)?;
    let bias = constant(typed, bias)?;
    let bias = values(&bias)?;
    let by_channel = if bias.ndim() == 1 { bias.insert_axis(Axis(1)).insert_axis(Axis(2)) } else { bias };
    let shift = by_channel.broadcast(IxDyn(&to))?.to_owned();
    Some(vec![Step::Contract(product), Step::Affine { scale: ArrayD::ones(IxDyn(&to)), shift }])
}

/// The step of an operator that takes one.
fn step(typed: &TypedModel, node: &TypedNode, slot: usize) -> Option<Step> {
    let input = node.inputs[slot];
    let from = shape(typed, input)?;
    let to = shape(typed, OutletId::new(node.id, 0))?;
    let pointwise = spatial(typed, input).is_none();
    let unchanged = || Step::Reshape { from: from.clone(), to: to.clone() };
    if let Some(op) = node.op_as::<AxisOp>() {
        return Some(match *op {
            AxisOp::Move(source, target) => {
                let mut axes: Vec<usize> = (0..from.len()).collect();
                let axis = axes.remove(source);
                axes.insert(target, axis);
                Step::Permute { axes }
            }
            _ => unchanged(),
        });
    }
    if node.op_is::<Identity>() || node.op.name() == "Dropout" {
        return Some(unchanged());
    }
    if let Some(op) = node.op_as::<Cast>() {
        return op.to.is_float().then(unchanged);
    }
    if let Some(op) = node.op_as::<EinSum>() {
        let weights = other(typed, node, slot)?;
        return Contraction::new(op, slot, &from, weights).map(Step::Contract);
    }
    if let Some(op) = node.op_as::<Reduce>() {
        let axes = op.axes.to_vec();
        return (op.reducer == Reducer::Sum).then_some(Step::Sum { axes, factor: 1.0, from });
    }
    if let Some(op) = node.op_as::<SumPool>() {
        return whole_pool(op, &from);
    }
    if let Some(op) = node.op_as::<ElementWiseOp>() {
        let slope = f64::from(op.0.downcast_ref::<LeakyRelu>()?.alpha);
        return pointwise.then_some(Step::Rectify { slope });
    }
    let op = node.op_as::<TypedBinOp>()?;
    let weights = other(typed, node, slot)?;
    let other = values(&weights)?;
    if op.0.is::<math::Max>() {
        return (pointwise && other.iter().all(|&value| value == 0.0) && from == to)
            .then_some(Step::Rectify { slope: 0.0 });
    }
    let other = other.broadcast(IxDyn(&from)).filter(|_| from == to)?.to_owned();
    let (zeros, ones) = (|| ArrayD::zeros(IxDyn(&from)), || ArrayD::ones(IxDyn(&from)));
    let (scale, shift) = match slot {
        _ if op.0.is::<math::Add>() => (ones(), other),
        _ if op.0.is::<math::Mul>() => (other, zeros()),
        0 if op.0.is::<math::Sub>() => (ones(), -other),
        1 if op.0.is::<math::Sub>() => (-ones(), other),
        0 if op.0.is::<math::Div>() => (other.mapv(|value| 1.0 / value), zeros()),
        _ => return None,
    };
    Some(Step::Affine { scale, shift })
}

/// A pool whose one window covers the whole height and width.
fn whole_pool(op: &SumPool, from: &[usize]) -> Option<Step> {
    let pool = &op.pool_spec;
    let &[1, _, rows, columns] = from else { return None };
    if pool.data_format != DataFormat::NCHW || pool.dilations().iter().any(|&dilation| dilation != 1) {
        return None;
    }
    let padding = pool.computed_padding(&[rows, columns]);
    let mut window = 1.0;
    for ((&size, padding), &kernel) in [rows, columns].iter().zip(&padding).zip(&pool.kernel_shape) {
        if padding.convoluted != 1 || kernel < padding.pad_before + size {
            return None;
        }
        let counted =
            if op.count_include_pad { kernel.min(padding.pad_before + size + padding.pad_after) } else { size };
        window *= counted as f64;
    }
    let factor = if op.normalize { 1.0 / window } else { 1.0 };
    Some(Step::Sum { axes: vec![2, 3], factor, from: from.to_vec() })
}

/// The constant beside the varying input of an operator of two inputs.
fn other(typed: &TypedModel, node: &TypedNode, slot: usize) -> Option<Arc<Tensor>> {
    let [first, second] = node.inputs[..] else { return None };
    constant(typed, if slot == 0 { second } else { first })
}

fn constant(typed: &TypedModel, outlet: OutletId) -> Option<Arc<Tensor>> {
    typed.outlet_fact(outlet).ok()?.konst.clone()
}

fn shape(typed: &TypedModel, outlet: OutletId) -> Option<Vec<usize>> {
    Some(typed.outlet_fact(outlet).ok()?.shape.as_concrete()?.to_vec())
}

fn values(tensor: &Tensor) -> Option<ArrayD<f64>> {
    let cast = tensor.cast_to::<f64>().ok()?;
    Some(cast.to_plain_array_view::<f64>().ok()?.to_owned())
}
