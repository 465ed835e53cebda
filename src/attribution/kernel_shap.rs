//! KernelSHAP: Shapley values of the cells of a picture, by weighted least squares (Lundberg & Lee 2017, NeurIPS,
//! arXiv:1705.07874).
//!
//! The value v(S) of a coalition S is the margin with its cells visible and all others hidden. With the kernel
//! `(M - 1) / (C(M, k) k (M - k))` of coalitions of k of M cells, the Shapley values φ make
//! `sum_S kernel(S) (v(S) - v(∅) - sum_{i in S} φ_i)²` smallest under `sum φ = v(all) - v(∅)`. The constraint is met
//! exactly, by elimination of one cell, not by a large weight as in Captum. Where all coalitions are no more than `samples`,
//! each is asked once and the values are exact. Otherwise coalitions are drawn: k in proportion to `1 / (k (M - k))`,
//! then k cells; every other one is the complement of the one before (Covert & Lee 2021, AISTATS, arXiv:2012.01536),
//! which lowers the variance. All then weigh the same. The reliability compares even and odd pairs;
//! there is none where the values are exact, or where half of the pairs leave them undecided.
//!
//! Departures: 1000 samples (shap: 2 M + 2048; Captum: 25). What is hidden becomes the background. No selection of
//! features by an L1 penalty. The map paints each cell with its value, whatever its area.
//!
//! Blur: that of cells painted evenly, see `parts`: sd = c / √6 with cells of side c.

use ndarray::Array2;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::gradient::outputs_only;
use super::moments::reliability;
use super::order::in_order;
use super::parameter::number;
use super::parts::Parts;
use super::quickshift::{Quickshift, superpixels};
use super::{Method, Question, Saliency};
use crate::error::{Error, Result};
use crate::map::Map;
use crate::stats::solve::least_squares;

/// Players whose coalitions can be counted at all.
const MOST_ENUMERATED: usize = 20;

pub(super) const METHOD: Method = Method {
    name: "kernel_shap",
    description: "Shapley values of cells or superpixels; they sum to the gain of the explained value over the background",
    source: "Lundberg & Lee 2017, NeurIPS, arXiv:1705.07874; Covert & Lee 2021, AISTATS",
    parameters: &[
        number("samples", "coalitions drawn; if there are no more in all, each is taken once", 1000.0, 4.0..=1e6),
        number("grid", "cells along each side; 0 = superpixels, as `lime` has them by default", 7.0, 0.0..=32.0),
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [samples, grid] = question.values.numbers()?;
    let (samples, grid) = (samples.round() as usize, grid.round() as usize);
    let shape = question.shape()?;
    let parts = match grid {
        0 => superpixels(question.picture, &Quickshift::default()),
        cells => Parts::grid(shape, cells)?,
    };
    let players = parts.count();
    let value = |coalition: &[f64]| question.value_through(&parts.mask(coalition));
    let (empty, full) = (value(&vec![0.0; players])?, value(&vec![1.0; players])?);
    let every = (players <= MOST_ENUMERATED && 1 << players <= samples).then(|| every_coalition(players));
    let exact = every.is_some();
    let (coalitions, weights) = every.unwrap_or_else(|| {
        let drawn = drawn_coalitions(players, samples, |pair| question.seed.stream("coalition", pair));
        (drawn, vec![1.0; samples])
    });
    let mut values = vec![0.0; coalitions.nrows()];
    let work = |index: usize| value(&coalitions.row(index).to_vec());
    in_order(coalitions.nrows(), work, |index, margin| values[index] = margin)?;
    let fitted = |rows: &[usize]| {
        let part = Array2::from_shape_fn((rows.len(), players), |(at, player)| coalitions[[rows[at], player]]);
        let pick = |of: &[f64]| -> Vec<f64> { rows.iter().map(|&row| of[row]).collect() };
        shapley_values(&part, &pick(&values), &pick(&weights), empty, full).map(|found| parts.painted(&found))
    };
    let rows = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..coalitions.nrows()).filter(|row| wanted(row / 2)).collect()
    };
    let map = fitted(&rows(&|_| true)).ok_or_else(|| too_few(samples, players))?;
    let halves = match exact {
        true => None,
        false => fitted(&rows(&|pair| pair % 2 == 0)).zip(fitted(&rows(&|pair| pair % 2 == 1))),
    };
    Ok(Saliency {
        map: Map::from_f64(&map)?,
        evaluations: coalitions.nrows() + 2,
        reliability: halves.and_then(|(even, odd)| reliability([&even, &odd], &question.setting.region)),
        blur_sd: parts.blur_sd(),
        layer: None,
        delta: None,
    })
}

