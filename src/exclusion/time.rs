//! Response times: too fast to have looked, too slow to have kept on looking, too regular to be a person's.

use super::own::mean_and_sd;
use super::{Judge, Own, Rule, Verdict};
use crate::error::Result;
use crate::parameter::{Values, number};
use crate::table;
use crate::trials::Trial;

pub(super) const FAST: Rule = Rule {
    name: "fast",
    description: "trials answered sooner than a person can look and decide",
    source: "the default of rcicrdiagnostics",
    parameters: &[number("bound", "shortest response time that stays, ms", 200.0, 0.0..=1e7)],
    judge: Judge::Trials(fast),
};

pub(super) const SLOW: Rule = Rule {
    name: "slow",
    description: "trials answered too late",
    source: "the default of rcicrdiagnostics",
    parameters: &[number("bound", "longest response time that stays, ms", 5000.0, 0.0..=1e7)],
    judge: Judge::Trials(slow),
};

pub(super) const FAST_SHARE: Rule = Rule {
    name: "fast_share",
    description: "observers who answered too many of their trials too fast",
    source: "the default of rcicrdiagnostics",
    parameters: &[
        number("bound", "response time below which a trial is fast, ms", 200.0, 0.0..=1e7),
        number("share", "largest share of fast trials that stays", 0.15, 0.0..=1.0),
    ],
    judge: Judge::Observer(fast_share),
};

pub(super) const VARIATION: Rule = Rule {
    name: "variation",
    description: "observers whose response times hardly vary: sd (n - 1) over mean",
    source: "the default of rcicrdiagnostics",
    parameters: &[number("bound", "smallest coefficient of variation that stays", 0.1, 0.0..=10.0)],
    judge: Judge::Observer(variation),
};

const NO_TIME: &str = "no response time";

fn fast(own: &Own, values: &Values) -> Result<Vec<Verdict>> {
    let [bound] = values.numbers()?;
    Ok(each(own, bound, |time| time < bound))
}

fn slow(own: &Own, values: &Values) -> Result<Vec<Verdict>> {
    let [bound] = values.numbers()?;
    Ok(each(own, bound, |time| time > bound))
}

/// A verdict a trial: excluded where its time passes the bound.
pub(super) fn each(own: &Own, bound: f64, passes: impl Fn(f64) -> bool) -> Vec<Verdict> {
    let verdict = |trial: &&Trial| match trial.response_time {
        None => Verdict::Unjudged(NO_TIME),
        Some(time) if passes(time) => Verdict::Excluded(table::number(time), table::number(bound)),
        Some(_) => Verdict::Kept,
    };
    own.main.iter().map(verdict).collect()
}

fn fast_share(own: &Own, values: &Values) -> Result<Verdict> {
    let [bound, most] = values.numbers()?;
    let times = own.times();
    if times.is_empty() {
        return Ok(Verdict::Unjudged(NO_TIME));
    }
    let share = times.iter().filter(|time| **time < bound).count() as f64 / times.len() as f64;
    Ok(if share > most { Verdict::Excluded(table::number(share), table::number(most)) } else { Verdict::Kept })
}

fn variation(own: &Own, values: &Values) -> Result<Verdict> {
    let [least] = values.numbers()?;
    Ok(match mean_and_sd(&own.times()) {
        None => Verdict::Unjudged("fewer than two response times"),
        Some((mean, _)) if mean <= 0.0 => Verdict::Unjudged("response times are not above zero"),
        Some((mean, sd)) if sd / mean < least => Verdict::Excluded(table::number(sd / mean), table::number(least)),
        Some(_) => Verdict::Kept,
    })
}
