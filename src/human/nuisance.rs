//! What changes responses without being information in the picture: bubble count, block, difficulty of the picture.
//!
//! Where the number of bubbles follows the observer's answers, it is correlated with them, and since every bubble
//! adds to the map, a naive classification image is raised everywhere and looks reliable. The responses are therefore
//! residuals of a least-squares fit of the nuisances: intercept, count and block within observer, picture common to
//! all. Because a residual is orthogonal to what was removed within its observer, the weighted sum of masks needs no further correction
//! (Frisch & Waugh 1933).

use std::collections::{BTreeSet, HashMap};

use super::response::Response;
use crate::experiment::Nuisance;
use crate::stats::correlate::dot;
use crate::stats::project::Basis;
use crate::trials::Trial;

/// Trials that carry no information, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Without an answer that is right or wrong, or without whatever response is mapped.
    pub without_answer: usize,
    /// Without a bubble.
    pub without_bubble: usize,
    /// Of observers whose answers do not vary once nuisances are removed.
    pub without_variance: usize,
}

/// One observer's trials and what is left of the responses.
#[derive(Debug, Clone)]
pub struct Responses {
    /// Participant id.
    pub observer: String,
    /// Rows of the table of trials, in order.
    pub rows: Vec<usize>,
    /// Response of each.
    pub values: Vec<f64>,
    /// Residual response of each, of unit variance.
    pub residuals: Vec<f64>,
    /// What was removed within this observer.
    pub basis: Basis,
}

/// The residual responses (correct = 1, incorrect = 0) of every observer, in the order of first appearance.
pub fn residual_responses(trials: &[Trial], nuisances: &[Nuisance]) -> (Vec<Responses>, Dropped) {
    residuals_of(&Response::Accuracy, trials, nuisances, true)
}

/// The same for any response; trials without a bubble are left out where maps are made of `bubbles`.
pub fn residuals_of(
    response: &Response,
    trials: &[Trial],
    nuisances: &[Nuisance],
    bubbles: bool,
) -> (Vec<Responses>, Dropped) {
    let mut dropped = Dropped::default();
    let mut observers: Vec<Responses> = Vec::new();
    let mut index: HashMap<&str, usize> = HashMap::new();
    for (row, trial) in trials.iter().enumerate() {
        let Some(value) = response.value(trial) else {
            dropped.without_answer += 1;
            continue;
        };
        if bubbles && trial.centres.is_empty() {
            dropped.without_bubble += 1;
            continue;
        }
        let at = *index.entry(&trial.observer).or_insert_with(|| {
            observers.push(Responses {
                observer: trial.observer.clone(),
                rows: Vec::new(),
                values: Vec::new(),
                residuals: Vec::new(),
                basis: Basis::default(),
            });
            observers.len() - 1
        });
        observers[at].rows.push(row);
        observers[at].values.push(value);
    }
    for responses in &mut observers {
        responses.basis = within_observer(trials, &responses.rows, nuisances);
        responses.residuals = responses.values.clone();
        responses.basis.remove(&mut responses.residuals);
    }
    if nuisances.contains(&Nuisance::Picture) {
        remove_pictures(trials, &mut observers);
    }
    observers.retain_mut(|responses| {
        let freedom = responses.rows.len().saturating_sub(responses.basis.columns().len()) as f64;
        let squares = dot(&responses.residuals, &responses.residuals);
        let scale = responses.values.iter().fold(1.0, |largest: f64, value| largest.max(value.abs()));
        if freedom < 1.0 || squares < 1e-9 * scale * scale {
            dropped.without_variance += responses.rows.len();
            return false;
        }
        let scale = (squares / freedom).sqrt();
        responses.residuals.iter_mut().for_each(|residual| *residual /= scale);
        true
    });
    (observers, dropped)
}

fn within_observer(trials: &[Trial], rows: &[usize], nuisances: &[Nuisance]) -> Basis {
    let mut columns = vec![vec![1.0; rows.len()]];
    if nuisances.contains(&Nuisance::BubbleCount) {
        columns.extend(bubble_counts(trials, rows));
    }
    if nuisances.contains(&Nuisance::Block) {
        let mut blocks: Vec<&str> = rows.iter().map(|&row| trials[row].block.as_str()).collect();
        blocks.sort_unstable();
        blocks.dedup();
        columns.extend(blocks.iter().map(|block| {
            rows.iter().map(|&row| f64::from(u8::from(trials[row].block == **block))).collect::<Vec<f64>>()
        }));
    }
    Basis::new(&columns)
}

