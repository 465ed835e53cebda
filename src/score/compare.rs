//! A comparison with its intervals: the crossed bootstrap over pictures, observers and seeds.

use super::agreement::{Comparison, Gram, means, observers_per_map};
use crate::metric::Metric;
use crate::seed::Seed;
use crate::stats::crossed::{contains, half_width, sets, variance, weights};
use crate::stats::quantile::quantile;

/// How intervals are made.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Replicates for each set of factors.
    pub replicates: usize,
    /// Seed of the weights: the same for every method, so that methods are compared on the same resamples.
    pub seed: Seed,
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
    /// Why there is no value, or no interval.
    pub undefined: Option<String>,
}

/// Every quantity of a comparison.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// In the order of [`super::Quantities::named`].
    pub intervals: Vec<Interval>,
    /// (pictures, observers, seeds).
    pub levels: [usize; 3],
}

/// Names of the factors, for messages.
const FACTORS: [&str; 3] = ["picture", "observer", "seed"];

/// Estimates and intervals of one metric.
pub fn compare(comparison: &Comparison, metric: &Metric, options: Options) -> Outcome {
    let levels = comparison.levels();
    let ones: [Vec<f64>; 3] = levels.map(|n| vec![1.0; n]);
    let fixed = comparison.grams(metric, &ones[0]);
    let observers = observers_per_map(&fixed);
    let estimate = means(&fixed, [&ones[0], &ones[1], &ones[2]]).quantities(observers);
    let varied: Vec<usize> = (0..3).filter(|&factor| levels[factor] > 1).collect();
    let varied_levels: Vec<usize> = varied.iter().map(|&factor| levels[factor]).collect();

    let people = (comparison.task && varied.contains(&0)).then(|| comparison.task_rows(metric));

    // draws[set][quantity] holds one value a replicate.
    let mut draws = vec![vec![Vec::new(); 6]; (1 << varied.len()) - 1];
    for replicate in 0..options.replicates {
        let drawn: [Vec<f64>; 3] =
            std::array::from_fn(|factor| weights(options.seed, factor, replicate, levels[factor]));
        let resampled: Option<Vec<Gram>> =
            people.as_ref().map(|human| vec![comparison.task_gram(metric, human, &drawn[0], fixed.first())]);
        for (set, draws) in sets(varied.len()).zip(&mut draws) {
            let is_drawn =
                |factor: usize| varied.iter().position(|&v| v == factor).is_some_and(|bit| contains(set, bit));
            let of = |factor: usize| if is_drawn(factor) { &drawn[factor][..] } else { &ones[factor][..] };
            let grams = if is_drawn(0) { resampled.as_ref().unwrap_or(&fixed) } else { &fixed };
            let quantities = means(grams, [of(0), of(1), of(2)]).quantities(observers);
            for (values, (_, value)) in draws.iter_mut().zip(quantities.named()) {
                values.extend(value);
            }
        }
    }

    let mut intervals: Vec<Interval> = estimate
        .named()
        .iter()
        .enumerate()
        .map(|(at, &(quantity, value))| {
            let complete = draws.iter().all(|set| set[at].len() * 10 >= options.replicates * 9);
            let spread = |value: f64| {
                let variances: Vec<f64> = draws.iter().map(|set| variance(&set[at])).collect();
                let half = half_width(&varied_levels, &variances);
                (value - half, value + half)
            };
            let limits = value.filter(|_| complete && !varied.is_empty()).map(spread);
            let undefined = match (value, limits) {
                (None, _) => Some(missing(quantity, levels)),
                (Some(_), None) if varied.is_empty() => {
                    Some("no interval: there is one picture, one observer and one seed".to_owned())
                }
                (Some(_), None) => {
                    Some("no interval: the value is undefined in more than a tenth of the resamples".to_owned())
                }
                _ => None,
            };
            Interval { quantity, value, limits, undefined }
        })
        .collect();
    withdraw_unidentified(&mut intervals);
    Outcome { intervals, levels }
}

