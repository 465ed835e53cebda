//! Where the noise of a comparison comes from: random samples of the method itself, pictures, observers or seeds.

use super::compare::{Interval, Resampled};
use super::rows::Entry;
use crate::metric::Metric;
use crate::stats::components::Components;

/// The noise of a method's own random samples (masks, superpixels) apart from what differs between seeds: the mean split-half
/// reliability of its maps, and the seed ceiling that maps without that noise would have.
pub(super) fn sampling_noise(entry: &Entry, metric: &Metric, seeds: Option<f64>) -> [Interval; 2] {
    let own = entry.own_reliability.filter(|own| metric.name == "pearson" && *own > 0.0 && entry.unit == "picture");
    let why = |value: Option<f64>| {
        Some(match value {
            Some(_) => "no interval: a point estimate".to_owned(),
            None => "undefined: the method draws nothing, its index does not tell, or it is not Pearson's r of single pictures".to_owned(),
        })
    };
    let exact = own.zip(seeds).map(|(own, seeds)| seeds / own);
    [
        Interval::plain("sampling_reliability", own, why(own)),
        Interval::plain("seed_ceiling_without_sampling", exact, why(exact)),
    ]
}

/// The share of the variance of the mean agreement that twice as many pictures, observers or seeds would leave.
pub(super) fn doubled(resampled: &Resampled) -> Vec<Interval> {
    const NAMES: [&str; 3] = ["doubled_pictures", "doubled_observers", "doubled_seeds"];
    let [pictures, observers, seeds] = resampled.levels;
    let levels = [if resampled.gram.pictures() == 1 { 1 } else { pictures }, observers, seeds];
    let varied: Vec<usize> = (0..3).filter(|factor| levels[*factor] > 1).collect();
    let of_varied: Vec<usize> = varied.iter().map(|factor| levels[*factor]).collect();
    let complete = resampled.gram.cross.complete();
    let shares = complete.as_ref().and_then(|values| Components::new(values, &of_varied)).map(|found| found.doubled());
    (0..3)
        .map(|factor| {
            let place = varied.iter().position(|known| *known == factor);
            let value = place.zip(shares.as_ref()).map(|(at, shares)| shares[at]);
            let why = match (value, place, &complete) {
                (Some(_), ..) => "no interval: a point estimate by the method of moments",
                (_, None, _) => "undefined, because there is one level, or one map for all pictures",
                (_, _, None) => "undefined, because some maps are missing",
                _ => "undefined, because nothing varies",
            };
            Interval::plain(NAMES[factor], value.filter(|value| value.is_finite()), Some(why.to_owned()))
        })
        .collect()
}
