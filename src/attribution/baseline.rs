//! What a picture is compared with: the picture in which nothing is seen.

use ndarray::{Array2, Array4};

use super::Question;
use super::parameter::{Parameter, choice};
use crate::error::{Error, Result, one_of};
use crate::picture::Picture;

/// Names of the baselines, the default first.
const NAMES: &[&str] = &["background", "black", "white", "input_zero"];

/// The parameter of methods that compare with a baseline.
pub(super) const BASELINE: Parameter = choice(
    "baseline",
    "what is compared with: the grey of what is hidden in this experiment, black, white, or 0 in the network's input",
    NAMES,
);

/// The same, for methods whose source has 0.
pub(super) const ZERO: Parameter = choice(
    "baseline",
    "where the input is measured from: 0 in the network's input, the grey of what is hidden in this experiment, black, white",
    &["input_zero", "background", "black", "white"],
);

/// The input of the network for a baseline, shape (1, channels, rows, columns).
pub(super) fn baseline(question: &Question, name: &str) -> Result<Array4<f32>> {
    let grey = match name {
        "background" => question.setting.background,
        "black" => 0.0,
        "white" => 1.0,
        "input_zero" => return Ok(Array4::zeros(question.input()?.raw_dim())),
        _ => return Err(Error::invalid(format!("there is no baseline {name}")).hint(one_of(NAMES.iter().copied()))),
    };
    question.network.input(&Picture::from_grey(Array2::from_elem(question.picture.shape(), grey as f32))?)
}
