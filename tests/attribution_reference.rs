//! Maps and network outputs against those of Captum, pytorch-grad-cam and PyTorch.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use bubblescope::attribution::{grad_cam, occlusion, rise};
use bubblescope::error::{Error, Result};
use bubblescope::experiment::{Channels, Input, Output, OutputValues};
use bubblescope::network::Network;
use bubblescope::picture::Picture;
use ndarray::{Array2, Array3, ArrayD, Axis, Ix4, IxDyn};
use serde_json::Value;

/// The folder of reference values, if this machine has one.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BUBBLESCOPE_REFERENCE").map(|folder| PathBuf::from(folder).join("attribution"));
    if folder.is_none() {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
    }
    folder
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|cause| Error::io("read", path, cause))
}

/// A `.npy` file of any shape in C order.
fn npy(path: &Path) -> Result<ArrayD<f64>> {
    let bytes = read(path)?;
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..start]).into_owned();
    let shape = header.split("'shape': (").nth(1).and_then(|rest| rest.split(')').next()).unwrap();
    let shape: Vec<usize> = shape.split(',').filter_map(|word| word.trim().parse().ok()).collect();
    let body = &bytes[start..];
    let values: Vec<f64> = match header.split("'descr': '").nth(1).and_then(|rest| rest.get(..3)) {
        Some("<f4") => body.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect(),
        Some("<i2") => body.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]]))).collect(),
        Some("|u1") => body.iter().map(|&b| f64::from(b)).collect(),
        kind => panic!("{} holds {kind:?}", path.display()),
    };
    Ok(ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(parts) => parts.iter().flat_map(numbers).collect(),
        number => number.as_f64().into_iter().collect(),
    }
}

fn map(value: &Value, rows: usize, columns: usize) -> Array2<f64> {
    let values = numbers(value).into_iter().take(rows * columns).collect();
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

/// A tensor of shape (1, channels, rows, columns) as a picture that the network takes as it is.
fn picture(tensor: ArrayD<f64>) -> Result<Picture> {
    let tensor = tensor.into_dimensionality::<Ix4>().unwrap().index_axis_move(Axis(0), 0);
    Picture::new(tensor.permuted_axes([1, 2, 0]).mapv(|value| value as f32).as_standard_layout().into_owned())
}

fn network(path: &Path, count: usize) -> Result<Network> {
    let classes: Vec<String> = (0..count).map(|class| format!("class {class}")).collect();
    let input = Input { channels: Channels::Rgb, range: [0.0, 1.0], mean: vec![], sd: vec![] };
    Network::load(path, &input, &Output { classes: classes.clone(), values: OutputValues::Logits }, &classes)
}

/// Largest difference, as a share of the largest reference value.
fn distance(ours: &Array2<f64>, theirs: &Array2<f64>) -> f64 {
    let largest = |map: &Array2<f64>| map.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    largest(&(ours - theirs)) / largest(theirs)
}

/// Grad-CAM at the feature layer for the score of one class.
fn class_map(network: &Network, picture: &Picture, classes: usize, target: usize) -> Result<Array2<f64>> {
    let features = network.features(picture)?;
    let mut weights = vec![0.0; classes];
    weights[target] = 1.0;
    Ok(grad_cam::class_activation_map(&features.activations, &network.gradient(&features, &weights)?))
}

/// Occlusion of the score of one class by 0.
fn occluded(network: &Network, picture: &Picture, target: usize, window: usize, stride: usize) -> Result<Array2<f64>> {
    let whole = network.scores(picture)?[target];
    let fall = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
        let hidden = Array3::from_shape_fn(picture.values().dim(), |(row, column, channel)| {
            let inside = rows.contains(&row) && columns.contains(&column);
            if inside { 0.0 } else { picture.values()[[row, column, channel]] }
        });
        Ok(whole - network.scores(&Picture::new(hidden)?)?[target])
    };
    Ok(occlusion::averaged(picture.shape(), window, stride, fall)?.0)
}

