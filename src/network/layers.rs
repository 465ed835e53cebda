//! The layers of a network that have places: planes of channels, and grids of tokens.

use std::path::Path;

use ndarray::{Array3, ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use tract_onnx::prelude::{OutletId, TypedModel};
use tract_onnx::tract_core::internal::TypedNode;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::cnn::{Conv, MaxPool, SumPool};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::nn::{Reduce, Softmax};

use super::{Network, load};
use crate::error::{Error, Result};

/// A tensor with channels and places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The name of the tensor in the ONNX file, or that of the node which makes it.
    pub name: String,
    /// The node that makes it.
    pub node: String,
    /// The operator that makes it.
    pub operator: String,
    /// (channels, rows, columns).
    pub shape: (usize, usize, usize),
    /// Convolutions and matrix products on the longest way from the input.
    pub depth: usize,
    /// How channels and places lie in the tensor.
    pub layout: Layout,
    pub(super) outlet: OutletId,
}

/// How channels and places lie in a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// (1, channels, rows, columns).
    Planes,
    /// (1, rows, columns, channels).
    ChannelsLast,
    /// (1, tokens, channels): class and register tokens first, then the places of a grid row by row.
    Tokens {
        /// Tokens before the first place.
        extra: usize,
    },
}

/// Every layer of an ONNX file with more than one place, in the order of evaluation.
pub fn list_layers(path: &Path) -> Result<Vec<Layer>> {
    let listed = || {
        load::hash(path)?;
        let (typed, _) = load::typed(path)?;
        layers(&typed)
    };
    listed().map_err(|error: Error| error.at(path.display()))
}

impl Network {
    /// Every layer with more than one place, in the order of evaluation.
    pub fn layers(&self) -> Result<Vec<Layer>> {
        layers(&self.typed).map_err(|error| error.at(&self.place))
    }

    /// A layer by the name of its tensor or its node, or the last one whose name begins so.
    pub fn layer(&self, name: &str) -> Result<Layer> {
        let layers = self.layers()?;
        let named = |layer: &&Layer| layer.name == name || layer.node == name;
        let begins = |layer: &&Layer| layer.name.starts_with(name) || layer.node.starts_with(name);
        if let Some(layer) = layers.iter().find(named).or_else(|| layers.iter().rev().find(begins)) {
            return Ok(layer.clone());
        }
        let elsewhere =
            self.typed.nodes().iter().any(|node| node.name == name) || self.typed.find_outlet_label(name).is_some();
        let error = if elsewhere {
            Error::invalid(format!(
                "the layer {name} has no places: its tensor is not channels x rows x columns with more than one place, nor a grid of tokens"
            ))
        } else {
            Error::invalid(format!("the network has no layer {name}"))
        };
        let mut near: Vec<(usize, &str)> =
            layers.iter().map(|layer| (distance(name, &layer.name), layer.name.as_str())).collect();
        near.sort();
        let near: Vec<&str> = near.into_iter().take(3).map(|(_, name)| name).collect();
        Err(error
            .hint(format!("the nearest names are {}; `bubblescope list layers FILE` lists all", near.join(", ")))
            .at(&self.place))
    }

    /// The last layer with places on the way to the output, before any pool; where a class token goes with a grid of
    /// tokens, what the last attention reads, since later tokens of the grid do not reach the output.
    pub fn last_layer(&self) -> Result<Layer> {
        let layers = self.layers()?;
        let found = [last_tokens(&self.typed, &layers), last_places(&self.typed, &layers)];
        found.into_iter().flatten().max().map(|at| layers[at].clone()).ok_or_else(|| {
            Error::unsupported("no layer before the output has more than one place")
                .hint("use gradient or rise, or any method that needs no layer")
                .at(&self.place)
        })
    }
}

