//! What is explained: one number that depends on a network's answer.

use tract_onnx::prelude::OutletId;

use super::layers::Layer;
use super::{Network, load};
use crate::error::{Error, Result};
use crate::experiment::{Explained, OutputValues};

/// Below this, the logarithm of a probability is cut off.
const SMALLEST_PROBABILITY: f64 = 1e-12;

/// One number that depends on a picture: `sum of weight s - largest s among rivals`, where `s` are the answers of a
/// network, or of a layer, in some form.
#[derive(Debug, Clone)]
pub struct Objective {
    pub(super) place: OutletId,
    pub(super) form: Form,
    pub(super) weights: Vec<f32>,
    /// 0 for a rival, minus infinity for any other unit.
    pub(super) rivals: Vec<f32>,
}

/// What is done to the units before they are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// As they are.
    Plain,
    /// `ln(max(p, 1e-12))` of probabilities.
    Logarithm,
    /// Logits to probabilities.
    Softmax,
    /// Logits to logarithms of probabilities.
    LogSoftmax,
}

impl Network {
    /// The number to be explained for a class of the experiment (index).
    ///
    /// A logit is asked before any final Softmax; where the network has probabilities and no Softmax to leave out, the
    /// error says so. Units of outputs and layers count from 0; a layer's unit is its mean over all places.
    pub fn objective(&self, explained: &Explained, target: usize) -> Result<Objective> {
        let count = self.units.count;
        let unit = *self.units.of_class.get(target).ok_or_else(|| {
            Error::internal(format!("class {target} is asked for among {}", self.units.of_class.len()))
        })?;
        let logits = self.units.values == OutputValues::Logits;
        let nobody = vec![f32::NEG_INFINITY; count];
        let at = |unit: usize, form: Form| Objective {
            place: self.typed.outputs[0],
            form,
            weights: one_hot(count, unit),
            rivals: nobody.clone(),
        };
        match explained {
            Explained::Margin => {
                let others: Vec<usize> = self.units.of_class.iter().copied().filter(|&other| other != unit).collect();
                if others.is_empty() {
                    return Err(Error::invalid("a margin needs at least two classes, and there is 1")
                        .hint("add a [[pictures.class]] with name and files"));
                }
                let mut margin = at(unit, if logits { Form::Plain } else { Form::Logarithm });
                others.into_iter().for_each(|other| margin.rivals[other] = 0.0);
                Ok(margin)
            }
            Explained::Logit | Explained::Output(_) if !logits => Err(Error::unsupported(
                "a logit is to be explained, and the network gives probabilities without a Softmax that could be left out",
            )
            .hint("set `explained` in [attribution] to \"margin\", \"probability\" or \"log_probability\"")),
            Explained::Logit => Ok(at(unit, Form::Plain)),
            Explained::Output(unit) if *unit >= count => Err(Error::invalid(format!(
                "output {unit} is to be explained, and the network has the outputs 0 to {}",
                count - 1
            ))
            .hint("change `explained` in [attribution]")),
            Explained::Output(unit) => Ok(at(*unit, Form::Plain)),
            Explained::Probability => Ok(at(unit, if logits { Form::Softmax } else { Form::Plain })),
            Explained::LogProbability => Ok(at(unit, if logits { Form::LogSoftmax } else { Form::Logarithm })),
            Explained::Layer { name, channel } => self.layer(name)?.objective(*channel),
        }
        .map_err(|error| error.at(&self.place))
    }

    /// The number for an input of shape (1, channels, rows, columns), as [`Network::input`] gives it.
    pub fn value(&self, input: &ndarray::Array4<f32>, objective: &Objective) -> Result<f64> {
        let values = match objective.place == self.typed.outputs[0] {
            true => super::run(&self.plan, input.clone())?,
            false => super::run(&self.trunk(objective.place)?, input.clone())?,
        };
        objective.value(&values).map_err(|error| error.at(&self.place))
    }

    fn trunk(&self, outlet: OutletId) -> Result<std::sync::Arc<tract_onnx::prelude::TypedSimplePlan>> {
        use tract_onnx::prelude::IntoRunnable;
        self.cached(&self.trunks, &outlet, || {
            let mut graph = self.typed.clone();
            graph
                .select_output_outlets(&[outlet])
                .and_then(|()| graph.into_optimized()?.into_runnable())
                .map_err(|cause| load::unsupported("the layer cannot be read", &cause))
        })
    }
}

