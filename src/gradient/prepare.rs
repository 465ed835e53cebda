//! What is simplified before a graph is differentiated, and nothing more: every other node keeps its ONNX name.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::Downsample;
use tract_onnx::tract_core::ops::array::{Gather, StridedSlice};

/// Folds constants, turns slices with constant bounds into plain ones, and drops dropout.
///
/// A slice with steps becomes a selection by constant places: tract's own operator for it cannot always be moved past
/// the change of shape that follows.
pub fn prepare(mut graph: TypedModel) -> TractResult<TypedModel> {
    graph.prop_consts()?;
    for id in 0..graph.nodes().len() {
        let node = graph.node(id).clone();
        if (node.op_is::<StridedSlice>() || node.op.name() == "Dropout")
            && let Some(patch) = node.op.declutter(&graph, &node)?
        {
            patch.apply(&mut graph)?;
        }
    }
    for id in 0..graph.nodes().len() {
        let node = graph.node(id).clone();
        if let Some(steps) = node.op_as::<Downsample>() {
            select(&mut graph, &node, steps)?;
        }
    }
    graph.into_compact()
}

/// Every `stride`-th place along an axis, as a selection.
fn select(graph: &mut TypedModel, node: &TypedNode, steps: &Downsample) -> TractResult<()> {
    let before = graph.outlet_fact(node.inputs[0])?.shape[steps.axis].to_i64()?;
    let count = node.outputs[0].fact.shape[steps.axis].to_i64()?;
    let (stride, start) = (steps.stride as i64, steps.modulo as i64);
    let first = if stride > 0 { start } else { before - 1 - start };
    let places: Vec<i64> = (0..count).map(|at| first + at * stride).collect();
    let places = graph.add_const(format!("{}.places", node.name), tensor1(&places))?;
    let readers = node.outputs[0].successors.clone();
    let selected =
        graph.wire_node(format!("{}.selected", node.name), Gather::new(steps.axis), &[node.inputs[0], places])?;
    for reader in readers {
        graph.add_edge(selected[0], reader)?;
    }
    Ok(())
}
