//! Maps against fixations: metrics that need places where people looked, at every pixel of the region.
//!
//!   s_ijk  metric of the prepared map of picture i by weight seed k with the fixations of observer j on that picture
//!   h_ij   the same of the mean human map of all other observers
//!   c_ijk  score of the map of picture i where that of another picture belongs, three others for each
//!   raw = mean of s    human_leave_one_out = mean of h    chance = mean of c
//!   index = (raw - chance) / (human_leave_one_out - chance)
//! Every picture and observer with a fixation counts alike, whatever the number of fixations; a picture of which no map has
//! a value is left out by all quantities. With a single picture chance is the metric's own. The index is a relative position
//! and no corrected value; 1 is what a map reaches that foretells an observer as well as the other observers do. A metric that
//! needs fixations on other pictures gets all of them that count; one that needs a baseline their density, blurred as the
//! human maps are; one that draws a seed of the picture and observer.
//!
//! Intervals resample pictures, observers and seeds ([`crate::stats::crossed`]). Weights move h through the observer who looks
//! and not through the others whose map it is, and chance through pairs of pictures: the variance is that of the jackknife over
//! observers (over pictures for chance) where it is larger. More than ten observers are left out in ten groups.

use super::compare::{Interval, Options, Resampled};
use super::replicates::Replicates;
use super::spread::Spread;
use super::tally::Tally;
use crate::metric::{Chance, Metric};
use crate::stats::crossed::contains;
use crate::stats::quantile::quantile;

/// What has a score.
const PAIRS: &str = "pairs of a map with fixations";

/// What is reported, and what it is.
const FIXATED: [(&str, &str); 4] = [
    ("raw", "score with the fixations of an observer"),
    ("human_leave_one_out", "score of the mean map of the other observers with the fixations of an observer"),
    ("chance", "raw with maps of other pictures"),
    ("index", "(raw - chance) / (human_leave_one_out - chance), an index"),
];

/// Places of quantities; the last is the denominator of the index.
const RAW: usize = 0;
const HUMAN: usize = 1;
const CHANCE: usize = 2;
const INDEX: usize = 3;
const ABOVE: usize = 4;
const COUNT: usize = 5;

/// What a quantity is, and what its interval resamples.
pub(super) fn convention(quantity: &str, by_chance: bool, levels: [usize; 3]) -> Option<String> {
    let (_, what) = FIXATED.iter().find(|(name, _)| *name == quantity)?;
    if by_chance {
        return Some("score of unrelated maps with the fixations of an observer: 95 % of them".to_owned());
    }
    let all = ["pictures", "observers", "seeds"];
    // There is no network in the human side.
    let factors = if quantity == FIXATED[HUMAN].0 { 2 } else { 3 };
    let named = |of_several: bool| -> Vec<&str> {
        (0..factors).filter(|factor| (levels[*factor] > 1) == of_several).map(|factor| all[factor]).collect()
    };
    let (several, single) = (named(true), named(false));
    let resampled = if several.is_empty() { "nothing".to_owned() } else { several.join(", ") };
    let one: Vec<String> = single.iter().map(|name| format!("one {}", name.trim_end_matches('s'))).collect();
    let given = if one.is_empty() { String::new() } else { format!("; conditional on {}", one.join(" and ")) };
    Some(format!("{what}; {resampled} resampled{given}"))
}

/// Scores by observer and seed.
pub(super) type ByMaker = Vec<Vec<Option<f64>>>;

/// Scores of one model and method by one metric.
#[derive(Debug, Clone)]
pub(super) struct Cube {
    /// By picture, observer and seed; `None` without fixations, without a map, or where the metric is undefined.
    pub(super) scores: Vec<ByMaker>,
    /// Whether an observer has fixations on a picture.
    pub(super) looked: Vec<Vec<bool>>,
    /// Number of seeds.
    pub(super) seeds: usize,
}

impl Cube {
    /// Pictures, observers with fixations, and seeds.
    pub(super) fn levels(&self) -> [usize; 3] {
        let makers = self.looked.first().map_or(0, Vec::len);
        let observers = (0..makers).filter(|at| self.looked.iter().any(|own| own[*at])).count();
        [self.looked.len(), observers, self.seeds]
    }