impl Layout {
    /// Activations as (channels, rows, columns).
    pub(super) fn maps(self, values: &ArrayViewD<f32>, shape: (usize, usize, usize)) -> Result<Array3<f32>> {
        let mut values = values.index_axis(Axis(0), 0);
        let planes = match self {
            Layout::Planes => values,
            Layout::ChannelsLast => values.permuted_axes(IxDyn(&[2, 0, 1])),
            Layout::Tokens { extra } => {
                values.slice_axis_inplace(Axis(0), Slice::from(extra..));
                values.reversed_axes()
            }
        };
        let planes = planes.as_standard_layout().into_owned();
        let wrong = |cause| Error::internal(format!("activations of a layer of shape {shape:?}: {cause}"));
        planes.into_shape_with_order(shape).map_err(wrong)
    }

    /// Writes maps of shape (channels, rows, columns) into a tensor; a class token stays as it is.
    pub(super) fn write(self, maps: &Array3<f32>, values: &mut ArrayD<f32>) {
        let mut tensor = values.index_axis_mut(Axis(0), 0);
        for ((channel, row, column), &value) in maps.indexed_iter() {
            match self {
                Layout::Planes => tensor[[channel, row, column]] = value,
                Layout::ChannelsLast => tensor[[row, column, channel]] = value,
                Layout::Tokens { extra } => tensor[[extra + row * maps.dim().2 + column, channel]] = value,
            }
        }
    }

    /// The values of a tensor of this layout that holds maps, and 0 elsewhere, in C order.
    pub(super) fn tensor(self, maps: &Array3<f32>) -> Vec<f32> {
        let (channels, rows, columns) = maps.dim();
        let shape = match self {
            Layout::Planes => vec![1, channels, rows, columns],
            Layout::ChannelsLast => vec![1, rows, columns, channels],
            Layout::Tokens { extra } => vec![1, extra + rows * columns, channels],
        };
        let mut values = ArrayD::zeros(shape);
        self.write(maps, &mut values);
        values.into_iter().collect()
    }
}

fn layers(typed: &TypedModel) -> Result<Vec<Layer>> {
    let order = typed.eval_order().map_err(|cause| load::unsupported("the graph has no order", &cause))?;
    let mut depths = vec![None; typed.nodes().len()];
    let mut grids = vec![];
    let mut layers = vec![];
    for node in order.into_iter().map(|node| typed.node(node)) {
        let is_input = typed.inputs.iter().any(|input| input.node == node.id);
        let before = node.inputs.iter().filter_map(|input| depths[input.node]).max();
        let weighs = node.op_is::<Conv>() || node.op_is::<EinSum>();
        let depth: Option<usize> = if is_input { Some(0) } else { before.map(|depth| depth + usize::from(weighs)) };
        depths[node.id] = depth;
        let Some(depth) = depth else { continue };
        let sees_places = is_input || node.op_is::<Conv>() || node.op_is::<MaxPool>() || node.op_is::<SumPool>();
        for outlet in (0..node.outputs.len()).map(|slot| OutletId::new(node.id, slot)) {
            let Some(shape) = typed.outlet_fact(outlet).ok().and_then(|fact| fact.shape.as_concrete()) else {
                continue;
            };
            if let (true, &[_, _, rows, columns]) = (sees_places, shape) {
                grids.push((rows, columns));
            }
            let Some((shape, layout)) = places(shape, &grids) else { continue };
            let name = typed.outlet_label(outlet).unwrap_or(&node.name).to_owned();
            let (node, operator) = (node.name.clone(), node.op.name().into_owned());
            layers.push(Layer { name, node, operator, shape, depth, layout, outlet });
        }
    }
    Ok(layers)
}

