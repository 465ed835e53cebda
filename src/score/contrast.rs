//! `compare`: whether two methods, two models or two groups of observers differ in their agreement.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::compare::Options;
use super::corrected::corrected;
use super::difference::{Difference, Side, differences};
use super::preparation::{Blur, Preparation};
use super::read::{Folders, Groups, NetworkMap, People, read_networks, read_people, size_error};
use super::sides::{Lined, Sampling, common, comparison};
use super::verdict::{COLUMNS, push, sentence};
use crate::error::{Error, Result, one_of};
use crate::metric::{METRICS, Metric};
use crate::progress::Progress;
use crate::table::Table;

/// What is compared.
#[derive(Debug, Clone)]
pub enum Contrast {
    /// Two folders of network maps, against the same people.
    Networks {
        /// Folder of human maps.
        human: PathBuf,
        /// The two folders of network maps.
        folders: [PathBuf; 2],
    },
    /// Two folders of human maps, against the same networks.
    People {
        /// The two folders of human maps.
        folders: [PathBuf; 2],
        /// Folder of network maps.
        model: PathBuf,
    },
    /// Methods of one folder of network maps, each with each, model by model.
    Methods {
        /// Folder of human maps.
        human: PathBuf,
        /// Folder of network maps.
        model: PathBuf,
        /// Names of two methods or more.
        names: Vec<String>,
    },
    /// Models of one folder of network maps, each with each, method by method.
    Models {
        /// Folder of human maps.
        human: PathBuf,
        /// Folder of network maps.
        model: PathBuf,
        /// Names of two models or more.
        names: Vec<String>,
    },
}

/// What comparing makes.
pub struct Compared {
    /// A row for each unit, pair, metric and quantity.
    pub table: Table,
    /// A sentence for each pair and metric.
    pub sentences: Vec<String>,
}

/// Two sides to be compared, with what they are called.
pub(super) struct Pair {
    pub(super) unit: &'static str,
    /// What both share, such as the model.
    pub(super) of: String,
    pub(super) names: [String; 2],
    /// The networks whose weight seeds each side has.
    pub(super) networks: [String; 2],
    pub(super) lined: [Lined; 2],
}

/// Compares, and says what can be told apart.
pub fn compare_folders(
    contrast: &Contrast,
    metrics: &[&Metric],
    preparation: &Preparation,
    options: Options,
    progress: &dyn Progress,
) -> Result<Compared> {
    if let Some(metric) = metrics.iter().find(|metric| metric.transform.is_none()) {
        let tested = METRICS.iter().filter(|metric| metric.transform.is_some()).map(|metric| metric.name);
        return Err(Error::invalid(format!(
            "{} is no correlation, and differences of correlations are tested",
            metric.name
        ))
        .hint(one_of(tested)));
    }
    let pairs = pairs(contrast, preparation)?;
    progress.begin("comparisons", pairs.len() * metrics.len());
    let of_metrics: Vec<(&Pair, &Metric)> =
        metrics.iter().flat_map(|metric| pairs.iter().map(move |pair| (pair, *metric))).collect();
    let found: Vec<Vec<Difference>> = of_metrics
        .par_iter()
        .map(|(pair, metric)| {
            let side = |at: usize| Side { networks: &pair.networks[at], lined: &pair.lined[at] };
            let found = differences([side(0), side(1)], metric, options);
            progress.step();
            found
        })
        .collect();
    let mut compared = Compared { table: Table::new(&COLUMNS), sentences: Vec::new() };
    let per_metric = pairs.len();
    for (at, ((pair, metric), own)) in of_metrics.iter().zip(&found).enumerate() {
        // The family of a metric and quantity is all pairs.
        let first = at / per_metric * per_metric;
        let family = &found[first..first + per_metric];
        for (quantity, difference) in own.iter().enumerate() {
            let p: Vec<Option<f64>> = family.iter().map(|of_pair| of_pair[quantity].p).collect();
            let holm = corrected(&p)[at - first].holm;
            push(&mut compared.table, pair, metric, difference, holm, preparation);
            if difference.quantity == "raw" {
                compared.sentences.push(sentence(pair, metric, difference, holm, per_metric));
            }
        }
    }
    Ok(compared)
}

