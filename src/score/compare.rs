//! A comparison with its intervals: the crossed bootstrap over pictures, observers and seeds.

use ndarray::Array2;

use super::agreement::{Comparison, Means, Quantities, normal};
use super::gram::{Gram, Weights};
use super::nulls::{NULLS, Null};
use super::replicates::Replicates;
use super::spread::{Spread, one_pair};
use crate::metric::Metric;
use crate::seed::Seed;
use crate::stats::crossed::{Draw, Set, contains, sets};
use crate::stats::quantile::quantile;

/// How intervals are made.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Replicates for each set of factors.
    pub replicates: usize,
    /// Seed of the weights: the same for every method, so that methods are compared on the same resamples.
    pub seed: Seed,
    /// Whether ratios are reported by every convention, not only by the first.
    pub conventions: bool,
    /// The null of single pictures.
    pub null: &'static Null,
}

impl Options {
    /// Ratios by the first convention, and the default null of single pictures.
    pub fn new(replicates: usize, seed: Seed) -> Options {
        Options { replicates, seed, conventions: false, null: &NULLS[1] }
    }
}

/// A value with its 95 % interval, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Name of the quantity.
    pub quantity: &'static str,
    /// The estimate; never clipped.
    pub value: Option<f64>,
    /// Lower and upper limit.
    pub limits: Option<(f64, f64)>,
    /// The companion: percentiles of all factors resampled together, or BCa where there is one factor.
    pub percentiles: Option<(f64, f64)>,
    /// Two-sided p of the value being 0, from the standard error of the interval.
    pub p: Option<f64>,
    /// Why there is no value, or no interval.
    pub undefined: Option<String>,
}

impl Interval {
    /// A value without an interval, and why.
    pub fn plain(quantity: &'static str, value: Option<f64>, undefined: Option<String>) -> Interval {
        Interval { quantity, value, limits: None, percentiles: None, p: None, undefined }
    }
}

/// Names of the factors, for messages.
const FACTORS: [&str; 3] = ["picture", "observer", "seed"];

/// Estimates and their replicates for every set of factors that have more than one level.
#[derive(Debug, Clone)]
pub struct Resampled {
    /// (pictures, observers, seeds).
    pub levels: [usize; 3],
    /// Estimates from all maps.
    pub estimate: Quantities,
    /// Products of the maps.
    pub gram: Gram,
    /// Estimates without one level of each factor; empty where they are not needed.
    leave_one_out: [Vec<Quantities>; 3],
    /// By the set of all three factors; empty where the set holds a factor with one level.
    draws: Vec<Vec<Quantities>>,
}

/// Replicates at a time, so that weights of pairs fit into memory.
const BATCH: usize = 128;

