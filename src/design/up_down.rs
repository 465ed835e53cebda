//! Weighted up-down staircase (Kaernbach 1991) on the logarithm of the number of bubbles.
//!
//! At the level where p · down = (1 - p) · up the walk stands still; so an error makes the task easier by
//! p / (1 - p) times the step by which a right answer makes it harder: three times for 75 % correct.

/// A staircase between bounds.
#[derive(Debug, Clone)]
pub struct WeightedUpDown {
    level: f64,
    ratio: f64,
    low: f64,
    high: f64,
    answers: usize,
}

/// Steps down, in log10 of the number of bubbles, and the answer from which the small one holds.
const COARSE: f64 = 0.06;
const FINE: f64 = 0.02;
const FINE_FROM: usize = 40;

impl WeightedUpDown {
    /// Starts at `start` bubbles, holds `target` correct (0..1) and stays within `minimum..=maximum`.
    pub fn new(start: usize, target: f64, minimum: usize, maximum: usize) -> WeightedUpDown {
        let log = |count: usize| (count.max(1) as f64).log10();
        let (low, high) = (log(minimum), log(maximum));
        WeightedUpDown { level: log(start).clamp(low, high), ratio: target / (1.0 - target), low, high, answers: 0 }
    }

    /// log10 of the number of bubbles, before rounding.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The number of bubbles of the next trial.
    pub fn count(&self) -> usize {
        10f64.powf(self.level).round() as usize
    }

    /// Takes an answer.
    pub fn update(&mut self, correct: bool) {
        let step = if self.answers < FINE_FROM { COARSE } else { FINE };
        self.answers += 1;
        let change = if correct { -step } else { step * self.ratio };
        self.level = (self.level + change).clamp(self.low, self.high);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand::RngExt;

    #[test]
    fn an_error_weighs_three_right_answers_at_three_quarters_correct() {
        let mut staircase = WeightedUpDown::new(50, 0.75, 1, 500);
        staircase.update(false);
        assert!(staircase.level() > 50f64.log10());
        (0..3).for_each(|_| staircase.update(true));
        assert!((staircase.level() - 50f64.log10()).abs() < 1e-12);
    }

    #[test]
    fn it_settles_where_the_target_is_met() {
        for (target, slope) in [(0.75, 4.0), (0.6, 6.0), (0.9, 5.0)] {
            let mut staircase = WeightedUpDown::new(100, target, 1, 1000);
            let mut generator = Seed(9).stream("answers", 0);
            let mut right = 0;
            for trial in 0..4000 {
                let d = slope * (staircase.level() - 1.2);
                let correct = generator.random::<f64>() < 0.5 + 0.5 / (1.0 + (-d).exp());
                staircase.update(correct);
                right += usize::from(correct && trial >= 2000);
            }
            assert!((right as f64 / 2000.0 - target).abs() < 0.02, "{target}: {right} of 2000");
        }
    }

    #[test]
    fn it_never_leaves_its_bounds() {
        let mut staircase = WeightedUpDown::new(5, 0.75, 3, 8);
        (0..100).for_each(|_| staircase.update(false));
        assert_eq!(staircase.count(), 8);
        (0..500).for_each(|_| staircase.update(true));
        assert_eq!(staircase.count(), 3);
    }
}
