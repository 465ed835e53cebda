//! Attributions of Captum's toy networks, which are small round numbers.
//!
//! Its per-layer LRP rules, and its maximum pool over one axis, are in the unit tests of the schemes. Not here: windows
//! that are not square, and two inputs of a network; where a second input is added to the first, the sum is given.

#![allow(clippy::unwrap_used, clippy::panic)]

mod maps;

use std::collections::BTreeMap;

use std::path::PathBuf;

use bubblescope::attribution::{METHODS, Question, Saliency, Setting};
use bubblescope::bubbles::Cover;
use bubblescope::error::Result;
use bubblescope::experiment::{Channels, Explained, Input, Output, OutputValues};
use bubblescope::network::{Network, Way};
use bubblescope::picture::Picture;
use bubblescope::seed::Seed;
use maps::{enlarged, explain};
use ndarray::{Array2, Axis, arr2};

/// A toy network of the data folder.
fn toy(name: &str, count: usize) -> Result<Network> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("toy_{name}.onnx"));
    let classes: Vec<String> = (0..count).map(|class| format!("class {class}")).collect();
    let input = Input { channels: Channels::Grey, range: [0.0, 1.0], mean: vec![], sd: vec![] };
    Network::load(&path, &input, &Output { classes: classes.clone(), values: OutputValues::Logits }, &classes)
}

fn row(values: &[f32]) -> Result<Picture> {
    Picture::from_grey(Array2::from_shape_vec((1, values.len()), values.to_vec()).unwrap())
}

/// 0 to 15 in four rows, plus a number.
fn counted(plus: f32) -> Array2<f32> {
    Array2::from_shape_fn((4, 4), |(row, column)| (4 * row + column) as f32 + plus)
}

fn close(found: &Array2<f64>, expected: &Array2<f64>) -> bool {
    found.dim() == expected.dim() && (found - expected).iter().all(|difference| difference.abs() < 1e-3)
}

fn map(network: &Network, picture: &Picture, method: &str, given: &str) -> Result<Array2<f64>> {
    Ok(explain(network, picture, 0, method, given)?.map.to_f64())
}

/// Occlusion against another background than 0.
fn occluded(network: &Network, picture: &Picture, background: f64, window: f64, stride: f64) -> Result<Array2<f64>> {
    let method = METHODS.iter().find(|row| row.name == "occlusion").unwrap();
    let mut values = method.values(&BTreeMap::new())?;
    values.set("window", window);
    values.set("stride", stride);
    let region = Array2::from_elem(picture.shape(), true);
    let cover = Cover::spatial(&region, 1.0, background);
    let setting = Setting::new(region, cover, 1.0);
    let (explained, seed) = (&Explained::Logit, Seed(1));
    let question =
        Question { network, picture, target: 0, explained, values: &values, setting: &setting, people: &[], seed };
    Ok((method.explain)(&question)?.map.to_f64())
}

#[test]
fn grad_cam_of_one_convolution() -> Result<()> {
    let network = toy("convolution", 4)?;
    let at = |picture: Array2<f32>, layer: &str| map(&network, &Picture::from_grey(picture)?, "grad_cam", layer);
    let small = |values: [[f64; 2]; 2]| enlarged(&arr2(&values), (4, 4));
    assert!(close(&at(counted(0.0), "layer=conv1")?, &small([[11.25, 13.5], [20.25, 22.5]])));
    assert!(close(&at(counted(0.0), "layer=relu1")?, &small([[0.0, 4.0], [28.0, 32.5]])));
    assert!(close(&at(counted(1.0), "layer=conv1")?, &small([[14.5, 19.0], [32.5, 37.0]])));
    let mut negative = counted(0.0);
    negative[[1, 1]] = -4.0;
    let found = at(negative.clone(), "layer=given")?;
    assert!(close(&found, &negative.mapv(|value| 0.5625 * f64::from(value))), "{found}");
    assert!(found[[1, 1]] < 0.0, "raw maps are not rectified");
    Ok(())
}