#[test]
fn two_toy_networks_agree_with_torch() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures: Value = serde_json::from_slice(&read(&folder.join("toy/fixtures.json"))?).unwrap();
    let picture = picture(ArrayD::from_shape_vec(IxDyn(&[1, 3, 8, 8]), numbers(&fixtures["input"])).unwrap())?;
    for name in ["netA", "netB"] {
        let expected = &fixtures[name];
        let network = network(&folder.join(format!("toy/{name}.onnx")), 3)?;
        let scores = network.scores(&picture)?;
        assert!(
            scores.iter().zip(numbers(&expected["logits"])).all(|(a, b)| (a - b).abs() < 1e-5),
            "{name}: {scores:?}"
        );
        let features = network.features(&picture)?;
        let gradient = network.gradient(&features, &[0.0, 0.0, 1.0])?;
        for (values, field) in [(features.activations.mapv(f64::from), "relu2_act"), (gradient, "relu2_grad")] {
            let theirs = numbers(&expected[field]);
            assert_eq!(values.len(), theirs.len());
            assert!(values.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-5), "{name} {field}");
        }
        let low = class_map(&network, &picture, 3, 2)?;
        assert!(distance(&low, &map(&expected["gradcam_raw"], 4, 4)) < 1e-4, "{name}: {low}");
        assert!(distance(&class_map(&network, &picture, 3, 1)?, &map(&expected["gradcam_raw"], 4, 4)) > 0.1);
        for (stride, field) in [(1, "occlusion_w3_s1_b0"), (2, "occlusion_w3_s2_b0")] {
            let ours = occluded(&network, &picture, 2, 3, stride)?;
            assert!(distance(&ours, &map(&expected[field], 8, 8)) < 1e-4, "{name} {field}: {ours}");
        }
    }
    Ok(())
}

#[test]
fn grad_cam_of_resnet18_agrees_with_pytorch_grad_cam() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let network = network(&folder.join("resnet18/model_batch.onnx"), 1000)?;
    let picture = picture(npy(&folder.join("pictures/astronaut.npy"))?)?;
    let logits = npy(&folder.join("resnet18/logits.npy"))?;
    let scores = network.scores(&picture)?;
    assert!(scores.iter().zip(&logits).all(|(a, b)| (a - b).abs() < 1e-4));
    assert_eq!(network.features(&picture)?.layer, "/layer4/layer4.1/relu_1/Relu_output_0");
    let theirs = npy(&folder.join("resnet18/pgc_gradcam.low.npy"))?.into_shape_with_order((7, 7)).unwrap();
    let ours = class_map(&network, &picture, 1000, 123)?;
    assert!(distance(&ours, &theirs) < 1e-4, "{}", distance(&ours, &theirs));
    assert!(distance(&class_map(&network, &picture, 1000, 124)?, &theirs) > 0.1);
    Ok(())
}

#[test]
fn occlusion_of_resnet18_agrees_with_captum() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let network = network(&folder.join("resnet18/model_batch.onnx"), 1000)?;
    let picture = picture(npy(&folder.join("pictures/astronaut.npy"))?)?;
    let theirs = npy(&folder.join("resnet18/occlusion.npy"))?.into_dimensionality::<Ix4>().unwrap();
    let theirs = theirs.index_axis(Axis(0), 0).index_axis(Axis(0), 0).to_owned();
    let ours = occluded(&network, &picture, 123, 32, 16)?;
    assert!(distance(&ours, &theirs) < 1e-4, "{}", distance(&ours, &theirs));
    Ok(())
}

#[test]
fn rise_masks_are_those_of_the_published_geometry() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let file = |name: &str| npy(&folder.join("resnet18").join(name));
    let (grids, shifts, answers) = (file("rise.grids.npy")?, file("rise.shifts.npy")?, file("rise.prob.npy")?);
    let published = |transposed: bool| -> Array2<f64> {
        let mut sum = Array2::<f64>::zeros((224, 224));
        for (index, answer) in answers.iter().enumerate() {
            let grid = grids.index_axis(Axis(0), index).mapv(|cell| cell as f32).into_shape_with_order((7, 7)).unwrap();
            let (row, column) = (shifts[[index, 0]] as usize, shifts[[index, 1]] as usize);
            let shift = if transposed { (column, row) } else { (row, column) };
            sum.zip_mut_with(&rise::enlarged(&grid, (224, 224), shift), |sum, &opening| {
                *sum += answer * f64::from(opening) / (500.0 * 0.5);
            });
        }
        sum
    };
    let theirs = file("rise.npy")?.into_shape_with_order((224, 224)).unwrap();
    assert!(distance(&published(false), &theirs) < 1e-5, "{}", distance(&published(false), &theirs));
    assert!(distance(&published(true), &theirs) > 1e-3, "shifts are rows, then columns");
    Ok(())
}
