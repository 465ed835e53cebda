//! The two sides of a comparison: maps prepared and lined up by picture, observer and seed.

use rayon::prelude::*;

use super::agreement::{Comparison, Sampled};
use super::baselines::Baseline;
use super::prepare::{Points, extra_blur};
use super::read::{HumanMap, NetworkMap, People, size_error};
use crate::error::{Error, Result};
use crate::map::Map;
use crate::seed::Seed;

/// Human maps of a unit, picture by picture (`pictures`) and observer by observer.
fn human_side(people: &People, unit: &str, pictures: &[&str], points: &Points) -> Vec<Vec<Sampled>> {
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
        .hint("the column picture names the same pictures in both indexes (index.csv)"));
    }
    Ok(shared)
}

pub(super) fn comparison(people: &People, unit: &str, maps: &[NetworkMap], points: &Points) -> Result<Comparison> {
    let pictures = shared_pictures(people, unit, maps.iter().map(|map| map.picture.as_str()).collect())?;
    let mut seeds: Vec<&str> = maps.iter().map(|map| map.seed.as_str()).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let shape = people.region.dim();
    let sampled = |picture: &&str, seed: &&str| -> Result<Sampled> {
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

pub(super) fn baseline_comparison(
    people: &People,
    unit: &str,
    baseline: &Baseline,
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
