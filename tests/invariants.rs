//! What attributions have in common: sums that hold, methods that agree where they must, maps that turn with pictures.

#![allow(clippy::unwrap_used, clippy::panic)]

mod maps;

use std::path::PathBuf;

use bubblescope::error::Result;
use bubblescope::experiment::{Channels, Explained, Input, Output, OutputValues};
use bubblescope::network::{Network, Way};
use bubblescope::picture::Picture;
use maps::{distance, explain};
use ndarray::{Array2, Array3, Axis};

fn load(name: &str, count: usize, channels: Channels, values: OutputValues) -> Result<Network> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("{name}.onnx"));
    let classes: Vec<String> = (0..count).map(|class| format!("class {class}")).collect();
    let input = Input { channels, range: [0.0, 1.0], mean: vec![], sd: vec![] };
    Network::load(&path, &input, &Output { classes: classes.clone(), values }, &classes)
}

/// A network that reads grey pictures and answers with logits.
fn grey(name: &str, count: usize) -> Result<Network> {
    load(name, count, Channels::Grey, OutputValues::Logits)
}

fn picture(shape: (usize, usize), channels: usize) -> Result<Picture> {
    let value = |(row, column, channel)| ((7 * row + 3 * column + 5 * channel) % 11) as f32 / 10.0 + 0.03;
    Picture::new(Array3::from_shape_fn((shape.0, shape.1, channels), value))
}

fn map(network: &Network, picture: &Picture, target: usize, method: &str, given: &str) -> Result<Array2<f64>> {
    Ok(explain(network, picture, target, method, given)?.map.to_f64())
}

/// Rectified networks with biases: (network, name, channels).
fn rectified() -> Result<Vec<(Network, &'static str, usize)>> {
    Ok(vec![
        (grey("pool", 3)?, "pool", 1),
        (grey("averaged", 2)?, "averaged", 1),
        (grey("convolved", 3)?, "convolved", 1),
        (grey("branched", 2)?, "branched", 1),
        (load("dense", 3, Channels::Rgb, OutputValues::Probabilities)?, "dense", 3),
    ])
}

#[test]
fn on_a_linear_network_methods_agree() -> Result<()> {
    let network = grey("linear", 2)?;
    let picture = picture(network.size(), 1)?;
    for target in 0..2 {
        let product = map(&network, &picture, target, "input_x_gradient", "")?;
        for (method, given) in [
            ("integrated_gradients", "baseline=input_zero steps=3"),
            ("integrated_gradients", "baseline=black rule=trapezoid steps=4"),
            ("deep_lift", "baseline=input_zero"),
            ("lrp", "composite=epsilon epsilon=1e-9"),
            ("occlusion", "window=1 stride=1"),
        ] {
            let found = map(&network, &picture, target, method, given)?;
            assert!(distance(&found, &product) < 1e-3, "{method} {given}: {}", distance(&found, &product));
        }
        let gradient = map(&network, &picture, target, "gradient", "")?;
        assert!(distance(&gradient, &product) > 0.1);
        let smooth = map(&network, &picture, target, "smooth_grad", "")?;
        assert!(distance(&smooth, &gradient) < 1e-4);
    }
    Ok(())
}

#[test]
fn attributions_add_up() -> Result<()> {
    for (network, name, channels) in rectified()? {
        let picture = picture(network.size(), channels)?;
        let objective = network.objective(&Explained::Logit, 1)?;
        let input = network.input(&picture)?;
        let gain = network.value(&input, &objective)? - network.value(&(&input * 0.0), &objective)?;
        assert!(gain.abs() > 1e-2, "{name}: {gain}");
        for (method, given, limit) in [
            ("integrated_gradients", "baseline=input_zero steps=2000", 1e-3),
            ("integrated_gradients", "baseline=input_zero steps=2000 rule=gauss_legendre", 1e-3),
            ("deep_lift", "baseline=input_zero", 1e-5),
        ] {
            // DeepLIFT has no rule for the maximum over all places.
            if (name, method) == ("branched", "deep_lift") {
                continue;
            }
            let found = explain(&network, &picture, 1, method, given)?;
            assert!(found.delta.unwrap().abs() < limit * gain.abs().max(0.1), "{name}, {method}: {:?}", found.delta);
            let sum = found.map.to_f64().sum();
            assert!((sum - gain).abs() < limit * gain.abs().max(0.1) + 1e-5, "{name}, {method}: {sum}, {gain}");
        }
        let found = explain(&network, &picture, 1, "full_grad", "")?;
        // A LeakyRelu has no bias, but neither is it lost.
        assert!(found.delta.unwrap().abs() < 1e-4, "{name}, full_grad: {:?}", found.delta);
    }
    let (network, picture) = (grey("branched", 2)?, picture((6, 7), 1)?);
    let found = explain(&network, &picture, 1, "lrp", "composite=epsilon epsilon=1e-9")?;
    assert!(found.delta.unwrap().abs() < 1e-4, "without biases relevance is kept: {:?}", found.delta);
    Ok(())
}

