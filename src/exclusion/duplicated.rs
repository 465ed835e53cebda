//! Rows that a file holds twice under two numbers.
//!
//! A copy has the picture, the orientation, every bubble, the answer and the response time of an earlier trial of its
//! observer. The planned repeat of a stimulus (double pass) is no copy. Without bubbles and without a response time, two
//! trials can be alike by chance, and are left.

use std::collections::HashMap;

use super::{Judge, Own, Rule, Verdict};
use crate::error::Result;
use crate::parameter::Values;
use crate::trials::Trial;

pub(super) const RULE: Rule = Rule {
    name: "duplicated",
    description: "trials that copy an earlier one of the observer: picture, bubbles, answer and response time",
    source: "practice; the checks of rcicrdiagnostics",
    parameters: &[],
    judge: Judge::Trials(duplicated),
};

fn duplicated(own: &Own, _: &Values) -> Result<Vec<Verdict>> {
    let mut earlier: HashMap<(&str, Option<u64>), Vec<&Trial>> = HashMap::new();
    let mut verdicts = Vec::new();
    for &trial in &own.main {
        let alike = earlier.entry((&trial.picture, trial.response_time.map(f64::to_bits))).or_default();
        verdicts.push(match alike.iter().find(|other| copies(trial, other)) {
            Some(other) => Verdict::Excluded(format!("block {} trial {}", other.block, other.number), String::new()),
            None => Verdict::Kept,
        });
        alike.push(trial);
    }
    Ok(verdicts)
}

fn copies(trial: &Trial, other: &Trial) -> bool {
    let planned = trial.repeats.as_ref().is_some_and(|id| *id == other.id);
    let telling = trial.response_time.is_some() || !trial.centres.is_empty();
    telling
        && !planned
        && trial.mirrored == other.mirrored
        && trial.centres == other.centres
        && trial.response == other.response
        && trial.correct == other.correct
}
