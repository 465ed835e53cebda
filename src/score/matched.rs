//! Metrics that are no correlation: no formula says what noise takes from them, so each is measured on both sides at the
//! same number of maps, and agreement is placed between chance and the two sides' agreement with themselves.
//!
//!   A  metric of the mean map of half of the observers with that of the other half, mean over drawn splits
//!   B  metric of the maps of two seeds
//!   C  metric of a network's map with the mean map of half of the observers
//!   C0 the same with half of the observers of another picture; where there is none, the chance value of the metric
//!   index = (C - C0) / (√(A B) - C0)
//! The index is a relative position and no corrected value. Maps are averaged as they are. For a metric that is not symmetric the
//! two orders are averaged in A and B, and the human map is the truth in C. For a metric of a region the region is the top fifth
//! of the other map, without the pixels that are tied at its border. Intervals resample pictures and seeds, not observers, and
//! there is an index only where those of A and B end beyond C0. Pairs of maps without a value are left out, and counted with
//! the reason.

use std::sync::Arc;

use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::agreement::{Comparison, Sampled};
use super::compare::{Interval, Options};
use super::points::Points;
use super::tally::Tally;
use crate::metric::overlap::{membership, wanted};
use crate::metric::{Better, Chance, Field, Grid, Inputs, Metric, Need, Score, Undefined};
use crate::stats::crossed::{Draw, contains, error, half_of, missed, sets, variance, weights};
use crate::stats::quantile::quantile;

/// What has a score.
const PAIRS: &str = "pairs of maps";
/// Splits of the observers for each picture.
const SPLITS: u64 = 10;
/// Other pictures that each picture is compared with.
const MISMATCHES: usize = 3;
/// Share of the pixels of a map that make a region.
const REGION: f64 = 0.2;

/// Quantities and what they are, in their order.
const MATCHED: [(&str, &str); 6] = [
    ("raw", "score with the mean map of the observers, no correction"),
    ("human_half", "score of half of the observers with the other half"),
    ("seed_pair", "mean score of two seeds"),
    ("network_half", "score with half of the observers"),
    ("mismatched_half", "score with half of the observers of another picture"),
    ("index", "(network_half - mismatched_half) / (sqrt(human_half seed_pair) - mismatched_half), an index"),
];

/// What a quantity is, and what its interval resamples of (pictures, observers, seeds).
pub(super) fn convention(quantity: &str, by_chance: bool, task: bool, [pictures, _, seeds]: [usize; 3]) -> String {
    if by_chance {
        return "score of unrelated maps with the mean map of the observers: 95 % of them".to_owned();
    }
    let what = MATCHED.iter().find(|(name, _)| *name == quantity).map_or("", |(_, what)| what);
    // The maps of a task are of no picture.
    let resampled = match (pictures > 1 && !task, seeds > 1) {
        (true, true) => "pictures and seeds resampled, observers as they are",
        (true, false) => "pictures resampled, observers and the one seed as they are",
        (false, true) => "seeds resampled, observers and pictures as they are",
        (false, false) => "nothing resampled",
    };
    format!("{what}; {resampled}")
}

/// The scores of one picture; `None` where a pair has none.
struct Scores {
    raw: Vec<Option<f64>>,
    human: Option<f64>,
    /// Of seed k with seeds before it.
    seeds: Vec<Vec<Option<f64>>>,
    cross: Vec<Option<f64>>,
    mismatched: Vec<Option<f64>>,
    tally: Tally,
}

/// The maps of one picture.
struct Maps {
    networks: Vec<Option<Field>>,
    people: Option<Field>,
    /// Two halves of the observers a split; all of them, once, if there is one.
    halves: Vec<Vec<Field>>,
}

/// The score of two maps; the second is the truth.
fn score(metric: &Metric, map: &Field, other: &Field) -> Score {
    if metric.needs != [Need::Region] {
        return metric.of(map, other);
    }
    if other.is_constant() {
        return Err(Undefined::ConstantSecond);
    }
    let region = top(other);
    (metric.score)(&Inputs { region: Some(&region), ..Inputs::of(map) })
}

/// The pixels that are among the largest values for certain; where all that could be are tied, those.
fn top(map: &Field) -> Vec<bool> {
    let member = membership(map, wanted(map.len(), REGION));
    let least = if member.iter().any(|share| *share >= 1.0) { 1.0 } else { f64::MIN_POSITIVE };
    member.into_iter().map(|share| share >= least).collect()
}

