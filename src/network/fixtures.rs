//! The small networks of `tests/data`, made by `make_networks.py`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ndarray::Array3;

use super::Network;
use crate::error::{Error, Result};
use crate::experiment::{Channels, Input, Output, OutputValues};
use crate::picture::Picture;

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("{name}.onnx"))
}

pub(crate) fn input(channels: Channels) -> Input {
    Input { channels, range: [0.0, 1.0], mean: vec![], sd: vec![] }
}

/// Classes called a, b, c and so on.
pub(crate) fn classes(count: u8) -> Vec<String> {
    (0..count).map(|at| char::from(b'a' + at).to_string()).collect()
}

pub(crate) fn load(name: &str, channels: Channels, count: u8, values: OutputValues) -> Result<Network> {
    let output = Output { classes: classes(count), values };
    Network::load(&path(name), &input(channels), &output, &classes(count))
}

pub(crate) fn linear() -> Result<Network> {
    load("linear", Channels::Grey, 2, OutputValues::Logits)
}

pub(crate) fn pool() -> Result<Network> {
    load("pool", Channels::Grey, 3, OutputValues::Logits)
}

pub(crate) fn dense() -> Result<Network> {
    load("dense", Channels::Rgb, 3, OutputValues::Probabilities)
}

/// The picture of `make_networks.py`.
pub(crate) fn picture(rows: usize, columns: usize, channels: usize) -> Result<Picture> {
    let values = |(row, column, channel)| ((7 * row + 3 * column + 5 * channel) % 11) as f32 / 10.0;
    Picture::new(Array3::from_shape_fn((rows, columns, channels), values))
}

/// Output of a network for that picture by onnx's reference evaluator.
pub(crate) fn reference(name: &str) -> Result<Vec<f64>> {
    let text = include_str!("../../tests/data/networks.json");
    let mut answers: BTreeMap<String, Vec<f64>> =
        serde_json::from_str(text).map_err(|cause| Error::internal(cause.to_string()))?;
    answers.remove(name).ok_or_else(|| Error::internal(format!("no answer of {name}")))
}
