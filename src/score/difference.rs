//! Whether two sets of maps differ in their agreement: the same pictures, and the same resamples of everything both share.
//!
//! A level that both sides have (a picture, an observer, a weight seed of one model) gets the same weight on both sides in
//! each replicate of the crossed bootstrap, so that what it adds to both cancels; observers of two groups, and seeds of two
//! models, are factors of their own. Beside it stand random signs of the differences of single pictures.

use ndarray::{Array2, Axis};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::agreement::{Comparison, Means, Quantities, Sampled, normal};
use super::compare::{Options, resample};
use super::gram::{Gram, Weights};
use super::sides::Lined;
use super::spread::one_pair;
use crate::metric::Metric;
use crate::stats::crossed::{Draw, contains, error, half_width, sets, variance, weights};
use crate::stats::sign_flip::sign_flip;

/// One side of a comparison of two: what it is called, whose seeds it has, and its maps.
pub(super) struct Side<'a> {
    /// Names the networks whose seeds these are: equal names are the same networks.
    pub(super) networks: &'a str,
    pub(super) lined: &'a Lined,
}

/// The difference of one quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Name of the quantity: `raw` or `ratio`.
    pub quantity: &'static str,
    /// The quantity of each side.
    pub values: [Option<f64>; 2],
    /// First less second.
    pub difference: Option<f64>,
    /// 95 % interval of the difference.
    pub limits: Option<(f64, f64)>,
    /// Two-sided p of the difference, by the variance of the interval and Student's t.
    pub p: Option<f64>,
    /// Two-sided p of random signs of the pictures' differences, for `raw` of two pictures or more.
    pub p_flips: Option<f64>,
    /// Why there is no difference, or no interval.
    pub undefined: Option<String>,
}

/// A factor that is resampled: for each side, the role it has there (0 pictures, 1 observers, 2 seeds) and the level of
/// the factor that each of the side's own levels is.
struct Factor {
    levels: usize,
    roles: [Option<(usize, Vec<usize>)>; 2],
}

impl Factor {
    /// One factor of what both sides share, or two where they share nothing.
    fn of(role: usize, a: &[String], b: &[String]) -> Vec<Factor> {
        if a.iter().any(|level| b.contains(level)) {
            let mut all: Vec<&String> = a.iter().chain(b).collect();
            all.sort_unstable();
            all.dedup();
            let own = |levels: &[String]| {
                levels.iter().filter_map(|level| all.iter().position(|known| *known == level)).collect()
            };
            return vec![Factor { levels: all.len(), roles: [Some((role, own(a))), Some((role, own(b)))] }];
        }
        let alone = |levels: &[String]| Some((role, (0..levels.len()).collect()));
        vec![Factor { levels: a.len(), roles: [alone(a), None] }, Factor { levels: b.len(), roles: [None, alone(b)] }]
    }
}

/// One side with what does not change between resamples.
struct Ready<'a> {
    comparison: &'a Comparison,
    fixed: Gram,
    observers: f64,
    /// Human rows of a task.
    people: Option<Vec<Vec<Sampled>>>,
}

/// Weights of (pictures, observers, seeds): a row a replicate; `None` where all weights are 1.
type Drawn = [Option<Array2<f64>>; 3];

