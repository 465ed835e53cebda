//! The walk from the output back to where derivatives are wanted.

use std::collections::{BTreeMap, BTreeSet};

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::math;

use super::rules::{Treatment, treatment};
use super::step::PREFIX;
use super::{Scheme, Step};

/// Adds to the graph what computes the derivative of `⟨seed, output⟩` to each outlet of `wanted`, and returns its outlets.
///
/// `seed` has the shape of `output`. The error names every node on the way whose operator has no rule, or says which of
/// the wanted outlets the output does not depend on.
pub fn backward(
    graph: &mut TypedModel,
    output: OutletId,
    seed: OutletId,
    wanted: &[OutletId],
    scheme: &dyn Scheme,
) -> TractResult<Vec<OutletId>> {
    let order = graph.eval_order()?;
    let depends = dependants(graph, &order, wanted);
    let mut given: BTreeMap<OutletId, Vec<OutletId>> = BTreeMap::from([(output, vec![seed])]);
    let mut derivatives = BTreeMap::new();
    let mut missing = vec![];
    for node in order.into_iter().rev() {
        let node = graph.node(node).clone();
        let mut handed = None;
        for slot in 0..node.outputs.len() {
            let outlet = OutletId::new(node.id, slot);
            let Some(parts) = given.remove(&outlet) else { continue };
            let sum = total(graph, &format!("{PREFIX}{}/{slot}", node.name), &parts)?;
            derivatives.insert(outlet, sum);
            handed = Some((slot, sum));
        }
        let Some((slot, dy)) = handed.filter(|_| node.inputs.iter().any(|input| depends.contains(input))) else {
            continue;
        };
        if slot > 0 {
            missing.push(format!("{} [{}, output {slot}]", node.name, node.op.name()));
            continue;
        }
        let label = format!("{} [{}]", node.name, node.op.name());
        let step = Step::new(graph, node, dy);
        match hand_back(&step, scheme) {
            Ok(true) => {}
            Ok(false) => missing.push(label),
            Err(cause) => missing.push(format!("{label} ({cause:#})")),
        }
        for (outlet, derivative) in step.given().into_iter().filter(|(outlet, _)| depends.contains(outlet)) {
            given.entry(outlet).or_default().push(derivative);
        }
    }
    ensure!(missing.is_empty(), "no rule for {}", missing.join("; "));
    let derivative = |outlet: &OutletId| {
        derivatives.get(outlet).copied().with_context(|| format!("the output does not depend on {outlet:?}"))
    };
    wanted.iter().map(derivative).collect()
}

/// Nodes between `from` and `to` whose operator has no rule, as "name [operator]".
pub fn unsupported(graph: &TypedModel, from: OutletId, to: OutletId) -> TractResult<Vec<String>> {
    let order = graph.eval_order()?;
    let depends = dependants(graph, &order, &[from]);
    let mut reached = BTreeSet::from([to]);
    let mut missing = vec![];
    for node in order.into_iter().rev().map(|node| graph.node(node)) {
        let inputs: Vec<OutletId> = node.inputs.iter().copied().filter(|input| depends.contains(input)).collect();
        if inputs.is_empty() || !reached.contains(&OutletId::new(node.id, 0)) {
            continue;
        }
        match treatment(&node.op.name()) {
            None => missing.push(format!("{} [{}]", node.name, node.op.name())),
            Some(Treatment::Flat) => {}
            Some(Treatment::Rule(_)) => reached.extend(inputs),
        }
    }
    Ok(missing)
}

/// Whether the step was done.
fn hand_back(step: &Step, scheme: &dyn Scheme) -> TractResult<bool> {
    if scheme.step(step)? {
        return Ok(true);
    }
    match treatment(&step.node.op.name()) {
        Some(Treatment::Rule(rule)) => rule(step).map(|()| true),
        Some(Treatment::Flat) => Ok(true),
        None => Ok(false),
    }
}

/// Outlets that depend on one of `wanted`, which they include.
fn dependants(graph: &TypedModel, order: &[usize], wanted: &[OutletId]) -> BTreeSet<OutletId> {
    let mut depends: BTreeSet<OutletId> = wanted.iter().copied().collect();
    for node in order.iter().map(|&node| graph.node(node)) {
        if node.inputs.iter().any(|input| depends.contains(input)) {
            depends.extend((0..node.outputs.len()).map(|slot| OutletId::new(node.id, slot)));
        }
    }
    depends
}

fn total(graph: &mut TypedModel, name: &str, parts: &[OutletId]) -> TractResult<OutletId> {
    let mut sum = parts[0];
    for (at, &part) in parts.iter().enumerate().skip(1) {
        sum = graph.wire_node(format!("{name}+{at}"), math::add(), &[sum, part])?[0];
    }
    Ok(sum)
}
