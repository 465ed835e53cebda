//! Networks whose weights are drawn anew, from the output towards the input: the sanity check of Adebayo et al. 2018
//! (NeurIPS, arXiv:1810.03292), in its cascading form.
//!
//! A layer is an operator with a constant array of weights: the kernels of a convolution, the matrix of a dense layer.
//! Its weights become draws of N(mean, sd²), mean and sd being those of the weights that it had, so that activations
//! keep their scale. Adebayo et al. draw from the initialiser of the training code, which an ONNX file does not name.
//! Biases, and the gain and shift of a normalisation, are kept. Draws of a layer depend on the seed and on its place
//! counted from the output, so what is drawn for few layers is part of what is drawn for many.

use std::collections::BTreeMap;
use std::sync::Arc;

use ndarray::ArrayD;
use rand_distr::{Distribution, StandardNormal};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::{TypedNode, TypedOp};
use tract_onnx::tract_core::ops::cnn::{Conv, Deconv};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::konst::Const;
use tract_onnx::tract_core::ops::source::TypedSource;

use super::{Network, load};
use crate::error::Result;
use crate::seed::Seed;

impl Network {
    /// Number of layers with weights.
    pub fn weight_layers(&self) -> Result<usize> {
        layers(&self.typed).map(|layers| layers.len()).map_err(|error| error.at(&self.place))
    }

    /// The same network with the weights of the last `count` layers drawn anew; of all of them where there are fewer.
    pub fn randomised(&self, count: usize, seed: Seed) -> Result<Network> {
        let refused = |cause: TractError| {
            load::unsupported("the network cannot be prepared with random weights", &cause).at(&self.place)
        };
        let mut drawn = BTreeMap::new();
        for (at, node) in layers(&self.typed)?.into_iter().take(count).enumerate() {
            let weights = constant(self.typed.node(node)).map(|weights| draw(weights, seed, at)).transpose();
            drawn.extend(weights.map_err(refused)?.map(|weights| (node, weights)));
        }
        let typed = with_constants(&self.typed, &drawn).map_err(refused)?;
        let (input, units) = (self.input.clone(), self.units.clone());
        Network::new(typed, input, self.size, units, self.hash.clone(), self.place.clone())
    }
}

/// The nodes that hold the weights of the layers, those nearest to the output first; each once.
fn layers(typed: &TypedModel) -> Result<Vec<usize>> {
    let order = typed.eval_order().map_err(|cause| load::unsupported("the graph has no order", &cause))?;
    let mut found = Vec::new();
    for node in order.into_iter().rev() {
        found.extend(weights_of(typed, typed.node(node)).filter(|weights| !found.contains(weights)));
    }
    Ok(found)
}

/// The node that holds the weights of a layer, `None` where an operator has none.
fn weights_of(typed: &TypedModel, node: &TypedNode) -> Option<usize> {
    let slots: &[usize] = match node {
        _ if node.op_is::<Conv>() || node.op_is::<Deconv>() => &[1],
        _ if node.op_is::<EinSum>() => &[0, 1],
        _ => return None,
    };
    slots.iter().find_map(|&slot| held(typed, *node.inputs.get(slot)?))
}

/// The constant behind an input, through operators of one input that only change its layout.
fn held(typed: &TypedModel, mut outlet: OutletId) -> Option<usize> {
    loop {
        let node = typed.node(outlet.node);
        if let Some(weights) = constant(node) {
            let is_array = weights.shape().iter().filter(|&&size| size > 1).count() > 0 && weights.rank() > 1;
            return (is_array && weights.datum_type().is_float()).then_some(node.id);
        }
        let [before] = node.inputs[..] else { return None };
        outlet = before;
    }
}

fn constant(node: &TypedNode) -> Option<&Arc<Tensor>> {
    node.op_as::<Const>().map(Const::val)
}

/// Normal draws with the mean and standard deviation of some weights, of their shape and type.
fn draw(weights: &Arc<Tensor>, seed: Seed, layer: usize) -> TractResult<Arc<Tensor>> {
    let cast = weights.cast_to::<f32>()?;
    let values = cast.to_plain_array_view::<f32>()?;
    let count = values.len().max(1) as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let sd = (values.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count).sqrt();
    let mut generator = seed.stream("layer", layer as u64);
    let mut normal = || -> f64 { StandardNormal.sample(&mut generator) };
    let drawn = ArrayD::from_shape_simple_fn(values.raw_dim(), || (mean + sd * normal()) as f32);
    Ok(drawn.into_tensor().cast_to_dt(weights.datum_type())?.into_owned().into_arc_tensor())
}

