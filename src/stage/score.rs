//! `scores.csv` and `scores.parquet`: agreement of every model and method with people, beside ceilings and baselines.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use polars::prelude::Column;
use rayon::prelude::*;

use super::pictures::Stimuli;
use super::{Done, Progress, Run, attribute, classify, not_ready};
use crate::error::{Error, Result};
use crate::map::Map;
use crate::results::{Key, files_below};
use crate::score::{
    BASELINES, Comparison, Interval, METRICS, Metric, Options, Outcome, Points, compare, extra_blur, single_factors,
};
use crate::seed::Seed;
use crate::table::{Row, Table, number, number_or_empty};

/// Columns of `scores.csv`.
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

/// Two folders of maps, each with its index.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Human maps: `index.csv` with file, picture, observer; `region.npy` where only a part is compared.
    pub human: PathBuf,
    /// Network maps: `index.csv` in it or in folders below it, with file, picture, seed, model, method.
    pub model: PathBuf,
}

/// Makes `scores.csv` and `scores.parquet`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let human_key = classify::key(run, &stimuli)?;
    if !run.results.is_finished("classify", &human_key) {
        return Err(not_ready(run, "classify"));
    }
    let key = key(run, &stimuli)?;
    if run.results.is_finished("score", &key) {
        return Ok(Done::UpToDate);
    }
    if !attribute::is_finished(run, &stimuli)? {
        return Err(not_ready(run, "attribute"));
    }
    let settings = &run.experiment.file.score;
    let metrics: Vec<&Metric> =
        METRICS.iter().filter(|metric| settings.metrics.iter().any(|name| name == metric.name)).collect();
    let folders = Folders { human: run.results.path("human"), model: run.results.path("model") };
    let options = Options { replicates: settings.bootstrap, seed: Seed(run.experiment.file.seed).derive("score", 0) };
    let table = score_folders(&folders, &metrics, options, run.progress)?;
    let scratch = run.results.begin("score", &key)?;
    scratch.write("scores.csv", &table.to_csv()?)?;
    scratch.write("scores.parquet", &to_parquet(&table)?)?;
    run.results.finish("score", &key, scratch, &["scores.csv", "scores.parquet"])?;
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    Ok(Key::new("score")
        .with("human", classify::key(run, stimuli)?)
        .with("model", attribute::keys(run, stimuli)?)
        .with("settings", &run.experiment.file.score)
        .finish())
}

/// A human map as the index tells it.
struct HumanMap {
    unit: String,
    picture: String,
    observer: String,
    map: Map,
}

/// The human side of all comparisons.
struct People {
    maps: Vec<HumanMap>,
    region: Array2<bool>,
    blur_sd: f64,
    coordinates: String,
    simulated: bool,
    over_trials: BTreeMap<String, f64>,
}

/// A saliency map as the index tells it.
struct NetworkMap {
    picture: String,
    seed: String,
    path: PathBuf,
    blur_sd: f64,
}

/// Scores every model and method in a folder of network maps against a folder of human maps.
pub fn score_folders(
    folders: &Folders,
    metrics: &[&Metric],
    options: Options,
    progress: &dyn Progress,
) -> Result<Table> {
    let people = read_people(&folders.human)?;
    let mut groups = read_networks(&folders.model, &people)?;
    let points = Points::new(&people.region, people.blur_sd);
    let mut table = Table::new(&COLUMNS);
    let units: Vec<&str> =
        ["task", "picture"].into_iter().filter(|unit| people.maps.iter().any(|map| map.unit == *unit)).collect();
    progress.begin("comparisons", units.len() * (groups.len() + BASELINES.len()) * metrics.len());
    for unit in units {
        for ((model, method), maps) in &mut groups {
            let comparison = comparison(&people, unit, maps, &points)?;
            let place = Place { unit, model, method };
            push(&mut table, &place, &people, &points, &comparison, metrics, options, progress);
        }
        for baseline in BASELINES {
            let comparison = baseline_comparison(&people, unit, baseline, &points, options.seed)?;
            let place = Place { unit, model: "baseline", method: baseline.name };
            push(&mut table, &place, &people, &points, &comparison, metrics, options, progress);
        }
    }
    Ok(table)
}

struct Place<'a> {
    unit: &'a str,
    model: &'a str,
    method: &'a str,
}

