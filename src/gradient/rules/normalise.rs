//! Values relative to their neighbours.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::{Reduce, Reducer, RmsNorm, Softmax};
use tract_onnx_opl::lrn::Lrn;

use super::super::Step;
use super::super::kernels::{Resample, Tap};

/// `y (dy - sum of dy y)`.
pub(super) fn softmax(s: &Step) -> TractResult<()> {
    let axes = s.operator::<Softmax>()?.axes.clone();
    let weighted = s.sum(s.mul(s.dy(), s.y())?, &axes)?;
    s.give(0, s.mul(s.y(), s.sub(s.dy(), weighted)?)?)
}

/// `dy - exp(y) sum of dy`.
pub(super) fn log_softmax(s: &Step) -> TractResult<()> {
    let axes = s.operator::<Softmax>()?.axes.clone();
    let probability = s.wire(math::exp(), &[s.y()])?;
    s.give(0, s.sub(s.dy(), s.mul(probability, s.sum(s.dy(), &axes)?)?)?)
}

/// `y = r x` with `r = 1 / sqrt(mean of x^2 + epsilon)`: `r (dy - y mean of dy y)`.
pub(super) fn root_mean_square(s: &Step) -> TractResult<()> {
    let op = s.operator::<RmsNorm>()?.clone();
    let side = s.shape(s.x(0))?[op.axis];
    let mean = s.scale(s.sum(s.mul(s.dy(), s.y())?, &[op.axis])?, 1.0 / side as f32)?;
    let square = s.wire(Reduce::new(tvec!(op.axis), Reducer::MeanOfSquares), &[s.x(0)])?;
    let factor = s.wire(math::rsqrt(), &[s.add(square, s.tensor(op.eps.clone())?)?])?;
    s.give(0, s.mul(factor, s.sub(s.dy(), s.mul(s.y(), mean)?)?)?)
}

/// `y_c = x_c / D_c^beta` with `D_c = bias + alpha / size sum of x^2 over channels near c`:
/// `dy / D^beta - 2 alpha beta / size x sum of dy y / D over the channels that x is near`.
pub(super) fn local_response(s: &Step) -> TractResult<()> {
    let op = s.operator::<Lrn>()?.clone();
    let channels = s.shape(s.x(0))?[1];
    let near = |c: usize| c.saturating_sub((op.size - 1) / 2)..=(c + op.size / 2).min(channels - 1);
    let taps: Vec<Tap> = (0..channels).flat_map(|c| near(c).map(move |from| Tap::new(from, c, 1.0))).collect();
    let reversed = taps.iter().map(|tap| tap.reversed()).collect();
    let over = |taps: Vec<Tap>, x: OutletId| s.wire(Resample { axis: 1, length: channels, taps }, &[x]);
    let factor = op.alpha / op.size as f32;
    let sum = s.scale(over(taps, s.wire(math::square(), &[s.x(0)])?)?, factor)?;
    let beta = op.beta;
    let divisor = s.add(sum, s.tensor(tensor0(op.bias))?)?;
    let raised = move |x: &mut [f32], _: &[&[f32]]| x.iter_mut().for_each(|x| *x = x.powf(-beta));
    let direct = s.mul(s.dy(), s.pointwise(format!("to the power -{beta}"), &[divisor], raised)?)?;
    let shared = over(reversed, s.div(s.mul(s.dy(), s.y())?, divisor)?)?;
    s.give(0, s.sub(direct, s.scale(s.mul(s.x(0), shared)?, 2.0 * factor * op.beta)?)?)
}
