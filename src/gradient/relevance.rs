//! Layer-wise relevance propagation (Bach et al. 2015, PLoS ONE 10:e0130140): the explained value is shared out from
//! layer to layer, in proportion to what each input contributed.
//!
//! A layer `z = W x + b` with constant weights follows one of [`LayerRule`]s; a batch normalisation that follows it is
//! folded into W and b first, without which the rules are wrong. Functions of one value pass relevance on as it is; sums
//! (of branches, of pools) share it in proportion, with the stabiliser of epsilon; a maximum pool gives it to the winner;
//! a gate (the Sigmoid, Softmax or their like in a product of two tensors) passes all of it to the other factor (Arras et
//! al. 2017, arXiv:1706.07206). Anything else is refused.

use ndarray::{ArrayD, Axis};
use tract_onnx::tract_core::internal::*;

use super::fold::fold;
use super::linear::Linear;
use super::rules::{Family, Treatment, find};
use super::{Scheme, Step};

/// Stabiliser of every denominator but that of the epsilon rule: `z + 1e-6 sign(z)`, with sign(0) = 1.
const STABILISER: f32 = 1e-6;

/// How a layer with weights shares relevance among its inputs (Montavon et al. 2019, LNCS 11700).
#[derive(Debug, Clone, PartialEq)]
pub enum LayerRule {
    /// `x W^T (R / (z + epsilon sign(z)))`; for a small epsilon, the input times the gradient in rectifier networks.
    Epsilon(f32),
    /// Positive contributions only.
    Plus,
    /// `alpha` times the share among positive contributions less `beta` times that among negative ones; alpha - beta = 1.
    AlphaBeta(f32, f32),
    /// Positive weights made larger by a factor 1 + gamma where z is positive, negative ones where it is negative.
    Gamma(f32),
    /// Evenly among the inputs.
    Flat,
    /// For inputs within bounds (one pair a channel): `x W - low W+ - high W-`.
    Box(Vec<(f32, f32)>),
}

/// Which rule each layer follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Composite {
    /// Rule of the first layers, those that no other layer with weights precedes; `None`: as the others of its kind.
    pub first: Option<LayerRule>,
    /// Rule of convolutions.
    pub convolution: LayerRule,
    /// Rule of matrix products.
    pub product: LayerRule,
}

/// The scheme of a composite.
pub struct Relevance {
    composite: Composite,
    first: Vec<usize>,
}

impl Relevance {
    /// Folds batch normalisation in the graph, and finds which layers are the first.
    pub fn new(graph: &mut TypedModel, composite: Composite) -> TractResult<Relevance> {
        fold(graph)?;
        let mut weighed = vec![false; graph.nodes().len()];
        let mut first = vec![];
        for node in graph.eval_order()?.into_iter().map(|node| graph.node(node)) {
            let before = node.inputs.iter().any(|input| weighed[input.node]);
            let layer = matches!(&*node.op.name(), "Conv" | "EinSum");
            weighed[node.id] = before || layer;
            if layer && !before {
                first.push(node.id);
            }
        }
        Ok(Relevance { composite, first })
    }

    fn rule(&self, layer: &Linear) -> LayerRule {
        match (&self.composite.first, layer.spatial) {
            (Some(rule), _) if self.first.contains(&layer.node) => rule.clone(),
            (_, true) => self.composite.convolution.clone(),
            (_, false) => self.composite.product.clone(),
        }
    }
}

impl Scheme for Relevance {
    fn start(&self, graph: &mut TypedModel, output: OutletId, seed: OutletId) -> TractResult<OutletId> {
        Ok(graph.wire_node("relevance of the output", tract_onnx::tract_core::ops::math::mul(), &[seed, output])?[0])
    }

