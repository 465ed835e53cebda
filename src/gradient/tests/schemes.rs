//! Relevance and DeepLIFT: their sums, their rules written out for one layer, and small networks with known answers.

use std::collections::BTreeSet;

use ndarray::{Array1, Array2, ArrayD, IxDyn, arr1, arr2};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::array::Slice;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::cnn::{Conv, Deconv, KernelFormat, MaxPool, PaddingSpec, PoolSpec};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::{DataFormat, sigmoid};

use super::super::rules::{Family, find};
use super::super::{Composite, LayerRule, Relevance, Rescale, backward, biases};
use super::check::{Row, constant, distinct, plan, run, wire};
use LayerRule::{AlphaBeta, Box as Bounded, Epsilon, Flat, Gamma, Plus};

type Graph<'a> = &'a mut TypedModel;

/// Relevance of each input, and the output, for a relevance of the output that is `seed` times it.
fn relevance(
    inputs: &[ArrayD<f32>],
    seed: &ArrayD<f32>,
    composite: &Composite,
    build: impl Fn(Graph, &[OutletId]) -> TractResult<OutletId>,
) -> TractResult<(ArrayD<f32>, Vec<ArrayD<f32>>)> {
    use super::super::Scheme;
    let mut graph = TypedModel::default();
    let mut sources = vec![];
    for (at, input) in inputs.iter().enumerate() {
        sources.push(graph.add_source(format!("x{at}"), f32::fact(input.shape()))?);
    }
    let y = build(&mut graph, &sources)?;
    graph.select_output_outlets(&[y])?;
    let scheme = Relevance::new(&mut graph, composite.clone())?;
    let start = graph.add_source("seed", f32::fact(seed.shape()))?;
    let start = scheme.start(&mut graph, y, start)?;
    let mut outputs = vec![y];
    outputs.extend(backward(&mut graph, y, start, &sources, &scheme)?);
    let inputs: Vec<ArrayD<f32>> = inputs.iter().chain([seed]).cloned().collect();
    let mut found = run(&plan(graph, &outputs)?, &inputs)?;
    Ok((found.remove(0), found))
}

/// DeepLIFT: (difference of `⟨seed, y⟩`, multipliers) of one input and its baseline.
fn rescaled(
    x: &ArrayD<f32>,
    baseline: &ArrayD<f32>,
    seed: impl Fn(&[usize]) -> ArrayD<f32>,
    build: impl Fn(Graph, OutletId) -> TractResult<OutletId>,
) -> TractResult<(f64, ArrayD<f32>)> {
    let mut graph = TypedModel::default();
    let source = graph.add_source("x", f32::fact(x.shape()))?;
    let y = build(&mut graph, source)?;
    graph.select_output_outlets(&[y])?;
    let forward = plan(graph.clone(), &[y])?;
    let value = |x: &ArrayD<f32>| Ok::<_, TractError>(run(&forward, std::slice::from_ref(x))?.remove(0));
    let (after, before) = (value(x)?, value(baseline)?);
    let seed = seed(after.shape());
    let difference = (&after - &before).iter().zip(&seed).map(|(&y, &w)| f64::from(y) * f64::from(w)).sum();
    let scheme = Rescale::new(&mut graph, y)?;
    let start = graph.add_source("seed", f32::fact(seed.shape()))?;
    let found = backward(&mut graph, y, start, &[source], &scheme)?;
    let mut found = run(&plan(graph, &found)?, &[x.clone(), baseline.clone(), seed])?;
    Ok((difference, found.remove(0)))
}

fn everywhere(rule: LayerRule) -> Composite {
    Composite { first: None, convolution: rule.clone(), product: rule }
}