    /// How many pairs of a picture and one of its observers have no fixations.
    pub(super) fn without_fixations(&self) -> usize {
        let [pictures, observers, _] = self.levels();
        pictures * observers - self.looked.iter().flatten().filter(|looked| **looked).count()
    }

    /// The same on some of its pictures.
    pub(super) fn on_pictures(&self, places: &[usize]) -> Cube {
        let scores = places.iter().filter_map(|at| self.scores.get(*at).cloned()).collect();
        let looked = places.iter().filter_map(|at| self.looked.get(*at).cloned()).collect();
        Cube { scores, looked, seeds: self.seeds }
    }

    /// Weighted mean over all scores.
    fn mean(&self, [pictures, observers, seeds]: [&[f64]; 3]) -> Option<f64> {
        let mut sum = Weighted::default();
        for (own, w) in self.scores.iter().zip(pictures) {
            sum.add(own, *w, observers, seeds);
        }
        sum.mean()
    }

    /// Raw with its replicates, as [`super::family`] compares it.
    pub(super) fn resampled(&self, options: Options) -> Resampled {
        Resampled::of_raw(Replicates::new(self.levels(), self.sizes(), options, |weights| [self.mean(weights)]))
    }

    /// Pictures, observers and seeds, with the observers that have no fixations: weights are drawn for them too, so that every
    /// comparison on the same pictures has the same ones.
    fn sizes(&self) -> [usize; 3] {
        [self.scores.len(), self.looked.first().map_or(0, Vec::len), self.seeds]
    }

    /// The score of maps that are related to nothing: its mean over maps, and the limits between which 95 % of them lie.
    pub(super) fn chance(&self, tally: &Tally) -> Interval {
        let [pictures, observers, seeds] = self.sizes();
        let ones = [vec![1.0; pictures], vec![1.0; observers]];
        let of = |instance: usize| {
            let only: Vec<f64> = (0..seeds).map(|at| f64::from(u8::from(at == instance))).collect();
            self.mean([&ones[0], &ones[1], &only])
        };
        let raw: Vec<f64> = (0..seeds).filter_map(of).collect();
        let value = (!raw.is_empty()).then(|| raw.iter().sum::<f64>() / raw.len() as f64);
        let limits = quantile(&raw, 0.025).zip(quantile(&raw, 0.975));
        let why = value.is_none().then(|| undefined(FIXATED[RAW].0, self.levels()));
        Interval { limits, ..Interval::plain(FIXATED[RAW].0, value, joined(why, tally)) }
    }
}

/// A weighted mean.
#[derive(Default)]
struct Weighted {
    sum: f64,
    total: f64,
}

impl Weighted {
    fn one(&mut self, value: Option<f64>, weight: f64) {
        if let Some(value) = value {
            self.sum += weight * value;
            self.total += weight;
        }
    }

    fn add(&mut self, scores: &ByMaker, weight: f64, observers: &[f64], seeds: &[f64]) {
        for (own, by) in scores.iter().zip(observers) {
            own.iter().zip(seeds).for_each(|(value, of)| self.one(*value, weight * by * of));
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.total > 0.0).then(|| self.sum / self.total)
    }
}

/// How well observers foretell each other, by one metric, on the pictures of a comparison.
#[derive(Debug, Clone, Default)]
pub(super) struct Ceiling {
    /// By picture and observer.
    pub(super) scores: Vec<Vec<Option<f64>>>,
    /// The same without each group of observers in turn: group, picture, observer.
    pub(super) without: Vec<Vec<Vec<Option<f64>>>>,
    /// The group of each observer.
    pub(super) groups: Vec<usize>,
    pub(super) tally: Tally,
}

impl Ceiling {
    /// The same on some of the pictures; what was left out for want of a value is that of all.
    pub(super) fn on_pictures(&self, places: &[usize]) -> Ceiling {
        let pick = |all: &Vec<Vec<Option<f64>>>| places.iter().filter_map(|at| all.get(*at).cloned()).collect();
        let without = self.without.iter().map(pick).collect();
        Ceiling { scores: pick(&self.scores), without, groups: self.groups.clone(), tally: self.tally.clone() }
    }
}

