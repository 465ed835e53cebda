//! The spatial layers of a network: tensors of shape (1, channels, rows, columns) with more than one place.

use std::path::Path;

use tract_onnx::prelude::{OutletId, TypedModel};

use super::load;
use crate::error::Result;

/// A spatial layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The name of the tensor in the ONNX file, or that of the node which makes it.
    pub name: String,
    /// The operator that makes it.
    pub operator: String,
    /// (channels, rows, columns).
    pub shape: (usize, usize, usize),
}

/// Every spatial layer of an ONNX file, in the order of evaluation.
pub fn list_layers(path: &Path) -> Result<Vec<Layer>> {
    let listed = || {
        load::hash(path)?;
        let (typed, _) = load::typed(path)?;
        let order = typed.eval_order().map_err(|cause| load::unsupported("the graph has no order", &cause))?;
        let outlets = order.into_iter().flat_map(|node| {
            (0..typed.node(node).outputs.len()).map(move |slot| OutletId::new(node, slot)).collect::<Vec<_>>()
        });
        let layer = |outlet: OutletId| {
            let constant = typed.outlet_fact(outlet).map_or(true, |fact| fact.konst.is_some());
            let shape = spatial(&typed, outlet).filter(|_| !constant)?;
            let operator = typed.node(outlet.node).op.name().into_owned();
            Some(Layer { name: name(&typed, outlet), operator, shape })
        };
        Ok(outlets.filter_map(layer).collect())
    };
    listed().map_err(|error: crate::error::Error| error.at(path.display()))
}

/// (channels, rows, columns) of a tensor of four dimensions with more than one place, `None` for any other.
pub(super) fn spatial(typed: &TypedModel, outlet: OutletId) -> Option<(usize, usize, usize)> {
    match typed.outlet_fact(outlet).ok()?.shape.as_concrete()? {
        &[1, channels, rows, columns] if rows * columns > 1 => Some((channels, rows, columns)),
        _ => None,
    }
}

/// The ONNX name of a tensor where the file gives one, else the name of its node.
pub(super) fn name(typed: &TypedModel, outlet: OutletId) -> String {
    typed.outlet_label(outlet).unwrap_or(&typed.node(outlet.node).name).to_owned()
}
