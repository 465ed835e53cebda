//! The two sides of a comparison: maps prepared and lined up by picture, observer and seed.

use std::collections::BTreeMap;

use ndarray::Array2;
use rayon::prelude::*;

use super::agreement::{Comparison, Sampled, retain};
use super::baselines::{Around, Baseline};
use super::points::Points;
use super::preparation::{Blur, Preparation};
use super::read::{Folders, HumanMap, NetworkMap, People, check_blur};
use crate::error::{Error, Result, first_error};
use crate::map::Map;
use crate::seed::Seed;

/// A comparison with the names of its levels.
pub(super) struct Lined {
    pub(super) comparison: Comparison,
    pub(super) pictures: Vec<String>,
    pub(super) observers: Vec<String>,
    pub(super) seeds: Vec<String>,
}

impl Lined {
    /// Without the observers and seeds that have no map of any of its pictures.
    fn without_idle(mut self) -> Lined {
        let [observers, seeds] = self.comparison.drop_idle();
        retain(&mut self.observers, &observers);
        retain(&mut self.seeds, &seeds);
        self
    }
}

/// A blur with its width, and the points that it leaves distinct.
pub(super) struct Sampling {
    pub(super) blur: Blur,
    /// Standard deviation to which the network's maps are brought, px.
    pub(super) wanted: f64,
    pub(super) points: Points,
}

impl Sampling {
    pub(super) fn new(people: &People, preparation: &Preparation, blur: Blur) -> Result<Sampling> {
        let wanted = preparation.wanted(blur, people.blur_sd, people.region.dim())?;
        let points = Points::new(&people.region, wanted.min(people.blur_sd));
        if points.places.is_empty() {
            return Err(Error::invalid(format!(
                "the region has {} pixels, and none of them lies on the grid of {} px where maps are compared",
                people.region.iter().filter(|inside| **inside).count(),
                points.step
            ))
            .hint("the grid is half a blur wide; compare a larger region, or with a narrower blur"));
        }
        Ok(Sampling { blur, wanted, points })
    }
}

/// The values in order, each once.
fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut values: Vec<String> = values.map(str::to_owned).collect();
    values.sort_unstable();
    values.dedup();
    values
}

impl People {
    /// The pictures of a unit, in order.
    pub(super) fn pictures(&self, unit: &str) -> Vec<String> {
        distinct(self.maps.iter().filter(|map| map.unit == unit).map(|map| map.picture.as_str()))
    }
}

/// The observers of a unit.
pub(super) fn observers(people: &People, unit: &str) -> Vec<String> {
    distinct(people.maps.iter().filter(|map| map.unit == unit).map(|map| map.observer.as_str()))
}

/// Human maps of a unit, picture by picture (`pictures`) and observer by observer.
fn human_side(people: &People, unit: &str, pictures: &[String], points: &Points) -> Vec<Vec<Sampled>> {
    let of_unit: Vec<&HumanMap> = people.maps.iter().filter(|map| map.unit == unit).collect();
    let observers = observers(people, unit);
    let task = [String::new()];
    let wanted = if unit == "task" { &task[..] } else { pictures };
    wanted
        .iter()
        .map(|picture| {
            observers
                .iter()
                .map(|observer| {
                    let found = of_unit
                        .iter()
                        .find(|map| map.observer == *observer && (unit == "task" || map.picture == *picture));
                    found.map(|found| points.of(&found.map.to_f64()))
                })
                .collect()
        })
        .collect()
}

/// The pictures of a unit: those that both sides have.
fn shared_pictures(people: &People, unit: &str, maps: &[NetworkMap]) -> Result<Vec<String>> {
    let of_model = distinct(maps.iter().map(|map| map.picture.as_str()));
    if unit == "task" {
        return Ok(of_model);
    }
    let of_people = people.pictures(unit);
    let shared: Vec<String> = of_model.iter().filter(|picture| of_people.contains(picture)).cloned().collect();
    if shared.is_empty() {
        let nothing = String::new();
        return Err(Error::invalid(format!(
            "no picture has both a human map and a saliency map; the human maps are of {}, ..., the saliency maps of {}, ...",
            of_people.first().unwrap_or(&nothing),
            of_model.first().unwrap_or(&nothing)
        ))
        .hint("the column picture names the same pictures in both indexes (index.csv), or the files have the same names"));
    }
    Ok(shared)
}

/// The prepared map of a picture by a seed, of the human maps' shape; `None` where there is none.
pub(super) fn network_plane(
    maps: &[NetworkMap],
    (picture, seed): (&str, &str),
    preparation: &Preparation,
    sampling: &Sampling,
    shape: (usize, usize),
) -> Result<Option<Array2<f64>>> {
    let Some(found) = maps.iter().find(|map| map.picture == picture && map.seed == seed) else { return Ok(None) };
    let map = Map::read(&found.path, &preparation.reading)?;
    check_blur(found.blur_sd, map.shape(), &found.place)?;
    let widths = (found.blur_sd, sampling.wanted);
    let plane = preparation.network(&map, sampling.blur, widths, shape);
    plane.map(Some).map_err(|error| error.at(found.path.display()))
}

