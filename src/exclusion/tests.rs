//! Each rule takes what it says and leaves the rest; all of them in their order; what they list is all that is gone.

use std::collections::BTreeMap;

use super::*;
use crate::bubbles::Centre;
use crate::parameter::Value;
use crate::table::Table;
use crate::trials::{Role, Trial};

fn chosen(name: &str, parameters: &[(&str, Value)]) -> Chosen {
    let rule = RULES.iter().find(|rule| rule.name == name).unwrap();
    let given: BTreeMap<String, Value> = parameters.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    Chosen { rule, values: Values::new(rule.name, rule.parameters, &given).unwrap() }
}

/// Trial `at` of an observer: right three times of four, two responses in turn, response times from 400 to 1000 ms.
fn trial(observer: &str, at: usize) -> Trial {
    Trial {
        id: format!("{observer}-{at}"),
        observer: observer.into(),
        block: "1".into(),
        number: at as u32,
        picture: format!("{}.png", at % 5),
        centres: vec![Centre::new(at, at + 1), Centre::new(7, at)],
        response: Some(["f", "j"][at % 2].into()),
        correct: Some(!at.is_multiple_of(4)),
        response_time: Some(400.0 + 37.0 * (at * 7 % 17) as f64),
        ..Trial::default()
    }
}

fn observers(names: &[&str], trials: usize) -> Vec<Trial> {
    names.iter().flat_map(|name| (0..trials).map(|at| trial(name, at))).collect()
}

/// The rows that one rule takes, with its count.
fn taken(trials: &[Trial], name: &str, parameters: &[(&str, Value)]) -> (Vec<usize>, Count) {
    let outcome = apply(trials, 2, &[chosen(name, parameters)]).unwrap();
    (outcome.excluded.iter().map(|one| one.row).collect(), outcome.counts.into_iter().next().unwrap())
}

fn rows_of(trials: &[Trial], observer: &str) -> Vec<usize> {
    (0..trials.len()).filter(|&row| trials[row].observer == observer).collect()
}

#[test]
fn good_trials_pass_every_rule_with_its_defaults() {
    let trials = observers(&["a", "b"], 60);
    for rule in RULES {
        let (rows, count) = taken(&trials, rule.name, &[]);
        assert!(rows.is_empty(), "{}: {rows:?}", rule.name);
        assert_eq!((count.trials_left, count.observers_left), (120, 2));
        assert_eq!(count.unjudged > 0, rule.name == "catch", "{}", rule.name);
    }
}

/// One fault in trial 3 of observer b (row 63), or in all of b.
#[test]
fn each_rule_takes_its_fault_and_nothing_else() {
    type Fault = fn(&mut Vec<Trial>);
    type Change = fn(usize, &mut Trial);
    let single: [(&str, Fault); 8] = [
        ("no_response", |trials| (trials[63].response, trials[63].correct) = (None, None)),
        ("zero_bubbles", |trials| trials[63].centres.clear()),
        ("fast", |trials| trials[63].response_time = Some(199.9)),
        ("slow", |trials| trials[63].response_time = Some(5000.1)),
        ("outlying_sd", |trials| trials[63].response_time = Some(4000.0)),
        ("outlying_tukey", |trials| trials[63].response_time = Some(4000.0)),
        ("outlying_mean", |trials| trials[63].response_time = Some(4000.0)),
        ("duplicated", |trials| trials[63] = Trial { number: 3, id: "x".into(), ..trials[61].clone() }),
    ];
    for (name, fault) in single {
        let mut trials = observers(&["a", "b"], 60);
        fault(&mut trials);
        let (rows, count) = taken(&trials, name, &[]);
        assert_eq!((rows, count.observers, count.trials_left), (vec![63], 1, 119), "{name}");
    }
    let whole: [(&str, Change); 6] = [
        ("fast_share", |at, trial| trial.response_time = Some(if at < 10 { 150.0 } else { 700.0 })),
        ("variation", |at, trial| trial.response_time = Some(500.0 + (at % 3) as f64)),
        ("constant", |_, trial| trial.response = Some("f".into())),
        ("bias", |at, trial| trial.response = Some(if at < 50 { "f" } else { "j" }.into())),
        ("inverted", |at, trial| trial.correct = Some(at % 4 == 0)),
        ("chance", |at, trial| trial.correct = Some(at % 2 == 0)),
    ];
    for (name, fault) in whole {
        let mut trials = observers(&["a", "b"], 60);
        trials[60..].iter_mut().enumerate().for_each(|(at, trial)| fault(at, trial));
        let (rows, count) = taken(&trials, name, &[]);
        assert_eq!(rows, rows_of(&trials, "b"), "{name}");
        assert_eq!((count.trials, count.observers, count.observers_left), (60, 1, 1), "{name}");
    }
}

