//! Two numbers at a time.

use std::cmp::Ordering;

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::math;

use super::super::Step;
use super::activation;

/// `a / b`: `dy / b`, and `-dy y / b`.
pub(super) fn quotient(s: &Step) -> TractResult<()> {
    s.give(0, s.div(s.dy(), s.x(1))?)?;
    s.give(1, s.neg(s.div(s.mul(s.dy(), s.y())?, s.x(1))?)?)
}

/// The larger of two, the inputs in the order `[0, 1]`, or the smaller of two in the order `[1, 0]`: whichever is above
/// the other has the derivative. Where they are equal, two that vary share it, and a constant keeps it.
pub(super) fn winner(s: &Step, order: [usize; 2]) -> TractResult<()> {
    let maximum = order == [0, 1];
    for slot in 0..2 {
        let (own, other) = (s.x(slot), s.x(1 - slot));
        let derivative = match s.number(other) {
            Some(k) if maximum => {
                s.pointwise(format!("above {k}"), &[s.dy(), own], move |dy, x| gate(dy, x[0], |x| x > k))?
            }
            Some(k) => s.pointwise(format!("below {k}"), &[s.dy(), own], move |dy, x| gate(dy, x[0], |x| x < k))?,
            None => {
                let (upper, lower) = if maximum { (own, other) } else { (other, own) };
                let both_vary = s.constant(other).is_none() && s.constant(own).is_none();
                let tie = if both_vary { 0.5 } else { 0.0 };
                s.pointwise(format!("winner, {tie} of a tie"), &[s.dy(), upper, lower], move |dy, x| {
                    larger(dy, x, tie)
                })?
            }
        };
        s.give(slot, derivative)?;
    }
    Ok(())
}

/// `dy` where `x` passes, 0 elsewhere.
pub(crate) fn gate(dy: &mut [f32], x: &[f32], passes: impl Fn(f32) -> bool) {
    dy.iter_mut().zip(x).for_each(|(dy, &x)| *dy = if passes(x) { *dy } else { 0.0 });
}

fn larger(dy: &mut [f32], x: &[&[f32]], tie: f32) {
    for ((dy, upper), lower) in dy.iter_mut().zip(x[0]).zip(x[1]) {
        let share = match upper.partial_cmp(lower) {
            Some(Ordering::Greater) => 1.0,
            Some(Ordering::Equal) => tie,
            _ => 0.0,
        };
        *dy *= share;
    }
}

/// `a ^ b`: `dy b a^(b - 1)`, and `dy y ln a`, which is 0 where `a` is 0.
pub(super) fn power(s: &Step) -> TractResult<()> {
    if let Some(exponent) = s.number(s.x(1)) {
        return s.give(0, of_power(s, exponent)?);
    }
    let by_base = |dy: &mut [f32], x: &[&[f32]]| {
        for ((dy, &base), &exponent) in dy.iter_mut().zip(x[0]).zip(x[1]) {
            *dy *= slope(base, exponent);
        }
    };
    s.give(0, s.pointwise("base", &[s.dy(), s.x(0), s.x(1)], by_base)?)?;
    let by_exponent = |dy: &mut [f32], x: &[&[f32]]| {
        for ((dy, y), base) in dy.iter_mut().zip(x[0]).zip(x[1]) {
            *dy *= if *base > 0.0 { y * base.ln() } else { 0.0 };
        }
    };
    s.give(1, s.pointwise("exponent", &[s.dy(), s.y(), s.x(0)], by_exponent)?)
}

/// `x ^ k` with the exponent in the operator.
pub(super) fn constant_power(s: &Step) -> TractResult<()> {
    let power = s.operator::<ElementWiseOp>()?.0.downcast_ref::<math::PowConst>().context("another power")?;
    s.give(0, of_power(s, power.exponent)?)
}

fn of_power(s: &Step, exponent: f32) -> TractResult<OutletId> {
    let factor = move |x: f32| slope(x, exponent);
    s.pointwise(format!("power {exponent}"), &[s.dy(), s.x(0)], move |dy, x| activation::times(dy, x[0], factor))
}

/// The derivative of `x ^ k` to x: 0 for the power 0, at 0 as elsewhere.
fn slope(x: f32, k: f32) -> f32 {
    if k == 0.0 { 0.0 } else { k * x.powf(k - 1.0) }
}
