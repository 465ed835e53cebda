//! Trials in which nothing was answered or nothing was shown. Maps hold neither in any case; as rules they are counted and
//! listed with the others, and platforms that write a code for "no response" are understood.

use super::{Judge, Own, Rule, Verdict};
use crate::error::Result;
use crate::parameter::{Values, text};
use crate::trials::Trial;

pub(super) const NO_RESPONSE: Rule = Rule {
    name: "no_response",
    description: "trials without an answer that is right or wrong, or whose response is the code for none",
    source: "practice; PsychoPy writes a missing response as wrong",
    parameters: &[text("code", "response that stands for none, such as \"0\"")],
    judge: Judge::Trials(no_response),
};

pub(super) const ZERO_BUBBLES: Rule = Rule {
    name: "zero_bubbles",
    description: "trials that showed nothing of the picture",
    source: "Faghel-Soubeyrand, Dupuis-Roy & Gosselin 2019, JEP: General (their data hold such trials)",
    parameters: &[],
    judge: Judge::Trials(zero_bubbles),
};

fn no_response(own: &Own, values: &Values) -> Result<Vec<Verdict>> {
    let [code] = values.words()?;
    let verdict = |trial: &&Trial| {
        let response = trial.response.as_deref().unwrap_or_default();
        match trial.correct {
            Some(_) if code.is_empty() || response != code => Verdict::Kept,
            _ => Verdict::Excluded(response.to_owned(), code.to_owned()),
        }
    };
    Ok(own.main.iter().map(verdict).collect())
}

fn zero_bubbles(own: &Own, _: &Values) -> Result<Vec<Verdict>> {
    let verdict = |trial: &&Trial| match trial.centres.len() {
        0 => Verdict::Excluded("0".to_owned(), "1".to_owned()),
        _ => Verdict::Kept,
    };
    Ok(own.main.iter().map(verdict).collect())
}