impl<'a> Ready<'a> {
    fn new(comparison: &'a Comparison, metric: &Metric) -> Ready<'a> {
        let fixed = comparison.gram(metric);
        let observers = fixed.observers_per_map();
        let people = comparison.task.then(|| normal(metric, &comparison.human));
        Ready { comparison, fixed, observers, people }
    }

    fn quantities(&self, metric: &Metric, count: usize, drawn: &Drawn) -> Vec<Quantities> {
        let of = |means: Means| Quantities::new(means, None, self.observers);
        let [pictures, observers, seeds] = drawn.each_ref().map(Option::as_ref);
        match (&self.people, pictures) {
            // The maps of a task change with the weights of its pictures.
            (Some(people), Some(pictures)) => (0..count)
                .flat_map(|at| {
                    let model = self.comparison.averaged(metric, &pictures.row(at).to_vec());
                    let row = |weights: Weights| weights.map(|w| w.row(at).insert_axis(Axis(0)).to_owned());
                    let (observers, seeds) = (row(observers), row(seeds));
                    Means::of(&self.fixed.with_model(people, &model), 1, [None, observers.as_ref(), seeds.as_ref()])
                })
                .map(of)
                .collect(),
            _ => Means::of(&self.fixed, count, [pictures, observers, seeds]).into_iter().map(of).collect(),
        }
    }
}

/// Replicates at a time, so that weights of pairs fit into memory.
const BATCH: usize = 128;

/// Compares two sides over the same pictures, in the same order.
pub(super) fn differences(sides: [Side; 2], metric: &Metric, options: Options) -> Vec<Difference> {
    let [a, b] = &sides;
    let ready = [a, b].map(|side| Ready::new(&side.lined.comparison, metric));
    let named =
        |side: &Side| side.lined.seeds.iter().map(|seed| format!("{}/{seed}", side.networks)).collect::<Vec<_>>();
    let factors: Vec<Factor> = [
        Factor::of(0, &a.lined.pictures, &b.lined.pictures),
        Factor::of(1, &a.lined.observers, &b.lined.observers),
        Factor::of(2, &named(a), &named(b)),
    ]
    .into_iter()
    .flatten()
    .filter(|factor| factor.levels > 1)
    .collect();
    let levels: Vec<usize> = factors.iter().map(|factor| factor.levels).collect();
    let pair = |quantities: [&Quantities; 2]| ["raw", "ratio"].map(|name| quantities.map(|of| of.get(name)));
    let whole = [0, 1].map(|side: usize| ready[side].quantities(metric, 1, &[None, None, None]));
    let mut estimates = pair([&whole[0][0], &whole[1][0]]);
    // A ratio to a reliability that is not above zero is withdrawn, as in the table of scores.
    let doubts = [a, b].map(|side| resample(&side.lined.comparison, metric, options).doubt_of_observers());
    estimates[1].iter_mut().zip(&doubts).filter(|(_, doubt)| doubt.is_some()).for_each(|(value, _)| *value = None);

    let mut draws = vec![vec![Vec::new(); 2]; (1 << factors.len()) - 1];
    for first in (0..options.replicates).step_by(BATCH) {
        let count = BATCH.min(options.replicates - first);
        let drawn: Vec<Vec<Vec<f64>>> = levels
            .iter()
            .enumerate()
            .map(|(at, n)| (first..first + count).map(|replicate| weights(options.seed, at, replicate, *n)).collect())
            .collect();
        for (set, draws) in sets(factors.len()).zip(&mut draws) {
            let quantities = [0, 1].map(|side: usize| {
                let mut own: Drawn = [None, None, None];
                for (at, factor) in factors.iter().enumerate().filter(|(at, _)| contains(set, *at)) {
                    let Some((role, map)) = &factor.roles[side] else { continue };
                    own[*role] = Some(Array2::from_shape_fn((count, map.len()), |(b, level)| drawn[at][b][map[level]]));
                }
                ready[side].quantities(metric, count, &own)
            });
            for (a, b) in quantities[0].iter().zip(&quantities[1]) {
                for (values, [first, second]) in draws.iter_mut().zip(pair([a, b])) {
                    values.extend(first.zip(second).map(|(first, second)| first - second));
                }
            }
        }
    }

    let of_pictures = [0, 1].map(|side: usize| ready[side].fixed.raw_of_pictures(estimates[0][side]?));
    let flips = of_pictures[0].as_ref().zip(of_pictures[1].as_ref()).and_then(|(a, b)| {
        let rows: Vec<Vec<f64>> = a.iter().zip(b).map(|(a, b)| vec![a - b]).collect();
        let flips = sign_flip(&rows, options.replicates.max(1000), options.seed.derive("flips", 0));
        flips.map(|flips| flips.two_sided[0])
    });
    ["raw", "ratio"]
        .into_iter()
        .zip(estimates)
        .enumerate()
        .map(|(at, (quantity, values))| {
            let difference = values[0].zip(values[1]).map(|(first, second)| first - second);
            let complete = draws.iter().all(|set| set[at].len() * 10 >= options.replicates * 9);
            let variances: Vec<f64> = draws.iter().map(|set| variance(&set[at])).collect();
            let single = [a, b].into_iter().find_map(|side| one_pair(quantity, side.lined.comparison.levels()));
            let usable = difference.filter(|_| complete && !factors.is_empty() && single.is_none());
            let limits = usable.map(|value| {
                let half = half_width(Draw::Dirichlet, &levels, &variances);
                (value - half, value + half)
            });
            let p = usable.and_then(|value| two_sided(value, &levels, &variances));
            let undefined = match (difference, limits) {
                (None, _) if quantity == "ratio" && doubts.iter().any(Option::is_some) => {
                    doubts.iter().flatten().next().cloned()
                }
                (None, _) => Some("undefined, because the quantity is undefined on one side or both".to_owned()),
                (_, None) if single.is_some() => single,
                (_, None) => {
                    Some("no interval: nothing can be resampled, or too many resamples are undefined".to_owned())
                }
                _ => None,
            };
            let p_flips = flips.filter(|_| quantity == "raw");
            Difference { quantity, values, difference, limits, p, p_flips, undefined }
        })
        .collect()
}

/// Two-sided p by Student's t with the degrees of freedom of the interval.
fn two_sided(value: f64, levels: &[usize], variances: &[f64]) -> Option<f64> {
    let (sd, freedom) = error(Draw::Dirichlet, levels, variances, None)?;
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
    (sd > 0.0).then(|| 2.0 * t.sf((value / sd).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::METRICS;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    const PIXELS: usize = 120;

    fn noise(seed: Seed) -> Vec<f64> {
        let mut generator = seed.stream("noise", 0);
        (0..PIXELS).map(|_| StandardNormal.sample(&mut generator)).collect()
    }

    fn mix(parts: &[(f64, Vec<f64>)]) -> Sampled {
        Some((0..PIXELS).map(|v| parts.iter().map(|(weight, part)| weight * part[v]).sum()).collect())
    }

    fn names(prefix: &str, count: usize) -> Vec<String> {
        (0..count).map(|at| format!("{prefix}{at}")).collect()
    }

    /// Ten pictures; seeds of a method see the truth of people with weight `truth`. Whatever a seed sees besides, both methods see.
    fn method(truth: f64, name: &str, group: &str, run: u64) -> Lined {
        let seed = Seed(run);
        let shared = |p: usize| noise(seed.derive("truth", p as u64));
        let human = (0..10).map(|p| {
            (0..6).map(|s| mix(&[(1.0, shared(p)), (1.5, noise(seed.derive(group, (p * 10 + s) as u64)))])).collect()
        });
        let model = (0..10).map(|p| {
            (0..4)
                .map(|k| {
                    let always = noise(seed.derive("seed", k as u64));
                    let picture = noise(seed.derive("seed and picture", (p * 10 + k) as u64));
                    mix(&[
                        (truth, shared(p)),
                        (1.0, always),
                        (1.0, picture),
                        (0.3, noise(seed.derive(name, (p * 10 + k) as u64))),
                    ])
                })
                .collect()
        });
        let comparison = Comparison { human: human.collect(), model: model.collect(), task: false };
        Lined { comparison, pictures: names("p", 10), observers: names(group, 6), seeds: names("", 4) }
    }

    fn raw(a: &Lined, b: &Lined, [first, second]: [&str; 2], run: u64) -> Difference {
        let sides = [Side { networks: first, lined: a }, Side { networks: second, lined: b }];
        differences(sides, &METRICS[0], Options::new(60, Seed(run))).swap_remove(0)
    }

    #[test]
    fn methods_of_the_same_networks_are_told_apart_by_what_they_do_not_share() {
        let (a, b) = (method(0.8, "a", "o", 1), method(0.5, "b", "o", 1));
        let paired = raw(&a, &b, ["net", "net"], 1);
        let (low, high) = paired.limits.unwrap();
        assert!(low > 0.0 && paired.p.unwrap() < 0.05 && paired.p_flips.unwrap() < 0.05, "{paired:?}");
        let unpaired = raw(&a, &b, ["one", "other"], 1);
        let (wide_low, wide_high) = unpaired.limits.unwrap();
        assert!(wide_high - wide_low > high - low, "{paired:?} {unpaired:?}");
        assert_eq!(paired.difference, unpaired.difference);
        let back = raw(&b, &a, ["net", "net"], 1);
        assert!((back.difference.unwrap() + paired.difference.unwrap()).abs() < 1e-12);
        let same = raw(&a, &a, ["net", "net"], 1);
        assert_eq!((same.difference, same.p_flips), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn groups_of_other_people_are_factors_of_their_own() {
        let (a, b) = (method(0.8, "a", "o", 2), method(0.8, "a", "q", 2));
        let found = raw(&a, &b, ["net", "net"], 2);
        let (low, high) = found.limits.unwrap();
        assert!(low < 0.0 && high > 0.0 && high - low > 0.01, "{found:?}");
        let factors = Factor::of(1, &a.observers, &b.observers);
        assert_eq!(factors.iter().map(|factor| factor.levels).collect::<Vec<_>>(), [6, 6]);
        assert_eq!(Factor::of(1, &a.observers, &a.observers)[0].levels, 6);
    }

    #[test]
    fn a_ratio_to_people_who_do_not_agree_is_withdrawn_and_the_raw_difference_is_not() {
        let unrelated = |mut lined: Lined| {
            for (p, maps) in lined.comparison.human.iter_mut().enumerate() {
                for (s, map) in maps.iter_mut().enumerate() {
                    *map = Some(noise(Seed(77).derive("unrelated", (p * 10 + s) as u64)));
                }
            }
            lined
        };
        let (a, b) = (unrelated(method(0.8, "a", "o", 1)), unrelated(method(0.5, "b", "o", 1)));
        let sides = [Side { networks: "net", lined: &a }, Side { networks: "net", lined: &b }];
        let found = differences(sides, &METRICS[0], Options::new(60, Seed(1)));
        assert!(found[0].difference.is_some() && found[0].limits.is_some());
        let ratio = &found[1];
        assert_eq!((ratio.values, ratio.difference, ratio.limits, ratio.p), ([None; 2], None, None, None));
        assert!(ratio.undefined.as_ref().unwrap().contains("not above zero"), "{ratio:?}");
    }

    #[test]
    fn differences_that_are_none_are_found_in_about_one_run_of_twenty() {
        let found = (0..60).filter(|run| {
            raw(&method(0.6, "a", "o", *run), &method(0.6, "b", "o", *run), ["n"; 2], *run).p.unwrap() < 0.05
        });
        let count = found.count();
        assert!(count <= 8, "{count} of 60");
    }
}
