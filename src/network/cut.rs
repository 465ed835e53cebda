//! A network cut in two at a layer: the trunk is run once, the head as often as needed.
//!
//! Class activation maps need the derivative of the explained number to one late layer, and ablation asks for the number
//! with a channel of it left out: neither needs the rest of the network again.

use std::collections::BTreeSet;
use std::sync::Arc;

use ndarray::{Array3, Array4};
use tract_onnx::prelude::{IntoRunnable, OutletId, TypedModel, TypedSimplePlan};
use tract_onnx::tract_core::internal::*;

use super::layers::Layer;
use super::objective::Objective;
use super::pass::{Pass, Way};
use super::{Network, load};
use crate::error::{Error, Result};

/// A network cut at a layer.
pub struct Cut {
    /// The layer.
    pub layer: Layer,
    trunk: Arc<TypedSimplePlan>,
    head: Arc<TypedSimplePlan>,
    back: Pass,
}

/// What the trunk answers to a picture: the tensors that cross the cut, the layer's first.
#[derive(Debug, Clone)]
pub struct Crossing {
    tensors: Vec<Tensor>,
}

impl Network {
    /// The network cut at a layer, for the number that an objective explains.
    pub fn cut(&self, layer: &Layer, objective: &Objective) -> Result<Arc<Cut>> {
        self.check_rules(layer.outlet, objective.place)?;
        let key = (layer.outlet, objective.place, objective.form);
        self.cached(&self.cuts, &key, || {
            let unsupported = |cause| load::unsupported("the network cannot be cut at this layer", &cause);
            Cut::new(&self.typed, layer, objective).map(Arc::new).map_err(|cause| unsupported(cause).at(&self.place))
        })
    }
}

impl Cut {
    fn new(typed: &TypedModel, layer: &Layer, objective: &Objective) -> TractResult<Cut> {
        let crossing = crossing(typed, layer.outlet)?;
        let mut trunk = typed.clone();
        trunk.select_output_outlets(&crossing)?;
        let (mut head, source) = head(typed, &crossing)?;
        let back = Pass::build(&head, objective, &[source], &Way::Gradient)?;
        head.select_output_outlets(&[objective.place])?;
        let runnable = |graph: TypedModel| graph.into_optimized()?.into_runnable();
        Ok(Cut { layer: layer.clone(), trunk: runnable(trunk)?, head: runnable(head)?, back })
    }

    /// What the trunk answers to an input of shape (1, channels, rows, columns).
    pub fn trunk(&self, input: &Array4<f32>) -> Result<Crossing> {
        let tensors = self.trunk.run(tvec!(input.clone().into_tensor().into())).map_err(unusable)?;
        Ok(Crossing { tensors: tensors.into_iter().map(TValue::into_tensor).collect() })
    }

    /// The layer's activations, shape (channels, rows, columns).
    pub fn activations(&self, crossing: &Crossing) -> Result<Array3<f32>> {
        let values = crossing.tensors[0].to_plain_array_view::<f32>().map_err(unusable)?;
        self.layer.layout.maps(&values, self.layer.shape)
    }

    /// The explained number that the head makes of what crosses the cut.
    pub fn value(&self, crossing: &Crossing, objective: &Objective) -> Result<f64> {
        let inputs = crossing.tensors.iter().map(|tensor| tensor.clone().into_tvalue()).collect();
        let values = self.head.run(inputs).map_err(unusable)?;
        let values = values[0].to_plain_array_view::<f32>().map_err(unusable)?;
        objective.value(&values.iter().copied().collect::<Vec<f32>>())
    }

    /// The explained number, and its derivative to the layer's activations, shape (channels, rows, columns).
    pub fn gradient(&self, crossing: &Crossing, objective: &Objective) -> Result<(f64, Array3<f32>)> {
        let (value, derivatives) = self.back.run(crossing.tensors.clone(), objective)?;
        Ok((value, self.layer.layout.maps(&derivatives[0].view(), self.layer.shape)?))
    }

    /// The same crossing with other activations of the layer; what the layer's tensor holds beside maps (a class token)
    /// stays.
    pub fn replaced(&self, crossing: &Crossing, activations: &Array3<f32>) -> Result<Crossing> {
        let mut tensors = crossing.tensors.clone();
        let mut values = tensors[0].to_plain_array_view::<f32>().map_err(unusable)?.to_owned();
        self.layer.layout.write(activations, &mut values);
        tensors[0] = values.into_tensor();
        Ok(Crossing { tensors })
    }
}

fn unusable(cause: TractError) -> Error {
    load::unsupported("the network cannot be run on this picture", &cause)
}

/// The tensors that the part after a layer reads from the part before it: the layer, then the others.
fn crossing(typed: &TypedModel, layer: OutletId) -> TractResult<Vec<OutletId>> {
    let mut after: BTreeSet<OutletId> = BTreeSet::from([layer]);
    let mut crossing = vec![layer];
    for node in typed.eval_order()?.into_iter().map(|node| typed.node(node)) {
        if !node.inputs.iter().any(|input| after.contains(input)) {
            continue;
        }
        after.extend((0..node.outputs.len()).map(|slot| OutletId::new(node.id, slot)));
        for &input in &node.inputs {
            if !after.contains(&input) && typed.outlet_fact(input)?.konst.is_none() && !crossing.contains(&input) {
                crossing.push(input);
            }
        }
    }
    Ok(crossing)
}

/// The graph with inputs in place of what crosses the cut, and the first of them. Nodes keep their numbers.
fn head(typed: &TypedModel, crossing: &[OutletId]) -> TractResult<(TypedModel, OutletId)> {
    let mut graph = typed.clone();
    let mut sources = vec![];
    for (at, &outlet) in crossing.iter().enumerate() {
        let fact = graph.outlet_fact(outlet)?.without_value();
        let source = graph.add_source(format!("cut {at}"), fact)?;
        for reader in graph.outlet_successors(outlet).to_vec() {
            graph.add_edge(source, reader)?;
        }
        sources.push(source);
    }
    graph.set_input_outlets(&sources)?;
    Ok((graph, sources[0]))
}
