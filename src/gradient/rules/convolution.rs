//! Convolutions, and convolutions transposed.

use ndarray::{Array2, ArrayD, Axis, IxDyn};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::cnn::{Conv, Deconv, KernelFormat, PaddingSpec, PoolSpec};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::nn::DataFormat;

use super::super::Step;
use super::super::kernels::FoldColumns;

/// The input of a convolution receives the transposed convolution of `dy`; kernel and bias must be constant.
pub(super) fn convolution(s: &Step) -> TractResult<()> {
    let convolution = Convolution::of(s)?;
    s.give(0, transposed_convolution(s, &convolution, &convolution.kernel, s.dy())?)
}

/// The input of a transposed convolution receives the convolution of `dy`.
pub(super) fn deconvolution(s: &Step) -> TractResult<()> {
    let op = s.operator::<Deconv>()?;
    ensure!(is_plain(&op.pool_spec, op.kernel_format), "its layout is not batch x channels x rows x columns");
    let kernel = s.floats(s.x(1)).context("its kernel is not constant")?;
    let pool = &op.pool_spec;
    let (inputs, outputs, sides) = (pool.input_channels, pool.output_channels, &s.shape(s.dy())?[2..]);
    let padding = padding_of_transposed(op, &s.shape(s.x(0))?[2..], sides)?;
    let spec = PoolSpec { padding, input_channels: outputs, output_channels: inputs, ..pool.clone() };
    let conv = Conv { pool_spec: spec, kernel_fmt: KernelFormat::OIHW, group: op.group, q_params: None };
    let kernel = s.tensor(swapped(&kernel, op.group)?.into_tensor())?;
    s.give(0, s.wire(conv, &[s.dy(), kernel, s.tensor(tensor0(0f32))?])?)
}

/// A convolution with a constant kernel.
pub struct Convolution {
    /// The operator.
    pub operator: Conv,
    /// Kernel, shape (outputs, inputs / groups, rows, columns).
    pub kernel: ArrayD<f32>,
    /// Shape of the input, (batch, channels, rows, columns).
    pub input: TVec<usize>,
    /// Shape of the output.
    pub output: TVec<usize>,
}

impl Convolution {
    /// The convolution of a step.
    pub fn of(s: &Step) -> TractResult<Convolution> {
        let operator = s.operator::<Conv>()?.clone();
        ensure!(operator.q_params.is_none(), "it is quantised");
        let plain = is_plain(&operator.pool_spec, operator.kernel_fmt);
        ensure!(plain, "its layout is not batch x channels x rows x columns");
        let kernel = s.floats(s.x(1)).context("its kernel is not constant")?;
        Ok(Convolution { operator, kernel, input: s.shape(s.x(0))?, output: s.shape(s.y())? })
    }
}

