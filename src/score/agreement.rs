//! The estimators, from one Gram matrix a picture.
//!
//! Every map is transformed, centred and scaled to norm 1. With H_s the maps of S observers and M_k those of K seeds,
//!   A = mean over s ≠ s' of ⟨H_s, H_s'⟩,   B = mean over k ≠ k' of ⟨M_k, M_k'⟩,   C = mean of ⟨H_s, M_k⟩,
//! averaged over pictures before any ratio is taken. Then
//!   raw          = C √S / √(1 + (S-1) A)     correlation of one network with the mean map of the S observers
//!   human ceiling = S A / (1 + (S-1) A)      reliability of that mean map (all splits)
//!   seed ceiling = B
//!   ratio        = C / √A                    one network, human noise removed (r/√c)
//!   ratio_both   = C / √(A B)                what all seeds share, both noises removed
//! A map never meets itself, so no copy made by resampling inflates A or B.

use crate::score::Metric;
use crate::stats::correlate::{dot, normalised};

/// Prepared values of one map, or nothing where the map is missing or constant.
pub type Sampled = Option<Vec<f64>>;

/// The maps of both sides, sampled at the same points.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Human maps: picture, observer. For a task: one entry.
    pub human: Vec<Vec<Sampled>>,
    /// Network maps: picture, seed. For a task: the pictures that are averaged.
    pub model: Vec<Vec<Sampled>>,
    /// Whether the network's maps are averaged over pictures before the comparison.
    pub task: bool,
}

/// Inner products of the normalised maps of one picture; absent maps have none.
#[derive(Debug, Clone)]
pub struct Gram {
    human: Vec<Vec<Option<f64>>>,
    cross: Vec<Vec<Option<f64>>>,
    model: Vec<Vec<Option<f64>>>,
}

impl Gram {
    /// The products of human rows are kept where they are known already.
    fn new(human: &[Sampled], model: &[Sampled], known: Option<&Gram>) -> Gram {
        let within = known.map_or_else(|| products(human, human), |gram| gram.human.clone());
        Gram { human: within, cross: products(human, model), model: products(model, model) }
    }
}

fn products(left: &[Sampled], right: &[Sampled]) -> Vec<Vec<Option<f64>>> {
    left.iter().map(|x| right.iter().map(|y| Some(dot(x.as_ref()?, y.as_ref()?))).collect()).collect()
}

/// A, B and C.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    human: Option<f64>,
    model: Option<f64>,
    cross: Option<f64>,
}

/// What is reported; `None` where it has no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantities {
    /// Correlation of one network with the mean human map.
    pub raw: Option<f64>,
    /// Reliability of the mean human map over observers.
    pub human_ceiling: Option<f64>,
    /// Correlation between two seeds.
    pub seed_ceiling: Option<f64>,
    /// raw / √human ceiling.
    pub ratio: Option<f64>,
    /// C / √(A B).
    pub ratio_both: Option<f64>,
    /// Correlation between two observers (A).
    pub observer_pair: Option<f64>,
}

impl Quantities {
    /// Names and values in the order of the table of scores.
    pub fn named(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("raw", self.raw),
            ("human_ceiling", self.human_ceiling),
            ("seed_ceiling", self.seed_ceiling),
            ("ratio", self.ratio),
            ("ratio_both", self.ratio_both),
            ("observer_pair", self.observer_pair),
        ]
    }
}

/// Weights of pictures, observers and seeds.
pub type Weights<'a> = [&'a [f64]; 3];

impl Comparison {
    /// (pictures, observers, seeds).
    pub fn levels(&self) -> [usize; 3] {
        [self.model.len(), self.human.first().map_or(0, Vec::len), self.model.first().map_or(0, Vec::len)]
    }

    /// One Gram matrix a picture; for a task a single one, of the maps averaged with the weights of the pictures.
    pub fn grams(&self, metric: &Metric, picture_weights: &[f64]) -> Vec<Gram> {
        let human: Vec<Vec<Sampled>> = self.human.iter().map(|maps| rows(metric, maps)).collect();
        if self.task {
            return vec![self.task_gram(metric, &human[0], picture_weights, None)];
        }
        human.iter().zip(&self.model).map(|(human, model)| Gram::new(human, &rows(metric, model), None)).collect()
    }

    /// The human rows of a task, which do not change when pictures are resampled.
    pub(super) fn task_rows(&self, metric: &Metric) -> Vec<Sampled> {
        rows(metric, &self.human[0])
    }

    /// The Gram matrix of a task for weights of the pictures, given its human rows and perhaps their products.
    pub(super) fn task_gram(&self, metric: &Metric, human: &[Sampled], weights: &[f64], known: Option<&Gram>) -> Gram {
        let averaged: Vec<Sampled> = (0..self.levels()[2]).map(|seed| self.averaged(seed, weights)).collect();
        Gram::new(human, &rows(metric, &averaged), known)
    }

