//! The table of scores: every unit, model, method, metric and quantity is a row.

use rayon::prelude::*;

use super::baselines::BASELINES;
use super::compare::{Interval, Options, Outcome, chance, compare, single_factors};
use super::metrics::Metric;
use super::missing::Missing;
use super::preparation::{Blur, Preparation};
use super::read::{Folders, People, read_networks, read_people};
use super::sides::{Lined, Sampling, baseline_comparison, comparison};
use crate::error::Result;
use crate::progress::Progress;
use crate::table::{Table, number, number_or_empty};

/// Columns of `scores.csv`, and whether each holds numbers; the first nine say what was found, the others how.
const COLUMNS: [(&str, bool); 26] = [
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
    ("blur", false),
    ("edge", false),
    ("sign", false),
    ("human_sign", false),
    ("resample", false),
    ("channels", false),
    ("mask", false),
];

/// The columns of `scores.csv` that hold numbers.
pub fn numeric_columns() -> Vec<&'static str> {
    COLUMNS.iter().filter(|(_, numeric)| *numeric).map(|(name, _)| *name).collect()
}

/// One model and method in one unit, with one blur.
struct Entry<'a> {
    unit: &'static str,
    model: String,
    method: String,
    lined: Lined,
    by_chance: bool,
    sampling: &'a Sampling,
}

/// What scoring makes.
pub struct Scored {
    /// A row for each unit, model, method, metric, blur and quantity.
    pub scores: Table,
    /// Maps without a partner, holes and constant maps, with the reason.
    pub missing: Table,
}

impl Scored {
    /// The scores with the main blur (and baselines), and those of a sweep.
    pub fn by_blur(&self, preparation: &Preparation) -> (Table, Table) {
        let main = preparation.blurs.first().map(Blur::to_string).unwrap_or_default();
        let mut parts = [(); 2].map(|()| Table::new(&COLUMNS.map(|(name, _)| name)));
        for row in self.scores.iter() {
            let swept = row.text("blur").is_some_and(|blur| blur != main);
            parts[usize::from(swept)].push(row.cells().to_vec());
        }
        let [main, sweep] = parts;
        (main, sweep)
    }
}

/// Scores every model and method in a folder of network maps against a folder of human maps.
pub fn score_folders(
    folders: &Folders,
    metrics: &[&Metric],
    preparation: &Preparation,
    options: Options,
    progress: &dyn Progress,
) -> Result<Scored> {
    let people = read_people(folders, preparation)?;
    let samplings: Vec<Sampling> =
        preparation.blurs.iter().map(|blur| Sampling::new(&people, preparation, *blur)).collect::<Result<_>>()?;
    let mut missing = Missing::new();
    let entries = entries(&people, folders, preparation, &samplings, options, &mut missing)?;
    if people.blur_sd == 0.0 && preparation.blurs.first() == Some(&Blur::Matched) {
        progress.note(
            "the blur of the human maps is not told (column blur_sd, or --aperture-sd), so that the maps of networks \
             keep their own",
        );
    }
    if entries.iter().any(|entry| entry.unit == "picture" && entry.lined.pictures.len() == 1) {
        progress.warn("there is one picture: how scores vary between pictures is unknown, and no interval covers it");
    }
    if !missing.table.rows.is_empty() {
        progress.warn(&format!(
            "{} maps have no partner or are constant, and are left out; each is listed with the reason",
            missing.table.rows.len()
        ));
    }
    progress.begin("comparisons", entries.len() * metrics.len());
    let pairs: Vec<(&Entry, &Metric)> =
        entries.iter().flat_map(|entry| metrics.iter().map(move |metric| (entry, *metric))).collect();
    let outcomes: Vec<Outcome> = pairs
        .par_iter()
        .map(|(entry, metric)| {
            let outcome = if entry.by_chance {
                chance(&entry.lined.comparison, metric)
            } else {
                compare(&entry.lined.comparison, metric, options)
            };
            progress.step();
            outcome
        })
        .collect();
    let mut scores = Table::new(&COLUMNS.map(|(name, _)| name));
    for ((entry, metric), outcome) in pairs.into_iter().zip(outcomes) {
        push(&mut scores, entry, metric, outcome, &people, preparation);
    }
    Ok(Scored { scores, missing: missing.table })
}

fn entries<'a>(
    people: &People,
    folders: &Folders,
    preparation: &Preparation,
    samplings: &'a [Sampling],
    options: Options,
    missing: &mut Missing,
) -> Result<Vec<Entry<'a>>> {
    let groups = read_networks(folders, people)?;
    let mut entries = Vec::new();
    for unit in ["task", "picture"].into_iter().filter(|unit| people.maps.iter().any(|map| map.unit == *unit)) {
        for (at, sampling) in samplings.iter().enumerate() {
            for ((model, method), maps) in &groups {
                let lined = comparison(people, unit, maps, preparation, sampling)?;
                if at == 0 {
                    missing.network(unit, (model, method), people, maps, &lined);
                }
                let (model, method) = (model.clone(), method.clone());
                entries.push(Entry { unit, model, method, lined, by_chance: false, sampling });
            }
        }
        // Baselines have the blur of the human maps by construction, whatever the networks' maps have.
        let Some(sampling) = samplings.first() else { continue };
        for (at, baseline) in BASELINES.iter().enumerate() {
            let lined = baseline_comparison(people, unit, baseline, &sampling.points, options.seed)?;
            if at == 0 {
                missing.people(unit, &lined);
            }
            let (model, method) = ("baseline".to_owned(), baseline.name.to_owned());
            entries.push(Entry { unit, model, method, lined, by_chance: baseline.instances > 1, sampling });
        }
    }
    Ok(entries)
}

fn push(
    table: &mut Table,
    entry: &Entry,
    metric: &Metric,
    outcome: Outcome,
    people: &People,
    preparation: &Preparation,
) {
    let [pictures, observers, seeds] = outcome.levels.map(|levels| levels.to_string());
    let [human, model] = entry.lined.comparison.left_out().map(|count| count.to_string());
    let baseline = entry.model == "baseline";
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
            number(if baseline { people.blur_sd } else { entry.sampling.wanted }),
            entry.sampling.points.step.to_string(),
            people.coordinates.clone(),
            convention(quantity, entry, outcome.levels),
            people.simulated.to_string(),
            if baseline { String::new() } else { entry.sampling.blur.to_string() },
            preparation.edge.0.to_owned(),
            if baseline { String::new() } else { preparation.sign.0.to_owned() },
            preparation.human_sign.0.to_owned(),
            preparation.resample.0.to_owned(),
            preparation.reading.channels.clone().unwrap_or_default(),
            people.mask.clone(),
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
