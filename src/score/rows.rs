//! The table of scores: every unit, model, method, metric and quantity is a row.

use rayon::prelude::*;

use super::baselines::BASELINES;
use super::ceilings::companions;
use super::columns::{COLUMNS, Line, Shared};
use super::compare::{Interval, Options, Resampled, chance, resample};
use super::conventions::CONVENTIONS;
use super::family::{Member, standings};
use super::matched::{matched, matched_chance};
use super::missing::Missing;
use super::preparation::{Blur, Preparation};
use super::read::{Folders, Groups, People, read_networks, read_people};
use super::sides::{Lined, Others, Sampling, baseline_comparison, comparison};
use super::single::share_beyond;
use super::warnings::{Circumstances, warnings};
use crate::error::Result;
use crate::metric::Metric;
use crate::progress::Progress;
use crate::stats::components::Components;
use crate::stats::shuffle::shuffle;
use crate::table::Table;

/// One model and method in one unit, with one blur.
pub(super) struct Entry<'a> {
    pub(super) unit: &'static str,
    pub(super) model: String,
    pub(super) method: String,
    /// The counterpart of the network that was asked; empty where it was the network itself.
    pub(super) counterpart: String,
    pub(super) lined: Lined,
    pub(super) by_chance: bool,
    pub(super) sampling: &'a Sampling,
    shared_masks: bool,
    /// Mean reliability of the method's own random samples.
    own_reliability: Option<f64>,
}

impl Entry<'_> {
    /// Whether its maps are none of a network's.
    pub(super) fn is_of_no_network(&self) -> bool {
        self.model == "baseline"
    }

    /// Whether it is what others are compared with.
    pub(super) fn is_baseline(&self) -> bool {
        self.is_of_no_network() || !self.counterpart.is_empty()
    }

    /// Whether it is what `other`, of the same unit and metric, is compared with.
    fn is_baseline_of(&self, other: &Entry) -> bool {
        let network = |entry: &Entry| (entry.model.clone(), entry.method.clone(), entry.sampling.blur);
        self.is_of_no_network() || (self.is_baseline() && network(self) == network(other))
    }
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
    let mut judged: Vec<Judged> = pairs
        .par_iter()
        .map(|(entry, metric)| {
            let judged = Judged::new(entry, metric, &people, options);
            progress.step();
            judged
        })
        .collect();
    join_families(&mut judged, options);
    let mut scores = Table::new(&COLUMNS.map(|(name, _)| name));
    for one in judged {
        let shared = one.shared(&people, preparation);
        one.lines.into_iter().for_each(|line| scores.push(shared.row(line)));
    }
    Ok(Scored { scores, missing: missing.table })
}

/// Permutations of pictures, where not all are made.
const SHUFFLES: usize = 9999;

/// A comparison under one metric.
struct Judged<'a> {
    entry: &'a Entry<'a>,
    metric: &'a Metric,
    resampled: Option<Resampled>,
    shuffled: Option<f64>,
    lines: Vec<Line>,
}

impl<'a> Judged<'a> {
    fn new(entry: &'a Entry, metric: &'a Metric, people: &People, options: Options) -> Judged<'a> {
        let comparison = &entry.lined.comparison;
        if metric.transform.is_none() {
            let points = &entry.sampling.points;
            let intervals = if entry.by_chance {
                vec![matched_chance(comparison, points, metric, options)]
            } else {
                matched(comparison, points, metric, options)
            };
            let lines = intervals.into_iter().map(Line::plain).collect();
            return Judged { entry, metric, resampled: None, shuffled: None, lines };
        }
        if entry.by_chance {
            let lines = vec![Line::plain(chance(comparison, metric))];
            return Judged { entry, metric, resampled: None, shuffled: None, lines };
        }
        let resampled = resample(comparison, metric, options);
        let matrix = comparison.crossed_pictures(metric);
        let strata = vec![0; comparison.levels()[0]];
        let found = matrix.and_then(|matrix| shuffle(&matrix, &strata, SHUFFLES, options.seed));
        let shuffled = found.map(|found| found.p);
        let mut intervals = resampled.intervals();
        intervals.retain(|one| {
            let convention = CONVENTIONS.iter().position(|row| row.quantity == one.quantity);
            convention.is_none_or(|at| at == 0 || options.conventions)
        });
        for interval in intervals.iter_mut().filter(|one| one.quantity == "specificity") {
            interval.p = shuffled;
        }
        if metric.name == "pearson" {
            let value = people.over_trials.get(entry.unit).copied();
            let why = match value {
                Some(_) => "no interval: a closed form",
                None => "undefined, because trials are not known",
            };
            intervals.insert(2, Interval::plain("human_ceiling_trials", value, Some(why.to_owned())));
        }
        intervals.extend(companions(&resampled.gram, options.seed.derive("splits", 0)));
        if !entry.is_baseline() {
            intervals.push(share_beyond(comparison, metric, &entry.sampling.points, options.null, options.seed));
            intervals.extend(doubled(&resampled));
            intervals.extend(sampling_noise(entry, metric, resampled.estimate.get("seed_ceiling")));
        }
        let lines = intervals.into_iter().map(Line::plain).collect();
        Judged { entry, metric, resampled: Some(resampled), shuffled, lines }
    }

    /// Whether two comparisons are of one unit, metric and blur.
    fn is_kin(&self, other: &Judged) -> bool {
        let key = |one: &Judged| (one.entry.unit, one.metric.name, one.entry.sampling.blur);
        key(self) == key(other)
    }

    fn shared(&self, people: &'a People, preparation: &'a Preparation) -> Shared<'a> {
        let intervals: Vec<Interval> = self.lines.iter().map(|line| line.interval.clone()).collect();
        let (comparison, unit) = (&self.entry.lined.comparison, self.entry.unit);
        let pictures_of_people = people.pictures(unit).len();
        let found = warnings(&Circumstances {
            levels: comparison.levels(),
            task: comparison.task,
            intervals: &intervals,
            blur: self.entry.sampling.wanted,
            shape: people.region.dim(),
            pictures_of_people,
            shared_masks: self.entry.shared_masks,
        });
        let warnings = if self.entry.is_baseline() { String::new() } else { found.join("; ") };
        Shared { entry: self.entry, metric: self.metric, people, preparation, warnings }
    }
}

