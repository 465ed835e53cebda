//! The table of scores: every unit, model, method, metric and quantity is a row.

use rayon::prelude::*;

use super::agreement::Comparison;
use super::baselines::BASELINES;
use super::compare::{Interval, Options, Outcome, chance, compare, single_factors};
use super::metrics::Metric;
use super::prepare::Points;
use super::read::{Folders, People, read_networks, read_people};
use super::sides::{baseline_comparison, comparison};
use crate::error::Result;
use crate::progress::Progress;
use crate::table::{Table, number, number_or_empty};

/// Columns of `scores.csv`, and whether each holds numbers; the first nine say what was found, the others how.
const COLUMNS: [(&str, bool); 19] = [
    ("unit", false),
    ("model", false),
    ("method", false),
    ("metric", false),
    ("quantity", false),
    ("value", true),
    ("low", true),
    ("high", true),
    ("undefined", false),
    ("pictures", true),
    ("observers", true),
    ("seeds", true),
    ("left_out_human", true),
    ("left_out_model", true),
    ("blur_sd", true),
    ("step_px", true),
    ("coordinates", false),
    ("convention", false),
    ("simulated", false),
];

/// The columns of `scores.csv` that hold numbers.
pub fn numeric_columns() -> Vec<&'static str> {
    COLUMNS.iter().filter(|(_, numeric)| *numeric).map(|(name, _)| *name).collect()
}

/// One model and method in one unit.
struct Entry {
    unit: &'static str,
    model: String,
    method: String,
    comparison: Comparison,
    by_chance: bool,
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
            let outcome = if entry.by_chance {
                chance(&entry.comparison, metric)
            } else {
                compare(&entry.comparison, metric, options)
            };
            progress.step();
            outcome
        })
        .collect();
    let mut table = Table::new(&COLUMNS.map(|(name, _)| name));
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
            entries.push(Entry { unit, model: model.clone(), method: method.clone(), comparison, by_chance: false });
        }
        for baseline in BASELINES {
            let comparison = baseline_comparison(people, unit, baseline, points, options.seed)?;
            let (model, method) = ("baseline".to_owned(), baseline.name.to_owned());
            entries.push(Entry { unit, model, method, comparison, by_chance: baseline.instances > 1 });
        }
    }
    Ok(entries)
}

fn push(table: &mut Table, entry: &Entry, metric: &Metric, outcome: Outcome, people: &People, points: &Points) {
    let [pictures, observers, seeds] = outcome.levels.map(|levels| levels.to_string());
    let [human, model] = entry.comparison.left_out().map(|count| count.to_string());
    let mut intervals = outcome.intervals;
    if metric.name == "pearson" && !entry.by_chance {
        let value = people.over_trials.get(entry.unit).copied();
        let why =
            if value.is_some() { "no interval: a closed form" } else { "undefined, because trials are not known" };
        let undefined = Some(why.to_owned());
        intervals.insert(2, Interval { quantity: "human_ceiling_trials", value, limits: None, undefined });
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
            convention(quantity, entry, outcome.levels),
            people.simulated.to_string(),
        ]);
    }
}

/// The name of what is reported, and what its interval resamples or cannot resample.
fn convention(quantity: &str, entry: &Entry, levels: [usize; 3]) -> String {
    let mut what = match quantity {
        "raw" if entry.by_chance => {
            return "r of unrelated maps with the mean map of the observers: 95 % of them".to_owned();
        }
        "raw" => "r with the mean map of the observers",
        "human_ceiling" => "reliability of the mean map (all splits of observers)",
        "human_ceiling_trials" => return "reliability of the group map (all splits of trials)".to_owned(),
        "seed_ceiling" => "mean r between two seeds",
        "ratio" => "r/sqrt(c), human noise removed",
        "ratio_both" => "r/sqrt(c c), human and seed noise removed",
        _ => "mean r between two observers",
    }
    .to_owned();
    if entry.unit == "task" {
        what += "; pictures resampled for the network only";
    }
    match single_factors(levels)[..] {
        [] => what,
        ref single => format!("{what}; conditional on one {}", single.join(" and one ")),
    }
}
