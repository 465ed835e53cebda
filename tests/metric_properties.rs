//! Every row of the table of metrics is what it declares: range, orientation, symmetry, invariances, signs, chance, the value
//! of a map and itself, needs; on seeded maps with ties, signs and zeros. A new row is tested by being a row.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use bubblescope::metric::transport::{Ground, least_work};
use bubblescope::metric::{
    Better, Chance, Field, Grid, Inputs, Invariance, METRICS, Metric, Need, Score, Signs, Undefined, correlation, roc,
};
use bubblescope::seed::Seed;
use ndarray::Array2;
use rand::RngExt;
use rand::seq::SliceRandom;
use rayon::prelude::*;

const ROUNDING: f64 = 1e-9;

/// A value of a map from a uniform number.
type Draw = fn(f64) -> f64;

/// Kinds of maps: name, whether negative values occur, a value from a uniform number.
const KINDS: &[(&str, bool, Draw)] = &[
    ("signed", true, |u| u - 0.4),
    ("positive", false, |u| 0.05 + u * u),
    ("rectified", false, |u| (u - 0.6).max(0.0)),
    ("levels", false, |u| (u * 5.0).floor()),
    ("signed levels", true, |u| (u * 7.0).floor() - 3.0),
];

/// Everything that a metric can be given.
struct World {
    map: Field,
    other: Field,
    fixations: Vec<usize>,
    other_fixations: Vec<usize>,
    region: Vec<bool>,
    baseline: Field,
    nuisance: Vec<Field>,
}

/// Smoothed a little, so that neighbours resemble each other, and partly shared between maps.
fn field(kind: Draw, grid: &Arc<Grid>, seed: Seed, purpose: &str) -> Field {
    let mut own = seed.stream(purpose, 0);
    let mut shared = seed.stream("shared", 0);
    let values =
        grid.places().iter().map(|_| kind(if shared.random_bool(0.4) { shared.random() } else { own.random() }));
    Field::new(Arc::clone(grid), values.collect()).unwrap()
}

impl World {
    fn new(metric: &Metric, kind: usize, seed: u64) -> World {
        // Five scales of similarity need 176 pixels a side.
        let shape = if metric.name == "ms_ssim" { (178, 181) } else { (15, 18) };
        let (grid, seed, kind) = (Arc::new(Grid::whole(shape)), Seed(seed).derive("world", kind as u64), KINDS[kind].2);
        let mut generator = seed.stream("places", 0);
        let mut pixels = |count: usize| (0..count).map(|_| generator.random_range(0..grid.places().len())).collect();
        let (mut fixations, other_fixations): (Vec<usize>, Vec<usize>) = (pixels(9), pixels(30));
        fixations.push(fixations[0]);
        let region = grid.cells().map(|(row, column)| row > 3 && row < 9 && column > 4 && column < 12).collect();
        World {
            map: field(kind, &grid, seed, "map"),
            other: field(kind, &grid, seed, "other"),
            fixations,
            other_fixations,
            region,
            baseline: field(|u| 0.1 + u, &grid, seed, "baseline"),
            nuisance: vec![field(|u| u, &grid, seed, "nuisance"), field(|u| u * u, &grid, seed, "second nuisance")],
        }
    }

    fn inputs<'a>(&'a self, map: &'a Field, other: &'a Field) -> Inputs<'a> {
        Inputs {
            map,
            other: Some(other),
            fixations: Some(&self.fixations),
            other_fixations: Some(&self.other_fixations),
            region: Some(&self.region),
            baseline: Some(&self.baseline),
            nuisance: Some(&self.nuisance),
            seed: Some(Seed(7)),
        }
    }

    fn score(&self, metric: &Metric, map: &Field, other: &Field) -> Score {
        (metric.score)(&self.inputs(map, other))
    }
}

fn takes(metric: &Metric, kind: usize) -> bool {
    metric.signs == Signs::Signed || !KINDS[kind].1
}

