//! Parts of the trials that have maps of their own.

use super::nuisance::{Responses, bubble_counts};
use crate::stats::project::Basis;
use crate::trials::Trial;

/// Responses restricted to the trials on one picture; intercept and (if asked) count are removed again within them.
/// Observers with fewer than `least` such trials, or whose responses to them are all alike, are left out.
pub fn on_picture(
    trials: &[Trial],
    responses: &[Responses],
    picture: &str,
    count: bool,
    least: usize,
) -> Vec<Responses> {
    responses
        .iter()
        .filter_map(|one| {
            let on: Vec<usize> = (0..one.rows.len()).filter(|&at| trials[one.rows[at]].picture == picture).collect();
            let (rows, values): (Vec<usize>, Vec<f64>) = on.iter().map(|&at| (one.rows[at], one.values[at])).unzip();
            if rows.len() < least || values.iter().all(|value| *value == values[0]) {
                return None;
            }
            let mut residuals: Vec<f64> = on.iter().map(|&at| one.residuals[at]).collect();
            let mut columns = vec![vec![1.0; rows.len()]];
            if count {
                columns.extend(bubble_counts(trials, &rows));
            }
            let basis = Basis::new(&columns);
            basis.remove(&mut residuals);
            Some(Responses { observer: one.observer.clone(), rows, values, residuals, basis })
        })
        .collect()
}
