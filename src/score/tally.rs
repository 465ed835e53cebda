//! How many pairs have no value, and why.

use std::collections::BTreeMap;

use crate::metric::{Score, Undefined};

/// Scores of pairs, and how many have none.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pairs: usize,
    undefined: BTreeMap<Undefined, usize>,
}

impl Tally {
    /// Counts a score, and gives its value if it has one.
    pub(super) fn count(&mut self, score: Score) -> Option<f64> {
        self.pairs += 1;
        score.map_err(|why| *self.undefined.entry(why).or_default() += 1).ok()
    }

    /// Adds what another has counted.
    pub(super) fn join(&mut self, other: &Tally) {
        self.pairs += other.pairs;
        other.undefined.iter().for_each(|(why, count)| *self.undefined.entry(*why).or_default() += count);
    }

    /// What was left out, with the reasons.
    pub(super) fn text(&self, what: &str) -> Option<String> {
        let reasons: Vec<String> = self.undefined.iter().map(|(why, count)| format!("{why} ({count})")).collect();
        let left_out: usize = self.undefined.values().sum();
        (left_out > 0).then(|| format!("{left_out} of {} {what} are left out: {}", self.pairs, reasons.join(", ")))
    }
}
