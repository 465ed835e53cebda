//! Single pictures: how many of them agree beyond their null, once the centre is removed.

use ndarray::Array2;

use super::agreement::Comparison;
use super::compare::Interval;
use super::nulls::{Null, Pair, without_centre};
use super::points::Points;
use crate::metric::Metric;
use crate::seed::Seed;

/// Surrogates of a map, for nulls that draw them.
const DRAWS: usize = 199;

/// The share of pictures whose mean human map and mean network map pass the two-sided test at .05.
pub fn share_beyond(comparison: &Comparison, metric: &Metric, points: &Points, null: &Null, seed: Seed) -> Interval {
    let none = |why: &str| Interval::plain("pictures_beyond_chance", None, Some(format!("undefined, because {why}")));
    let Some(test) = null.test else { return none("the null is one of a group of pictures") };
    if comparison.task {
        return none("there is one map for all pictures");
    }
    let Some(shape) = points.lattice() else { return none("the region is no rectangle") };
    let plane = |values: &Vec<f64>| Array2::from_shape_vec(shape, values.clone()).ok().map(|map| without_centre(&map));
    let (human, model) = comparison.mean_maps(metric);
    let p: Vec<f64> = human
        .iter()
        .zip(&model)
        .enumerate()
        .filter_map(|(at, (x, y))| {
            let (x, y) = (plane(x.as_ref()?)?, plane(y.as_ref()?)?);
            test(&Pair { x: &x, y: &y, draws: DRAWS, seed: seed.derive("picture", at as u64) })
        })
        .collect();
    if p.is_empty() {
        return none("no picture has maps on both sides");
    }
    let share = p.iter().filter(|p| **p <= 0.05).count() as f64 / p.len() as f64;
    let why = format!("no interval: of {} pictures, where chance gives .05 by {}", p.len(), null.name);
    Interval::plain("pictures_beyond_chance", Some(share), Some(why))
}
