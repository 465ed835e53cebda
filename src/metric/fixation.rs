//! Maps against fixations: normalised scanpath saliency and information gain.
//!
//! NSS (Peters, Iyer, Itti & Koch 2005): mean over fixations of (x(f) - x̄) / s. The MIT code counts a pixel once and takes s
//! with divisor n - 1; pysaliency counts every fixation, divisor n, and a constant map scores 0.
//! Information gain (Kümmerer, Wallis & Bethge 2015), bits a fixation: mean of log2 p(f) - log2 b(f), p and b densities.
//! As a metric of the table both are mixed with 1e-6 of the uniform density. Against the centre bias, not a uniform baseline,
//! it says what is known beyond that people look at the centre.

use super::correlation::{PEARSON, mean, variance};
use super::density::{ranged, shifted, strict};
use super::divergence::MIXED;
use super::field::Field;
use super::table::{Chance, Invariance, Metric, Need, Signs};
use super::undefined::{Score, Undefined};

pub(super) const NSS: Metric = Metric {
    name: "nss",
    description: "mean standardised value at fixations",
    source: "Peters et al. 2005",
    needs: &[Need::Fixations],
    range: (f64::NEG_INFINITY, f64::INFINITY),
    symmetric: false,
    same: None,
    transform: None,
    score: |inputs| nss(inputs.map, inputs.fixations()?),
    ..PEARSON
};

pub(super) const NSS_MIT: Metric = Metric {
    name: "nss.mit",
    description: "mean standardised value at fixated pixels, each counted once, sd with divisor n - 1",
    source: "cvzoya/saliency, NSS.m",
    score: |inputs| nss_mit(inputs.map, inputs.fixations()?),
    ..NSS
};

pub(super) const NSS_PYSALIENCY: Metric = Metric {
    name: "nss.pysaliency",
    description: "mean standardised value at fixations; 0 for a constant map",
    source: "pysaliency, NSS",
    score: |inputs| nss_pysaliency(inputs.map, inputs.fixations()?),
    ..NSS
};

pub(super) const INFORMATION_GAIN: Metric = Metric {
    name: "information_gain",
    description: "bits a fixation beyond the baseline map, both as densities mixed with 1e-6 of the uniform one",
    source: "Kümmerer, Wallis & Bethge 2015",
    needs: &[Need::Fixations, Need::Baseline],
    invariance: Invariance::Scale,
    signs: Signs::NonNegative,
    chance: Chance::Measured,
    score: |inputs| information_gain(inputs.map, inputs.fixations()?, Some(inputs.baseline()?)),
    ..NSS
};

pub(super) const INFORMATION_GAIN_UNIFORM: Metric = Metric {
    name: "information_gain.uniform",
    description: "bits a fixation beyond a uniform density: most of it can be the centre bias",
    needs: &[Need::Fixations],
    score: |inputs| information_gain(inputs.map, inputs.fixations()?, None),
    ..INFORMATION_GAIN
};

pub(super) const INFORMATION_GAIN_MIT: Metric = Metric {
    name: "information_gain.mit",
    description: "bits a fixated pixel beyond the baseline map, both scaled to 0..1 first",
    source: "cvzoya/saliency, InfoGain.m",
    invariance: Invariance::Affine,
    signs: Signs::Signed,
    score: |inputs| information_gain_mit(inputs.map, inputs.fixations()?, inputs.baseline()?),
    ..INFORMATION_GAIN
};

/// Fails unless there are fixations, all at valid pixels.
pub(super) fn checked<'a>(field: &Field, fixations: &'a [usize]) -> Result<&'a [usize], Undefined> {
    if fixations.is_empty() {
        return Err(Undefined::NoFixations);
    }
    if fixations.iter().any(|at| *at >= field.len()) { Err(Undefined::FixationOutside) } else { Ok(fixations) }
}

/// Fixated pixels, each once, ascending.
pub fn once(fixations: &[usize]) -> Vec<usize> {
    let mut pixels = fixations.to_vec();
    pixels.sort_unstable();
    pixels.dedup();
    pixels
}

/// NSS: every fixation counts, sd with divisor n; undefined for a constant map.
pub fn nss(field: &Field, fixations: &[usize]) -> Score {
    standardised_mean(field, checked(field, fixations)?, 0.0)
}

/// NSS of the MIT code.
pub fn nss_mit(field: &Field, fixations: &[usize]) -> Score {
    standardised_mean(field, &once(checked(field, fixations)?), 1.0)
}

/// NSS of pysaliency.
pub fn nss_pysaliency(field: &Field, fixations: &[usize]) -> Score {
    match nss(field, fixations) {
        Err(Undefined::ConstantFirst) => Ok(0.0),
        score => score,
    }
}

fn standardised_mean(field: &Field, fixations: &[usize], lost: f64) -> Score {
    if field.is_constant() {
        return Err(Undefined::ConstantFirst);
    }
    let n = field.len() as f64;
    let sd = (variance(field.values()) * n / (n - lost)).sqrt();
    let center = mean(field.values());
    Ok(fixations.iter().map(|at| (field.values()[*at] - center) / sd).sum::<f64>() / fixations.len() as f64)
}

/// Bits a fixation beyond the baseline, or beyond a uniform density; both mixed with 1e-6 of the uniform one.
pub fn information_gain(field: &Field, fixations: &[usize], baseline: Option<&Field>) -> Score {
    let fixations = checked(field, fixations)?;
    let even = 1.0 / field.len() as f64;
    let mixed = |p: f64| (1.0 - MIXED) * p + MIXED * even;
    let density = strict(field, Undefined::NegativeFirst, Undefined::ZeroMassFirst)?;
    let expected = match baseline {
        None => vec![even; field.len()],
        Some(baseline) => {
            field.pair(baseline)?;
            strict(baseline, Undefined::NegativeSecond, Undefined::ZeroMassSecond)?
        }
    };
    Ok(mean_gain(fixations, |at| (mixed(density[at]) / mixed(expected[at])).log2()))
}

/// Bits a fixation as pysaliency makes densities of saliency maps: shifted if negative, 1e-20 added.
pub fn information_gain_pysaliency(field: &Field, fixations: &[usize], baseline: Option<&Field>) -> Score {
    let fixations = checked(field, fixations)?;
    let density = shifted(field, 1e-20);
    let expected = match baseline {
        None => vec![1.0 / field.len() as f64; field.len()],
        Some(baseline) => {
            field.pair(baseline)?;
            shifted(baseline, 1e-20)
        }
    };
    Ok(mean_gain(fixations, |at| density[at].log2() - expected[at].log2()))
}

/// Information gain of the MIT code.
pub fn information_gain_mit(field: &Field, fixations: &[usize], baseline: &Field) -> Score {
    field.varied_pair(baseline)?;
    let density = |field: &Field, constant| {
        let values = ranged(field, constant)?;
        let sum: f64 = values.iter().sum();
        Ok(values.into_iter().map(|value| value / sum + f64::EPSILON).collect::<Vec<f64>>())
    };
    let (p, b) = (density(field, Undefined::ConstantFirst)?, density(baseline, Undefined::ConstantSecond)?);
    Ok(mean_gain(&once(checked(field, fixations)?), |at| p[at].log2() - b[at].log2()))
}

fn mean_gain(fixations: &[usize], gain: impl Fn(usize) -> f64) -> f64 {
    fixations.iter().map(|at| gain(*at)).sum::<f64>() / fixations.len() as f64
}
