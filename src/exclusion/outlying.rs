//! Response times far from the observer's own. Three fences are in use; all three take times in ms as they are.
//!
//! sd: outside mean ± k sd (n - 1). Tukey: outside quartiles ± k interquartile ranges, quartiles by Hazen's (k - ½) / n, as
//! MATLAB's. mean: above k means.

use super::own::mean_and_sd;
use super::time::each;
use super::{Judge, Own, Rule, Verdict};
use crate::error::Result;
use crate::parameter::{Values, number};
use crate::table;
use crate::trials::Trial;

pub(super) const SD: Rule = Rule {
    name: "outlying_sd",
    description: "trials whose response time lies outside the observer's mean ± standard deviations",
    source: "practice; Faghel-Soubeyrand, Dupuis-Roy & Gosselin 2019 compare it",
    parameters: &[number("factor", "standard deviations on either side", 2.0, 0.5..=20.0)],
    judge: Judge::Trials(sd),
};

pub(super) const TUKEY: Rule = Rule {
    name: "outlying_tukey",
    description: "trials whose response time lies outside the observer's quartiles ± interquartile ranges",
    source: "Tukey 1977, Exploratory Data Analysis",
    parameters: &[number("factor", "interquartile ranges beyond the quartiles", 1.5, 0.1..=20.0)],
    judge: Judge::Trials(tukey),
};

pub(super) const MEAN: Rule = Rule {
    name: "outlying_mean",
    description: "trials whose response time is above a multiple of the observer's mean",
    source: "Wise & Ma 2012",
    parameters: &[number("factor", "how many means", 1.9, 1.0..=100.0)],
    judge: Judge::Trials(mean),
};

fn sd(own: &Own, values: &Values) -> Result<Vec<Verdict>> {
    let [factor] = values.numbers()?;
    Ok(match mean_and_sd(&own.times()) {
        Some((mean, sd)) => between(own, mean - factor * sd, mean + factor * sd),
        None => unjudged(own),
    })
}

fn tukey(own: &Own, values: &Values) -> Result<Vec<Verdict>> {
    let [factor] = values.numbers()?;
    let mut times = own.times();
    times.sort_unstable_by(f64::total_cmp);
    Ok(match hazen(&times, 0.25).zip(hazen(&times, 0.75)) {
        Some((first, third)) => between(own, first - factor * (third - first), third + factor * (third - first)),
        None => unjudged(own),
    })
}

fn mean(own: &Own, values: &Values) -> Result<Vec<Verdict>> {
    let [factor] = values.numbers()?;
    Ok(match mean_and_sd(&own.times()) {
        Some((mean, _)) => each(own, factor * mean, |time| time > factor * mean),
        None => unjudged(own),
    })
}

/// A verdict a trial: excluded outside the fences, the nearer of which is told.
fn between(own: &Own, low: f64, high: f64) -> Vec<Verdict> {
    let verdict = |trial: &&Trial| match trial.response_time {
        None => Verdict::Unjudged("no response time"),
        Some(time) if time < low => Verdict::Excluded(table::number(time), table::number(low)),
        Some(time) if time > high => Verdict::Excluded(table::number(time), table::number(high)),
        Some(_) => Verdict::Kept,
    };
    own.main.iter().map(verdict).collect()
}

fn unjudged(own: &Own) -> Vec<Verdict> {
    vec![Verdict::Unjudged("fewer than two response times"); own.main.len()]
}

/// Quantile of sorted values by the plotting positions (k - ½) / n; `None` for fewer than two.
fn hazen(sorted: &[f64], probability: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1).filter(|last| *last > 0)?;
    let position = (probability * sorted.len() as f64 - 0.5).clamp(0.0, last as f64);
    let (below, above) = (sorted.get(position.floor() as usize)?, sorted.get(position.ceil() as usize)?);
    Some(below + (position - position.floor()) * (above - below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_matlab() {
        // MATLAB: quantile([2 4 8 16 32 64], [.25 .75]) gives 4 and 32.
        let values = [2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        assert_eq!((hazen(&values, 0.25), hazen(&values, 0.75)), (Some(4.0), Some(32.0)));
        // quantile([1 2 3 4], [.25 .4]) gives 1.5 and 2.1; type 7 would give 1.75 and 2.2.
        assert_eq!(hazen(&[1.0, 2.0, 3.0, 4.0], 0.25), Some(1.5));
        assert!((hazen(&[1.0, 2.0, 3.0, 4.0], 0.4).unwrap() - 2.1).abs() < 1e-12);
        assert_eq!(hazen(&[1.0], 0.5), None);
    }
}