/// A dense layer: a convolution of one place if `spatial`, else a product with a matrix and a bias.
fn layer(graph: Graph, x: OutletId, weights: &Array2<f32>, bias: &[f32], spatial: bool) -> TractResult<OutletId> {
    let (outputs, inputs) = weights.dim();
    if spatial {
        let pool_spec = PoolSpec::new(DataFormat::NCHW, tvec!(1, 1), PaddingSpec::Valid, None, None, inputs, outputs);
        let conv = Conv { pool_spec, kernel_fmt: KernelFormat::OIHW, group: 1, q_params: None };
        let kernel = constant(graph, weights.clone().into_shape_with_order((outputs, inputs, 1, 1))?)?;
        let bias = constant(graph, arr1(bias))?;
        return wire(graph, conv, &[x, kernel, bias]);
    }
    let matrix = constant(graph, weights.clone())?;
    let y = wire(graph, EinSum::new("nihw,oi->nohw".parse()?, f32::datum_type()), &[x, matrix])?;
    if bias.iter().all(|&value| value == 0.0) {
        return Ok(y);
    }
    let bias = constant(graph, arr1(bias).into_shape_with_order((1, outputs, 1, 1))?)?;
    wire(graph, math::add(), &[y, bias])
}

fn rectified(graph: Graph, x: OutletId) -> TractResult<OutletId> {
    let zero = constant(graph, ArrayD::<f32>::zeros(IxDyn(&[1, 1, 1, 1])))?;
    wire(graph, math::max(), &[x, zero])
}

fn places(values: &[f32]) -> ArrayD<f32> {
    ArrayD::from_shape_vec(IxDyn(&[1, values.len(), 1, 1]), values.to_vec()).unwrap()
}

fn close(found: &ArrayD<f32>, expected: &[f64], tolerance: f64) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(&found, expected)| (f64::from(found) - expected).abs() <= tolerance)
}

/// The rules of one layer as they are defined, in double precision: relevance of x, given that of y.
fn by_definition(rule: &LayerRule, x: &[f32], w: &Array2<f32>, b: &[f32], relevance: &[f64]) -> Vec<f64> {
    let stabilised = |z: f64| if z >= 0.0 { z + 1e-6 } else { z - 1e-6 };
    let mut given = vec![0.0; x.len()];
    for (k, &relevance) in relevance.iter().enumerate() {
        let c: Array1<f64> = x.iter().zip(w.row(k)).map(|(&x, &w)| f64::from(x) * f64::from(w)).collect();
        let b = f64::from(b[k]);
        let (up, down) = (c.mapv(|c| c.max(0.0)), c.mapv(|c| c.min(0.0)));
        let z = c.sum() + b;
        let shares = match rule {
            Epsilon(epsilon) => &c / (z + f64::from(*epsilon).copysign(z)),
            Plus => &up / stabilised(up.sum() + b.max(0.0)),
            AlphaBeta(alpha, beta) => {
                let (excited, inhibited) = (up.sum() + b.max(0.0), down.sum() + b.min(0.0));
                up / stabilised(excited) * f64::from(*alpha) - down / stabilised(inhibited) * f64::from(*beta)
            }
            Gamma(gamma) => {
                let side = |v: f64| if z > 0.0 { v.max(0.0) } else { v.min(0.0) };
                let more = c.mapv(|c| c + f64::from(*gamma) * side(c));
                &more / (more.sum() + b + f64::from(*gamma) * side(b))
            }
            Flat => c.mapv(|_| 1.0 / x.len() as f64),
            Bounded(bounds) => {
                let term = |i: usize| {
                    let w = f64::from(w[[k, i]]);
                    c[i] - f64::from(bounds[i].0) * w.max(0.0) - f64::from(bounds[i].1) * w.min(0.0)
                };
                let terms: Array1<f64> = (0..x.len()).map(term).collect();
                &terms / terms.sum()
            }
        };
        given.iter_mut().zip(shares).for_each(|(given, share)| *given += share * relevance);
    }
    given
}

