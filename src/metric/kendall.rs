//! Kendall's tau, by Knight's algorithm (1966): pairs in opposite order are the exchanges of a merge sort.
//!
//! With n0 = n(n-1)/2 pairs, n1 tied in x, n2 tied in y, n3 tied in both and s exchanges, C - D = n0 - n1 - n2 + n3 - 2s.
//! tau-a = (C-D) / n0; tau-b = (C-D) / √((n0-n1)(n0-n2)) (Kendall 1945);
//! tau-c = 2 (C-D) m / (n² (m-1)), m the smaller number of distinct values (Stuart 1953).

use super::correlation::PEARSON;
use super::field::Field;
use super::ranked::sort;
use super::table::{Invariance, Metric};
use super::undefined::Score;

pub(super) const TAU_B: Metric = Metric {
    name: "kendall",
    description: "Kendall's tau-b: pairs of pixels in the same order minus pairs in opposite order, corrected for ties",
    source: "Kendall 1945; Knight 1966",
    invariance: Invariance::Monotone,
    transform: None,
    score: |inputs| Ok(Pairs::new(inputs.map, inputs.other()?)?.tau_b()),
    ..PEARSON
};

pub(super) const TAU_A: Metric = Metric {
    name: "kendall.a",
    description: "Kendall's tau-a: not corrected for ties, so a map with ties does not reach 1",
    source: "Kendall 1938",
    same: None,
    score: |inputs| Ok(Pairs::new(inputs.map, inputs.other()?)?.tau_a()),
    ..TAU_B
};

pub(super) const TAU_C: Metric = Metric {
    name: "kendall.c",
    description: "Kendall's (Stuart's) tau-c: for maps with different numbers of distinct values",
    source: "Stuart 1953",
    same: None,
    score: |inputs| Ok(Pairs::new(inputs.map, inputs.other()?)?.tau_c()),
    ..TAU_B
};

/// Counts of pairs of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairs {
    pixels: i64,
    all: i64,
    tied_first: i64,
    tied_second: i64,
    difference: i64,
    distinct: i64,
}

impl Pairs {
    /// Counts the pairs of two maps; undefined where one is constant.
    pub fn new(x: &Field, y: &Field) -> Result<Pairs, super::Undefined> {
        x.varied_pair(y)?;
        let (first, second) = (x.ranked(), y.ranked());
        let mut items: Vec<(u64, u32)> = first
            .dense_ranks()
            .into_iter()
            .zip(second.dense_ranks())
            .map(|(a, b)| (u64::from(a) << 32 | u64::from(b), b))
            .collect();
        sort(&mut items);
        let tied = |runs: &mut dyn Iterator<Item = i64>| runs.map(pairs).sum::<i64>();
        let tied_both = tied(&mut items.chunk_by(|a, b| a.0 == b.0).map(|run| run.len() as i64));
        let tied_first = tied(&mut first.runs().map(|run| run.len() as i64));
        let tied_second = tied(&mut second.runs().map(|run| run.len() as i64));
        let mut seconds: Vec<u32> = items.into_iter().map(|(_, b)| b).collect();
        let exchanges = merge(&mut seconds);
        let pixels = x.len() as i64;
        let all = pairs(pixels);
        let difference = all - tied_first - tied_second + tied_both - 2 * exchanges;
        let distinct = first.distinct().min(second.distinct()) as i64;
        Ok(Pairs { pixels, all, tied_first, tied_second, difference, distinct })
    }

    /// (C - D) / all pairs.
    pub fn tau_a(&self) -> f64 {
        self.difference as f64 / self.all as f64
    }

    /// Corrected for the ties of each map.
    pub fn tau_b(&self) -> f64 {
        let untied = ((self.all - self.tied_first) as f64).sqrt() * ((self.all - self.tied_second) as f64).sqrt();
        (self.difference as f64 / untied).clamp(-1.0, 1.0)
    }

    /// Corrected for the number of distinct values.
    pub fn tau_c(&self) -> f64 {
        let (n, m) = (self.pixels as f64, self.distinct as f64);
        (2.0 * self.difference as f64 * m / (n * n * (m - 1.0))).clamp(-1.0, 1.0)
    }
}

fn pairs(n: i64) -> i64 {
    n * (n - 1) / 2
}

/// Sorts, and says how many exchanges of neighbours that took.
fn merge(values: &mut [u32]) -> i64 {
    let mut from = values.to_vec();
    let mut exchanges = 0;
    let mut width = 1;
    while width < from.len() {
        for (part, into) in from.chunks(2 * width).zip(values.chunks_mut(2 * width)) {
            let (left, right) = part.split_at(width.min(part.len()));
            let (mut i, mut j) = (0, 0);
            for slot in into {
                let takes_left = j == right.len() || (i < left.len() && left[i] <= right[j]);
                if takes_left {
                    *slot = left[i];
                    i += 1;
                } else {
                    *slot = right[j];
                    j += 1;
                    exchanges += (left.len() - i) as i64;
                }
            }
        }
        from.copy_from_slice(values);
        width *= 2;
    }
    exchanges
}

/// Kendall's tau-b.
pub fn kendall(x: &Field, y: &Field) -> Score {
    Ok(Pairs::new(x, y)?.tau_b())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use ndarray::Array2;
    use rand::RngExt;

    #[test]
    fn counts_are_those_of_all_pairs() {
        let mut generator = Seed(3).stream("pairs", 0);
        for levels in [3, 10, 1000] {
            let mut draw = || Array2::from_shape_fn((7, 9), |_| f64::from(generator.random_range(0..levels)));
            let (x, y) = (Field::whole(&draw()).unwrap(), Field::whole(&draw()).unwrap());
            let mut difference = 0;
            for i in 0..63 {
                for j in 0..i {
                    let order = |f: &Field| f.values()[i].total_cmp(&f.values()[j]) as i64;
                    difference += order(&x) * order(&y);
                }
            }
            assert_eq!(Pairs::new(&x, &y).unwrap().difference, difference, "{levels}");
        }
    }
}
