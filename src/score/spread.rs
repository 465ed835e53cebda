//! The interval of a number from its replicates in the crossed bootstrap.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::compare::Interval;
use super::replicates::Replicates;
use crate::stats::bca::bca;
use crate::stats::crossed::{Draw, Set, contains, error, fisher_limits, half_of, missed, ratio_limits, sets, variance};
use crate::stats::quantile::quantile;

/// Replicates of one number for every set of factors, with what its interval needs.
pub(super) struct Spread {
    pub(super) levels: Vec<usize>,
    /// In the order of the sets of the varied factors; missing where undefined.
    pub(super) draws: Vec<Vec<Option<f64>>>,
    /// Values without one level of the only factor; empty where several vary.
    pub(super) jackknife: Vec<Option<f64>>,
    /// Of a mean over pairs: the bit of the factor, and the values without one of its levels each.
    pub(super) pairs: Option<(usize, Vec<Option<f64>>)>,
}

impl Spread {
    /// Of one of several numbers; `pairs` of a mean over pairs of the levels of a factor: values without one level each.
    pub(super) fn of<const N: usize>(
        found: &Replicates<N>,
        at: usize,
        pairs: Option<(usize, Vec<Option<f64>>)>,
    ) -> Spread {
        let factors: Vec<usize> = (0..3).filter(|factor| contains(found.varied(), *factor)).collect();
        let of_set = |set: Set| {
            let full: Set =
                factors.iter().enumerate().filter(|(bit, _)| contains(set, *bit)).map(|(_, f)| 1 << f).sum();
            found.draws[full].iter().map(|own| own[at]).collect()
        };
        let bit = |factor: usize| factors.iter().position(|known| *known == factor);
        Spread {
            levels: factors.iter().map(|factor| found.levels[*factor]).collect(),
            draws: sets(factors.len()).map(of_set).collect(),
            jackknife: Vec::new(),
            pairs: pairs.and_then(|(factor, values)| Some((bit(factor)?, values))),
        }
    }

    /// The interval around a value, or why there is none.
    pub(super) fn interval(&self, quantity: &'static str, value: f64, correlation: bool) -> Interval {
        let plain = |reason: &str| Interval::plain(quantity, Some(value), Some(reason.to_owned()));
        let Some(joint) = self.draws.last() else {
            return plain("no interval: there is one picture, one observer and one seed");
        };
        if self.draws.iter().any(|set| set.iter().flatten().count() * 10 < set.len() * 9) {
            return plain("no interval: the value is undefined in more than a tenth of the resamples");
        }
        let defined = |set: &Vec<Option<f64>>| set.iter().flatten().copied().collect::<Vec<f64>>();
        let variances: Vec<f64> = self.draws.iter().map(|set| variance(&defined(set))).collect();
        let beyond = match &self.pairs {
            None => None,
            Some((bit, values)) if values.len() > 2 => {
                let Some(values) = values.iter().copied().collect::<Option<Vec<f64>>>() else {
                    return plain("no interval: without one of its levels the value is undefined");
                };
                Some((missed(Draw::Dirichlet, &values, variances[(1 << bit) - 1]), values.len()))
            }
            Some(_) => return plain("no interval: two make one pair, and how pairs differ is unknown"),
        };
        let found = error(Draw::Dirichlet, &self.levels, &variances, beyond);
        let half = half_of(found);
        let p = found.filter(|(error, _)| *error > 0.0).and_then(|(error, freedom)| {
            StudentsT::new(0.0, 1.0, freedom).ok().map(|t| 2.0 * t.cdf(-(value / error).abs()))
        });
        let joint = defined(joint);
        let one_factor = self.jackknife.iter().copied().collect::<Option<Vec<f64>>>().filter(|values| values.len() > 2);
        let percentiles = match one_factor {
            Some(jackknife) => bca(value, &joint, &jackknife, 0.95).map(|found| found.limits),
            None => quantile(&joint, 0.025).zip(quantile(&joint, 0.975)),
        };
        let limits = match correlation {
            true if ["ratio", "ratio_both", "specific_both"].contains(&quantity) => ratio_limits(value, half),
            true => fisher_limits(value, half),
            false => (value - half, value + half),
        };
        Interval { quantity, value: Some(value), limits: Some(limits), percentiles, p, undefined: None }
    }
}

/// Why a quotient has no interval where what it is divided by is known from a single pair.
pub(super) fn one_pair(quantity: &str, [_, observers, seeds]: [usize; 3]) -> Option<String> {
    let both = ["ratio_both", "specific_both"].contains(&quantity);
    let what = match (both || quantity.starts_with("ratio"), both) {
        (true, _) if observers == 2 => "observers",
        (_, true) if seeds == 2 => "seeds",
        _ => return None,
    };
    Some(format!("no interval: two {what} make one pair, and how pairs differ is unknown"))
}