/// Everything about one model and method by one metric.
pub(super) struct Fixated {
    /// The pictures that have a value.
    pub(super) pictures: Vec<String>,
    pub(super) cube: Cube,
    /// By picture: another picture, and the scores with its fixations.
    pub(super) mismatched: Vec<Vec<(usize, ByMaker)>>,
    pub(super) ceiling: Ceiling,
    /// Pairs of a map with fixations, and those without a value.
    pub(super) tally: Tally,
}

impl Fixated {
    /// Without the pictures of which no map has a value.
    pub(super) fn with_values(self) -> Fixated {
        let has_value = |at: &usize| self.cube.scores[*at].iter().flatten().any(Option::is_some);
        let kept: Vec<usize> = (0..self.pictures.len()).filter(has_value).collect();
        let place = |other: &usize| kept.iter().position(|known| known == other);
        let others = |at: &usize| {
            let own = self.mismatched[*at].iter();
            own.filter_map(|(other, scores)| Some((place(other)?, scores.clone()))).collect()
        };
        Fixated {
            pictures: kept.iter().map(|at| self.pictures[*at].clone()).collect(),
            cube: self.cube.on_pictures(&kept),
            mismatched: kept.iter().map(others).collect(),
            ceiling: self.ceiling.on_pictures(&kept),
            tally: self.tally,
        }
    }

    /// All quantities under weights; `human` are the scores of observers with each other.
    fn quantities(
        &self,
        metric: &Metric,
        human: &[Vec<Option<f64>>],
        [pictures, observers, seeds]: [&[f64]; 3],
    ) -> [Option<f64>; COUNT] {
        let raw = self.cube.mean([pictures, observers, seeds]);
        let mut ceiling = Weighted::default();
        for (own, w) in human.iter().zip(pictures) {
            own.iter().zip(observers).for_each(|(value, by)| ceiling.one(*value, w * by));
        }
        let mut mismatched = Weighted::default();
        for (own, w) in self.mismatched.iter().zip(pictures) {
            for (other, scores) in own {
                mismatched.add(scores, w * pictures[*other], observers, seeds);
            }
        }
        let by_table = || if let Chance::Value(value) = metric.chance { Some(value) } else { None };
        let (ceiling, chance) = (ceiling.mean(), mismatched.mean().or_else(by_table));
        let above = ceiling.zip(chance).map(|(ceiling, chance)| ceiling - chance);
        let index = raw.zip(chance).zip(above.filter(|above| *above > 0.0));
        [raw, ceiling, chance, index.map(|((raw, chance), above)| (raw - chance) / above), above]
    }

    /// Values without one group of observers, or one picture, in turn.
    fn without(&self, metric: &Metric, pictures: bool) -> Vec<[Option<f64>; COUNT]> {
        let sizes = self.cube.sizes();
        let ones = sizes.map(|size| vec![1.0; size]);
        let looked = |observer: usize| self.cube.looked.iter().any(|own| own[observer]);
        if pictures {
            let without =
                (0..sizes[0]).map(|out| (0..sizes[0]).map(|at| f64::from(u8::from(at != out))).collect::<Vec<f64>>());
            return without
                .map(|own| self.quantities(metric, &self.ceiling.scores, [&own, &ones[1], &ones[2]]))
                .collect();
        }
        let groups = &self.ceiling.groups;
        let of_group = |(out, human): (usize, &Vec<Vec<Option<f64>>>)| {
            let weights: Vec<f64> = groups.iter().map(|group| f64::from(u8::from(*group != out))).collect();
            let some = (0..sizes[1]).any(|at| groups[at] == out && looked(at));
            some.then(|| self.quantities(metric, human, [&ones[0], &weights, &ones[2]]))
        };
        self.ceiling.without.iter().enumerate().filter_map(of_group).collect()
    }

