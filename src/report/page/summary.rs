//! The answer in a few plain sentences.

use crate::experiment::Unit;
use crate::metric::{Chance, Metric};
use crate::report::data::{Data, Score};
use crate::report::escape::escape;
use crate::report::number::{count, interval, p_value, percent, plural, short, two};

/// A verdict needs an interval beyond 0 and a corrected p below this, as one of `compare` does.
const SIGNIFICANT: f64 = 0.05;

/// The section at the head of the page.
pub(super) fn section(data: &Data) -> String {
    let mut paragraphs = vec![people(data)];
    paragraphs.extend(data.material.file.compare.iter().filter_map(|unit| agreement(data, *unit)));
    if data.scores.is_empty() {
        let why = match data.material.file.model.is_empty() {
            true => "There is no network in this experiment, so nothing is compared with people.",
            false => "There are no scores (scores.csv is missing), so nothing is compared with people.",
        };
        paragraphs.push(why.to_owned());
    }
    let paragraphs: String = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!("<section class=\"summary\" id=\"summary\">\n{paragraphs}</section>\n")
}

fn people(data: &Data) -> String {
    let people = &data.people;
    let kind = if super::is_simulated(data) { "simulated observer" } else { "observer" };
    let trials: f64 = people.answering().map(|observer| observer.trials).sum();
    let mut text = match &data.material.file.human {
        Some(human) => super::looked::sentence(data, human),
        None => format!("{} answered {} trials.", plural(people.answering().count(), kind), count(trials)),
    };
    let silent = people.silent().count();
    if silent > 0 && data.material.file.human.is_none() {
        text += &format!(" {} gave no answer that could be used.", plural(silent, kind));
    }
    let value = |quantity: &str| people.value("task", "", quantity);
    if let (Some(z), Some(threshold)) = (value("maximum_z"), value("threshold_permutation")) {
        let share = value("share_above_permutation").unwrap_or(0.0);
        if z > threshold {
            text += &format!(
                " Their map of the task passes the permutation threshold (z = {}) in {} of the pixels and peaks at z = {}.",
                short(threshold),
                percent(share),
                short(z)
            );
        } else {
            text += &format!(
                " Their map of the task does not pass the permutation threshold anywhere (peak z = {}, threshold {}), so what \
                 follows compares networks with what may be noise.",
                short(z),
                short(threshold)
            );
        }
    }
    let reliability = |unit: Unit| people.value(unit.name(), "", "reliability_observers").map(|r| (unit, r));
    let known: Vec<String> = data
        .material
        .file
        .compare
        .iter()
        .filter_map(|unit| reliability(*unit))
        .map(|(unit, r)| format!("{} for {}", two(r), what(unit)))
        .collect();
    if !known.is_empty() {
        text += &format!(" The reliability of the mean map over observers is {}.", known.join(" and "));
    }
    text
}

fn what(unit: Unit) -> &'static str {
    match unit {
        Unit::Task => "the map of the task",
        Unit::Picture => "maps of single pictures",
    }
}