/// The number of bubbles of every trial, a column for each band that has any.
pub(super) fn bubble_counts(trials: &[Trial], rows: &[usize]) -> Vec<Vec<f64>> {
    let bands: BTreeSet<u8> =
        rows.iter().flat_map(|&row| trials[row].centres.iter().map(|centre| centre.band)).collect();
    let count = |band: u8| {
        let of = |row: &usize| trials[*row].centres.iter().filter(|centre| centre.band == band).count() as f64;
        rows.iter().map(of).collect()
    };
    bands.into_iter().map(count).collect()
}

/// Removes the mean of each picture over observers, jointly with what was removed within observers: alternating
/// projections (von Neumann; "backfitting") until nothing moves.
fn remove_pictures(trials: &[Trial], observers: &mut [Responses]) {
    let mut pictures: Vec<&str> = trials.iter().map(|trial| trial.picture.as_str()).collect();
    pictures.sort_unstable();
    pictures.dedup();
    let of: HashMap<&str, usize> = pictures.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    for _ in 0..200 {
        let mut sums = vec![(0.0, 0.0); pictures.len()];
        for responses in observers.iter() {
            for (&row, residual) in responses.rows.iter().zip(&responses.residuals) {
                let sum = &mut sums[of[trials[row].picture.as_str()]];
                *sum = (sum.0 + residual, sum.1 + 1.0);
            }
        }
        let means: Vec<f64> = sums.iter().map(|(sum, count)| sum / f64::max(*count, 1.0)).collect();
        for responses in observers.iter_mut() {
            for (&row, residual) in responses.rows.iter().zip(&mut responses.residuals) {
                *residual -= means[of[trials[row].picture.as_str()]];
            }
            responses.basis.remove(&mut responses.residuals);
        }
        if means.iter().all(|mean| mean.abs() < 1e-10) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bubbles::Centre;

    fn trial(observer: &str, picture: &str, block: &str, bubbles: usize, correct: Option<bool>) -> Trial {
        Trial {
            observer: observer.into(),
            block: block.into(),
            number: 0,
            picture: picture.into(),
            mirrored: false,
            centres: vec![Centre::new(0, 0); bubbles],
            response: None,
            correct,
            response_time: None,
            ..Trial::default()
        }
    }

    fn trials() -> Vec<Trial> {
        (0..60)
            .map(|t| {
                let observer = if t % 2 == 0 { "a" } else { "b" };
                let picture = ["x", "y", "z"][t / 2 % 3];
                trial(observer, picture, if t < 30 { "1" } else { "2" }, 5 + t * 7 % 11, Some(t * t % 5 > 1))
            })
            .collect()
    }

    #[test]
    fn residuals_are_orthogonal_to_everything_removed_and_have_unit_variance() {
        let trials = trials();
        let all = [Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture];
        let (observers, dropped) = residual_responses(&trials, &all);
        assert_eq!(dropped, Dropped::default());
        for responses in &observers {
            let count: Vec<f64> = responses.rows.iter().map(|&row| trials[row].centres.len() as f64).collect();
            assert!(responses.residuals.iter().sum::<f64>().abs() < 1e-8);
            assert!(dot(&responses.residuals, &count).abs() < 1e-7);
        }
        for picture in ["x", "y", "z"] {
            let sum: f64 = observers
                .iter()
                .flat_map(|r| r.rows.iter().zip(&r.residuals))
                .filter(|(row, _)| trials[**row].picture == picture)
                .map(|(_, residual)| residual)
                .sum();
            // Unit variance is restored per observer afterwards, so the picture sums vanish up to that scale.
            assert!(sum.abs() < 0.2, "{picture} {sum}");
        }
        let (naive, _) = residual_responses(&trials, &[]);
        let count: Vec<f64> = naive[0].rows.iter().map(|&row| trials[row].centres.len() as f64).collect();
        assert!(dot(&naive[0].residuals, &count).abs() > 1e-3, "without removal the count stays in the responses");
    }

    #[test]
    fn trials_without_information_are_counted_by_reason() {
        let mut trials = trials();
        trials.push(trial("a", "x", "1", 3, None));
        trials.push(trial("a", "x", "1", 0, Some(true)));
        trials.extend((0..4).map(|_| trial("c", "x", "1", 3, Some(true))));
        let (observers, dropped) = residual_responses(&trials, &[]);
        assert_eq!(dropped, Dropped { without_answer: 1, without_bubble: 1, without_variance: 4 });
        assert_eq!(observers.len(), 2);
    }
}