pub(super) fn comparison(
    people: &People,
    unit: &str,
    maps: &[NetworkMap],
    preparation: &Preparation,
    sampling: &Sampling,
) -> Result<Lined> {
    let pictures = shared_pictures(people, unit, maps)?;
    let seeds = distinct(maps.iter().map(|map| map.seed.as_str()));
    let shape = people.region.dim();
    let sampled = |picture: &String, seed: &String| -> Result<Sampled> {
        let plane = network_plane(maps, (picture, seed), preparation, sampling, shape)?;
        Ok(plane.map(|plane| sampling.points.of(&plane)))
    };
    let of_picture = |picture| seeds.iter().map(|seed| sampled(picture, seed)).collect::<Result<Vec<_>>>();
    let model = first_error(pictures.par_iter().map(of_picture).collect())?;
    let human = human_side(people, unit, &pictures, &sampling.points);
    let comparison = Comparison { human, model, task: unit == "task" };
    Ok(Lined { comparison, pictures, observers: observers(people, unit), seeds }.without_idle())
}

/// Mean human maps of a unit, from which the mean of all other pictures follows.
pub(super) struct Others {
    means: BTreeMap<String, Array2<f64>>,
    sum: Option<Array2<f64>>,
}

impl Others {
    pub(super) fn new(people: &People, unit: &str) -> Others {
        let mut means = BTreeMap::new();
        for picture in people.pictures(unit).into_iter().filter(|_| unit == "picture") {
            let maps: Vec<&HumanMap> =
                people.maps.iter().filter(|map| map.unit == unit && map.picture == picture).collect();
            let mut mean = Array2::zeros(people.region.dim());
            maps.iter().for_each(|map| mean.scaled_add(1.0 / maps.len() as f64, &map.map.to_f64()));
            means.insert(picture, mean);
        }
        let sum = means.values().cloned().reduce(|sum, map| sum + map);
        Others { means, sum }
    }

    /// The mean of the mean maps of all pictures but one.
    pub(super) fn than(&self, picture: &str) -> Option<Array2<f64>> {
        let (own, sum) = (self.means.get(picture)?, self.sum.as_ref()?);
        (self.means.len() > 1).then(|| (sum - own) / (self.means.len() - 1) as f64)
    }
}

/// A baseline's map of the picture at a place among those of people; `None` where what it looks at is not known.
pub(super) fn baseline_plane(
    (people, folders, others, preparation): (&People, &Folders, Option<&Array2<f64>>, &Preparation),
    baseline: &Baseline,
    (at, name): (usize, &str),
    instance: usize,
    seed: Seed,
) -> Result<Option<Array2<f64>>> {
    let shape = people.region.dim();
    let picture = folders.pictures.get(name).filter(|picture| picture.dim() == shape);
    let seed = seed.derive(baseline.name, (at * 1000 + instance) as u64);
    let made = (baseline.make)(&Around { shape, blur: people.blur_sd, others, picture, seed });
    let signed = |map| Map::from_f64(&preparation.sign.1.of(map)).map(|map| map.to_f64());
    made.map(signed).transpose()
}

/// A baseline beside people, under the sign policy of the networks' maps; `None` where what it looks at is not known.
pub(super) fn baseline_comparison(
    (people, folders, others, preparation): (&People, &Folders, &Others, &Preparation),
    unit: &str,
    baseline: &Baseline,
    points: &Points,
    seed: Seed,
) -> Result<Option<Lined>> {
    let pictures = people.pictures(unit);
    let model = pictures
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let others = others.than(name);
            let of = (people, folders, others.as_ref(), preparation);
            (0..baseline.instances)
                .map(|instance| {
                    let plane = baseline_plane(of, baseline, (at, name), instance, seed)?;
                    Ok(plane.map(|plane| points.of(&plane)))
                })
                .collect::<Result<Vec<_>>>()
        })
        .collect::<Result<Vec<_>>>()?;
    if model.iter().flatten().all(Option::is_none) {
        return Ok(None);
    }
    let comparison = Comparison { human: human_side(people, unit, &pictures, points), model, task: unit == "task" };
    let seeds = (0..baseline.instances).map(|instance| instance.to_string()).collect();
    Ok(Some(Lined { comparison, pictures, observers: observers(people, unit), seeds }))
}

/// Two comparisons restricted to the pictures that both have.
pub(super) fn common(a: Lined, b: Lined, unit: &str, names: &[String; 2]) -> Result<[Lined; 2]> {
    let shared: Vec<String> = a.pictures.iter().filter(|picture| b.pictures.contains(picture)).cloned().collect();
    if shared.is_empty() {
        let first = |lined: &Lined| lined.pictures.first().cloned().unwrap_or_default();
        return Err(Error::invalid(format!(
            "{} and {} have no picture in common: the first is of {}, ..., the second of {}, ...",
            names[0],
            names[1],
            first(&a),
            first(&b)
        ))
        .hint("two sides are compared over the same pictures"));
    }
    let restricted = |lined: Lined| {
        let kept = |maps: Vec<Vec<Sampled>>| {
            let of = lined.pictures.iter().zip(maps).filter(|(picture, _)| shared.contains(picture));
            of.map(|(_, maps)| maps).collect::<Vec<_>>()
        };
        // The human maps of a task are of no picture.
        let human = if unit == "task" { lined.comparison.human } else { kept(lined.comparison.human) };
        let comparison = Comparison { human, model: kept(lined.comparison.model), task: lined.comparison.task };
        Lined { comparison, pictures: shared.clone(), observers: lined.observers, seeds: lined.seeds }.without_idle()
    };
    Ok([restricted(a), restricted(b)])
}