#[test]
fn the_terms_of_grad_cam_of_one_convolution() -> Result<()> {
    let network = toy("convolution", 4)?;
    let objective = network.objective(&Explained::Logit, 0)?;
    let cut = network.cut(&network.layer("conv1")?, &objective)?;
    let crossing = cut.trunk(&network.input(&Picture::from_grey(counted(0.0))?)?)?;
    let (activations, (value, gradient)) = (cut.activations(&crossing)?, cut.gradient(&crossing, &objective)?);
    assert_eq!(value, 54.0);
    for (channel, expected) in [[[-3.75, 3.0], [23.25, 30.0]], [[15.0, 10.5], [-3.0, -7.5f32]]].iter().enumerate() {
        let weight = gradient.index_axis(Axis(0), channel).mean().unwrap();
        assert_eq!(&activations.index_axis(Axis(0), channel) * weight, arr2(expected));
    }
    Ok(())
}

#[test]
fn guided_backpropagation_and_deconvolution_of_one_convolution() -> Result<()> {
    let network = toy("convolution", 4)?;
    let of = |plus: f32, method: &str| map(&network, &Picture::from_grey(counted(plus))?, method, "");
    let guided = arr2(&[[0.0, 1.0, 1.0, 1.0], [1.0, 3.0, 3.0, 2.0], [1.0, 3.0, 3.0, 2.0], [1.0, 2.0, 2.0, 1.0]]);
    let later = arr2(&[[1.0, 2.0, 2.0, 1.0], [2.0, 4.0, 4.0, 2.0], [2.0, 4.0, 4.0, 2.0], [1.0, 2.0, 2.0, 1.0]]);
    let deconvolved = arr2(&[[2.0, 3.0, 3.0, 1.0], [3.0, 5.0, 5.0, 2.0], [3.0, 5.0, 5.0, 2.0], [1.0, 2.0, 2.0, 1.0]]);
    assert_eq!(of(0.0, "guided_backprop")?, guided);
    assert_eq!(of(1.0, "guided_backprop")?, later);
    assert_eq!(of(0.0, "deconvnet")?, deconvolved);
    assert_eq!(of(1.0, "deconvnet")?, deconvolved);
    assert_ne!(of(0.0, "gradient")?, guided);
    Ok(())
}

#[test]
fn relevance_of_one_convolution_and_of_two_products() -> Result<()> {
    let network = toy("convolution", 4)?;
    let found = explain(&network, &Picture::from_grey(counted(0.0))?, 0, "lrp", "composite=epsilon epsilon=1e-9")?;
    let expected = arr2(&[[0.0, 1.0, 2.0, 3.0], [0.0, 5.0, 6.0, 7.0], [0.0, 9.0, 10.0, 11.0], [0.0, 0.0, 0.0, 0.0]]);
    assert!(close(&found.map.to_f64(), &expected), "{:?}", found.map);
    assert!(found.delta.unwrap().abs() < 1e-3);
    let (network, picture) = (toy("product", 1)?, row(&[1.0, 2.0, 3.0])?);
    let found = explain(&network, &picture, 0, "lrp", "composite=epsilon epsilon=1e-9")?;
    assert!(close(&found.map.to_f64(), &arr2(&[[18.0, 36.0, 54.0]])));
    assert!(found.delta.unwrap().abs() < 1e-3);
    assert!(close(&map(&network, &picture, "input_x_gradient", "")?, &arr2(&[[18.0, 36.0, 54.0]])));
    let layers = toy("layers", 2)?;
    let found = explain(&layers, &row(&[4.0, 8.0, 12.0])?, 0, "lrp", "composite=epsilon epsilon=1e-9")?;
    assert!(close(&found.map.to_f64(), &arr2(&[[16.0, 32.0, 48.0]])), "of the sum of both inputs");
    assert!((found.delta.unwrap() - 8.0).abs() < 1e-3, "what the biases took, 10 - 3 + 1");
    Ok(())
}

#[test]
fn products_of_gradients_with_inputs_add_up_to_grad_cam_of_a_vector() -> Result<()> {
    let found = map(&toy("layers", 2)?, &row(&[0.0, 100.0, 0.0])?, "input_x_gradient", "")?;
    assert_eq!(found, arr2(&[[0.0, 400.0, 0.0]]));
    Ok(())
}