/// Adds what needs all models and methods of a unit, metric and blur.
fn join_families(judged: &mut [Judged], options: Options) {
    let mut done = vec![false; judged.len()];
    for first in 0..judged.len() {
        let of: Vec<usize> = (first..judged.len())
            .filter(|at| !done[*at] && !judged[*at].entry.is_baseline() && judged[*at].is_kin(&judged[first]))
            .filter(|at| judged[*at].resampled.is_some())
            .collect();
        of.iter().for_each(|at| done[*at] = true);
        if of.is_empty() {
            continue;
        }
        let on_same: Vec<Vec<(String, Resampled)>> =
            of.par_iter().map(|at| baselines_of(&judged[*at], judged, options)).collect();
        let family: Vec<&Judged> = of.iter().map(|at| &judged[*at]).collect();
        let shared = on_shared_pictures(&family, options);
        let members: Vec<Member> = family
            .iter()
            .zip(&on_same)
            .zip(&shared)
            .filter_map(|((one, baselines), ranked)| {
                let baselines = baselines.iter().map(|(name, resampled)| (name.clone(), resampled)).collect();
                let resampled = one.resampled.as_ref()?;
                Some(Member { resampled, ranked: ranked.as_ref(), baselines, shuffled: one.shuffled })
            })
            .collect();
        for (at, standing) in of.iter().zip(standings(&members, options.seed.derive("signs", 0))) {
            let lines = &mut judged[*at].lines;
            for line in lines.iter_mut().filter(|line| line.interval.quantity == "specificity") {
                line.corrected = standing.shuffled_p;
            }
            let (corrected, baseline) = (standing.over_baseline_p, standing.baseline);
            lines.insert(0, Line { interval: standing.over_baseline, corrected, baseline });
            lines.push(Line::plain(standing.rank));
            lines.push(Line::plain(standing.best));
        }
    }
}

/// Comparisons on the pictures that all of them have, resampled alike; `None` for all where there is no such picture.
fn on_shared_pictures(family: &[&Judged], options: Options) -> Vec<Option<Resampled>> {
    let pictures = |one: &Judged| -> Vec<String> { one.entry.lined.pictures.clone() };
    let mut shared = family.first().map(|one| pictures(one)).unwrap_or_default();
    shared.retain(|name| family.iter().all(|one| one.entry.lined.pictures.contains(name)));
    let on_shared = |one: &&Judged| {
        if pictures(one) == shared {
            return one.resampled.clone();
        }
        let place = |name: &String| one.entry.lined.pictures.iter().position(|known| known == name);
        let places: Vec<usize> = shared.iter().filter_map(place).collect();
        let some = !places.is_empty();
        some.then(|| resample(&one.entry.lined.comparison.on_pictures(&places), one.metric, options))
    };
    family.par_iter().map(on_shared).collect()
}

/// The baselines of a comparison on its own pictures.
fn baselines_of(one: &Judged, all: &[Judged], options: Options) -> Vec<(String, Resampled)> {
    let lined = &one.entry.lined;
    all.iter()
        .filter(|other| other.entry.unit == one.entry.unit && other.metric.name == one.metric.name)
        .filter(|other| other.entry.is_baseline_of(one.entry))
        .filter_map(|other| {
            let blind = other.entry.is_of_no_network();
            let name = if blind { other.entry.method.clone() } else { other.entry.counterpart.clone() };
            let resampled = other.resampled.as_ref()?;
            let own = &other.entry.lined;
            // A baseline of a task that is of no network is one map, whatever pictures the network saw.
            if (own.comparison.task && blind) || own.pictures == lined.pictures {
                return Some((name, resampled.clone()));
            }
            let places: Vec<usize> =
                lined.pictures.iter().filter_map(|name| own.pictures.iter().position(|known| known == name)).collect();
            let same = places.len() == lined.pictures.len();
            same.then(|| (name, resample(&own.comparison.on_pictures(&places), one.metric, options)))
        })
        .collect()
}