#[test]
fn each_rule_of_a_layer_is_its_definition() -> TractResult<()> {
    let w = arr2(&[[1.0, -2.0, 0.5], [-1.5, 1.0, 2.0], [0.5, 0.75, -3.0], [2.0, 1.0, 1.0f32]]);
    let bounds = vec![(-1.0, 2.0), (-2.0, 1.0), (-0.5, 3.0)];
    let rules =
        [Epsilon(1e-6), Epsilon(0.5), Plus, AlphaBeta(2.0, 1.0), AlphaBeta(1.0, 0.0), Gamma(0.25), Gamma(2.0), Flat];
    let seed = [1f32, -0.5, 2.0, 0.25];
    let mut answers: Vec<Vec<f64>> = vec![];
    for rule in rules.into_iter().chain([Bounded(bounds)]) {
        for bias in [[0f32; 4], [0.5, -0.75, 1.0, -0.25]] {
            for x in [[1.5f32, -0.75, 2.0], [0.5, 1.0, -0.25]] {
                for spatial in [true, false] {
                    let build = |graph: Graph, from: &[OutletId]| layer(graph, from[0], &w, &bias, spatial);
                    let found = relevance(&[places(&x)], &places(&seed), &everywhere(rule.clone()), build);
                    let (y, found) = found.with_context(|| format!("{rule:?}"))?;
                    let given: Vec<f64> = y.iter().zip(seed).map(|(&y, s)| f64::from(y) * f64::from(s)).collect();
                    let expected = by_definition(&rule, &x, &w, &bias, &given);
                    assert!(
                        close(&found[0], &expected, 1e-4),
                        "{rule:?} {bias:?} {x:?} {spatial}: {found:?}, {expected:?}"
                    );
                    if spatial && bias[0] != 0.0 && x[0] == 1.5 && rule != AlphaBeta(1.0, 0.0) {
                        let other = |other: &Vec<f64>| !close(&found[0], other, 1e-2);
                        assert!(answers.iter().all(other), "{rule:?} is like another rule");
                        answers.push(expected);
                    }
                }
            }
        }
    }
    Ok(())
}

#[test]
fn the_first_layer_and_each_kind_of_layer_have_rules_of_their_own() -> TractResult<()> {
    let (first, second) = (arr2(&[[1.0, -2.0, 0.5], [1.5, 1.0, -2.0f32]]), arr2(&[[1.0, 0.5], [-1.0, 2.0f32]]));
    let last = arr2(&[[1.0, -0.5f32]]);
    let x = [2f32, 0.5, 1.0];
    let composite = Composite { first: Some(Flat), convolution: Gamma(0.5), product: Epsilon(0.1) };
    let build = |graph: Graph, from: &[OutletId]| {
        let y = layer(graph, from[0], &first, &[0.1, -0.1], true)?;
        let y = rectified(graph, y)?;
        let y = layer(graph, y, &second, &[0.2, 0.3], true)?;
        let y = rectified(graph, y)?;
        layer(graph, y, &last, &[0.4], false)
    };
    let (y, found) = relevance(&[places(&x)], &places(&[1.0]), &composite, build)?;
    let apply = |w: &Array2<f32>, x: &[f32], b: &[f32]| -> Vec<f32> {
        (w.dot(&arr1(x)) + arr1(b)).iter().map(|&value| value.max(0.0)).collect()
    };
    let h1 = apply(&first, &x, &[0.1, -0.1]);
    let h2 = apply(&second, &h1, &[0.2, 0.3]);
    let at_h2 = by_definition(&Epsilon(0.1), &h2, &last, &[0.4], &[f64::from(y.sum())]);
    let at_h1 = by_definition(&Gamma(0.5), &h1, &second, &[0.2, 0.3], &at_h2);
    let expected = by_definition(&Flat, &x, &first, &[0.1, -0.1], &at_h1);
    assert!(close(&found[0], &expected, 1e-5), "{found:?}, {expected:?}");
    let unlike = by_definition(&Gamma(0.5), &x, &first, &[0.1, -0.1], &at_h1);
    assert!(!close(&found[0], &unlike, 1e-2));
    Ok(())
}

#[test]
fn a_matrix_may_stand_on_either_side_of_a_product() -> TractResult<()> {
    let w = arr2(&[[1.0, -2.0, 0.5], [-1.5, 1.0, 2.0f32]]);
    for rule in [Plus, Gamma(0.5), Flat] {
        let product = |expression: &str, matrix: usize| {
            relevance(&[places(&[1.5, -0.75, 2.0])], &places(&[1.0, -2.0]), &everywhere(rule.clone()), |graph, from| {
                let mut operands = vec![from[0]];
                operands.insert(matrix, constant(graph, w.clone())?);
                wire(graph, EinSum::new(expression.parse()?, f32::datum_type()), &operands)
            })
        };
        assert_eq!(product("oi,nihw->nohw", 0)?, product("nihw,oi->nohw", 1)?, "{rule:?}");
    }
    Ok(())
}