/// Channels, rows and columns of a tensor, if it has several places: if two of its sides are those of a `grid` that a
/// convolution or pool made, or that was halved since, or if its tokens are as many, and a few more.
fn places(shape: &[usize], grids: &[(usize, usize)]) -> Option<((usize, usize, usize), Layout)> {
    let is_grid = |rows: usize, columns: usize| {
        rows * columns > 1 && grids.iter().any(|grid| halvings(*grid).any(|grid| grid == (rows, columns)))
    };
    match *shape {
        [1, channels, rows, columns] if is_grid(rows, columns) => Some(((channels, rows, columns), Layout::Planes)),
        [1, rows, columns, channels] if is_grid(rows, columns) => {
            Some(((channels, rows, columns), Layout::ChannelsLast))
        }
        [1, tokens, channels] => {
            let extra = |&(rows, columns): &(usize, usize)| {
                let extra = tokens.checked_sub(rows * columns).filter(|&extra| extra <= MOST_EXTRA_TOKENS)?;
                (rows * columns > 1).then_some(((channels, rows, columns), Layout::Tokens { extra }))
            };
            grids.iter().rev().find_map(extra)
        }
        _ => None,
    }
}

/// Class, distillation and register tokens; more are another kind of tensor.
const MOST_EXTRA_TOKENS: usize = 16;

/// A grid, and what halving its sides makes of it, odd ones rounded up.
fn halvings(grid: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let half =
        |&(rows, columns): &(usize, usize)| (rows * columns > 1).then(|| (rows.div_ceil(2), columns.div_ceil(2)));
    std::iter::successors(Some(grid), half)
}

/// What the last attention reads: the layer from which its Softmax follows by a matrix product with weights.
fn last_tokens(typed: &TypedModel, layers: &[Layer]) -> Option<usize> {
    let order = typed.eval_order().ok()?;
    let attends = |node: &&TypedNode| {
        let shape = node.outputs[0].fact.shape.as_concrete().unwrap_or_default();
        node.op_is::<Softmax>() && matches!(shape, [.., from, to] if from == to && *from > 1)
    };
    let attention = order.iter().rev().map(|&node| typed.node(node)).find(attends)?;
    back_from(typed, attention.inputs[0], |node| {
        let weighs = node.op_is::<EinSum>() && node.inputs.iter().any(|&input| is_constant(typed, input));
        let mut read = *node.inputs.iter().find(|&&input| weighs && !is_constant(typed, input))?;
        loop {
            let tokens = |layer: &Layer| layer.outlet == read && matches!(layer.layout, Layout::Tokens { extra: 1.. });
            if let Some(found) = layers.iter().position(tokens) {
                return Some(found);
            }
            let maker = typed.node(read.node);
            read = *maker.inputs.first().filter(|_| maker.op_is::<AxisOp>())?;
        }
    })
}

/// The layer nearest to the output that no pool made and all of whose places may reach it: no attention, and no tokens
/// among which a class token is.
fn last_places(typed: &TypedModel, layers: &[Layer]) -> Option<usize> {
    back_from(typed, typed.outputs[0], |node| {
        let joins = ["MaxPool", "SumPool", "Softmax"].contains(&&*node.op.name()) || node.op_is::<Reduce>();
        let all = |layer: &Layer| !matches!(layer.layout, Layout::Tokens { extra: 1.. });
        layers.iter().position(|layer| !joins && layer.outlet.node == node.id && all(layer))
    })
}

/// Breadth first from an outlet against the flow, the first node that is wanted.
fn back_from<T>(typed: &TypedModel, from: OutletId, wanted: impl Fn(&TypedNode) -> Option<T>) -> Option<T> {
    let mut seen = vec![false; typed.nodes().len()];
    let mut queue = std::collections::VecDeque::from([from.node]);
    while let Some(node) = queue.pop_front() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        let node = typed.node(node);
        if let Some(found) = wanted(node) {
            return Some(found);
        }
        queue.extend(node.inputs.iter().filter(|input| !is_constant(typed, **input)).map(|input| input.node));
    }
    None
}

fn is_constant(typed: &TypedModel, outlet: OutletId) -> bool {
    typed.outlet_fact(outlet).is_ok_and(|fact| fact.konst.is_some())
}

/// Letters to insert, leave out or replace to get from one name to another (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], at + 1);
        for column in 0..b.len() {
            let replaced = before + usize::from(letter != b[column]);
            before = row[column + 1];
            row[column + 1] = replaced.min(before + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}
