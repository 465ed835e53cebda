//! Maps read as densities, in the ways of those whose numbers are reproduced, and the metrics that depend on the way.
//!
//! - strict: values / sum; negative values are refused.
//! - pysaliency: the minimum subtracted if it is negative, a constant added, / sum; a map of zeros becomes uniform.
//! - MIT (cvzoya/saliency, similarity.m, KLdiv.m): similarity.m scales the range to 0..1, / sum; KLdiv.m only / sum.
//!   A map of zeros stays one in both, so SIM is then 0, and KL 0 ("perfect") if it is the truth.

use super::divergence::{KL, SIM, intersection};
use super::field::Field;
use super::table::{Invariance, Metric, Signs};
use super::undefined::{Score, Undefined};

/// What pysaliency has for the 2^-52 of the MIT code.
const PYSALIENCY_EPSILON: f64 = 2.2204e-16;

pub(super) const SIM_MIT: Metric = Metric {
    name: "sim.mit",
    description: "histogram intersection after both maps are scaled to 0..1",
    source: "cvzoya/saliency, similarity.m",
    invariance: Invariance::Affine,
    signs: Signs::Signed,
    score: |inputs| sim_mit(inputs.map, inputs.other()?),
    ..SIM
};

pub(super) const SIM_PYSALIENCY: Metric = Metric {
    name: "sim.pysaliency",
    description: "histogram intersection after a negative minimum is subtracted",
    source: "pysaliency, SIM",
    signs: Signs::Signed,
    score: |inputs| sim_pysaliency(inputs.map, inputs.other()?),
    ..SIM
};

pub(super) const KL_MIT: Metric = Metric {
    name: "kl.mit",
    description: "divergence of the truth (second map) from the prediction, nats, with 2^-52 beside each division; signs are not looked at",
    source: "cvzoya/saliency, KLdiv.m",
    range: (f64::NEG_INFINITY, f64::INFINITY),
    signs: Signs::Signed,
    score: |inputs| kl_mit(inputs.map, inputs.other()?),
    ..KL
};

pub(super) const KL_PYSALIENCY: Metric = Metric {
    name: "kl.pysaliency",
    description: "divergence of the truth (second map) from the prediction, nats, 1e-20 added to both",
    source: "pysaliency, image_based_kl_divergence",
    invariance: Invariance::None,
    signs: Signs::Signed,
    score: |inputs| kl_pysaliency(inputs.map, inputs.other()?),
    ..KL
};

pub(super) const KL_PYSALIENCY_MIT: Metric = Metric {
    name: "kl.pysaliency_mit",
    description: "kl.mit of maps from which a negative minimum is subtracted",
    source: "pysaliency, MIT_KLDiv",
    range: (-1e-9, f64::INFINITY),
    signs: Signs::Signed,
    score: |inputs| kl_pysaliency_mit(inputs.map, inputs.other()?),
    ..KL
};

/// Values / sum, refusing negative values and a map of zeros.
pub fn strict(field: &Field, negative: Undefined, zero: Undefined) -> Result<Vec<f64>, Undefined> {
    if field.values().iter().any(|value| *value < 0.0) {
        return Err(negative);
    }
    let sum: f64 = field.values().iter().sum();
    if sum > 0.0 { Ok(field.values().iter().map(|value| value / sum).collect()) } else { Err(zero) }
}

/// Both maps as strict densities.
pub fn strict_pair(x: &Field, y: &Field) -> Result<[Vec<f64>; 2], Undefined> {
    x.pair(y)?;
    Ok([
        strict(x, Undefined::NegativeFirst, Undefined::ZeroMassFirst)?,
        strict(y, Undefined::NegativeSecond, Undefined::ZeroMassSecond)?,
    ])
}

/// A negative minimum subtracted, `added` added, / sum; a map of zeros becomes uniform.
pub fn shifted(field: &Field, added: f64) -> Vec<f64> {
    let least = field.extremes().0.min(0.0);
    let values: Vec<f64> = field.values().iter().map(|value| value - least + added).collect();
    let sum: f64 = values.iter().sum();
    if sum > 0.0 {
        values.iter().map(|value| value / sum).collect()
    } else {
        vec![1.0 / field.len() as f64; field.len()]
    }
}

/// Both maps by [`shifted`].
pub fn shifted_pair(x: &Field, y: &Field, added: f64) -> Result<[Vec<f64>; 2], Undefined> {
    x.pair(y)?;
    Ok([shifted(x, added), shifted(y, added)])
}

/// The range scaled to 0..1; nothing of a constant map other than zeros, which stay zeros.
pub(super) fn ranged(field: &Field, constant: Undefined) -> Result<Vec<f64>, Undefined> {
    let (low, high) = field.extremes();
    match (high > low, low == 0.0) {
        (true, _) => Ok(field.values().iter().map(|value| (value - low) / (high - low)).collect()),
        (false, true) => Ok(vec![0.0; field.len()]),
        (false, false) => Err(constant),
    }
}

/// Values / sum, zeros left alone and signs not looked at.
fn summed(mut values: Vec<f64>) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    if values.iter().any(|value| *value != 0.0) {
        values.iter_mut().for_each(|value| *value /= sum);
    }
    values
}

/// SIM of the MIT code.
pub fn sim_mit(x: &Field, y: &Field) -> Score {
    x.pair(y)?;
    let density = |field: &Field, constant| Ok::<_, Undefined>(summed(ranged(field, constant)?));
    Ok(intersection(&density(x, Undefined::ConstantFirst)?, &density(y, Undefined::ConstantSecond)?))
}

/// SIM of pysaliency.
pub fn sim_pysaliency(x: &Field, y: &Field) -> Score {
    let [p, q] = shifted_pair(x, y, 0.0)?;
    Ok(intersection(&p, &q))
}

/// Σ q ln(ε + q / (p + ε)); of a negative argument the real part of the logarithm.
fn regularised(prediction: &[f64], truth: &[f64], epsilon: f64) -> f64 {
    prediction.iter().zip(truth).map(|(p, q)| q * (epsilon + q / (p + epsilon)).abs().ln()).sum()
}

/// KL of the MIT code; the second map is the truth.
pub fn kl_mit(prediction: &Field, truth: &Field) -> Score {
    prediction.pair(truth)?;
    let value = regularised(&summed(prediction.values().to_vec()), &summed(truth.values().to_vec()), f64::EPSILON);
    // Values that cancel to a sum of zero have no density.
    if value.is_finite() { Ok(value) } else { Err(Undefined::ZeroMassFirst) }
}

/// KL of pysaliency's MIT_KLDiv; the second map is the truth.
pub fn kl_pysaliency_mit(prediction: &Field, truth: &Field) -> Score {
    let [p, q] = shifted_pair(prediction, truth, 0.0)?;
    Ok(regularised(&p, &q, PYSALIENCY_EPSILON))
}

/// KL of pysaliency's image_based_kl_divergence; the second map is the truth.
pub fn kl_pysaliency(prediction: &Field, truth: &Field) -> Score {
    let [p, q] = shifted_pair(prediction, truth, 1e-20)?;
    super::divergence::kullback_leibler(&p, &q)
}
