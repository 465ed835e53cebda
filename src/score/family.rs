//! What needs all methods at once: the score over the best baseline, corrected p values, ranks and the probability of being best.

use super::compare::{Interval, Resampled};
use super::corrected::{Corrected, corrected, max_t};
use crate::seed::Seed;
use crate::stats::ranking::places;

/// One member of a family: the same unit, metric and preparation.
pub struct Member<'a> {
    /// Its replicates.
    pub resampled: &'a Resampled,
    /// The same on the pictures that all members have, by which they are ranked; `None` where there is none.
    pub ranked: Option<&'a Resampled>,
    /// Baselines on the same pictures and observers, by name.
    pub baselines: Vec<(String, &'a Resampled)>,
    /// p of the image shuffle.
    pub shuffled: Option<f64>,
}

impl<'a> Member<'a> {
    /// The baseline with the largest raw score.
    fn best_baseline(&self) -> Option<(String, &'a Resampled)> {
        let known = self.baselines.iter().filter_map(|(name, of)| Some((name, *of, of.estimate.get("raw")?)));
        known.max_by(|a, b| a.2.total_cmp(&b.2)).map(|(name, of, _)| (name.clone(), of))
    }
}

/// What a member gets from its family.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Raw score less that of the best baseline, with its interval on the same resamples.
    pub over_baseline: Interval,
    /// Name of that baseline.
    pub baseline: String,
    /// p of the difference, corrected over the family.
    pub over_baseline_p: Corrected,
    /// p of the image shuffle, corrected over the family.
    pub shuffled_p: Corrected,
    /// Rank among the members, 1 the best.
    pub rank: Interval,
    /// Probability of being the best.
    pub best: Interval,
}

/// The standing of every member, in order; `seed` is that of random signs.
pub fn standings(members: &[Member], seed: Seed) -> Vec<Standing> {
    let best: Vec<Option<(String, &Resampled)>> = members.iter().map(Member::best_baseline).collect();
    let differences: Vec<(String, Interval)> = members
        .iter()
        .zip(&best)
        .map(|(member, best)| match best {
            Some((name, best)) => (name.clone(), member.resampled.difference(best, "over_baseline")),
            None => {
                let why = "undefined, because no baseline has a score".to_owned();
                (String::new(), Interval::plain("over_baseline", None, Some(why)))
            }
        })
        .collect();
    let mut over = corrected(&differences.iter().map(|(_, interval)| interval.p).collect::<Vec<_>>());
    let of_pictures: Vec<Option<Vec<f64>>> = members
        .iter()
        .zip(&best)
        .map(|(member, best)| {
            let (own, theirs) = (member.resampled.raw_of_pictures()?, best.as_ref()?.1.raw_of_pictures()?);
            Some(own.iter().zip(&theirs).map(|(own, theirs)| own - theirs).collect())
        })
        .collect();
    // Pictures are paired across members only where all have those that are shared.
    let alike = |member: &Member| member.ranked.is_some_and(|ranked| ranked.levels[0] == member.resampled.levels[0]);
    if members.iter().all(alike) {
        over.iter_mut().zip(max_t(&of_pictures, seed)).for_each(|(one, p)| one.max_t = p);
    }
    let shuffled = corrected(&members.iter().map(|member| member.shuffled).collect::<Vec<_>>());
    let ranks = ranks(members);
    differences
        .into_iter()
        .zip(over.into_iter().zip(shuffled))
        .zip(ranks)
        .map(|(((baseline, over_baseline), (over_baseline_p, shuffled_p)), (rank, best))| Standing {
            over_baseline,
            baseline,
            over_baseline_p,
            shuffled_p,
            rank,
            best,
        })
        .collect()
}