/// Rows, kinds of maps that they take, and seeds.
fn worlds(seeds: u64) -> Vec<(&'static Metric, usize, World)> {
    let each = METRICS
        .iter()
        .flat_map(|metric| (0..KINDS.len()).filter(|kind| takes(metric, *kind)).map(move |kind| (metric, kind)));
    each.flat_map(|(metric, kind)| {
        let seeds = if metric.name == "ms_ssim" { 1 } else { seeds };
        (0..seeds).map(move |seed| (metric, kind, World::new(metric, kind, seed)))
    })
    .collect()
}

fn near(a: Score, b: Score) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() <= ROUNDING * (1.0 + a.abs()),
        (a, b) => a == b,
    }
}

fn shuffled(field: &Field, seed: u64) -> Field {
    let mut values = field.values().to_vec();
    values.shuffle(&mut Seed(seed).stream("shuffled", 0));
    Field::new(Arc::new(field.grid().clone()), values).unwrap()
}

fn needs_other(metric: &Metric) -> bool {
    metric.needs.contains(&Need::Other)
}

#[test]
fn every_score_lies_in_the_declared_range() {
    for (metric, kind, world) in worlds(12) {
        let value = world.score(metric, &world.map, &world.other).unwrap_or_else(|why| {
            panic!("{} of {} maps: {why}", metric.name, KINDS[kind].0);
        });
        let (low, high) = metric.range;
        assert!(value >= low - 1e-12 && value <= high + 1e-12, "{} {value}", metric.name);
        assert!(value.is_finite());
    }
}

#[test]
fn maps_change_places_where_that_is_declared_and_only_there() {
    for metric in METRICS.iter().filter(|metric| needs_other(metric)) {
        let mut differs = false;
        for kind in (0..KINDS.len()).filter(|kind| takes(metric, *kind)) {
            for seed in 0..6 {
                let world = World::new(metric, kind, seed);
                let constant = world.map.map(|_| 0.5).unwrap();
                for map in [&world.map, &constant] {
                    let one = world.score(metric, map, &world.other);
                    let two = world.score(metric, &world.other, map).map_err(Undefined::mirrored);
                    differs |= !near(one, two);
                    assert!(!metric.symmetric || near(one, two), "{} {one:?} {two:?}", metric.name);
                }
            }
        }
        assert_eq!(differs, !metric.symmetric, "{}", metric.name);
    }
    assert!(METRICS.iter().all(|metric| needs_other(metric) || !metric.symmetric));
}

fn changed(field: &Field, change: Invariance) -> Field {
    let changed = match change {
        Invariance::None => field.map(|value| value),
        Invariance::Scale => field.map(|value| 4.0 * value),
        Invariance::Affine => field.map(|value| 4.0 * value + 2.0),
        Invariance::Monotone => field.map(|value| value.signum() * value.abs().powf(1.5) + value / 8.0),
    };
    changed.unwrap()
}

#[test]
fn the_declared_changes_of_a_map_change_nothing_and_the_next_ones_do() {
    use Invariance::{Affine, Monotone, None, Scale};
    for metric in METRICS {
        let stronger = [None, Scale, Affine, Monotone].into_iter().find(|change| *change > metric.invariance);
        let mut moved = false;
        for kind in (0..KINDS.len()).filter(|kind| takes(metric, *kind)) {
            for seed in 0..if metric.name == "ms_ssim" { 1 } else { 6 } {
                let World { map, other, .. } = &World::new(metric, kind, seed);
                let world = World::new(metric, kind, seed);
                let before = world.score(metric, map, other);
                for change in [Scale, Affine, Monotone].into_iter().filter(|change| *change <= metric.invariance) {
                    let after = world.score(metric, &changed(map, change), other);
                    assert!(near(before, after), "{} {change:?} {} {before:?} {after:?}", metric.name, KINDS[kind].0);
                    let after = world.score(metric, map, &changed(other, change));
                    assert!(!metric.symmetric || near(before, after), "{} second map, {change:?}", metric.name);
                }
                moved |=
                    stronger.is_some_and(|change| !near(before, world.score(metric, &changed(map, change), other)));
            }
        }
        assert_eq!(moved, stronger.is_some(), "{} is more invariant than it says", metric.name);
    }
}

