//! What the figure of a plan shows.

use crate::plan::{Answer, Estimate, Rung, Setting, Share, Source, power, reliability};
use crate::report::{Panel, Planned, Series};

/// Every source with its two panels.
pub fn sources(setting: &Setting, answers: &[Answer]) -> Vec<Planned> {
    answers.iter().map(|answer| source(setting, answer)).collect()
}

fn source(setting: &Setting, answer: &Answer) -> Planned {
    let title = match answer.source {
        Source::Correlation => "From a correlation: one diagnostic pixel (simulated maps)",
        Source::Template => "SIMULATED observers with a known template",
        Source::Pilot => "From the pilot: place chosen in one half, experiments drawn from the other",
    };
    Planned { title: title.to_owned(), panels: [of_power(setting, answer), of_reliability(setting, answer)] }
}

fn of_power(setting: &Setting, answer: &Answer) -> Panel {
    let measured = answer.rungs.last().map_or(0, |rung| rung.trials) as f64;
    let needed = answer.needed.formula.value;
    let end = measured.max(1.1 * needed.unwrap_or(0.0)).max(100.0);
    let line = |correlation: Option<f64>| {
        correlation.map(|correlation| curve(end, |trials| power(correlation, answer.criterion.pixel, trials)))
    };
    let points = |of: fn(&Rung) -> Share| {
        let point = |rung: &Rung| (rung.trials as f64, of(rung).value, of(rung).lower, of(rung).upper);
        answer.rungs.iter().map(point).collect()
    };
    Panel {
        quantity: "power: probability of finding what is there",
        formula: "formula, at the peak",
        line: line(answer.correlation.value).unwrap_or_default(),
        limits: limits(answer.correlation, line),
        series: vec![
            Series { label: "at the peak", points: points(|rung| rung.peak) },
            Series { label: "pixel test", points: points(|rung| rung.pixel) },
            Series { label: "cluster test", points: points(|rung| rung.cluster) },
        ],
        wanted: setting.power,
        needed,
    }
}

fn of_reliability(setting: &Setting, answer: &Answer) -> Panel {
    let measured = answer.agreement.last().map_or(0.0, |one| one.trials);
    let needed = answer.needed.reliability.value;
    let end = measured.max(1.1 * needed.unwrap_or(0.0)).max(100.0);
    let line = |half: Option<f64>| half.map(|half| curve(end, |trials| reliability(half, trials)));
    let point = |one: &crate::plan::Agreement| {
        let Estimate { value, lower, upper } = one.measured;
        let value = value?;
        Some((one.trials, value, lower.unwrap_or(value), upper.unwrap_or(value)))
    };
    let label = match answer.source {
        Source::Pilot => "halves of the pilot",
        _ => "two simulated experiments",
    };
    Panel {
        quantity: "reliability: correlation with the map of another such experiment",
        formula: "n / (n + n0)",
        line: line(answer.half.value).unwrap_or_default(),
        limits: limits(answer.half, line),
        series: vec![Series { label, points: answer.agreement.iter().filter_map(point).collect() }],
        wanted: setting.reliability,
        needed,
    }
}

fn limits(estimate: Estimate, line: impl Fn(Option<f64>) -> Option<Vec<(f64, f64)>>) -> Vec<Vec<(f64, f64)>> {
    [line(estimate.lower), line(estimate.upper)].into_iter().flatten().collect()
}

fn curve(end: f64, value: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    (0..=200).map(|at| end * f64::from(at) / 200.0).map(|trials| (trials, value(trials))).collect()
}