/// Rank and probability of being best of every member whose raw score is defined.
fn ranks(members: &[Member]) -> Vec<(Interval, Interval)> {
    let known: Vec<(usize, &Resampled, f64)> = members
        .iter()
        .enumerate()
        .filter_map(|(at, member)| Some((at, member.ranked?, member.ranked?.estimate.get("raw")?)))
        .collect();
    let estimates: Vec<f64> = known.iter().map(|(.., raw)| *raw).collect();
    let draws: Vec<Vec<Option<f64>>> =
        known.iter().map(|(_, ranked, _)| ranked.draws("raw", 7).unwrap_or_default()).collect();
    let count = draws.iter().map(Vec::len).min().unwrap_or(0);
    let usable: Vec<usize> = (0..count).filter(|at| draws.iter().all(|of| of[*at].is_some())).collect();
    let replicates: Vec<Vec<f64>> = draws.iter().map(|of| usable.iter().filter_map(|at| of[*at]).collect()).collect();
    let places = places(&estimates, &replicates);
    (0..members.len())
        .map(|at| {
            let place = known.iter().position(|known| known.0 == at).zip(places.as_ref()).map(|(at, all)| all[at]);
            let why = |name: &str| {
                Some(format!("{name}: there are no pictures or resamples in which all methods have a score"))
            };
            match place {
                None => (
                    Interval::plain("rank", None, why("undefined")),
                    Interval::plain("probability_best", None, why("undefined")),
                ),
                Some(place) => (
                    Interval { limits: Some(place.limits), ..Interval::plain("rank", Some(place.rank), None) },
                    Interval::plain("probability_best", Some(place.best), None),
                ),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::agreement::{Comparison, Sampled};
    use super::super::compare::{Options, resample};
    use super::*;
    use crate::score::METRICS;
    use crate::seed::Seed;
    use rand_distr::{Distribution, StandardNormal};

    fn normals(purpose: &str, index: usize) -> Vec<f64> {
        let mut generator = Seed(11).stream(purpose, index as u64);
        (0..80).map(|_| StandardNormal.sample(&mut generator)).collect()
    }

    /// People and a network whose maps are `share` of what people share; what is drawn of people is the same every time.
    fn made(share: f64, name: &str) -> Resampled {
        let (pictures, observers, seeds) = (15, 8, if name == "baseline" { 1 } else { 5 });
        let noisy =
            |truth: &[f64], own: Vec<f64>| -> Sampled { Some(truth.iter().zip(own).map(|(t, e)| t + e).collect()) };
        let (human, model) = (0..pictures)
            .map(|p| {
                let truth = normals("truth", p);
                let network: Vec<f64> =
                    truth.iter().zip(normals(name, p)).map(|(t, o)| share * t + (1.0 - share) * o).collect();
                let people = (0..observers).map(|s| noisy(&truth, normals("people", p * 100 + s))).collect();
                let maps = (0..seeds).map(|k| noisy(&network, normals(&format!("{name} {k}"), p))).collect();
                (people, maps)
            })
            .unzip();
        resample(&Comparison { human, model, task: false }, &METRICS[0], Options::new(100, Seed(2)))
    }

    #[test]
    fn the_better_network_ranks_first_and_differences_are_tighter_than_their_parts() {
        let (good, poor, baseline) = (made(0.8, "good"), made(0.3, "poor"), made(0.3, "baseline"));
        let member = |resampled| Member {
            resampled,
            ranked: Some(resampled),
            baselines: vec![("centre".to_owned(), &baseline)],
            shuffled: Some(0.02),
        };
        let found = standings(&[member(&poor), member(&good)], Seed(1));
        assert_eq!((found[0].rank.value, found[1].rank.value), (Some(2.0), Some(1.0)));
        assert!(found[1].best.value.unwrap() > 0.99);
        let over = &found[1].over_baseline;
        assert!(over.limits.unwrap().0 > 0.1 && found[1].over_baseline_p.holm.unwrap() < 0.001, "{over:?}");
        let p = found[1].over_baseline_p;
        assert!(p.max_t.unwrap() < 0.001 && p.bh <= p.holm && p.bh < p.by, "{p:?}");
        assert!(found[0].over_baseline_p.holm.unwrap() > 0.05, "{:?}", found[0].over_baseline);
        assert_eq!((found[0].shuffled_p.holm, found[1].shuffled_p.holm), (Some(0.04), Some(0.04)));
        // A network against itself: no difference, and no width.
        let same = good.difference(&good, "difference");
        assert_eq!((same.value, same.limits), (Some(0.0), Some((0.0, 0.0))));
        assert_eq!(
            standings(&[Member { resampled: &good, ranked: None, baselines: vec![], shuffled: None }], Seed(1))[0]
                .over_baseline
                .value,
            None
        );
    }
}
