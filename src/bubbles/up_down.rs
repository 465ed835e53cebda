//! The weighted up-down staircase of Kaernbach 1991 (Perception & Psychophysics 49:227), on the logarithm of the number of
//! bubbles.
//!
//! A correct answer makes the next trial harder by one step (fewer bubbles), an error easier by `target / (1 - target)`
//! steps; the two balance where the proportion correct is the target. Steps are 0.1 (log10) for 30 trials, then 0.03.

/// Trials with long steps.
const APPROACH: usize = 30;

/// The state of one staircase.
#[derive(Debug, Clone)]
pub struct WeightedUpDown {
    level: f64,
    ratio: f64,
    lowest: f64,
    highest: f64,
    trials: usize,
}

impl WeightedUpDown {
    /// Starts at `start` bubbles, to hold the proportion correct at `target` (between 0 and 1) with a number of bubbles
    /// within `minimum..=maximum`.
    pub fn new(start: usize, target: f64, minimum: usize, maximum: usize) -> WeightedUpDown {
        let log = |count: usize| (count.max(1) as f64).log10();
        let (lowest, highest) = (log(minimum), log(maximum.max(minimum)));
        WeightedUpDown {
            level: log(start).clamp(lowest, highest),
            ratio: target / (1.0 - target),
            lowest,
            highest,
            trials: 0,
        }
    }

    /// Number of bubbles of the next trial.
    pub fn count(&self) -> usize {
        10f64.powf(self.level).round() as usize
    }

    /// log10 of the number of bubbles of the next trial, before rounding.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// Whether the next trial has the smallest or the largest number.
    pub fn is_at_bound(&self) -> bool {
        self.level <= self.lowest || self.level >= self.highest
    }

    /// Moves on after an answer.
    pub fn update(&mut self, correct: bool) {
        let step = if self.trials < APPROACH { 0.1 } else { 0.03 };
        let change = if correct { -step } else { step * self.ratio };
        self.level = (self.level + change).clamp(self.lowest, self.highest);
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
                staircase.update(random.random_bool(proportion(staircase.level())));
            }
            let mean: f64 = levels[500..].iter().map(|&level| proportion(level)).sum::<f64>() / 2500.0;
            assert!((mean - target).abs() < 0.02, "{target}: {mean}");
        }
    }

    #[test]
    fn an_error_weighs_three_times_a_correct_answer_at_three_quarters() {
        let mut staircase = WeightedUpDown::new(10_000, 0.75, 1, 1_000_000);
        staircase.update(true);
        assert!((staircase.level() - 3.9).abs() < 1e-12);
        assert_eq!(staircase.count(), 7943);
        staircase.update(false);
        assert!((staircase.level() - 4.2).abs() < 1e-12);
        (0..28).for_each(|_| staircase.update(true));
        let before = staircase.level();
        staircase.update(true);
        assert!((before - staircase.level() - 0.03).abs() < 1e-12, "steps are short after 30 trials");
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let mut staircase = WeightedUpDown::new(500, 0.75, 20, 80);
        assert_eq!(staircase.count(), 80);
        (0..50).for_each(|_| staircase.update(false));
        assert!(staircase.count() == 80 && staircase.is_at_bound());
        (0..100).for_each(|_| staircase.update(true));
        assert!(staircase.count() == 20 && staircase.is_at_bound());
    }
}
