//! Saliency maps: which pixels of a picture a network used, raw and signed.

mod bubbles;
pub mod grad_cam;
mod moments;
pub mod occlusion;
mod order;
pub mod rise;
pub mod staircase;

use std::collections::BTreeMap;

use ndarray::Array2;

use crate::error::{Error, Result};
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
    /// Split-half reliability of the map's own Monte-Carlo noise, Spearman-Brown corrected; `None` for a method without
    /// chance. Where a picture was also shown mirrored: the mean of both orientations, each on its own.
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
    /// Says before any work whether a network can be asked with these parameters.
    pub check: fn(&Network, &[f64]) -> Result<()>,
    /// Answers a question.
    pub explain: fn(&Question) -> Result<Saliency>,
}

/// Every method; a new one is a file with its row, and a line here.
pub static METHODS: &[Method] = &[bubbles::METHOD, rise::METHOD, occlusion::METHOD, grad_cam::METHOD];

/// Values of a method's parameters in the order of its table: those given by name, and the defaults of the others.
pub fn parameters_for(method: &Method, given: Option<&BTreeMap<String, f64>>) -> Vec<f64> {
    let value = |parameter: &Parameter| given.and_then(|given| given.get(parameter.name)).copied();
    method.parameters.iter().map(|parameter| value(parameter).unwrap_or(parameter.default)).collect()
}

impl Question<'_> {
    /// The values of the `N` parameters of a method, each within its bounds.
    fn parameters<const N: usize>(&self, method: &Method) -> Result<[f64; N]> {
        for (parameter, &value) in method.parameters.iter().zip(self.parameters) {
            if !(parameter.minimum..=parameter.maximum).contains(&value) {
                return Err(Error::invalid(format!(
                    "`{}` of {} is {value}, and must be between {} and {}",
                    parameter.name, method.name, parameter.minimum, parameter.maximum
                ))
                .hint(format!("change it in [attribution.parameters.{}]", method.name)));
            }
        }
        let wrong = |_| Error::internal(format!("{} parameters are given, and {N} expected", self.parameters.len()));
        self.parameters.try_into().map_err(wrong)
    }

    /// Margin of the target when the picture is shown through a mask (0 = hidden, 1 = visible).
    fn margin_through(&self, mask: &Array2<f32>) -> Result<f64> {
        self.network.margin(&self.picture.through(mask, self.setting.background as f32), self.target)
    }

    /// The picture's shape, which the region must share.
    fn shape(&self) -> Result<(usize, usize)> {
        let (picture, region) = (self.picture.shape(), self.setting.region.dim());
        if picture == region {
            return Ok(picture);
        }
        Err(Error::invalid(format!(
            "the picture has {} x {} px (rows x columns), and the region {} x {}",
            picture.0, picture.1, region.0, region.1
        ))
        .hint("give every picture and the region the same size"))
    }
}

#[cfg(test)]
mod tests;