    /// Every quantity with its interval, and raw with its replicates.
    pub(super) fn judged(&self, metric: &Metric, options: Options) -> (Vec<Interval>, Resampled) {
        let levels = self.cube.levels();
        let of = |weights: [&[f64]; 3]| self.quantities(metric, &self.ceiling.scores, weights);
        let found = Replicates::new(levels, self.cube.sizes(), options, of);
        let [by_observers, by_pictures] = [false, true].map(|pictures| self.without(metric, pictures));
        let interval = |at: usize, name: &'static str| {
            let tally = if at == HUMAN { &self.ceiling.tally } else { &self.tally };
            let Some(value) = found.estimate[at] else {
                // The index is undefined for the reason for which one of its parts is.
                let part = (RAW..INDEX).find(|part| at == INDEX && found.estimate[*part].is_none());
                let why = undefined(part.map_or(name, |part| FIXATED[part].0), levels);
                return Interval::plain(name, None, joined(Some(why), tally));
            };
            if at == CHANCE && levels[0] == 1 {
                let why = "no interval: there is no other picture, and chance is that of the metric";
                return Interval::plain(name, Some(value), joined(Some(why.to_owned()), tally));
            }
            let factor = match at {
                HUMAN | INDEX | ABOVE => Some((1, &by_observers)),
                CHANCE => Some((0, &by_pictures)),
                _ => None,
            };
            let factor = factor.filter(|(factor, _)| contains(found.varied(), *factor));
            let pairs = factor.map(|(factor, values)| (factor, values.iter().map(|own| own[at]).collect()));
            let mut interval = Spread::of(&found, at, pairs).interval(name, value, false);
            interval.undefined = joined(interval.undefined, tally);
            interval
        };
        let above = interval(ABOVE, FIXATED[INDEX].0);
        let all = FIXATED
            .iter()
            .enumerate()
            .map(|(at, (name, _))| match (at, above.value, above.limits) {
                (INDEX, Some(value), limits) if limits.is_none_or(|(low, _)| low <= 0.0) => {
                    let shown = limits.map_or(", without an interval".to_owned(), |(low, high)| {
                        format!(" [{low:.3}, {high:.3}], not above zero")
                    });
                    let why = format!("undefined, because human_leave_one_out less chance is {value:.3}{shown}");
                    Interval::plain(name, None, joined(Some(why), &self.tally))
                }
                _ => interval(at, name),
            })
            .collect();
        (all, Resampled::of_raw(found.only(RAW)))
    }
}