/// Resamples a comparison under one metric.
pub fn resample(comparison: &Comparison, metric: &Metric, options: Options) -> Resampled {
    let levels = comparison.levels();
    let grams = comparison.grams(metric);
    let observers = grams.plain.observers_per_map();
    let quantities = |count: usize, plain: &Gram, different: Option<&Gram>, weights: [Weights; 3]| -> Vec<Quantities> {
        let different = different.map(|gram| Means::of(gram, count, weights));
        let of = |(at, means): (usize, Means)| Quantities::new(means, different.as_ref().map(|all| all[at]), observers);
        Means::of(plain, count, weights).into_iter().enumerate().map(of).collect()
    };
    let all = [None, None, None];
    let estimate = quantities(1, &grams.plain, grams.different.as_ref(), all)[0];
    let varied: Set = (0..3).filter(|factor| levels[*factor] > 1).map(|factor| 1 << factor).sum();
    let mut draws = vec![Vec::new(); 8];
    let people = (comparison.task && contains(varied, 0)).then(|| normal(metric, &comparison.human));
    for first in (0..options.replicates).step_by(BATCH) {
        let count = BATCH.min(options.replicates - first);
        let drawn: [Array2<f64>; 3] =
            std::array::from_fn(|factor| weights(options.seed, factor, levels[factor], first, count));
        for set in sets(3).filter(|set| set & !varied == 0) {
            let of = |factor: usize| contains(set, factor).then(|| &drawn[factor]);
            let found = match &people {
                // The maps of a task change with the weights of its pictures.
                Some(human) if contains(set, 0) => (0..count)
                    .flat_map(|at| {
                        let model = comparison.averaged(metric, &drawn[0].row(at).to_vec());
                        let gram = grams.plain.with_model(human, &model);
                        let own: [Option<Array2<f64>>; 3] = std::array::from_fn(|factor| {
                            let row = of(factor).filter(|_| factor > 0)?.row(at);
                            Some(row.insert_axis(ndarray::Axis(0)).to_owned())
                        });
                        quantities(1, &gram, None, [None, own[1].as_ref(), own[2].as_ref()])
                    })
                    .collect(),
                _ => quantities(count, &grams.plain, grams.different.as_ref(), [of(0), of(1), of(2)]),
            };
            draws[set].extend(found);
        }
    }
    let leave_one_out = std::array::from_fn(|factor| {
        // Pictures are left out where nothing else varies, and those of a task never.
        let wanted = factor > 0 || (varied == 1 && !comparison.task);
        let count = if wanted && contains(varied, factor) { levels[factor] } else { 0 };
        let batches = (0..count).step_by(BATCH);
        let of_batch = |first: usize| {
            let rows = BATCH.min(count - first);
            let without = Array2::from_shape_fn((rows, count), |(out, at)| f64::from(u8::from(first + out != at)));
            let of = |drawn: usize| (drawn == factor).then_some(&without);
            quantities(rows, &grams.plain, grams.different.as_ref(), [of(0), of(1), of(2)])
        };
        batches.flat_map(of_batch).collect()
    });
    Resampled { levels, estimate, gram: grams.plain, leave_one_out, draws }
}

/// Weights of one factor in `count` replicates from `first` on.
fn weights(seed: Seed, factor: usize, levels: usize, first: usize, count: usize) -> Array2<f64> {
    let mut found = Array2::ones((count, levels));
    for (at, mut row) in found.rows_mut().into_iter().enumerate() {
        let drawn = Draw::Dirichlet.weights(seed, factor, first + at, levels);
        row.iter_mut().zip(drawn).for_each(|(to, weight)| *to = weight);
    }
    found
}

/// The factor whose levels are paired by a mean over pairs.
fn paired(quantity: &str) -> Option<usize> {
    match quantity {
        "observer_pair" | "human_ceiling" | "human_ceiling_mismatched" | "specific_observers" => Some(1),
        "seed_ceiling" | "specific_seeds" => Some(2),
        _ => None,
    }
}

impl Resampled {
    /// Of a raw score that no algebra of maps gives.
    pub(super) fn of_raw(found: Replicates<1>) -> Resampled {
        let of = |own: &[Option<f64>; 1]| Quantities::of_raw(own[0]);
        Resampled {
            levels: found.levels,
            estimate: of(&found.estimate),
            gram: Gram::new(&[], &[]),
            leave_one_out: std::array::from_fn(|_| Vec::new()),
            draws: found.draws.iter().map(|set| set.iter().map(of).collect()).collect(),
        }
    }

    fn varied(&self) -> Set {
        (0..3).filter(|factor| self.levels[*factor] > 1).map(|factor| 1 << factor).sum()
    }

    /// Replicates of a quantity with the factors of `set` drawn; those with one level stay as they are.
    fn replicates(&self, at: usize, set: Set, count: usize) -> Vec<Option<f64>> {
        let value = |quantities: &Quantities| quantities.at(at);
        match set & self.varied() {
            0 => vec![value(&self.estimate); count],
            set => self.draws[set].iter().map(value).collect(),
        }
    }

    /// Replicates of a quantity with the factors of `set` drawn (pictures 1, observers 2, seeds 4), as far as they vary;
    /// `None` where no quantity is called so.
    pub fn draws(&self, quantity: &str, set: Set) -> Option<Vec<Option<f64>>> {
        let at = Quantities::position(quantity)?;
        Some(self.replicates(at, set, self.draws.iter().map(Vec::len).max().unwrap_or(0)))
    }

