//! The table of scores: every unit, model, method, metric and quantity is a row.

use rayon::prelude::*;

use super::baselines::BASELINES;
use super::ceilings::companions;
use super::columns::{COLUMNS, Line, Shared};
use super::compare::{Interval, Options, Resampled, chance, resample};
use super::conventions::CONVENTIONS;
use super::families::join_families;
use super::fixated::Fixated;
use super::looking::{Looking, Origin};
use super::matched::{matched, matched_chance};
use super::missing::Missing;
use super::preparation::{Blur, Preparation};
use super::read::{Folders, Groups, People, read_networks, read_people};
use super::sides::{Lined, Others, Sampling, baseline_comparison, comparison};
use super::single::share_beyond;
use super::sources::{doubled, sampling_noise};
use super::warnings::{Circumstances, warnings};
use crate::error::{Result, first_error};
use crate::metric::Metric;
use crate::progress::Progress;
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
    pub(super) own_reliability: Option<f64>,
    pub(super) origin: Origin,
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
    pub(super) fn is_baseline_of(&self, other: &Entry) -> bool {
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
    let looking = Looking::new((&people, folders), metrics, preparation, options, progress)?;
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
    let fixated: Vec<Vec<Fixated>> = match &looking {
        None => Vec::new(),
        Some(looking) => {
            missing.fixations(looking.gaps());
            first_error(entries.par_iter().map(|entry| looking.of(entry)).collect())?
        }
    };
    progress.begin("comparisons", entries.len() * metrics.len());
    let pairs: Vec<(usize, &Entry, &Metric)> = entries
        .iter()
        .enumerate()
        .flat_map(|(at, entry)| metrics.iter().map(move |metric| (at, entry, *metric)))
        .collect();
    let mut judged: Vec<Judged> = pairs
        .par_iter()
        .map(|(at, entry, metric)| {
            let place = looking.as_ref().and_then(|looking| looking.place(metric));
            let found = place.and_then(|place| fixated.get(*at)?.get(place));
            let judged = match metric.scores_fixations() {
                true => Judged::of_fixations(entry, metric, found, options),
                false => Judged::new(entry, metric, &people, options),
            };
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
pub(super) struct Judged<'a> {
    pub(super) entry: &'a Entry<'a>,
    pub(super) metric: &'a Metric,
    pub(super) resampled: Option<Resampled>,
    pub(super) shuffled: Option<f64>,
    pub(super) lines: Vec<Line>,
    /// Scores with fixations.
    fixated: Option<&'a Fixated>,
}

impl<'a> Judged<'a> {
    /// By a metric of fixations; nothing is found for a task.
    fn of_fixations(entry: &'a Entry, metric: &'a Metric, found: Option<&'a Fixated>, options: Options) -> Judged<'a> {
        let (intervals, resampled) = match found {
            None => {
                let why = "undefined, because fixations are on single pictures, and these maps are of the task";
                (vec![Interval::plain("raw", None, Some(why.to_owned()))], None)
            }
            Some(found) if entry.by_chance => (vec![found.cube.chance(&found.tally)], None),
            Some(found) => {
                let (mut intervals, resampled) = found.judged(metric, options);
                intervals.retain(|one| one.quantity == "raw" || !entry.is_of_no_network());
                (intervals, Some(resampled))
            }
        };
        let lines = intervals.into_iter().map(Line::plain).collect();
        Judged { entry, metric, resampled, shuffled: None, lines, fixated: found }
    }

    /// The pictures that it is made on.
    pub(super) fn pictures(&self) -> &[String] {
        self.fixated.map_or(&self.entry.lined.pictures, |fixated| &fixated.pictures)
    }

    /// The replicates on some of its pictures, by position.
    pub(super) fn resampled_on(&self, places: &[usize], options: Options) -> Resampled {
        match self.fixated {
            Some(fixated) => fixated.cube.on_pictures(places).resampled(options),
            None => resample(&self.entry.lined.comparison.on_pictures(places), self.metric, options),
        }
    }

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
            return Judged { entry, metric, resampled: None, shuffled: None, lines, fixated: None };
        }
        if entry.by_chance {
            let lines = vec![Line::plain(chance(comparison, metric))];
            return Judged { entry, metric, resampled: None, shuffled: None, lines, fixated: None };
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
        Judged { entry, metric, resampled: Some(resampled), shuffled, lines, fixated: None }
    }

    /// Whether two comparisons are of one unit, metric and blur.
    pub(super) fn is_kin(&self, other: &Judged) -> bool {
        let key = |one: &Judged| (one.entry.unit, one.metric.name, one.entry.sampling.blur);
        key(self) == key(other)
    }

    fn shared(&self, people: &'a People, preparation: &'a Preparation) -> Shared<'a> {
        let intervals: Vec<Interval> = self.lines.iter().map(|line| line.interval.clone()).collect();
        let (comparison, unit) = (&self.entry.lined.comparison, self.entry.unit);
        let levels = self.fixated.map_or_else(|| comparison.levels(), |fixated| fixated.cube.levels());
        let pictures_of_people = people.pictures(unit).len();
        let found = warnings(&Circumstances {
            levels,
            task: comparison.task,
            intervals: &intervals,
            blur: self.entry.sampling.wanted,
            shape: people.region.dim(),
            pictures_of_people,
            shared_masks: self.entry.shared_masks,
        });
        let warnings = if self.entry.is_baseline() { String::new() } else { found.join("; ") };
        Shared {
            entry: self.entry,
            metric: self.metric,
            people,
            preparation,
            warnings,
            levels,
            cube: self.fixated.map(|fixated| &fixated.cube),
        }
    }
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
                let (by_chance, origin) = (false, Origin::Networks(maps.clone()));
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
                    origin,
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
                origin: Origin::Baseline(baseline),
            });
        }
    }
    Ok(entries)
}
