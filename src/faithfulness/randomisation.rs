//! The sanity check of Adebayo et al. 2018 (NeurIPS, arXiv:1810.03292): does a map depend on what the network learned?
//!
//! The weights of the last layer, of the last two, and so on to all of them are drawn anew (cascading; see
//! `Network::randomised` for how), and the method is asked again about the same picture, class and random masks. The
//! values are Spearman's ρ between the map of the trained network and that of the randomised one, of the maps themselves
//! (`signed`) and of their magnitudes (`absolute`); SSIM and HOG, which Adebayo et al. report too, are left out. At most
//! `depths` (5) depths are asked, evenly spaced, the last of them with every layer randomised; one draw of weights each,
//! the same for every picture and method; a draw that silences every rectifier of a small network leaves a constant map, and
//! no value.
//!
//! A map that stays as it was (ρ near 1 with all layers randomised) cannot explain what the network learned: the edges of a
//! picture, or the centre of every picture, pass every other test of sameness. A negative `signed` is no better than a
//! positive one: where there are two classes, another last layer may turn the sign of the margin, and so of the whole map.

use super::{Better, Case, Finding, Measure, Quantity, rank_correlation};
use crate::attribution::number;
use crate::error::{Kind, Result};

pub(super) const MEASURE: Measure = Measure {
    name: "randomisation",
    description: "rank correlation of the map with that of the same network after the weights of its last layers were drawn anew",
    source: "Adebayo et al. 2018, NeurIPS, arXiv:1810.03292 (cascading)",
    quantities: &[
        Quantity { name: "signed", better: Better::NearZero, range: (-1.0, 1.0) },
        Quantity { name: "absolute", better: Better::NearZero, range: (-1.0, 1.0) },
    ],
    parameters: &[number("depths", "at how many depths, evenly from the output to the input", 5.0, 1.0..=1000.0)],
    judge,
};

fn judge(case: &Case) -> Result<Vec<Finding>> {
    let [wanted] = case.values.numbers()?;
    let layers = case.answers.layers;
    if layers == 0 {
        return Ok(MEASURE.undefined("the network has no layer with weights"));
    }
    let own: Vec<f64> = (case.answers.explain)(case.picture)?.iter().copied().collect();
    let mut findings = Vec::new();
    for depth in depths(layers, wanted.round() as usize) {
        let other: std::result::Result<Vec<f64>, String> = match (case.answers.explain_randomised)(depth) {
            Ok(map) => Ok(map.iter().copied().collect()),
            // Random weights may overflow; any other fault is a fault.
            Err(error) if error.kind == Kind::Invalid => {
                Err(format!("the randomised network cannot be explained: {}", error.what))
            }
            Err(error) => return Err(error),
        };
        let magnitudes = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| value.abs()).collect() };
        let correlated = |transform: &dyn Fn(&[f64]) -> Vec<f64>| {
            let other = other.as_ref().map_err(Clone::clone)?;
            rank_correlation(("the map", &transform(&own)), ("the map of the randomised network", &transform(other)))
        };
        let outcomes = [("signed", correlated(&<[f64]>::to_vec)), ("absolute", correlated(&magnitudes))];
        let found = outcomes
            .into_iter()
            .map(|(name, outcome)| Finding { layers: Some((depth, layers)), ..Finding::new(name, outcome) });
        findings.extend(found);
    }
    Ok(findings)
}

/// How many layers are randomised at each depth: at most `wanted` numbers, evenly spaced, the last of them all layers.
pub fn depths(layers: usize, wanted: usize) -> Vec<usize> {
    let count = wanted.min(layers);
    (1..=count).map(|at| (2 * at * layers + count) / (2 * count)).collect()
}