    fn spread(&self, at: usize, other: Option<&Resampled>) -> Spread {
        let varied = self.varied() | other.map_or(0, Resampled::varied);
        let factors: Vec<usize> = (0..3).filter(|factor| contains(varied, *factor)).collect();
        // The fewer levels of the two decide.
        let levels = factors
            .iter()
            .map(|factor| {
                let own = [Some(self.levels[*factor]), other.map(|other| other.levels[*factor])];
                own.into_iter().flatten().filter(|n| *n > 1).min().unwrap_or(2)
            })
            .collect();
        let count =
            self.draws.iter().chain(other.iter().flat_map(|other| &other.draws)).map(Vec::len).max().unwrap_or(0);
        let draws = sets(factors.len())
            .map(|set| {
                let full = factors.iter().enumerate().filter(|(bit, _)| contains(set, *bit)).map(|(_, f)| 1 << f).sum();
                let own = self.replicates(at, full, count);
                match other {
                    None => own,
                    Some(other) => {
                        let theirs = other.replicates(at, full, count);
                        own.into_iter().zip(theirs).map(|(a, b)| Some(a? - b?)).collect()
                    }
                }
            })
            .collect();
        let without = |factor: usize| self.leave_one_out[factor].iter().map(|of| of.at(at)).collect::<Vec<_>>();
        let jackknife = match (other, &factors[..]) {
            (None, [only]) => without(*only),
            _ => Vec::new(),
        };
        Spread { levels, draws, jackknife, pairs: None }
    }

    /// The spread of a quantity of this comparison, with what weights miss of pairs.
    fn spread_of(&self, at: usize, quantity: &str) -> Spread {
        let mut spread = self.spread(at, None);
        let factor = paired(quantity).filter(|factor| contains(self.varied(), *factor));
        spread.pairs = factor.map(|factor| {
            let bit = (0..factor).filter(|before| contains(self.varied(), *before)).count();
            (bit, self.leave_one_out[factor].iter().map(|of| of.at(at)).collect())
        });
        spread
    }

    /// Agreement picture by picture, scaled so that its mean is the raw score; `None` for a task, and where a picture has none.
    pub fn raw_of_pictures(&self) -> Option<Vec<f64>> {
        if self.gram.pictures() != self.levels[0] {
            return None;
        }
        self.gram.raw_of_pictures(self.estimate.get("raw")?)
    }

    /// Every quantity with its interval; ratios to a ceiling that is not above zero are withdrawn.
    pub fn intervals(&self) -> Vec<Interval> {
        let mut found: Vec<Interval> = self
            .estimate
            .values()
            .enumerate()
            .map(|(at, (quantity, value))| {
                let Some(value) = value else {
                    return Interval::plain(quantity, None, Some(self.missing(quantity)));
                };
                self.spread_of(at, quantity).interval(quantity, value, is_correlation(quantity))
            })
            .collect();
        let doubts = [self.doubt_of_observers(), self.doubt("seeds", "seed_ceiling")];
        let specific = || {
            let beyond = ["observers, beyond that of different pictures,", "seeds, beyond that of different pictures,"];
            self.doubt(beyond[0], "specific_observers").or_else(|| self.doubt(beyond[1], "specific_seeds"))
        };
        for interval in found.iter_mut().filter(|interval| interval.value.is_some()) {
            let reason = match interval.quantity {
                name if name == "ratio" || name.starts_with("ratio_r") => doubts[0].clone(),
                "ratio_both" => doubts[0].clone().or_else(|| doubts[1].clone()),
                "specific_both" => doubts[0].clone().or_else(|| doubts[1].clone()).or_else(specific),
                _ => None,
            };
            if let Some(reason) = reason {
                *interval = Interval::plain(interval.quantity, None, Some(reason));
            } else if let Some(reason) = one_pair(interval.quantity, self.levels) {
                *interval = Interval::plain(interval.quantity, interval.value, Some(reason));
            }
        }
        found
    }

