//! Image shuffle: whether maps agree with the maps of their own pictures more than with those of other pictures.
//!
//! From the matrix Q of the agreement of the human map of picture i with the network's map of picture j, the statistic is the
//! mean of the diagonal; permuting the pictures of one side gives its distribution. Centre bias, smoothness and the
//! distribution of values are those of the maps themselves, so the test is valid where nulls over space are not. All I!
//! permutations are made up to [`MOST`], else random ones beside the identity: p = (b + 1) / (m + 1). Within strata (classes),
//! pictures are exchanged only with pictures of their own.

use rand::seq::SliceRandom;
use rayon::prelude::*;

use crate::seed::Seed;

/// All permutations are made where there are at most this many.
pub const MOST: usize = 10_000;

/// The test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shuffled {
    /// Mean of the diagonal.
    pub observed: f64,
    /// Mean off the diagonal, within strata: agreement with maps of other pictures.
    pub mismatched: f64,
    /// One-sided p.
    pub p: f64,
    /// Number of permutations that it rests on.
    pub permutations: usize,
}

impl Shuffled {
    /// Agreement beyond that with other pictures.
    pub fn specificity(&self) -> f64 {
        self.observed - self.mismatched
    }
}

/// Tests a square matrix; `strata` has one entry a picture. `None` where no picture can be exchanged.
pub fn shuffle(matrix: &[Vec<f64>], strata: &[usize], draws: usize, seed: Seed) -> Option<Shuffled> {
    let count = matrix.len();
    if strata.len() != count || matrix.iter().any(|row| row.len() != count) {
        return None;
    }
    let mut names = strata.to_vec();
    names.sort_unstable();
    names.dedup();
    let groups: Vec<Vec<usize>> =
        names.iter().map(|name| (0..count).filter(|at| strata[*at] == *name).collect()).collect();
    let (mut sum, mut pairs) = (0.0, 0.0);
    for group in &groups {
        for (i, j) in group.iter().flat_map(|i| group.iter().map(move |j| (*i, *j))).filter(|(i, j)| i != j) {
            sum += matrix[i][j];
            pairs += 1.0;
        }
    }
    if pairs == 0.0 {
        return None;
    }
    let mean = |order: &[usize]| order.iter().zip(matrix).map(|(at, row)| row[*at]).sum::<f64>() / count as f64;
    let identity: Vec<usize> = (0..count).collect();
    let observed = mean(&identity);
    let number: f64 = groups.iter().map(|group| (1..=group.len()).map(|n| n as f64).product::<f64>()).product();
    let reached = observed - 1e-12 * observed.abs().max(1.0);
    let (hits, permutations) = if number <= MOST as f64 {
        let mut orders = vec![identity];
        for group in &groups {
            let of_group = permutations(group);
            orders = orders
                .iter()
                .flat_map(|order| {
                    of_group.iter().map(|moved| {
                        let mut order = order.clone();
                        group.iter().zip(moved).for_each(|(from, to)| order[*from] = *to);
                        order
                    })
                })
                .collect();
        }
        (orders.iter().filter(|order| mean(order) >= reached).count(), orders.len())
    } else {
        let hits = (0..draws)
            .into_par_iter()
            .filter(|draw| {
                let mut generator = seed.stream("shuffle", *draw as u64);
                let mut order = identity.clone();
                for group in &groups {
                    let mut moved = group.clone();
                    moved.shuffle(&mut generator);
                    group.iter().zip(moved).for_each(|(from, to)| order[*from] = to);
                }
                mean(&order) >= reached
            })
            .count();
        (hits + 1, draws + 1)
    };
    Some(Shuffled { observed, mismatched: sum / pairs, p: hits as f64 / permutations as f64, permutations })
}

fn permutations(items: &[usize]) -> Vec<Vec<usize>> {
    if items.len() < 2 {
        return vec![items.to_vec()];
    }
    let mut found = Vec::new();
    for (at, first) in items.iter().enumerate() {
        let rest: Vec<usize> = items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, x)| *x).collect();
        found.extend(permutations(&rest).into_iter().map(|tail| [vec![*first], tail].concat()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagonal(count: usize, extra: f64) -> Vec<Vec<f64>> {
        (0..count)
            .map(|i| {
                (0..count)
                    .map(|j| 0.3 + ((i * 7 + j * 3) % 5) as f64 * 0.02 + if i == j { extra } else { 0.0 })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_best_p_is_one_in_all_permutations_and_equal_columns_give_one() {
        let found = shuffle(&diagonal(5, 1.0), &[0; 5], 0, Seed(1)).unwrap();
        assert_eq!((found.p, found.permutations), (1.0 / 120.0, 120));
        let equal: Vec<Vec<f64>> = (0..5).map(|i| vec![i as f64; 5]).collect();
        let found = shuffle(&equal, &[0; 5], 0, Seed(1)).unwrap();
        assert_eq!((found.p, found.specificity()), (1.0, 0.0));
        let drawn = shuffle(&diagonal(20, 1.0), &[0; 20], 999, Seed(1)).unwrap();
        assert_eq!((drawn.p, drawn.permutations), (0.001, 1000));
    }

    #[test]
    fn pictures_are_exchanged_within_their_class_only() {
        let found = shuffle(&diagonal(4, 1.0), &[0, 0, 1, 1], 0, Seed(1)).unwrap();
        assert_eq!((found.p, found.permutations), (0.25, 4));
        assert_eq!(shuffle(&diagonal(3, 1.0), &[0, 1, 2], 0, Seed(1)), None);
        assert_eq!(shuffle(&diagonal(1, 1.0), &[0], 0, Seed(1)), None);
    }
}
