//! What each observer did: accuracy with bubbles and on whole pictures, and how consistently.
//!
//! Accuracy on whole pictures (catch trials) is the ceiling: one minus twice its shortfall, for two classes, is the share of
//! trials on which somebody looked. Consistency is the share of stimuli shown twice that were answered alike (double pass,
//! Burgess & Colborne 1988, JOSA A 5:617): internal noise lowers it below one.

use std::collections::HashMap;

use super::{Role, Trial, Trials};
use crate::table::{Table, number_or_empty};

impl Trials {
    /// `observers.csv`: a row an observer, in the order of first appearance. Shares are empty where there is nothing to share.
    pub fn observers(&self) -> Table {
        let mut table = Table::new(&[
            "observer",
            "main_trials",
            "accuracy",
            "mean_bubbles",
            "catch_trials",
            "catch_accuracy",
            "repeated_trials",
            "consistency",
            "unanswered",
            "simulated",
        ]);
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut observers: Vec<Vec<&Trial>> = Vec::new();
        for trial in &self.rows {
            let at = *places.entry(&trial.observer).or_insert(observers.len());
            if at == observers.len() {
                observers.push(Vec::new());
            }
            observers[at].push(trial);
        }
        for own in observers {
            let of = |role| own.iter().copied().filter(|trial| trial.role == role).collect::<Vec<&Trial>>();
            let (main, catch) = (of(Role::Main), of(Role::Catch));
            let pairs = pairs(&own);
            table.push([
                own.first().map(|trial| trial.observer.clone()).unwrap_or_default(),
                main.len().to_string(),
                share(main.iter().filter_map(|trial| trial.correct)),
                number_or_empty(mean(main.iter().map(|trial| trial.centres.len() as f64))),
                catch.len().to_string(),
                share(catch.iter().filter_map(|trial| trial.correct)),
                pairs.len().to_string(),
                share(pairs.into_iter().map(|(first, second)| first == second)),
                own.iter().filter(|trial| trial.response.is_none() && trial.correct.is_none()).count().to_string(),
                self.simulated.to_string(),
            ]);
        }
        table
    }
}

/// Both answers to every stimulus that was shown twice and answered twice.
fn pairs<'a>(own: &[&'a Trial]) -> Vec<(&'a str, &'a str)> {
    let answers: HashMap<&str, &str> =
        own.iter().filter_map(|trial| Some((trial.id.as_str(), trial.response.as_deref()?))).collect();
    own.iter()
        .filter_map(|trial| Some((*answers.get(trial.repeats.as_deref()?)?, trial.response.as_deref()?)))
        .collect()
}

fn share(truths: impl Iterator<Item = bool>) -> String {
    number_or_empty(mean(truths.map(|truth| f64::from(u8::from(truth)))))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_of_main_trials_and_consistency_of_pairs() {
        let trial = |id: &str, role, repeats: Option<&str>, response: &str, correct| Trial {
            observer: "p001".into(),
            id: id.into(),
            role,
            repeats: repeats.map(str::to_owned),
            response: Some(response.into()),
            correct: Some(correct),
            ..Trial::default()
        };
        let rows = vec![
            trial("t1", Role::Main, None, "a", true),
            trial("t2", Role::Catch, None, "a", false),
            trial("t3", Role::Main, Some("t1"), "b", false),
            trial("t4", Role::Main, None, "a", true),
            trial("t5", Role::Main, Some("t4"), "a", true),
            trial("t6", Role::Practice, None, "a", false),
            Trial { observer: "p002".into(), ..Trial::default() },
        ];
        let table = Trials { rows, simulated: false }.observers();
        let row = table.iter().next().unwrap();
        assert_eq!((row.text("main_trials"), row.text("accuracy")), (Some("4"), Some("0.75")));
        assert_eq!((row.text("catch_trials"), row.text("catch_accuracy")), (Some("1"), Some("0")));
        assert_eq!((row.text("repeated_trials"), row.text("consistency")), (Some("2"), Some("0.5")));
        let nobody = table.iter().nth(1).unwrap();
        assert_eq!((nobody.text("accuracy"), nobody.text("unanswered")), (None, Some("1")));
    }
}