/// The best model and method, against the ceiling, the rest and the baselines.
fn agreement(data: &Data, unit: Unit) -> Option<String> {
    let metric = &data.scores.iter().find(|score| score.unit == unit.name())?.metric;
    let of_unit = || data.scores.iter().filter(|score| score.unit == unit.name() && score.metric == *metric);
    let with_value = |baselines: bool| {
        let mut scores: Vec<(f64, &Score)> = of_unit()
            .filter(|score| score.is_baseline() == baselines)
            .filter_map(|score| Some((score.quantity("raw").value?, score)))
            .collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        scores
    };
    let (networks, mut baselines) = (with_value(false), with_value(true));
    let heading = match unit {
        Unit::Task => "Task (one map for all pictures)",
        Unit::Picture => "Single pictures (a map for each)",
    };
    let Some(&(value, best)) = networks.first() else {
        return Some(format!(
            "<strong>{heading}.</strong> No score has a value; the reasons stand below the table of scores."
        ));
    };
    baselines.retain(|(_, baseline)| baseline.is_baseline_of(best));
    let limits = best.quantity("raw").limits;
    let with_limits = |value: f64, limits: Option<(f64, f64)>| match limits {
        Some(limits) => format!("{} {}", two(value), interval(limits)),
        None => two(value),
    };
    let mut text = format!(
        "<strong>{heading}.</strong> Of {}, <strong>{}</strong>, agrees best with people: {} ({}, 95 % interval){}.",
        plural(networks.len(), "pair").replace("pairs", "pairs of model and method"),
        name(best),
        with_limits(value, limits),
        escape(metric),
        ceiling(best)
    );
    if let Some((low, _)) = limits {
        let chance =
            Metric::named(metric).map_or(0.0, |row| if let Chance::Value(chance) = row.chance { chance } else { 0.0 });
        if low <= chance {
            text += &format!(" Its interval includes what chance gives ({chance}).");
        }
        let rivals =
            networks.iter().skip(1).filter(|(_, s)| s.quantity("raw").limits.is_some_and(|(_, high)| high >= low));
        let rivals = rivals.count();
        if rivals > 0 {
            let others = networks.len() - 1;
            let who = if rivals == others {
                format!("All {others} others")
            } else {
                format!("{rivals} of the {others} others")
            };
            text += &format!(" {who} have intervals that overlap with it, so do not read a winner from this order.");
        }
    }
    text += &against_baselines(value, best, &networks, &baselines);
    Some(text)
}

fn name(score: &Score) -> String {
    format!("{}, explained by {}", escape(&score.model), escape(&score.method))
}

fn ceiling(best: &Score) -> String {
    let ratio = best.quantity("ratio");
    match (best.human_root(), ratio.value) {
        (Some((root, _)), Some(value)) => format!(
            ", {} of the human ceiling (√reliability = {}{})",
            two(value),
            two(root),
            ratio.limits.map(|limits| format!("; interval of the ratio {}", interval(limits))).unwrap_or_default()
        ),
        _ => format!(
            "; what this is relative to the human ceiling is {}",
            escape(&ratio.undefined.unwrap_or_else(|| "undefined".to_owned()))
        ),
    }
}

fn against_baselines(value: f64, best: &Score, networks: &[(f64, &Score)], baselines: &[(f64, &Score)]) -> String {
    let Some(&(baseline, of)) = baselines.first() else { return " No baseline was scored.".to_owned() };
    let limits_of = of.quantity("raw").limits;
    let shown = format!("{}{}", two(baseline), limits_of.map(|l| format!(" {}", interval(l))).unwrap_or_default());
    let method = escape(&of.method);
    let not_above = networks.iter().filter(|(raw, _)| *raw <= baseline).count();
    let over = best.quantity("over_baseline");
    // The best of several pairs was chosen by its value, so its own interval alone says too much.
    let corrected = over.adjusted.map_or("without a corrected p".to_owned(), |p| {
        format!("{}, corrected over all models and methods (Holm)", p_value(p))
    });
    let difference = match (over.value, over.limits) {
        (Some(value), Some(limits)) => {
            format!("the difference on the same resamples is {} {}, {corrected}", two(value), interval(limits))
        }
        _ => "the difference has no interval".to_owned(),
    };
    let beyond = over.limits.is_some_and(|(low, _)| low > 0.0) && over.adjusted.is_some_and(|p| p < SIGNIFICANT);
    let blind = of.is_of_no_network();
    let what = if blind { "A baseline that knows no network" } else { "Its own counterpart" };
    let mut text = if baseline >= value {
        format!(" <strong>{what} does at least as well: {method}, {shown}.</strong>")
    } else if !beyond {
        format!(
            " <strong>{what} comes close: {method}, {shown}; {difference}, so this agreement need not come from what the network \
             learned to look at.</strong>"
        )
    } else {
        format!(" No baseline does as well; the best of them, {method}, reaches {shown}; {difference}.")
    };
    if blind && not_above > 0 && baseline < value {
        text += &format!(" {} of the {} pairs do not exceed that baseline.", not_above, networks.len());
    }
    text
}
