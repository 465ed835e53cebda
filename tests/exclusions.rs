//! Rules of exclusion through the whole pipeline: what is excluded is gone from every map and nowhere else, all of it is
//! listed, and nothing is redone that does not depend on it. What each rule takes is tested beside the rules.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::fmt::Write;

use bubblescope::exclusion::RULES;
use bubblescope::table::Table;
use bubblescope::trials::{Trial, Trials};

use small::{Small, assert_same};

const RESULTS: &str = "results/tiny";
const STAGES: [&str; 4] = ["stimuli", "simulate", "exclude", "classify"];

/// The experiment with these lines under `[exclusions]`.
fn excluding(lines: &str) -> Small {
    let small = Small::new();
    small.exclusions(lines);
    small
}

fn run_stages(small: &Small, stages: &[&str]) -> String {
    stages.iter().map(|stage| small.succeeds(&format!("{stage} experiments/tiny")).stderr).collect()
}

fn table(small: &Small, name: &str) -> Table {
    Table::read(&small.path(&format!("{RESULTS}/exclusions/{name}.csv"))).unwrap()
}

fn column(table: &Table, name: &str) -> Vec<String> {
    table.iter().map(|row| row.text(name).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_map_with_rules_is_the_map_of_a_file_without_what_they_take() {
    let rules = "rules = [\"fast\", \"constant\"]\nparameters = { fast = { bound = 400 } }";
    let small = Small::new();
    run_stages(&small, &["stimuli", "simulate"]);
    let mut trials = Trials::read(&small.path(RESULTS)).unwrap().rows;
    let one = trials.iter().filter(|trial| trial.observer == "p002").cloned();
    let constant: Vec<Trial> =
        one.map(|trial| Trial { observer: "always".into(), response: Some("wide".into()), ..trial }).collect();
    trials.extend(constant);
    let goes = |trial: &Trial| trial.observer == "always" || trial.response_time.unwrap() < 400.0;
    let gone = trials.iter().filter(|trial| goes(trial)).count();
    assert!((65..trials.len() / 2).contains(&gone), "{gone}");
    let staying: Vec<Trial> = trials.iter().filter(|trial| !goes(trial)).cloned().collect();

    let with = imported(&trials, rules);
    let told = run_stages(&with, &["import", "exclude", "classify"]);
    assert!(told.contains("rule 1, constant: 60 trials of 1 observer excluded"), "{told}");
    let without = imported(&staying, "");
    run_stages(&without, &["import", "classify"]);
    assert_same(&with.files("results/tiny/human"), &without.files("results/tiny/human"));
    assert_eq!(table(&with, "excluded").rows.len(), gone);
    // The wrong answer differs: the same file without the rules.
    let all = imported(&trials, "");
    let told = run_stages(&all, &["import", "classify"]);
    assert!(told.contains("observer always gave the response \"wide\" in all 60 trials"), "{told}");
    let name = "results/tiny/human/summary.csv";
    assert_ne!(std::fs::read(all.path(name)).unwrap(), std::fs::read(without.path(name)).unwrap());
}

/// The experiment with these trials in a file, and rules.
fn imported(trials: &[Trial], rules: &str) -> Small {
    let small = Small::new();
    let exclusions = if rules.is_empty() { String::new() } else { format!("[exclusions]\n{rules}\n") };
    let mut text = String::from("observer,block,trial,picture,mirrored,response,correct,response_time,centres\n");
    for trial in trials {
        let centres: Vec<String> = trial.centres.iter().map(|c| format!("{}:{}", c.row, c.column)).collect();
        let correct = trial.correct.map_or("", |correct| if correct { "1" } else { "0" });
        let (mirrored, time) = (u8::from(trial.mirrored), trial.response_time.unwrap());
        let response = trial.response.as_deref().unwrap_or("");
        let (observer, block, number, picture) = (&trial.observer, &trial.block, trial.number, &trial.picture);
        let centres = centres.join(" ");
        writeln!(text, "{observer},{block},{number},{picture},{mirrored},{response},{correct},{time},{centres}")
            .unwrap();
    }
    small.import(&format!("[import]\nfiles = [\"trials.csv\"]\n{exclusions}"), text);
    small
}

#[test]
fn rules_that_take_nothing_change_no_map_and_every_choice_of_rules_is_compared() {
    let plain = Small::new();
    run_stages(&plain, &["stimuli", "simulate", "classify"]);
    let names: Vec<String> =
        RULES.iter().map(|rule| format!("{:?}", rule.name)).filter(|n| !n.contains("outl")).collect();
    let small = excluding(&format!("rules = [{}]", names.join(", ")));
    let told = run_stages(&small, &STAGES);
    assert_same(&small.files("results/tiny/human"), &plain.files("results/tiny/human"));
    assert!(told.contains("3 observers cannot be judged (no catch trials)"), "{told}");
    assert!(table(&small, "excluded").rows.is_empty());
    let (rules, sensitivity) = (table(&small, "rules"), table(&small, "sensitivity"));
    assert_eq!(column(&rules, "rule").len(), names.len());
    assert!(column(&rules, "simulated").iter().all(|cell| cell == "true"));
    assert_eq!(sensitivity.rows.len(), 2 + 2 * names.len());
    assert!(column(&sensitivity, "correlation").iter().all(|cell| cell == "1"));
    let summary = Table::read(&small.path("results/tiny/human/summary.csv")).unwrap();
    let of = |quantity: &str| {
        let row = summary.iter().find(|row| row.text("unit") == Some("task") && row.text("quantity") == Some(quantity));
        row.unwrap().text("value").unwrap_or_default().to_owned()
    };
    for quantity in ["trials", "observers", "maximum_z", "maximum_row", "reliability_trials", "reliability_observers"] {
        assert_eq!(column(&sensitivity, quantity)[1], of(quantity), "{quantity}");
    }
}

#[test]
fn another_bound_redoes_exclusions_and_maps_and_not_the_trials() {
    let small = excluding("rules = [\"slow\"]\nparameters = { slow = { bound = 900 } }");
    run_stages(&small, &STAGES);
    let first = small.files(RESULTS);
    small.edit("bound = 900", "bound = 700");
    for (stage, done) in
        [("simulate", "up to date"), ("exclude", "done"), ("classify", "done"), ("exclude", "up to date")]
    {
        let ran = small.succeeds(&format!("{stage} experiments/tiny"));
        assert!(ran.stdout.starts_with(&format!("{stage}: {done}")), "{}", ran.stdout);
    }
    let second = small.files(RESULTS);
    for (name, same) in [("trials.parquet", true), ("exclusions/excluded.csv", false), ("human/summary.csv", false)] {
        assert_eq!(first[name] == second[name], same, "{name}");
    }
    let sensitivity = table(&small, "sensitivity");
    let trials: Vec<usize> = column(&sensitivity, "trials").iter().map(|cell| cell.parse().unwrap()).collect();
    let [none, all, without, only] = trials[..] else { panic!("{trials:?}") };
    assert!(none == without && all == only && none == 180 && all + table(&small, "excluded").rows.len() == 180);
    let correlation: f64 = column(&sensitivity, "correlation")[0].parse().unwrap();
    assert!((0.3..0.9999).contains(&correlation), "{correlation}");
    // Without the rules the trials are all there again.
    small.edit("[exclusions]\nrules = [\"slow\"]\nparameters = { slow = { bound = 700 } }\n\n", "");
    run_stages(&small, &["classify"]);
    assert_ne!(small.files(RESULTS)["human/summary.csv"], second["human/summary.csv"]);
}

#[test]
fn the_report_holds_the_rules_and_what_they_change() {
    let small = excluding("rules = [\"slow\"]\nparameters = { slow = { bound = 900 } }");
    small.succeeds("run experiments/tiny");
    let report = std::fs::read_to_string(small.path("results/tiny/report.html")).unwrap();
    assert!(report.contains("<h2>Exclusions</h2>") && report.contains("all rules but slow"));
}
