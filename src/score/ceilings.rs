//! The table of ceilings: reliabilities, whose roots no score can be expected to pass, because the maps are noisy; and the
//! companions that others report, computed from the same products of maps.

use super::compare::Interval;
use super::gram::Gram;
use crate::seed::Seed;
use crate::stats::reliability::{pair_from_inclusive, pair_from_leave_one_out};
use crate::stats::splits::{bounds, split_half};

/// A row of the table of ceilings.
pub struct Ceiling {
    /// Name, as in `scores.csv`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
}

/// Every ceiling.
pub static CEILINGS: &[Ceiling] = &[
    Ceiling {
        name: "human_ceiling",
        description: "reliability of the group's map over observers: mean over all splits, lengthened to all observers; its root is the largest expected correlation",
        source: "Spearman 1910; Brown 1910",
    },
    Ceiling {
        name: "human_ceiling_trials",
        description: "reliability of the group's map over trials, by the closed form over all splits (Pearson only)",
        source: "all-splits U statistic",
    },
    Ceiling {
        name: "seed_ceiling",
        description: "mean correlation between the maps of two weight seeds of the same architecture; its root bounds the score of one of them. Random masks of a method (bubbles, rise) differ between seeds too and lower it",
        source: "Kar, Kornblith & Fedorenko 2022; Woerl et al. 2023",
    },
    Ceiling {
        name: "seed_ceiling_without_sampling",
        description: "the seed ceiling over the reliability of the method's own random samples (`sampling_reliability`): what trainings share, apart from the noise of masks",
        source: "Spearman 1904",
    },
    Ceiling {
        name: "observer_pair",
        description: "mean correlation between the maps of two observers; its root bounds the score of one of them, whatever their number",
        source: "Spearman 1904",
    },
    Ceiling {
        name: "human_ceiling_mismatched",
        description: "the human ceiling with halves of different pictures: what observers share without looking (centre bias, smoothness)",
        source: "mismatched pictures",
    },
    Ceiling {
        name: "human_split_half",
        description: "the human ceiling by splits in half (all up to 2000, else 1000 at random): mean correlation, then lengthened once; odd numbers by Horst",
        source: "Spearman 1910; Brown 1910; Horst 1951",
    },
    Ceiling {
        name: "human_leave_one_out",
        description: "correlation of one observer with the mean of the others; grows with their number",
        source: "Nili et al. 2014 (lower bound)",
    },
    Ceiling {
        name: "human_inclusive",
        description: "correlation of one observer with the mean of all, self included; falls with their number",
        source: "Nili et al. 2014 (upper bound)",
    },
    Ceiling {
        name: "human_leave_one_out_corrected",
        description: "the correlation with a human map without noise that the leave-one-out bound implies; does not depend on the number of observers",
        source: "r/√((1+(n-2)r)/(n-1)) solved for √r",
    },
    Ceiling {
        name: "human_inclusive_corrected",
        description: "the same from the inclusive bound; the two differ where observers are not alike",
        source: "√((1+(n-1)r)/n) solved for √r",
    },
    Ceiling {
        name: "n0_observers",
        description: "the number of observers at which the human ceiling is 1/2: with n of them it is n/(n + n0)",
        source: "Spearman 1910; Brown 1910",
    },
];

/// What others report of the noise between observers, without intervals of its own.
pub fn companions(gram: &Gram, seed: Seed) -> Vec<Interval> {
    let matrices: Vec<Vec<Vec<f64>>> = gram.human_matrices().into_iter().filter(|matrix| matrix.len() > 1).collect();
    let mean = |of: &dyn Fn(&Vec<Vec<f64>>) -> Option<f64>| {
        let values: Vec<f64> = matrices.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let count = gram.observers_per_map();
    let lower = mean(&|matrix| bounds(matrix).map(|(lower, _)| lower));
    let upper = mean(&|matrix| bounds(matrix).map(|(_, upper)| upper));
    let root = |r: f64| (r > 0.0).then(|| r.sqrt());
    let pair = gram.human.means(1, None, None, None)[0];
    [
        ("human_split_half", mean(&|matrix| split_half(matrix, seed).map(|splits| splits.reliability))),
        ("human_leave_one_out", lower),
        ("human_inclusive", upper),
        ("human_leave_one_out_corrected", lower.and_then(|bound| root(pair_from_leave_one_out(bound, count)))),
        ("human_inclusive_corrected", upper.and_then(|bound| root(pair_from_inclusive(bound, count)))),
        ("n0_observers", pair.filter(|r| *r > 0.0).map(|r| (1.0 - r) / r)),
    ]
    .into_iter()
    .map(|(quantity, value)| {
        let why = match value {
            Some(_) => "no interval: that of human_ceiling tells how sure it is",
            None if matrices.is_empty() => "undefined, because there is one observer",
            None => "undefined, because the correlation between observers is not above zero",
        };
        Interval::plain(quantity, value, Some(why.to_owned()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlate::normalised;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn bounds_corrected_for_the_number_of_observers_agree_with_each_other_and_with_the_pairs() {
        let normals = |index: u64| -> Vec<f64> {
            let mut generator = Seed(8).stream("normal", index);
            (0..900).map(|_| StandardNormal.sample(&mut generator)).collect()
        };
        let truth = normals(0);
        let mix = |own: Vec<f64>| normalised(&truth.iter().zip(own).map(|(t, e)| t + e).collect::<Vec<_>>()).ok();
        for count in [4, 7] {
            let human = vec![(1..=count).map(|s| mix(normals(s))).collect::<Vec<_>>()];
            let gram = Gram::new(&human, &[vec![mix(normals(99))]]);
            let found = companions(&gram, Seed(1));
            let get = |name: &str| found.iter().find(|one| one.quantity == name).and_then(|one| one.value).unwrap();
            let pair = gram.human.means(1, None, None, None)[0].unwrap();
            let whole = count as f64 * pair / (1.0 + (count as f64 - 1.0) * pair);
            assert!((get("human_split_half") - whole).abs() < 0.005);
            assert!((get("human_leave_one_out_corrected") - pair.sqrt()).abs() < 0.01);
            assert!((get("human_inclusive_corrected") - pair.sqrt()).abs() < 0.01);
            assert!(get("human_inclusive") > get("human_inclusive_corrected") + 0.02);
            assert!((count as f64 / (count as f64 + get("n0_observers")) - whole).abs() < 1e-12);
        }
    }
}
