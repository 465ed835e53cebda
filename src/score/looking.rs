//! Scores of maps with fixations, before anything is resampled: one pass over the maps for all metrics.

use std::sync::Arc;

use rayon::prelude::*;

use super::baselines::Baseline;
use super::compare::Options;
use super::fixated::{ByMaker, Ceiling, Cube, Fixated};
use super::fixations::Fixations;
use super::preparation::Preparation;
use super::read::{Folders, NetworkMap, People};
use super::rows::Entry;
use super::sides::{Others, baseline_plane, network_plane, observers};
use super::tally::Tally;
use crate::error::{Result, first_error};
use crate::metric::{Field, Inputs, Metric, Need};
use crate::progress::Progress;

/// Other pictures that each map is scored on.
const MISMATCHES: usize = 3;
/// Groups in which observers are left out, if there are more of them.
const GROUPS: usize = 10;

/// Where the maps of a comparison come from.
#[derive(Clone)]
pub(super) enum Origin {
    /// Files of a network.
    Networks(Vec<NetworkMap>),
    /// A row of the table of baselines.
    Baseline(&'static Baseline),
}

/// What maps are scored with.
pub(super) struct Looking<'a> {
    people: &'a People,
    folders: &'a Folders,
    preparation: &'a Preparation,
    options: Options,
    metrics: Vec<&'a Metric>,
    fixations: Fixations,
    pictures: Vec<String>,
    observers: Vec<String>,
    others: Others,
    /// Of each metric, on all pictures.
    ceilings: Vec<Ceiling>,
}

/// What a picture has of its own.
struct Seen<'a> {
    picture: &'a str,
    elsewhere: Vec<usize>,
    expected: Option<Field>,
}

impl<'a> Looking<'a> {
    /// `None` where no metric needs fixations. What does not count is told.
    pub(super) fn new(
        (people, folders): (&'a People, &'a Folders),
        metrics: &[&'a Metric],
        preparation: &'a Preparation,
        options: Options,
        progress: &dyn Progress,
    ) -> Result<Option<Looking<'a>>> {
        let Some(fixations) = Fixations::read(folders, people, metrics)? else { return Ok(None) };
        let listed = if fixations.left_out() > 0 { "; each is listed with the reason" } else { "" };
        progress.note(&format!("fixations: {} count, {} do not{listed}", fixations.taken(), fixations.left_out()));
        let metrics: Vec<&Metric> = metrics.iter().copied().filter(|metric| metric.scores_fixations()).collect();
        let mut found = Looking {
            people,
            folders,
            preparation,
            options,
            metrics,
            fixations,
            pictures: people.pictures("picture"),
            observers: observers(people, "picture"),
            others: Others::new(people, "picture"),
            ceilings: Vec::new(),
        };
        found.ceilings = found.ceilings();
        Ok(Some(found))
    }

    /// Picture, observer and reason of fixations that do not count, and of human maps without any.
    pub(super) fn gaps(&self) -> Vec<[String; 3]> {
        self.fixations.gaps(self.people)
    }

    /// The scores of one model and method by each metric of fixations, in their order; none for a task.
    pub(super) fn of(&self, entry: &Entry) -> Result<Vec<Fixated>> {
        if entry.lined.comparison.task {
            return Ok(Vec::new());
        }
        let pictures = &entry.lined.pictures;
        let of_pictures: Vec<Vec<Scores>> =
            first_error((0..pictures.len()).into_par_iter().map(|at| self.of_picture(entry, at)).collect())?;
        let place = |name: &String| self.pictures.iter().position(|known| known == name);
        let places: Vec<usize> = pictures.iter().filter_map(place).collect();
        let looked: Vec<Vec<bool>> = pictures.iter().map(|name| self.looked(name)).collect();
        let mut all: Vec<Fixated> = self
            .ceilings
            .iter()
            .map(|ceiling| Fixated {
                pictures: pictures.clone(),
                cube: Cube { scores: Vec::new(), looked: looked.clone(), seeds: entry.lined.seeds.len() },
                mismatched: Vec::new(),
                ceiling: ceiling.on_pictures(&places),
                tally: Tally::default(),
            })
            .collect();
        for own in of_pictures {
            for (fixated, Scores { raw, mismatched, tally }) in all.iter_mut().zip(own) {
                fixated.cube.scores.push(raw);
                fixated.mismatched.push(mismatched);
                fixated.tally.join(&tally);
            }
        }
        Ok(all.into_iter().map(Fixated::with_values).collect())
    }

