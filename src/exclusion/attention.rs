//! Answers that do not follow the picture: at chance, against it, or wrong even when the whole picture is there.
//!
//! chance: P(X ≥ right) for X ~ binomial(answers, 1 / classes), exact and one-sided; above alpha, accuracy is not above
//! chance. inverted (two classes): with every code flipped, accuracy a becomes 1 - a, and the difference has
//! z = (1 - 2a) √answers under guessing; an observer far below chance answered the right question with swapped codes. Their
//! trials are left out and never recoded: the file is to be mended.

use statrs::distribution::{Binomial, DiscreteCDF};

use super::{Judge, Own, Rule, Verdict};
use crate::error::Result;
use crate::parameter::{Values, number};
use crate::table;

pub(super) const CHANCE: Rule = Rule {
    name: "chance",
    description: "observers whose accuracy is not above chance by the exact binomial test, one-sided",
    source: "the exact binomial test, as binom.test of R",
    parameters: &[number("alpha", "probability by guessing above which an observer goes", 0.05, 0.0001..=0.5)],
    judge: Judge::Observer(chance),
};

pub(super) const INVERTED: Rule = Rule {
    name: "inverted",
    description: "observers whom flipped response codes make right more often than the codes of the file, by this z",
    source: "the checks of rcicrdiagnostics",
    parameters: &[number("z", "advantage of flipped codes above which an observer goes", 1.96, 0.0..=100.0)],
    judge: Judge::Observer(inverted),
};

pub(super) const CATCH: Rule = Rule {
    name: "catch",
    description: "observers who were wrong on, or did not answer, too many whole pictures",
    source: "practice; 90 % of whole pictures right shows attention",
    parameters: &[number("bound", "smallest share of catch trials right that stays", 0.9, 0.0..=1.0)],
    judge: Judge::Observer(catch),
};

fn chance(own: &Own, values: &Values) -> Result<Verdict> {
    let [alpha] = values.numbers()?;
    let (right, answers) = own.right();
    Ok(match at_least(right, answers, 1.0 / own.classes.max(2) as f64) {
        Some(p) if p > alpha => Verdict::Excluded(table::number(p), table::number(alpha)),
        Some(_) => Verdict::Kept,
        None => Verdict::Unjudged("no answers"),
    })
}

/// P(X ≥ right) for X ~ binomial(answers, chance); `None` without answers.
fn at_least(right: u64, answers: u64, chance: f64) -> Option<f64> {
    let binomial = Binomial::new(chance, answers).ok().filter(|_| answers > 0)?;
    Some(right.checked_sub(1).map_or(1.0, |below| binomial.sf(below)))
}

fn inverted(own: &Own, values: &Values) -> Result<Verdict> {
    let [bound] = values.numbers()?;
    let (right, answers) = own.right();
    if own.classes != 2 {
        return Ok(Verdict::Unjudged("codes are inverted between two classes, and there are more"));
    }
    if answers == 0 {
        return Ok(Verdict::Unjudged("no answers"));
    }
    let z = (1.0 - 2.0 * right as f64 / answers as f64) * (answers as f64).sqrt();
    Ok(if z > bound { Verdict::Excluded(table::number(z), table::number(bound)) } else { Verdict::Kept })
}

fn catch(own: &Own, values: &Values) -> Result<Verdict> {
    let [bound] = values.numbers()?;
    if own.catch.is_empty() {
        return Ok(Verdict::Unjudged("no catch trials"));
    }
    let right = own.catch.iter().filter(|trial| trial.correct == Some(true)).count();
    let share = right as f64 / own.catch.len() as f64;
    Ok(if share < bound { Verdict::Excluded(table::number(share), table::number(bound)) } else { Verdict::Kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probability_of_guessing_is_the_sum_of_the_binomial() {
        // R: binom.test(59, 100, .5, "greater") and binom.test(58, 100, .5, "greater").
        assert!((at_least(59, 100, 0.5).unwrap() - 0.04431304).abs() < 1e-8);
        assert!((at_least(58, 100, 0.5).unwrap() - 0.06660531).abs() < 1e-8);
        // Three classes, seven answers, six or seven right: 14 / 3^7 + 1 / 3^7.
        assert!((at_least(6, 7, 1.0 / 3.0).unwrap() - 15.0 / 2187.0).abs() < 1e-12);
        assert_eq!((at_least(0, 5, 0.5), at_least(0, 0, 0.5)), (Some(1.0), None));
    }
}
