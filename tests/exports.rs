//! Exports to platforms that cannot be run here: what they would read, cell by cell, and what a person gets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::BTreeMap;
use std::process::Command;

use bubblescope::bubbles::Cover;
use bubblescope::experiment::{Experiment, list_pictures};
use bubblescope::picture::Picture;
use bubblescope::table::Table;
use bubblescope::trials::{Role, Trials};

use small::{Small, assert_same};

fn exported(platform: &str) -> Small {
    let small = Small::new();
    small.edit("mirrored = 0.5", "mirrored = 0.5\npractice = 2\ncatch = 0.05\nrepeated = 0.1");
    small.edit("[classification]", "[export]\nlevels = [10, 20]\n\n[classification]");
    small.succeeds(&format!("export experiments/tiny --to {platform}"));
    small
}

fn cover(small: &Small) -> Cover {
    let experiment = Experiment::read(&small.path("experiments/tiny"), None).unwrap();
    let shape = list_pictures(&experiment).unwrap()[0].picture.shape();
    experiment.cover(&experiment.region(shape).unwrap()).unwrap()
}

#[test]
fn stimuli_are_rendered_at_every_level_and_conditions_name_them() {
    let small = exported("psychopy");
    let folder = "results/tiny/export/psychopy";
    let files = small.files(folder);
    let plan = Trials::read(&small.path("results/tiny/design")).unwrap().rows;
    let experiment = Experiment::read(&small.path("experiments/tiny"), None).unwrap();
    let pictures = list_pictures(&experiment).unwrap();
    let (mut rows, mut seen) = (0, 0);
    for (name, _) in files.iter().filter(|(name, _)| name.starts_with("conditions/")) {
        let table = Table::read(&small.path(&format!("{folder}/{name}"))).unwrap();
        rows += table.rows.len();
        for row in table.iter() {
            for column in ["image", "image_n010", "image_n020"] {
                assert!(files.contains_key(row.needed(column).unwrap()), "{name}: {column}");
            }
            let trial = plan.iter().find(|trial| trial.id == row.needed("trial_id").unwrap()).unwrap();
            assert_eq!(row.needed("key_map").unwrap().contains(&format!("{}=", row.needed("corrAns").unwrap())), true);
            if seen < 12 && trial.role == Role::Main {
                let listed = pictures.iter().find(|listed| listed.name == trial.picture).unwrap();
                let picture = if trial.mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
                let cover = cover(&small);
                let expected = cover.show(&cover.prepare(&picture), &trial.centres[..20]).to_png().unwrap();
                assert_eq!(files[row.needed("image_n020").unwrap()], expected, "{}", trial.id);
                seen += 1;
            }
        }
    }
    assert_eq!((rows, seen), (plan.len(), 12));
    let picture = |name: &str| Picture::read(&small.path(&format!("{folder}/{name}"))).unwrap();
    let first = plan.iter().find(|trial| trial.role == Role::Main).unwrap();
    let (few, many) = (format!("stimuli/{}_n010.png", first.id), format!("stimuli/{}_n020.png", first.id));
    assert_ne!(picture(&few), picture(&many));
    let again = exported("psychopy");
    assert_same(&again.files(folder), &files);
}

#[test]
fn psychopy_reads_every_cell_of_its_conditions_unchanged() {
    let Some(python) = std::env::var_os("BUBBLESCOPE_PYTHON") else {
        println!("skipped: BUBBLESCOPE_PYTHON is not set");
        return;
    };
    let small = exported("psychopy");
    let folder = small.path("results/tiny/export/psychopy/conditions");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/psychopy_conditions.py");
    let ran = Command::new(python).arg(script).args(&files).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let numbers = ["trial_number", "n_bubbles"];
    let mut compared = 0;
    for (line, file) in String::from_utf8(ran.stdout).unwrap().lines().zip(&files) {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(read["headers"].as_array().unwrap().len(), 0, "headers are identifiers");
        let table = Table::read(file).unwrap();
        for (row, written) in read["rows"].as_array().unwrap().iter().zip(&table.rows) {
            for (column, text) in table.columns.iter().zip(written) {
                match &row[column] {
                    serde_json::Value::String(read) => assert_eq!(read, text, "{column}"),
                    serde_json::Value::Number(number) if numbers.contains(&column.as_str()) => {
                        assert_eq!(number.as_f64(), text.parse().ok(), "{column}")
                    }
                    other => panic!("{column}: {text:?} is read as {other}"),
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "{compared}");
}

#[test]
fn words_that_a_platform_would_convert_are_refused() {
    let small = Small::new();
    small.edit("name = \"tall\"", "name = \"NA\"");
    let path = small.path("experiments/tiny/experiment.toml");
    let text = std::fs::read_to_string(&path).unwrap().replace("\"tall\"]", "\"NA\"]");
    std::fs::write(&path, text).unwrap();
    for platform in ["psychopy", "gorilla"] {
        let ran = small.ran(&format!("export experiments/tiny --to {platform}"));
        assert!(ran.status == Some(1) && ran.stderr.contains("the class \"NA\""), "{}", ran.stderr);
    }
    assert!(small.files("results/tiny/export").is_empty(), "nothing that looks whole is left");
}

#[test]
fn a_gorilla_spreadsheet_has_a_row_a_trial_and_names_stimuli_that_are_there() {
    let small = exported("gorilla");
    let files = small.files("results/tiny/export/gorilla");
    let table = Table::read(&small.path("results/tiny/export/gorilla/spreadsheets/p002.csv")).unwrap();
    let count = |display: &str| table.iter().filter(|row| row.text("display") == Some(display)).count();
    assert_eq!((count("practice"), count("trial"), count("instructions"), count("end")), (2, 60, 1, 1));
    for row in table.iter().filter(|row| row.text("image").is_some()) {
        assert!(files.contains_key(&format!("stimuli/{}", row.needed("image").unwrap())));
        assert_eq!(row.text("ANSWER"), row.text("stimulus_class"));
    }
}

#[test]
fn answered_trials_are_shared_as_bids_and_say_that_they_are_simulated() {
    let small = Small::new();
    let early = small.ran("export experiments/tiny --to bids");
    assert!(early.status == Some(1) && early.stderr.contains("simulate"), "{}", early.stderr);
    small.succeeds("stimuli experiments/tiny");
    small.succeeds("simulate experiments/tiny");
    small.succeeds("export experiments/tiny --to bids");
    let files = small.files("results/tiny/export/bids");
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let trials = Trials::read(&small.path("results/tiny")).unwrap().rows;
    let table = text("sub-p002/beh/sub-p002_task-tiny_beh.tsv");
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    for (line, trial) in lines.zip(trials.iter().filter(|trial| trial.observer == "p002")) {
        let row: BTreeMap<&str, &str> = head.iter().copied().zip(line.split('\t')).collect();
        assert_eq!((row["trial_id"], row["response"]), (trial.id.as_str(), trial.response.as_deref().unwrap()));
        assert_eq!(row["centres"].split(' ').count(), trial.centres.len());
        let seconds: f64 = row["response_time"].parse().unwrap();
        assert!((seconds * 1000.0 - trial.response_time.unwrap()).abs() < 1e-3);
    }
    let sidecar: serde_json::Value = serde_json::from_slice(&files["task-tiny_beh.json"]).unwrap();
    assert!(head.iter().all(|column| sidecar[column]["Description"].is_string()));
    assert_eq!(sidecar["response_time"]["Units"], "s");
    assert!(text("dataset_description.json").contains("SIMULATED"));
}
