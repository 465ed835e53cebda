//! The weighted up-down staircase of Kaernbach 1991 (Perception & Psychophysics 49:227), by default on the logarithm of
//! the number of bubbles.
//!
//! A correct answer makes the next trial harder by one step (fewer bubbles), an error easier by `target / (1 - target)`
//! steps; the two balance where the proportion correct is the target. Steps are long for some trials, then short. They
//! start from the level before rounding, so that a step shorter than one bubble is not lost.

use super::{Adaptive, Goal, Procedure, Scale};
use crate::error::Result;
use crate::parameter::{Values, number};

pub(super) const PROCEDURE: Procedure = Procedure {
    name: "weighted_up_down",
    description: "a correct answer takes one step down, an error target / (1 - target) steps up",
    source: "Kaernbach 1991, Perception & Psychophysics 49:227",
    parameters: &[
        number("approach", "number of trials with long steps", APPROACH as f64, 0.0..=1e6),
        number("long_step", "step down on these trials", LONG_STEP, 0.0001..=1.0),
        number("step", "step down on later trials", STEP, 0.0001..=1.0),
    ],
    start,
};

const APPROACH: usize = 30;
const LONG_STEP: f64 = 0.1;
const STEP: f64 = 0.03;

/// The state of one staircase.
#[derive(Debug, Clone)]
pub struct WeightedUpDown {
    goal: Goal,
    level: f64,
    trials: usize,
    approach: usize,
    long_step: f64,
    step: f64,
}

fn start(goal: &Goal, values: &Values) -> Result<Box<dyn Adaptive>> {
    let [approach, long_step, step] = values.numbers()?;
    let level = goal.bounded(goal.scale.level(goal.start));
    Ok(Box::new(WeightedUpDown { goal: *goal, level, trials: 0, approach: approach as usize, long_step, step }))
}

impl WeightedUpDown {
    /// Starts at `start` bubbles on the logarithmic scale with the usual steps, to hold the proportion correct at `target`
    /// (between 0 and 1) with a number of bubbles within `minimum..=maximum`.
    pub fn new(start: usize, target: f64, minimum: usize, maximum: usize) -> WeightedUpDown {
        let goal = Goal { start, target, guess: 0.0, minimum, maximum, scale: Scale::Log };
        let level = goal.bounded(goal.scale.level(start));
        WeightedUpDown { goal, level, trials: 0, approach: APPROACH, long_step: LONG_STEP, step: STEP }
    }
}

impl Adaptive for WeightedUpDown {
    fn count(&self) -> usize {
        self.goal.count(self.level)
    }

    fn level(&self) -> f64 {
        self.level
    }

    fn is_at_bound(&self) -> bool {
        let (lowest, highest) = self.goal.bounds();
        self.level <= lowest || self.level >= highest
    }

    fn threshold(&self) -> f64 {
        self.level
    }

    fn update(&mut self, _shown: usize, correct: bool) {
        let step = if self.trials < self.approach { self.long_step } else { self.step };
        let change = if correct { -step } else { step * (self.goal.target / (1.0 - self.goal.target)) };
        self.level = self.goal.bounded(self.level + change);
        self.trials += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand::RngExt;

    #[test]
    fn it_converges_on_the_target() {
        for (target, start) in [(0.75, 5), (0.75, 900), (0.6, 100)] {
            let threshold = 1.8;
            let proportion = |level: f64| 0.5 + 0.5 / (1.0 + (-(level - threshold) / 0.15).exp());
            let mut staircase = WeightedUpDown::new(start, target, 1, 2000);
            let mut random = Seed(3).stream("trial", start as u64);
            let mut levels = vec![];
            for _ in 0..3000 {
                levels.push(staircase.level());
                let correct = random.random_bool(proportion(staircase.level()));
                staircase.update(staircase.count(), correct);
            }
            let mean: f64 = levels[500..].iter().map(|&level| proportion(level)).sum::<f64>() / 2500.0;
            assert!((mean - target).abs() < 0.02, "{target}: {mean}");
        }
    }

    #[test]
    fn an_error_weighs_three_times_a_correct_answer_at_three_quarters() {
        let mut staircase = WeightedUpDown::new(10_000, 0.75, 1, 1_000_000);
        staircase.update(staircase.count(), true);
        assert!((staircase.level() - 3.9).abs() < 1e-12);
        assert_eq!(staircase.count(), 7943);
        staircase.update(staircase.count(), false);
        assert!((staircase.level() - 4.2).abs() < 1e-12);
        (0..28).for_each(|_| staircase.update(staircase.count(), true));
        let before = staircase.level();
        staircase.update(staircase.count(), true);
        assert!((before - staircase.level() - 0.03).abs() < 1e-12, "steps are short after 30 trials");
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let mut staircase = WeightedUpDown::new(500, 0.75, 20, 80);
        assert_eq!(staircase.count(), 80);
        (0..50).for_each(|_| staircase.update(staircase.count(), false));
        assert!(staircase.count() == 80 && staircase.is_at_bound());
        (0..100).for_each(|_| staircase.update(staircase.count(), true));
        assert!(staircase.count() == 20 && staircase.is_at_bound());
    }
}
