//! The steps of a classifier's head, each with its value and its vector-Jacobian product.
//!
//! Every step but the rectifier is linear in its input (up to a constant), so its product needs no input values.

use ndarray::{ArrayD, Axis, IxDyn};

use super::contraction::Contraction;
use crate::error::{Error, Result};

/// One step, from one tensor to one tensor.
pub(super) enum Step {
    /// The same values in C order under another shape.
    Reshape {
        /// Shape of the input.
        from: Vec<usize>,
        /// Shape of the output.
        to: Vec<usize>,
    },
    /// Axis `i` of the output is axis `axes[i]` of the input.
    Permute {
        /// Where each axis of the output comes from.
        axes: Vec<usize>,
    },
    /// `scale * x + shift`; both are of the input's shape.
    Affine {
        /// Factor of each value.
        scale: ArrayD<f64>,
        /// Summand of each value.
        shift: ArrayD<f64>,
    },
    /// Sum over axes (kept with size 1), times a factor.
    Sum {
        /// Axes summed over.
        axes: Vec<usize>,
        /// 1 for a sum, 1 / number of values for a mean.
        factor: f64,
        /// Shape of the input.
        from: Vec<usize>,
    },
    /// `x` where it is above 0, `slope * x` elsewhere; the derivative at 0 is the slope.
    Rectify {
        /// 0 for a rectified linear unit.
        slope: f64,
    },
    /// A product with a constant matrix.
    Contract(Contraction),
}

impl Step {
    /// The output for an input.
    pub(super) fn value(&self, x: &ArrayD<f64>) -> Result<ArrayD<f64>> {
        Ok(match self {
            Step::Reshape { to, .. } => reshaped(x.clone(), to)?,
            Step::Permute { axes } => permuted(x, axes),
            Step::Affine { scale, shift } => x * scale + shift,
            Step::Sum { axes, factor, .. } => {
                axes.iter().fold(x.clone(), |sum, &axis| sum.sum_axis(Axis(axis)).insert_axis(Axis(axis))) * *factor
            }
            Step::Rectify { slope } => x.mapv(|value| if value > 0.0 { value } else { slope * value }),
            Step::Contract(contraction) => contraction.value(x)?,
        })
    }

    /// `Jᵀ dy`: the derivative of `⟨dy, output⟩` to the input `x`.
    pub(super) fn product(&self, x: &ArrayD<f64>, dy: ArrayD<f64>) -> Result<ArrayD<f64>> {
        Ok(match self {
            Step::Reshape { from, .. } => reshaped(dy, from)?,
            Step::Permute { axes } => permuted(&dy, &inverse(axes)),
            Step::Affine { scale, .. } => dy * scale,
            Step::Sum { factor, from, .. } => {
                let spread = dy.broadcast(IxDyn(from)).map(|view| view.to_owned());
                spread.ok_or_else(|| Error::internal(format!("{:?} does not spread to {from:?}", dy.shape())))?
                    * *factor
            }
            Step::Rectify { slope } => {
                let gate = x.mapv(|value| if value > 0.0 { 1.0 } else { *slope });
                dy * gate
            }
            Step::Contract(contraction) => contraction.product(&dy)?,
        })
    }
}

/// The same values in C order under another shape.
pub(super) fn reshaped(x: ArrayD<f64>, shape: &[usize]) -> Result<ArrayD<f64>> {
    let x = x.as_standard_layout().into_owned();
    x.into_shape_with_order(IxDyn(shape)).map_err(|cause| Error::internal(format!("a step of the head: {cause}")))
}

/// Axis `i` of the result is axis `axes[i]` of `x`.
pub(super) fn permuted(x: &ArrayD<f64>, axes: &[usize]) -> ArrayD<f64> {
    x.view().permuted_axes(IxDyn(axes)).as_standard_layout().into_owned()
}

/// The permutation that undoes another.
pub(super) fn inverse(axes: &[usize]) -> Vec<usize> {
    let mut back = vec![0; axes.len()];
    axes.iter().enumerate().for_each(|(at, &axis)| back[axis] = at);
    back
}
