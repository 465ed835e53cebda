//! The plan of trials: which observer sees which picture when, mirrored or not, through which centres.
//!
//! Classes are balanced in every block and pictures within their class, no picture comes twice in a row. Every trial has
//! `maximum` centres drawn, of which it shows the first ones: an adaptive number of bubbles is the length of that prefix.
//! A share of trials shows whole pictures; another share shows the stimulus of an earlier trial of its block again.

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::order::{Purpose, Rounds, Slot, block, even};
use crate::bubbles::{Centre, Cover};
use crate::experiment::Design;
use crate::seed::Seed;
use crate::trials::{Role, Trial, Trials};

/// A picture as the plan knows it: file name, and index of its class.
pub type Named = (String, usize);

/// The planned trials of every observer, practice first; responses are empty, ids run through all observers.
pub fn schedule(design: &Design, pictures: &[Named], cover: &Cover, seed: Seed) -> Trials {
    let classes = pictures.iter().map(|(_, class)| class + 1).max().unwrap_or(0);
    let mut members = vec![Vec::new(); classes];
    pictures.iter().enumerate().for_each(|(at, (_, class))| members[*class].push(at));
    members.retain(|members| !members.is_empty());
    let mut rows: Vec<Trial> = (0..design.observers)
        .flat_map(|observer| {
            let plan = Plan { design, pictures, cover, seed: seed.derive("observer", observer as u64) };
            plan.trials(&format!("p{:03}", observer + 1), &members)
        })
        .collect();
    let digits = rows.len().to_string().len().max(4);
    let ids: Vec<String> = (1..=rows.len()).map(|number| format!("t{number:0digits$}")).collect();
    for at in 0..rows.len() {
        // Until here a repeat holds how many rows before it its first presentation stands.
        let back = rows[at].repeats.take().and_then(|back| back.parse::<usize>().ok());
        rows[at].repeats = back.and_then(|back| ids.get(at.checked_sub(back)?).cloned());
        rows[at].id.clone_from(&ids[at]);
    }
    Trials { rows, simulated: false }
}

/// The plan of one observer.
struct Plan<'a> {
    design: &'a Design,
    pictures: &'a [Named],
    cover: &'a Cover,
    seed: Seed,
}

