//! What needs all models and methods of a unit, metric and blur: the best baseline of each, ranks, corrected p values.

use rayon::prelude::*;

use super::columns::Line;
use super::compare::{Options, Resampled};
use super::family::{Member, standings};
use super::rows::Judged;

/// Adds what needs all models and methods of a unit, metric and blur.
pub(super) fn join_families(judged: &mut [Judged], options: Options) {
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
    // What has no value at all takes no picture from the others.
    let known = || family.iter().map(|one| one.pictures()).filter(|pictures| !pictures.is_empty());
    let mut shared = known().next().map(<[String]>::to_vec).unwrap_or_default();
    shared.retain(|name| known().all(|pictures| pictures.contains(name)));
    let on_shared = |one: &&Judged| {
        if one.pictures() == shared {
            return one.resampled.clone();
        }
        let place = |name: &String| one.pictures().iter().position(|known| known == name);
        let places: Vec<usize> = shared.iter().filter_map(place).collect();
        let some = !places.is_empty();
        some.then(|| one.resampled_on(&places, options))
    };
    family.par_iter().map(on_shared).collect()
}

/// The baselines of a comparison on its own pictures.
fn baselines_of(one: &Judged, all: &[Judged], options: Options) -> Vec<(String, Resampled)> {
    let pictures = one.pictures();
    all.iter()
        .filter(|other| other.entry.unit == one.entry.unit && other.metric.name == one.metric.name)
        .filter(|other| other.entry.is_baseline_of(one.entry))
        .filter_map(|other| {
            let blind = other.entry.is_of_no_network();
            let name = if blind { other.entry.method.clone() } else { other.entry.counterpart.clone() };
            let resampled = other.resampled.as_ref()?;
            let own = other.pictures();
            // A baseline of a task that is of no network is one map, whatever pictures the network saw.
            if (other.entry.lined.comparison.task && blind) || own == pictures {
                return Some((name, resampled.clone()));
            }
            let places: Vec<usize> =
                pictures.iter().filter_map(|name| own.iter().position(|known| known == name)).collect();
            let same = places.len() == pictures.len();
            same.then(|| (name, other.resampled_on(&places, options)))
        })
        .collect()
}
