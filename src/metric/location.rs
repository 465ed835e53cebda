//! Whether a map lies in a region: energy, rank, pointing game. The chance level of each is the share of the region.
//!
//! Energy: Σ max(x, 0) in the region / Σ max(x, 0) (Wang et al. 2020; relevance mass, Arras, Osman & Samek 2022); a sum of signed
//! values, as some libraries have it, leaves 0 to 1. Rank: share of the top pixels, as many as the region holds, that lie in
//! it, those tied at the border in equal fractions. Pointing game (Zhang et al. 2018): whether the largest value lies in the
//! region; of several equally large ones, the share that does.

use super::field::Field;
use super::overlap::{first_membership, membership};
use super::region::{AVERAGE_PRECISION, pixels};
use super::table::{Chance, Invariance, Metric};
use super::undefined::{Score, Undefined};

pub(super) const ENERGY: Metric = Metric {
    name: "energy",
    description: "share of the positive values that lie in the region",
    source: "Wang et al. 2020; Arras, Osman & Samek 2022",
    invariance: Invariance::Scale,
    chance: Chance::Formula(|inputs| share(inputs.map, inputs.region()?)),
    score: |inputs| energy(inputs.map, inputs.region()?, |value| value.max(0.0)),
    ..AVERAGE_PRECISION
};

pub(super) const ENERGY_ABSOLUTE: Metric = Metric {
    name: "energy.absolute",
    description: "share of the absolute values that lie in the region",
    score: |inputs| energy(inputs.map, inputs.region()?, f64::abs),
    ..ENERGY
};

pub(super) const RANK_IN_REGION: Metric = Metric {
    name: "rank_in_region",
    description: "share of the top pixels that lie in the region, as many as it holds, ties in exact fractions",
    source: "Arras, Osman & Samek 2022",
    invariance: Invariance::Monotone,
    score: |inputs| rank_in_region(inputs.map, inputs.region()?),
    ..ENERGY
};

pub(super) const POINTING_GAME: Metric = Metric {
    name: "pointing_game",
    description: "whether the largest value lies in the region; of equally large ones, the share that does",
    source: "Zhang et al. 2018",
    score: |inputs| pointing_game(inputs.map, inputs.region()?),
    ..RANK_IN_REGION
};

fn share(field: &Field, region: &[bool]) -> Score {
    Ok(pixels(field, region)?.len() as f64 / field.len() as f64)
}

/// Share of `part` of the values that lies in the region.
pub fn energy(field: &Field, region: &[bool], part: fn(f64) -> f64) -> Score {
    let inside: f64 = pixels(field, region)?.into_iter().map(|at| part(field.values()[at])).sum();
    let total: f64 = field.values().iter().map(|value| part(*value)).sum();
    if total > 0.0 { Ok((inside / total).min(1.0)) } else { Err(Undefined::NothingPositive) }
}

/// Share of the top pixels, as many as the region holds, that lie in it.
pub fn rank_in_region(field: &Field, region: &[bool]) -> Score {
    of_top(field, region, membership)
}

/// The same with the first of tied pixels, which depends on their order.
pub fn rank_in_region_first(field: &Field, region: &[bool]) -> Score {
    of_top(field, region, first_membership)
}

fn of_top(field: &Field, region: &[bool], top: fn(&Field, f64) -> Vec<f64>) -> Score {
    let pixels = pixels(field, region)?;
    let k = pixels.len() as f64;
    let member = top(field, k);
    Ok(pixels.into_iter().map(|at| member[at]).sum::<f64>() / k)
}

/// Share of the largest values that lie in the region.
pub fn pointing_game(field: &Field, region: &[bool]) -> Score {
    pixels(field, region)?;
    let Some(largest) = field.ranked().runs().next_back() else { return Err(Undefined::TooFewPixels) };
    let tied = &field.ranked().order()[largest];
    Ok(tied.iter().filter(|at| region[**at as usize]).count() as f64 / tied.len() as f64)
}