/// The raw score of maps that are related to nothing: its mean, and the limits between which 95 % of single maps lie.
pub fn chance(comparison: &Comparison, metric: &Metric) -> Outcome {
    let levels = comparison.levels();
    let grams = comparison.grams(metric, &vec![1.0; levels[0]]);
    let (pictures, people) = (vec![1.0; levels[0]], vec![1.0; levels[1]]);
    let raw: Vec<f64> = (0..levels[2])
        .filter_map(|instance| {
            let only: Vec<f64> = (0..levels[2]).map(|other| f64::from(u8::from(other == instance))).collect();
            means(&grams, [&pictures, &people, &only]).quantities(observers_per_map(&grams)).raw
        })
        .collect();
    let value = (!raw.is_empty()).then(|| raw.iter().sum::<f64>() / raw.len() as f64);
    let limits = quantile(&raw, 0.025).zip(quantile(&raw, 0.975));
    let undefined = value.is_none().then(|| missing("raw", levels));
    Outcome { intervals: vec![Interval { quantity: "raw", value, limits, undefined }], levels }
}

fn missing(quantity: &str, [_, observers, seeds]: [usize; 3]) -> String {
    match quantity {
        "seed_ceiling" | "ratio_both" if seeds < 2 => {
            "undefined, because there is one weight seed; what differs between seeds is unknown".to_owned()
        }
        "human_ceiling" | "observer_pair" | "ratio" | "ratio_both" if observers < 2 => {
            "undefined, because there is one observer; what differs between observers is unknown".to_owned()
        }
        _ => "undefined, because a reliability is not above zero or no pair of maps can be compared".to_owned(),
    }
}

/// A ratio is only reported where the interval of every reliability that it is divided by lies above zero.
fn withdraw_unidentified(intervals: &mut [Interval]) {
    let lower = |name: &str| {
        intervals
            .iter()
            .find(|interval| interval.quantity == name)
            .and_then(|interval| Some((interval.value?, interval.limits)))
    };
    let (pair, seeds) = (lower("observer_pair"), lower("seed_ceiling"));
    let doubt = |what: &str, found: Option<(f64, Option<(f64, f64)>)>| match found {
        Some((_, Some((low, _)))) if low > 0.0 => None,
        Some((value, Some((low, high)))) => Some(format!(
            "undefined, because the correlation between two {what} is {value:.3} [{low:.3}, {high:.3}], not above zero"
        )),
        Some((value, None)) => {
            Some(format!("undefined, because the correlation between two {what}, {value:.3}, has no interval"))
        }
        None => None,
    };
    let (people, networks) = (doubt("observers", pair), doubt("seeds", seeds));
    for interval in intervals.iter_mut().filter(|interval| interval.value.is_some()) {
        let reason = match interval.quantity {
            "ratio" => people.clone(),
            "ratio_both" => people.clone().or_else(|| networks.clone()),
            _ => None,
        };
        if let Some(reason) = reason {
            *interval = Interval { quantity: interval.quantity, value: None, limits: None, undefined: Some(reason) };
        }
    }
}

/// The factors that a comparison cannot resample, in words.
pub fn single_factors(levels: [usize; 3]) -> Vec<&'static str> {
    (0..3).filter(|&factor| levels[factor] == 1).map(|factor| FACTORS[factor]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::METRICS;
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
            let options = Options { replicates: 60, seed: Seed(run) };
            let outcome = compare(&comparison, &METRICS[0], options);
            let both = &outcome.intervals[4];
            covered += usize::from(both.limits.is_some_and(|(low, high)| low <= 0.5 && 0.5 <= high));
            // The same estimate with the spread of pictures alone.
            let [i, s, k] = comparison.levels();
            let (wi, ws, wk) = (vec![1.0; i], vec![1.0; s], vec![1.0; k]);
            let grams = comparison.grams(&METRICS[0], &wi);
            let draws: Vec<f64> = (0..60)
                .filter_map(|b| means(&grams, [&weights(Seed(run), 0, b, i), &ws, &wk]).quantities(s as f64).ratio_both)
                .collect();
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
        let outcome = compare(&comparison, &METRICS[0], Options { replicates: 60, seed: Seed(1) });
        let ratio = &outcome.intervals[3];
        assert_eq!(ratio.value, None);
        assert!(ratio.undefined.as_ref().unwrap().contains("not above zero"), "{ratio:?}");
        assert!(outcome.intervals[0].value.is_some(), "the raw score is still reported");
    }

    #[test]
    fn one_seed_leaves_the_seed_ceiling_undefined_and_the_rest_reported() {
        let mut comparison = simulated(0.9, 0.0, Seed(3));
        comparison.model.iter_mut().for_each(|maps| maps.truncate(1));
        let outcome = compare(&comparison, &METRICS[0], Options { replicates: 60, seed: Seed(1) });
        assert_eq!(outcome.intervals[2].value, None);
        assert!(outcome.intervals[3].value.is_some());
        assert_eq!(single_factors(outcome.levels), ["seed"]);
    }
}
