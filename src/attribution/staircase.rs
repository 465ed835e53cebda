//! How many apertures a network needs to answer as well as a person does.
//!
//! Networks answer at chance where people are at 75 %, so that a map made at the number of bubbles of people would be
//! noise. A staircase finds the number at which the network reaches the same accuracy.

use rand::RngExt;

use super::Setting;
use crate::adaptive::{Adaptive, WeightedUpDown};
use crate::error::{Error, Result};
use crate::network::Network;
use crate::picture::Picture;
use crate::seed::Seed;

/// What a staircase looks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// Proportion correct, such as 0.75.
    pub accuracy: f64,
    /// Smallest number of apertures.
    pub minimum: usize,
    /// Largest number of apertures; no more than the region has pixels.
    pub maximum: usize,
    /// Number of trials, such as 300.
    pub trials: usize,
}

/// What a staircase found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Number of apertures: `10^` mean level of the second half of the trials.
    pub count: usize,
    /// Proportion correct in the second half.
    pub accuracy: f64,
    /// Whether that proportion is within 0.1 of the goal, and the level left its bounds at least once in the second half.
    pub reached: bool,
    /// log10 of the number of apertures on each trial.
    pub levels: Vec<f64>,
}

/// Looks for the number of apertures at which the network's margin is above 0 on the wanted share of trials.
///
/// Each trial draws one of the pictures (with the index of its class) and new centres. The staircase starts in the middle
/// of its bounds, on the logarithmic scale. An error where there is no picture, no trial, or one of another size.
pub fn find_count(
    network: &Network,
    pictures: &[(&Picture, usize)],
    setting: &Setting,
    goal: &Goal,
    seed: Seed,
) -> Result<Found> {
    check(pictures, setting, goal)?;
    let start = (goal.minimum as f64 * goal.maximum as f64).sqrt().round() as usize;
    let mut staircase = WeightedUpDown::new(start, goal.accuracy, goal.minimum, goal.maximum);
    let mut levels = vec![];
    let (mut correct, mut free) = (0usize, false);
    let half = goal.trials / 2;
    for trial in 0..goal.trials {
        let mut random = seed.stream("trial", trial as u64);
        let (picture, target) = pictures[random.random_range(0..pictures.len() as u64) as usize];
        let centres = setting.cover.draw(staircase.count(), &mut random);
        let right = network.margin(&setting.cover.show(&setting.cover.prepare(picture), &centres), target)? > 0.0;
        levels.push(staircase.level());
        if trial >= half {
            correct += usize::from(right);
            free |= !staircase.is_at_bound();
        }
        staircase.update(centres.len(), right);
    }
    let last = &levels[half..];
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    let accuracy = correct as f64 / last.len() as f64;
    let reached = free && (accuracy - goal.accuracy).abs() <= 0.1;
    Ok(Found { count: 10f64.powf(mean).round() as usize, accuracy, reached, levels })
}

fn check(pictures: &[(&Picture, usize)], setting: &Setting, goal: &Goal) -> Result<()> {
    let places = setting.cover.capacity();
    if pictures.is_empty() || goal.trials == 0 {
        return Err(Error::invalid(format!(
            "the number of bubbles of a network is looked for with {} pictures in {} trials",
            pictures.len(),
            goal.trials
        ))
        .hint("leave at least one picture to the network"));
    }
    if !(goal.accuracy > 0.0 && goal.accuracy < 1.0) {
        return Err(Error::invalid(format!("the accuracy to be held is {}", goal.accuracy))
            .hint("choose a proportion between chance and 1, such as 0.75"));
    }
    if goal.minimum == 0 || goal.minimum > goal.maximum || goal.maximum > places {
        return Err(Error::invalid(format!(
            "between {} and {} bubbles are to be tried, and the region has {places} pixels",
            goal.minimum, goal.maximum
        ))
        .hint("choose a minimum of at least 1, and a maximum no larger than the region"));
    }
    match pictures.iter().find(|(picture, _)| picture.shape() != setting.region.dim()) {
        None => Ok(()),
        Some((picture, _)) => Err(Error::invalid(format!(
            "a picture has {:?} px (rows, columns), and the region {:?}",
            picture.shape(),
            setting.region.dim()
        ))
        .hint("give every picture and the region the same size")),
    }
}