#[test]
fn a_sum_of_zero_is_stabilised_upwards() -> TractResult<()> {
    let composite = Composite { first: None, convolution: Epsilon(0.5), product: Flat };
    let (_, found) = relevance(&[places(&[1.0, 1.0])], &places(&[1.0]), &composite, |graph, from| {
        let y = layer(graph, from[0], &arr2(&[[1.0, -1.0], [2.0, 1.0f32]]), &[0.0, 0.0], true)?;
        layer(graph, y, &arr2(&[[5.0, 4.0f32]]), &[0.0], false)
    })?;
    let shared = [6.0 / 0.5 + 6.0 * 2.0 / 3.5, -6.0 / 0.5 + 6.0 / 3.5];
    assert!(close(&found[0], &shared, 1e-3), "{found:?}");
    Ok(())
}

#[test]
fn only_layers_before_which_there_is_none_are_the_first() -> TractResult<()> {
    // Nothing stands between the two, as in depthwise convolutions that one of single places follows.
    let (first, second) = (arr2(&[[1.0, -2.0, 0.5], [1.5, 1.0, -2.0f32]]), arr2(&[[1.0, 0.5], [-1.0, 2.0f32]]));
    let (x, bias) = ([2f32, 0.5, 1.0], [0.1, -0.1]);
    for spatial in [true, false] {
        let composite = Composite { first: Some(Epsilon(0.1)), convolution: Gamma(0.5), product: Gamma(0.5) };
        let (y, found) = relevance(&[places(&x)], &places(&[1.0, 1.0]), &composite, |graph, from| {
            let y = layer(graph, from[0], &first, &bias, spatial)?;
            layer(graph, y, &second, &[0.0, 0.0], spatial)
        })?;
        let hidden = (first.dot(&arr1(&x)) + arr1(&bias)).to_vec();
        let y: Vec<f64> = y.iter().map(|&value| f64::from(value)).collect();
        let at_hidden = by_definition(&Gamma(0.5), &hidden, &second, &[0.0, 0.0], &y);
        let expected = by_definition(&Epsilon(0.1), &x, &first, &bias, &at_hidden);
        assert!(close(&found[0], &expected, 1e-4), "{found:?}, {expected:?}");
    }
    Ok(())
}

#[test]
fn biases_are_those_between_two_tensors() -> TractResult<()> {
    let mut graph = TypedModel::default();
    let x = graph.add_source("x", f32::fact([1, 2, 1, 1]))?;
    let vector = |graph: Graph, values: [f32; 2]| constant(graph, arr1(&values).into_shape_with_order((1, 2, 1, 1))?);
    let (one, two) = (vector(&mut graph, [1.0, 1.0])?, vector(&mut graph, [2.0, 3.0])?);
    let before = wire(&mut graph, math::add(), &[x, one])?;
    let convolved = layer(&mut graph, before, &arr2(&[[1.0, 2.0], [3.0, 4.0f32]]), &[0.5, -0.5], true)?;
    let less = wire(&mut graph, math::sub(), &[convolved, two])?;
    let turned = wire(&mut graph, math::sub(), &[two, less])?;
    let scaled = wire(&mut graph, math::mul(), &[turned, two])?;
    let spec = PoolSpec::new(DataFormat::NCHW, tvec!(1, 1), PaddingSpec::Valid, None, None, 2, 2);
    let deconv = Deconv::new(spec, KernelFormat::OIHW, tvec!(0, 0), 1);
    let kernel = constant(&mut graph, ArrayD::<f32>::ones(IxDyn(&[2, 2, 1, 1])))?;
    let bias = constant(&mut graph, arr1(&[7f32, 8.0]))?;
    let transposed = wire(&mut graph, deconv, &[scaled, kernel, bias])?;
    let after = wire(&mut graph, math::add(), &[one, transposed])?;
    graph.select_output_outlets(&[after])?;
    let read: Vec<(OutletId, Vec<f32>)> =
        biases(&graph, x, transposed)?.into_iter().map(|(at, bias)| (at, bias.iter().copied().collect())).collect();
    let expected = [
        (before, [1.0, 1.0]),
        (convolved, [0.5, -0.5]),
        (less, [-2.0, -3.0]),
        (turned, [2.0, 3.0]),
        (transposed, [7.0, 8.0]),
    ];
    assert_eq!(read, expected.map(|(at, bias)| (at, bias.to_vec())));
    Ok(())
}

