//! The plan of trials: which observer sees which picture when, mirrored or not, through which centres.
//!
//! Every picture is shown equally often to every observer (within one), blocks hold shuffled pictures without an
//! immediate repeat, and every trial has `maximum` centres drawn, of which it shows the first ones: an adaptive
//! number of bubbles is the length of that prefix.

use ndarray::Array2;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::bubbles::{draw_centres, region_pixels};
use crate::experiment::Design;
use crate::seed::Seed;
use crate::trials::{Trial, Trials};

/// The planned trials of every observer; responses are empty.
pub fn schedule(design: &Design, pictures: &[String], region: &Array2<bool>, seed: Seed) -> Trials {
    let pixels = region_pixels(region);
    let per_block = design.trials.div_ceil(design.blocks);
    let rows = (0..design.observers)
        .flat_map(|observer| {
            let seed = seed.derive("observer", observer as u64);
            let mut generator = seed.stream("order", 0);
            let order = order(pictures.len(), design.trials, &mut generator);
            let mirrored = mirrored(design.trials, design.mirrored, &mut generator);
            let pixels = &pixels;
            order.into_iter().zip(mirrored).enumerate().map(move |(trial, (picture, mirrored))| Trial {
                observer: format!("p{:03}", observer + 1),
                block: (trial / per_block + 1).to_string(),
                number: trial as u32 + 1,
                picture: pictures[picture].clone(),
                mirrored,
                centres: draw_centres(pixels, design.count.maximum, &mut seed.stream("centres", trial as u64)),
                response: None,
                correct: None,
                response_time: None,
            })
        })
        .collect();
    Trials { rows, simulated: false }
}

/// Shuffled rounds of all pictures, without an immediate repeat where there are two or more.
fn order(pictures: usize, trials: usize, generator: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(trials + pictures);
    while order.len() < trials {
        let mut round: Vec<usize> = (0..pictures).collect();
        round.shuffle(generator);
        if pictures > 1 && order.last() == round.first() {
            let other = generator.random_range(1..pictures);
            round.swap(0, other);
        }
        order.extend(round);
    }
    order.truncate(trials);
    order
}

/// Exactly `share` of the trials, rounded, in random places.
fn mirrored(trials: usize, share: f64, generator: &mut ChaCha8Rng) -> Vec<bool> {
    let wanted = (share * trials as f64).round() as usize;
    let mut flags: Vec<bool> = (0..trials).map(|trial| trial < wanted).collect();
    flags.shuffle(generator);
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Count;

    #[test]
    fn pictures_are_balanced_mirrored_as_asked_and_never_repeat_at_once() {
        let count = Count {
            start: 5,
            target: None,
            minimum: 1,
            maximum: 20,
            procedure: None,
            scale: None,
            parameters: Default::default(),
        };
        let design = Design { observers: 3, trials: 50, blocks: 4, mirrored: 0.5, count, rendered: 0 };
        let names: Vec<String> = (0..7).map(|at| format!("{at}.png")).collect();
        let region = Array2::from_elem((16, 12), true);
        let trials = schedule(&design, &names, &region, Seed(1));
        assert_eq!(trials.rows.len(), 150);
        for rows in trials.rows.chunks(50) {
            assert_eq!(rows.iter().filter(|trial| trial.mirrored).count(), 25);
            assert!(rows.windows(2).all(|pair| pair[0].picture != pair[1].picture));
            for name in &names {
                assert!([7, 8].contains(&rows.iter().filter(|trial| trial.picture == *name).count()));
            }
            assert!(rows.iter().all(|trial| trial.centres.len() == 20));
            assert_eq!(rows.last().map(|trial| trial.block.as_str()), Some("4"));
        }
        assert_eq!(trials, schedule(&design, &names, &region, Seed(1)));
        assert_ne!(trials, schedule(&design, &names, &region, Seed(2)));
    }
}
