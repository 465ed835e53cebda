//! What is handed back where a function has no derivative.

use ndarray::{ArrayD, arr1};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::math;

use super::super::{Deconvolution, Derivative, Guided, Scheme, rectifiers};
use super::check::{Row, constant, derivatives, wire};

fn vector(values: [f32; 4]) -> ArrayD<f32> {
    arr1(&values).into_dyn()
}

const X: [f32; 4] = [-1.0, 2.0, 2.0, 3.0];
const SEED: [f32; 4] = [1.0, 2.0, 4.0, 8.0];

/// What a scheme hands back to the inputs of the larger (or smaller) of x and another tensor.
fn larger(
    maximum: bool,
    other: &'static [f32],
    varies: bool,
    first: bool,
    scheme: &dyn Scheme,
) -> TractResult<Vec<ArrayD<f32>>> {
    let other = arr1(other).into_dyn();
    let inputs = if varies { vec![vector(X), other.clone()] } else { vec![vector(X)] };
    let row = Row::new("Max", "", inputs, 1.0, move |graph, x| {
        let other = if varies { x[1] } else { constant(graph, other.clone())? };
        let inputs = if first { [other, x[0]] } else { [x[0], other] };
        wire(graph, if maximum { math::max() } else { math::min() }, &inputs)
    });
    Ok(derivatives(&row, &vector(SEED), scheme)?.1)
}

#[test]
fn at_a_tie_a_constant_keeps_the_derivative_and_two_that_vary_share_it() -> TractResult<()> {
    for first in [false, true] {
        let found = |maximum, other, varies| larger(maximum, other, varies, first, &Derivative);
        assert_eq!(found(true, &[2.0], false)?, [vector([0.0, 0.0, 0.0, 8.0])]);
        assert_eq!(found(false, &[2.0], false)?, [vector([1.0, 0.0, 0.0, 0.0])]);
        assert_eq!(found(true, &[0.0, 2.0, 1.0, 3.0], false)?, [vector([0.0, 0.0, 4.0, 0.0])]);
        assert_eq!(found(false, &[0.0, 2.0, 1.0, 4.0], false)?, [vector([1.0, 0.0, 0.0, 8.0])]);
        let other: &[f32] = &[0.0, 2.0, 1.0, 5.0];
        assert_eq!(found(true, other, true)?, [vector([0.0, 1.0, 4.0, 0.0]), vector([1.0, 1.0, 0.0, 8.0])]);
        assert_eq!(found(false, other, true)?, [vector([1.0, 1.0, 0.0, 8.0]), vector([0.0, 1.0, 4.0, 0.0])]);
    }
    Ok(())
}

#[test]
fn guided_backpropagation_and_deconvolution_change_rectifiers_only() -> TractResult<()> {
    let x = arr1(&[-1f32, 0.0, 1.0, 2.0, -3.0]).into_dyn();
    let seed = arr1(&[1f32, 2.0, -3.0, 4.0, -5.0]).into_dyn();
    let found = |limit: f32, first: bool, scheme: &dyn Scheme| -> TractResult<Vec<f32>> {
        let row = Row::new("Max", "", vec![x.clone()], 1.0, move |graph, x| {
            let limit = constant(graph, arr1(&[limit]))?;
            wire(graph, math::max(), &if first { [limit, x[0]] } else { [x[0], limit] })
        });
        Ok(derivatives(&row, &seed, scheme)?.1[0].iter().copied().collect())
    };
    for first in [false, true] {
        assert_eq!(found(0.0, first, &Derivative)?, [0.0, 0.0, -3.0, 4.0, 0.0]);
        assert_eq!(found(0.0, first, &Guided)?, [0.0, 0.0, 0.0, 4.0, 0.0]);
        assert_eq!(found(0.0, first, &Deconvolution)?, [1.0, 2.0, 0.0, 4.0, 0.0]);
        for scheme in [&Guided as &dyn Scheme, &Deconvolution] {
            assert_eq!(found(-2.0, first, scheme)?, found(-2.0, first, &Derivative)?);
        }
    }
    Ok(())
}

#[test]
fn rectifiers_are_counted() -> TractResult<()> {
    let mut graph = TypedModel::default();
    let x = graph.add_source("x", f32::fact([3]))?;
    assert_eq!(rectifiers(&graph), 0);
    let (zero, two) = (constant(&mut graph, arr1(&[0f32]))?, constant(&mut graph, arr1(&[2f32]))?);
    let x = wire(&mut graph, math::max(), &[x, zero])?;
    let x = wire(&mut graph, math::min(), &[x, zero])?;
    let x = wire(&mut graph, math::max(), &[two, x])?;
    assert_eq!(rectifiers(&graph), 1);
    wire(&mut graph, math::max(), &[zero, x])?;
    assert_eq!(rectifiers(&graph), 2);
    Ok(())
}