#[test]
fn batch_normalisation_is_folded_into_the_layer_before_it() -> TractResult<()> {
    let w = arr2(&[[1.0, -2.0, 0.5], [-1.5, 1.0, 2.0f32]]);
    let (b, scale, shift) = (arr1(&[0.5f32, -0.25]), arr1(&[2f32, -0.5]), arr1(&[-1f32, 0.75]));
    let x = places(&[1.5, -0.75, 2.0]);
    let seed = places(&[1.0, -2.0]);
    let channel =
        |graph: Graph, values: &Array1<f32>| constant(graph, values.clone().into_shape_with_order((1, 2, 1, 1))?);
    let last = arr2(&[[1.0, 0.5], [-1.0, 2.0f32]]);
    for rule in [Plus, Gamma(0.5), AlphaBeta(2.0, 1.0)] {
        let composite = everywhere(rule.clone());
        let normalised = |graph: Graph, from: &[OutletId]| {
            let y = layer(graph, from[0], &w, b.as_slice().unwrap(), true)?;
            let (minus, half) = (channel(graph, &-&shift)?, channel(graph, &arr1(&[2f32, 2.0]))?);
            let scale = channel(graph, &(&scale * 2.0))?;
            let y = wire(graph, math::mul(), &[scale, y])?;
            let y = wire(graph, math::div(), &[y, half])?;
            let y = wire(graph, math::sub(), &[y, minus])?;
            let y = rectified(graph, y)?;
            layer(graph, y, &last, &[0.0, 0.0], true)
        };
        let folded = |graph: Graph, from: &[OutletId]| {
            let w = &w * &scale.clone().insert_axis(ndarray::Axis(1));
            let y = layer(graph, from[0], &w, (&b * &scale + &shift).as_slice().unwrap(), true)?;
            let y = rectified(graph, y)?;
            layer(graph, y, &last, &[0.0, 0.0], true)
        };
        let (y, found) = relevance(std::slice::from_ref(&x), &seed, &composite, normalised)?;
        let (y2, expected) = relevance(std::slice::from_ref(&x), &seed, &composite, folded)?;
        let doubles = |values: &ArrayD<f32>| values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
        assert!(close(&y, &doubles(&y2), 1e-5));
        assert!(close(&found[0], &doubles(&expected[0]), 1e-4), "{rule:?}: {found:?}, {expected:?}");
        let unfolded = relevance(std::slice::from_ref(&x), &seed, &composite, |graph, from| {
            let y = layer(graph, from[0], &w, b.as_slice().unwrap(), true)?;
            // Read twice, a layer cannot be folded.
            let none = constant(graph, ArrayD::<f32>::zeros(IxDyn(&[1, 1, 1, 1])))?;
            let nothing = wire(graph, math::mul(), &[y, none])?;
            let (shift, scale) = (channel(graph, &shift)?, channel(graph, &scale)?);
            let z = wire(graph, math::mul(), &[y, scale])?;
            let z = wire(graph, math::add(), &[z, shift])?;
            let z = wire(graph, math::add(), &[z, nothing])?;
            let z = rectified(graph, z)?;
            layer(graph, z, &last, &[0.0, 0.0], true)
        });
        assert!(!close(&unfolded?.1[0], &doubles(&expected[0]), 1e-2), "{rule:?} would not know the difference");
    }
    Ok(())
}

