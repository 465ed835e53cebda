//! One run back through the network: the gradient, and three of its kin.
//!
//! - `gradient`: the derivative of the explained value to each value of the input (Simonyan, Vedaldi & Zisserman 2014,
//!   arXiv:1312.6034), signed; `channels = "abs_max"` gives the paper's map.
//! - `input_x_gradient`: the input, measured from a baseline, times the gradient (Shrikumar et al. 2016, arXiv:1605.01713).
//! - `guided_backprop` (Springenberg et al. 2015, arXiv:1412.6806) and `deconvnet` (Zeiler & Fergus 2014,
//!   arXiv:1311.2901) change what rectifiers pass back, and nothing else: both resemble edge detectors, and fail the test
//!   of randomised weights (Adebayo et al. 2018, arXiv:1810.03292). A network without rectifiers is refused, since the
//!   result would be the plain gradient.
//!
//! Derivatives are to the network's input, after its mean and standard deviation; a picture of another size is enlarged
//! or shrunk bilinearly, which blurs.

use super::baseline::{ZERO, baseline};
use super::reduction::CHANNELS;
use super::{Method, Question, Saliency, Values};
use crate::error::Result;
use crate::experiment::Explained;
use crate::network::{Network, Way};

pub(super) const GRADIENT: Method = Method {
    name: "gradient",
    description: "derivative of the explained value to each pixel",
    source: "Simonyan, Vedaldi & Zisserman 2014, arXiv:1312.6034",
    parameters: &[CHANNELS],
    check: |network, explained, _| check(network, explained, &Way::Gradient),
    explain: |question| back(question, &Way::Gradient),
};

pub(super) const INPUT_X_GRADIENT: Method = Method {
    name: "input_x_gradient",
    description: "each pixel, measured from a baseline, times its derivative",
    source: "Shrikumar et al. 2016, arXiv:1605.01713",
    parameters: &[CHANNELS, ZERO],
    check: |network, explained, _| check(network, explained, &Way::Gradient),
    explain: |question| {
        let [channels, from] = question.values.words()?;
        let input = question.input()?;
        let back = question.network.back(&input, &question.objective()?, &Way::Gradient, None)?;
        question.saliency(&((input - baseline(question, from)?) * back.input), channels, 1)
    },
};

pub(super) const GUIDED: Method = Method {
    name: "guided_backprop",
    description: "the gradient, of which rectifiers pass back only what is positive and where they were open",
    source: "Springenberg et al. 2015, arXiv:1412.6806",
    parameters: &[CHANNELS],
    check: |network, explained, _| rectified(network, explained, &Way::Guided),
    explain: |question| back(question, &Way::Guided),
};

pub(super) const DECONVOLUTION: Method = Method {
    name: "deconvnet",
    description: "the gradient, of which rectifiers pass back only what is positive, wherever they were open",
    source: "Zeiler & Fergus 2014, ECCV, arXiv:1311.2901",
    parameters: &[CHANNELS],
    check: |network, explained, _| rectified(network, explained, &Way::Deconvolution),
    explain: |question| back(question, &Way::Deconvolution),
};

fn back(question: &Question, way: &Way) -> Result<Saliency> {
    let [channels] = question.values.words()?;
    let back = question.network.back(&question.input()?, &question.objective()?, way, None)?;
    question.saliency(&back.input, channels, 1)
}

/// Whether a network can be passed back through; no target matters to that.
pub(super) fn check(network: &Network, explained: &Explained, way: &Way) -> Result<()> {
    network.check_way(&network.objective(explained, 0)?, way)
}

fn rectified(network: &Network, explained: &Explained, way: &Way) -> Result<()> {
    network.check_rectifiers().and_then(|()| check(network, explained, way))
}

/// A check for methods that need nothing but outputs.
pub(super) fn outputs_only(network: &Network, explained: &Explained, _: &Values) -> Result<()> {
    network.objective(explained, 0).map(|_| ())
}