#[allow(clippy::too_many_arguments)]
fn push(
    table: &mut Table,
    place: &Place,
    people: &People,
    points: &Points,
    comparison: &Comparison,
    metrics: &[&Metric],
    options: Options,
    progress: &dyn Progress,
) {
    let outcomes: Vec<Outcome> = metrics
        .par_iter()
        .map(|metric| {
            let outcome = compare(comparison, metric, options);
            progress.step();
            outcome
        })
        .collect();
    let left_out = comparison.left_out();
    for (metric, outcome) in metrics.iter().zip(outcomes) {
        let mut intervals = outcome.intervals;
        if metric.name == "pearson" {
            let value = people.over_trials.get(place.unit).copied();
            intervals.insert(2, Interval { quantity: "human_ceiling_trials", value, limits: None, undefined: None });
        }
        for Interval { quantity, value, limits, undefined } in intervals {
            table.push([
                place.unit.to_owned(),
                place.model.to_owned(),
                place.method.to_owned(),
                metric.name.to_owned(),
                quantity.to_owned(),
                number_or_empty(value),
                number_or_empty(limits.map(|(low, _)| low)),
                number_or_empty(limits.map(|(_, high)| high)),
                undefined.unwrap_or_default(),
                outcome.levels[0].to_string(),
                outcome.levels[1].to_string(),
                outcome.levels[2].to_string(),
                left_out[0].to_string(),
                left_out[1].to_string(),
                number(people.blur_sd),
                points.step.to_string(),
                people.coordinates.clone(),
                convention(quantity, outcome.levels),
                people.simulated.to_string(),
            ]);
        }
    }
}

/// The name of what is reported, and what the interval resamples.
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

fn read_people(folder: &Path) -> Result<People> {
    let path = folder.join("index.csv");
    let index = Table::read(&path).map_err(|error| {
        error.hint("a folder of human maps holds index.csv with the columns file, picture, observer")
    })?;
    let mut maps: Vec<HumanMap> = Vec::new();
    let (mut blur_sd, mut coordinates, mut simulated) = (0.0, "picture".to_owned(), false);
    for row in index.iter() {
        let Some(observer) = row.text("observer") else { continue };
        if row.text("kind").is_some_and(|kind| kind != "smoothed") {
            continue;
        }
        let map = read_map(&row, maps.first().map(|first| first.map.shape()))?;
        let picture = row.text("picture").unwrap_or("").to_owned();
        let unit = row.text("unit").unwrap_or(if picture.is_empty() { "task" } else { "picture" }).to_owned();
        blur_sd = row.number("blur_sd")?.unwrap_or(0.0);
        coordinates = row.text("coordinates").unwrap_or("picture").to_owned();
        simulated |= row.text("simulated") == Some("true");
        if maps.iter().any(|map| (&map.unit, &map.picture, map.observer.as_str()) == (&unit, &picture, observer)) {
            return Err(Error::invalid(format!(
                "observer {observer} has two maps of {}",
                if picture.is_empty() { "the task" } else { &picture }
            ))
            .at(row.place()));
        }
        maps.push(HumanMap { unit, picture, observer: observer.to_owned(), map });
    }
    let Some(first) = maps.first() else {
        return Err(Error::invalid("the index names no map of an observer")
            .at(path.display())
            .hint("its columns are file, picture, observer"));
    };
    let region_path = folder.join("region.npy");
    let region = if region_path.is_file() {
        let region = Map::read_npy(&region_path)?;
        if region.shape() != first.map.shape() {
            return Err(size_error(region.shape(), first.map.shape()).at(region_path.display()));
        }
        region.values().mapv(|value| value > 0.5)
    } else {
        Array2::from_elem(first.map.shape(), true)
    };
    let mut over_trials = BTreeMap::new();
    if let Ok(summary) = Table::read(&folder.join("summary.csv")) {
        for row in summary.iter().filter(|row| row.text("quantity") == Some("reliability_trials")) {
            if let (Some(unit), Some(value)) = (row.text("unit"), row.number("value")?) {
                over_trials.insert(unit.to_owned(), value);
            }
        }
    }
    Ok(People { maps, region, blur_sd, coordinates, simulated, over_trials })
}

fn read_networks(folder: &Path, people: &People) -> Result<BTreeMap<(String, String), Vec<NetworkMap>>> {
    let mut groups: BTreeMap<(String, String), Vec<NetworkMap>> = BTreeMap::new();
    for path in files_below(folder)?.iter().filter(|path| path.file_name().is_some_and(|name| name == "index.csv")) {
        for row in Table::read(path)?.iter() {
            let coordinates = row.text("coordinates").unwrap_or("picture");
            if coordinates != people.coordinates {
                return Err(Error::invalid(format!(
                    "the network's maps are in {coordinates} coordinates, and the human maps in {} coordinates",
                    people.coordinates
                ))
                .at(row.place())
                .hint("make both with the same `coordinates`"));
            }
            let key =
                (row.text("model").unwrap_or("model").to_owned(), row.text("method").unwrap_or("method").to_owned());
            groups.entry(key).or_default().push(NetworkMap {
                picture: row.needed("picture")?.to_owned(),
                seed: row.text("seed").unwrap_or("0").to_owned(),
                path: row.file("file")?,
                blur_sd: row.number("blur_sd")?.unwrap_or(0.0),
            });
        }
    }
    if groups.is_empty() {
        return Err(Error::invalid("there is no index.csv of network maps")
            .at(folder.display())
            .hint("its columns are file, picture, seed, model, method"));
    }
    Ok(groups)
}