#[test]
fn bounds_are_those_of_the_table_and_can_be_moved() {
    let mut trials = observers(&["a"], 60);
    trials[3].response_time = Some(200.0);
    assert!(taken(&trials, "fast", &[]).0.is_empty(), "a time at the bound stays");
    assert_eq!(taken(&trials, "fast", &[("bound", Value::Number(200.1))]).0, [3]);
    // Exactly 15 % fast: 9 of 60 stay, 10 go.
    for (fast, gone) in [(9, 0), (10, 60)] {
        let mut trials = observers(&["a"], 60);
        trials[..fast].iter_mut().for_each(|trial| trial.response_time = Some(10.0));
        assert_eq!(taken(&trials, "fast_share", &[]).0.len(), gone);
    }
    // 36 of 60 right: P = 0.0775 (R: binom.test(36, 60, .5, "greater")); 37: 0.0462.
    for (right, gone) in [(36, 60), (37, 0)] {
        let mut trials = observers(&["a"], 60);
        trials.iter_mut().enumerate().for_each(|(at, trial)| trial.correct = Some(at < right));
        let outcome = apply(&trials, 2, &[chosen("chance", &[])]).unwrap();
        assert_eq!(outcome.excluded.len(), gone);
        if let Some(first) = outcome.excluded.first() {
            assert!((first.value.parse::<f64>().unwrap() - 0.0775).abs() < 5e-5, "{}", first.value);
        }
        // Of three classes a third is chance.
        assert!(apply(&trials, 3, &[chosen("chance", &[])]).unwrap().excluded.is_empty());
    }
    // Flipped codes: 22 of 60 right gives z = 2.07, 23 gives 1.81.
    for (right, gone) in [(22, 60), (23, 0)] {
        let mut trials = observers(&["a"], 60);
        trials.iter_mut().enumerate().for_each(|(at, trial)| trial.correct = Some(at < right));
        assert_eq!(taken(&trials, "inverted", &[]).0.len(), gone);
    }
}

#[test]
fn catch_trials_judge_their_observer_and_are_judged_by_no_rule() {
    let mut trials = observers(&["a", "b"], 60);
    for at in 0..10 {
        let (right, time) = (at != 4, Some(20.0));
        let catch = |observer: &str, correct| Trial {
            role: Role::Catch,
            centres: Vec::new(),
            correct,
            response_time: time,
            ..trial(observer, 60 + at)
        };
        trials.push(catch("a", Some(right)));
        trials.push(catch("b", if at == 7 { None } else { Some(right) }));
    }
    // Nine of ten stay; eight right, one wrong and one unanswered go.
    assert_eq!(taken(&trials, "catch", &[]).0, (60..120).collect::<Vec<_>>());
    assert!(taken(&trials, "fast", &[]).0.is_empty() && taken(&trials, "zero_bubbles", &[]).0.is_empty());
}

