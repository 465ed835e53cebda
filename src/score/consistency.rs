//! Error consistency and accuracy by condition of two groups on the same trials: people and networks, or either alone.

use std::collections::BTreeMap;

use rand::RngExt;
use rayon::prelude::*;

use super::answers::Answers;
use crate::error::{Error, Result};
use crate::seed::Seed;
use crate::stats::kappa::{kappa, weighted_kappa};
use crate::stats::quantile::quantile;
use crate::table::{Table, number, number_or_empty};

/// What comparing two groups makes.
pub struct Consistency {
    /// A row for each pair of observers and for the mean of each kind of pair.
    pub pairs: Table,
    /// A row for each observer and condition.
    pub accuracy: Table,
    /// What can be said in sentences.
    pub sentences: Vec<String>,
}

const PAIRS: [&str; 12] =
    ["pairs", "a", "b", "trials", "accuracy_a", "accuracy_b", "observed", "expected", "kappa", "low", "high", "bound"];

/// A pair of observers: their names and what each got right on the trials that both have, by number of the trial.
struct Pair<'a> {
    kind: &'static str,
    names: [&'a str; 2],
    trials: Vec<usize>,
    right: Vec<(bool, bool)>,
}

/// Compares every observer of one group with every observer of the other and of their own. Intervals are 95 %, over trials;
/// observers are taken as they are.
pub fn consistency(groups: [&Answers; 2], replicates: usize, seed: Seed) -> Result<Consistency> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for trial in groups.iter().flat_map(|group| group.right.values()).flat_map(BTreeMap::keys) {
        let next = numbers.len();
        numbers.entry(trial).or_insert(next);
    }
    let pairs = pairs(groups, &numbers);
    if !pairs.iter().any(|pair| pair.kind == "between" && !pair.right.is_empty()) {
        let first = |at: usize| groups[at].right.values().flat_map(BTreeMap::keys).next().map_or("", String::as_str);
        return Err(Error::invalid(format!(
            "no trial was answered in both groups; the first names are {} and {}",
            first(0),
            first(1)
        ))
        .hint(
            "name the column of the trial with --trial, and with --after what comes before the part that both share",
        ));
    }
    // Kappa of every pair in every replicate: all pairs see the same resampled trials.
    let drawn: Vec<Vec<Option<f64>>> = (0..replicates)
        .into_par_iter()
        .map(|replicate| {
            let mut generator = seed.stream("trials", replicate as u64);
            let mut weights = vec![0.0; numbers.len()];
            (0..numbers.len()).for_each(|_| weights[generator.random_range(0..numbers.len())] += 1.0);
            let of = |pair: &Pair| {
                let own: Vec<f64> = pair.trials.iter().map(|at| weights[*at]).collect();
                weighted_kappa(&pair.right, &own)?.kappa
            };
            pairs.iter().map(of).collect()
        })
        .collect();
    let limits = |values: Vec<f64>| {
        let enough = values.len() * 10 >= replicates * 9;
        quantile(&values, 0.025).zip(quantile(&values, 0.975)).filter(|_| enough)
    };
    let mut table = Table::new(&PAIRS);
    for (at, pair) in pairs.iter().enumerate() {
        let Some(found) = kappa(&pair.right) else { continue };
        let limits = limits(drawn.iter().filter_map(|row| row[at]).collect());
        table.push([
            pair.kind.to_owned(),
            pair.names[0].to_owned(),
            pair.names[1].to_owned(),
            pair.right.len().to_string(),
            number(found.accuracies[0]),
            number(found.accuracies[1]),
            number(found.observed),
            number(found.expected),
            number_or_empty(found.kappa),
            number_or_empty(limits.map(|(low, _)| low)),
            number_or_empty(limits.map(|(_, high)| high)),
            number_or_empty(found.bound),
        ]);
    }
    let mut sentences = Vec::new();
    for (kind, what) in [("between", "between the groups"), ("within a", "within A"), ("within b", "within B")] {
        let of: Vec<usize> = (0..pairs.len()).filter(|at| pairs[*at].kind == kind).collect();
        let mean = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let value = mean(of.iter().filter_map(|at| kappa(&pairs[*at].right)?.kappa).collect());
        let means = drawn.iter().filter_map(|row| mean(of.iter().filter_map(|at| row[*at]).collect())).collect();
        let Some((value, (low, high))) = value.zip(limits(means)) else { continue };
        let mut row = vec![String::new(); PAIRS.len()];
        row[0] = format!("mean {kind}");
        (row[8], row[9], row[10]) = (number(value), number(low), number(high));
        table.push(row);
        sentences.push(format!(
            "error consistency {what}: kappa {value:.3} [{low:.3}, {high:.3}], mean over pairs: {} (0: errors are independent)",
            of.len()
        ));
    }
    Ok(Consistency { pairs: table, accuracy: accuracy(groups), sentences })
}