#[test]
fn occlusion_of_rows_and_of_one_convolution() -> Result<()> {
    let layers = toy("layers", 2)?;
    let one = |values: &[f32]| occluded(&layers, &row(values)?, 0.0, 1.0, 1.0);
    assert!(close(&one(&[20.0, 50.0, 30.0])?, &arr2(&[[80.0, 200.0, 120.0]])));
    assert!(close(&one(&[2.0, 10.0, 3.0])?, &arr2(&[[8.0, 35.0, 12.0]])));
    let picture = row(&[20.0, 50.0, 30.0])?;
    assert!(close(&occluded(&layers, &picture, 10.0, 2.0, 1.0)?, &arr2(&[[200.0, 220.0, 240.0]])));
    assert!(close(&occluded(&layers, &picture, 0.0, 2.0, 2.0)?, &arr2(&[[280.0, 280.0, 120.0]])));
    // Behind the picture lies another of ones, as the background: all of the one hidden, then all of the other.
    let network = toy("convolution", 4)?;
    let both = Picture::from_grey(counted(1.0))?;
    assert!(close(&occluded(&network, &both, 1.0, 4.0, 4.0)?, &Array2::from_elem((4, 4), 67.0)));
    let objective = network.objective(&Explained::Logit, 0)?;
    let value = |plus: f32| network.value(&network.input(&Picture::from_grey(counted(plus))?)?, &objective);
    assert_eq!(value(1.0)? - value(0.0)?, 13.0);
    Ok(())
}

#[test]
fn integrated_gradients_of_two_numbers() -> Result<()> {
    for (name, rule) in [("second", "midpoint"), ("second", "gauss_legendre"), ("third", "midpoint"), ("third", "left")]
    {
        let given = format!("baseline=input_zero steps=1000 rule={rule}");
        let found = explain(&toy(name, 1)?, &row(&[3.0, 1.0])?, 0, "integrated_gradients", &given)?;
        let expected = arr2(&[[1.5, -0.5]]);
        let apart = (&found.map.to_f64() - &expected).iter().fold(0f64, |most, value| most.max(value.abs()));
        assert!(apart < 0.01, "{name}, {rule}: {:?}", found.map);
        assert!(found.delta.unwrap().abs() < 0.01);
    }
    Ok(())
}

#[test]
fn deep_lift_of_two_rectified_numbers() -> Result<()> {
    let network = toy("rectified", 1)?;
    let found = explain(&network, &row(&[1.0, 2.0])?, 0, "deep_lift", "baseline=input_zero")?;
    assert!(close(&found.map.to_f64(), &arr2(&[[2.0, 1.0]])));
    assert!(found.delta.unwrap().abs() < 1e-6);
    let objective = network.objective(&Explained::Logit, 0)?;
    let (x, zero) = (network.input(&row(&[1.0, 2.0])?)?, network.input(&row(&[0.0, 0.0])?)?);
    let multipliers = network.back(&x, &objective, &Way::Rescale, Some(&zero))?.input;
    assert_eq!(multipliers.iter().copied().collect::<Vec<f32>>(), [2.0, 0.5]);
    assert_eq!(map(&network, &row(&[1.0, 2.0])?, "gradient", "")?, arr2(&[[2.0, 2.0]]));
    Ok(())
}

#[test]
fn the_gradient_of_two_numbers_is_stable_and_integrated_gradients_are_faithful() -> Result<()> {
    let network = toy("second", 1)?;
    let gradient = map(&network, &row(&[3.0, 1.0])?, "gradient", "")?;
    assert_eq!(gradient, arr2(&[[1.0, -1.0]]));
    for (right, down) in [(0.02, 0.02), (0.02, -0.02), (-0.02, 0.02), (-0.02, -0.02)] {
        assert_eq!(map(&network, &row(&[3.0 + right, 1.0 + down])?, "gradient", "")?, gradient);
    }
    let integrated: Saliency = explain(&network, &row(&[3.0, 1.0])?, 0, "integrated_gradients", "baseline=input_zero")?;
    let weights = integrated.map.to_f64() / arr2(&[[3.0, 1.0]]);
    let objective = network.objective(&Explained::Logit, 0)?;
    let value = |x: [f32; 2]| network.value(&network.input(&row(&x)?)?, &objective);
    let (change, moved) = ([0.0009, 0.0121], value([3.0, 1.0])? - value([3.0 - 0.0009, 1.0 - 0.0121])?);
    let said = weights[[0, 0]] * change[0] + weights[[0, 1]] * change[1];
    assert!((said - moved).powi(2) < 1e-4);
    Ok(())
}
