//! The Weibull psychometric function of a level:
//! p(x) = 1 - lapse - (1 - guess - lapse) · exp(-10^(slope · (x + shift))).
//!
//! `lapse` is the share of errors however easy the trial. Watson & Pelli 1983 (Perception & Psychophysics 33:113) give
//! the share δ of trials answered at random instead: lapse = δ · (1 - guess).

use crate::error::{Error, Result};

/// A psychometric function around its threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weibull {
    /// Steepness, per unit of level.
    pub slope: f64,
    /// Proportion correct by chance.
    pub guess: f64,
    /// Share of errors at the highest levels.
    pub lapse: f64,
    /// What is added to a level; 0 puts the threshold where exp(-1) of the range is missing.
    pub shift: f64,
}

impl Weibull {
    /// A function of a share of trials answered `blindly`, with shift 0.
    pub fn new(slope: f64, guess: f64, blindly: f64) -> Weibull {
        Weibull { slope, guess, lapse: blindly * (1.0 - guess), shift: 0.0 }
    }

    /// Probability of a right answer at a level relative to the threshold.
    pub fn at(&self, level: f64) -> f64 {
        let missing = (-10f64.powf(self.slope * (level + self.shift))).exp();
        1.0 - self.lapse - (1.0 - self.guess - self.lapse) * missing
    }

    /// The level at which the probability is `target`; an error where it never is.
    pub fn level_of(&self, target: f64) -> Result<f64> {
        let most = 1.0 - self.lapse;
        if !(target > self.guess && target < most) {
            return Err(Error::invalid(format!(
                "the target of {target} correct cannot be held: with these lapses the proportion correct lies between {:.3} and {most:.3}",
                self.guess
            ))
            .hint("choose a target between the two, or a smaller lapse"));
        }
        let missing = (most - target) / (most - self.guess);
        Ok((-missing.ln()).log10() / self.slope - self.shift)
    }

    /// The same function with the threshold, level 0, where the probability is `target`.
    pub fn through(self, target: f64) -> Result<Weibull> {
        Ok(Weibull { shift: self.shift + self.level_of(target)?, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_function_of_watson_and_pelli() -> Result<()> {
        let function = Weibull::new(3.5, 0.5, 0.01);
        for x in [-1.0, -0.2, 0.0, 0.1, 0.7f64] {
            let published = 0.01 * 0.5 + 0.99 * (1.0 - 0.5 * (-10f64.powf(3.5 * x)).exp());
            assert!((function.at(x) - published).abs() < 1e-15);
        }
        let moved = function.through(0.75)?;
        assert!((moved.at(0.0) - 0.75).abs() < 1e-12 && (moved.shift + 0.043_675).abs() < 1e-6, "{}", moved.shift);
        assert!((moved.level_of(0.9)? - (function.level_of(0.9)? - function.level_of(0.75)?)).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn what_it_never_reaches_is_an_error_with_both_values() {
        let function = Weibull::new(3.5, 0.5, 0.04);
        for target in [0.4, 0.5, 0.98, 0.99, f64::NAN] {
            assert!(function.level_of(target).is_err(), "{target}");
        }
        let error = function.level_of(0.99).unwrap_err().to_string();
        assert!(error.contains("0.99 ") && error.contains("0.500 and 0.980"), "{error}");
        assert!(function.level_of(0.979).is_ok());
    }
}
