//! A product of the input with a constant (ONNX Gemm, MatMul and Einsum), kept in float32, summed in float64.

use std::sync::Arc;

use ndarray::{Array2, ArrayD, CowArray, Ix2, IxDyn};
use tract_onnx::prelude::{Datum, Tensor};
use tract_onnx::tract_core::ops::einsum::EinSum;

use super::step::{inverse, permuted, reshaped};
use crate::error::{Error, Result};

/// `y[kept, free] = sum over contracted of x[kept, contracted] w[contracted, free]`, axes in any order.
pub(super) struct Contraction {
    weights: Arc<Tensor>,
    /// Axes of the weights: of size 1 and common to all, then contracted, then free.
    weight_axes: Vec<usize>,
    /// Axes of the input: kept, then contracted.
    input_axes: Vec<usize>,
    input_shape: Vec<usize>,
    /// Where each axis of the output comes from among kept, then free.
    output_axes: Vec<usize>,
    kept: Vec<usize>,
    contracted: usize,
    free: Vec<usize>,
}

impl Contraction {
    /// Reads an EinSum whose input number `slot` (0 or 1) varies; `None` where it is more than a matrix product.
    pub(super) fn new(op: &EinSum, slot: usize, input_shape: &[usize], weights: Arc<Tensor>) -> Option<Contraction> {
        if op.q_params.is_some() || op.axes.input_count() != 2 || weights.datum_type() != f32::datum_type() {
            return None;
        }
        let (mut common, mut contracted, mut free, mut kept) = (vec![], vec![], vec![], vec![]);
        for axis in op.axes.iter_all_axes() {
            match (&axis.inputs[slot][..], &axis.inputs[1 - slot][..], &axis.outputs[0][..]) {
                (&[x], &[], &[y]) => kept.push((x, y)),
                (&[x], &[w], &[]) => contracted.push((x, w)),
                (&[], &[w], &[y]) => free.push((w, y)),
                (&[x], &[w], &[y]) if weights.shape()[w] == 1 => {
                    kept.push((x, y));
                    common.push(w);
                }
                (&[], &[w], &[]) if weights.shape()[w] == 1 => common.push(w),
                _ => return None,
            }
        }
        let origin: Vec<usize> = kept.iter().chain(&free).map(|&(_, y)| y).collect();
        let output_axes = (0..origin.len()).map(|y| origin.iter().position(|&at| at == y)).collect::<Option<_>>()?;
        Some(Contraction {
            weight_axes: common
                .into_iter()
                .chain(contracted.iter().map(|&(_, w)| w))
                .chain(free.iter().map(|&(w, _)| w))
                .collect(),
            input_axes: kept.iter().chain(&contracted).map(|&(x, _)| x).collect(),
            input_shape: input_shape.to_vec(),
            output_axes,
            kept: kept.iter().map(|&(x, _)| input_shape[x]).collect(),
            contracted: contracted.iter().map(|&(x, _)| input_shape[x]).product(),
            free: free.iter().map(|&(w, _)| weights.shape()[w]).collect(),
            weights,
        })
    }

    /// A convolution with 1 x 1 kernels (output channels, input channels, 1, 1) over an NCHW input.
    pub(super) fn pointwise(input_shape: &[usize], kernel: Arc<Tensor>) -> Option<Contraction> {
        let (&[batch, channels, rows, columns], &[free, contracted, 1, 1]) = (input_shape, kernel.shape()) else {
            return None;
        };
        (channels == contracted && kernel.datum_type() == f32::datum_type()).then_some(Contraction {
            weight_axes: vec![2, 3, 1, 0],
            input_axes: vec![0, 2, 3, 1],
            input_shape: input_shape.to_vec(),
            output_axes: vec![0, 3, 1, 2],
            kept: vec![batch, rows, columns],
            contracted,
            free: vec![free],
            weights: kernel,
        })
    }

    /// The output for an input.
    pub(super) fn value(&self, x: &ArrayD<f64>) -> Result<ArrayD<f64>> {
        let x = matrix(permuted(x, &self.input_axes), self.kept.iter().product(), self.contracted)?;
        let y = self.with_weights(|weights| {
            Array2::from_shape_fn((x.nrows(), weights.ncols()), |(row, column)| {
                x.row(row).iter().zip(weights.column(column)).map(|(x, &w)| x * f64::from(w)).sum()
            })
        })?;
        let shape: Vec<usize> = self.kept.iter().chain(&self.free).copied().collect();
        Ok(permuted(&reshaped(y.into_dyn(), &shape)?, &self.output_axes))
    }

    /// The derivative of `⟨dy, output⟩` to the input.
    pub(super) fn product(&self, dy: &ArrayD<f64>) -> Result<ArrayD<f64>> {
        let dy = permuted(dy, &inverse(&self.output_axes));
        let dy = matrix(dy, self.kept.iter().product(), self.free.iter().product())?;
        let dx = self.with_weights(|weights| {
            let mut dx = Array2::<f64>::zeros((dy.nrows(), weights.nrows()));
            for (mut dx, dy) in dx.rows_mut().into_iter().zip(dy.rows()) {
                for (&dy, weights) in dy.iter().zip(weights.columns()) {
                    if dy != 0.0 {
                        dx.zip_mut_with(&weights, |dx, &w| *dx += dy * f64::from(w));
                    }
                }
            }
            dx
        })?;
        let shape: Vec<usize> = self.input_axes.iter().map(|&axis| self.input_shape[axis]).collect();
        Ok(permuted(&reshaped(dx.into_dyn(), &shape)?, &inverse(&self.input_axes)))
    }

    fn with_weights<T>(&self, compute: impl FnOnce(&CowArray<f32, Ix2>) -> T) -> Result<T> {
        let broken = |cause: String| Error::internal(format!("the weights of the head: {cause}"));
        let view = self.weights.to_plain_array_view::<f32>().map_err(|cause| broken(cause.to_string()))?;
        let view = view.permuted_axes(IxDyn(&self.weight_axes));
        let shape: (usize, usize) = (self.contracted, self.free.iter().product());
        let weights = view.to_shape(shape).map_err(|cause| broken(cause.to_string()))?;
        Ok(compute(&weights))
    }
}

fn matrix(x: ArrayD<f64>, rows: usize, columns: usize) -> Result<Array2<f64>> {
    reshaped(x, &[rows, columns])?
        .into_dimensionality()
        .map_err(|cause| Error::internal(format!("a matrix of the head: {cause}")))
}