#[test]
fn a_number_multiplied_into_a_product_is_folded() -> TractResult<()> {
    let w = arr2(&[[1.0, -2.0, 0.5], [-1.5, 1.0, 2.0f32]]);
    let (x, seed) = (places(&[1.5, -0.75, 2.0]), places(&[1.0, -2.0]));
    let composite = everywhere(Gamma(1.0));
    let scaled = |factor: Option<f32>, weights: &Array2<f32>| {
        relevance(std::slice::from_ref(&x), &seed, &composite, |graph, from| {
            let mut y = layer(graph, from[0], weights, &[0.0, 0.0], false)?;
            if let Some(factor) = factor {
                let factor = constant(graph, ArrayD::from_elem(IxDyn(&[1, 1, 1, 1]), factor))?;
                y = wire(graph, math::mul(), &[y, factor])?;
            }
            let bias = constant(graph, arr1(&[0.75f32, -4.0]).into_shape_with_order((1, 2, 1, 1))?)?;
            wire(graph, math::add(), &[y, bias])
        })
    };
    let (apart, (y, together)) = (scaled(Some(-2.0), &w)?, scaled(None, &(&w * -2.0))?);
    assert_eq!(apart.0, y);
    assert_eq!(apart.1, together);
    Ok(())
}

#[test]
fn captum_s_small_networks_have_captum_s_relevance() -> TractResult<()> {
    let x = places(&[1.0, 2.0, 3.0]);
    let one = places(&[1.0]);
    // Two dense layers with a function between them, as convolutions, so that the first can have a rule of its own.
    let two = |first: Array2<f32>, second: f32, composite: &Composite, tanh: bool| {
        let build = |graph: Graph, from: &[OutletId]| {
            let y = layer(graph, from[0], &first, &[0.0; 3], true)?;
            let y = if tanh { wire(graph, math::tanh(), &[y])? } else { rectified(graph, y)? };
            layer(graph, y, &Array2::from_elem((1, 3), second), &[0.0], true)
        };
        Ok::<_, TractError>(relevance(std::slice::from_ref(&x), &one, composite, build)?.1.remove(0))
    };
    let twos = Array2::from_elem((3, 3), 2f32);
    let mut mixed = twos.clone();
    mixed[[0, 0]] = -2.0;
    let epsilon = everywhere(Epsilon(1e-9));
    assert!(close(&two(twos, 3.0, &epsilon, false)?, &[18.0, 36.0, 54.0], 1e-3));
    let gamma = Composite { first: Some(Gamma(1.0)), convolution: Gamma(0.25), product: Flat };
    assert!(close(&two(mixed.clone(), 3.0, &gamma, false)?, &[28.0 / 3.0, 104.0 / 3.0, 52.0], 1e-3));
    let excited = everywhere(AlphaBeta(1.0, 0.0));
    assert!(close(&two(mixed.clone(), 3.0, &excited, false)?, &[12.0, 33.6, 50.4], 1e-3));
    assert!(close(&two(Array2::from_elem((3, 3), 0.1), 0.1, &epsilon, true)?, &[0.0269, 0.0537, 0.0806], 1e-4));
    // Captum's Identity rule hands the relevance of the hidden units to the inputs as it is; here, that of the units.
    let hidden = relevance(&[places(&[8.0, 12.0, 12.0])], &one, &epsilon, |graph, from| {
        let y = rectified(graph, from[0])?;
        layer(graph, y, &Array2::from_elem((1, 3), 3.0), &[0.0], true)
    })?;
    assert!(close(&hidden.1[0], &[24.0, 36.0, 36.0], 1e-3));
    let skip = relevance(&[places(&[2.0, 3.0])], &places(&[0.0, 1.0]), &epsilon, |graph, from| {
        let y = layer(graph, from[0], &Array2::from_elem((2, 2), 5.0), &[0.0, 0.0], true)?;
        wire(graph, math::add(), &[y, from[0]])
    })?;
    assert!(close(&skip.1[0], &[10.0, 18.0], 1e-3));
    // Captum hands all of a sum's relevance to both terms, [16, 32, 48] each; shared in proportion, it is a quarter and
    // three quarters.
    let (u, thrice) = (x.clone(), &x * 3.0);
    let both = relevance(&[u, thrice], &places(&[1.0, 0.0]), &epsilon, |graph, from| {
        let sum = wire(graph, math::add(), from)?;
        let y = layer(graph, sum, &Array2::eye(3), &[0.0; 3], true)?;
        let y = layer(graph, y, &Array2::ones((4, 3)), &[-10.0, 1.0, 1.0, 1.0], true)?;
        let y = rectified(graph, y)?;
        layer(graph, y, &Array2::ones((2, 4)), &[-1.0, 1.0], true)
    })?;
    assert!(close(&both.1[0], &[4.0, 8.0, 12.0], 1e-3) && close(&both.1[1], &[12.0, 24.0, 36.0], 1e-3), "{both:?}");
    let pool = relevance(
        &[ArrayD::from_shape_vec(IxDyn(&[1, 1, 2, 2]), vec![1.0, 2.0, 5.0, 6.0])?],
        &places(&[1.0]),
        &epsilon,
        |graph, from| {
            let spec = PoolSpec::new(DataFormat::NCHW, tvec!(2, 2), PaddingSpec::Valid, None, None, 1, 1);
            wire(graph, MaxPool::new(spec, None), from)
        },
    )?;
    assert!(close(&pool.1[0], &[0.0, 0.0, 0.0, 6.0], 1e-6));
    Ok(())
}

