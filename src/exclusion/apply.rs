//! The rules of an experiment applied to its trials.

use std::collections::HashMap;

use super::{Judge, Own, RULES, Rule, Verdict};
use crate::error::Result;
use crate::parameter::Values;
use crate::trials::{Role, Trial};

/// A rule with the values of its parameters.
#[derive(Clone)]
pub struct Chosen {
    /// Its row.
    pub rule: &'static Rule,
    /// Its parameters.
    pub values: Values,
}

/// A main trial that enters no map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// Row of the table of trials, from 0.
    pub row: usize,
    /// The rule that took it, the first that does.
    pub rule: &'static str,
    /// Whether it took the observer.
    pub observer: bool,
    /// What the rule found.
    pub value: String,
    /// What the value passes.
    pub bound: String,
}

/// What one rule did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Name.
    pub rule: &'static str,
    /// Its parameters, "bound=200".
    pub parameters: String,
    /// "trials" or "observers".
    pub judges: &'static str,
    /// Main trials taken.
    pub trials: usize,
    /// Observers of whom a trial was taken.
    pub observers: usize,
    /// Trials (or observers) that it cannot judge.
    pub unjudged: usize,
    /// Why, of the first of them.
    pub reason: &'static str,
    /// Main trials left.
    pub trials_left: usize,
    /// Observers with a main trial left.
    pub observers_left: usize,
}

/// What all rules did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Every trial taken, rule by rule and row by row.
    pub excluded: Vec<Excluded>,
    /// A row a rule, in the order applied.
    pub counts: Vec<Count>,
}

impl Outcome {
    /// Rows of the table of trials that stay, of `all`.
    pub fn kept(&self, all: usize) -> Vec<bool> {
        let mut kept = vec![true; all];
        self.excluded.iter().filter_map(|one| one.row.lt(&all).then_some(one.row)).for_each(|row| kept[row] = false);
        kept
    }
}

impl Count {
    fn new(rule: &Rule, values: &Values) -> Count {
        Count {
            rule: rule.name,
            parameters: values.to_string(),
            judges: rule.judge.name(),
            trials: 0,
            observers: 0,
            unjudged: 0,
            reason: "",
            trials_left: 0,
            observers_left: 0,
        }
    }

    /// Counts what an observer's verdicts say: whether anything goes, and what cannot be judged.
    fn note(&mut self, verdicts: &[Verdict]) {
        self.observers += usize::from(verdicts.iter().any(|verdict| matches!(verdict, Verdict::Excluded(..))));
        for verdict in verdicts {
            if let Verdict::Unjudged(reason) = verdict {
                self.reason = if self.unjudged == 0 { reason } else { self.reason };
                self.unjudged += 1;
            }
        }
    }
}

/// Applies rules in the order of [`RULES`]; `classes` is the number of classes of the experiment.
pub fn apply(trials: &[Trial], classes: usize, chosen: &[Chosen]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut left = vec![true; trials.len()];
    let observers = observers(trials);
    for rule in RULES {
        for Chosen { values, .. } in chosen.iter().filter(|one| one.rule.name == rule.name) {
            let before = outcome.excluded.len();
            let mut count = Count::new(rule, values);
            for rows in &observers {
                let rows: Vec<usize> = rows.iter().copied().filter(|&row| left[row]).collect();
                let main: Vec<usize> = rows.iter().copied().filter(|&row| trials[row].role == Role::Main).collect();
                if main.is_empty() {
                    continue;
                }
                let own = Own::new(&rows.iter().map(|&row| &trials[row]).collect::<Vec<_>>(), classes);
                let (verdicts, observer) = match rule.judge {
                    Judge::Trials(of) => (of(&own, values)?, false),
                    Judge::Observer(of) => (vec![of(&own, values)?], true),
                };
                count.note(&verdicts);
                for (&row, verdict) in main.iter().zip(verdicts.iter().cycle()) {
                    if let Verdict::Excluded(value, bound) = verdict {
                        let (value, bound) = (value.clone(), bound.clone());
                        outcome.excluded.push(Excluded { row, rule: rule.name, observer, value, bound });
                    }
                }
            }
            outcome.excluded[before..].sort_by_key(|one| one.row);
            for one in &outcome.excluded[before..] {
                left[one.row] = false;
            }
            let stays = |&row: &usize| left[row] && trials[row].role == Role::Main;
            count.trials = outcome.excluded.len() - before;
            count.trials_left = (0..trials.len()).filter(stays).count();
            count.observers_left = observers.iter().filter(|rows| rows.iter().any(stays)).count();
            outcome.counts.push(count);
        }
    }
    Ok(outcome)
}

/// Rows of each observer, in the order of first appearance.
pub(super) fn observers(trials: &[Trial]) -> Vec<Vec<usize>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut observers: Vec<Vec<usize>> = Vec::new();
    for (row, trial) in trials.iter().enumerate() {
        let at = *places.entry(&trial.observer).or_insert(observers.len());
        if at == observers.len() {
            observers.push(Vec::new());
        }
        observers[at].push(row);
    }
    observers
}
