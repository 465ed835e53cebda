//! What is simplified before a graph is differentiated, and nothing more: every other node keeps its ONNX name.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::array::StridedSlice;

/// Folds constants, turns slices with constant bounds into plain ones, and drops dropout.
pub fn prepare(mut graph: TypedModel) -> TractResult<TypedModel> {
    graph.prop_consts()?;
    for id in 0..graph.nodes().len() {
        let node = graph.node(id).clone();
        if node.op_is::<StridedSlice>() || node.op.name() == "Dropout" {
            if let Some(patch) = node.op.declutter(&graph, &node)? {
                patch.apply(&mut graph)?;
            }
        }
    }
    graph.into_compact()
}