/// The pairs that a contrast asks for, in units that both sides have.
fn pairs(contrast: &Contrast, preparation: &Preparation) -> Result<Vec<Pair>> {
    let pairs = match contrast {
        Contrast::Networks { human, folders } => {
            let sources = [Folders::new(human, &folders[0])?, Folders::new(human, &folders[1])?];
            let people = read_people(&sources[0], preparation)?;
            let groups = [read_networks(&sources[0], &people)?.own, read_networks(&sources[1], &people)?.own];
            let lined = |groups: &[(&NameOf, &Vec<NetworkMap>); 2], of: String, names: [String; 2]| {
                line_up(&people, groups, of, names, preparation)
            };
            let titles = [title(&folders[0]), title(&folders[1])];
            let mut pairs = Vec::new();
            for (a, b) in partners(&groups, folders)? {
                let of = if groups[0].len() > 1 { a.0.1.clone() } else { String::new() };
                pairs.extend(lined(&[a, b], of, titles.clone())?);
            }
            pairs
        }
        Contrast::People { folders, model } => {
            let sources = [Folders::new(&folders[0], model)?, Folders::new(&folders[1], model)?];
            let people = [read_people(&sources[0], preparation)?, read_people(&sources[1], preparation)?];
            of_groups(&people, folders, &sources, preparation)?
        }
        Contrast::Methods { human, model, names } => within(human, model, names, "method", preparation)?,
        Contrast::Models { human, model, names } => within(human, model, names, "model", preparation)?,
    };
    match pairs.is_empty() {
        true => Err(Error::invalid("there is nothing to compare: no pair has maps of the same unit on both sides")
            .hint("bubblescope score lists the units, models and methods that folders hold")),
        false => Ok(pairs),
    }
}

/// A model and a method.
type NameOf = (String, String);

fn title(folder: &Path) -> String {
    folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The groups of two folders that belong together: the only ones, or those of the same method.
type Partners<'a> = Vec<((&'a NameOf, &'a Vec<NetworkMap>), (&'a NameOf, &'a Vec<NetworkMap>))>;

fn partners<'a>(groups: &'a [Groups; 2], folders: &[PathBuf; 2]) -> Result<Partners<'a>> {
    let [a, b] = groups;
    if let (1, 1, Some(first), Some(second)) = (a.len(), b.len(), a.iter().next(), b.iter().next()) {
        return Ok(vec![(first, second)]);
    }
    let by_method = |groups: &'a Groups| {
        groups.iter().map(|entry| (&entry.0.1, entry)).collect::<BTreeMap<&String, (&NameOf, &Vec<NetworkMap>)>>()
    };
    let methods = [by_method(a), by_method(b)];
    let same = methods[0].keys().eq(methods[1].keys()) && methods[0].len() == a.len() && methods[1].len() == b.len();
    if !same {
        let told = |groups: &Groups| groups.keys().map(|(m, k)| format!("{m}/{k}")).collect::<Vec<_>>().join(", ");
        return Err(Error::invalid(format!(
            "{} holds {}, and {} holds {}: what is to be compared with what?",
            folders[0].display(),
            told(a),
            folders[1].display(),
            told(b)
        ))
        .hint("each folder holds one model and method, or both hold one model by the same methods; with one folder, name --methods or --models"));
    }
    Ok(methods[0].iter().filter_map(|(method, first)| Some((*first, *methods[1].get(method)?))).collect())
}

/// Both sides against the same people, in each unit.
fn line_up(
    people: &People,
    groups: &[(&NameOf, &Vec<NetworkMap>); 2],
    of: String,
    names: [String; 2],
    preparation: &Preparation,
) -> Result<Vec<Pair>> {
    let sampling = Sampling::new(people, preparation, main_blur(preparation))?;
    let networks = [0, 1].map(|at: usize| groups[at].0.0.clone());
    let units = ["task", "picture"].into_iter().filter(|unit| people.maps.iter().any(|map| map.unit == *unit));
    units
        .map(|unit| {
            let [a, b] = groups.map(|(_, maps)| comparison(people, unit, maps, preparation, &sampling));
            let lined = common(a?, b?, unit, &names)?;
            Ok(Pair { unit, of: of.clone(), names: names.clone(), networks: networks.clone(), lined })
        })
        .collect()
}