    fn averaged(&self, seed: usize, weights: &[f64]) -> Sampled {
        let mut sum: Option<Vec<f64>> = None;
        for (maps, weight) in self.model.iter().zip(weights) {
            let Some(values) = &maps[seed] else { continue };
            match &mut sum {
                None => sum = Some(values.iter().map(|value| weight * value).collect()),
                Some(sum) => sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value),
            }
        }
        sum
    }

    /// How many maps of each side (human, model) a metric cannot use: missing or constant.
    pub fn left_out(&self) -> [usize; 2] {
        let unusable = |maps: &[Vec<Sampled>]| {
            maps.iter().flatten().filter(|map| map.as_ref().is_none_or(|values| normalised(values).is_err())).count()
        };
        [unusable(&self.human), unusable(&self.model)]
    }
}

/// Maps transformed, centred and scaled to norm 1; nothing where that is impossible.
fn rows(metric: &Metric, maps: &[Sampled]) -> Vec<Sampled> {
    maps.iter().map(|map| map.as_ref().and_then(|values| normalised(&(metric.transform)(values)).ok())).collect()
}

/// Number of observers behind the mean human map of a picture: the harmonic mean over pictures, because the noise of a
/// mean map goes with 1 / n.
pub fn observers_per_map(grams: &[Gram]) -> f64 {
    let counts = grams.iter().map(|gram| gram.human.iter().enumerate().filter(|(at, row)| row[*at].is_some()).count());
    let usable: Vec<f64> = counts.filter(|count| *count > 0).map(|count| count as f64).collect();
    usable.len() as f64 / usable.iter().map(|count| 1.0 / count).sum::<f64>()
}

/// A, B and C under weights. `grams` has one entry a picture weight, or a single one for a task.
pub fn means(grams: &[Gram], [pictures, observers, seeds]: Weights) -> Means {
    let single = [1.0];
    let pictures = if grams.len() == 1 { &single[..] } else { pictures };
    let weighted = |matrix: fn(&Gram) -> &Vec<Vec<Option<f64>>>, left: &[f64], right: &[f64], pairs: bool| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (gram, picture) in grams.iter().zip(pictures) {
            for (i, (row, a)) in matrix(gram).iter().zip(left).enumerate() {
                for (product, b) in row.iter().zip(right).skip(if pairs { i + 1 } else { 0 }) {
                    if let Some(product) = product {
                        sum += picture * a * b * product;
                        total += picture * a * b;
                    }
                }
            }
        }
        (total > 0.0).then(|| sum / total)
    };
    Means {
        human: weighted(|gram| &gram.human, observers, observers, true),
        model: weighted(|gram| &gram.model, seeds, seeds, true),
        cross: weighted(|gram| &gram.cross, observers, seeds, false),
    }
}

impl Means {
    /// The mean over observers and seeds (C).
    pub(super) fn cross(&self) -> Option<f64> {
        self.cross
    }