#[test]
fn densities_refuse_negative_values_and_the_other_metrics_take_them() {
    for metric in METRICS {
        let (signed, positive) = (World::new(metric, 0, 1), World::new(metric, 1, 1));
        let score = signed.score(metric, &signed.map, &positive.other);
        assert_eq!(score == Err(Undefined::NegativeFirst), metric.signs == Signs::NonNegative, "{}", metric.name);
        assert_eq!(score.is_ok(), metric.signs == Signs::Signed, "{}", metric.name);
        if needs_other(metric) && metric.signs == Signs::NonNegative {
            assert_eq!(signed.score(metric, &positive.map, &signed.other), Err(Undefined::NegativeSecond));
        }
    }
}

#[test]
fn a_map_and_itself_score_what_is_declared() {
    for metric in METRICS.iter().filter(|metric| needs_other(metric)) {
        let mut scores = Vec::new();
        for kind in (0..KINDS.len()).filter(|kind| takes(metric, *kind)) {
            let world = World::new(metric, kind, 3);
            scores.push(world.score(metric, &world.map, &world.map).unwrap());
        }
        if metric.takes_two_maps() && metric.name != "ms_ssim" {
            let larger = field(|u| 0.1 + u, &Arc::new(Grid::whole((21, 20))), Seed(1), "larger");
            scores.push(metric.of(&larger, &larger).unwrap());
        }
        match metric.same {
            Some(same) => {
                assert!(scores.iter().all(|score| (score - same).abs() < ROUNDING), "{} {scores:?}", metric.name)
            }
            None => assert!(scores.iter().any(|score| (score - scores[0]).abs() > ROUNDING), "{} has one", metric.name),
        }
    }
    assert!(METRICS.iter().all(|metric| needs_other(metric) || metric.same.is_none()));
}

#[test]
fn shuffled_pixels_score_what_is_declared_for_chance() {
    let rounds = 1500;
    for metric in METRICS {
        let kinds: &[usize] = match metric.chance {
            Chance::Measured => &[],
            // Intersection over union takes the chance level of whole pixels; rank-biased overlap tied pixels in their order.
            _ if metric.name.starts_with("iou") || metric.name == "rbo" => &[1],
            _ => &[1, 3],
        };
        for kind in kinds {
            let world = World::new(metric, *kind, 5);
            let expected = match metric.chance {
                Chance::Value(value) => value,
                Chance::Formula(formula) => formula(&world.inputs(&world.map, &world.other)).unwrap(),
                Chance::Measured => continue,
            };
            let draws: Vec<f64> = (0..rounds)
                .into_par_iter()
                .map(|round| world.score(metric, &shuffled(&world.map, round), &world.other).unwrap())
                .collect();
            let mean = draws.iter().sum::<f64>() / rounds as f64;
            let error = (draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / rounds as f64).sqrt()
                / (rounds as f64).sqrt();
            assert!((mean - expected).abs() < 4.0 * error + ROUNDING, "{} {mean} {expected} {error}", metric.name);
            assert!(error < 0.05, "{}: the test is blunt", metric.name);
        }
    }
}

#[test]
fn agreement_lies_at_the_declared_end() {
    for metric in METRICS {
        let (mut good, mut bad) = (0.0, 0.0);
        for seed in 0..if metric.name == "ms_ssim" { 1 } else { 5 } {
            let world = World::new(metric, 1, seed);
            let raised = |sign: f64| {
                let mut values: Vec<f64> = world.map.values().iter().map(|value| value + 2.0).collect();
                world.fixations.iter().for_each(|at| values[*at] += sign);
                values
                    .iter_mut()
                    .zip(&world.region)
                    .for_each(|(value, inside)| *value += sign * f64::from(u8::from(*inside)));
                Field::new(Arc::new(world.map.grid().clone()), values).unwrap()
            };
            let pairs = if needs_other(metric) {
                [(world.map.map(|value| value).unwrap(), &world.map), (shuffled(&world.map, 1), &world.map)]
            } else {
                [(raised(1.0), &world.other), (raised(-1.0), &world.other)]
            };
            let scores = pairs.map(|(map, other)| world.score(metric, &map, other).unwrap());
            good += scores[0];
            bad += scores[1];
        }
        assert_eq!(good > bad, metric.better == Better::Higher, "{} {good} {bad}", metric.name);
    }
}

