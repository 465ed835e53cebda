//! The table of scores: every unit, model, method, metric and quantity is a row.

use rayon::prelude::*;

use super::agreement::Comparison;
use super::baselines::BASELINES;
use super::compare::{Interval, Options, Outcome, compare, single_factors};
use super::metrics::Metric;
use super::prepare::Points;
use super::read::{Folders, People, read_networks, read_people};
use super::sides::{baseline_comparison, comparison};
use crate::error::Result;
use crate::progress::Progress;
use crate::table::{Table, number, number_or_empty};

/// Columns of `scores.csv`; the first nine say what was found, the others how.
const COLUMNS: [&str; 19] = [
    "unit",
    "model",
    "method",
    "metric",
    "quantity",
    "value",
    "low",
    "high",
    "undefined",
    "pictures",
    "observers",
    "seeds",
    "left_out_human",
    "left_out_model",
    "blur_sd",
    "step_px",
    "coordinates",
    "convention",
    "simulated",
];

/// The columns of `scores.csv` that hold numbers.
pub const NUMERIC: &[&str] = &[
    "value",
    "low",
    "high",
    "pictures",
    "observers",
    "seeds",
    "left_out_human",
    "left_out_model",
    "blur_sd",
    "step_px",
];

/// One model and method in one unit.
struct Entry {
    unit: &'static str,
    model: String,
    method: String,
    comparison: Comparison,
}

/// Scores every model and method in a folder of network maps against a folder of human maps.
pub fn score_folders(
    folders: &Folders,
    metrics: &[&Metric],
    options: Options,
    progress: &dyn Progress,
) -> Result<Table> {
    let people = read_people(&folders.human)?;
    let points = Points::new(&people.region, people.blur_sd);
    let entries = entries(&people, folders, &points, options)?;
    progress.begin("comparisons", entries.len() * metrics.len());
    let pairs: Vec<(&Entry, &Metric)> =
        entries.iter().flat_map(|entry| metrics.iter().map(move |metric| (entry, *metric))).collect();
    let outcomes: Vec<Outcome> = pairs
        .par_iter()
        .map(|(entry, metric)| {
            let outcome = compare(&entry.comparison, metric, options);
            progress.step();
            outcome
        })
        .collect();
    let mut table = Table::new(&COLUMNS);
    for ((entry, metric), outcome) in pairs.into_iter().zip(outcomes) {
        push(&mut table, entry, metric, outcome, &people, &points);
    }
    Ok(table)
}

fn entries(people: &People, folders: &Folders, points: &Points, options: Options) -> Result<Vec<Entry>> {
    let groups = read_networks(&folders.model, people)?;
    let mut entries = Vec::new();
    for unit in ["task", "picture"].into_iter().filter(|unit| people.maps.iter().any(|map| map.unit == *unit)) {
        for ((model, method), maps) in &groups {
            let comparison = comparison(people, unit, maps, points)?;
            entries.push(Entry { unit, model: model.clone(), method: method.clone(), comparison });
        }
        for baseline in BASELINES {
            let comparison = baseline_comparison(people, unit, baseline, points, options.seed)?;
            entries.push(Entry { unit, model: "baseline".to_owned(), method: baseline.name.to_owned(), comparison });
        }
    }
    Ok(entries)
}

fn push(table: &mut Table, entry: &Entry, metric: &Metric, outcome: Outcome, people: &People, points: &Points) {
    let [pictures, observers, seeds] = outcome.levels.map(|levels| levels.to_string());
    let [human, model] = entry.comparison.left_out().map(|count| count.to_string());
    let mut intervals = outcome.intervals;
    if metric.name == "pearson" {
        let value = people.over_trials.get(entry.unit).copied();
        intervals.insert(2, Interval { quantity: "human_ceiling_trials", value, limits: None, undefined: None });
    }
    for Interval { quantity, value, limits, undefined } in intervals {
        table.push([
            entry.unit.to_owned(),
            entry.model.clone(),
            entry.method.clone(),
            metric.name.to_owned(),
            quantity.to_owned(),
            number_or_empty(value),
            number_or_empty(limits.map(|(low, _)| low)),
            number_or_empty(limits.map(|(_, high)| high)),
            undefined.unwrap_or_default(),
            pictures.clone(),
            observers.clone(),
            seeds.clone(),
            human.clone(),
            model.clone(),
            number(people.blur_sd),
            points.step.to_string(),
            people.coordinates.clone(),
            convention(quantity, outcome.levels),
            people.simulated.to_string(),
        ]);
    }
}

/// The name of what is reported, and what its interval cannot resample.
fn convention(quantity: &str, levels: [usize; 3]) -> String {
    let what = match quantity {
        "raw" => "r with the mean map of the observers",
        "human_ceiling" => "reliability of the mean map (all splits of observers)",
        "human_ceiling_trials" => "reliability of the group map (all splits of trials)",
        "seed_ceiling" => "mean r between two seeds",
        "ratio" => "r/sqrt(c), human noise removed",
        "ratio_both" => "r/sqrt(c c), human and seed noise removed",
        _ => "mean r between two observers",
    };
    match single_factors(levels)[..] {
        [] => what.to_owned(),
        ref single => format!("{what}; conditional on one {}", single.join(" and one ")),
    }
}