    fn step(&self, s: &Step) -> TractResult<bool> {
        if let Some(layer) = Linear::of(s)? {
            s.give_to(layer.x, layer.relevance(s, &self.rule(&layer))?)?;
            return Ok(true);
        }
        let name = s.node.op.name();
        let Some(row) = find(&name) else { return Ok(false) };
        let varying: Vec<usize> = (0..s.node.inputs.len()).filter(|&slot| s.constant(s.x(slot)).is_none()).collect();
        match (row.family, &varying[..]) {
            (Family::Selection | Family::Competition, _) if varying.len() > 1 || !matches!(&*name, "Max" | "Min") => {
                return Ok(false);
            }
            (Family::Unary | Family::Competition, &[slot]) => s.give(slot, s.dy())?,
            (Family::Product | Family::Other, &[slot]) if matches!(&*name, "Mul" | "Div") => s.give(slot, s.dy())?,
            (Family::Product, &[a, b]) if name == "Mul" => match [a, b].map(|slot| is_gate(s, s.x(slot))) {
                [true, false] => s.give(b, s.dy())?,
                [false, true] => s.give(a, s.dy())?,
                _ => bail!("relevance is not defined for a product of two tensors of which neither is a gate"),
            },
            (Family::Sum | Family::Linear, _) => {
                let share = s.div(s.dy(), stabilised(s, s.y(), STABILISER)?)?;
                for (outlet, derivative) in s.derivatives(share)? {
                    s.give_to(outlet, s.mul(outlet, derivative)?)?;
                }
            }
            _ if matches!(row.treatment, Treatment::Flat) => return Ok(false),
            _ => bail!("relevance is not defined for it"),
        }
        Ok(true)
    }
}

/// Whether a tensor is made by a function with values in 0..1, however it is moved or repeated afterwards.
fn is_gate(s: &Step, outlet: OutletId) -> bool {
    let mut node = s.maker(outlet);
    while find(&node.op.name()).is_some_and(|row| row.family == Family::Selection) {
        let Some(&before) = node.inputs.first() else { return false };
        node = s.maker(before);
    }
    matches!(&*node.op.name(), "Sigmoid" | "Softmax")
        || (matches!(&*node.op.name(), "Max" | "Min") && node.inputs.iter().any(|&input| s.number(input) == Some(1.0)))
        || (node.op.name() == "Max" && node.inputs.iter().any(|&input| is_capped(s, input)))
}

/// Whether a tensor is the smaller of another and 1, as in the hard Sigmoid.
fn is_capped(s: &Step, outlet: OutletId) -> bool {
    let node = s.maker(outlet);
    node.op.name() == "Min" && node.inputs.iter().any(|&input| s.number(input) == Some(1.0))
}

/// `z + epsilon sign(z)`, with sign(0) = 1.
fn stabilised(s: &Step, z: OutletId, epsilon: f32) -> TractResult<OutletId> {
    s.pointwise(format!("stabilised by {epsilon}"), &[z], move |z, _| {
        z.iter_mut().for_each(|z| *z += if *z >= 0.0 { epsilon } else { -epsilon });
    })
}

fn positive(s: &Step, x: OutletId) -> TractResult<OutletId> {
    s.pointwise("positive", &[x], |x, _| x.iter_mut().for_each(|x| *x = x.max(0.0)))
}

fn negative(s: &Step, x: OutletId) -> TractResult<OutletId> {
    s.pointwise("negative", &[x], |x, _| x.iter_mut().for_each(|x| *x = x.min(0.0)))
}