#[test]
fn what_is_needed_is_declared() {
    for metric in METRICS {
        let world = World::new(metric, 1, 2);
        let all = world.inputs(&world.map, &world.other);
        let without = |need: Need| match need {
            Need::Other => Inputs { other: None, ..all },
            Need::Fixations => Inputs { fixations: None, ..all },
            Need::OtherFixations => Inputs { other_fixations: None, ..all },
            Need::Region => Inputs { region: None, ..all },
            Need::Baseline => Inputs { baseline: None, ..all },
            Need::Nuisance => Inputs { nuisance: None, ..all },
            Need::Draws => Inputs { seed: None, ..all },
        };
        use Need::{Baseline, Draws, Fixations, Nuisance, Other, OtherFixations, Region};
        for need in [Other, Fixations, OtherFixations, Region, Baseline, Nuisance, Draws] {
            let score = (metric.score)(&without(need));
            assert_eq!(
                score == Err(Undefined::Missing(need)),
                metric.needs.contains(&need),
                "{} {need:?}",
                metric.name
            );
        }
    }
}

/// Nothing, one pixel, constants, zeros, one pixel among zeros, values near the largest and smallest.
#[test]
fn no_map_makes_a_score_that_is_not_a_number() {
    let plane = |value: fn(usize) -> f64, shape: (usize, usize)| {
        Field::whole(&Array2::from_shape_fn(shape, |(row, column)| value(row * shape.1 + column))).unwrap()
    };
    let values: [fn(usize) -> f64; 8] = [
        |_| 0.0,
        |_| 0.3,
        |_| -2.0,
        |at| f64::from(u8::from(at == 5)),
        |at| -f64::from(u8::from(at == 5)),
        |at| 1e30 * at as f64,
        |at| 1e-30 * at as f64,
        |at| if at % 2 == 0 { 1.0 } else { -1.0 },
    ];
    let mut undefined = 0;
    for shape in [(0, 0), (1, 1), (1, 2), (6, 4), (15, 18)] {
        let maps: Vec<Field> = values.iter().map(|value| plane(*value, shape)).collect();
        let last = shape.0 * shape.1;
        let region: Vec<bool> = (0..last).map(|at| at % 3 == 0).collect();
        let none: Vec<usize> = Vec::new();
        let some: Vec<usize> = [0, 5, 5, 7].into_iter().filter(|at| *at < last).collect();
        let all: Vec<usize> = (0..last).collect();
        for (metric, map) in METRICS.iter().flat_map(|metric| maps.iter().map(move |map| (metric, map))) {
            for other in &maps {
                for fixations in [&none, &some, &all] {
                    let inputs = Inputs {
                        map,
                        other: Some(other),
                        fixations: Some(fixations),
                        other_fixations: Some(fixations),
                        region: Some(&region),
                        baseline: Some(other),
                        nuisance: Some(&maps[3..4]),
                        seed: Some(Seed(1)),
                    };
                    match (metric.score)(&inputs) {
                        Ok(value) => assert!(value.is_finite(), "{} {shape:?}", metric.name),
                        Err(why) => undefined += usize::from(!why.to_string().is_empty()),
                    }
                }
            }
        }
    }
    assert!(undefined > 1000);
    assert_eq!(Field::whole(&Array2::from_elem((2, 2), f64::NAN)).unwrap_err(), Undefined::NotFinite);
    let (small, large) = (plane(|at| at as f64, (3, 4)), plane(|at| at as f64, (4, 3)));
    let refused =
        |metric: &&Metric| metric.takes_two_maps() && metric.of(&small, &large) != Err(Undefined::DifferentPixels);
    assert_eq!(METRICS.iter().filter(refused).count(), 0, "maps of different shapes are never resized in silence");
}

/// Metrics that see where pixels lie.
fn is_spatial(metric: &Metric) -> bool {
    let names = ["emd", "wasserstein", "ssim", "ms_ssim"];
    names.iter().any(|name| metric.name.starts_with(name)) && metric.name != "ssim.global"
}

