//! The most probable field: Newton's method with the expected information (iteratively reweighted least squares), each
//! step solved by conjugate gradients.

use super::design::Design;
use super::link::Curve;
use super::prior::rough;
use crate::stats::correlate::dot;

/// Newton steps at most.
const STEPS: usize = 12;
/// Steps of conjugate gradients at most.
const GRADIENTS: usize = 150;

/// Minimises Σ loss + λ/2 w'Qw + Σ held b²/2 from `start`.
pub(super) fn fit(design: &Design, curve: Curve, lambda: f64, start: &[f64]) -> Vec<f64> {
    let cells = design.cells();
    let penalty = |x: &[f64]| -> Vec<f64> {
        let mut slope: Vec<f64> = rough(&x[..cells], design.grid).into_iter().map(|value| lambda * value).collect();
        slope.extend(x[cells..].iter().zip(&design.held).map(|(value, held)| held * value));
        slope
    };
    let objective = |x: &[f64], predictor: &[f64]| {
        let loss: f64 = design.responses.iter().zip(predictor).map(|(y, eta)| curve.loss(*y, *eta)).sum();
        loss + 0.5 * dot(x, &penalty(x))
    };
    let mut x = start.to_vec();
    let mut predictor = design.predictor(&x);
    let mut value = objective(&x, &predictor);
    for _ in 0..STEPS {
        let (pull, information): (Vec<f64>, Vec<f64>) = design
            .responses
            .iter()
            .zip(&predictor)
            .map(|(y, eta)| {
                let (p, slope) = curve.at(*eta);
                let spread = p * (1.0 - p);
                ((y - p) * slope / spread, slope * slope / spread)
            })
            .unzip();
        let held = penalty(&x);
        let downhill: Vec<f64> = design.gathered(&pull).iter().zip(&held).map(|(a, b)| a - b).collect();
        let product = |v: &[f64]| -> Vec<f64> {
            let weighted: Vec<f64> = design.predictor(v).iter().zip(&information).map(|(a, b)| a * b).collect();
            design.gathered(&weighted).iter().zip(penalty(v)).map(|(a, b)| a + b).collect()
        };
        let mut diagonal = vec![information.iter().sum::<f64>() + 4.0 * lambda; cells];
        diagonal.extend(design.nuisance_squares(&information).iter().zip(&design.held).map(|(a, b)| a + b));
        let direction = conjugate_gradients(product, &downhill, &diagonal);
        let along = design.predictor(&direction);
        let gain = dot(&downhill, &direction);
        let mut length = 1.0;
        let taken = loop {
            let trial: Vec<f64> = x.iter().zip(&direction).map(|(a, b)| a + length * b).collect();
            let moved: Vec<f64> = predictor.iter().zip(&along).map(|(a, b)| a + length * b).collect();
            let next = objective(&trial, &moved);
            if next <= value - 1e-4 * length * gain {
                break Some((trial, moved, next));
            }
            length /= 2.0;
            if length < 1e-6 {
                break None;
            }
        };
        let Some((trial, moved, next)) = taken else { break };
        let done = value - next < 1e-6 * value.abs().max(1.0);
        (x, predictor, value) = (trial, moved, next);
        if done {
            break;
        }
    }
    x
}

/// Solves A x = b for a positive definite A, with the inverse of a diagonal as preconditioner, to a thousandth of what it was to solve: Newton's next step mends the rest.
fn conjugate_gradients(product: impl Fn(&[f64]) -> Vec<f64>, b: &[f64], diagonal: &[f64]) -> Vec<f64> {
    let conditioned = |r: &[f64]| r.iter().zip(diagonal).map(|(r, d)| r / d).collect::<Vec<f64>>();
    let mut x = vec![0.0; b.len()];
    let mut rest = b.to_vec();
    let mut z = conditioned(&rest);
    let mut direction = z.clone();
    let mut size = dot(&rest, &z);
    let enough = 1e-6 * size;
    for _ in 0..GRADIENTS {
        if size <= enough || size <= 0.0 {
            break;
        }
        let image = product(&direction);
        let step = size / dot(&direction, &image);
        x.iter_mut().zip(&direction).for_each(|(x, d)| *x += step * d);
        rest.iter_mut().zip(&image).for_each(|(r, a)| *r -= step * a);
        z = conditioned(&rest);
        let next = dot(&rest, &z);
        direction.iter_mut().zip(&z).for_each(|(d, z)| *d = z + next / size * *d);
        size = next;
    }
    x
}
