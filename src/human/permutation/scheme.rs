//! What is exchangeable under the null hypothesis: the weights of the trials, drawn anew.

use std::ops::Range;

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::seed::Seed;
use crate::stats::project::Basis;

/// The trials of one observer.
#[derive(Debug, Clone)]
pub struct Part {
    /// Residual responses, stratum after stratum.
    pub residuals: Vec<f32>,
    /// Trials of each stratum, one after the other; answers change places within it.
    pub strata: Vec<Range<usize>>,
    /// Orthonormal nuisances that are not constant within strata.
    pub moving: Vec<Vec<f32>>,
    /// By what the variance lost with them is restored.
    pub restored: f32,
}

impl Part {
    /// `residuals` are free of the nuisances `columns` (orthonormal, one value a trial).
    pub fn new(residuals: &[f64], strata: Vec<Range<usize>>, columns: &[Vec<f64>]) -> Part {
        let trials = residuals.len();
        let span = Basis::from_orthonormal(columns.to_vec());
        let within = |stratum: &Range<usize>| {
            let indicator: Vec<f64> = (0..trials).map(|at| f64::from(u8::from(stratum.contains(&at)))).collect();
            let mut rest = indicator.clone();
            span.remove(&mut rest);
            rest.iter().all(|value| value.abs() < 1e-9).then_some(indicator)
        };
        let mut ordered: Vec<Vec<f64>> = strata.iter().filter_map(within).collect();
        if ordered.is_empty() && trials > 0 {
            ordered.push(vec![1.0; trials]);
        }
        let still = Basis::new(&ordered).columns().len();
        ordered.extend(columns.iter().cloned());
        let basis = Basis::new(&ordered);
        let moving: Vec<Vec<f32>> =
            basis.columns()[still..].iter().map(|column| column.iter().map(|value| *value as f32).collect()).collect();
        let (free, left) = (trials.saturating_sub(still) as f64, trials.saturating_sub(still + moving.len()) as f64);
        let restored = if left > 0.0 { (free / left).sqrt() as f32 } else { 0.0 };
        Part { residuals: residuals.iter().map(|value| *value as f32).collect(), strata, moving, restored }
    }

    fn draw(&self, generator: &mut rand_chacha::ChaCha8Rng, weights: &mut [f32]) {
        weights.copy_from_slice(&self.residuals);
        self.strata.iter().for_each(|stratum| weights[stratum.clone()].shuffle(generator));
        for column in &self.moving {
            let share = dot(column, weights);
            weights.iter_mut().zip(column).for_each(|(weight, value)| *weight -= share * value);
        }
        if !self.moving.is_empty() {
            weights.iter_mut().for_each(|weight| *weight *= self.restored);
        }
    }
}

/// Inner product, in sixteen sums.
fn dot(x: &[f32], y: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    let (x, y) = (x.chunks_exact(16), y.chunks_exact(16));
    let rest: f32 = x.remainder().iter().zip(y.remainder()).map(|(a, b)| a * b).sum();
    for (x, y) in x.zip(y) {
        sums.iter_mut().zip(x.iter().zip(y)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum::<f32>() + rest
}

/// How weights are drawn.
#[derive(Debug, Clone)]
pub enum Scheme {
    /// Residual responses change places within strata, and nuisances are removed again (Freedman & Lane 1983).
    Answers(Vec<Part>),
    /// Labels (one a trial, sum 0 in each stratum) change places within strata of trials.
    Labels {
        /// What the trial contributes to the map.
        values: Vec<f32>,
        /// Its label.
        labels: Vec<f32>,
        /// Trials of each stratum, one after the other.
        strata: Vec<Range<usize>>,
    },
    /// The sign of every observer's map is tossed.
    Signs {
        /// What the trial contributes to the map.
        values: Vec<f32>,
        /// Trials of each observer, one after the other.
        observers: Vec<Range<usize>>,
    },
    /// Labels (one an observer, sum 0) change places among observers.
    Observers {
        /// What the trial contributes to the map of its observer.
        values: Vec<f32>,
        /// Trials of each observer, one after the other.
        observers: Vec<Range<usize>>,
        /// The label of each observer.
        labels: Vec<f32>,
    },
}

impl Scheme {
    /// The weights of one permutation.
    pub fn draw(&self, seed: Seed, permutation: usize, weights: &mut [f32]) {
        let mut generator = seed.stream("permutation", permutation as u64);
        match self {
            Scheme::Answers(parts) => {
                let mut rest = weights;
                for part in parts {
                    let (own, others) = rest.split_at_mut(part.residuals.len());
                    part.draw(&mut generator, own);
                    rest = others;
                }
            }
            Scheme::Labels { values, labels, strata } => {
                weights.copy_from_slice(labels);
                strata.iter().for_each(|stratum| weights[stratum.clone()].shuffle(&mut generator));
                weights.iter_mut().zip(values).for_each(|(weight, value)| *weight *= value);
            }
            Scheme::Signs { values, observers } => {
                weights.copy_from_slice(values);
                for observer in observers {
                    if generator.random::<bool>() {
                        weights[observer.clone()].iter_mut().for_each(|weight| *weight = -*weight);
                    }
                }
            }
            Scheme::Observers { values, observers, labels } => {
                let mut labels = labels.clone();
                labels.shuffle(&mut generator);
                weights.copy_from_slice(values);
                for (observer, label) in observers.iter().zip(labels) {
                    weights[observer.clone()].iter_mut().for_each(|weight| *weight *= label);
                }
            }
        }
    }

    /// The weights as they were observed.
    pub fn observed(&self) -> Vec<f32> {
        let scaled = |values: &[f32], observers: &[Range<usize>], labels: &[f32]| {
            let of = observers.iter().zip(labels).flat_map(|(own, label)| own.clone().map(move |at| (at, *label)));
            let mut weights = values.to_vec();
            of.for_each(|(at, label)| weights[at] *= label);
            weights
        };
        match self {
            Scheme::Answers(parts) => parts.iter().flat_map(|part| part.residuals.iter().copied()).collect(),
            Scheme::Labels { values, labels, .. } => {
                values.iter().zip(labels).map(|(value, label)| value * label).collect()
            }
            Scheme::Signs { values, .. } => values.clone(),
            Scheme::Observers { values, observers, labels } => scaled(values, observers, labels),
        }
    }
}
