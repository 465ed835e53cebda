//! The difference of two maps: of two kinds of trials of the same observers, or of two groups of observers.
//!
//! Within stratum s (the trials of an observer, or of one of its blocks) of n trials, a positive and b negative ones, the
//! contrast is Σ_t c_t y_t x_t, c = b/n for positive and -a/n for negative trials: the difference of the means, weighted
//! a b / n. Under the null hypothesis labels change places within strata, and its variance is Σ_s a b / n · the variance of y x in s.
//! Paired contrasts are the observers' own differences of means, whose signs are exchangeable; between groups, the
//! observers' mean maps change places. Intercept and count are removed again on either side.

use ndarray::{Array2, Zip};
use rayon::prelude::*;

use super::frame::Frame;
use super::nuisance::{Responses, bubble_counts};
use super::permutation::Scheme;
use super::tested::{Tested, standardised, strata};
use crate::experiment::Exchange;
use crate::stats::correlate::dot;
use crate::stats::project::Basis;
use crate::trials::Trial;

/// Trials of an observer on one side below which that side does not count.
const LEAST_TRIALS: usize = 5;

/// What is compared.
pub struct Sides<'a> {
    /// Whether a trial is positive or negative, or neither.
    pub of: &'a (dyn Fn(&Trial) -> Option<bool> + Sync),
    /// Whether observers are a sample, each compared with itself.
    pub paired: bool,
    /// Within what labels are exchangeable.
    pub exchange: Exchange,
    /// Whether the bubble count is removed on either side.
    pub count: bool,
}

/// A contrast and who is in it.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The map.
    pub tested: Tested,
    /// What is exchangeable: `trials`, `signs` or `observers`.
    pub exchanged: &'static str,
    /// Number of observers in it.
    pub observers: usize,
}

/// The trials of one observer, positive and negative, with their responses.
struct Own {
    rows: Vec<usize>,
    residuals: Vec<f64>,
    positive: Vec<bool>,
}

impl Own {
    fn number(&self, positive: bool) -> usize {
        self.positive.iter().filter(|own| **own == positive).count()
    }

    fn has_both(&self) -> bool {
        self.number(true) > 0 && self.number(false) > 0
    }
}

/// The contrast; the error is the sentence that says why there is none.
pub fn contrast(trials: &[Trial], responses: &[Responses], frame: &Frame, sides: &Sides) -> Result<Compared, String> {
    let all: Vec<Own> = responses.iter().map(|one| own(trials, one, sides)).collect();
    let (both, one): (Vec<Own>, Vec<Own>) = all.into_iter().partition(Own::has_both);
    if !both.is_empty() {
        return Ok(if sides.paired { paired(trials, &both, frame) } else { within(trials, &both, frame, sides) });
    }
    if sides.paired {
        return Err("it is paired, and no observer has trials of both kinds".to_owned());
    }
    let groups: Vec<Own> = one.into_iter().filter(|own| !own.rows.is_empty()).collect();
    let positive = groups.iter().filter(|own| own.positive[0]).count();
    if positive < 2 || groups.len() - positive < 2 {
        return Err(format!(
            "no observer has trials of both kinds, and of observers with one kind there are {positive} and {}; two of each are needed",
            groups.len() - positive
        ));
    }
    Ok(between(trials, &groups, frame, positive))
}

fn own(trials: &[Trial], one: &Responses, sides: &Sides) -> Own {
    let mut found = Own { rows: Vec::new(), residuals: Vec::new(), positive: Vec::new() };
    for positive in [true, false] {
        let on = |row: &usize| (sides.of)(&trials[*row]) == Some(positive);
        let (rows, mut residuals): (Vec<usize>, Vec<f64>) = one
            .rows
            .iter()
            .zip(&one.residuals)
            .filter(|(row, _)| on(row))
            .map(|(row, residual)| (*row, *residual))
            .unzip();
        if rows.len() < LEAST_TRIALS {
            continue;
        }
        let mut columns = vec![vec![1.0; rows.len()]];
        if sides.count {
            columns.extend(bubble_counts(trials, &rows));
        }
        Basis::new(&columns).remove(&mut residuals);
        found.positive.extend(vec![positive; rows.len()]);
        found.rows.extend(rows);
        found.residuals.extend(residuals);
    }
    found
}

/// The sum of weighted fields of some trials, smoothed.
fn smoothed_sum(trials: &[Trial], rows: &[usize], weights: &[f64], frame: &Frame) -> Array2<f64> {
    let mut plane = Array2::zeros(frame.region.dim());
    frame.add_weighted(trials, rows, weights, &mut plane);
    frame.smoothed(&plane)
}

