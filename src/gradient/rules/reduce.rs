//! Many values to one.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::nn::{Reduce, Reducer};

use super::super::Step;

/// Mean of squares: `2 x dy / n`.
pub(super) fn mean_of_squares(s: &Step) -> TractResult<()> {
    let (shape, axes) = (s.shape(s.x(0))?, &s.operator::<Reduce>()?.axes);
    let count: usize = axes.iter().map(|&axis| shape[axis]).product();
    s.give(0, s.scale(s.mul(s.x(0), s.dy())?, 2.0 / count as f32)?)
}

/// The largest or smallest value: shared evenly by all that are equal to it.
pub(super) fn extreme(s: &Step) -> TractResult<()> {
    let axes = s.operator::<Reduce>()?.axes.clone();
    let equal = |x: &mut [f32], y: &[&[f32]]| {
        x.iter_mut().zip(y[0]).for_each(|(x, y)| *x = f32::from(u8::from(*x == *y)));
    };
    let winners = s.pointwise("equal", &[s.x(0), s.y()], equal)?;
    s.give(0, s.mul(winners, s.div(s.dy(), s.sum(winners, &axes)?)?)?)
}

/// The product: `dy` times the product of the others, zeros among them or not.
pub(super) fn product(s: &Step) -> TractResult<()> {
    let axes = s.operator::<Reduce>()?.axes.clone();
    let zero = s.pointwise("zero", &[s.x(0)], |x, _| x.iter_mut().for_each(|x| *x = f32::from(u8::from(*x == 0.0))))?;
    let filled = s.add(s.x(0), zero)?;
    let whole = s.wire(Reduce::new(axes.clone(), Reducer::Prod), &[filled])?;
    let others_zero = s.sub(s.sum(zero, &axes)?, zero)?;
    let none = |zeros: &mut [f32], _: &[&[f32]]| {
        zeros.iter_mut().for_each(|zeros| *zeros = f32::from(u8::from(*zeros == 0.0)));
    };
    let alive = s.pointwise("zero", &[others_zero], none)?;
    s.give(0, s.mul(s.mul(s.div(whole, filled)?, alive)?, s.dy())?)
}
