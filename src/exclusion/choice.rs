//! Answers that do not depend on the picture: always the same response, or nearly always.

use super::{Judge, Own, Rule, Verdict};
use crate::error::Result;
use crate::parameter::{Values, number};
use crate::table;
use crate::trials::Trial;

pub(super) const CONSTANT: Rule = Rule {
    name: "constant",
    description: "observers who gave one response to all, or nearly all, of their trials",
    source: "the checks of rcicrdiagnostics",
    parameters: &[number("share", "share of the commonest response at which an observer goes", 1.0, 0.5..=1.0)],
    judge: Judge::Observer(constant),
};

pub(super) const BIAS: Rule = Rule {
    name: "bias",
    description: "observers who prefer one response: (share - 1/classes) / (1 - 1/classes) of the commonest",
    source: "rcicrdiagnostics: the mean of responses coded ±1, which this is for two classes",
    parameters: &[number("bound", "largest preference that stays", 0.6, 0.0..=1.0)],
    judge: Judge::Observer(bias),
};

/// Fewer answers than this do not show that somebody always gives the same.
const LEAST_ANSWERS: usize = 10;

fn constant(own: &Own, values: &Values) -> Result<Verdict> {
    let [bound] = values.numbers()?;
    Ok(match commonest(own) {
        Some((_, share)) if share >= bound => Verdict::Excluded(table::number(share), table::number(bound)),
        Some(_) => Verdict::Kept,
        None => TOO_FEW,
    })
}

fn bias(own: &Own, values: &Values) -> Result<Verdict> {
    let [bound] = values.numbers()?;
    let even = 1.0 / own.classes.max(2) as f64;
    Ok(match commonest(own).map(|(_, share)| (share - even) / (1.0 - even)) {
        Some(bias) if bias > bound => Verdict::Excluded(table::number(bias), table::number(bound)),
        Some(_) => Verdict::Kept,
        None => TOO_FEW,
    })
}

const TOO_FEW: Verdict = Verdict::Unjudged("fewer than 10 responses are known");

/// The commonest response and its share of all; `None` for fewer than [`LEAST_ANSWERS`].
fn commonest<'a>(own: &Own<'a>) -> Option<(&'a str, f64)> {
    let mut responses: Vec<&str> = own.main.iter().filter_map(|trial| trial.response.as_deref()).collect();
    responses.sort_unstable();
    let runs = responses.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len())));
    let (response, count) = runs.max_by_key(|(_, count)| *count).filter(|_| responses.len() >= LEAST_ANSWERS)?;
    Some((response, count as f64 / responses.len() as f64))
}

/// Observers who gave one response to all of their main trials, in the order of first appearance, with the response and the
/// number of trials: their maps show where bubbles fell, not what they looked for.
pub fn one_response(trials: &[Trial]) -> Vec<(String, String, usize)> {
    let found = |own: &Own| match commonest(own) {
        Some((response, 1.0)) => {
            let answers = own.main.iter().filter(|trial| trial.response.is_some()).count();
            Some((own.main.first()?.observer.clone(), response.to_owned(), answers))
        }
        _ => None,
    };
    super::apply::observers(trials)
        .iter()
        .filter_map(|rows| {
            let own: Vec<&Trial> = rows.iter().filter_map(|&row| trials.get(row)).collect();
            found(&Own::new(&own, 2))
        })
        .collect()
}