/// The same in both orders, where they differ.
fn both_orders(metric: &Metric, map: &Field, other: &Field) -> Score {
    let first = score(metric, map, other)?;
    if metric.symmetric { Ok(first) } else { Ok((first + score(metric, other, map)?) / 2.0) }
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = values.flatten().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// The mean of the maps that are there.
fn mean_map<'a>(grid: &Arc<Grid>, maps: impl Iterator<Item = &'a Sampled>) -> Option<Field> {
    let present: Vec<&Vec<f64>> = maps.flatten().collect();
    let mut sum = vec![0.0; present.first()?.len()];
    present.iter().for_each(|map| sum.iter_mut().zip(*map).for_each(|(sum, value)| *sum += value));
    Field::new(Arc::clone(grid), sum.iter().map(|sum| sum / present.len() as f64).collect()).ok()
}

impl Maps {
    fn all(comparison: &Comparison, points: &Points, options: Options) -> Vec<Maps> {
        let cells: Vec<(usize, usize)> =
            points.places.iter().map(|(row, column)| (row / points.step, column / points.step)).collect();
        let grid = Arc::new(Grid::around(&cells));
        let field = |map: &Sampled| Field::new(Arc::clone(&grid), map.clone()?).ok();
        let of = |(at, human): (usize, &Vec<Sampled>)| {
            let networks = match comparison.model.get(at) {
                Some(model) if !comparison.task => model.iter().map(field).collect(),
                _ => (0..comparison.levels()[2])
                    .map(|seed| mean_map(&grid, comparison.model.iter().filter_map(|maps| maps.get(seed))))
                    .collect(),
            };
            let halves = halves(&grid, human, options, at);
            Maps { networks, people: mean_map(&grid, human.iter()), halves }
        };
        comparison.human.par_iter().enumerate().map(of).collect()
    }
}

/// Mean maps of two halves of the observers that have one, split after split; an odd one out sits out.
fn halves(grid: &Arc<Grid>, human: &[Sampled], options: Options, picture: usize) -> Vec<Vec<Field>> {
    let mut present: Vec<&Sampled> = human.iter().filter(|map| map.is_some()).collect();
    if present.len() < 2 {
        return vec![mean_map(grid, present.into_iter()).into_iter().collect()];
    }
    let half = present.len() / 2;
    let splits = if half == 1 && present.len() == 2 { 1 } else { SPLITS };
    let split = |number: u64| {
        let mut generator = options.seed.derive("halves", picture as u64).stream("split", number);
        present.shuffle(&mut generator);
        let sides = [&present[..half], &present[half..2 * half]];
        sides.into_iter().filter_map(|side| mean_map(grid, side.iter().copied())).collect()
    };
    (0..splits).map(split).collect()
}

impl Scores {
    fn new(metric: &Metric, all: &[Maps], at: usize) -> Scores {
        let mut tally = Tally::default();
        let Maps { networks, people, halves } = &all[at];
        let pair = |map: &Option<Field>, other: &Option<Field>| Some(score(metric, map.as_ref()?, other.as_ref()?));
        let raw = networks.iter().map(|map| tally.count(pair(map, people)?)).collect();
        let seeds = (0..networks.len())
            .map(|k| {
                let first = networks[k].as_ref();
                let with = |other: &Option<Field>| tally.count(both_orders(metric, first?, other.as_ref()?));
                networks[..k].iter().map(with).collect()
            })
            .collect();
        let human = mean(halves.iter().map(|split| match &split[..] {
            [first, second] => tally.count(both_orders(metric, first, second)),
            _ => None,
        }));
        let mut with_halves = |map: &Option<Field>, splits: &[Vec<Field>]| {
            let map = map.as_ref()?;
            mean(splits.iter().flatten().map(|half| tally.count(score(metric, map, half))))
        };
        let cross = networks.iter().map(|map| with_halves(map, halves)).collect();
        let others: Vec<Vec<Field>> = Vec::new();
        let elsewhere: Vec<&[Vec<Field>]> = (1..all.len())
            .take(MISMATCHES)
            .filter_map(|step| all[(at + step) % all.len()].halves.get(..1))
            .chain(std::iter::once(&others[..]))
            .collect();
        let mismatched =
            networks.iter().map(|map| mean(elsewhere.iter().map(|splits| with_halves(map, splits)))).collect();
        Scores { raw, human, seeds, cross, mismatched, tally }
    }
}