/// The noise of a method's own random samples (masks, superpixels) apart from what differs between seeds: the mean split-half
/// reliability of its maps, and the seed ceiling that maps without that noise would have.
fn sampling_noise(entry: &Entry, metric: &Metric, seeds: Option<f64>) -> [Interval; 2] {
    let own = entry.own_reliability.filter(|own| metric.name == "pearson" && *own > 0.0 && entry.unit == "picture");
    let why = |value: Option<f64>| {
        Some(match value {
            Some(_) => "no interval: a point estimate".to_owned(),
            None => "undefined: the method draws nothing, its index does not tell, or it is not Pearson's r of single pictures".to_owned(),
        })
    };
    let exact = own.zip(seeds).map(|(own, seeds)| seeds / own);
    [
        Interval::plain("sampling_reliability", own, why(own)),
        Interval::plain("seed_ceiling_without_sampling", exact, why(exact)),
    ]
}

/// The share of the variance of the mean agreement that twice as many pictures, observers or seeds would leave.
fn doubled(resampled: &Resampled) -> Vec<Interval> {
    const NAMES: [&str; 3] = ["doubled_pictures", "doubled_observers", "doubled_seeds"];
    let [pictures, observers, seeds] = resampled.levels;
    let levels = [if resampled.gram.pictures() == 1 { 1 } else { pictures }, observers, seeds];
    let varied: Vec<usize> = (0..3).filter(|factor| levels[*factor] > 1).collect();
    let of_varied: Vec<usize> = varied.iter().map(|factor| levels[*factor]).collect();
    let complete = resampled.gram.cross.complete();
    let shares = complete.as_ref().and_then(|values| Components::new(values, &of_varied)).map(|found| found.doubled());
    (0..3)
        .map(|factor| {
            let place = varied.iter().position(|known| *known == factor);
            let value = place.zip(shares.as_ref()).map(|(at, shares)| shares[at]);
            let why = match (value, place, &complete) {
                (Some(_), ..) => "no interval: a point estimate by the method of moments",
                (_, None, _) => "undefined, because there is one level, or one map for all pictures",
                (_, _, None) => "undefined, because some maps are missing",
                _ => "undefined, because nothing varies",
            };
            Interval::plain(NAMES[factor], value.filter(|value| value.is_finite()), Some(why.to_owned()))
        })
        .collect()
}

fn entries<'a>(
    people: &People,
    folders: &Folders,
    preparation: &Preparation,
    samplings: &'a [Sampling],
    options: Options,
    missing: &mut Missing,
) -> Result<Vec<Entry<'a>>> {
    let networks = read_networks(folders, people)?;
    let counterparts = networks.counterparts.iter().map(|(name, groups)| (name.as_str(), groups));
    let asked: Vec<(&str, &Groups)> = std::iter::once(("", &networks.own)).chain(counterparts).collect();
    let mut entries = Vec::new();
    for unit in ["task", "picture"].into_iter().filter(|unit| people.maps.iter().any(|map| map.unit == *unit)) {
        for (at, sampling) in samplings.iter().enumerate() {
            let all = asked.iter().flat_map(|(counterpart, groups)| groups.iter().map(move |of| (*counterpart, of)));
            for (counterpart, ((model, method), maps)) in all {
                let lined = comparison(people, unit, maps, preparation, sampling)?;
                if at == 0 {
                    missing.network(unit, [model, method, counterpart], people, maps, &lined);
                }
                let (model, method, counterpart) = (model.clone(), method.clone(), counterpart.to_owned());
                let shared_masks = maps.iter().any(|map| map.masks.is_some() && map.masks == people.masks);
                let own: Vec<f64> = maps.iter().filter_map(|map| map.reliability).collect();
                let own_reliability = (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64);
                let by_chance = false;
                entries.push(Entry {
                    unit,
                    model,
                    method,
                    counterpart,
                    lined,
                    by_chance,
                    sampling,
                    shared_masks,
                    own_reliability,
                });
            }
        }
        // Baselines have the blur of the human maps by construction, whatever the networks' maps have.
        let Some(sampling) = samplings.first() else { continue };
        let others = Others::new(people, unit);
        for (at, baseline) in BASELINES.iter().enumerate() {
            let of = (people, folders, &others, preparation);
            let lined = baseline_comparison(of, unit, baseline, &sampling.points, options.seed)?;
            let Some(lined) = lined else { continue };
            if at == 0 {
                missing.people(unit, &lined);
            }
            entries.push(Entry {
                unit,
                model: "baseline".to_owned(),
                method: baseline.name.to_owned(),
                counterpart: String::new(),
                lined,
                by_chance: baseline.instances > 1,
                sampling,
                shared_masks: false,
                own_reliability: None,
            });
        }
    }
    Ok(entries)
}