fn pairs<'a>(groups: [&'a Answers; 2], numbers: &BTreeMap<&str, usize>) -> Vec<Pair<'a>> {
    let [a, b] = groups.map(|group| group.right.iter().collect::<Vec<_>>());
    let pair = |kind: &'static str,
                x: &(&'a String, &'a BTreeMap<String, bool>),
                y: &(&'a String, &'a BTreeMap<String, bool>)| {
        let shared =
            || x.1.iter().filter_map(|(trial, right)| Some((numbers.get(trial.as_str())?, *right, *y.1.get(trial)?)));
        Pair {
            kind,
            names: [x.0.as_str(), y.0.as_str()],
            trials: shared().map(|(at, ..)| *at).collect(),
            right: shared().map(|(_, x, y)| (x, y)).collect(),
        }
    };
    let mut found: Vec<Pair> =
        a.iter().flat_map(|x| b.iter().map(|y| pair("between", x, y)).collect::<Vec<_>>()).collect();
    for (kind, group) in [("within a", &a), ("within b", &b)] {
        for (at, x) in group.iter().enumerate() {
            found.extend(group[at + 1..].iter().map(|y| pair(kind, x, y)));
        }
    }
    found
}

fn accuracy(groups: [&Answers; 2]) -> Table {
    let mut table = Table::new(&["group", "observer", "condition", "trials", "right", "accuracy"]);
    for (name, group) in ["a", "b"].into_iter().zip(groups) {
        for (observer, trials) in &group.right {
            let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
            for (trial, right) in trials {
                let condition = group.conditions.get(&(observer.clone(), trial.clone())).map_or("", String::as_str);
                let [all, good] = counts.entry(condition).or_default();
                *all += 1;
                *good += usize::from(*right);
            }
            for (condition, [all, good]) in counts {
                let share = number(good as f64 / all as f64);
                table.push([name, observer, condition, &all.to_string(), &good.to_string(), &share].map(str::to_owned));
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(observers: &[(&str, &[bool])]) -> Answers {
        let of = |right: &[bool]| right.iter().enumerate().map(|(t, r)| (format!("t{t}"), *r)).collect();
        Answers {
            right: observers.iter().map(|(name, right)| ((*name).to_owned(), of(right))).collect(),
            conditions: BTreeMap::new(),
        }
    }

    #[test]
    fn copies_agree_and_opposites_disagree_between_and_within_groups() {
        let right: Vec<bool> = (0..60).map(|t| t % 3 != 0).collect();
        let other: Vec<bool> = (0..60).map(|t| t % 2 == 0).collect();
        let (a, b) = (answers(&[("x", &right), ("y", &right)]), answers(&[("z", &other), ("copy", &right)]));
        let found = consistency([&a, &b], 200, Seed(1)).unwrap();
        let kappa = |first: &str, second: &str| {
            let row =
                found.pairs.iter().find(|row| row.text("a") == Some(first) && row.text("b") == Some(second)).unwrap();
            (row.number("kappa").unwrap().unwrap(), row.number("low").unwrap().unwrap())
        };
        assert_eq!(kappa("x", "copy"), (1.0, 1.0));
        assert_eq!(kappa("x", "y"), (1.0, 1.0));
        let (independent, low) = kappa("x", "z");
        assert!(independent.abs() < 0.1 && low < 0.0, "{independent} {low}");
        assert_eq!(found.pairs.rows.len(), 6 + 3);
        assert_eq!(found.accuracy.rows.len(), 4);
        assert_eq!(found.sentences.len(), 3);
    }

    #[test]
    fn groups_without_a_trial_in_common_are_refused() {
        let mut b = answers(&[("z", &[true, false])]);
        b.right.values_mut().for_each(|trials| *trials = BTreeMap::from([("other".to_owned(), true)]));
        let error = consistency([&answers(&[("x", &[true])]), &b], 20, Seed(1)).err().unwrap().to_string();
        assert!(error.contains("t0 and other"), "{error}");
    }
}
