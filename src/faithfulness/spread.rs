//! How concentrated a map is, whatever the network does.
//!
//! - Sparseness (Chalasani et al. 2020, ICML, arXiv:1810.06583): Gini's index of |a|, `Σ_i (2 i - n - 1) a_(i) / (n Σ a)` with a in ascending
//!   order: 0 where all are equal, `(n - 1) / n` for one pixel.
//! - Complexity (Bhatt, Weller & Moura 2020, IJCAI, arXiv:2005.00631): entropy of `p = |a| / Σ |a|` in nats: 0 for one pixel, `ln n` where
//!   all are equal.
//!
//! A concentrated map is easier to read and no truer: both are best for one pixel anywhere. A map of zeros has neither.

use ndarray::Array2;

use super::{Better, Finding, Measure, Outcome, Quantity};

pub(super) const SPARSENESS: Measure = Measure {
    name: "sparseness",
    description: "Gini's index of the magnitudes of the map",
    source: "Chalasani et al. 2020, ICML, arXiv:1810.06583",
    quantities: &[Quantity { name: "gini", better: Better::Higher, range: (0.0, 1.0) }],
    parameters: &[],
    judge: |case| Ok(vec![Finding::new("gini", sparseness(case.map))]),
};

pub(super) const COMPLEXITY: Measure = Measure {
    name: "complexity",
    description: "entropy of the magnitudes of the map, nats",
    source: "Bhatt, Weller & Moura 2020, IJCAI, arXiv:2005.00631",
    quantities: &[Quantity { name: "entropy", better: Better::Lower, range: (0.0, f64::INFINITY) }],
    parameters: &[],
    judge: |case| Ok(vec![Finding::new("entropy", complexity(case.map))]),
};

/// Gini's index of the magnitudes.
pub fn sparseness(map: &Array2<f64>) -> Outcome {
    let (mut magnitudes, sum) = magnitudes(map)?;
    magnitudes.sort_by(f64::total_cmp);
    let count = magnitudes.len() as f64;
    let weighted = magnitudes.iter().enumerate().map(|(at, value)| (2.0 * (at as f64 + 1.0) - count - 1.0) * value);
    Ok(weighted.sum::<f64>() / (count * sum))
}

/// Entropy of the magnitudes as shares of their sum, in nats.
pub fn complexity(map: &Array2<f64>) -> Outcome {
    let (magnitudes, sum) = magnitudes(map)?;
    let term = |value: &f64| if *value > 0.0 { -(value / sum) * (value / sum).ln() } else { 0.0 };
    Ok(magnitudes.iter().map(term).sum())
}

fn magnitudes(map: &Array2<f64>) -> std::result::Result<(Vec<f64>, f64), String> {
    let magnitudes: Vec<f64> = map.iter().map(|value| value.abs()).collect();
    match magnitudes.iter().sum() {
        0.0 => Err("the map is zero everywhere".to_owned()),
        sum => Ok((magnitudes, sum)),
    }
}
