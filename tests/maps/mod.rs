//! What tests of maps share: reference arrays, and questions asked in one line.

#![allow(clippy::unwrap_used, clippy::panic, dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bubblescope::attribution::{METHODS, Question, Saliency, Setting};
use bubblescope::bubbles::Cover;
use bubblescope::error::{Error, Result};
use bubblescope::experiment::{Channels, Explained, Input, Output, OutputValues, Value};
use bubblescope::network::Network;
use bubblescope::picture::Picture;
use bubblescope::seed::Seed;
use bubblescope::stats::stretch::{stretched, weights};
use ndarray::{Array2, ArrayD, Axis, Ix4, IxDyn};

/// The folder of reference values, if this machine has one.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BUBBLESCOPE_REFERENCE").map(|folder| PathBuf::from(folder).join("attribution"));
    if folder.is_none() {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
    }
    folder
}

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|cause| Error::io("read", path, cause))
}

/// A `.npy` file of any shape in C order.
pub fn npy(path: &Path) -> Result<ArrayD<f64>> {
    let bytes = read(path)?;
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..start]).into_owned();
    let shape = header.split("'shape': (").nth(1).and_then(|rest| rest.split(')').next()).unwrap();
    let shape: Vec<usize> = shape.split(',').filter_map(|word| word.trim().parse().ok()).collect();
    let body = &bytes[start..];
    let values: Vec<f64> = match header.split("'descr': '").nth(1).and_then(|rest| rest.get(..3)) {
        Some("<f4") => body.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect(),
        Some("<f8") => body.chunks_exact(8).map(|b| f64::from_le_bytes(<[u8; 8]>::try_from(b).unwrap())).collect(),
        Some("<i2") => body.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]]))).collect(),
        Some("|u1") => body.iter().map(|&b| f64::from(b)).collect(),
        kind => panic!("{} holds {kind:?}", path.display()),
    };
    Ok(ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap())
}

/// The values of the toy networks.
pub fn fixtures(folder: &Path) -> Result<serde_json::Value> {
    Ok(serde_json::from_slice(&read(&folder.join("toy/fixtures.json"))?).unwrap())
}

/// The first `rows * columns` numbers of a value.
pub fn map(value: &serde_json::Value, rows: usize, columns: usize) -> Array2<f64> {
    let values = numbers(value).into_iter().take(rows * columns).collect();
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

/// Every number of a value, in order.
pub fn numbers(value: &serde_json::Value) -> Vec<f64> {
    match value {
        serde_json::Value::Array(parts) => parts.iter().flat_map(numbers).collect(),
        number => number.as_f64().into_iter().collect(),
    }
}

/// A tensor of shape (1, channels, rows, columns) as a picture that the network takes as it is.
pub fn picture(tensor: ArrayD<f64>) -> Result<Picture> {
    let tensor = tensor.into_dimensionality::<Ix4>().unwrap().index_axis_move(Axis(0), 0);
    Picture::new(tensor.permuted_axes([1, 2, 0]).mapv(|value| value as f32).as_standard_layout().into_owned())
}

/// A network of three channels whose input is taken as it is; its classes are its outputs.
pub fn network(path: &Path, count: usize) -> Result<Network> {
    let classes: Vec<String> = (0..count).map(|class| format!("class {class}")).collect();
    let input = Input { channels: Channels::Rgb, range: [0.0, 1.0], mean: vec![], sd: vec![] };
    Network::load(path, &input, &Output { classes: classes.clone(), values: OutputValues::Logits }, &classes)
}

/// The map of a method for the logit of a class, its parameters given as "name=value name=value".
pub fn explain(network: &Network, picture: &Picture, target: usize, method: &str, given: &str) -> Result<Saliency> {
    explain_as(network, picture, target, method, given, &Explained::Logit)
}

/// The same for another number than the logit.
pub fn explain_as(
    network: &Network,
    picture: &Picture,
    target: usize,
    method: &str,
    given: &str,
    explained: &Explained,
) -> Result<Saliency> {
    let method = METHODS.iter().find(|row| row.name == method).unwrap();
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        let value = value.parse().map_or_else(|_| Value::Text(value.to_owned()), Value::Number);
        (name.to_owned(), value)
    };
    let given: BTreeMap<String, Value> = given.split_whitespace().map(pair).collect();
    let region = Array2::from_elem(picture.shape(), true);
    let cover = Cover::spatial(&region, 4.0, 0.0);
    let setting = Setting::new(region, cover, 4.0);
    let seed = Seed(1);
    let values = method.values(&given)?;
    (method.check)(network, explained, &values)?;
    (method.explain)(&Question {
        network,
        picture,
        target,
        explained,
        values: &values,
        setting: &setting,
        people: &[],
        seed,
    })
}

/// The sum over channels of a reference attribution of shape (1, channels, rows, columns).
pub fn summed(values: ArrayD<f64>) -> Array2<f64> {
    values.into_dimensionality::<Ix4>().unwrap().sum_axis(Axis(1)).index_axis_move(Axis(0), 0)
}

/// A small map enlarged bilinearly, half-pixel centres.
pub fn enlarged(map: &Array2<f64>, shape: (usize, usize)) -> Array2<f64> {
    let along = |from: usize, to: usize| weights(from, to, 0..to);
    stretched(map, &along(map.nrows(), shape.0), &along(map.ncols(), shape.1))
}

/// Largest difference, as a share of the largest reference value.
pub fn distance(ours: &Array2<f64>, theirs: &Array2<f64>) -> f64 {
    assert_eq!(ours.dim(), theirs.dim());
    let largest = |map: &Array2<f64>| map.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    largest(&(ours - theirs)) / largest(theirs)
}

/// Root of the mean squared difference, as a share of the reference's.
pub fn relative(ours: &Array2<f64>, theirs: &Array2<f64>) -> f64 {
    let size = |map: &Array2<f64>| map.iter().map(|value| value * value).sum::<f64>().sqrt();
    size(&(ours - theirs)) / size(theirs)
}
