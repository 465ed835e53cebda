//! Distances between two densities p (the map) and q (the other map), each with sum 1.
//!
//! SIM = Σ min(p, q) (Swain & Ballard 1991) = 1 - total variation. KL = Σ q ln(q / p), q the truth (Kullback & Leibler
//! 1951); as a metric of the table p and q are first mixed with the uniform density, (1-λ) p + λ/n with λ = 1e-6, because one
//! empty pixel makes it infinite. JS = ½ KL(p‖m) + ½ KL(q‖m), m = (p+q)/2, in bits (Lin 1991); its root is a metric
//! (Endres & Schindelin 2003). Bhattacharyya coefficient = Σ √(pq) (1943); Hellinger distance = √(1 - Σ √(pq)) (1909).

use std::f64::consts::LN_2;

use super::correlation::PEARSON;
use super::density::strict_pair;
use super::field::Field;
use super::table::{Better, Chance, Invariance, Metric, Signs};
use super::undefined::{Score, Undefined};

/// Share of the uniform density in `kl`.
pub const MIXED: f64 = 1e-6;

pub(super) const SIM: Metric = Metric {
    name: "sim",
    description: "histogram intersection of two densities",
    source: "Swain & Ballard 1991",
    range: (0.0, 1.0),
    invariance: Invariance::Scale,
    signs: Signs::NonNegative,
    chance: Chance::Measured,
    transform: None,
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| Ok(intersection(p, q))),
    ..PEARSON
};

pub(super) const KL: Metric = Metric {
    name: "kl",
    description: "divergence of the truth (second map) from the prediction, nats, both mixed with 1e-6 of the uniform density",
    source: "Kullback & Leibler 1951",
    range: (0.0, f64::INFINITY),
    better: Better::Lower,
    symmetric: false,
    same: Some(0.0),
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| kullback_leibler(&mixed(p), &mixed(q))),
    ..SIM
};

pub(super) const JS: Metric = Metric {
    name: "js",
    description: "Jensen-Shannon divergence, bits",
    source: "Lin 1991",
    better: Better::Lower,
    same: Some(0.0),
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| Ok(jensen_shannon(p, q))),
    ..SIM
};

pub(super) const JS_DISTANCE: Metric = Metric {
    name: "js_distance",
    description: "root of the Jensen-Shannon divergence in bits",
    source: "Endres & Schindelin 2003",
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| Ok(jensen_shannon(p, q).sqrt())),
    ..JS
};

pub(super) const HELLINGER: Metric = Metric {
    name: "hellinger",
    description: "Hellinger distance of two densities",
    source: "Hellinger 1909",
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| Ok(hellinger(p, q))),
    ..JS
};

pub(super) const BHATTACHARYYA: Metric = Metric {
    name: "bhattacharyya",
    description: "Bhattacharyya coefficient of two densities",
    source: "Bhattacharyya 1943",
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| Ok(bhattacharyya(p, q))),
    ..SIM
};

pub(super) const TOTAL_VARIATION: Metric = Metric {
    name: "total_variation",
    description: "total variation distance of two densities: 1 - sim",
    source: "definition",
    score: |inputs| of_densities(inputs.map, inputs.other()?, |p, q| Ok(total_variation(p, q))),
    ..JS
};

fn of_densities(x: &Field, y: &Field, distance: impl Fn(&[f64], &[f64]) -> Score) -> Score {
    let [p, q] = strict_pair(x, y)?;
    distance(&p, &q)
}

fn mixed(p: &[f64]) -> Vec<f64> {
    let share = MIXED / p.len() as f64;
    p.iter().map(|p| (1.0 - MIXED) * p + share).collect()
}

fn summed(p: &[f64], q: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    p.iter().zip(q).map(|(p, q)| term(*p, *q)).sum()
}

/// Σ min(p, q).
pub fn intersection(p: &[f64], q: &[f64]) -> f64 {
    summed(p, q, f64::min)
}

/// ½ Σ |p - q|.
pub fn total_variation(p: &[f64], q: &[f64]) -> f64 {
    0.5 * summed(p, q, |p, q| (p - q).abs())
}

/// Σ q ln(q / p) in nats, q the truth; undefined where it is infinite.
pub fn kullback_leibler(p: &[f64], q: &[f64]) -> Score {
    // Each term has q ln(q/p) - q + p ≥ 0, so the sum cannot become negative by rounding.
    let value = summed(p, q, |p, q| if q > 0.0 { q * (q / p).ln() - q + p } else { p });
    if value.is_finite() { Ok(value.max(0.0)) } else { Err(Undefined::Infinite) }
}

/// Jensen-Shannon divergence in bits.
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let part = |p: f64, m: f64| if p > 0.0 { p * (p / m).ln() } else { 0.0 };
    let nats = 0.5 * summed(p, q, |p, q| part(p, 0.5 * (p + q)) + part(q, 0.5 * (p + q)));
    (nats / LN_2).clamp(0.0, 1.0)
}

/// Σ √(p q).
pub fn bhattacharyya(p: &[f64], q: &[f64]) -> f64 {
    summed(p, q, |p, q| (p * q).sqrt()).min(1.0)
}

/// √(½ Σ (√p - √q)²), which is √(1 - Σ √(p q)) without its loss of digits.
pub fn hellinger(p: &[f64], q: &[f64]) -> f64 {
    (0.5 * summed(p, q, |p, q| (p.sqrt() - q.sqrt()).powi(2))).sqrt().min(1.0)
}
