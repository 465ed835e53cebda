//! The null distribution of the largest z for fields of any kind: residual responses permuted within observer, what is
//! removed within observers removed again and the variance lost by that restored (Freedman & Lane 1983), the map made
//! anew, the maximum over the region taken (Nichols & Holmes 2002). Slow where fields are masks or noise, because every
//! permutation draws all of them again; maps of plain centres have a faster way ([`super::permute`]).

use ndarray::Array2;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::classify::GroupMap;
use super::frame::Frame;
use super::nuisance::Responses;
use super::permute::MaximumNull;
use crate::seed::Seed;
use crate::trials::Trial;

/// `count` permutations; `step` is called after each.
pub fn redraw(
    trials: &[Trial],
    responses: &[Responses],
    frame: &Frame,
    group: &GroupMap,
    count: usize,
    seed: Seed,
    step: impl Fn() + Sync,
) -> MaximumNull {
    let extremes: Vec<(f64, f64)> = (0..count)
        .into_par_iter()
        .map(|permutation| {
            let map = permuted_map(trials, responses, frame, seed, permutation);
            let extremes = map
                .iter()
                .zip(&group.variance)
                .zip(&frame.region)
                .filter(|((_, variance), inside)| **inside && **variance > 0.0)
                .map(|((sum, variance), _)| sum / variance.sqrt())
                .fold((f64::MIN, f64::MAX), |(high, low), z| (high.max(z), low.min(z)));
            step();
            extremes
        })
        .collect();
    let (maxima, minima) = extremes.into_iter().unzip();
    MaximumNull { maxima, minima }
}

/// The smoothed group map of one permutation.
pub(super) fn permuted_map(
    trials: &[Trial],
    responses: &[Responses],
    frame: &Frame,
    seed: Seed,
    permutation: usize,
) -> Array2<f64> {
    let mut generator = seed.stream("permutation", permutation as u64);
    let mut plane = Array2::zeros(frame.region.dim());
    for one in responses {
        let mut residuals = one.residuals.clone();
        residuals.shuffle(&mut generator);
        one.basis.remove(&mut residuals);
        let (trials_of_one, removed) = (one.rows.len() as f64, one.basis.columns().len() as f64);
        let restored = ((trials_of_one - 1.0) / (trials_of_one - removed).max(1.0)).max(0.0).sqrt();
        residuals.iter_mut().for_each(|residual| *residual *= restored);
        frame.add_weighted(trials, &one.rows, &residuals, &mut plane);
    }
    frame.smoothed(&plane)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bubbles::{Aperture, Combine, draw_centres, region_pixels};
    use crate::experiment::Nuisance;
    use crate::human::{Shown, classify, residual_responses};
    use rand::RngExt;

    #[test]
    fn the_variance_of_every_kind_of_field_is_that_of_permuted_responses() {
        let region = Array2::from_elem((14, 18), true);
        let pixels = region_pixels(&region);
        let trials: Vec<Trial> = (0..400)
            .map(|t| {
                let mut generator = Seed(7).stream("trial", t);
                let bubbles = 3 + (generator.random::<u32>() % 10) as usize;
                Trial {
                    observer: format!("o{}", t % 2),
                    centres: draw_centres(&pixels, bubbles, &mut generator),
                    correct: Some(generator.random::<f64>() < 0.4 + 0.03 * bubbles as f64),
                    ..Trial::default()
                }
            })
            .collect();
        let (responses, _) = residual_responses(&trials, &[Nuisance::BubbleCount]);
        let plain = Frame::new(region, false, 1.5);
        let shown = Shown::Masks { aperture: Aperture::new(1.5), sd: 1.5, combine: Combine::SumClip };
        let masks = Frame { shown, smoothing_sd: 0.0, ..plain.clone() };
        for frame in [Frame { within_trial: true, ..plain.clone() }, plain, masks] {
            let group = classify(&trials, &responses, &frame);
            let draws: Vec<Array2<f64>> =
                (0..400).map(|b| permuted_map(&trials, &responses, &frame, Seed(1), b)).collect();
            for at in [[7, 9], [0, 0], [13, 2]] {
                let variance = draws.iter().map(|map| map[at] * map[at]).sum::<f64>() / draws.len() as f64;
                assert!((variance / group.variance[at] - 1.0).abs() < 0.3, "{at:?} {variance} {}", group.variance[at]);
            }
            let null = redraw(&trials, &responses, &frame, &group, 100, Seed(1), || ());
            assert!(null.threshold(0.05).is_some_and(|z| (2.0..4.5).contains(&z)), "{:?}", null.threshold(0.05));
        }
    }
}
