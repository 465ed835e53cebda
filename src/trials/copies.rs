//! Rows that stand in a file a second time: runs of rows that say the same in every column as a run before them.
//!
//! Chance repeats single rows, and a stimulus that is shown again may be answered alike; five response times in a row do not
//! repeat, and fifty answers without times hardly do.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use rayon::prelude::*;

use super::answer::Answer;
use super::rows::Rows;

/// Length of a run that is a copy, with response times and without.
const RUN: (usize, usize) = (5, 50);

/// Rows of a copy, each with the row that it repeats; `ask` gives the answers of rows that are trials.
pub fn copies<'r>(rows: &'r Rows, ask: impl Fn(usize) -> Option<Answer<'r>> + Sync) -> HashMap<usize, usize> {
    let hasher = RandomState::new();
    let cells = |at: usize| rows.cells_of(at).map(str::trim);
    let hash = |at: usize| Some((at, hasher.hash_one(cells(at).collect::<Vec<_>>()), ask(at)?.time.is_some()));
    let trials: Vec<(usize, u64, bool)> = (0..rows.len()).into_par_iter().filter_map(hash).collect();
    let mut first: HashMap<u64, usize> = HashMap::new();
    let mut found = HashMap::new();
    // Places among the trials, each with the place that it repeats.
    let mut run: Vec<(usize, usize)> = Vec::new();
    let mut close = |run: &mut Vec<(usize, usize)>| {
        let timed = run.iter().all(|&(place, _)| trials[place].2);
        if run.len() >= if timed { RUN.0 } else { RUN.1 } {
            found.extend(run.iter().map(|&(place, of)| (trials[place].0, trials[of].0)));
        }
        run.clear();
    };
    for (place, &(at, hash, _)) in trials.iter().enumerate() {
        let of = *first.entry(hash).or_insert(place);
        let same = of != place && cells(trials[of].0).eq(cells(at));
        if !same || run.last().is_some_and(|(_, last)| last + 1 != of) {
            close(&mut run);
        }
        if same {
            run.push((place, of));
        }
    }
    close(&mut run);
    found
}