fn within(trials: &[Trial], both: &[Own], frame: &Frame, sides: &Sides) -> Compared {
    let ordered =
        |exchange: Exchange| -> Vec<_> { both.iter().map(|own| strata(trials, &own.rows, exchange)).collect() };
    let varies = |(own, (order, strata)): (&Own, &(Vec<usize>, Vec<std::ops::Range<usize>>))| {
        strata.iter().any(|stratum| {
            let labels: Vec<bool> = order[stratum.clone()].iter().map(|&at| own.positive[at]).collect();
            labels.contains(&true) && labels.contains(&false)
        })
    };
    let mut order = ordered(sides.exchange);
    if !both.iter().zip(&order).any(varies) {
        order = ordered(Exchange::Observer);
    }
    let parts: Vec<_> = both
        .par_iter()
        .zip(&order)
        .map(|(own, (order, strata))| {
            let rows: Vec<usize> = order.iter().map(|&at| own.rows[at]).collect();
            let values: Vec<f64> = order.iter().map(|&at| own.residuals[at]).collect();
            let mut labels = vec![0.0; rows.len()];
            let mut variance = Array2::<f64>::zeros(frame.region.dim());
            let mut plane = variance.clone();
            let stamp = frame.stamp();
            for stratum in strata {
                let n = stratum.len() as f64;
                let a = stratum.clone().filter(|&at| own.positive[order[at]]).count() as f64;
                let b = n - a;
                if a == 0.0 || b == 0.0 {
                    continue;
                }
                stratum.clone().for_each(|at| labels[at] = if own.positive[order[at]] { b / n } else { -a / n });
                let share = a * b / n / (n - 1.0);
                for at in stratum.clone() {
                    stamp.field(&trials[rows[at]], &mut plane);
                    let weight = share * values[at] * values[at];
                    Zip::from(&mut variance)
                        .and(&plane)
                        .for_each(|variance, field| *variance += weight * field * field);
                }
                let sum = smoothed_sum(trials, &rows[stratum.clone()], &values[stratum.clone()], frame);
                Zip::from(&mut variance).and(&sum).for_each(|variance, sum| *variance -= share / n * sum * sum);
            }
            let weights: Vec<f64> = values.iter().zip(&labels).map(|(value, label)| value * label).collect();
            (smoothed_sum(trials, &rows, &weights, frame), variance, rows, values, labels)
        })
        .collect();
    let (mut sum, mut variance) = (Array2::<f64>::zeros(frame.region.dim()), Array2::<f64>::zeros(frame.region.dim()));
    let (mut rows, mut values, mut labels, mut ranges) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((own_sum, own_variance, own_rows, own_values, own_labels), (_, strata)) in parts.into_iter().zip(&order) {
        sum += &own_sum;
        variance += &own_variance;
        ranges.extend(strata.iter().map(|stratum| rows.len() + stratum.start..rows.len() + stratum.end));
        rows.extend(own_rows);
        values.extend(own_values.into_iter().map(|value| value as f32));
        labels.extend(own_labels.into_iter().map(|label| label as f32));
    }
    variance.mapv_inplace(|value| value.max(0.0));
    let z = standardised(&sum, &variance, &frame.region);
    let scheme = Scheme::Labels { values, labels, strata: ranges };
    Compared {
        tested: Tested::new(trials, &rows, frame, (z, variance), scheme),
        exchanged: "trials",
        observers: both.len(),
    }
}

/// Trials of all observers with the weights of their mean maps, positive or as the sides say, and these maps.
fn means(
    trials: &[Trial],
    all: &[Own],
    frame: &Frame,
    signed: bool,
) -> (Vec<f32>, Vec<std::ops::Range<usize>>, Vec<Array2<f64>>) {
    let mut start = 0;
    let (mut values, mut ranges) = (Vec::new(), Vec::new());
    let mut weights_of = Vec::new();
    for own in all {
        // An observer counts the same whatever weight the group gives.
        let scale = (dot(&own.residuals, &own.residuals) / own.residuals.len().max(1) as f64).sqrt();
        let weight = |positive: bool| {
            let share = if scale > 0.0 { 1.0 / (scale * own.number(positive) as f64) } else { 0.0 };
            if signed && !positive { -share } else { share }
        };
        let weights: Vec<f64> =
            own.residuals.iter().zip(&own.positive).map(|(value, positive)| value * weight(*positive)).collect();
        values.extend(weights.iter().map(|weight| *weight as f32));
        ranges.push(start..start + weights.len());
        start += weights.len();
        weights_of.push(weights);
    }
    let maps = all.par_iter().zip(&weights_of).map(|(own, weights)| smoothed_sum(trials, &own.rows, weights, frame));
    (values, ranges, maps.collect())
}

fn paired(trials: &[Trial], both: &[Own], frame: &Frame) -> Compared {
    let (values, observers, maps) = means(trials, both, frame, true);
    let (mut sum, mut squares) = (Array2::<f64>::zeros(frame.region.dim()), Array2::<f64>::zeros(frame.region.dim()));
    for map in &maps {
        sum += map;
        squares += &map.mapv(|value| value * value);
    }
    let z = standardised(&sum, &squares, &frame.region);
    let rows: Vec<usize> = both.iter().flat_map(|own| own.rows.iter().copied()).collect();
    let scheme = Scheme::Signs { values, observers };
    Compared {
        tested: Tested::new(trials, &rows, frame, (z, squares), scheme),
        exchanged: "signs",
        observers: both.len(),
    }
}

fn between(trials: &[Trial], groups: &[Own], frame: &Frame, positive: usize) -> Compared {
    let (values, observers, maps) = means(trials, groups, frame, false);
    let count = groups.len() as f64;
    let label = |own: &Own| if own.positive[0] { 1.0 / positive as f64 } else { -1.0 / (count - positive as f64) };
    let labels: Vec<f64> = groups.iter().map(label).collect();
    let mut sum = Array2::<f64>::zeros(frame.region.dim());
    let (mut total, mut squares) = (sum.clone(), sum.clone());
    for (map, label) in maps.iter().zip(&labels) {
        sum.scaled_add(*label, map);
        total += map;
        squares += &map.mapv(|value| value * value);
    }
    let spread: f64 = labels.iter().map(|label| label * label).sum::<f64>() / (count - 1.0);
    let variance = (squares - total.mapv(|total| total * total / count)) * spread;
    let z = standardised(&sum, &variance, &frame.region);
    let rows: Vec<usize> = groups.iter().flat_map(|own| own.rows.iter().copied()).collect();
    let labels = labels.into_iter().map(|label| label as f32).collect();
    let scheme = Scheme::Observers { values, observers, labels };
    let tested = Tested::new(trials, &rows, frame, (z, variance), scheme);
    Compared { tested, exchanged: "observers", observers: groups.len() }
}
