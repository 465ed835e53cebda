//! Saliency maps: which pixels of a picture a network used, raw and signed.

mod baseline;
mod bubbles;
mod cam;
mod counterpart;
mod expected_gradients;
mod full_grad;
pub mod gradient;
pub mod hsic;
mod hypercube;
pub mod integrated_gradients;
pub mod kernel_shap;
pub mod lime;
pub mod moments;
pub mod occlusion;
mod order;
pub mod parts;
mod question;
pub mod quickshift;
pub mod reduction;
mod relevance;
pub mod rise;
mod rise_published;
mod rollout;
mod sampling;
mod smooth_grad;
pub mod sobol;
pub mod staircase;

use std::collections::BTreeMap;

use crate::error::Result;
use crate::experiment::{Explained, Value};
use crate::network::Network;
use crate::parameter;

pub use self::counterpart::{COUNTERPARTS, Counterpart};
pub use self::question::{Question, Saliency, Setting};
pub use crate::parameter::{Kind, Parameter, Values, number};

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
    /// Says before any work whether a network can be asked this with these parameters.
    pub check: fn(&Network, &Explained, &Values) -> Result<()>,
    /// Answers a question.
    pub explain: fn(&Question) -> Result<Saliency>,
}

impl Method {
    /// The values of its parameters: those given by name, and the defaults of the others.
    pub fn values(&self, given: &BTreeMap<String, Value>) -> Result<Values> {
        Values::new(self.name, self.parameters, given)
    }
}

/// Every method; a new one is a file with its row, and a line here.
pub static METHODS: &[Method] = &[
    bubbles::METHOD,
    rise::METHOD,
    rise_published::METHOD,
    occlusion::METHOD,
    lime::METHOD,
    kernel_shap::METHOD,
    sobol::METHOD,
    hsic::METHOD,
    gradient::GRADIENT,
    gradient::INPUT_X_GRADIENT,
    gradient::GUIDED,
    gradient::DECONVOLUTION,
    smooth_grad::MEAN,
    smooth_grad::SQUARED,
    smooth_grad::VARIANCE,
    integrated_gradients::METHOD,
    expected_gradients::METHOD,
    relevance::DEEP_LIFT,
    relevance::LRP,
    full_grad::METHOD,
    cam::GRAD_CAM,
    cam::PLUS_PLUS,
    cam::X_GRAD,
    cam::HIRES,
    cam::LAYER,
    cam::EIGEN,
    cam::SCORE,
    cam::ABLATION,
    cam::RANDOM,
    rollout::METHOD,
];

/// Methods that an experiment asks where it does not say which.
pub const DEFAULT: [&str; 6] = ["bubbles", "rise", "occlusion", "gradient", "integrated_gradients", "grad_cam"];

#[cfg(test)]
mod tests;
