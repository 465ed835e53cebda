//! Rank-biased overlap: how far two orders of pixels agree, the top counting most.
//!
//! Webber, Moffat & Zobel 2010. X_d: pixels common to the first d of both orders, A_d = X_d / d. Lower bound from the first k
//! (their eq. 11): (1-p)/p (Σ_{d≤k} (X_d - X_k) p^d / d - X_k ln(1-p)); extrapolated (eq. 30): A_k p^k + (1-p) Σ_{d≤k} p^{d-1} A_d.
//! Of pixels with equal values the first comes first, in both maps, so ties raise the value. As metrics of the table
//! p = 1 - 1 / (a tenth of the pixels), so that the top tenth has most of the weight; over all pixels the extrapolated value is
//! not an extrapolation.

use super::correlation::PEARSON;
use super::field::Field;
use super::table::{Chance, Invariance, Metric};
use super::undefined::{Score, Undefined};

/// Share of the pixels that the weights reach.
const TOP: f64 = 0.1;

pub(super) const RBO: Metric = Metric {
    name: "rbo",
    description: "rank-biased overlap of the orders of all pixels, the top tenth counting most",
    source: "Webber, Moffat & Zobel 2010, eq. 30",
    range: (0.0, 1.0),
    invariance: Invariance::Monotone,
    chance: Chance::Formula(|inputs| expected(inputs.map.len(), inputs.map.len())),
    transform: None,
    score: |inputs| of_all(inputs.map, inputs.other()?, extrapolated),
    ..PEARSON
};

pub(super) const RBO_MIN: Metric = Metric {
    name: "rbo.min",
    description: "lower bound of the rank-biased overlap from the order of the top tenth of pixels",
    source: "Webber, Moffat & Zobel 2010, eq. 11",
    chance: Chance::Measured,
    same: None,
    score: |inputs| of_top(inputs.map, inputs.other()?),
    ..RBO
};

fn persistence(pixels: usize) -> f64 {
    1.0 - 1.0 / (TOP * pixels as f64).max(2.0)
}

fn of_all(x: &Field, y: &Field, value: fn(&[f64], f64) -> f64) -> Score {
    x.varied_pair(y)?;
    Ok(value(&overlaps(&downwards(x), &downwards(y), x.len()), persistence(x.len())).clamp(0.0, 1.0))
}

fn of_top(x: &Field, y: &Field) -> Score {
    x.varied_pair(y)?;
    let depth = ((TOP * x.len() as f64).ceil() as usize).max(1);
    Ok(least(&overlaps(&downwards(x), &downwards(y), depth), persistence(x.len())).clamp(0.0, 1.0))
}

/// X_d is d² / n on average, so A_d is d / n.
fn expected(pixels: usize, depth: usize) -> Score {
    if pixels < 3 {
        return Err(Undefined::TooFewPixels);
    }
    let shared: Vec<f64> = (1..=depth).map(|d| (d * d) as f64 / pixels as f64).collect();
    Ok(extrapolated(&shared, persistence(pixels)))
}

/// Pixels from the largest value down, of equal ones the first first.
pub fn downwards(field: &Field) -> Vec<usize> {
    let ranked = field.ranked();
    ranked.runs().rev().flat_map(|run| ranked.order()[run].iter().map(|at| *at as usize)).collect()
}

/// X_1 … X_depth of two orders of items; no item occurs twice in an order.
pub fn overlaps(x: &[usize], y: &[usize], depth: usize) -> Vec<f64> {
    let most = x.iter().chain(y).max().map_or(0, |most| most + 1);
    let mut seen = vec![false; most];
    let mut shared = 0.0;
    let mut meet = |item: usize| {
        if std::mem::replace(&mut seen[item], true) {
            shared += 1.0;
        }
        shared
    };
    let step = |(x, y): (&usize, &usize)| {
        meet(*x);
        meet(*y)
    };
    x.iter().zip(y).take(depth).map(step).collect()
}

/// Extrapolated overlap from X_1 … X_k.
pub fn extrapolated(shared: &[f64], p: f64) -> f64 {
    let (mut sum, mut weight, mut agreement) = (0.0, 1.0, 0.0);
    for (at, shared) in shared.iter().enumerate() {
        agreement = shared / (at + 1) as f64;
        sum += weight * agreement;
        weight *= p;
    }
    agreement * weight + (1.0 - p) * sum
}

/// Lower bound from X_1 … X_k.
pub fn least(shared: &[f64], p: f64) -> f64 {
    let last = shared.last().copied().unwrap_or(0.0);
    let (mut sum, mut weight) = (0.0, 1.0);
    for (at, shared) in shared.iter().enumerate() {
        weight *= p;
        sum += (shared - last) * weight / (at + 1) as f64;
    }
    (1.0 - p) / p * (sum - last * (1.0 - p).ln())
}
