//! The sparse prior: minus the logarithm of its density is λ Σ |a|, with the field w = B a in a basis B.
//!
//! Minimised by accelerated proximal gradients (FISTA; Beck & Teboulle 2009, SIAM J. Imaging Sciences 2:183), started
//! again whenever they would go uphill (O'Donoghue & Candès 2015).

use super::design::Design;
use super::link::Curve;
use super::pyramid::Pyramid;
use crate::stats::correlate::dot;

/// Steps at most.
const STEPS: usize = 100;

/// The model of a design in a pyramid; unknowns are coefficients of the pyramid, then nuisances.
pub(in super::super) struct Lasso {
    pyramid: Pyramid,
    curve: Curve,
}

impl Lasso {
    /// Of designs with this grid.
    pub fn new(grid: (usize, usize), curve: Curve) -> Lasso {
        Lasso { pyramid: Pyramid::new(grid), curve }
    }

    /// The unknowns of the design: the field in cells, then nuisances.
    pub fn of_design(&self, unknowns: &[f64]) -> Vec<f64> {
        let (coefficients, nuisances) = unknowns.split_at(self.pyramid.len());
        let mut all = self.pyramid.field(coefficients);
        all.extend_from_slice(nuisances);
        all
    }

    fn gathered(&self, design: &Design, weights: &[f64]) -> Vec<f64> {
        let all = design.gathered(weights);
        let mut own = self.pyramid.gathered(&all[..design.cells()]);
        own.extend_from_slice(&all[design.cells()..]);
        own
    }

    /// The least λ at which the map is empty, given nuisances alone: the largest slope of a coefficient, a trial.
    pub fn largest(&self, design: &Design) -> f64 {
        let alone = self.fit(design, f64::INFINITY, None);
        let slope = self.slope(design, &design.predictor(&self.of_design(&alone)), &alone);
        let largest = slope[..self.pyramid.len()].iter().fold(0.0f64, |most, value| most.max(value.abs()));
        largest / design.trials().max(1) as f64
    }

    fn slope(&self, design: &Design, predictor: &[f64], unknowns: &[f64]) -> Vec<f64> {
        let pull: Vec<f64> = design
            .responses
            .iter()
            .zip(predictor)
            .map(|(y, eta)| {
                let (p, slope) = self.curve.at(*eta);
                (p - y) * slope / (p * (1.0 - p))
            })
            .collect();
        let mut slope = self.gathered(design, &pull);
        let first = self.pyramid.len();
        slope[first..].iter_mut().zip(&unknowns[first..]).zip(&design.held).for_each(|((s, b), held)| *s += held * b);
        slope
    }

    fn objective(&self, design: &Design, predictor: &[f64], unknowns: &[f64], lambda: f64) -> f64 {
        let (coefficients, nuisances) = unknowns.split_at(self.pyramid.len());
        let loss: f64 = design.responses.iter().zip(predictor).map(|(y, eta)| self.curve.loss(*y, *eta)).sum();
        let sizes: f64 = coefficients.iter().map(|value| value.abs()).sum();
        let held: f64 = nuisances.iter().zip(&design.held).map(|(b, held)| 0.5 * held * b * b).sum();
        loss + held + if sizes > 0.0 { lambda * sizes } else { 0.0 }
    }

    /// Largest curvature of the loss over the field: power iteration, each trial with information of at most a quarter.
    fn curvature(&self, design: &Design) -> f64 {
        let mut v: Vec<f64> = (0..self.pyramid.len()).map(|at| 1.0 + (at % 7) as f64).collect();
        v.resize(v.len() + design.held.len(), 0.0);
        let mut size = 1.0;
        for _ in 0..15 {
            size = dot(&v, &v).sqrt();
            v.iter_mut().for_each(|value| *value /= size);
            v = self.gathered(design, &design.predictor(&self.of_design(&v)));
            v[self.pyramid.len()..].fill(0.0);
            size = dot(&v, &v).sqrt();
        }
        0.25 * size + 1.0
    }

    /// By what each unknown is multiplied so that all have about the same curvature: nuisances have few trials each.
    fn units(&self, design: &Design, curvature: f64) -> Vec<f64> {
        let mut units = vec![1.0; self.pyramid.len()];
        let squares = design.nuisance_squares(&vec![0.25; design.trials()]);
        units.extend(squares.iter().zip(&design.held).map(|(own, held)| (curvature / (3.0 * (own + held))).sqrt()));
        units
    }

    /// Minimises Σ loss + λ n Σ |a| + Σ held b² / 2.
    pub fn fit(&self, design: &Design, lambda: f64, start: Option<&[f64]>) -> Vec<f64> {
        let lambda = lambda * design.trials() as f64;
        let first = self.pyramid.len();
        let curvature = self.curvature(design);
        let units = self.units(design, curvature);
        let mut step = 0.7 / curvature;
        let mut x = start.map_or_else(|| vec![0.0; units.len()], <[f64]>::to_vec);
        let mut predictor = design.predictor(&self.of_design(&x));
        let mut value = self.objective(design, &predictor, &x, lambda);
        let (mut ahead, mut ahead_predictor, mut momentum) = (x.clone(), predictor.clone(), 1.0f64);
        for _ in 0..STEPS {
            let slope = self.slope(design, &ahead_predictor, &ahead);
            let mut next: Vec<f64> =
                ahead.iter().zip(&slope).zip(&units).map(|((a, s), unit)| a - step * unit * unit * s).collect();
            let least = step * lambda;
            next[..first].iter_mut().for_each(|value| *value = value.signum() * (value.abs() - least).max(0.0));
            let next_predictor = design.predictor(&self.of_design(&next));
            let next_value = self.objective(design, &next_predictor, &next, lambda);
            if next_value > value {
                if momentum == 1.0 {
                    step /= 2.0;
                    if step * curvature < 1e-3 {
                        break;
                    }
                }
                (ahead, ahead_predictor, momentum) = (x.clone(), predictor.clone(), 1.0);
                continue;
            }
            let longer = (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt()) / 2.0;
            let share = (momentum - 1.0) / longer;
            let onward = |new: &[f64], old: &[f64]| -> Vec<f64> {
                new.iter().zip(old).map(|(new, old)| new + share * (new - old)).collect()
            };
            (ahead, ahead_predictor) = (onward(&next, &x), onward(&next_predictor, &predictor));
            let done = value - next_value < 1e-6 * value.abs().max(1.0);
            (x, predictor, value, momentum) = (next, next_predictor, next_value, longer);
            if done {
                break;
            }
        }
        x
    }
}
