//! An interval of the reliability over trials: each observer's trials are weighted anew (Dirichlet), the observers stay.
//!
//! A trial's product with itself is no signal, whatever its weight: with contributions x_t and weights w_t,
//!   A = (|Σ w x|² - Σ w² |x|²) / ((Σ w)² - Σ w²),   B = Σ w |x|² / Σ w,   reliability = n A / ((n - 1) A + B).

use ndarray::Array2;
use rayon::prelude::*;

use super::super::classify::{ObserverMap, bubble_density};
use super::super::frame::Frame;
use super::super::nuisance::Responses;
use super::{centred_squares, middle};
use crate::seed::Seed;
use crate::stats::crossed::weights;
use crate::trials::Trial;

/// The middle 95 % of `replicates` draws of trials within observers; `maps` are those of the responses, in their order.
pub fn over_trials_interval(
    trials: &[Trial],
    responses: &[Responses],
    maps: &[ObserverMap],
    frame: &Frame,
    replicates: usize,
    seed: Seed,
) -> Option<(f64, f64)> {
    let density = bubble_density(trials, responses, frame);
    let draw = |replicate: usize| {
        let mut plane = Array2::zeros(frame.region.dim());
        let mut shown = 0.0;
        let (mut rows, mut drawn) = (Vec::new(), Vec::new());
        let (mut n, mut sum, mut sum_squares, mut own, mut twice) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (at, (one, map)) in responses.iter().zip(maps).enumerate() {
            let w = weights(seed.derive("trials", at as u64), 0, replicate, one.rows.len());
            let weighted: Vec<f64> = one.residuals.iter().zip(&w).map(|(residual, w)| residual * w).collect();
            rows.extend(&one.rows);
            drawn.extend(&weighted);
            shown += one.rows.iter().zip(&weighted).map(|(&row, w)| w * frame.weight(&trials[row])).sum::<f64>();
            for (w, squares) in w.iter().zip(&map.squares) {
                n += 1.0;
                sum += w;
                sum_squares += w * w;
                own += w * squares;
                twice += w * w * squares;
            }
        }
        frame.add_weighted(trials, &rows, &drawn, &mut plane);
        // Residuals sum to 0, and weighted anew they do not: what bubbles show on average goes out.
        let total = centred_squares(&(frame.smoothed(&plane) - &density * shown), &frame.region);
        let pair = (total - twice) / (sum * sum - sum_squares);
        let observed = (n - 1.0) * pair + own / sum;
        (observed > 0.0).then(|| n * pair / observed)
    };
    let draws: Vec<Option<f64>> = (0..replicates).into_par_iter().map(draw).collect();
    middle(&draws.into_iter().flatten().collect::<Vec<f64>>())
}