    /// Why the reliability of observers cannot be divided by.
    pub(super) fn doubt_of_observers(&self) -> Option<String> {
        self.doubt("observers", "observer_pair")
    }

    /// Why a reliability cannot be divided by: it is 0 as far as its standard error tells (Fieller's g is 1 or more).
    fn doubt(&self, what: &str, quantity: &'static str) -> Option<String> {
        let at = Quantities::position(quantity)?;
        let value = self.estimate.at(at)?;
        let mut spread = self.spread_of(at, quantity);
        let factor = paired(quantity).unwrap_or(0);
        let pictures = if factor == 1 { self.gram.pictures() } else { self.levels[0] };
        if self.levels[factor] == 2 && pictures > 1 {
            // One pair tells nothing of how pairs differ, but it does of how pictures do.
            spread.pairs = None;
        }
        let interval = spread.interval(quantity, value, false);
        match interval.limits {
            Some((low, _)) if low > 0.0 => None,
            Some((low, high)) => Some(format!(
                "undefined, because the correlation between two {what} is {value:.3} [{low:.3}, {high:.3}], not above zero"
            )),
            None => Some(format!("undefined, because the correlation between two {what}, {value:.3}, has no interval")),
        }
    }

    /// The raw score less that of another comparison of the same pictures and observers, on the same resamples, as
    /// `quantity`.
    pub fn difference(&self, other: &Resampled, quantity: &'static str) -> Interval {
        match self.estimate.at(RAW).zip(other.estimate.at(RAW)) {
            None => Interval::plain(quantity, None, Some("undefined, because one of the two values is".to_owned())),
            Some((a, b)) => self.spread(RAW, Some(other)).interval(quantity, a - b, false),
        }
    }

    /// Why a quantity has no value.
    fn missing(&self, quantity: &str) -> String {
        let [pictures, observers, seeds] = self.levels;
        let one = |of: &[&str]| of.contains(&quantity);
        let why = match quantity {
            _ if one(&OF_PICTURES) && pictures < 2 => "there is one picture, and no other to compare with",
            _ if one(&OF_PICTURES) && self.gram.pictures() != pictures => "there is one map for all pictures",
            _ if one(&["seed_ceiling", "ratio_both", "specific_both"]) && seeds < 2 => {
                "there is one weight seed; what differs between seeds is unknown"
            }
            _ if one(&OF_OBSERVERS) && observers < 2 => {
                "there is one observer; what differs between observers is unknown"
            }
            "specific_both" => "what is specific to pictures is not above zero",
            _ if one(&OF_PICTURES) => "no two maps of different pictures can be compared",
            _ => "a reliability is not above zero or no pair of maps can be compared",
        };
        format!("undefined, because {why}")
    }
}

/// The place of `raw` in [`super::agreement::QUANTITIES`].
const RAW: usize = 0;

/// Quantities that need maps of different pictures.
const OF_PICTURES: [&str; 4] = ["chance", "specificity", "human_ceiling_mismatched", "specific_both"];

/// Quantities that need two observers.
const OF_OBSERVERS: [&str; 6] =
    ["human_ceiling", "human_ceiling_mismatched", "observer_pair", "ratio", "ratio_both", "specific_both"];

/// Whether a quantity is a correlation, whose interval is symmetric in Fisher's z.
fn is_correlation(quantity: &str) -> bool {
    ["raw", "seed_ceiling", "ratio", "ratio_both", "observer_pair", "instance_to_person", "specific_both"]
        .contains(&quantity)
}

