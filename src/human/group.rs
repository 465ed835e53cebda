//! How the maps of observers become one.
//!
//! Observer s has the map m_s = Σ_t y_t x_t of n_s trials, whose variance under permutation is v_s(v), on average over the
//! region V_s. The group's map is Σ_s w_s m_s; because a map is linear in the responses, the weight is put on these, and
//! variances, permutations and reliabilities follow. Random effects take the variance between observers instead, so that
//! z is Student's t of their maps with one degree of freedom less than there are observers; what it says holds for other
//! people, and its null distribution comes from flipping the signs of whole observers.

use ndarray::{Array2, Zip};

use super::classify::{GroupMap, ObserverMap};
use super::nuisance::Responses;

/// A row of the table of groups.
pub struct Group {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Whether the variance is that between observers.
    pub random: bool,
    /// The weight of an observer: number of trials, mean variance over the region.
    weight: fn(f64, f64) -> f64,
}

/// Every way of making one map of many; a new one is a row.
pub static GROUPS: &[Group] = &[
    Group {
        name: "pooled",
        description: "every trial counts the same",
        source: "Gosselin & Schyns 2001",
        random: false,
        weight: |_, _| 1.0,
    },
    Group {
        name: "stouffer",
        description: "the sum of the observers' z, each map over its own standard deviation",
        source: "Stouffer et al. 1949",
        random: false,
        weight: |_, variance| 1.0 / variance.sqrt(),
    },
    Group {
        name: "equal_weight",
        description: "the mean of the observers' mean maps: every observer counts the same",
        source: "Chauvin et al. 2005, J. Vision 5:659",
        random: false,
        weight: |trials, _| 1.0 / trials,
    },
    Group {
        name: "precision",
        description: "the mean of the observers' mean maps, each weighted by its inverse variance",
        source: "Cochran 1937",
        random: false,
        weight: |trials, variance| trials / variance,
    },
    Group {
        name: "random_effects",
        description: "Student's t over the observers' mean maps: holds for other people too",
        source: "Holmes & Friston 1998, NeuroImage 7:S754",
        random: true,
        weight: |trials, _| 1.0 / trials,
    },
];

impl Group {
    /// The row of that name.
    pub fn named(name: &str) -> Option<&'static Group> {
        GROUPS.iter().find(|group| group.name == name)
    }

    /// The responses with the weight of their observer put on them, on average 1; `maps` are the observers' unweighted
    /// maps, in the same order. An observer whose map has no variance has no weight.
    pub fn weighted(&self, responses: &[Responses], maps: &[ObserverMap], region: &Array2<bool>) -> Vec<Responses> {
        let weight = |map: &ObserverMap| {
            let inside = map.variance.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| *value);
            let (sum, count) = inside.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
            if sum > 0.0 { (self.weight)(map.trials as f64, sum / count) } else { 0.0 }
        };
        let weights: Vec<f64> = maps.iter().map(weight).collect();
        let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
        let scaled = |(one, weight): (&Responses, &f64)| {
            let mut one = one.clone();
            if mean > 0.0 {
                one.residuals.iter_mut().for_each(|residual| *residual *= weight / mean);
            }
            one
        };
        responses.iter().zip(&weights).map(scaled).collect()
    }

    /// Puts the variance between observers into a map of weighted responses, where this is a group of random effects; 0
    /// with fewer than two observers.
    pub fn finish(&self, map: &mut GroupMap, region: &Array2<bool>) {
        if !self.random {
            return;
        }
        let observers = map.observers.len() as f64;
        let mean = &map.smoothed / observers;
        let mut variance = Array2::<f64>::zeros(region.dim());
        for one in &map.observers {
            Zip::from(&mut variance)
                .and(&one.smoothed)
                .and(&mean)
                .for_each(|variance, value, mean| *variance += (value - mean).powi(2));
        }
        // Of the sum of S maps: S times their variance.
        variance.mapv_inplace(|squares| if observers > 1.0 { squares * observers / (observers - 1.0) } else { 0.0 });
        map.variance = variance;
        map.standardise(region);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bubbles::Centre;
    use crate::human::{Frame, classify, residual_responses};
    use crate::trials::Trial;

    /// Three observers with 30, 60 and 90 trials.
    fn trials() -> Vec<Trial> {
        (0..180usize)
            .map(|t| Trial {
                observer: ["a", "b", "b", "c", "c", "c"][t % 6].into(),
                correct: Some((t * t + t / 7) % 5 > 1),
                centres: (0..3).map(|k| Centre::new((t * 7 + k * 5) % 9, (t * 11 + k * 3) % 12)).collect(),
                ..Trial::default()
            })
            .collect()
    }

    fn maps(name: &str) -> (GroupMap, Vec<ObserverMap>) {
        let (trials, frame) = (trials(), Frame::new(Array2::from_elem((9, 12), true), false, 1.0));
        let responses = residual_responses(&trials, &[]).0;
        let plain = classify(&trials, &responses, &frame);
        let group = Group::named(name).unwrap();
        let weighted = group.weighted(&responses, &plain.observers, &frame.region);
        let mut map = classify(&trials, &weighted, &frame);
        group.finish(&mut map, &frame.region);
        (map, plain.observers)
    }

    #[test]
    fn every_group_is_its_formula() {
        let at = [4, 5];
        let mean_variance = |one: &ObserverMap| one.variance.sum() / one.variance.len() as f64;
        for group in GROUPS {
            let (map, observers) = maps(group.name);
            let of = |one: &ObserverMap| (one.smoothed[at], one.variance[at], one.trials as f64, mean_variance(one));
            let parts: Vec<(f64, f64, f64, f64)> = observers.iter().map(of).collect();
            let fixed = |weight: &dyn Fn(f64, f64) -> f64| {
                let sum: f64 = parts.iter().map(|(m, _, n, mean)| weight(*n, *mean) * m).sum();
                let variance: f64 = parts.iter().map(|(_, v, n, mean)| weight(*n, *mean).powi(2) * v).sum();
                sum / variance.sqrt()
            };
            let expected = match group.name {
                "pooled" => fixed(&|_, _| 1.0),
                "stouffer" => fixed(&|_, v| v.powf(-0.5)),
                "equal_weight" => fixed(&|n, _| 1.0 / n),
                "precision" => fixed(&|n, v| n / v),
                _ => {
                    let means: Vec<f64> = parts.iter().map(|(m, _, n, _)| m / n).collect();
                    let mean = means.iter().sum::<f64>() / 3.0;
                    let variance = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / 2.0;
                    mean / (variance / 3.0).sqrt()
                }
            };
            assert!((map.z[at] - expected).abs() < 1e-9, "{} {} {expected}", group.name, map.z[at]);
            if group.name != "pooled" {
                assert!((map.z[at] - maps("pooled").0.z[at]).abs() > 1e-3, "{} is not pooling", group.name);
            }
        }
    }
}