#[test]
fn relevance_by_a_small_epsilon_is_the_input_times_the_gradient() -> Result<()> {
    for (network, name, channels) in rectified()? {
        let picture = picture(network.size(), channels)?;
        for target in 0..2 {
            // Where a constant is taken from the input first, that difference is what is multiplied.
            let given = if name == "dense" { continue } else { "baseline=input_zero" };
            let product = map(&network, &picture, target, "input_x_gradient", given)?;
            let relevance = map(&network, &picture, target, "lrp", "composite=epsilon epsilon=1e-9")?;
            assert!(distance(&relevance, &product) < 1e-3, "{name}: {}", distance(&relevance, &product));
            let other = map(&network, &picture, target, "lrp", "composite=epsilon_plus_flat")?;
            assert!(distance(&other, &product) > 0.1, "{name}");
        }
    }
    Ok(())
}

#[test]
fn under_a_global_pool_hires_cam_is_grad_cam() -> Result<()> {
    let (network, picture) = (grey("pool", 3)?, picture((8, 10), 1)?);
    let pair = |network: &Network, picture: &Picture, layer: &str| -> Result<f64> {
        let cam = map(network, picture, 1, "grad_cam", layer)?;
        Ok(distance(&map(network, picture, 1, "hires_cam", layer)?, &cam))
    };
    assert!(pair(&network, &picture, "layer=features")? < 1e-5);
    let dense = load("dense", 3, Channels::Rgb, OutputValues::Probabilities)?;
    let colours = crate::picture(dense.size(), 3)?;
    assert!(pair(&dense, &colours, "layer=features")? > 0.05, "elsewhere they differ");
    Ok(())
}

#[test]
fn maps_of_a_network_alike_left_and_right_turn_with_the_picture() -> Result<()> {
    let network = load("toy_symmetric", 3, Channels::Grey, OutputValues::Probabilities)?;
    let picture = picture((6, 8), 1)?;
    let turned = |values: Array2<f64>| {
        let mut values = values;
        values.invert_axis(Axis(1));
        values
    };
    let mirrored = {
        let mut values =
            Array2::from_shape_fn((6, 8), |(row, column)| ((7 * row + 3 * column) % 11) as f32 / 10.0 + 0.03);
        values.invert_axis(Axis(1));
        Picture::from_grey(values.as_standard_layout().into_owned())?
    };
    // Not deconvnet: it passes closed rectifiers, and so sees which of equal zeros a pool takes first.
    for method in [
        "gradient",
        "input_x_gradient",
        "guided_backprop",
        "integrated_gradients",
        "grad_cam",
        "hires_cam",
        "layer_cam",
        "x_grad_cam",
        "grad_cam_plus_plus",
        "eigen_cam",
        "ablation_cam",
        "full_grad",
    ] {
        let found = probability(&network, &picture, method)?;
        let other = probability(&network, &mirrored, method)?;
        let apart = distance(&other, &turned(found.clone()));
        assert!(apart < 1e-4, "{method}: {apart}");
        assert!(distance(&other, &found) > 1e-2, "{method} does not see which way the picture lies");
    }
    Ok(())
}

/// The map of a method for the probability of the third class.
fn probability(network: &Network, picture: &Picture, method: &str) -> Result<Array2<f64>> {
    maps::explain_as(network, picture, 2, method, "", &Explained::Probability).map(|found| found.map.to_f64())
}

#[test]
fn the_gradient_of_every_explained_number_is_its_difference() -> Result<()> {
    let channel = |name: &str, channel| Explained::Layer { name: name.to_owned(), channel };
    let usual = [Explained::Margin, Explained::Probability, Explained::LogProbability];
    let asked = |more: Vec<Explained>| usual.iter().cloned().chain(more).collect::<Vec<_>>();
    let logits = |layer: &str| asked(vec![Explained::Logit, Explained::Output(2), channel(layer, 1)]);
    let cases = [
        (grey("pool", 3)?, 1, logits("features")),
        (load("dense", 3, Channels::Rgb, OutputValues::Probabilities)?, 3, logits("features")),
        (load("toy_symmetric", 3, Channels::Grey, OutputValues::Probabilities)?, 1, asked(vec![channel("conv1", 3)])),
    ];
    for (network, channels, explained) in cases {
        let input = network.input(&picture(network.size(), channels)?)?;
        let mut gradients: Vec<ndarray::Array4<f32>> = vec![];
        for explained in explained {
            let objective = network.objective(&explained, 1)?;
            let back = network.back(&input, &objective, &Way::Gradient, None)?;
            let whole = network.value(&input, &objective)?;
            assert!((back.value - whole).abs() < 1e-5 * whole.abs().max(1.0), "{explained}");
            let largest = back.input.iter().fold(0f32, |most, value| most.max(value.abs()));
            for (at, derivative) in back.input.indexed_iter().step_by(7) {
                let moved = |step: f32| {
                    let mut input = input.clone();
                    input[at] += step;
                    network.value(&input, &objective)
                };
                let difference = (moved(1.0 / 512.0)? - moved(-1.0 / 512.0)?) * 256.0;
                let apart = (difference - f64::from(*derivative)).abs();
                assert!(apart < 5e-3 * f64::from(largest), "{explained} at {at:?}: {difference}, {derivative}");
            }
            let unlike = |other: &ndarray::Array4<f32>| (other - &back.input).iter().any(|d| d.abs() > 0.02 * largest);
            assert!(
                gradients.iter().all(unlike) || matches!(explained, Explained::Logit),
                "{explained} is like another"
            );
            gradients.push(back.input);
        }
    }
    Ok(())
}
