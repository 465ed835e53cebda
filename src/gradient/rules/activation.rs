//! Functions of one value at a time.

use std::f32::consts::{FRAC_2_SQRT_PI, PI};

use statrs::function::erf::erf;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::{GeluApproximate, LeakyRelu};

use super::super::Step;

/// `dy f(x)`, where `f` is the derivative as a function of the input.
pub(super) fn of_input(s: &Step, name: &str, f: fn(f32) -> f32) -> TractResult<()> {
    s.give(0, s.pointwise(name, &[s.dy(), s.x(0)], move |dy, x| times(dy, x[0], f))?)
}

/// `dy f(y)`, where `f` is the derivative as a function of the output.
pub(super) fn of_output(s: &Step, name: &str, f: fn(f32) -> f32) -> TractResult<()> {
    s.give(0, s.pointwise(name, &[s.dy(), s.y()], move |dy, y| times(dy, y[0], f))?)
}

/// `dy` times a function of each value.
pub(super) fn times(dy: &mut [f32], x: &[f32], factor: impl Fn(f32) -> f32) {
    dy.iter_mut().zip(x).for_each(|(dy, &x)| *dy *= factor(x));
}

/// `erf`: `dy 2 / sqrt(pi) exp(-x^2)`, with tract's vectorised exponential.
pub(super) fn error_function(s: &Step) -> TractResult<()> {
    let density = s.wire(math::exp(), &[s.neg(s.wire(math::square(), &[s.x(0)])?)?])?;
    s.give(0, s.scale(s.mul(s.dy(), density)?, FRAC_2_SQRT_PI)?)
}

/// `x sigmoid(x)`.
pub(super) fn silu(x: f32) -> f32 {
    let sigmoid = 1.0 / (1.0 + (-x).exp());
    sigmoid * (1.0 + x * (1.0 - sigmoid))
}

/// `x max(0, min(1, x / 6 + 1 / 2))`.
pub(super) fn hard_swish(x: f32) -> f32 {
    match x {
        x if x <= -3.0 => 0.0,
        x if x >= 3.0 => 1.0,
        x => x / 3.0 + 0.5,
    }
}

/// `x Phi(x)`: `Phi(x) + x phi(x)`.
pub(super) fn gelu(s: &Step) -> TractResult<()> {
    of_input(s, "gelu", |x| {
        let x = f64::from(x);
        let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        (0.5 * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2)) + x * density) as f32
    })
}

/// `x (1 + tanh(u)) / 2` with `u = sqrt(2 / pi) (x + 0.044715 x^n)`, n 3, or 2 in the fast form.
pub(super) fn gelu_approximate(s: &Step) -> TractResult<()> {
    let gelu = s.operator::<ElementWiseOp>()?.0.downcast_ref::<GeluApproximate>().context("another gelu")?;
    let n = if gelu.fast_impl { 2 } else { 3 };
    let factor = move |x: f32| {
        let c = (2.0 / PI).sqrt();
        let tanh = (c * (x + 0.044715 * x.powi(n))).tanh();
        0.5 * (1.0 + tanh) + 0.5 * x * (1.0 - tanh * tanh) * c * (1.0 + 0.044715 * n as f32 * x.powi(n - 1))
    };
    s.give(0, s.pointwise(format!("gelu_approximate {n}"), &[s.dy(), s.x(0)], move |dy, x| times(dy, x[0], factor))?)
}

/// `x` above 0, `alpha x` elsewhere.
pub(super) fn leaky_relu(s: &Step) -> TractResult<()> {
    let alpha = s.operator::<ElementWiseOp>()?.0.downcast_ref::<LeakyRelu>().context("another rectifier")?.alpha;
    let factor = move |x: f32| if x > 0.0 { 1.0 } else { alpha };
    s.give(0, s.pointwise(format!("leaky_relu {alpha}"), &[s.dy(), s.x(0)], move |dy, x| times(dy, x[0], factor))?)
}
