//! The probability of a right answer from a linear predictor η: P = γ + (1 - γ - λ) F(η), with F logistic or normal, a
//! guess rate γ and a lapse rate λ (Knoblauch & Maloney 2008, J. Vision 8(16):10; Wichmann & Hill 2001).

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::erfc;

/// Which F.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Link {
    Logit,
    Probit,
}

/// A link with its guess and lapse rates.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Curve {
    pub link: Link,
    pub guess: f64,
    pub lapse: f64,
}

/// Probabilities keep this distance from 0 and 1.
const LEAST: f64 = 1e-10;

impl Curve {
    /// P and its derivative.
    pub(super) fn at(&self, predictor: f64) -> (f64, f64) {
        let (share, slope) = match self.link {
            Link::Logit => {
                let share = 1.0 / (1.0 + (-predictor).exp());
                (share, share * (1.0 - share))
            }
            Link::Probit => (0.5 * erfc(-predictor / SQRT_2), (-predictor * predictor / 2.0).exp() / (2.0 * PI).sqrt()),
        };
        let scale = 1.0 - self.guess - self.lapse;
        ((self.guess + scale * share).clamp(LEAST, 1.0 - LEAST), scale * slope)
    }

    /// Minus the logarithm of the probability of a response (0 or 1).
    pub(super) fn loss(&self, response: f64, predictor: f64) -> f64 {
        let (p, _) = self.at(predictor);
        -(response * p.ln() + (1.0 - response) * (1.0 - p).ln())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_those_of_the_probability() {
        for link in [Link::Logit, Link::Probit] {
            let curve = Curve { link, guess: 0.5, lapse: 0.02 };
            for at in [-2.0, -0.1, 0.7, 3.0] {
                let numeric = (curve.at(at + 1e-6).0 - curve.at(at - 1e-6).0) / 2e-6;
                assert!((curve.at(at).1 - numeric).abs() < 1e-8, "{link:?} {at}");
            }
            assert!((curve.at(0.0).0 - (0.5 + 0.48 * 0.5)).abs() < 1e-12);
        }
        assert!((Curve { link: Link::Probit, guess: 0.0, lapse: 0.0 }.at(1.0).0 - 0.841_344_746).abs() < 1e-9);
    }
}
