//! Cross-validation: the weight of the prior whose maps predict answers best that they were not made from.
//!
//! Each observer's trials are dealt into folds at random. The deviance, minus twice the logarithm of the likelihood, of
//! every fold under the model of the others is summed, for the model with a map and for that of the nuisances alone.

use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::design::Design;
use super::link::Curve;
use crate::seed::Seed;

/// What cross-validation found.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Chosen {
    /// The weight of the prior.
    pub lambda: f64,
    /// Held-out deviance a trial with it.
    pub deviance: f64,
    /// The same without a map.
    pub without: f64,
}

/// Finds the unknowns of a design with a weight of the prior, from a start.
type Fit<'a> = dyn Fn(&Design, f64, Option<&[f64]>) -> Vec<f64> + Sync + 'a;

/// A way to make a model.
pub(in super::super) struct Model<'a> {
    /// Finds its unknowns, with a weight of the prior and from a start.
    pub fit: &'a Fit<'a>,
    /// The unknowns of the design.
    pub of_design: &'a (dyn Fn(&[f64]) -> Vec<f64> + Sync),
}

/// A weight of the prior at which there is no map.
const NO_MAP: f64 = 1e12;

/// Of a descending ladder of weights, the one with the least held-out deviance.
pub(in super::super) fn choose(
    design: &Design,
    curve: Curve,
    folds: usize,
    ladder: &[f64],
    seed: Seed,
    model: &Model,
) -> Chosen {
    let fold = dealt(design, folds, seed);
    let of_fold = |held_out: usize| -> Vec<f64> {
        let (train, test) = (design.part(|at| fold[at] != held_out), design.part(|at| fold[at] == held_out));
        let deviance = |unknowns: &[f64]| -> f64 {
            let predictor = test.predictor(&(model.of_design)(unknowns));
            2.0 * test.responses.iter().zip(predictor).map(|(y, eta)| curve.loss(*y, eta)).sum::<f64>()
        };
        let mut unknowns = (model.fit)(&train, NO_MAP, None);
        let mut deviances = vec![deviance(&unknowns)];
        for &lambda in ladder {
            unknowns = (model.fit)(&train, lambda, Some(&unknowns));
            deviances.push(deviance(&unknowns));
            // Past its least the curve rises; the rest of the ladder follows the noise.
            let least = deviances.iter().copied().fold(f64::INFINITY, f64::min);
            if deviances.iter().rev().take(3).all(|one| *one > least + 2.0) && deviances.len() > 5 {
                break;
            }
        }
        deviances.resize(ladder.len() + 1, f64::INFINITY);
        deviances
    };
    let all: Vec<Vec<f64>> = (0..folds).into_par_iter().map(of_fold).collect();
    let trials = design.trials() as f64;
    let mean = |at: usize| all.iter().map(|fold| fold[at]).sum::<f64>() / trials;
    let best = (1..=ladder.len())
        .map(|at| (at, mean(at)))
        .fold((1, f64::INFINITY), |best, one| if one.1 < best.1 { one } else { best });
    Chosen { lambda: ladder[best.0 - 1], deviance: best.1, without: mean(0) }
}

/// The fold of every trial.
fn dealt(design: &Design, folds: usize, seed: Seed) -> Vec<usize> {
    let mut fold = vec![0; design.trials()];
    let last = design.observers.last().copied().unwrap_or(0);
    for observer in 0..=last {
        let mut own: Vec<usize> = (0..design.trials()).filter(|at| design.observers[*at] == observer).collect();
        own.shuffle(&mut seed.stream("folds", observer as u64));
        own.iter().enumerate().for_each(|(order, &at)| fold[at] = order % folds);
    }
    fold
}
