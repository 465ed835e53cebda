//! The number of bubbles over an engine that knows levels only: bounded, rounded, and told what was really shown.

use super::{Adaptive, Goal};

/// What proposes levels, and learns from answers at levels.
pub(super) trait Engine: Send {
    /// The level of the next trial; any number.
    fn level(&self) -> f64;
    /// The level at which the target is expected.
    fn threshold(&self) -> f64;
    /// Moves on after an answer at a level.
    fn update(&mut self, level: f64, correct: bool);
}

/// An engine within the bounds of a goal.
pub(super) struct Bounded<E> {
    pub(super) goal: Goal,
    pub(super) engine: E,
}

impl<E: Engine> Adaptive for Bounded<E> {
    fn count(&self) -> usize {
        self.goal.count(self.engine.level())
    }

    fn level(&self) -> f64 {
        self.goal.bounded(self.engine.level())
    }

    fn is_at_bound(&self) -> bool {
        let (lowest, highest) = self.goal.bounds();
        self.engine.level() <= lowest || self.engine.level() >= highest
    }

    fn threshold(&self) -> f64 {
        self.engine.threshold()
    }

    fn update(&mut self, shown: usize, correct: bool) {
        self.engine.update(self.goal.scale.level(shown), correct);
    }
}