#[test]
fn a_planned_repeat_is_no_copy_and_a_code_for_no_response_is_understood() {
    let mut trials = observers(&["a"], 60);
    trials[9] = Trial { id: "again".into(), repeats: Some("a-3".into()), number: 9, ..trials[3].clone() };
    trials[8] = Trial { response_time: Some(1.0), number: 8, ..trials[2].clone() };
    assert!(taken(&trials, "duplicated", &[]).0.is_empty(), "another time is another trial");
    trials[9].repeats = None;
    assert_eq!(taken(&trials, "duplicated", &[]).0, [9]);
    trials[5].response = Some("0".into());
    assert!(taken(&trials, "no_response", &[]).0.is_empty());
    assert_eq!(taken(&trials, "no_response", &[("code", Value::Text("0".into()))]).0, [5]);
}

#[test]
fn rules_are_applied_in_the_order_of_the_table_and_each_sees_what_is_left() {
    let mut trials = observers(&["a", "b"], 60);
    // Fast answers of b are 25 of 60: as a share they take the observer before they go one by one.
    trials[60..85].iter_mut().for_each(|trial| trial.response_time = Some(50.0));
    trials[2].response_time = Some(50.0);
    trials[2].centres.clear();
    let names = ["fast", "fast_share", "zero_bubbles"];
    let outcome = apply(&trials, 2, &names.map(|name| chosen(name, &[]))).unwrap();
    let order: Vec<&str> = outcome.counts.iter().map(|count| count.rule).collect();
    assert_eq!(order, ["zero_bubbles", "fast_share", "fast"]);
    let numbers: Vec<_> = outcome.counts.iter().map(|count| (count.trials, count.trials_left)).collect();
    assert_eq!(numbers, [(1, 119), (60, 59), (0, 59)]);
    let mut reversed = names;
    reversed.reverse();
    assert_eq!(apply(&trials, 2, &reversed.map(|name| chosen(name, &[]))).unwrap(), outcome);
}

#[test]
fn every_trial_is_left_or_listed_once_and_the_table_gives_the_rows_back() {
    let mut trials = observers(&["a", "b"], 60);
    trials[60..].iter_mut().for_each(|trial| trial.response = Some("f".into()));
    trials[1].response_time = None;
    trials[2].response_time = Some(9.0);
    let all: Vec<Chosen> = RULES.iter().map(|rule| chosen(rule.name, &[])).collect();
    let outcome = apply(&trials, 2, &all).unwrap();
    let mut listed: Vec<usize> = outcome.excluded.iter().map(|one| one.row).collect();
    listed.sort_unstable();
    assert!(listed.windows(2).all(|pair| pair[0] < pair[1]), "no trial is listed twice");
    let kept = outcome.kept(trials.len());
    assert!((0..trials.len()).all(|row| kept[row] != listed.contains(&row)));
    assert_eq!(listed, [vec![2], (60..120).collect()].concat());
    let unjudged: Vec<_> = outcome.counts.iter().filter(|c| c.unjudged > 0).map(|c| (c.rule, c.unjudged)).collect();
    assert_eq!(
        unjudged,
        [("catch", 1), ("fast", 1), ("slow", 1), ("outlying_sd", 1), ("outlying_tukey", 1), ("outlying_mean", 1)]
    );

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("excluded.csv");
    std::fs::write(&path, excluded_to_csv(&outcome.excluded, &trials, true).unwrap()).unwrap();
    let mut rows = excluded_rows(&Table::read(&path).unwrap(), trials.len()).unwrap();
    rows.sort_unstable();
    assert_eq!(rows, listed);
    assert!(excluded_rows(&Table::read(&path).unwrap(), 100).unwrap_err().what.contains("there are 100 trials"));
    let text = String::from_utf8(counts_to_csv(&outcome.counts, true).unwrap()).unwrap();
    assert_eq!(text.lines().count(), RULES.len() + 1);
}

#[test]
fn observers_with_one_class_of_response_are_named() {
    let mut trials = observers(&["a", "b"], 60);
    assert!(one_response(&trials).is_empty());
    trials[60..].iter_mut().for_each(|trial| trial.response = Some("f".into()));
    trials[70].response = None;
    assert_eq!(one_response(&trials), [("b".to_owned(), "f".to_owned(), 59)]);
}
