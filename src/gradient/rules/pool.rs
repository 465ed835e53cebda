//! Windows: pools, and pictures resized.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::{MaxPool, PoolSpec, SumPool};
use tract_onnx::tract_core::ops::nn::{DataFormat, Resize};

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
    let op = s.operator::<Resize>()?.clone();
    let (input, output) = (s.shape(s.x(0))?, s.shape(s.y())?);
    let stated = op.optional_scales_input.and_then(|slot| s.node.inputs.get(slot)).and_then(|&x| s.constant(x));
    let stated = stated
        .filter(|scales| scales.len() == input.len())
        .map(|scales| scales.cast_to::<f32>().map(|t| t.into_owned()));
    let scales: Vec<f32> = match stated {
        Some(scales) => scales?.try_as_plain_ram()?.as_slice::<f32>()?.to_vec(),
        None => input.iter().zip(&output).map(|(input, output)| *output as f32 / *input as f32).collect(),
    };
    let mut derivative = s.dy();
    for axis in (0..input.len()).filter(|&axis| input[axis] != output[axis] || scales[axis] != 1.0) {
        let plan = op.plan_axis(scales[axis], input[axis], output[axis]);
        let entry = |at: usize| Tap::new(at / plan.window, plan.indices[at], plan.weights[at]);
        let taps = (0..plan.indices.len()).filter(|&at| plan.weights[at] != 0.0).map(entry).collect();
        derivative = s.wire(Resample { axis, length: input[axis], taps }, &[derivative])?;
    }
    s.give(0, derivative)
}