/// The graph wired anew with other values in some of its constants, so that every fact follows from them.
fn with_constants(typed: &TypedModel, drawn: &BTreeMap<usize, Arc<Tensor>>) -> TractResult<TypedModel> {
    let mut model = TypedModel { symbols: typed.symbols.clone(), ..TypedModel::default() };
    let mut wired: BTreeMap<OutletId, OutletId> = BTreeMap::new();
    for &input in &typed.inputs {
        let source = model.add_source(typed.node(input.node).name.clone(), typed.outlet_fact(input)?.clone())?;
        wired.insert(input, source);
    }
    for id in typed.eval_order()? {
        let node = typed.node(id);
        if node.op_is::<TypedSource>() {
            continue;
        }
        let inputs: TVec<OutletId> = node.inputs.iter().filter_map(|input| wired.get(input).copied()).collect();
        let op: Box<dyn TypedOp> = match drawn.get(&id) {
            Some(weights) => Box::new(Const::new(weights.clone())?),
            None => node.op.clone(),
        };
        for (slot, outlet) in model.wire_node(&node.name, op, &inputs)?.into_iter().enumerate() {
            let from = OutletId::new(id, slot);
            if let Some(label) = typed.outlet_label(from) {
                model.set_outlet_label(outlet, label.to_owned())?;
            }
            wired.insert(from, outlet);
        }
    }
    let outputs: TVec<OutletId> = typed.outputs.iter().filter_map(|output| wired.get(output).copied()).collect();
    model.select_output_outlets(&outputs)?;
    Ok(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Explained;
    use crate::network::fixtures::{dense, linear, picture, pool};
    use crate::stats::correlate::pearson;

    #[test]
    fn no_layer_drawn_anew_leaves_every_score_and_each_further_layer_changes_them() -> Result<()> {
        for (network, layers, shown) in
            [(pool()?, 2, picture(8, 10, 1)?), (dense()?, 3, picture(6, 7, 3)?), (linear()?, 1, picture(24, 32, 1)?)]
        {
            assert_eq!(network.weight_layers()?, layers);
            let scores = |count: usize| network.randomised(count, Seed(3)).and_then(|other| other.scores(&shown));
            assert_eq!(scores(0)?, network.scores(&shown)?);
            for count in 0..layers {
                assert_ne!(scores(count)?, scores(count + 1)?, "{count}");
            }
            assert_eq!(scores(layers)?, scores(layers + 7)?);
            assert_eq!(scores(1)?, scores(1)?);
            assert_ne!(network.randomised(1, Seed(4))?.scores(&shown)?, scores(1)?);
        }
        Ok(())
    }

    #[test]
    fn the_layer_nearest_to_the_output_is_drawn_first() -> Result<()> {
        let (network, shown) = (pool()?, picture(8, 10, 1)?);
        let activations = |network: &Network| {
            let cut = network.cut(&network.last_layer()?, &network.objective(&Explained::Margin, 0)?)?;
            cut.activations(&cut.trunk(&network.input(&shown)?)?)
        };
        assert_eq!(activations(&network.randomised(1, Seed(3))?)?, activations(&network)?, "kernels are kept");
        assert_ne!(activations(&network.randomised(2, Seed(3))?)?, activations(&network)?);
        Ok(())
    }

    #[test]
    fn draws_have_the_mean_and_the_sd_of_the_weights_and_nothing_else_of_them() -> TractResult<()> {
        let weights = ArrayD::from_shape_fn(vec![40, 50], |at| 3.0 + 0.1 * ((at[0] * 7 + at[1] * 3) % 11) as f32);
        let drawn = draw(&weights.clone().into_tensor().into_arc_tensor(), Seed(1), 0)?;
        let values: Vec<f64> = drawn.to_plain_array_view::<f32>()?.iter().map(|&value| f64::from(value)).collect();
        let before: Vec<f64> = weights.iter().map(|&value| f64::from(value)).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let sd = |values: &[f64]| {
            let centre = mean(values);
            mean(&values.iter().map(|value| (value - centre).powi(2)).collect::<Vec<_>>()).sqrt()
        };
        assert!((mean(&values) - mean(&before)).abs() < 0.03, "{}", mean(&values));
        assert!((sd(&values) / sd(&before) - 1.0).abs() < 0.05, "{}", sd(&values));
        assert!(pearson(&values, &before).is_ok_and(|r| r.abs() < 0.1));
        Ok(())
    }
}