/// Two groups of people against each network.
fn of_groups(
    people: &[People; 2],
    folders: &[PathBuf; 2],
    sources: &[Folders; 2],
    preparation: &Preparation,
) -> Result<Vec<Pair>> {
    let [a, b] = people;
    if a.region.dim() != b.region.dim() {
        return Err(size_error(b.region.dim(), a.region.dim()).at(format!(
            "{} and {}",
            folders[1].display(),
            folders[0].display()
        )));
    }
    if a.blur_sd != b.blur_sd {
        return Err(Error::invalid(format!(
            "the maps of one group have a blur of {} px, and those of the other {} px",
            a.blur_sd, b.blur_sd
        ))
        .at(format!("{} and {}", folders[0].display(), folders[1].display()))
        .hint("make both with the same smoothing; maps are not sharpened"));
    }
    let names = [title(&folders[0]), title(&folders[1])];
    let groups = [read_networks(&sources[0], a)?.own, read_networks(&sources[1], b)?.own];
    let mut pairs = Vec::new();
    for unit in ["task", "picture"] {
        if !people.iter().all(|people| people.maps.iter().any(|map| map.unit == unit)) {
            continue;
        }
        for (key, maps) in &groups[0] {
            let Some(others) = groups[1].get(key) else { continue };
            let one = |people: &People, maps: &[NetworkMap]| {
                let mut sampling = Sampling::new(people, preparation, main_blur(preparation))?;
                // Groups are compared where both regions are.
                sampling.points.places.retain(|at| a.region[*at] && b.region[*at]);
                comparison(people, unit, maps, preparation, &sampling)
            };
            let lined = common(one(a, maps)?, one(b, others)?, unit, &names)?;
            let networks = [key.0.clone(), key.0.clone()];
            pairs.push(Pair { unit, of: format!("{}, {}", key.0, key.1), names: names.clone(), networks, lined });
        }
    }
    Ok(pairs)
}

/// Methods of each model, or models by each method, each with each.
fn within(human: &Path, model: &Path, names: &[String], what: &str, preparation: &Preparation) -> Result<Vec<Pair>> {
    let source = Folders::new(human, model)?;
    let people = read_people(&source, preparation)?;
    let groups = read_networks(&source, &people)?.own;
    let own = |key: &NameOf| if what == "method" { key.1.clone() } else { key.0.clone() };
    let other = |key: &NameOf| if what == "method" { key.0.clone() } else { key.1.clone() };
    let mut known: Vec<String> = groups.keys().map(own).collect();
    known.sort_unstable();
    known.dedup();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(Error::invalid(format!("no map is of a {what} called {name}"))
            .at(model.display())
            .hint(format!("it holds: {}", known.join(", "))));
    }
    if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        return Err(Error::invalid(format!("the {what} {} is named twice", twice.1)).hint("name each once"));
    }
    if names.len() < 2 {
        return Err(Error::invalid(format!("one {what} is named, and two or more are compared"))
            .hint(format!("the folder holds: {}", known.join(", "))));
    }
    let mut shared: Vec<String> = groups.keys().map(other).collect();
    shared.sort_unstable();
    shared.dedup();
    let mut pairs = Vec::new();
    for of in &shared {
        let found = |name: &String| groups.iter().find(|(key, _)| own(key) == *name && other(key) == *of);
        for (at, first) in names.iter().enumerate() {
            for second in &names[at + 1..] {
                let (Some(a), Some(b)) = (found(first), found(second)) else { continue };
                pairs.extend(line_up(&people, &[a, b], of.clone(), [first.clone(), second.clone()], preparation)?);
            }
        }
    }
    Ok(pairs)
}

pub(super) fn main_blur(preparation: &Preparation) -> Blur {
    preparation.blurs.first().copied().unwrap_or(Blur::Matched)
}