fn too_few(samples: usize, players: usize) -> Error {
    Error::invalid(format!("{samples} coalitions do not tell the shares of {players} cells apart"))
        .hint("set `samples` in [attribution.parameters.kernel_shap] to four times the number of cells or more")
}

/// Every coalition but the empty and the full one (a row each, 1 = member), and its kernel weight.
///
/// There are `2^players - 2`.
pub fn every_coalition(players: usize) -> (Array2<f64>, Vec<f64>) {
    let count = (1usize << players).saturating_sub(2);
    let member = |(row, player): (usize, usize)| if (row + 1) >> player & 1 == 1 { 1.0 } else { 0.0 };
    let coalitions = Array2::from_shape_fn((count, players), member);
    let ways = |size: usize| (0..size).fold(1.0, |ways, at| ways * (players - at) as f64 / (at + 1) as f64);
    let kernel = |row: usize| {
        let size = (row + 1).count_ones() as usize;
        (players - 1) as f64 / (ways(size) * (size * (players - size)) as f64)
    };
    (coalitions, (0..count).map(kernel).collect())
}

/// Coalitions with the frequencies of the kernel, a row each: pair by pair, a coalition and its complement.
///
/// `stream` gives the generator of a pair.
pub fn drawn_coalitions<R: Rng>(players: usize, samples: usize, stream: impl Fn(u64) -> R) -> Array2<f64> {
    let mut coalitions = Array2::zeros((samples, players));
    for (pair, mut rows) in coalitions.axis_chunks_iter_mut(ndarray::Axis(0), 2).enumerate() {
        let members = coalition(players, &mut stream(pair as u64));
        for (complement, mut row) in rows.rows_mut().into_iter().enumerate() {
            row.iter_mut().zip(&members).for_each(|(share, &member)| *share = f64::from(member != (complement == 1)));
        }
    }
    coalitions
}

/// Who is in a coalition: k in proportion to `1 / (k (players - k))`, then k players, all subsets alike.
fn coalition(players: usize, random: &mut impl Rng) -> Vec<bool> {
    let frequencies: Vec<f64> = (1..players).map(|size| 1.0 / (size * (players - size)) as f64).collect();
    let mut place = random.random::<f64>() * frequencies.iter().sum::<f64>();
    let beyond = |frequency: &f64| {
        place -= frequency;
        place < 0.0
    };
    let size = frequencies.iter().position(beyond).map_or(players.saturating_sub(1), |at| at + 1);
    let mut members: Vec<bool> = (0..players).map(|player| player < size).collect();
    members.shuffle(random);
    members
}

