//! ROAD, remove and debias (Rong et al. 2022, ICML, arXiv:2202.00449): what removing pixels does to a network, without the
//! edges of a mask telling it anything.
//!
//! Removed pixels are imputed from their neighbours (see `impute`) plus noise of sd `noise` (0.01). Shares of 10, 20, ... 90 %
//! of the pixels are removed, the most salient first (MoRF) or the least salient first (LeRF), and the answer is the softmax
//! probability of the class that the map explains. `most_relevant_first` and `least_relevant_first` are means over the shares;
//! `combined = (least_relevant_first - most_relevant_first) / 2`, as pytorch-grad-cam's ROADCombined. Rong et al. report the accuracy over
//! many pictures at each share; one picture has a probability instead. Ties stay in reading order.

use ndarray::Array2;

use super::curve::order;
use super::impute::{imputed, noisy};
use super::{Better, CONSTANT, Case, Finding, Measure, Quantity, is_constant};
use crate::attribution::number;
use crate::error::Result;

pub(super) const MEASURE: Measure = Measure {
    name: "road",
    description: "probability of the class after the most and after the least salient pixels were imputed from their neighbours",
    source: "Rong et al. 2022, ICML, arXiv:2202.00449",
    quantities: &[
        Quantity { name: "most_relevant_first", better: Better::Lower, range: (0.0, 1.0) },
        Quantity { name: "least_relevant_first", better: Better::Higher, range: (0.0, 1.0) },
        Quantity { name: "combined", better: Better::Higher, range: (-0.5, 0.5) },
    ],
    parameters: &[
        number("shares", "how many shares are removed, evenly between 0 and 1", 9.0, 1.0..=99.0),
        number(
            "noise",
            "standard deviation of the noise on imputed pixels, of the range from black to white",
            0.01,
            0.0..=1.0,
        ),
    ],
    judge,
};

fn judge(case: &Case) -> Result<Vec<Finding>> {
    let [shares, noise] = case.values.numbers()?;
    if is_constant(case.map) {
        return Ok(MEASURE.undefined(CONSTANT));
    }
    let shares = shares.round() as usize;
    let most_first = order(case.map);
    let least_first = order(&-case.map);
    let mean = |order: &[usize]| -> Result<f64> {
        let mut sum = 0.0;
        for at in 1..=shares {
            let missing = first(order, order.len() * at / (shares + 1), case.map.dim());
            let filled = imputed(case.picture, &missing)?;
            let shown = noisy(&filled, &missing, noise, case.seed.derive("share", at as u64))?;
            sum += (case.answers.probability)(&shown)?;
        }
        Ok(sum / shares as f64)
    };
    let (most, least) = (mean(&most_first)?, mean(&least_first)?);
    Ok(vec![
        Finding::new("most_relevant_first", Ok(most)),
        Finding::new("least_relevant_first", Ok(least)),
        Finding::new("combined", Ok((least - most) / 2.0)),
    ])
}

/// The first `count` pixels of an order.
fn first(order: &[usize], count: usize, shape: (usize, usize)) -> Array2<bool> {
    let mut marked = Array2::from_elem(shape, false);
    order[..count].iter().for_each(|&pixel| marked[[pixel / shape.1, pixel % shape.1]] = true);
    marked
}
