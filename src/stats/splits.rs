//! Reliability by splitting makers of maps (observers, seeds) in two, from the inner products of their maps alone.
//!
//! With G_st the inner product of the centred maps of s and t, the means of two parts a and b correlate by
//!   r = Σ_{s in a, t in b} G_st / √(Σ_{s,t in a} G_st · Σ_{s,t in b} G_st).
//! Correlations are averaged over splits first and lengthened once: lengthening is concave, so that a mean of lengthened
//! correlations comes out low, and one split near -1 would spoil it. An odd number is split unevenly and lengthened by
//! Horst's formula; nobody is left out.

use rand::seq::SliceRandom;

use super::correlate::horst;
use crate::seed::Seed;

/// All splits are made where there are at most this many, else [`DRAWN`] at random.
pub const MOST: usize = 2000;

/// Number of random splits.
pub const DRAWN: usize = 1000;

/// The smaller parts of splits of `count` makers in two as nearly equal parts as can be; each split once.
pub fn halves(count: usize, seed: Seed) -> Vec<Vec<usize>> {
    let part = count / 2;
    if count < 2 {
        return Vec::new();
    }
    // The two parts of an even split are interchangeable, so the first maker stays in the first.
    let fixed = usize::from(count.is_multiple_of(2));
    if choose(count - fixed, part - fixed) <= MOST as f64 {
        let mut found = Vec::new();
        combinations(fixed, count, &mut (0..fixed).collect(), part, &mut found);
        return found;
    }
    (0..DRAWN)
        .map(|at| {
            let mut order: Vec<usize> = (0..count).collect();
            order.shuffle(&mut seed.stream("split", at as u64));
            order.truncate(part);
            order.sort_unstable();
            order
        })
        .collect()
}

fn combinations(from: usize, count: usize, chosen: &mut Vec<usize>, size: usize, found: &mut Vec<Vec<usize>>) {
    if chosen.len() == size {
        found.push(chosen.clone());
        return;
    }
    for next in from..count {
        chosen.push(next);
        combinations(next + 1, count, chosen, size, found);
        chosen.pop();
    }
}

fn choose(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}

/// Correlation of the means of the makers in `part` and of all others; `None` where a mean is constant.
pub fn split_correlation(gram: &[Vec<f64>], part: &[usize]) -> Option<f64> {
    let (mut within, mut between, mut rest) = (0.0, 0.0, 0.0);
    let inside: Vec<bool> = (0..gram.len()).map(|maker| part.contains(&maker)).collect();
    for (row, &left) in gram.iter().zip(&inside) {
        for (value, &right) in row.iter().zip(&inside) {
            match (left, right) {
                (true, true) => within += value,
                (false, false) => rest += value,
                _ => between += value / 2.0,
            }
        }
    }
    let norm = (within * rest).sqrt();
    (norm > 0.0).then(|| between / norm)
}

/// Correlations of the parts of every split, their mean, and the reliability of the mean of all makers.
#[derive(Debug, Clone, PartialEq)]
pub struct Splits {
    /// One a split.
    pub correlations: Vec<f64>,
    /// Their mean.
    pub mean: f64,
    /// The mean lengthened to all makers (Spearman-Brown; Horst for an odd number).
    pub reliability: f64,
}

/// Split-half reliability over [`halves`]; `None` for fewer than two makers or constant means.
pub fn split_half(gram: &[Vec<f64>], seed: Seed) -> Option<Splits> {
    let correlations: Vec<f64> =
        halves(gram.len(), seed).iter().map(|part| split_correlation(gram, part)).collect::<Option<_>>()?;
    let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
    let share = (gram.len() / 2) as f64 / gram.len() as f64;
    (!correlations.is_empty()).then(|| Splits { correlations, mean, reliability: horst(mean, share) })
}

/// Mean correlation of each maker with the mean of the others, and with the mean of all makers (itself among them).
pub fn bounds(gram: &[Vec<f64>]) -> Option<(f64, f64)> {
    let sums: Vec<f64> = gram.iter().map(|row| row.iter().sum()).collect();
    let total: f64 = sums.iter().sum();
    let (mut lower, mut upper) = (0.0, 0.0);
    for (maker, (row, sum)) in gram.iter().zip(&sums).enumerate() {
        let own = row[maker];
        let others = total - 2.0 * sum + own;
        if gram.len() < 2 || own <= 0.0 || others <= 0.0 || total <= 0.0 {
            return None;
        }
        lower += (sum - own) / (own * others).sqrt();
        upper += sum / (own * total).sqrt();
    }
    let count = gram.len() as f64;
    (count > 1.0).then(|| (lower / count, upper / count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_split_is_made_once_and_many_makers_are_split_at_random() {
        assert_eq!(halves(4, Seed(1)), [[0, 1], [0, 2], [0, 3]]);
        assert_eq!(halves(3, Seed(1)), [[0], [1], [2]]);
        assert_eq!(halves(5, Seed(1)).len(), 10);
        assert_eq!(halves(12, Seed(1)).len(), 462);
        let drawn = halves(30, Seed(1));
        assert_eq!((drawn.len(), drawn[0].len()), (DRAWN, 15));
        assert_eq!(drawn, halves(30, Seed(1)));
        assert_ne!(drawn, halves(30, Seed(2)));
        assert!(halves(1, Seed(1)).is_empty());
    }

    #[test]
    fn equal_correlations_have_the_split_half_that_they_imply() {
        let r = 0.3;
        let gram = |n: usize| -> Vec<Vec<f64>> {
            (0..n).map(|s| (0..n).map(|t| if s == t { 1.0 } else { r }).collect()).collect()
        };
        for n in [2, 5, 6, 7] {
            let found = split_half(&gram(n), Seed(0)).unwrap();
            let expected = n as f64 * r / (1.0 + (n as f64 - 1.0) * r);
            assert!((found.reliability - expected).abs() < 1e-12, "{n} {found:?}");
        }
        let odd = split_half(&gram(5), Seed(0)).unwrap();
        let as_halves = 2.0 * odd.mean / (1.0 + odd.mean);
        assert!((as_halves - odd.reliability).abs() > 1e-4, "Spearman-Brown is wrong for parts of 2 and 3");
        let (lower, upper) = bounds(&gram(6)).unwrap();
        assert!((lower - super::super::reliability::leave_one_out(r, 6.0)).abs() < 1e-12);
        assert!((upper - super::super::reliability::inclusive(r, 6.0)).abs() < 1e-12);
        assert_eq!(bounds(&gram(1)), None);
    }
}