/// The six quantities under weights of pictures and seeds.
fn quantities(metric: &Metric, scores: &[Scores], [pictures, seeds]: [&[f64]; 2]) -> [Option<f64>; 6] {
    let weighted = |terms: &mut dyn Iterator<Item = (f64, Option<f64>)>| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (weight, value) in terms {
            if let Some(value) = value {
                sum += weight * value;
                total += weight;
            }
        }
        (total > 0.0).then(|| sum / total)
    };
    let by_seed = |of: fn(&Scores) -> &Vec<Option<f64>>| {
        let each = scores.iter().zip(pictures);
        weighted(&mut each.flat_map(|(one, w)| of(one).iter().zip(seeds).map(move |(value, k)| (w * k, *value))))
    };
    let human = weighted(&mut scores.iter().zip(pictures).map(|(one, w)| (*w, one.human)));
    let between = weighted(&mut scores.iter().zip(pictures).flat_map(|(one, w)| {
        let of_seed = one.seeds.iter().zip(seeds);
        of_seed.flat_map(move |(values, k)| values.iter().zip(seeds).map(move |(value, other)| (w * k * other, *value)))
    }));
    let (raw, cross) = (by_seed(|one| &one.raw), by_seed(|one| &one.cross));
    let by_table = || if let Chance::Value(value) = metric.chance { Some(value) } else { None };
    let mismatched = by_seed(|one| &one.mismatched).or_else(by_table);
    [raw, human, between, cross, mismatched, index(metric.better, human, between, cross, mismatched)]
}

/// The relative position, where both sides agree with themselves better than chance.
fn index(better: Better, a: Option<f64>, b: Option<f64>, c: Option<f64>, chance: Option<f64>) -> Option<f64> {
    let (a, b, c, chance) = (a?, b?, c?, chance?);
    let most = (a * b).max(0.0).sqrt();
    let above = if better == Better::Higher { most > chance } else { most < chance };
    // The root of two negative values would be positive; a distance of maps that are alike may miss 0 by rounding.
    let positive = a.min(b) > -1e-9;
    (above && positive).then(|| (c - chance) / (most - chance))
}

/// Places of quantities in [`MATCHED`].
const HUMAN: usize = 1;
const SEEDS: usize = 2;
const MISMATCHED: usize = 4;
const INDEX: usize = 5;