#[test]
fn the_order_of_pixels_matters_to_spatial_metrics_only() {
    for (metric, kind, world) in worlds(3) {
        let mut order: Vec<usize> = (0..world.map.len()).collect();
        order.shuffle(&mut Seed(2).stream("order", 0));
        let moved = |field: &Field| {
            Field::new(Arc::new(field.grid().clone()), order.iter().map(|at| field.values()[*at]).collect()).unwrap()
        };
        let places = |pixels: &[usize]| -> Vec<usize> {
            pixels.iter().map(|pixel| order.iter().position(|at| at == pixel).unwrap()).collect()
        };
        let (map, other) = (moved(&world.map), moved(&world.other));
        let elsewhere = World {
            fixations: places(&world.fixations),
            other_fixations: places(&world.other_fixations),
            region: order.iter().map(|at| world.region[*at]).collect(),
            baseline: moved(&world.baseline),
            nuisance: world.nuisance.iter().map(moved).collect(),
            map: moved(&world.map),
            other: moved(&world.other),
        };
        let same = near(world.score(metric, &world.map, &world.other), elsewhere.score(metric, &map, &other));
        // Draws are of places, and rank-biased overlap takes tied pixels in their order.
        let drawn = metric.needs.contains(&Need::Draws) || (metric.name.starts_with("rbo") && kind > 1);
        assert!(drawn || same != is_spatial(metric), "{} {}", metric.name, KINDS[kind].0);
    }
}

#[test]
fn pixels_that_are_not_valid_do_not_count() {
    let mut generator = Seed(8).stream("mask", 0);
    let valid = Array2::from_shape_fn((17, 19), |(row, column)| row < 13 && column > 2);
    let grid = Arc::new(Grid::within(&valid));
    let whole = Arc::new(Grid::whole((13, 16)));
    for metric in METRICS.iter().filter(|metric| metric.takes_two_maps() && metric.name != "ms_ssim") {
        let mut draw = || (0..13 * 16).map(|_| generator.random::<f64>()).collect::<Vec<f64>>();
        let (x, y) = (draw(), draw());
        let on = |grid: &Arc<Grid>| {
            metric.of(
                &Field::new(Arc::clone(grid), x.clone()).unwrap(),
                &Field::new(Arc::clone(grid), y.clone()).unwrap(),
            )
        };
        // Transport is a share of the diagonal of the whole rectangle.
        let factor = match metric.name {
            "emd" | "emd.squared" => 12f64.hypot(15.0) / 16f64.hypot(18.0),
            "emd.city_block" => 27.0 / 34.0,
            "emd.thresholded" => continue,
            "wasserstein.rows" => 12.0 / 16.0,
            "wasserstein.columns" => 15.0 / 18.0,
            _ => 1.0,
        };
        assert!(near(on(&grid), on(&whole).map(|value| value * factor)), "{}", metric.name);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let scores = |threads: usize| -> Vec<Score> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            METRICS
                .par_iter()
                .map(|metric| {
                    let world = World::new(metric, 1, 4);
                    world.score(metric, &world.map, &world.other)
                })
                .collect()
        })
    };
    let bits = |scores: Vec<Score>| scores.into_iter().map(|score| score.map(f64::to_bits)).collect::<Vec<_>>();
    assert_eq!(bits(scores(1)), bits(scores(4)));
}

#[test]
fn metrics_that_correlate_transformed_maps_are_the_correlation_of_transformed_maps() {
    for (metric, _, world) in worlds(6) {
        let Some(transform) = metric.transform else { continue };
        let changed = [&world.map, &world.other].map(|field| transform(field.values()));
        let expected = bubblescope::stats::correlate::pearson(&changed[0], &changed[1]).unwrap();
        assert!((world.score(metric, &world.map, &world.other).unwrap() - expected).abs() < 1e-12, "{}", metric.name);
    }
    assert_eq!(METRICS.iter().filter(|metric| metric.transform.is_some()).count(), 3);
}

