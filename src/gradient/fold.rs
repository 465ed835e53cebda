//! Batch normalisation folded into the layer before it: `(W x + b) m + a` is `(m W) x + (m b + a)`.
//!
//! Relevance must see such a pair as the one layer that it is (Guillemot et al. 2020, arXiv:2002.11018).

use ndarray::{Array1, ArrayD, Axis};
use tract_onnx::tract_core::internal::*;

/// Folds constants multiplied and added to each channel into the convolution before them, and numbers multiplied into
/// the matrix product before them. Nodes keep their numbers; what was folded is no longer read.
pub fn fold(graph: &mut TypedModel) -> TractResult<()> {
    for id in graph.eval_order()? {
        let node = graph.node(id).clone();
        match &*node.op.name() {
            "Conv" => fold_convolution(graph, &node)?,
            "EinSum" => fold_product(graph, &node)?,
            _ => {}
        }
    }
    Ok(())
}

fn fold_convolution(graph: &mut TypedModel, node: &TypedNode) -> TractResult<()> {
    let (Some(kernel), Some(bias)) = (floats(graph, node.inputs[1]), floats(graph, node.inputs[2])) else {
        return Ok(());
    };
    let Some(&[_, channels, ..]) = node.outputs[0].fact.shape.as_concrete() else { return Ok(()) };
    let (mut scale, mut shift) = (Array1::<f32>::ones(channels), Array1::<f32>::zeros(channels));
    shift.iter_mut().zip(bias.iter().cycle()).for_each(|(shift, bias)| *shift = *bias);
    let mut end = OutletId::new(node.id, 0);
    while let Some((next, operator, constant)) = followed_by(graph, end) {
        let Some(of_channel) = of_channel(&constant, channels) else { break };
        match &*operator {
            "Mul" => {
                scale *= &of_channel;
                shift *= &of_channel;
            }
            "Div" => {
                scale /= &of_channel;
                shift /= &of_channel;
            }
            "Add" => shift += &of_channel,
            _ => shift -= &of_channel,
        }
        end = next;
    }
    if end.node == node.id {
        return Ok(());
    }
    let mut weights = kernel;
    weights.axis_iter_mut(Axis(0)).zip(&scale).for_each(|(mut filter, &scale)| filter *= scale);
    replace(graph, node, end, &[(1, weights), (2, shift.into_dyn())])
}

fn fold_product(graph: &mut TypedModel, node: &TypedNode) -> TractResult<()> {
    let weights = node.inputs.iter().enumerate().find_map(|(slot, &input)| Some((slot, floats(graph, input)?)));
    let next =
        followed_by(graph, OutletId::new(node.id, 0)).filter(|(_, name, factor)| name == "Mul" && factor.len() == 1);
    let (Some((slot, weights)), Some((end, _, factor))) = (weights, next) else { return Ok(()) };
    replace(graph, node, end, &[(slot, weights * factor.sum())])
}

/// The only reader of an outlet, if it does arithmetic with a constant: its output, its operator, and the constant.
fn followed_by(graph: &TypedModel, outlet: OutletId) -> Option<(OutletId, String, ArrayD<f32>)> {
    let &[reader] = graph.outlet_successors(outlet) else { return None };
    let node = graph.node(reader.node);
    let name = node.op.name().into_owned();
    let either_way = matches!(name.as_str(), "Mul" | "Add");
    if graph.outputs.contains(&outlet) || !(either_way || (matches!(name.as_str(), "Sub" | "Div") && reader.slot == 0))
    {
        return None;
    }
    Some((OutletId::new(node.id, 0), name, floats(graph, node.inputs[1 - reader.slot])?))
}

/// One value a channel, from a constant that is the same in all places.
fn of_channel(constant: &ArrayD<f32>, channels: usize) -> Option<Array1<f32>> {
    let alike = constant.shape().iter().enumerate().all(|(axis, &side)| side == 1 || (axis == 1 && side == channels));
    match constant.len() {
        1 => Some(Array1::from_elem(channels, constant.sum())),
        length if length == channels && constant.ndim() == 4 && alike => Some(constant.iter().copied().collect()),
        _ => None,
    }
}

/// The node once more with other constants, read by those who read `end`.
fn replace(graph: &mut TypedModel, node: &TypedNode, end: OutletId, with: &[(usize, ArrayD<f32>)]) -> TractResult<()> {
    let mut inputs = node.inputs.clone();
    for (slot, values) in with {
        inputs[*slot] = graph.add_const(format!("folded:{}/{slot}", node.name), values.clone().into_tensor())?;
    }
    let readers = graph.outlet_successors(end).to_vec();
    let folded = graph.wire_node(format!("folded:{}", node.name), node.op.clone(), &inputs)?[0];
    for reader in readers {
        graph.add_edge(folded, reader)?;
    }
    Ok(())
}

fn floats(graph: &TypedModel, outlet: OutletId) -> Option<ArrayD<f32>> {
    let constant = graph.outlet_fact(outlet).ok()?.konst.clone()?;
    Some(constant.cast_to::<f32>().ok()?.to_plain_array_view::<f32>().ok()?.to_owned())
}