/// The raw score of maps that are related to nothing: its mean, and the limits between which 95 % of single maps lie.
pub fn chance(comparison: &Comparison, metric: &Metric) -> Interval {
    let levels = comparison.levels();
    let gram = comparison.gram(metric);
    let each = Array2::from_shape_fn((levels[2], levels[2]), |(one, at)| f64::from(u8::from(one == at)));
    let observers = gram.observers_per_map();
    let raw: Vec<f64> = Means::of(&gram, levels[2], [None, None, Some(&each)])
        .into_iter()
        .filter_map(|means| Quantities::new(means, None, observers).get("raw"))
        .collect();
    let value = (!raw.is_empty()).then(|| raw.iter().sum::<f64>() / raw.len() as f64);
    let limits = quantile(&raw, 0.025).zip(quantile(&raw, 0.975));
    let undefined = value.is_none().then(|| "undefined, because no pair of maps can be compared".to_owned());
    Interval { limits, ..Interval::plain("raw", value, undefined) }
}

/// The factors that a comparison cannot resample, in words.
pub fn single_factors(levels: [usize; 3]) -> Vec<&'static str> {
    (0..3).filter(|&factor| levels[factor] == 1).map(|factor| FACTORS[factor]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::METRICS;
    use crate::stats::crossed::variance;
    use rand_distr::{Distribution, StandardNormal};

    fn noise(n: usize, seed: Seed) -> Vec<f64> {
        let mut generator = seed.stream("noise", 0);
        (0..n).map(|_| StandardNormal.sample(&mut generator)).collect()
    }

    /// Pictures share the truth of agreement `rho`; each observer and each seed has an idiosyncratic map on all pictures.
    fn simulated(rho: f64, own: f64, seed: Seed) -> Comparison {
        let (pictures, observers, seeds, pixels) = (8, 6, 5, 60);
        let map = |purpose: &str, index: usize| noise(pixels, seed.derive(purpose, index as u64));
        let side = |p: usize, kind: &str, makers: usize| -> Vec<Vec<f64>> {
            let (shared, special) = (map("shared", p), map(kind, p));
            (0..makers)
                .map(|m| {
                    let (always, once) = (map(&format!("{kind} always"), m), map(&format!("{kind} {p}"), m));
                    (0..pixels)
                        .map(|v| rho.sqrt() * shared[v] + (1.0 - rho).sqrt() * special[v] + own * always[v] + once[v])
                        .collect()
                })
                .collect()
        };
        let sampled = |maps: Vec<Vec<f64>>| maps.into_iter().map(Some).collect();
        Comparison {
            human: (0..pictures).map(|p| sampled(side(p, "human", observers))).collect(),
            model: (0..pictures).map(|p| sampled(side(p, "model", seeds))).collect(),
            task: false,
        }
    }

    #[test]
    fn intervals_cover_the_truth_where_resampling_pictures_alone_does_not() {
        let (mut covered, mut pictures_alone, runs) = (0, 0, 60);
        for run in 0..runs {
            let comparison = simulated(0.5, 0.7, Seed(run));
            let options = Options::new(60, Seed(run));
            let resampled = resample(&comparison, &METRICS[0], options);
            let both = &resampled.intervals()[4];
            covered += usize::from(both.limits.is_some_and(|(low, high)| low <= 0.5 && 0.5 <= high));
            // The same estimate with the spread of pictures alone.
            let draws: Vec<f64> = resampled.draws("ratio_both", 1).unwrap().into_iter().flatten().collect();
            let half = 2.36 * variance(&draws).sqrt();
            pictures_alone += usize::from(both.value.is_some_and(|value| (value - 0.5).abs() <= half));
        }
        assert!(covered as f64 / runs as f64 > 0.85, "{covered} of {runs}");
        assert!(covered > pictures_alone, "{covered} {pictures_alone}");
    }

    #[test]
    fn a_ratio_to_a_ceiling_that_is_not_above_zero_is_undefined_and_says_why() {
        let mut comparison = simulated(0.5, 0.0, Seed(1));
        for (p, maps) in comparison.human.iter_mut().enumerate() {
            for (s, map) in maps.iter_mut().enumerate() {
                *map = Some(noise(60, Seed(7).derive("unrelated", (p * 100 + s) as u64)));
            }
        }
        let intervals = resample(&comparison, &METRICS[0], Options::new(60, Seed(1))).intervals();
        let ratio = &intervals[3];
        assert_eq!(ratio.value, None);
        assert!(ratio.undefined.as_ref().unwrap().contains("not above zero"), "{ratio:?}");
        assert!(intervals[0].value.is_some(), "the raw score is still reported");
    }

    #[test]
    fn the_interval_of_a_ratio_near_one_holds_one_and_not_everything() {
        let (mut covered, mut wide, runs) = (0, 0, 40);
        for run in 0..runs {
            let resampled = resample(&simulated(1.0, 0.0, Seed(run)), &METRICS[0], Options::new(60, Seed(run)));
            let (low, high) = resampled.intervals()[4].limits.unwrap();
            covered += usize::from(low <= 1.0 && 1.0 <= high);
            wide += usize::from(low < 0.5);
        }
        assert!(covered >= 34 && wide == 0, "{covered} hold 1, and {wide} reach below one half");
    }

    #[test]
    fn one_pair_has_no_interval_and_a_few_pairs_have_a_wider_one_than_weights_give() {
        let options = Options::new(60, Seed(1));
        let with = |observers: usize, pictures: usize| {
            let mut comparison = simulated(0.9, 0.5, Seed(3));
            comparison.human.iter_mut().for_each(|maps| maps.truncate(observers));
            resample(&comparison.on_pictures(&(0..pictures).collect::<Vec<_>>()), &METRICS[0], options)
        };
        let two = with(2, 8).intervals();
        for interval in [&two[1], &two[5]] {
            assert!(interval.value.is_some() && interval.limits.is_none(), "{interval:?}");
            assert!(interval.undefined.as_ref().unwrap().contains("two make one pair"));
        }
        assert!(two[3].value.is_some(), "pictures tell that the reliability is above zero: {:?}", two[3]);
        assert!(two[3].limits.is_none() && two[0].limits.is_some(), "what is divided by is of one pair: {:?}", two[3]);
        let single = &with(2, 1).intervals()[3];
        assert!(single.value.is_none() && single.undefined.as_ref().unwrap().contains("has no interval"), "{single:?}");
        let three = with(3, 1);
        let drawn: Vec<f64> = three.draws("observer_pair", 2).unwrap().into_iter().flatten().collect();
        let (low, high) = three.intervals()[5].limits.unwrap();
        // By weights alone: the unbiased variance of one factor with three levels, Fisher's z left out.
        let narrow = 2.0 * 4.303 * (2.0 * variance(&drawn)).sqrt();
        assert!(high - low > 1.2 * narrow, "{low} {high} {narrow}");
    }

    #[test]
    fn what_is_specific_is_not_divided_by_where_maps_share_their_bias_alone() {
        let bias = noise(60, Seed(99));
        let map = |seed: usize| Some(bias.iter().zip(noise(60, Seed(seed as u64))).map(|(b, e)| 2.0 * b + e).collect());
        let side = |from: usize, makers: usize| -> Vec<Vec<_>> {
            (0..8).map(|p| (0..makers).map(|m| map(from + 20 * p + m)).collect()).collect()
        };
        let comparison = Comparison { human: side(1000, 6), model: side(2000, 5), task: false };
        let intervals = resample(&comparison, &METRICS[0], Options::new(60, Seed(1))).intervals();
        assert!(intervals[4].value.is_some_and(|value| (value - 1.0).abs() < 0.1), "{:?}", intervals[4]);
        assert_eq!((intervals[10].quantity, intervals[10].value), ("specific_both", None), "{:?}", intervals[10]);
    }

    #[test]
    fn one_seed_leaves_the_seed_ceiling_undefined_and_the_rest_reported() {
        let mut comparison = simulated(0.9, 0.0, Seed(3));
        comparison.model.iter_mut().for_each(|maps| maps.truncate(1));
        let intervals = resample(&comparison, &METRICS[0], Options::new(60, Seed(1))).intervals();
        assert_eq!(intervals[2].value, None);
        assert!(intervals[3].value.is_some());
        assert_eq!(single_factors(comparison.levels()), ["seed"]);
    }
}