#[test]
fn identities_hold() {
    for seed in 0..10 {
        let named = |name: &str| Metric::named(name).unwrap();
        for (kind, (_, signed, _)) in KINDS.iter().enumerate() {
            let world = World::new(named("pearson"), kind, seed);
            let (x, y) = (&world.map, &world.other);
            let r = named("pearson").of(x, y).unwrap();
            let turned = x.map(|value| 3.0 - 2.0 * value).unwrap();
            assert!((named("pearson").of(&turned, y).unwrap() + r).abs() < ROUNDING);
            let n = x.len() as f64;
            let difference = |lost| correlation::standardised_difference(x, y, lost).unwrap();
            assert!((difference(0) - 2.0 * (1.0 - r)).abs() < ROUNDING);
            assert!((difference(1) - 2.0 * (1.0 - r) * (n - 1.0) / n).abs() < ROUNDING);
            let negative = x.map(|value| -value).unwrap();
            let both = [x, &negative].map(|map| roc::auc(map, &world.fixations).unwrap());
            assert!((both[0] + both[1] - 1.0).abs() < ROUNDING);
            if !signed {
                let of = |name: &str| named(name).of(x, y).unwrap();
                assert!((of("sim") + of("total_variation") - 1.0).abs() < ROUNDING);
                assert!((of("js_distance").powi(2) - of("js")).abs() < ROUNDING);
                assert!((of("hellinger").powi(2) + of("bhattacharyya") - 1.0).abs() < ROUNDING);
                assert!(of("emd") <= of("emd.squared") + ROUNDING, "moments grow with their order");
                let diagonal = 14f64.hypot(17.0);
                assert!(of("emd") * diagonal <= of("emd.city_block") * 31.0 + ROUNDING);
                assert!(
                    (14.0 * of("wasserstein.rows")).max(17.0 * of("wasserstein.columns"))
                        <= of("emd") * diagonal + ROUNDING
                );
            }
        }
    }
}

#[test]
fn a_translation_by_k_pixels_costs_k_whatever_moves() {
    let mut generator = Seed(9).stream("blob", 0);
    let blob: Vec<f64> = (0..36).map(|_| generator.random::<f64>()).collect();
    let grid = Grid::whole((30, 28));
    let at = |row: usize, column: usize| {
        let mut plane = Array2::zeros((30, 28));
        blob.iter().enumerate().for_each(|(cell, mass)| plane[[row + cell / 6, column + cell % 6]] = *mass);
        let sum = plane.sum();
        plane.into_iter().map(|mass: f64| mass / sum).collect::<Vec<f64>>()
    };
    let work = |q: &[f64], ground| least_work(&at(2, 3), q, &grid, ground, 32).unwrap();
    assert!((work(&at(2, 10), Ground::Euclidean) - 7.0).abs() < ROUNDING);
    assert!((work(&at(14, 8), Ground::Euclidean) - 13.0).abs() < ROUNDING);
    assert!((work(&at(14, 8), Ground::CityBlock) - 17.0).abs() < ROUNDING);
    assert!((work(&at(14, 8), Ground::Squared) - 169.0).abs() < 1e-6);
    assert!((work(&at(14, 8), Ground::Thresholded(4.0)) - 4.0).abs() < 1e-3, "nearly all mass moves further than 4 px");
    // Overlapping blobs: only what differs moves, and the mean still moves by the translation.
    assert!((work(&at(3, 3), Ground::Euclidean) - 1.0).abs() < ROUNDING);
}

#[test]
fn work_between_neighbours_is_that_of_all_ways() {
    // On a line the Euclidean distance is the city-block distance, so the two solvers must agree.
    for seed in 0..5 {
        let mut generator = Seed(seed).stream("line", 0);
        let mut draw = || {
            let masses: Vec<f64> = (0..24).map(|_| generator.random::<f64>()).collect();
            let sum: f64 = masses.iter().sum();
            masses.into_iter().map(|mass| mass / sum).collect::<Vec<f64>>()
        };
        let (p, q, grid) = (draw(), draw(), Grid::whole((24, 1)));
        let work = |ground| least_work(&p, &q, &grid, ground, 32).unwrap();
        assert!((work(Ground::Euclidean) - work(Ground::CityBlock)).abs() < ROUNDING);
        let line = bubblescope::metric::transport::on_a_line(&p, &q, &grid, bubblescope::metric::transport::Side::Rows);
        assert!((work(Ground::Euclidean) - line).abs() < ROUNDING);
    }
}
