//! Pearson, Spearman, cosine and Lin's concordance.
//!
//! Pearson 1895: r = Σ(x-x̄)(y-ȳ) / √(Σ(x-x̄)² Σ(y-ȳ)²). Spearman 1904: the same of ranks, ties averaged.
//! Cosine: Σxy / √(Σx² Σy²); of two positive maps it is large whatever they show, by chance x̄ȳ / √(mean x² mean y²).
//! Lin 1989: 2 s_xy / (s_x² + s_y² + (x̄-ȳ)²), moments with divisor n: agreement in scale and offset too.

use super::field::Field;
use super::table::{Better, Chance, Invariance, Metric, Need, Signs};
use super::undefined::{Score, Undefined};
use crate::stats::correlate::{average_ranks, dot};

pub(super) const PEARSON: Metric = Metric {
    name: "pearson",
    description: "linear correlation over pixels",
    source: "Pearson 1895",
    needs: &[Need::Other],
    range: (-1.0, 1.0),
    better: Better::Higher,
    symmetric: true,
    invariance: Invariance::Affine,
    signs: Signs::Signed,
    chance: Chance::Value(0.0),
    same: Some(1.0),
    transform: Some(<[f64]>::to_vec),
    score: |inputs| pearson(inputs.map, inputs.other()?),
};

pub(super) const SPEARMAN: Metric = Metric {
    name: "spearman",
    description: "correlation of ranks, ties averaged",
    source: "Spearman 1904",
    invariance: Invariance::Monotone,
    transform: Some(average_ranks),
    score: |inputs| spearman(inputs.map, inputs.other()?),
    ..PEARSON
};

pub(super) const PEARSON_PYSALIENCY: Metric = Metric {
    name: "pearson.pysaliency",
    description: "linear correlation, and 0 where only the first map is constant",
    source: "pysaliency, CC",
    symmetric: false,
    transform: None,
    score: |inputs| pearson_pysaliency(inputs.map, inputs.other()?),
    ..PEARSON
};

pub(super) const COSINE: Metric = Metric {
    name: "cosine",
    description: "cosine of the angle between two maps, not centred: large for any two positive maps",
    source: "definition",
    invariance: Invariance::Scale,
    chance: Chance::Formula(|inputs| cosine_by_chance(inputs.map, inputs.other()?)),
    transform: None,
    score: |inputs| cosine(inputs.map, inputs.other()?),
    ..PEARSON
};

pub(super) const CONCORDANCE: Metric = Metric {
    name: "concordance",
    description: "Lin's concordance: correlation that counts differences of mean and spread",
    source: "Lin 1989",
    invariance: Invariance::None,
    transform: None,
    score: |inputs| concordance(inputs.map, inputs.other()?),
    ..PEARSON
};

/// Pearson's r; undefined for a constant map.
pub fn pearson(x: &Field, y: &Field) -> Score {
    x.pair(y)?;
    let x = x.unit().ok_or(Undefined::ConstantFirst)?;
    let y = y.unit().ok_or(Undefined::ConstantSecond)?;
    Ok(dot(x, y).clamp(-1.0, 1.0))
}

/// Spearman's rho; undefined for a constant map.
pub fn spearman(x: &Field, y: &Field) -> Score {
    x.pair(y)?;
    let x = x.rank_unit().ok_or(Undefined::ConstantFirst)?;
    let y = y.rank_unit().ok_or(Undefined::ConstantSecond)?;
    Ok(dot(x, y).clamp(-1.0, 1.0))
}

/// Pearson's r as pysaliency has it: 0 where the first map alone is constant.
pub fn pearson_pysaliency(x: &Field, y: &Field) -> Score {
    match pearson(x, y) {
        Err(Undefined::ConstantFirst) if !y.is_constant() => Ok(0.0),
        score => score,
    }
}

/// Cosine; undefined for a map of zeros.
pub fn cosine(x: &Field, y: &Field) -> Score {
    x.pair(y)?;
    let (x, y) = norms(x, y, dot(x.values(), y.values()))?;
    Ok((x * y).clamp(-1.0, 1.0))
}

/// What cosine is on average when the pixels of one map are shuffled.
pub fn cosine_by_chance(x: &Field, y: &Field) -> Score {
    x.pair(y)?;
    let (a, b) = norms(x, y, mean(x.values()) * mean(y.values()) * x.len() as f64)?;
    Ok(a * b)
}

/// (product / norm of x, 1 / norm of y).
fn norms(x: &Field, y: &Field, product: f64) -> Result<(f64, f64), Undefined> {
    let norm = |field: &Field| dot(field.values(), field.values()).sqrt();
    let (x, y) = (norm(x), norm(y));
    if x == 0.0 {
        return Err(Undefined::ZeroMassFirst);
    }
    if y == 0.0 { Err(Undefined::ZeroMassSecond) } else { Ok((product / x, 1.0 / y)) }
}

/// Lin's concordance correlation coefficient; undefined for a constant map.
pub fn concordance(x: &Field, y: &Field) -> Score {
    x.varied_pair(y)?;
    let (mean_x, mean_y) = (mean(x.values()), mean(y.values()));
    let n = x.len() as f64;
    let covariance = x.values().iter().zip(y.values()).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / n;
    let total = variance(x.values()) + variance(y.values()) + (mean_x - mean_y).powi(2);
    Ok((2.0 * covariance / total).clamp(-1.0, 1.0))
}

/// Mean squared difference.
pub fn mean_squared_difference(x: &Field, y: &Field) -> Score {
    x.pair(y)?;
    Ok(x.values().iter().zip(y.values()).map(|(x, y)| (x - y).powi(2)).sum::<f64>() / x.len() as f64)
}

/// The same of standardised maps, deviations with divisor n - `lost`: 2 (1 - r) (n - lost) / n, so r in another dress.
pub fn standardised_difference(x: &Field, y: &Field, lost: usize) -> Score {
    x.varied_pair(y)?;
    let standardised = |field: &Field| {
        let mean = mean(field.values());
        let n = field.len() as f64;
        let sd = (variance(field.values()) * n / (n - lost as f64)).sqrt();
        field.map(|value| (value - mean) / sd)
    };
    mean_squared_difference(&standardised(x)?, &standardised(y)?)
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// With divisor n, in two passes.
pub(super) fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}