/// A reason, and what was left out.
fn joined(why: Option<String>, tally: &Tally) -> Option<String> {
    let notes: Vec<String> = why.into_iter().chain(tally.text(PAIRS)).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn undefined(quantity: &str, [pictures, observers, _]: [usize; 3]) -> String {
    let why = match quantity {
        "human_leave_one_out" if observers == 1 => "there is one observer",
        "chance" if pictures == 1 => "there is no other picture, and the metric has no chance value of its own",
        "index" => "observers foretell each other no better than chance",
        _ => "no map has a value with fixations",
    };
    format!("undefined, because {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    fn options(seed: u64) -> Options {
        Options::new(100, Seed(seed))
    }

    /// Effects of pictures, observers and seeds around a truth of 1 in raw, 2 among people and 0.2 by chance; what an observer
    /// adds to the mean map of the others is as large as what the same observer adds as the one who looks.
    fn simulated(run: u64, [pictures, observers, seeds]: [usize; 3]) -> Fixated {
        let seed = Seed(run);
        let normal = |purpose: &str, count: usize| -> Vec<f64> {
            let mut generator = seed.stream(purpose, 0);
            (0..count).map(|_| StandardNormal.sample(&mut generator)).collect()
        };
        let (a, b, c) = (normal("picture", pictures), normal("observer", observers), normal("seed", seeds));
        let noise = normal("noise", 4 * pictures * observers * seeds);
        let by_maker = |base: f64, i: usize, from: usize| -> ByMaker {
            let at = |j: usize, k: usize| ((from * pictures + i) * observers + j) * seeds + k;
            let one = |j: usize, k: usize| base + 0.3 * (a[i] + b[j] + c[k]) + 0.4 * noise[at(j, k)];
            (0..observers).map(|j| (0..seeds).map(|k| Some(one(j, k))).collect()).collect()
        };
        let pair = |i: usize, j: usize, out: Option<usize>| -> Option<f64> {
            let others: Vec<f64> = (0..observers).filter(|o| *o != j && Some(*o) != out).map(|o| b[o]).collect();
            let mean = others.iter().sum::<f64>() / others.len() as f64;
            (Some(j) != out && !others.is_empty()).then(|| 2.0 + 0.3 * (a[i] + b[j] + mean))
        };
        let human = |out: Option<usize>| -> Vec<Vec<Option<f64>>> {
            (0..pictures).map(|i| (0..observers).map(|j| pair(i, j, out)).collect()).collect()
        };
        Fixated {
            pictures: (0..pictures).map(|at| at.to_string()).collect(),
            cube: Cube {
                scores: (0..pictures).map(|i| by_maker(1.0, i, 0)).collect(),
                looked: vec![vec![true; observers]; pictures],
                seeds,
            },
            mismatched: (0..pictures)
                .map(|i| (1..pictures).take(3).map(|s| ((i + s) % pictures, by_maker(0.2, i, s))).collect())
                .collect(),
            ceiling: Ceiling {
                scores: human(None),
                without: (0..observers).map(|out| human(Some(out))).collect(),
                groups: (0..observers).collect(),
                tally: Tally::default(),
            },
            tally: Tally::default(),
        }
    }

    fn nss() -> &'static Metric {
        Metric::named("nss").unwrap()
    }

    fn of<'a>(found: &'a [Interval], quantity: &str) -> &'a Interval {
        found.iter().find(|one| one.quantity == quantity).unwrap()
    }

    #[test]
    fn values_are_means_of_scores_and_the_index_is_made_of_them() {
        let fixated = simulated(1, [6, 4, 2]);
        let (found, resampled) = fixated.judged(nss(), options(3));
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let raw = mean(fixated.cube.scores.iter().flatten().flatten().flatten().copied().collect());
        let all = fixated.mismatched.iter().flatten().flat_map(|(_, own)| own.iter().flatten());
        let chance = mean(all.flatten().copied().collect());
        let human = mean(fixated.ceiling.scores.iter().flatten().flatten().copied().collect());
        for (quantity, expected) in [
            ("raw", raw),
            ("chance", chance),
            ("human_leave_one_out", human),
            ("index", (raw - chance) / (human - chance)),
        ] {
            let one = of(&found, quantity);
            assert!((one.value.unwrap() - expected).abs() < 1e-12, "{quantity}");
            assert!(one.limits.is_some() && one.undefined.is_none(), "{one:?}");
        }
        assert_eq!(resampled.estimate.get("raw"), Some(raw));
        assert_eq!(fixated.cube.resampled(options(3)).draws("raw", 7), resampled.draws("raw", 7), "the same resamples");
    }

    #[test]
    fn intervals_hold_the_truth_and_those_without_the_observers_of_the_mean_map_or_over_pictures_alone_do_not() {
        let (runs, levels) = (200, [12, 8, 4]);
        let (mut held, mut by_weights, mut by_pictures) = ([0.0; 4], 0.0, 0.0);
        for run in 0..runs {
            let fixated = simulated(run, levels);
            let options = options(run);
            let (found, _) = fixated.judged(nss(), options);
            let holds = |one: &Interval, truth: f64| {
                one.limits.is_some_and(|(low, high)| low <= truth && truth <= high) as u8 as f64 / runs as f64
            };
            for (at, truth) in [1.0, 2.0, 0.2, 0.8 / 1.8].into_iter().enumerate() {
                held[at] += holds(&found[at], truth);
            }
            let replicates = |levels: [usize; 3]| {
                let of = |weights: [&[f64]; 3]| fixated.quantities(nss(), &fixated.ceiling.scores, weights);
                Replicates::new(levels, fixated.cube.sizes(), options, of)
            };
            let interval = |levels: [usize; 3], at: usize| {
                let found = replicates(levels);
                Spread::of(&found, at, None).interval("", found.estimate[at].unwrap(), false)
            };
            by_weights += holds(&interval(levels, HUMAN), 2.0);
            by_pictures += holds(&interval([12, 1, 1], RAW), 1.0);
        }
        assert!(held.iter().all(|share| *share > 0.91), "{held:?}");
        assert!(by_weights < 0.88 && by_pictures < 0.7, "{by_weights} {by_pictures}");
    }

    #[test]
    fn one_observer_one_picture_and_people_who_do_not_agree_leave_values_undefined_and_say_why() {
        let said = |fixated: &Fixated, quantity: &str| {
            let (found, _) = fixated.judged(nss(), options(3));
            let one = of(&found, quantity);
            (one.value, one.limits.is_some(), one.undefined.clone().unwrap_or_default())
        };
        let single = simulated(1, [6, 1, 2]);
        assert_eq!(said(&single, "human_leave_one_out").2, "undefined, because there is one observer");
        assert_eq!(said(&single, "index").2, "undefined, because there is one observer");
        assert!(said(&single, "raw").1);
        let (value, limits, why) = said(&simulated(1, [1, 4, 2]), "chance");
        assert!(value == Some(0.0) && !limits && why.contains("chance is that of the metric"), "{why}");
        let two = simulated(1, [6, 2, 2]);
        assert!(said(&two, "human_leave_one_out").2.contains("two make one pair"));
        assert!(said(&two, "index").2.contains("without an interval"));
        let mut apart = simulated(1, [6, 5, 2]);
        let all = apart.ceiling.without.iter_mut().flatten().chain(&mut apart.ceiling.scores);
        all.flatten()
            .enumerate()
            .for_each(|(at, value)| *value = value.map(|value| value - 1.8 + (at % 7) as f64 - 3.0));
        let (value, _, why) = said(&apart, "index");
        assert!(
            value.is_none() && why.contains("human_leave_one_out less chance") | why.contains("no better"),
            "{why}"
        );
    }

    #[test]
    fn pictures_without_a_value_are_left_out_of_everything() {
        let all = simulated(1, [6, 4, 2]);
        let mut holes = simulated(1, [6, 4, 2]);
        holes.cube.scores[2] = vec![vec![None; 2]; 4];
        let kept = holes.with_values();
        assert_eq!(kept.pictures, ["0", "1", "3", "4", "5"]);
        assert_eq!(kept.cube.levels(), [5, 4, 2]);
        // Picture 1 was compared with 2, 3 and 4.
        let others: Vec<usize> = kept.mismatched[1].iter().map(|(other, _)| *other).collect();
        assert_eq!(others, [2, 3]);
        assert_eq!(kept.mismatched[1][0].1, all.mismatched[1][1].1);
        assert_eq!(kept.ceiling.scores[2], all.ceiling.scores[3]);
        let mut nothing = simulated(1, [3, 4, 2]);
        nothing.cube.scores = vec![vec![vec![None; 2]; 4]; 3];
        let (found, resampled) = nothing.with_values().judged(nss(), options(3));
        assert!(found.iter().all(|one| one.quantity == "chance" || one.value.is_none()), "{found:?}");
        assert!(of(&found, "index").undefined.as_ref().unwrap().contains("no map has a value"));
        assert_eq!(resampled.estimate.get("raw"), None);
    }

    #[test]
    fn who_has_no_fixations_is_no_level_and_is_counted() {
        let mut cube = simulated(1, [4, 3, 2]).cube;
        for (looked, scores) in cube.looked.iter_mut().zip(&mut cube.scores) {
            (looked[1], scores[1]) = (false, vec![None, None]);
        }
        assert_eq!((cube.levels(), cube.without_fixations()), ([4, 2, 2], 0));
        (cube.looked[3][0], cube.scores[3][0]) = (false, vec![None, None]);
        assert_eq!((cube.levels(), cube.without_fixations()), ([4, 2, 2], 1));
        assert_eq!(cube.on_pictures(&[0, 2]).levels(), [2, 2, 2]);
        let convention = |quantity| convention(quantity, false, [4, 2, 1]).unwrap();
        assert!(convention("raw").ends_with("; pictures, observers resampled; conditional on one seed"));
        assert!(convention("human_leave_one_out").ends_with("; pictures, observers resampled"));
    }
}