/// Shapley values from the values of some coalitions (a row each, 1 = member) and their weights.
///
/// `empty` and `full` are the values of nobody and of everybody; the result sums to their difference. `None` where the
/// coalitions leave the values undecided.
pub fn shapley_values(
    coalitions: &Array2<f64>,
    values: &[f64],
    weights: &[f64],
    empty: f64,
    full: f64,
) -> Option<Vec<f64>> {
    let last = coalitions.ncols().checked_sub(1)?;
    let gain = full - empty;
    let design = Array2::from_shape_fn((coalitions.nrows(), last), |(row, player)| {
        coalitions[[row, player]] - coalitions[[row, last]]
    });
    let rest: Vec<f64> =
        values.iter().zip(coalitions.column(last)).map(|(value, member)| value - empty - member * gain).collect();
    let mut found = least_squares(&design, &rest, weights, 0.0)?;
    found.push(gain - found.iter().sum::<f64>());
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    /// Captum's BasicModel_MultiLayer: four sums with biases -10, 1, 1, 1, rectified, summed, less 1.
    fn multi_layer(x: [f64; 3]) -> f64 {
        [-10.0, 1.0, 1.0, 1.0].iter().map(|bias| (x.iter().sum::<f64>() + bias).max(0.0)).sum::<f64>() - 1.0
    }

    /// Values of coalitions of features, `group` being the player of each.
    fn exact(x: [f64; 3], baseline: [f64; 3], group: [usize; 3]) -> Vec<f64> {
        let players = group.iter().max().unwrap() + 1;
        let value = |coalition: &[f64]| {
            multi_layer([0, 1, 2].map(|at| if coalition[group[at]] == 1.0 { x[at] } else { baseline[at] }))
        };
        let (coalitions, weights) = every_coalition(players);
        let values: Vec<f64> = coalitions.rows().into_iter().map(|row| value(&row.to_vec())).collect();
        shapley_values(&coalitions, &values, &weights, multi_layer(baseline), multi_layer(x)).unwrap()
    }

    fn close(found: &[f64], expected: &[f64], tolerance: f64) -> bool {
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < tolerance)
    }

    #[test]
    fn the_values_that_captum_expects_are_met() {
        let (x, alone) = ([20.0, 50.0, 30.0], [0, 1, 2]);
        assert!(close(&exact(x, [10.0, 20.0, 10.0], alone), &[40.0, 120.0, 80.0], 1e-9));
        assert!(close(&exact(x, [0.0; 3], alone), &[230.0 / 3.0, 590.0 / 3.0, 350.0 / 3.0], 1e-9));
        assert!(close(&exact(x, [0.0; 3], [0, 0, 1]), &[275.0, 115.0], 1e-9));
        assert!(close(&exact(x, [4.0; 3], [0, 0, 1]), &[248.0, 104.0], 1e-9));
        assert!(close(&exact([2.0, 10.0, 3.0], [0.0; 3], alone), &[7.0, 32.5, 10.5], 1e-9));
        assert!(!close(&exact([2.0, 10.0, 3.0], [1.0; 3], alone), &[7.0, 32.5, 10.5], 1.0));
    }

    /// Five players with interactions of every order, and their Shapley values by the definition over all orders.
    fn game(coalition: &[f64]) -> f64 {
        let sum: f64 = coalition.iter().zip([0.5, -1.0, 2.0, 0.3, 1.1]).map(|(member, value)| member * value).sum();
        sum + 2.0 * coalition[0] * coalition[1] - 3.0 * coalition[1] * coalition[2] * coalition[4] + sum.sin()
    }

    fn by_orders(members: &[usize], values: &mut [f64; 5], orders: &mut f64) {
        if members.len() == 5 {
            let mut coalition = [0.0; 5];
            *orders += 1.0;
            for &player in members {
                let before = game(&coalition);
                coalition[player] = 1.0;
                values[player] += game(&coalition) - before;
            }
        }
        for player in (0..5).filter(|player| !members.contains(player)) {
            by_orders(&[members, &[player]].concat(), values, orders);
        }
    }

    #[test]
    fn all_coalitions_give_the_mean_over_all_orders_and_samples_come_near() {
        let (mut truth, mut orders) = ([0.0; 5], 0.0);
        by_orders(&[], &mut truth, &mut orders);
        let truth = truth.map(|value| value / orders);
        assert_eq!(orders, 120.0);
        let solve = |coalitions: &Array2<f64>, weights: &[f64]| {
            let values: Vec<f64> = coalitions.rows().into_iter().map(|row| game(&row.to_vec())).collect();
            shapley_values(coalitions, &values, weights, game(&[0.0; 5]), game(&[1.0; 5])).unwrap()
        };
        let (every, kernel) = every_coalition(5);
        assert!(close(&solve(&every, &kernel), &truth, 1e-9));
        assert!(!close(&solve(&every, &[1.0; 30]), &truth, 0.02), "the kernel matters");
        let drawn = drawn_coalitions(5, 20_000, |pair| Seed(1).stream("coalition", pair));
        let found = solve(&drawn, &[1.0; 20_000]);
        assert!(close(&found, &truth, 0.02), "{found:?} {truth:?}");
        assert!((found.iter().sum::<f64>() - (game(&[1.0; 5]) - game(&[0.0; 5]))).abs() < 1e-9);
        assert_eq!(shapley_values(&drawn.select(ndarray::Axis(0), &[0, 1]), &[0.0; 2], &[1.0; 2], 0.0, 1.0), None);
    }

    #[test]
    fn coalitions_come_in_pairs_with_the_frequencies_of_the_kernel() {
        let drawn = drawn_coalitions(6, 12_000, |pair| Seed(2).stream("coalition", pair));
        let mut counts = [0.0; 7];
        drawn.rows().into_iter().for_each(|row| counts[row.sum() as usize] += 1.0 / 12_000.0);
        let total: f64 = (1..6).map(|size| 1.0 / (size * (6 - size)) as f64).sum();
        assert_eq!((counts[0], counts[6]), (0.0, 0.0));
        for size in 1..6 {
            assert!((counts[size] - 1.0 / (size * (6 - size)) as f64 / total).abs() < 0.02, "{counts:?}");
        }
        assert_eq!(&drawn.row(8) + &drawn.row(9), Array2::<f64>::ones((1, 6)).row(0).to_owned());
        let share = drawn.row(0).len() as f64 / 2.0;
        assert!(drawn.columns().into_iter().all(|column| (column.sum() / 12_000.0 * 6.0 - share).abs() < 0.1));
    }
}