impl Plan<'_> {
    fn trials(&self, observer: &str, classes: &[Vec<usize>]) -> Vec<Trial> {
        let design = self.design;
        let mut generator = self.seed.stream("order", 0);
        let mut rounds = Rounds::new(classes);
        let share = |share: f64| (share * design.trials as f64).round() as usize;
        let per_block = design.trials.div_ceil(design.blocks);
        let sizes: Vec<usize> =
            (0..design.blocks).map(|at| per_block.min(design.trials.saturating_sub(at * per_block))).collect();
        let (mut turn, mut start, mut again) = (0, 0, 0);
        let catches = even(share(design.catch), design.blocks, &mut start);
        let pairs = even(share(design.repeated), design.blocks, &mut again);
        let practice = block(&mut rounds, (design.practice, 0, 0), &mut turn, None, &mut generator);
        let mut rows = self.rows(observer, 0, &practice, &mut generator);
        for (at, &size) in sizes.iter().enumerate() {
            let before = rows.last().and_then(|last| self.pictures.iter().position(|(name, _)| *name == last.picture));
            let slots = block(&mut rounds, (size, catches[at], pairs[at]), &mut turn, before, &mut generator);
            let rows_of_block = self.rows(observer, at + 1, &slots, &mut generator);
            rows.extend(rows_of_block);
        }
        let numbers = (1..=design.practice).chain(1..=design.trials);
        rows.iter_mut().zip(numbers).for_each(|(row, number)| row.number = number as u32);
        rows
    }

    /// Trials of one block, 0 for practice.
    fn rows(&self, observer: &str, block: usize, slots: &[Slot], generator: &mut ChaCha8Rng) -> Vec<Trial> {
        let mirrored = mirrored(slots.len(), self.design.mirrored, generator);
        let mut rows: Vec<Trial> = Vec::with_capacity(slots.len());
        for (at, (slot, mirrored)) in slots.iter().zip(mirrored).enumerate() {
            let first =
                slots[..at].iter().position(|earlier| matches!(slot.purpose, Purpose::Pair(_)) && earlier == slot);
            let trial = match first {
                Some(first) => Trial { repeats: Some((at - first).to_string()), ..rows[first].clone() },
                None => Trial {
                    role: match (block, slot.purpose) {
                        (0, _) => Role::Practice,
                        (_, Purpose::Catch) => Role::Catch,
                        _ => Role::Main,
                    },
                    observer: observer.to_owned(),
                    block: block.to_string(),
                    picture: self.pictures[slot.picture].0.clone(),
                    mirrored,
                    centres: self.centres(block, at, slot.purpose),
                    ..Trial::default()
                },
            };
            rows.push(trial);
        }
        rows
    }

    fn centres(&self, block: usize, at: usize, purpose: Purpose) -> Vec<Centre> {
        if purpose == Purpose::Catch {
            return Vec::new();
        }
        let seed = self.seed.derive("block", block as u64);
        self.cover.draw(self.design.count.maximum, &mut seed.stream("centres", at as u64))
    }
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
    use crate::bubbles::region_pixels;
    use crate::design::tests::{cover, design};
    use ndarray::Array2;

    fn pictures(classes: &[usize]) -> Vec<Named> {
        classes.iter().enumerate().map(|(at, &class)| (format!("{at}.png"), class)).collect()
    }

    #[test]
    fn classes_are_balanced_in_every_block_and_pictures_in_all() {
        let design = Design { observers: 3, trials: 50, blocks: 4, mirrored: 0.5, ..design() };
        let pictures = pictures(&[0, 0, 0, 1, 1, 1, 1]);
        let cover = cover((16, 12));
        let trials = schedule(&design, &pictures, &cover, Seed(1));
        assert_eq!(trials.rows.len(), 150);
        let class = |trial: &Trial| pictures.iter().find(|(name, _)| *name == trial.picture).unwrap().1;
        for rows in trials.rows.chunks(50) {
            assert!(rows.windows(2).all(|pair| pair[0].picture != pair[1].picture));
            for block in rows.chunk_by(|a, b| a.block == b.block) {
                let first = block.iter().filter(|trial| class(trial) == 0).count();
                assert!((2 * first).abs_diff(block.len()) <= 1, "{first} of {}", block.len());
                assert!((2 * block.iter().filter(|trial| trial.mirrored).count()).abs_diff(block.len()) <= 1);
            }
            for (name, class) in &pictures {
                let shown = rows.iter().filter(|trial| trial.picture == *name).count();
                let expected = if *class == 0 { 25.0 / 3.0 } else { 25.0 / 4.0 };
                assert!((shown as f64 - expected).abs() < 1.5, "{name} {shown}");
            }
            assert!(rows.iter().all(|trial| trial.centres.len() == 20 && trial.role == Role::Main));
            assert_eq!(rows.last().map(|trial| (trial.block.as_str(), trial.number)), Some(("4", 50)));
        }
        assert_eq!(trials, schedule(&design, &pictures, &cover, Seed(1)));
        assert_ne!(trials, schedule(&design, &pictures, &cover, Seed(2)));
    }

    #[test]
    fn catch_trials_repeats_and_practice_are_as_many_as_asked() {
        let design = Design { trials: 120, blocks: 3, practice: 7, catch: 0.05, repeated: 0.1, ..design() };
        let trials = schedule(&design, &pictures(&[0, 0, 0, 1, 1, 1]), &cover((16, 12)), Seed(5));
        assert_eq!(trials.rows.len(), 254);
        let ids: std::collections::HashSet<&str> = trials.rows.iter().map(|trial| trial.id.as_str()).collect();
        assert!(ids.len() == 254 && ids.contains("t0001") && ids.contains("t0254"));
        for rows in trials.rows.chunks(127) {
            let count = |role| rows.iter().filter(|trial| trial.role == role).count();
            assert_eq!((count(Role::Practice), count(Role::Catch), count(Role::Main)), (7, 6, 114));
            assert!(rows.iter().all(|trial| (trial.role == Role::Catch) == trial.centres.is_empty()));
            assert!(rows[..7].iter().all(|trial| trial.role == Role::Practice && trial.block == "0"));
            let repeats: Vec<&Trial> = rows.iter().filter(|trial| trial.repeats.is_some()).collect();
            assert_eq!(repeats.len(), 12);
            for repeat in repeats {
                let first = rows.iter().find(|trial| Some(&trial.id) == repeat.repeats.as_ref()).unwrap();
                assert!(first.number < repeat.number && first.block == repeat.block && first.repeats.is_none());
                assert_eq!(
                    (&first.picture, first.mirrored, &first.centres),
                    (&repeat.picture, repeat.mirrored, &repeat.centres)
                );
            }
        }
    }

    #[test]
    fn centres_fall_where_the_cover_says() {
        let region = Array2::from_elem((16, 12), true);
        let trials = schedule(&design(), &pictures(&[0, 1]), &cover((16, 12)), Seed(1));
        let places = region_pixels(&region);
        assert!(trials.rows.iter().flat_map(|trial| &trial.centres).all(|centre| places.contains(centre)));
    }
}
