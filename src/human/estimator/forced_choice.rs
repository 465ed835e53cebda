//! Additive noise, a choice between a picture with the noise and one with its negative:
//!   CI = mean over patterns of (mean response to the pattern · its noise),   responses 1 and -1,
//! so that a pattern that was shown often counts once (Dotsch & Todorov 2012; the package rcicr, `generateCI`). Responses of 0
//! and 1, as right and wrong are, stand for -1 and 1. Minus the map is the one of what was not chosen.
//!
//! With `average = "participants"` it is the mean over participants of the mean over their trials of response · noise, as
//! rcicr makes it where `participants` is given: then every participant counts the same, however many trials they have.

use std::collections::BTreeMap;

use super::{Estimate, Estimator, Sample, Takes, inside};
use crate::error::{Error, Result};
use crate::noise::parted;
use crate::parameter::{Values, choice};
use crate::seed::Seed;
use crate::trials::Trial;

/// Codes that a message names.
const SHOWN: usize = 6;

/// The row of the table of estimators.
pub(super) const ESTIMATOR: Estimator = Estimator {
    name: "noise_forced_choice",
    description: "mean of the noise chosen, of pictures with noise and with its negative; each pattern counts once",
    source: "Dotsch & Todorov 2012, Social Psychological and Personality Science 3:562",
    parameters: &[choice(
        "average",
        "what counts the same: each pattern, over all trials together, or each participant",
        &["patterns", "participants"],
    )],
    takes: Takes::Noise,
    binary: false,
    linear: false,
    standardised: true,
    smoothed: true,
    estimate,
};

fn estimate(sample: &Sample, values: &Values, _: Seed) -> Result<Estimate> {
    let halves = coded(sample)?;
    let weights = choice_weights(sample, values);
    let places: BTreeMap<&str, usize> =
        sample.responses.iter().enumerate().map(|(at, one)| (one.observer.as_str(), at)).collect();
    let map = sample.sum(sample.frame, |one, at| {
        let response = if halves { 2.0 * one.values[at] - 1.0 } else { one.values[at] };
        let own = places.get(one.observer.as_str()).and_then(|&place| weights.get(place)?.get(at));
        response * own.copied().unwrap_or(0.0)
    });
    Ok(Estimate::new(inside(map, &sample.frame.region)))
}

/// The weight of every trial of every observer, before its response.
pub fn choice_weights(sample: &Sample, values: &Values) -> Vec<Vec<f64>> {
    let participants = sample.responses.len().max(1) as f64;
    if values.words().is_ok_and(|[average]| average == "participants") {
        let of = |count: usize| vec![1.0 / (count as f64 * participants); count];
        return sample.responses.iter().map(|one| of(one.rows.len())).collect();
    }
    let mut shown: BTreeMap<&str, f64> = BTreeMap::new();
    sample.answered().for_each(|(trial, _)| *shown.entry(pattern(trial)).or_default() += 1.0);
    let patterns = shown.len().max(1) as f64;
    let times = |row: &usize| sample.trials.get(*row).and_then(|trial| shown.get(pattern(trial))).copied();
    let weight = |row: &usize| 1.0 / (times(row).unwrap_or(1.0) * patterns);
    sample.responses.iter().map(|one| one.rows.iter().map(weight).collect()).collect()
}

/// The pattern of a trial, whether it was shown as it is or inverted.
fn pattern(trial: &Trial) -> &str {
    parted(trial.noise()).0
}

/// True where responses are 0 and 1 rather than -1 and 1; any others, or both at once, are another coding.
fn coded(sample: &Sample) -> Result<bool> {
    let mut codes: BTreeMap<i64, usize> = BTreeMap::new();
    let mut others = 0;
    for (_, value) in sample.answered() {
        // Codes are whole numbers, and few.
        if value.fract() == 0.0 && value.abs() < 1e6 {
            *codes.entry(value as i64).or_default() += 1;
        } else {
            others += 1;
        }
    }
    let among = |allowed: [i64; 2]| others == 0 && codes.keys().all(|code| allowed.contains(code));
    if among([0, 1]) || among([-1, 1]) {
        return Ok(among([0, 1]));
    }
    let mut found: Vec<String> =
        codes.iter().take(SHOWN).map(|(code, count)| format!("{code} ({count} trials)")).collect();
    if others > 0 || codes.len() > SHOWN {
        found.push("others".to_owned());
    }
    let codes: Vec<String> = codes.keys().take(2).map(i64::to_string).collect();
    let example = match &codes[..] {
        [one, two] => format!("{one:?} = 1 and {two:?} = -1, whichever stands for the picture with the noise"),
        _ => "\"1\" = 1 and \"2\" = -1".to_owned(),
    };
    Err(Error::invalid(format!(
        "responses of noise_forced_choice are 1 and -1 (or 0 and 1), and these are {}",
        found.join(" and ")
    ))
    .hint(format!("say what the codes stand for: [import.responses] {example}")))
}