    /// Everything reported, for mean maps of `observers` observers (see [`observers_per_map`]).
    pub fn quantities(&self, observers: f64) -> Quantities {
        let n = observers;
        let spread = match self.human {
            None => Some(1.0),
            Some(a) => Some((1.0 + (n - 1.0) * a) / n),
        }
        .filter(|spread| *spread > 0.0);
        let root = |value: Option<f64>| value.filter(|value| *value > 0.0).map(f64::sqrt);
        let over = |value: Option<f64>, by: Option<f64>| Some(value? / by?);
        Quantities {
            raw: over(self.cross, root(spread)),
            human_ceiling: over(self.human, spread),
            seed_ceiling: self.model,
            ratio: over(self.cross, root(self.human)),
            ratio_both: over(over(self.cross, root(self.human)), root(self.model)),
            observer_pair: self.human,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::METRICS;
    use crate::seed::Seed;
    use crate::stats::correlate::{pearson, spearman_brown};
    use rand_distr::{Distribution, StandardNormal};

    fn noise(n: usize, seed: u64) -> Vec<f64> {
        let mut generator = Seed(seed).stream("noise", 0);
        (0..n).map(|_| StandardNormal.sample(&mut generator)).collect()
    }

    fn mix(truth: &[f64], amount: f64, seed: u64) -> Sampled {
        Some(truth.iter().zip(noise(truth.len(), seed)).map(|(t, e)| t + amount * e).collect())
    }

    /// Human truth and model truth correlate .6; observers and seeds add noise of their own.
    fn comparison(pictures: u64, task: bool) -> Comparison {
        let side = |picture: u64, own: u64| -> Vec<f64> {
            let (shared, other) = (noise(900, 5 + picture * 100), noise(900, own + picture * 100));
            shared.iter().zip(other).map(|(s, o)| 0.6f64.sqrt() * s + 0.4f64.sqrt() * o).collect()
        };
        let of = |picture: u64| if task { 0 } else { picture };
        let human_pictures = if task { 1 } else { pictures };
        Comparison {
            human: (0..human_pictures)
                .map(|p| (0..6).map(|s| mix(&side(p, 6), 2.0, 1000 + p * 50 + s)).collect())
                .collect(),
            model: (0..pictures)
                .map(|p| (0..4).map(|k| mix(&side(of(p), 7), 1.0, 5000 + p * 50 + k)).collect())
                .collect(),
            task,
        }
    }

    fn uniform(comparison: &Comparison) -> Quantities {
        let [i, s, k] = comparison.levels();
        let (wi, ws, wk) = (vec![1.0; i], vec![1.0; s], vec![1.0; k]);
        means(&comparison.grams(&METRICS[0], &wi), [&wi, &ws, &wk]).quantities(s as f64)
    }

    #[test]
    fn both_noises_are_removed_and_the_raw_score_is_not_the_ratio() {
        let found = uniform(&comparison(40, false));
        assert!((found.ratio_both.unwrap() - 0.6).abs() < 0.03, "{found:?}");
        assert!((found.observer_pair.unwrap() - 0.2).abs() < 0.02);
        assert!((found.seed_ceiling.unwrap() - 0.5).abs() < 0.02);
        assert!((found.human_ceiling.unwrap() - spearman_brown(0.2, 6.0)).abs() < 0.03);
        assert!((found.ratio.unwrap() - 0.6 * 0.5f64.sqrt()).abs() < 0.03);
        assert!((found.raw.unwrap() - 0.6 * (0.5 * spearman_brown(0.2, 6.0)).sqrt()).abs() < 0.03);
    }

    #[test]
    fn the_raw_score_of_one_picture_is_the_correlation_with_the_mean_of_the_normalised_maps() {
        let comparison = comparison(1, false);
        let mean: Vec<f64> = comparison.human[0]
            .iter()
            .map(|map| normalised(map.as_ref().unwrap()).unwrap())
            .fold(vec![0.0; 900], |sum, map| sum.iter().zip(map).map(|(a, b)| a + b).collect());
        let expected: f64 =
            comparison.model[0].iter().map(|map| pearson(map.as_ref().unwrap(), &mean).unwrap()).sum::<f64>() / 4.0;
        assert!((uniform(&comparison).raw.unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn a_task_averages_the_network_over_pictures_before_it_compares() {
        let found = uniform(&comparison(30, true));
        // Thirty pictures with the same truth leave hardly any noise in the network's mean map.
        assert!(found.seed_ceiling.unwrap() > 0.95, "{found:?}");
        assert!((found.ratio_both.unwrap() - 0.6).abs() < 0.08, "{found:?}");
    }

    #[test]
    fn a_copy_made_by_resampling_never_meets_itself() {
        let comparison = comparison(3, false);
        let (wi, wk) = (vec![1.0; 3], vec![1.0; 4]);
        let grams = comparison.grams(&METRICS[0], &wi);
        let twice = means(&grams, [&wi, &[3.0, 3.0, 0.0, 0.0, 0.0, 0.0], &wk]);
        let pair = means(&grams, [&wi, &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0], &wk]);
        let difference = twice.human.unwrap() - pair.human.unwrap();
        assert!(difference.abs() < 1e-12, "weights of 3 are not three observers who agree perfectly");
    }

    #[test]
    fn the_ceiling_counts_the_observers_who_saw_a_picture_and_not_all_of_them() {
        let mut comparison = comparison(30, false);
        for (picture, maps) in comparison.human.iter_mut().enumerate() {
            maps.iter_mut().enumerate().filter(|(s, _)| (s + picture) % 2 == 0).for_each(|(_, map)| *map = None);
        }
        let grams = comparison.grams(&METRICS[0], &[1.0; 30]);
        assert!((observers_per_map(&grams) - 3.0).abs() < 1e-12);
        let found = means(&grams, [&[1.0; 30], &[1.0; 6], &[1.0; 4]]).quantities(observers_per_map(&grams));
        assert!((found.human_ceiling.unwrap() - spearman_brown(0.2, 3.0)).abs() < 0.04, "{found:?}");
    }

    #[test]
    fn missing_and_constant_maps_are_left_out_and_counted() {
        let mut comparison = comparison(3, false);
        comparison.human[1][2] = None;
        comparison.model[0][0] = Some(vec![1.0; 900]);
        assert_eq!(comparison.left_out(), [1, 1]);
        assert!(uniform(&comparison).raw.is_some());
        comparison.human.iter_mut().for_each(|maps| maps.truncate(1));
        let one = uniform(&comparison);
        assert_eq!((one.human_ceiling, one.ratio), (None, None));
        assert!(one.raw.is_some());
    }
}