#[test]
fn a_gate_gives_its_relevance_to_what_it_gates() -> TractResult<()> {
    let (x, seed) = (places(&[1.5, -0.75]), places(&[2.0]));
    for gate_first in [false, true] {
        let (y, found) = relevance(std::slice::from_ref(&x), &seed, &everywhere(Plus), |graph, from| {
            let kept = wire(graph, Slice::new(1, 0, 1), from)?;
            let gate = wire(graph, Slice::new(1, 1, 2), from)?;
            let gate = wire(graph, sigmoid(), &[gate])?;
            wire(graph, math::mul(), &if gate_first { [gate, kept] } else { [kept, gate] })
        })?;
        assert_eq!(found[0], places(&[2.0 * y.sum(), 0.0]));
    }
    let refused = relevance(std::slice::from_ref(&x), &places(&[1.0, 1.0]), &everywhere(Plus), |graph, from| {
        wire(graph, math::mul(), &[from[0], from[0]])
    });
    let error = format!("{:#}", refused.unwrap_err());
    assert!(error.contains("neither is a gate"), "{error}");
    Ok(())
}

#[test]
fn relevance_is_kept_by_what_moves_adds_and_bends_values() {
    let kept = |row: &Row| -> TractResult<()> {
        let ((y, found), seed) = {
            let composite = everywhere(Epsilon(1e-9));
            let shape = row.output_shape()?;
            let seed = distinct(&shape, -1.0, 1.5);
            (relevance(&row.inputs, &seed, &composite, |graph, from| row.build(graph, from))?, seed)
        };
        let sum = |values: &ArrayD<f32>| values.iter().map(|&value| f64::from(value)).sum::<f64>();
        let (given, handed) = (sum(&(&y * &seed)), found.iter().map(sum).sum::<f64>());
        let size = (&y * &seed).iter().map(|&value| f64::from(value.abs())).sum::<f64>();
        ensure!(
            (given - handed).abs() <= 1e-4 * size,
            "{}, {}: {given} given, {handed} handed back",
            row.operator,
            row.what
        );
        Ok(())
    };
    let asked = |row: &&Row| {
        let family = find(row.operator).map(|row| row.family);
        let own = matches!(family, Some(Family::Selection | Family::Linear | Family::Unary | Family::Sum));
        // A constant that is added, or padded with, has relevance that no input has.
        own && row.operator != "Pow" && !row.what.contains("constant") && !row.what.contains("number")
    };
    let rows = super::rows();
    let wrong: Vec<String> =
        rows.iter().filter(asked).filter_map(|row| Some(format!("{:#}", kept(row).err()?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn multipliers_of_deep_lift_add_up_for_every_operator_it_knows() {
    // All inputs of a row are parts of one tensor, so that all of them vary.
    let complete = |row: &Row| -> TractResult<()> {
        let join = |tensors: &[ArrayD<f32>]| match tensors {
            [one] => one.clone(),
            all => arr1(&all.iter().flatten().copied().collect::<Vec<_>>()).into_dyn(),
        };
        // Other values of the same domain, of which the first is the same.
        let turned = |x: &ArrayD<f32>| {
            let mut values: Vec<f32> = x.iter().map(|&value| 0.9 * value).collect();
            values.reverse();
            values[0] = x.iter().copied().next().unwrap();
            ArrayD::from_shape_vec(x.raw_dim(), values).unwrap()
        };
        let (x, baseline) = (join(&row.inputs), join(&row.inputs.iter().map(turned).collect::<Vec<_>>()));
        let (difference, multipliers) = rescaled(
            &x,
            &baseline,
            |shape| distinct(shape, -1.0, 1.5),
            |graph, joined| {
                if row.inputs.len() == 1 {
                    return row.build(graph, &[joined]);
                }
                let (mut start, mut parts) = (0, vec![]);
                for input in &row.inputs {
                    let part = wire(graph, Slice::new(0, start, start + input.len()), &[joined])?;
                    let shape = input.shape().iter().map(|side| side.to_dim()).collect();
                    parts.push(wire(graph, AxisOp::Reshape(0, tvec!(input.len().to_dim()), shape), &[part])?);
                    start += input.len();
                }
                row.build(graph, &parts)
            },
        )?;
        let terms = multipliers * (&x - &baseline);
        let (sum, size) =
            terms.iter().fold((0.0, 0.0), |(sum, size), &term| (sum + f64::from(term), size + f64::from(term.abs())));
        ensure!((sum - difference).abs() <= 1e-4 * size.max(0.01), "sum {sum}, difference {difference}");
        Ok(())
    };
    let (mut unknown, mut wrong) = (BTreeSet::new(), vec![]);
    for row in super::rows() {
        match complete(&row).map_err(|cause| format!("{cause:#}")) {
            Err(cause) if cause.contains("does not know it") => {
                unknown.insert(row.operator);
            }
            Err(cause) => wrong.push(format!("{}, {}: {cause}", row.operator, row.what)),
            Ok(()) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let expected = [
        "EinSum",
        "Iff",
        "LogSoftmax",
        "Lrn",
        "Max",
        "Min",
        "Pow",
        "Reduce<Max>",
        "Reduce<Min>",
        "Reduce<Prod>",
        "RmsNorm",
    ];
    assert_eq!(
        unknown,
        BTreeSet::from(expected),
        "three operands, or two that vary in a maximum or power, are unknown"
    );
}

#[test]
fn deep_lift_of_a_maximum_pool_is_captum_s() -> TractResult<()> {
    let line = |values: [f32; 4]| ArrayD::from_shape_vec(IxDyn(&[1, 1, 1, 4]), values.to_vec()).unwrap();
    let pool = |graph: Graph, x: OutletId| {
        let spec = PoolSpec::new(DataFormat::NCHW, tvec!(1, 4), PaddingSpec::Valid, None, None, 1, 1);
        wire(graph, MaxPool::new(spec, None), &[x])
    };
    let ones = |shape: &[usize]| ArrayD::ones(shape);
    let x = line([1.0; 4]);
    for (baseline, expected) in
        [([1.0, 2.0, 3.0, 9.0], [0.0, 0.0, 0.0, -8.0]), ([4.0, 8.0, 6.0, 7.0], [0.0, -7.0, 0.0, 0.0])]
    {
        let baseline = line(baseline);
        let (difference, multipliers) = rescaled(&x, &baseline, ones, pool)?;
        let attributed = multipliers * (&x - &baseline);
        assert!(close(&attributed, &expected, 1e-6), "{attributed}");
        assert_eq!(difference, expected.iter().sum::<f64>());
    }
    let (_, multipliers) = rescaled(&line([1.0, 5.0, 2.0, 3.0]), &line([7.0, 5.0, 2.0, 3.0]), ones, pool)?;
    assert!(close(&multipliers, &[1.0 / 3.0, 0.0, 0.0, 0.0], 1e-6), "what is lost belongs to the baseline's maximum");
    let (_, multipliers) = rescaled(&line([1.0, 5.0, 2.0, 3.0]), &line([0.0, 5.0, 4.0, 3.0]), ones, pool)?;
    assert!(close(&multipliers, &[0.0, 1.0, 0.0, 0.0], 1e-6), "where both are the same, the derivative: {multipliers}");
    Ok(())
}