    /// The scores of a metric of fixations among those of a model and method.
    pub(super) fn place(&self, metric: &Metric) -> Option<usize> {
        self.metrics.iter().position(|known| known.name == metric.name)
    }

    /// Who has fixations on a picture.
    fn looked(&self, picture: &str) -> Vec<bool> {
        self.observers.iter().map(|observer| !self.fixations.of(picture, observer).is_empty()).collect()
    }

    fn seen<'b>(&self, picture: &'b str) -> Seen<'b> {
        let needs = |need: Need| self.metrics.iter().any(|metric| metric.needs.contains(&need));
        let elsewhere = if needs(Need::OtherFixations) { self.fixations.elsewhere(picture) } else { Vec::new() };
        let expected = needs(Need::Baseline).then(|| self.fixations.expected(picture, self.people.blur_sd)).flatten();
        Seen { picture, elsewhere, expected }
    }

    /// The score of a map with the fixations of an observer on a picture; `None` where there are none.
    fn score(&self, metric: &Metric, map: &Field, seen: &Seen, observer: &str, tally: &mut Tally) -> Option<f64> {
        let fixations = Some(self.fixations.of(seen.picture, observer)).filter(|own| !own.is_empty())?;
        let seed = self.options.seed.derive("fixations", 0).derive(seen.picture, 0).derive(observer, 0);
        tally.count((metric.score)(&Inputs {
            fixations: Some(fixations),
            other_fixations: Some(&seen.elsewhere),
            baseline: seen.expected.as_ref(),
            seed: Some(seed),
            ..Inputs::of(map)
        }))
    }

    /// The prepared map of a picture, at every pixel of the region.
    fn map(&self, entry: &Entry, name: &str, seed: usize) -> Result<Option<Field>> {
        let plane = match &entry.origin {
            Origin::Networks(maps) => {
                let of = (name, entry.lined.seeds.get(seed).map_or("", String::as_str));
                network_plane(maps, of, self.preparation, entry.sampling, self.people.region.dim())?
            }
            Origin::Baseline(baseline) => {
                let at = self.pictures.iter().position(|known| known == name).unwrap_or(0);
                let others = self.others.than(name);
                let of = (self.people, self.folders, others.as_ref(), self.preparation);
                baseline_plane(of, baseline, (at, name), seed, self.options.seed)?
            }
        };
        let inside = |plane: ndarray::Array2<f64>| self.fixations.grid.cells().map(|cell| plane[cell]).collect();
        Ok(plane.and_then(|plane| self.field(inside(plane))))
    }

    fn field(&self, values: Vec<f64>) -> Option<Field> {
        Field::new(Arc::clone(&self.fixations.grid), values).ok()
    }

    /// The scores of the maps of one picture, metric by metric.
    fn of_picture(&self, entry: &Entry, at: usize) -> Result<Vec<Scores>> {
        let pictures = &entry.lined.pictures;
        // Baselines have no chance: those made of people's maps have seen the other pictures.
        let mismatches = if entry.is_of_no_network() { 0 } else { MISMATCHES };
        let elsewhere = (1..pictures.len()).take(mismatches).map(|step| (at + step) % pictures.len());
        let own = self.seen(&pictures[at]);
        let elsewhere: Vec<(usize, Seen)> = elsewhere.map(|other| (other, self.seen(&pictures[other]))).collect();
        let nobody = || vec![Vec::new(); self.observers.len()];
        let none = || Scores {
            raw: nobody(),
            mismatched: elsewhere.iter().map(|(other, _)| (*other, nobody())).collect(),
            tally: Tally::default(),
        };
        let mut all: Vec<Scores> = self.metrics.iter().map(|_| none()).collect();
        for seed in 0..entry.lined.seeds.len() {
            let map = self.map(entry, own.picture, seed)?;
            for (metric, Scores { raw, mismatched, tally }) in self.metrics.iter().zip(&mut all) {
                let others =
                    elsewhere.iter().map(|(_, seen)| seen).zip(mismatched.iter_mut().map(|(_, scores)| scores));
                for (seen, scores) in std::iter::once((&own, raw)).chain(others) {
                    for (observer, scores) in self.observers.iter().zip(scores) {
                        scores.push(map.as_ref().and_then(|map| self.score(metric, map, seen, observer, tally)));
                    }
                }
            }
        }
        Ok(all)
    }

    /// How well observers foretell each other, metric by metric.
    fn ceilings(&self) -> Vec<Ceiling> {
        let count = self.observers.len();
        let groups: Vec<usize> = (0..count).map(|observer| observer % GROUPS).collect();
        let of_pictures: Vec<Vec<Foretold>> =
            self.pictures.par_iter().map(|picture| self.foretold(picture, &groups)).collect();
        let mut all = vec![
            Ceiling { groups, without: vec![Vec::new(); count.min(GROUPS)], ..Ceiling::default() };
            self.metrics.len()
        ];
        for own in of_pictures {
            for (ceiling, Foretold { scores, without, tally }) in all.iter_mut().zip(own) {
                ceiling.scores.push(scores);
                ceiling.without.iter_mut().zip(without).for_each(|(all, own)| all.push(own));
                ceiling.tally.join(&tally);
            }
        }
        all
    }

    /// The mean map of the other observers of a picture with the fixations of each, metric by metric.
    fn foretold(&self, picture: &str, groups: &[usize]) -> Vec<Foretold> {
        let seen = self.seen(picture);
        let of_observer = |observer: &String| {
            let mut own = self.people.maps.iter().filter(|map| map.unit == "picture" && map.picture == picture);
            let map = own.find(|map| map.observer == *observer)?.map.to_f64();
            Some(self.fixations.grid.cells().map(|cell| map[cell]).collect())
        };
        let maps: Vec<Option<Vec<f64>>> = self.observers.iter().map(of_observer).collect();
        let mean = |is_left_out: &dyn Fn(usize) -> bool| {
            let kept: Vec<&Vec<f64>> = maps
                .iter()
                .enumerate()
                .filter(|(at, _)| !is_left_out(*at))
                .filter_map(|(_, map)| map.as_ref())
                .collect();
            let mut sum = vec![0.0; kept.first()?.len()];
            kept.iter().for_each(|map| sum.iter_mut().zip(*map).for_each(|(sum, value)| *sum += value));
            self.field(sum.into_iter().map(|sum| sum / kept.len() as f64).collect())
        };
        let none = || Foretold {
            scores: Vec::new(),
            without: vec![Vec::new(); groups.len().min(GROUPS)],
            tally: Tally::default(),
        };
        let mut all: Vec<Foretold> = self.metrics.iter().map(|_| none()).collect();
        for (at, observer) in self.observers.iter().enumerate() {
            let looked = !self.fixations.of(picture, observer).is_empty();
            let others = looked.then(|| mean(&|other| other == at)).flatten();
            for (metric, own) in self.metrics.iter().zip(&mut all) {
                let score = others.as_ref().and_then(|map| self.score(metric, map, &seen, observer, &mut own.tally));
                own.scores.push(score);
            }
            for group in 0..groups.len().min(GROUPS) {
                let needed = looked && group != groups[at];
                let others = needed.then(|| mean(&|other| other == at || groups[other] == group)).flatten();
                for (metric, own) in self.metrics.iter().zip(&mut all) {
                    // What is left out for want of a value is counted above.
                    let mut uncounted = Tally::default();
                    let score =
                        others.as_ref().and_then(|map| self.score(metric, map, &seen, observer, &mut uncounted));
                    own.without[group].push(score);
                }
            }
        }
        all
    }
}

/// Scores of one picture by one metric.
struct Scores {
    raw: ByMaker,
    mismatched: Vec<(usize, ByMaker)>,
    tally: Tally,
}

/// Scores of the observers of one picture with each other by one metric, and without each group.
struct Foretold {
    scores: Vec<Option<f64>>,
    without: Vec<Vec<Option<f64>>>,
    tally: Tally,
}
