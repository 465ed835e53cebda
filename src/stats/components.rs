//! Variance components of a fully crossed table by the method of moments, and what more levels would buy.
//!
//! One value a cell (picture x observer x seed, or any number of factors). With N_f levels and T_u = Π_{f not in u} N_f Σ (mean
//! over the other factors)², SS_u = Σ_{v ⊆ u} (-1)^{|u|-|v|} T_v and MS_u = SS_u / Π_{f in u} (N_f - 1), the expected mean
//! squares E MS_u = Σ_{w ⊇ u} Π_{f not in w} N_f σ²_w are solved from the highest interaction down (Searle, Casella &
//! McCulloch 1992). Estimates may be negative and are left so. The variance of the grand mean with n_f levels each is
//! Σ_w σ²_w / Π_{f in w} n_f (a decision study: Brennan 2001).

use super::crossed::{Set, contains, sets};

/// Components of a table, in the order of [`sets`].
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    levels: Vec<usize>,
    variances: Vec<f64>,
}

impl Components {
    /// Components of `values` in row-major order over `levels` (each at least 2); `None` where the sizes disagree.
    pub fn new(values: &[f64], levels: &[usize]) -> Option<Components> {
        if levels.iter().any(|n| *n < 2) || levels.is_empty() || values.len() != levels.iter().product::<usize>() {
            return None;
        }
        let full = (1 << levels.len()) - 1;
        // Differences to the grand mean keep the sums of squares accurate.
        let grand = values.iter().sum::<f64>() / values.len() as f64;
        let totals: Vec<f64> = (0..=full).map(|set| total(values, levels, grand, set)).collect();
        let mut variances = vec![0.0; full + 1];
        for set in (1..=full).rev() {
            let sum: f64 = (0..=full)
                .filter(|of| of & set == *of)
                .map(|of| if (set.count_ones() - of.count_ones()).is_multiple_of(2) { totals[of] } else { -totals[of] })
                .sum();
            let freedom = product(levels, |factor| contains(set, factor), |n| n - 1.0);
            let above: f64 = (1..=full)
                .filter(|of| of & set == set && *of != set)
                .map(|of| product(levels, |factor| !contains(of, factor), |n| n) * variances[of])
                .sum();
            variances[set] = (sum / freedom - above) / product(levels, |factor| !contains(set, factor), |n| n);
        }
        Some(Components { levels: levels.to_vec(), variances: variances.split_off(1) })
    }

    /// Sets of factors and their variances.
    pub fn variances(&self) -> impl Iterator<Item = (Set, f64)> {
        sets(self.levels.len()).zip(self.variances.iter().copied())
    }

    /// Variance of the grand mean with `levels` levels of each factor; negative components count as 0.
    pub fn variance_of_mean(&self, levels: &[usize]) -> f64 {
        self.variances().map(|(set, v)| v.max(0.0) / product(levels, |factor| contains(set, factor), |n| n)).sum()
    }

    /// For each factor: the share of the variance of the grand mean that is left with twice as many levels of it.
    pub fn doubled(&self) -> Vec<f64> {
        let now = self.variance_of_mean(&self.levels);
        (0..self.levels.len())
            .map(|factor| {
                let mut levels = self.levels.clone();
                levels[factor] *= 2;
                self.variance_of_mean(&levels) / now
            })
            .collect()
    }
}

fn product(levels: &[usize], of: impl Fn(usize) -> bool, value: impl Fn(f64) -> f64) -> f64 {
    levels.iter().enumerate().filter(|(factor, _)| of(*factor)).map(|(_, n)| value(*n as f64)).product()
}

fn total(values: &[f64], levels: &[usize], grand: f64, set: Set) -> f64 {
    let mut cells = vec![0.0; product(levels, |factor| contains(set, factor), |n| n) as usize];
    for (at, value) in values.iter().enumerate() {
        let (mut rest, mut cell, mut stride) = (at, 0, 1);
        for (factor, n) in levels.iter().enumerate().rev() {
            if contains(set, factor) {
                cell += rest % n * stride;
                stride *= n;
            }
            rest /= n;
        }
        cells[cell] += value - grand;
    }
    let others = values.len() as f64 / cells.len() as f64;
    cells.iter().map(|sum| sum * sum).sum::<f64>() / others
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn two_factors_without_noise_have_the_variances_of_their_levels() {
        // y_ij = a_i + b_j.
        let (a, b) = ([0.0, 2.0, 4.0], [1.0, 2.0]);
        let values: Vec<f64> = a.iter().flat_map(|a| b.iter().map(move |b| a + b)).collect();
        let found: Vec<f64> = Components::new(&values, &[3, 2]).unwrap().variances().map(|(_, v)| v).collect();
        assert!(
            (found[0] - 4.0).abs() < 1e-12 && (found[1] - 0.5).abs() < 1e-12 && found[2].abs() < 1e-12,
            "{found:?}"
        );
        assert_eq!(Components::new(&values, &[3, 1]), None);
        assert_eq!(Components::new(&values[1..], &[3, 2]), None);
    }

    #[test]
    fn three_factors_come_back_on_average() {
        let (levels, sds, runs) = ([8, 5, 4], [0.5, 0.7, 0.8, 0.6, 0.5, 0.4, 1.0], 400);
        let mut mean = [0.0; 7];
        for run in 0..runs {
            let mut values = vec![0.0; 160];
            for (set, sd) in sets(3).zip(sds) {
                let mut generator = Seed(run).stream("effect", set as u64);
                let size = product(&levels, |f| contains(set, f), |n| n) as usize;
                let effect: Vec<f64> = (0..size).map(|_| StandardNormal.sample(&mut generator)).collect();
                for (at, value) in values.iter_mut().enumerate() {
                    let places = [at / 20, at / 4 % 5, at % 4];
                    let cell = (0..3).filter(|f| contains(set, *f)).fold(0, |cell, f| cell * levels[f] + places[f]);
                    *value += sd * effect[cell];
                }
            }
            let found = Components::new(&values, &levels).unwrap();
            mean.iter_mut().zip(found.variances()).for_each(|(mean, (_, v))| *mean += v / runs as f64);
        }
        for (found, sd) in mean.iter().zip(sds) {
            assert!((found - sd * sd).abs() < 0.05, "{mean:?}");
        }
    }

    #[test]
    fn more_levels_of_the_factor_that_varies_help_most() {
        let values: Vec<f64> =
            (0..6).flat_map(|i| (0..4).map(move |j| 3.0 * i as f64 + 0.1 * ((i * j) % 3) as f64)).collect();
        let doubled = Components::new(&values, &[6, 4]).unwrap().doubled();
        assert!((doubled[0] - 0.5).abs() < 0.01 && doubled[1] > 0.99, "{doubled:?}");
    }
}
