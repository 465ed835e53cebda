//! What a procedure is to hold, within which numbers of bubbles, and the scale on which it works.
//!
//! log: x = log10 n. area: x = n·a/S - a/S, the share of the picture (S pixels) that n bubbles of area a reveal, less
//! that of one bubble, as in the Bubbles scripts of the Gosselin laboratory.

use serde::Serialize;

/// The axis on which levels lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Logarithm to base 10 of the number of bubbles.
    Log,
    /// Share of the picture's area that is revealed, less that of one bubble.
    Area {
        /// Share that one bubble reveals, above 0: [`crate::bubbles::Cover::revealed_share`].
        bubble: f64,
    },
}

impl Scale {
    /// The level of a number of bubbles; 0 bubbles count as 1.
    pub fn level(self, count: usize) -> f64 {
        let count = count.max(1) as f64;
        match self {
            Scale::Log => count.log10(),
            Scale::Area { bubble } => count * bubble - bubble,
        }
    }

    /// The number of bubbles at a level, not whole.
    pub fn number(self, level: f64) -> f64 {
        match self {
            Scale::Log => 10f64.powf(level),
            Scale::Area { bubble } => (level + bubble) / bubble,
        }
    }
}

/// What a procedure is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Goal {
    /// Number of bubbles at which the threshold is guessed to lie.
    pub start: usize,
    /// Proportion correct, above `guess` and below 1.
    pub target: f64,
    /// Proportion correct by chance: 1 / number of classes.
    pub guess: f64,
    /// Smallest number, at least 1.
    pub minimum: usize,
    /// Largest number; `minimum` where it is smaller.
    pub maximum: usize,
    /// The axis on which the procedure works.
    pub scale: Scale,
}

impl Goal {
    /// Smallest and largest level.
    pub fn bounds(&self) -> (f64, f64) {
        (self.scale.level(self.minimum), self.scale.level(self.maximum.max(self.minimum)))
    }

    /// A level moved to the nearest one within the bounds.
    pub fn bounded(&self, level: f64) -> f64 {
        let (lowest, highest) = self.bounds();
        level.clamp(lowest, highest)
    }

    /// The whole number of bubbles nearest to a level, within the bounds.
    pub fn count(&self, level: f64) -> usize {
        let number = self.scale.number(self.bounded(level)).round() as usize;
        number.clamp(self.minimum, self.maximum.max(self.minimum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_numbers_are_inverse_on_either_scale() {
        for scale in [Scale::Log, Scale::Area { bubble: 0.003 }] {
            for count in [1, 2, 7, 44, 300, 9999] {
                assert!((scale.number(scale.level(count)) - count as f64).abs() < 1e-9 * count as f64);
            }
        }
        assert!((Scale::Log.level(50) - 1.698_970_004_336_018_7).abs() < 1e-15);
        // 128 x 128 px, sd 3 px: one bubble reveals 56.5 of 16384 px; 44 bubbles reveal 43 bubbles more than one.
        let bubble = std::f64::consts::TAU * 9.0 / (128.0 * 128.0);
        assert!((bubble - 0.003_451_456).abs() < 1e-9, "{bubble}");
        assert!((Scale::Area { bubble }.level(44) - 43.0 * bubble).abs() < 1e-15);
        assert_eq!(Scale::Area { bubble }.level(1), 0.0);
    }

    #[test]
    fn counts_are_rounded_and_never_leave_the_bounds() {
        let goal = Goal { start: 30, target: 0.75, guess: 0.5, minimum: 4, maximum: 90, scale: Scale::Log };
        assert_eq!(goal.count(20.6f64.log10()), 21);
        assert_eq!((goal.count(-9.0), goal.count(9.0)), (4, 90));
        assert_eq!((goal.count(f64::INFINITY), goal.count(f64::NEG_INFINITY)), (90, 4));
        let crossed = Goal { minimum: 50, maximum: 40, ..goal };
        assert_eq!((crossed.count(0.0), crossed.count(3.0)), (50, 50));
    }
}
