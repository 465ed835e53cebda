//! Every row of the table of rules, against differences of what it differentiates.

#![allow(clippy::unwrap_used, clippy::panic)]

mod check;
mod functions;
mod kinks;
mod places;
mod products;
mod schemes;
mod shares;
mod windows;

use std::collections::BTreeSet;

use super::rules::{RULES, Treatment};
use super::{Derivative, backward, unsupported};
use check::{Row, constant, derivatives, distinct, wire};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::array::CumSum;
use tract_onnx::tract_core::ops::math;

fn rows() -> Vec<Row> {
    [functions::rows(), places::rows(), products::rows(), shares::rows(), windows::rows()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn every_rule_is_the_derivative() {
    let wrong: Vec<String> = rows().iter().filter_map(|row| Some(format!("{:#}", row.check().err()?))).collect();
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_operator_of_the_table_has_a_row_here() {
    let rules: BTreeSet<&str> = RULES
        .iter()
        .filter(|row| matches!(row.treatment, Treatment::Rule(_)))
        .map(|row| row.operator)
        .filter(|&operator| operator != "Dropout")
        .collect();
    let tried: BTreeSet<&str> = rows().iter().map(|row| row.operator).collect();
    assert_eq!(rules, tried);
    let flat: BTreeSet<&str> =
        RULES.iter().filter(|row| matches!(row.treatment, Treatment::Flat)).map(|row| row.operator).collect();
    assert_eq!(flat, functions::flat().into_iter().map(|(operator, _)| operator).collect());
    assert_eq!(RULES.iter().map(|row| row.operator).collect::<BTreeSet<_>>().len(), RULES.len(), "names are unique");
}

#[test]
fn dropout_hands_back_what_it_is_given() -> TractResult<()> {
    use tract_onnx::prelude::*;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/transposed.onnx");
    let kept = tract_onnx::onnx().model_for_path(path)?.into_typed()?;
    assert!(kept.nodes().iter().any(|node| node.op.name() == "Dropout"));
    let dropped = super::prepare(kept.clone())?;
    assert!(dropped.nodes().iter().all(|node| node.op.name() != "Dropout"));
    let gradient = |mut graph: TypedModel| -> TractResult<Vec<f32>> {
        graph.prop_consts()?;
        let (x, y) = (graph.inputs[0], graph.outputs[0]);
        let seed = graph.add_source("seed", graph.outlet_fact(y)?.without_value())?;
        let dx = backward(&mut graph, y, seed, &[x], &Derivative)?;
        graph.select_output_outlets(&dx)?;
        let seed = ndarray::Array2::from_shape_vec((1, 2), vec![0.5f32, -2.0])?.into_tensor();
        let out = graph
            .into_optimized()?
            .into_runnable()?
            .run(tvec!(distinct(&[1, 1, 6, 7], -1.0, 1.0).into_tensor().into(), seed.into()))?;
        Ok(out[0].to_plain_array_view::<f32>()?.iter().copied().collect())
    };
    let (with, without) = (gradient(kept)?, gradient(dropped)?);
    assert_eq!(with, without);
    assert!(with.iter().any(|&value| value != 0.0));
    Ok(())
}

#[test]
fn flat_operators_have_no_derivative() -> TractResult<()> {
    for (operator, build) in functions::flat() {
        let x = distinct(&[2, 3], -2.0, 2.0);
        let row = Row::new(operator, "beside x", vec![x], 1.0, move |graph, x| {
            let flat = build(graph, x[0])?;
            let three = constant(graph, ndarray::arr2(&[[3f32]]))?;
            let scaled = wire(graph, math::mul(), &[x[0], three])?;
            wire(graph, math::add(), &[scaled, flat])
        });
        let seed = distinct(&[2, 3], -1.0, 1.0);
        let (_, found) = derivatives(&row, &seed, &Derivative)?;
        assert_eq!(found[0], seed.mapv(|value| 3.0 * value), "{operator}");
    }
    Ok(())
}

#[test]
fn a_tensor_read_many_times_sums_what_it_is_given() -> TractResult<()> {
    let row = Row::new("Add", "x + 2 x + x * x", vec![distinct(&[3], -2.0, 2.0)], 1.0, |graph, x| {
        let two = constant(graph, ndarray::arr1(&[2f32]))?;
        let double = wire(graph, math::mul(), &[two, x[0]])?;
        let square = wire(graph, math::mul(), &[x[0], x[0]])?;
        let sum = wire(graph, math::add(), &[x[0], double])?;
        wire(graph, math::add(), &[sum, square])
    });
    row.check()
}

#[test]
fn what_has_no_rule_is_named() -> TractResult<()> {
    let mut graph = TypedModel::default();
    let x = graph.add_source("x", f32::fact([2, 3]))?;
    let sum = graph.wire_node("running sum", CumSum { axis: 1, exclusive: false, reverse: false }, &[x])?[0];
    graph.select_output_outlets(&[sum])?;
    let seed = graph.add_source("seed", f32::fact([2, 3]))?;
    let missing = unsupported(&graph, x, sum)?;
    assert_eq!(missing, ["running sum [CumSum]"]);
    let error = backward(&mut graph, sum, seed, &[x], &Derivative).unwrap_err();
    assert_eq!(error.to_string(), "no rule for running sum [CumSum]");
    let error = backward(&mut graph.clone(), seed, seed, &[x], &Derivative).unwrap_err().to_string();
    assert!(error.contains("does not depend on"), "{error}");
    Ok(())
}

#[test]
fn what_a_flat_operator_hides_needs_no_rule() -> TractResult<()> {
    let row = Row::new("Sign", "of a running sum", vec![distinct(&[2, 3], -2.0, 2.0)], 1.0, |graph, x| {
        let sum = wire(graph, CumSum { axis: 1, exclusive: false, reverse: false }, &[x[0]])?;
        let sign = wire(graph, math::sign(), &[sum])?;
        let y = wire(graph, math::add(), &[x[0], sign])?;
        graph.select_output_outlets(&[y])?;
        assert_eq!(unsupported(graph, x[0], y)?, Vec::<String>::new());
        Ok(y)
    });
    let seed = distinct(&[2, 3], -1.0, 1.0);
    assert_eq!(derivatives(&row, &seed, &Derivative)?.1[0], seed);
    Ok(())
}