/// The transpose of the linear map that a convolution with some kernel is, applied to `dy` of its output's shape.
///
/// With steps of 1 it is a convolution by the kernel turned round; with larger steps the windows are computed and folded
/// back, or, for grouped convolutions, left to tract's transposed convolution.
pub fn transposed_convolution(s: &Step, of: &Convolution, kernel: &ArrayD<f32>, dy: OutletId) -> TractResult<OutletId> {
    let pool = &of.operator.pool_spec;
    let (rank, group) = (pool.rank(), of.operator.group);
    let padding = pool.computed_padding(&of.input[2..]);
    let reach: TVec<usize> = (0..rank).map(|axis| (pool.kernel_shape[axis] - 1) * pool.dilation(axis)).collect();
    let reversed = |padding: PaddingSpec, strides: Option<TVec<usize>>| PoolSpec {
        data_format: DataFormat::NCHW,
        padding,
        strides,
        input_channels: pool.output_channels,
        output_channels: pool.input_channels,
        ..pool.clone()
    };
    let within = padding.iter().zip(&reach).all(|(pad, &reach)| pad.pad_before <= reach && pad.pad_after <= reach);
    if within && (0..rank).all(|axis| pool.stride(axis) == 1) {
        let mut turned = swapped(kernel, group)?;
        (2..2 + rank).for_each(|axis| turned.invert_axis(Axis(axis)));
        let before = padding.iter().zip(&reach).map(|(pad, reach)| reach - pad.pad_before).collect();
        let after = padding.iter().zip(&reach).map(|(pad, reach)| reach - pad.pad_after).collect();
        let pool_spec = reversed(PaddingSpec::Explicit(before, after), None);
        let conv = Conv { pool_spec, kernel_fmt: KernelFormat::OIHW, group, q_params: None };
        let turned = s.tensor(turned.as_standard_layout().into_owned().into_tensor())?;
        return s.wire(conv, &[dy, turned, s.tensor(tensor0(0f32))?]);
    }
    if rank == 2 && group == 1 {
        let (rows, columns) = (of.output[2], of.output[3]);
        let taps = kernel.len() / pool.output_channels;
        let matrix = Array2::from_shape_vec((pool.output_channels, taps), kernel.iter().copied().collect())?;
        let windows = (rows * columns).to_dim();
        let flat = AxisOp::Reshape(2, tvec!(rows.to_dim(), columns.to_dim()), tvec!(windows));
        let product = EinSum::new("ok,nop->nkp".parse()?, f32::datum_type());
        let folded = s.wire(product, &[s.tensor(matrix.into_tensor())?, s.wire(flat, &[dy])?])?;
        let input = (of.input[1], of.input[2], of.input[3]);
        return s.wire(FoldColumns { pool: pool.clone(), input, output: (rows, columns) }, &[folded]);
    }
    let adjustment = |axis: usize| {
        let covered = pool.stride(axis) * (of.output[2 + axis] - 1) + reach[axis] + 1;
        of.input[2 + axis] + padding[axis].pad_before + padding[axis].pad_after - covered
    };
    let explicit = PaddingSpec::Explicit(
        padding.iter().map(|pad| pad.pad_before).collect(),
        padding.iter().map(|pad| pad.pad_after).collect(),
    );
    let pool_spec = reversed(explicit, Some(pool.strides().as_ref().into()));
    let deconv = Deconv::new(pool_spec, KernelFormat::OIHW, (0..rank).map(adjustment).collect(), group);
    let kernel = s.tensor(swapped(kernel, group)?.into_tensor())?;
    s.wire(deconv, &[dy, kernel, s.tensor(tensor0(0f32))?])
}

/// The kernel with inputs and outputs exchanged within each group.
fn swapped(kernel: &ArrayD<f32>, group: usize) -> TractResult<ArrayD<f32>> {
    let shape = kernel.shape();
    let mut split = vec![group, shape[0] / group, shape[1]];
    split.extend(&shape[2..]);
    let mut grouped = kernel.as_standard_layout().into_owned().into_shape_with_order(IxDyn(&split))?;
    grouped.swap_axes(1, 2);
    let mut joined = vec![group * shape[1], shape[0] / group];
    joined.extend(&shape[2..]);
    Ok(grouped.as_standard_layout().into_owned().into_shape_with_order(IxDyn(&joined))?)
}

/// The padding of a convolution that reads back what a transposed convolution wrote.
fn padding_of_transposed(op: &Deconv, input: &[usize], output: &[usize]) -> TractResult<PaddingSpec> {
    let pool = &op.pool_spec;
    let computed = pool.padding.compute_for_deconv(
        input,
        &pool.kernel_shape,
        &pool.dilations(),
        &pool.strides(),
        &op.adjustments,
    )?;
    let reads =
        |axis: usize| pool.stride(axis) * (input[axis] - 1) + (pool.kernel_shape[axis] - 1) * pool.dilation(axis) + 1;
    let before: TVec<usize> = computed.iter().map(|pad| pad.pad_before).collect();
    let after = (0..pool.rank()).map(|axis| reads(axis).saturating_sub(output[axis] + before[axis])).collect();
    Ok(PaddingSpec::Explicit(before, after))
}

fn is_plain(pool: &PoolSpec, kernel: KernelFormat) -> bool {
    pool.data_format == DataFormat::NCHW && kernel == KernelFormat::OIHW
}
