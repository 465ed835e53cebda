//! Maps against a region that a person marked: the region of the experiment, where bubbles fall.
//!
//! These measures ask whether a map lies where the object is, not whether the network used it there: a network that uses
//! the background fails them with a perfect map. Without a region there is no value; an empty one is no hit, and one that
//! covers the whole picture cannot be missed and has no value either.
//!
//! - Pointing game (Zhang et al. 2018, IJCV, arXiv:1608.00507): 1 where the largest value lies in the region or at most `tolerance` px
//!   from it (Euclidean; 15 px as in TorchRay), else 0; of several equally large ones, the share that does.
//! - Relevance mass: share of the positive relevance inside (Arras, Osman & Samek 2022, Information Fusion, arXiv:2003.07258).
//! - Relevance rank: share of the top pixels inside, as many as the region holds (same paper); ties at the border of the top
//!   count in equal fractions.

use ndarray::Array2;

use super::{Better, CONSTANT, Case, Finding, Measure, Outcome, Quantity, is_constant};
use crate::attribution::number;
use crate::error::Result;
use crate::stats::correlate::top_membership;

const SHARE: (f64, f64) = (0.0, 1.0);

pub(super) const POINTING_GAME: Measure = Measure {
    name: "pointing_game",
    description: "whether the largest value lies in the region of the experiment or close to it",
    source: "Zhang et al. 2018, IJCV, arXiv:1608.00507",
    quantities: &[Quantity { name: "hit", better: Better::Higher, range: SHARE }],
    parameters: &[number("tolerance", "distance from the region that still counts, px", 15.0, 0.0..=1e5)],
    judge: |case| {
        let [tolerance] = case.values.numbers()?;
        judged(case, "hit", |map, region| pointing_game(map, region, tolerance))
    },
};

pub(super) const RELEVANCE_MASS: Measure = Measure {
    name: "relevance_mass",
    description: "share of the positive values of the map that lie in the region of the experiment",
    source: "Arras, Osman & Samek 2022, Information Fusion, arXiv:2003.07258",
    quantities: &[Quantity { name: "share", better: Better::Higher, range: SHARE }],
    parameters: &[],
    judge: |case| judged(case, "share", relevance_mass),
};

pub(super) const RELEVANCE_RANK: Measure = Measure {
    name: "relevance_rank",
    description: "share of the top pixels that lie in the region of the experiment, as many as it holds",
    source: "Arras, Osman & Samek 2022, Information Fusion, arXiv:2003.07258",
    quantities: &[Quantity { name: "share", better: Better::Higher, range: SHARE }],
    parameters: &[],
    judge: |case| judged(case, "share", relevance_rank),
};

fn judged(
    case: &Case,
    quantity: &'static str,
    measure: impl Fn(&Array2<f64>, &Array2<bool>) -> Outcome,
) -> Result<Vec<Finding>> {
    let outcome = match case.region {
        None => Err("the experiment names no region".to_owned()),
        Some(region) => measure(case.map, region),
    };
    Ok(vec![Finding::new(quantity, outcome)])
}

/// Share of the largest values that lie in the region or at most `tolerance` px from it.
pub fn pointing_game(map: &Array2<f64>, region: &Array2<bool>, tolerance: f64) -> Outcome {
    check(map, region)?;
    let largest = map.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let near = |(row, column): (usize, usize)| {
        region
            .indexed_iter()
            .any(|((r, c), inside)| *inside && (r as f64 - row as f64).hypot(c as f64 - column as f64) <= tolerance)
    };
    let tied: Vec<bool> = map.indexed_iter().filter(|(_, value)| **value == largest).map(|(at, _)| near(at)).collect();
    Ok(tied.iter().filter(|hit| **hit).count() as f64 / tied.len() as f64)
}

/// Share of the positive values that lie in the region.
pub fn relevance_mass(map: &Array2<f64>, region: &Array2<bool>) -> Outcome {
    check(map, region)?;
    let positive = |value: &f64| value.max(0.0);
    let total: f64 = map.iter().map(positive).sum();
    if total == 0.0 {
        return Err("no value of the map is positive".to_owned());
    }
    Ok(map.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| positive(value)).sum::<f64>() / total)
}

/// Share of the top pixels, as many as the region holds, that lie in it.
pub fn relevance_rank(map: &Array2<f64>, region: &Array2<bool>) -> Outcome {
    check(map, region)?;
    let values: Vec<f64> = map.iter().copied().collect();
    let area = region.iter().filter(|inside| **inside).count() as f64;
    let top = top_membership(&values, area / values.len() as f64);
    Ok(top.iter().zip(region).filter(|(_, inside)| **inside).map(|(member, _)| member).sum::<f64>() / area)
}

fn check(map: &Array2<f64>, region: &Array2<bool>) -> std::result::Result<(), String> {
    if map.dim() != region.dim() {
        return Err(format!("the map has the shape {:?}, and the region {:?}", map.dim(), region.dim()));
    }
    match region.iter().filter(|inside| **inside).count() {
        0 => Err("the region is empty".to_owned()),
        area if area == region.len() => Err("the region covers the whole picture".to_owned()),
        _ if is_constant(map) => Err(CONSTANT.to_owned()),
        _ => Ok(()),
    }
}
