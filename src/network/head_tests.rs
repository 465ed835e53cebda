use ndarray::Array3;

use super::fixtures::{dense, linear, load, picture, pool};
use super::{Features, Network};
use crate::error::{Kind, Result};
use crate::experiment::{Channels, OutputValues};
use crate::picture::Picture;

/// Every network with a head in closed form, a picture of its size, and the name of its feature layer.
fn heads() -> Result<Vec<(Network, Picture, &'static str)>> {
    let two = |name| load(name, Channels::Grey, 2, OutputValues::Logits);
    Ok(vec![
        (linear()?, picture(24, 32, 1)?, "x"),
        (pool()?, picture(8, 10, 1)?, "features"),
        (dense()?, picture(6, 7, 3)?, "features"),
        (two("averaged")?, picture(6, 7, 1)?, "r"),
        (load("per_place", Channels::Grey, 3, OutputValues::Logits)?, picture(6, 7, 1)?, "features"),
        (load("convolved", Channels::Grey, 3, OutputValues::Logits)?, picture(6, 7, 1)?, "features"),
        (two("transposed")?, picture(6, 7, 1)?, "features"),
    ])
}

#[test]
fn the_chain_gives_the_networks_own_margins() -> Result<()> {
    for (network, shown, layer) in heads()? {
        let features = network.features(&shown)?;
        assert_eq!(features.layer, layer);
        let (ours, own) = (network.head_scores(&features)?, network.scores(&shown)?);
        for class in 1..own.len() {
            let (ours, own) = (ours[class] - ours[0], own[class] - own[0]);
            assert!((ours - own).abs() < 1e-4, "{layer}: {ours} and {own}");
        }
    }
    Ok(())
}

#[test]
fn the_gradient_is_the_limit_of_differences() -> Result<()> {
    for (network, shown, layer) in heads()? {
        let features = network.features(&shown)?;
        let weights: Vec<f64> = (0..network.scores(&shown)?.len()).map(|class| 1.0 - 0.7 * class as f64).collect();
        let gradient = network.gradient(&features, &weights)?;
        let direction =
            Array3::from_shape_fn(gradient.dim(), |(k, row, column)| ((k + 3 * row + 5 * column) % 7) as f32 - 2.0);
        let sum_at = |step: f32| -> Result<f64> {
            let activations = &features.activations + &(&direction * step);
            let scores = network.head_scores(&Features { activations, layer: features.layer.clone() })?;
            Ok(scores.iter().zip(&weights).map(|(score, weight)| score * weight).sum())
        };
        let step = 1.0 / 1024.0;
        let difference = (sum_at(step)? - sum_at(-step)?) / f64::from(2.0 * step);
        let product = (&gradient * &direction.mapv(f64::from)).sum();
        assert!((difference - product).abs() < 1e-3 * product.abs().max(1.0), "{layer}: {difference} and {product}");
        assert!(product.abs() > 1e-3, "{layer}: the direction must matter");
    }
    Ok(())
}

#[test]
fn the_margin_gradient_is_that_of_target_less_rival() -> Result<()> {
    let (network, shown) = (pool()?, picture(8, 10, 1)?);
    let features = network.features(&shown)?;
    let scores = network.scores(&shown)?;
    let rival = if scores[1] > scores[2] { 1 } else { 2 };
    let mut weights = [1.0, 0.0, 0.0];
    weights[rival] = -1.0;
    let gradient = network.margin_gradient(&features, 0)?;
    assert_eq!(gradient, network.gradient(&features, &weights)?);
    let constant_in_place = gradient.outer_iter().all(|plane| plane.iter().all(|value| value == &plane[[0, 0]]));
    assert!(constant_in_place, "a global mean passes the same derivative to every place");
    assert_ne!(gradient, network.margin_gradient(&features, 1)?);
    Ok(())
}

#[test]
fn a_branched_head_is_refused_by_operator_and_node() -> Result<()> {
    let network = load("branched", Channels::Grey, 2, OutputValues::Logits)?;
    let error = network.features(&picture(6, 7, 1)?).unwrap_err();
    assert_eq!(error.kind, Kind::Unsupported);
    assert!(error.what.contains("Add of node add_both"), "{error}");
    assert!(error.hint.as_deref().is_some_and(|hint| hint.contains("occlusion")), "{error}");
    Ok(())
}