/// Where a sum has one sign: a name, pairs of an input and weights, the bias, and what is of that sign.
type Side<Pair> = (&'static str, [Pair; 2], ArrayD<f32>, fn(f32) -> bool);

impl Linear {
    /// The relevance of the input, given that of the output (the step's dy).
    fn relevance(&self, s: &Step, rule: &LayerRule) -> TractResult<OutletId> {
        let up = |w: f32| w.max(0.0);
        let down = |w: f32| w.min(0.0);
        let (x, w, b) = (self.x, &self.weights, &self.bias);
        let none = ArrayD::zeros(vec![]);
        let share = |z: OutletId, epsilon: f32| s.div(s.dy(), stabilised(s, z, epsilon)?);
        let signed = || Ok::<_, TractError>((positive(s, x)?, negative(s, x)?));
        // sum of x_i W_i over (input, weights) pairs, and what such pairs hand back.
        let total = |pairs: &[(OutletId, &ArrayD<f32>)], bias: &ArrayD<f32>| {
            let mut z = self.apply(s, pairs[0].0, pairs[0].1, bias)?;
            for (x, w) in &pairs[1..] {
                z = s.add(z, self.apply(s, *x, w, &none)?)?;
            }
            Ok::<_, TractError>(z)
        };
        let handed = |pairs: &[(OutletId, &ArrayD<f32>)], share: OutletId| {
            let part = |&(x, w): &(OutletId, &ArrayD<f32>)| s.mul(x, self.transposed(s, w, share)?);
            let mut sum = part(&pairs[0])?;
            for pair in &pairs[1..] {
                sum = s.add(sum, part(pair)?)?;
            }
            Ok::<_, TractError>(sum)
        };
        match rule {
            LayerRule::Epsilon(epsilon) => handed(&[(x, w)], share(s.y(), *epsilon)?),
            LayerRule::Plus => {
                let ((plus, minus), w_up, w_down) = (signed()?, w.mapv(up), w.mapv(down));
                let pairs = [(plus, &w_up), (minus, &w_down)];
                handed(&pairs, share(total(&pairs, &b.mapv(up))?, STABILISER)?)
            }
            LayerRule::AlphaBeta(alpha, beta) => {
                let ((plus, minus), w_up, w_down) = (signed()?, w.mapv(up), w.mapv(down));
                let exciting = [(plus, &w_up), (minus, &w_down)];
                let inhibiting = [(plus, &w_down), (minus, &w_up)];
                let excited = handed(&exciting, share(total(&exciting, &b.mapv(up))?, STABILISER)?)?;
                let inhibited = handed(&inhibiting, share(total(&inhibiting, &b.mapv(down))?, STABILISER)?)?;
                s.sub(s.scale(excited, *alpha)?, s.scale(inhibited, *beta)?)
            }
            LayerRule::Gamma(gamma) => {
                let (plus, minus) = signed()?;
                let (more_up, more_down) = (w.mapv(|w| w + gamma * up(w)), w.mapv(|w| w + gamma * down(w)));
                let mut sum = None;
                let sides: [Side<_>; 2] = [
                    ("where positive", [(plus, &more_up), (minus, &more_down)], b.mapv(|b| b + gamma * up(b)), |z| {
                        z > 0.0
                    }),
                    ("where negative", [(plus, &more_down), (minus, &more_up)], b.mapv(|b| b + gamma * down(b)), |z| {
                        z < 0.0
                    }),
                ];
                for (name, pairs, bias, passes) in &sides {
                    let passes = *passes;
                    let relevance = s.pointwise(*name, &[s.dy(), s.y()], move |dy, z| {
                        dy.iter_mut().zip(z[0]).for_each(|(dy, &z)| *dy = if passes(z) { *dy } else { 0.0 });
                    })?;
                    let share = s.div(relevance, stabilised(s, total(pairs, bias)?, STABILISER)?)?;
                    let part = handed(pairs, share)?;
                    sum = Some(sum.map_or(Ok(part), |sum| s.add(sum, part))?);
                }
                sum.context("no side")
            }
            LayerRule::Flat => {
                let ones = ArrayD::ones(w.raw_dim());
                let even = s.tensor(ArrayD::<f32>::ones(s.shape(x)?.as_slice()).into_tensor())?;
                self.transposed(s, &ones, share(self.apply(s, even, &ones, &none)?, STABILISER)?)
            }
            LayerRule::Box(bounds) => {
                let (w_up, w_down) = (w.mapv(up), w.mapv(down));
                let plane = |bound: fn(&(f32, f32)) -> f32| {
                    let mut plane = ArrayD::<f32>::zeros(s.shape(x)?.as_slice());
                    ensure!(
                        plane.ndim() == 4 && plane.shape()[1] == bounds.len(),
                        "bounds need a layer that reads a picture"
                    );
                    for (mut channel, pair) in plane.axis_iter_mut(Axis(1)).zip(bounds) {
                        channel.fill(-bound(pair));
                    }
                    s.tensor(plane.into_tensor())
                };
                let pairs = [(x, w), (plane(|pair| pair.0)?, &w_up), (plane(|pair| pair.1)?, &w_down)];
                handed(&pairs, share(total(&pairs, &none)?, STABILISER)?)
            }
        }
    }
}
