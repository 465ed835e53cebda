//! Windows: pools, and pictures resized.

use ndarray::{ArrayD, IxDyn};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::{MaxPool, PoolSpec, SumPool};
use tract_onnx::tract_core::ops::nn::DataFormat;

use super::super::Step;
use super::super::kernels::{MaxPoolGradient, Resample, Tap};

/// Everything to the first maximum of each window.
pub(super) fn maximum(s: &Step) -> TractResult<()> {
    let pool = &s.operator::<MaxPool>()?.pool_spec;
    ensure!(pool.data_format == DataFormat::NCHW && pool.rank() == 2, "it is not over rows and columns");
    s.give(0, s.wire(MaxPoolGradient(pool.clone()), &[s.dy(), s.x(0)])?)
}

/// Sums and means of windows, one axis after the other: the number of values under a window is a product of its sides.
pub(super) fn sum(s: &Step) -> TractResult<()> {
    let op = s.operator::<SumPool>()?.clone();
    ensure!(op.pool_spec.data_format == DataFormat::NCHW, "its layout is not batch x channels x rows x columns");
    let (input, output) = (s.shape(s.x(0))?, s.shape(s.y())?);
    let mut derivative = s.dy();
    for axis in 0..op.pool_spec.rank() {
        let taps = windows(&op, axis, &input[2..], output[2 + axis]);
        derivative = s.wire(Resample { axis: 2 + axis, length: input[2 + axis], taps }, &[derivative])?;
    }
    s.give(0, derivative)
}

/// What each place of a side takes from the windows over it.
fn windows(op: &SumPool, axis: usize, input: &[usize], windows: usize) -> Vec<Tap> {
    let pool: &PoolSpec = &op.pool_spec;
    let padding = &pool.computed_padding(input)[axis];
    let padded = padding.pad_before + input[axis] + padding.pad_after;
    let mut taps = vec![];
    for window in 0..windows {
        let start = window * pool.stride(axis);
        let places = (0..pool.kernel_shape[axis]).map(|tap| start + tap * pool.dilation(axis));
        let within: Vec<usize> = places.clone().filter(|&place| place < padded).collect();
        let real: Vec<usize> = within
            .iter()
            .filter_map(|place| place.checked_sub(padding.pad_before))
            .filter(|&place| place < input[axis])
            .collect();
        let count = if op.count_include_pad { within.len() } else { real.len() };
        let weight = if op.normalize { 1.0 / count.max(1) as f32 } else { 1.0 };
        taps.extend(real.into_iter().map(|place| Tap::new(window, place, weight)));
    }
    taps
}

/// A picture made larger or smaller: the transpose of the interpolation, one axis after the other.
pub(super) fn resize(s: &Step) -> TractResult<()> {
    let (input, output) = (s.shape(s.x(0))?, s.shape(s.y())?);
    ensure!(input.len() == 4 && input[..2] == output[..2], "it is not over rows and columns");
    let mut derivative = s.dy();
    // An axis that keeps its length may be resampled all the same, where a scale is not a ratio of lengths.
    for axis in 2..4 {
        let taps = interpolation(s, axis, &input, output[axis])?;
        derivative = s.wire(Resample { axis, length: input[axis], taps }, &[derivative])?;
    }
    s.give(0, derivative)
}

/// What each place of the input takes from the output along one axis, found by interpolating pictures of one line each;
/// channels hold as many lines at a time as there are channels.
fn interpolation(s: &Step, axis: usize, input: &[usize], length: usize) -> TractResult<Vec<Tap>> {
    let mut taps = vec![];
    for first in (0..input[axis]).step_by(input[1]) {
        let line = |at: IxDyn| f32::from(u8::from(at[0] == 0 && at[axis] == first + at[1]));
        let mut inputs = tvec!(ArrayD::from_shape_fn(input, line).into_tensor().into_tvalue());
        for &other in &s.node.inputs[1..] {
            inputs.push(s.constant(other).context("its size depends on the picture")?.into_tvalue());
        }
        let outputs = s.node.op.eval_out_of_plan(inputs)?.context("it cannot be run by itself")?;
        let weights = outputs[0].to_plain_array_view::<f32>()?;
        for (channel, to) in (first..input[axis].min(first + input[1])).enumerate() {
            let weight = |from: usize| weights[if axis == 2 { [0, channel, from, 0] } else { [0, channel, 0, from] }];
            let entry = |from: usize| Tap::new(from, to, weight(from));
            taps.extend((0..length).filter(|&from| weight(from) != 0.0).map(entry));
        }
    }
    Ok(taps)
}