impl Layer {
    /// The mean of one channel over all places.
    fn objective(&self, channel: usize) -> Result<Objective> {
        if channel >= self.shape.0 {
            return Err(Error::invalid(format!(
                "channel {channel} of the layer {} is to be explained, and it has the channels 0 to {}",
                self.name,
                self.shape.0 - 1
            ))
            .hint("change `explained` in [attribution]"));
        }
        let mut maps = ndarray::Array3::<f32>::zeros(self.shape);
        maps.index_axis_mut(ndarray::Axis(0), channel).fill(1.0 / (self.shape.1 * self.shape.2) as f32);
        let weights = self.layout.tensor(&maps);
        let rivals = vec![f32::NEG_INFINITY; weights.len()];
        Ok(Objective { place: self.outlet, form: Form::Plain, weights, rivals })
    }
}

impl Objective {
    /// Whether it is a sum of logits, which additive methods can share out.
    pub fn is_linear(&self) -> bool {
        self.form == Form::Plain
    }

    /// The number, given the values at its place.
    pub fn value(&self, values: &[f32]) -> Result<f64> {
        let s = self.form.of(values)?;
        let weighed: f64 = self.weights.iter().zip(&s).map(|(&weight, s)| f64::from(weight) * s).sum();
        Ok(self.rival(&s).map_or(weighed, |rival| weighed - s[rival]))
    }

    /// Its derivative to each value.
    pub(super) fn derivative(&self, values: &[f32]) -> Result<Vec<f32>> {
        let s = self.form.of(values)?;
        let mut d: Vec<f64> = self.weights.iter().map(|&weight| f64::from(weight)).collect();
        if let Some(rival) = self.rival(&s) {
            d[rival] -= 1.0;
        }
        let total = |with: &[f64]| -> f64 { d.iter().zip(with).map(|(d, with)| d * with).sum() };
        let derivative: Vec<f64> = match self.form {
            Form::Plain => d,
            Form::Logarithm => {
                let slope = |p: f64| if p > SMALLEST_PROBABILITY { 1.0 / p } else { 0.0 };
                d.iter().zip(values).map(|(d, &p)| d * slope(f64::from(p))).collect()
            }
            Form::Softmax => {
                let mean = total(&s);
                d.iter().zip(&s).map(|(d, p)| p * (d - mean)).collect()
            }
            Form::LogSoftmax => {
                let sum: f64 = d.iter().sum();
                d.iter().zip(&s).map(|(d, s)| d - s.exp() * sum).collect()
            }
        };
        Ok(derivative.into_iter().map(|value| value as f32).collect())
    }

    /// The first rival with the largest value.
    fn rival(&self, s: &[f64]) -> Option<usize> {
        let rivals = (0..s.len()).filter(|&unit| self.rivals[unit] == 0.0);
        rivals.reduce(|best, unit| if s[unit] > s[best] { unit } else { best })
    }
}

impl Form {
    fn of(self, values: &[f32]) -> Result<Vec<f64>> {
        if let Some((unit, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(Error::invalid(format!("output {unit} of the network is {value}"))
                .hint("check `range`, `mean` and `sd` in [model.input], and the weights of the network"));
        }
        let values = values.iter().map(|&value| f64::from(value));
        let highest = values.clone().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = || values.clone().map(|value| (value - highest).exp()).sum::<f64>().ln() + highest;
        Ok(match self {
            Form::Plain => values.collect(),
            Form::Logarithm => values.map(|p| p.max(SMALLEST_PROBABILITY).ln()).collect(),
            Form::Softmax => {
                let sum = log_sum();
                values.map(|value| (value - sum).exp()).collect()
            }
            Form::LogSoftmax => {
                let sum = log_sum();
                values.map(|value| value - sum).collect()
            }
        })
    }
}

fn one_hot(count: usize, unit: usize) -> Vec<f32> {
    (0..count).map(|at| if at == unit { 1.0 } else { 0.0 }).collect()
}
