//! Judging saliency maps without people: does the network itself behave as its map says?
//!
//! Nothing here compares with human maps. Each measure asks the network again about changed pictures, asks the method
//! again about a changed picture or network, or looks at the map alone. Maps are raw and signed: what speaks for the
//! target is positive, and "most salient" means the largest value, not the largest magnitude.
//!
//! Two answers of a network are used. `probability`: the softmax over the classes of the experiment of the network's
//! scores (logits, or logarithms of probabilities, whose softmax renormalises them over these classes), of the class that
//! the map explains; which is the class of the picture, not the one that the network names. `margin`: the score of that
//! class less the best other one, which is what every method explains.
//!
//! A measure that has no value says why. No measure knows what a good map is: read each beside the [`CONTROLS`], maps
//! that know nothing of the network.

mod controls;
mod curve;
mod deletion;
mod impute;
mod infidelity;
mod mu_fidelity;
mod randomisation;
mod region;
mod road;
mod sensitivity;
mod spread;
#[cfg(test)]
mod tests;

pub use controls::{CONTROLS, Control};
pub use curve::{area, curve, order};
pub use impute::{imputed, noisy};
pub use infidelity::{infidelity, relative_infidelity, scaled_infidelity};
pub use mu_fidelity::{removed, sum_of};
pub use region::{pointing_game, relevance_mass, relevance_rank};
pub use sensitivity::sensitivity_max;
pub use spread::{complexity, sparseness};

use std::collections::BTreeMap;

use ndarray::Array2;

use crate::attribution::{Parameter, Values};
use crate::error::{Error, Result};
use crate::experiment::Value;
use crate::picture::Picture;
use crate::seed::Seed;
use crate::stats::correlate::{Undefined, average_ranks, normalised, pearson};

/// Which values speak for a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// High ones.
    Higher,
    /// Low ones.
    Lower,
    /// Those of small magnitude.
    NearZero,
}

impl Better {
    /// "higher", "lower" or "nearer to 0"; a sentence goes on with "is better".
    pub fn name(self) -> &'static str {
        match self {
            Better::Higher => "higher",
            Better::Lower => "lower",
            Better::NearZero => "nearer to 0",
        }
    }
}

/// One of the values of a measure.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    /// Name, in the column `quantity`.
    pub name: &'static str,
    /// Which values speak for a map.
    pub better: Better,
    /// Smallest and largest value.
    pub range: (f64, f64),
}

/// A row of the table of measures.
pub struct Measure {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Its values, in order.
    pub quantities: &'static [Quantity],
    /// Parameters in order.
    pub parameters: &'static [Parameter],
    /// Judges a map.
    pub judge: fn(&Case) -> Result<Vec<Finding>>,
}

/// Every measure; a new one is a file with its row, and a line here.
pub static FAITHFULNESS: &[Measure] = &[
    deletion::DELETION,
    deletion::INSERTION,
    road::MEASURE,
    mu_fidelity::MEASURE,
    infidelity::MEASURE,
    sensitivity::MEASURE,
    randomisation::MEASURE,
    region::POINTING_GAME,
    region::RELEVANCE_MASS,
    region::RELEVANCE_RANK,
    spread::SPARSENESS,
    spread::COMPLEXITY,
];

/// A value, or the reason why there is none.
pub type Outcome = std::result::Result<f64, String>;

/// One value of a judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Name of the quantity.
    pub quantity: &'static str,
    /// How many layers had random weights, and how many layers there are; `None` for any other measure.
    pub layers: Option<(usize, usize)>,
    /// What was found.
    pub outcome: Outcome,
}

impl Finding {
    fn new(quantity: &'static str, outcome: Outcome) -> Finding {
        Finding { quantity, layers: None, outcome }
    }
}

/// What can be asked again; each question is about a picture of the size of the map.
pub struct Answers<'a> {
    /// Probability of the target among the classes of the experiment, 0..1.
    pub probability: &'a dyn Fn(&Picture) -> Result<f64>,
    /// The explained value.
    pub value: &'a dyn Fn(&Picture) -> Result<f64>,
    /// The method's map of a picture; the same chance for every picture.
    pub explain: &'a dyn Fn(&Picture) -> Result<Array2<f64>>,
    /// Layers with weights.
    pub layers: usize,
    /// The method's map of the picture, by the network with the weights of the last layers drawn anew.
    pub explain_randomised: &'a dyn Fn(usize) -> Result<Array2<f64>>,
}

/// A map to be judged.
pub struct Case<'a> {
    /// The map, raw and signed, of the picture's size; rows = height.
    pub map: &'a Array2<f64>,
    /// The picture that it is about.
    pub picture: &'a Picture,
    /// The pixels that matter, where the experiment names them.
    pub region: Option<&'a Array2<bool>>,
    /// Grey level of what is hidden, 0..1.
    pub background: f64,
    /// Values of the measure's parameters.
    pub values: &'a Values,
    /// Seed of this measure and picture: the same for every method and network, so that all meet the same chance.
    pub seed: Seed,
    /// What can be asked.
    pub answers: &'a Answers<'a>,
}

impl Measure {
    /// The values of its parameters: those given by name, and the defaults of the others.
    pub fn values(&self, given: &BTreeMap<String, Value>) -> Result<Values> {
        Values::new(self.name, self.parameters, given)
    }

    /// Every quantity without a value, for one reason.
    pub fn undefined(&self, reason: &str) -> Vec<Finding> {
        self.quantities.iter().map(|quantity| Finding::new(quantity.name, Err(reason.to_owned()))).collect()
    }
}

impl Case<'_> {
    /// The picture with everything hidden.
    fn hidden(&self) -> Picture {
        self.picture.through(&Array2::zeros(self.picture.shape()), self.background as f32)
    }
}

/// Probability of one class: the softmax of the scores of all classes, 0..1.
pub fn probability(scores: &[f64], target: usize) -> Result<f64> {
    let absent = || Error::internal(format!("class {target} is asked for among {}", scores.len()));
    let own = *scores.get(target).ok_or_else(absent)?;
    Ok(1.0 / scores.iter().map(|score| (score - own).exp()).sum::<f64>())
}

/// Why a map of one value has no order of pixels.
const CONSTANT: &str = "the map is constant";

fn is_constant(map: &Array2<f64>) -> bool {
    map.iter().all(|value| *value == map[[0, 0]])
}

/// Spearman's rank correlation, ties averaged, of two rows that have names.
pub fn rank_correlation(x: (&str, &[f64]), y: (&str, &[f64])) -> Outcome {
    let ranks = [average_ranks(x.1), average_ranks(y.1)];
    for ((name, values), ranks) in [x, y].iter().zip(&ranks) {
        match normalised(ranks) {
            Err(Undefined::Constant) => return Err(format!("{name} is the same everywhere")),
            Err(Undefined::TooFew) => {
                return Err(format!("{name} has {} values, and a rank correlation needs 3", values.len()));
            }
            Ok(_) => {}
        }
    }
    pearson(&ranks[0], &ranks[1]).map_err(|_| "a rank correlation has no value".to_owned())
}
