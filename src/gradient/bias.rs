//! The biases of a graph.

use ndarray::{ArrayD, IxDyn};
use tract_onnx::tract_core::internal::*;

/// Outlets between two others to which a constant other than 0 was added, each with that constant in its own shape:
/// the outputs of convolutions with a bias, and of sums and differences with a constant.
pub fn biases(graph: &TypedModel, from: OutletId, to: OutletId) -> TractResult<Vec<(OutletId, ArrayD<f32>)>> {
    let order = graph.eval_order()?;
    let mut follows = vec![false; graph.nodes().len()];
    follows[from.node] = true;
    for node in order.iter().map(|&node| graph.node(node)) {
        follows[node.id] |= node.inputs.iter().any(|input| follows[input.node]);
    }
    let mut leads = vec![false; graph.nodes().len()];
    leads[to.node] = true;
    for node in order.iter().rev().map(|&node| graph.node(node)) {
        if leads[node.id] {
            node.inputs.iter().for_each(|input| leads[input.node] = true);
        }
    }
    let mut found = vec![];
    for node in order.into_iter().map(|node| graph.node(node)).filter(|node| follows[node.id]) {
        let outlet = OutletId::new(node.id, 0);
        let Some(shape) = graph.outlet_fact(outlet)?.shape.as_concrete() else { continue };
        let constant = |slot: usize| {
            let constant = graph.outlet_fact(node.inputs[slot]).ok()?.konst.clone()?;
            Some(constant.cast_to::<f32>().ok()?.to_plain_array_view::<f32>().ok()?.to_owned())
        };
        let bias: Option<ArrayD<f32>> = match &*node.op.name() {
            "Conv" | "Deconv" => constant(2).map(|bias| {
                let mut along = vec![1; shape.len()];
                along[1] = bias.len();
                bias.into_shape_with_order(IxDyn(&along)).unwrap_or_default()
            }),
            "Add" => constant(0).or_else(|| constant(1)),
            "Sub" => constant(1).map(|bias| -bias).or_else(|| constant(0)),
            _ => None,
        };
        let bias = bias.and_then(|bias| bias.broadcast(shape).map(|bias| bias.to_owned()));
        if let Some(bias) = bias.filter(|bias| leads[node.id] && bias.iter().any(|&value| value != 0.0)) {
            found.push((outlet, bias));
        }
    }
    Ok(found)
}