/// Every quantity with its interval over pictures and seeds.
pub(super) fn matched(comparison: &Comparison, points: &Points, metric: &Metric, options: Options) -> Vec<Interval> {
    let maps = Maps::all(comparison, points, options);
    let scores: Vec<Scores> = (0..maps.len()).into_par_iter().map(|at| Scores::new(metric, &maps, at)).collect();
    let levels = [scores.len(), comparison.levels()[2]];
    let ones = levels.map(|n| vec![1.0; n]);
    let estimate = quantities(metric, &scores, [&ones[0], &ones[1]]);
    let varied: Vec<usize> = (0..2).filter(|factor| levels[*factor] > 1).collect();
    let varied_levels: Vec<usize> = varied.iter().map(|factor| levels[*factor]).collect();
    // draws[set][quantity] holds one value a replicate; pictures are factor 0 of the whole design, and seeds factor 2.
    let mut draws = vec![vec![Vec::new(); MATCHED.len()]; (1 << varied.len()) - 1];
    for replicate in 0..options.replicates {
        let drawn = [0, 1].map(|factor| weights(options.seed, 2 * factor, replicate, levels[factor]));
        for (set, draws) in sets(varied.len()).zip(&mut draws) {
            let is_drawn = |factor| varied.iter().position(|v| *v == factor).is_some_and(|bit| contains(set, bit));
            let of = [0, 1].map(|factor| if is_drawn(factor) { &drawn[factor][..] } else { &ones[factor][..] });
            draws.iter_mut().zip(quantities(metric, &scores, of)).for_each(|(values, value)| values.extend(value));
        }
    }
    let mut tally = Tally::default();
    scores.iter().for_each(|one| tally.join(&one.tally));
    let left_out = tally.text(PAIRS);
    let without: Vec<f64> = (0..levels[1])
        .filter_map(|out| {
            let seeds: Vec<f64> = (0..levels[1]).map(|at| f64::from(u8::from(at != out))).collect();
            quantities(metric, &scores, [&ones[0], &seeds])[SEEDS]
        })
        .collect();
    // Limits from what is resampled, whether or not that is all that varies.
    let drawn = |at: usize, value: f64| {
        let complete = draws.iter().all(|set| set[at].len() * 10 >= options.replicates * 9);
        let variances: Vec<f64> = draws.iter().map(|set| variance(&set[at])).collect();
        let of_seeds = varied.iter().position(|factor| *factor == 1).filter(|_| at == SEEDS);
        let beyond = of_seeds.map(|bit| (missed(Draw::Dirichlet, &without, variances[(1 << bit) - 1]), without.len()));
        let half = half_of(error(Draw::Dirichlet, &varied_levels, &variances, beyond));
        if complete {
            Ok((value - half, value + half))
        } else {
            Err("the value is undefined in more than a tenth of the resamples")
        }
    };
    let limits = |at: usize, value: f64| match at {
        _ if varied.is_empty() => Err("there is one picture and one seed"),
        HUMAN if levels[0] == 1 => Err("there is one picture, and observers are not resampled"),
        SEEDS if without.len() < 3 => Err("two make one pair, and how pairs differ is unknown"),
        MISMATCHED if levels[0] == 1 => Err("there is no other picture, and chance is that of the metric"),
        _ => drawn(at, value),
    };
    // One pair of seeds tells nothing of how pairs differ, but it does of how pictures do.
    let is_beyond = |at: usize| -> Option<bool> {
        let (value, chance) = (estimate[at]?, estimate[MISMATCHED]?);
        let known = if at == SEEDS && levels[0] > 1 && levels[1] == 2 { drawn(at, value) } else { limits(at, value) };
        let (low, high) = known.ok()?;
        Some(if metric.better == Better::Higher { low > chance } else { high < chance })
    };
    let certain = [HUMAN, SEEDS].into_iter().all(|at| is_beyond(at) == Some(true));
    let interval = |(at, value): (usize, Option<f64>)| {
        let doubted = at == INDEX && value.is_some() && !certain;
        let value = value.filter(|_| !doubted);
        let limits = value.map(|value| limits(at, value));
        let why = match limits {
            _ if doubted => {
                Some("undefined, because that one side agrees with itself better than chance is not certain".to_owned())
            }
            None => Some(undefined(MATCHED[at].0, comparison)),
            Some(Err(why)) => Some(format!("no interval: {why}")),
            Some(Ok(_)) => None,
        };
        let notes: Vec<String> = why.into_iter().chain(left_out.clone()).collect();
        let undefined = (!notes.is_empty()).then(|| notes.join("; "));
        Interval { limits: limits.and_then(Result::ok), ..Interval::plain(MATCHED[at].0, value, undefined) }
    };
    estimate.into_iter().enumerate().map(interval).collect()
}

fn undefined(quantity: &str, comparison: &Comparison) -> String {
    let [_, observers, seeds] = comparison.levels();
    let why = match quantity {
        "seed_pair" | "index" if seeds < 2 => "there is one weight seed",
        "human_half" | "index" if observers < 2 => "there is one observer",
        "mismatched_half" => "there is no other picture, and the metric has no chance value of its own",
        "index" => "one side does not agree with itself better than chance",
        _ => "no pair of maps has a value",
    };
    format!("undefined, because {why}")
}