fn read_map(row: &Row, expected: Option<(usize, usize)>) -> Result<Map> {
    let map = Map::read_npy(&row.file("file")?).map_err(|error| error.at(row.place()))?;
    match expected {
        Some(expected) if expected != map.shape() => Err(size_error(map.shape(), expected).at(row.place())),
        _ => Ok(map),
    }
}

fn size_error(found: (usize, usize), expected: (usize, usize)) -> Error {
    Error::invalid(format!(
        "a map has {} rows and {} columns, and the first has {} and {}",
        found.0, found.1, expected.0, expected.1
    ))
    .hint("resize the maps to one size first; nothing is resized silently")
}

/// Human maps of a unit, picture by picture (`pictures`) and observer by observer.
fn human_side(people: &People, unit: &str, pictures: &[&str], points: &Points) -> Vec<Vec<Option<Vec<f64>>>> {
    let of_unit: Vec<&HumanMap> = people.maps.iter().filter(|map| map.unit == unit).collect();
    let mut observers: Vec<&str> = of_unit.iter().map(|map| map.observer.as_str()).collect();
    observers.sort_unstable();
    observers.dedup();
    let wanted: &[&str] = if unit == "task" { &[""] } else { pictures };
    wanted
        .iter()
        .map(|picture| {
            observers
                .iter()
                .map(|observer| {
                    let found = of_unit
                        .iter()
                        .find(|map| map.observer == *observer && (unit == "task" || map.picture == *picture));
                    found.map(|found| points.sample(&found.map, 0.0))
                })
                .collect()
        })
        .collect()
}

/// The pictures of a unit: those that both sides have.
fn shared_pictures<'a>(people: &'a People, unit: &str, mut of_model: Vec<&'a str>) -> Result<Vec<&'a str>> {
    of_model.sort_unstable();
    of_model.dedup();
    if unit == "task" {
        return Ok(of_model);
    }
    let shared: Vec<&str> = of_model
        .iter()
        .copied()
        .filter(|picture| people.maps.iter().any(|map| map.unit == unit && map.picture == *picture))
        .collect();
    if shared.is_empty() {
        return Err(Error::invalid(format!(
            "no picture has both a human map and a saliency map; the saliency maps are of {}, ...",
            of_model.first().unwrap_or(&"nothing")
        ))
        .hint("the column picture names the same pictures in both indexes"));
    }
    Ok(shared)
}

fn comparison(people: &People, unit: &str, maps: &[NetworkMap], points: &Points) -> Result<Comparison> {
    let pictures = shared_pictures(people, unit, maps.iter().map(|map| map.picture.as_str()).collect())?;
    let mut seeds: Vec<&str> = maps.iter().map(|map| map.seed.as_str()).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let shape = people.region.dim();
    let sampled = |picture: &&str, seed: &&str| -> Result<Option<Vec<f64>>> {
        let Some(found) = maps.iter().find(|map| map.picture == *picture && map.seed == *seed) else { return Ok(None) };
        let map = Map::read_npy(&found.path)?;
        if map.shape() != shape {
            return Err(size_error(map.shape(), shape).at(found.path.display()));
        }
        Ok(Some(points.sample(&map, extra_blur(people.blur_sd, found.blur_sd))))
    };
    let model = pictures
        .par_iter()
        .map(|picture| seeds.iter().map(|seed| sampled(picture, seed)).collect::<Result<Vec<_>>>())
        .collect::<Result<Vec<_>>>()?;
    Ok(Comparison { human: human_side(people, unit, &pictures, points), model, task: unit == "task" })
}

fn baseline_comparison(
    people: &People,
    unit: &str,
    baseline: &crate::score::Baseline,
    points: &Points,
    seed: Seed,
) -> Result<Comparison> {
    let mut pictures: Vec<&str> =
        people.maps.iter().filter(|map| map.unit == unit).map(|map| map.picture.as_str()).collect();
    pictures.sort_unstable();
    pictures.dedup();
    let model = (0..pictures.len())
        .map(|at| {
            (0..baseline.instances)
                .map(|instance| {
                    let seed = seed.derive(baseline.name, (at * 1000 + instance) as u64);
                    let map = Map::from_f64(&(baseline.make)(people.region.dim(), people.blur_sd, seed))?;
                    Ok(Some(points.sample(&map, 0.0)))
                })
                .collect::<Result<Vec<_>>>()
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Comparison { human: human_side(people, unit, &pictures, points), model, task: unit == "task" })
}

fn to_parquet(table: &Table) -> Result<Vec<u8>> {
    let numeric = [
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
    let columns = table
        .columns
        .iter()
        .map(|name| {
            let cells = table.iter().map(|row| row.text(name));
            if numeric.contains(&name.as_str()) {
                Column::new(
                    name.into(),
                    cells.map(|cell| cell.and_then(|text| text.parse::<f64>().ok())).collect::<Vec<_>>(),
                )
            } else {
                Column::new(name.into(), cells.collect::<Vec<_>>())
            }
        })
        .collect();
    crate::trials::to_parquet(table.rows.len(), columns)
}
