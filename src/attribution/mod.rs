//! Saliency maps: which pixels of a picture a network used, raw and signed.

use ndarray::Array2;

use crate::error::Result;
use crate::map::Map;
use crate::network::Network;
use crate::picture::Picture;
use crate::seed::Seed;

/// A number that a method can be given.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// What it means, with its unit.
    pub description: &'static str,
    /// Value where none is given.
    pub default: f64,
    /// Smallest value.
    pub minimum: f64,
    /// Largest value.
    pub maximum: f64,
}

/// How a picture is hidden, in this experiment.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Where bubble centres fall; the shape of every picture (rows, columns).
    pub region: Array2<bool>,
    /// Standard deviation of one aperture, px.
    pub bubble_sd: f64,
    /// Standard deviation of the smoothing of human maps, px.
    pub smoothing_sd: f64,
    /// Grey level of what is hidden, 0..1.
    pub background: f64,
}

/// One question to a method: which pixels of this picture made this network prefer the target class?
pub struct Question<'a> {
    /// The network.
    pub network: &'a Network,
    /// The picture, as shown.
    pub picture: &'a Picture,
    /// The class whose margin over the best other class is explained (index into the classes of the experiment).
    pub target: usize,
    /// Values of the method's parameters, in the order of its table.
    pub parameters: &'a [f64],
    /// How pictures are hidden.
    pub setting: &'a Setting,
    /// Seed of this question.
    pub seed: Seed,
}

/// A saliency map and what is known about it.
#[derive(Debug, Clone)]
pub struct Saliency {
    /// Raw signed map of the picture's size; positive = speaks for the target.
    pub map: Map,
    /// Forward passes used.
    pub evaluations: usize,
    /// Split-half reliability of the map's own Monte-Carlo noise, Spearman-Brown corrected; `None` for a method without chance.
    pub reliability: Option<f64>,
    /// Standard deviation, px, of the Gaussian that best describes the method's own blur.
    pub blur_sd: f64,
    /// Layer explained, where there is one.
    pub layer: Option<String>,
}

/// A row of the table of methods.
pub struct Method {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Parameters in order.
    pub parameters: &'static [Parameter],
    /// Answers a question.
    pub explain: fn(&Question) -> Result<Saliency>,
}

/// Every method; a new one is a file with its row, and a line here.
pub static METHODS: &[Method] = &[];