/// The raw score of maps that are related to nothing: its mean, and the limits between which 95 % of single maps lie.
pub(super) fn matched_chance(comparison: &Comparison, points: &Points, metric: &Metric, options: Options) -> Interval {
    let maps = Maps::all(comparison, points, options);
    let mut tally = Tally::default();
    let raw: Vec<f64> = (0..comparison.levels()[2])
        .filter_map(|instance| {
            mean(maps.iter().map(|picture| {
                let (map, people) = (picture.networks.get(instance)?.as_ref()?, picture.people.as_ref()?);
                tally.count(score(metric, map, people))
            }))
        })
        .collect();
    let value = mean(raw.iter().map(|value| Some(*value)));
    let limits = quantile(&raw, 0.025).zip(quantile(&raw, 0.975));
    let why = value.is_none().then(|| undefined("raw", comparison));
    let notes: Vec<String> = why.into_iter().chain(tally.text(PAIRS)).collect();
    Interval { limits, ..Interval::plain("raw", value, (!notes.is_empty()).then(|| notes.join("; "))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::METRICS;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    const SIDE: usize = 12;

    fn points() -> Points {
        let places = (0..SIDE * SIDE).map(|at| (2 * (at / SIDE) + 1, 2 * (at % SIDE) + 1)).collect();
        Points { places, step: 2 }
    }

    /// A blob at a place of its own for each picture, and noise: positive.
    fn map(picture: u64, noise: f64, seed: u64) -> Sampled {
        let (row, column) = (3.0 + (picture * 5 % 7) as f64, 2.0 + (picture * 3 % 8) as f64);
        let mut generator = Seed(seed).stream("noise", picture);
        let value = |at: usize| {
            let (y, x) = ((at / SIDE) as f64 - row, (at % SIDE) as f64 - column);
            let error: f64 = StandardNormal.sample(&mut generator);
            4.0 * (-(y * y + x * x) / 8.0).exp() + noise * error.abs()
        };
        Some((0..SIDE * SIDE).map(value).collect())
    }

    /// People with noise; networks that see the blob of the picture, or of another.
    fn comparison(noise: f64, networks_noise: f64, elsewhere: u64) -> Comparison {
        let side = |makers: u64, noise: f64, off: u64, from: u64| -> Vec<Vec<Sampled>> {
            (0..8).map(|picture| (0..makers).map(|maker| map(picture + off, noise, from + maker)).collect()).collect()
        };
        let (human, model) = (side(8, noise, 0, 10), side(3, networks_noise, elsewhere, 100));
        Comparison { human, model, task: false }
    }

    fn found(comparison: &Comparison, name: &str) -> Vec<Interval> {
        let metric = Metric::named(name).unwrap();
        matched(comparison, &points(), metric, Options::new(60, Seed(1)))
    }

    fn value(intervals: &[Interval], quantity: &str) -> f64 {
        intervals.iter().find(|one| one.quantity == quantity).unwrap().value.unwrap_or_else(|| panic!("{intervals:?}"))
    }

    #[test]
    fn networks_like_half_of_the_people_have_an_index_of_one_and_others_of_nothing() {
        // Half of eight people have a quarter of the variance: noise of half the size.
        for name in ["sim", "js", "iou10", "emd", "region_auc", "kendall", "kl"] {
            let like = found(&comparison(1.0, 0.5, 0), name);
            let index = value(&like, "index");
            assert!((index - 1.0).abs() < 0.3, "{name} {index}");
            assert!(like.iter().all(|one| one.limits.is_some()), "{name} {like:?}");
            let unlike = value(&found(&comparison(1.0, 0.5, 11), name), "index");
            assert!(unlike.abs() < 0.6 && unlike < index - 0.4, "{name} {unlike}");
        }
    }

    #[test]
    fn maps_that_are_all_alike_reach_the_end_of_the_scale() {
        for metric in METRICS.iter().filter(|metric| metric.scores_maps() && metric.name != "ms_ssim") {
            let Some(same) = metric.same else { continue };
            let found = matched(&comparison(0.0, 0.0, 0), &points(), metric, Options::new(20, Seed(1)));
            for quantity in ["raw", "human_half", "seed_pair", "network_half", "index"] {
                let expected = if quantity == "index" { 1.0 } else { same };
                assert!((value(&found, quantity) - expected).abs() < 1e-6, "{} {quantity} {found:?}", metric.name);
            }
            assert!((value(&found, "mismatched_half") - same).abs() > 1e-3, "{}", metric.name);
        }
    }

    #[test]
    fn pairs_without_a_value_are_counted_with_their_reasons() {
        let mut signed = comparison(1.0, 0.5, 0);
        signed.model[2][1] = signed.model[2][1].take().map(|values| values.iter().map(|value| value - 2.0).collect());
        let some = found(&signed, "sim");
        let raw = &some[0];
        assert!(raw.value.is_some() && raw.undefined.as_ref().unwrap().contains("the first map has negative values"));
        let all = comparison(1.0, 0.5, 0);
        let negative = |values: Vec<f64>| values.into_iter().map(|value| value - 2.0).collect();
        let human = all.human.into_iter().map(|maps| maps.into_iter().map(|map| map.map(negative)).collect()).collect();
        let none = found(&Comparison { human, ..all }, "sim");
        assert!(none[0].value.is_none());
        let why = none[0].undefined.as_ref().unwrap();
        assert!(
            why.contains("no pair of maps has a value") && why.contains("the second map has negative values"),
            "{why}"
        );
    }

    #[test]
    fn a_region_does_not_depend_on_where_its_ties_lie() {
        let grid = Arc::new(Grid::around(&(0..100).map(|at| (at / 10, at % 10)).collect::<Vec<_>>()));
        let field = |values: Vec<f64>| Field::new(Arc::clone(&grid), values).unwrap();
        // Thresholded, and in four steps: 20 of 100 pixels are wanted, and no border leaves 20.
        for (levels, inside) in [(vec![0.9], 10), (vec![0.65], 35), (vec![0.3, 0.6, 0.88], 12)] {
            let map: Vec<f64> = (0..100)
                .map(|at| {
                    let place = f64::from((at * 37) % 100) / 100.0;
                    levels.iter().filter(|level| place >= **level).count() as f64
                })
                .collect();
            let turned: Vec<f64> = map.iter().rev().copied().collect();
            let (region, mut back) = (top(&field(map)), top(&field(turned)));
            back.reverse();
            assert_eq!(region, back);
            assert_eq!(region.iter().filter(|member| **member).count(), inside);
        }
    }

    #[test]
    fn maps_of_noise_have_no_index_and_values_without_limits_say_why() {
        let nothing = |makers: u64, from: u64| -> Vec<Vec<Sampled>> {
            let noise = |seed: u64| -> Sampled {
                let mut generator = Seed(seed).stream("noise", 0);
                Some((0..SIDE * SIDE).map(|_| StandardNormal.sample(&mut generator)).map(|v: f64| v.abs()).collect())
            };
            (0..6).map(|p| (0..makers).map(|maker| noise(from + 20 * p + maker)).collect()).collect()
        };
        for (run, name) in ["iou10", "iou10", "iou10", "kendall", "kendall", "sim", "kl"].into_iter().enumerate() {
            let from = 1000 * run as u64;
            let unrelated = Comparison { human: nothing(6, from), model: nothing(4, from + 500), task: false };
            let all = found(&unrelated, name);
            assert_eq!(all[5].value, None, "{name} {all:?}");
            assert!(all[5].undefined.as_ref().unwrap().contains("better than chance"), "{:?}", all[5]);
        }
        let mut two = comparison(1.0, 0.5, 0);
        two.model.iter_mut().for_each(|maps| maps.truncate(2));
        let of_two = found(&two, "sim");
        assert!(of_two[2].limits.is_none() && of_two[2].undefined.as_ref().unwrap().contains("two make one pair"));
        assert!(of_two[5].limits.is_some(), "pictures tell that seeds agree: {of_two:?}");
        let single = Comparison { human: two.human[..1].to_vec(), model: two.model[..1].to_vec(), task: false };
        let of_one = found(&single, "region_auc");
        assert!(of_one[1].limits.is_none() && of_one[1].undefined.as_ref().unwrap().contains("one picture"));
    }

    #[test]
    fn one_observer_or_one_seed_leaves_the_index_undefined_and_names_which() {
        let all = comparison(1.0, 0.5, 0);
        let first = |maps: &[Vec<Sampled>]| maps.iter().map(|maps| maps[..1].to_vec()).collect::<Vec<_>>();
        let one_person = found(&Comparison { human: first(&all.human), ..all.clone() }, "sim");
        assert_eq!(one_person[5].undefined.as_deref(), Some("undefined, because there is one observer"));
        let one_seed = found(&Comparison { model: first(&all.model), ..all.clone() }, "sim");
        assert_eq!(one_seed[5].undefined.as_deref(), Some("undefined, because there is one weight seed"));
        let task = Comparison { human: all.human[..1].to_vec(), task: true, ..all };
        let of_task = found(&task, "region_auc");
        let resampled = |task: bool, levels| convention("raw", false, task, levels);
        assert!(resampled(true, [8, 1, 3]).ends_with("; seeds resampled, observers and pictures as they are"));
        assert!(resampled(false, [8, 6, 1]).ends_with("; pictures resampled, observers and the one seed as they are"));
        assert_eq!(of_task[4].value, Some(0.5), "by the table, for there is no other picture");
        assert!(found(&task, "sim")[4].value.is_none());
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let of = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| found(&comparison(1.0, 0.5, 0), "iou10"))
        };
        assert_eq!(of(1), of(4));
    }
}
