//! Exports and back: an experiment is exported, a participant answers as the platform would write it down, and the file comes
//! in as the same trials, every one with every centre.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::HashMap;
use std::fmt::Write;

use bubblescope::trials::{Role, Trial, Trials};

use small::{EXPERIMENT, Small};

const EXPERIMENT_FILE: &str = "experiments/tiny/experiment.toml";
const FIXED: &str = "count = { start = 20, minimum = 1, maximum = 60 }\ncatch = 0.1\nrepeated = 0.1\npractice = 4";

/// The experiment with a fixed number of bubbles and trials of every role.
fn small(more: &str) -> Small {
    let small = Small::new();
    small.edit("observers = 3\ntrials = 60", "observers = 2\ntrials = 40");
    small.edit("count = { start = 20, target = 0.75, minimum = 1, maximum = 60 }", FIXED);
    small.edit("[classification]", &format!("{more}\n[classification]"));
    small
}

/// Replaces the simulated observers by files.
fn import(small: &Small, files: &str) {
    let path = small.path(EXPERIMENT_FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("[simulation]").unwrap();
    let end = start + text[start..].find("\n[export]").or(text[start..].find("\n[classification]")).unwrap();
    std::fs::write(path, format!("{}[import]\nfiles = [\"{files}\"]\n{}", &text[..start], &text[end..])).unwrap();
}

/// The rows of a table by column.
fn rows(text: &str) -> Vec<HashMap<String, String>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| header.iter().zip(line.split(',')).map(|(name, cell)| ((*name).into(), cell.into())).collect())
        .collect()
}

/// Checks that all planned trials of the answered files came in, with as many bubbles as `bubbles` says.
fn came_back(small: &Small, count: usize, bubbles: impl Fn(&Trial) -> usize) {
    let planned = Trials::read(&small.path("results/tiny/design")).unwrap();
    let imported = Trials::read(&small.path("results/tiny")).unwrap();
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    // Rows of other screens stand there too, and nothing else.
    let wrong = rejected.lines().skip(1).filter(|line| !line.contains(",no trial: ") && !line.contains(",no answer: "));
    assert_eq!((imported.rows.len(), wrong.count()), (count, 0), "{rejected}");
    for trial in &imported.rows {
        let plan = planned.rows.iter().find(|plan| plan.id == trial.id).unwrap();
        let n = if plan.role == Role::Catch { 0 } else { bubbles(trial) };
        let expected = Trial {
            centres: plan.centres[..n].to_vec(),
            observer: trial.observer.clone(),
            response: trial.response.clone(),
            correct: trial.correct,
            response_time: Some(512.5),
            ..plan.clone()
        };
        assert_eq!(*trial, expected);
        let answered = trial.response.as_deref().unwrap();
        assert_eq!(trial.correct, Some(trial.picture.starts_with(answered)), "{trial:?}");
    }
    let right = imported.rows.iter().filter(|trial| trial.correct == Some(true)).count();
    assert!(right > 0 && right < imported.rows.len(), "keys are read, not taken for right");
}

/// What PsychoPy writes for one participant; every third answer is the other key.
fn psychopy(
    small: &Small,
    participant: &str,
    shown: impl Fn(&HashMap<String, String>, usize) -> String,
) -> (String, usize) {
    let mut body = String::new();
    let mut header = Vec::new();
    let mut count = 0;
    for block in 0..=2 {
        let file = format!("results/tiny/export/psychopy/conditions/{participant}_b{block}.csv");
        let text = std::fs::read_to_string(small.path(&file)).unwrap();
        header = text.lines().next().unwrap().split(',').map(str::to_owned).collect();
        for row in rows(&text) {
            assert!(small.path("results/tiny/export/psychopy").join(&row["image"]).is_file(), "{}", row["image"]);
            let other = if row["corrAns"] == "f" { "j" } else { "f" };
            let key = if count % 3 == 0 { other } else { &row["corrAns"] };
            let cells: Vec<&str> = header.iter().map(|name| row[name].as_str()).collect();
            let right = u8::from(key == row["corrAns"]);
            writeln!(
                body,
                "{count},{},{},{key},{right},0.5125,{participant},2024.2.4,",
                cells.join(","),
                shown(&row, count)
            )
            .unwrap();
            count += 1;
        }
        let blanks = ",".repeat(header.len() + 4);
        writeln!(body, "{blanks},{participant},2024.2.4,").unwrap();
    }
    let names = header.join(",");
    let head = format!(
        "trials.thisN,{names},image_shown,key_resp.keys,key_resp.corr,key_resp.rt,participant,psychopyVersion,"
    );
    (format!("\u{feff}{head}\n{body}"), count)
}

#[test]
fn answers_to_the_psychopy_export_come_in_as_planned() {
    let small = small("");
    small.succeeds("export experiments/tiny --to psychopy");
    let mut count = 0;
    for participant in ["p001", "p002"] {
        let (text, own) = psychopy(&small, participant, |row, _| row["image"].clone());
        small.write(&format!("experiments/tiny/data/{participant}.csv"), text);
        count += own;
    }
    import(&small, "data/*.csv");
    small.succeeds("import experiments/tiny");
    came_back(&small, count, |_| 20);
    assert_eq!(count, Trials::read(&small.path("results/tiny/design")).unwrap().rows.len(), "nobody left early");
}

#[test]
fn of_several_levels_the_one_that_was_shown_counts() {
    let small = small("[export]\nlevels = [10, 20, 40]\n");
    small.succeeds("export experiments/tiny --to psychopy");
    let level = |number: usize| [10, 20, 40][number % 3];
    let shown =
        |row: &HashMap<String, String>, _| row[&format!("image_n{:03}", level(row["trial"].parse().unwrap()))].clone();
    let (text, count) = psychopy(&small, "p002", shown);
    small.write("experiments/tiny/data/a.csv", text);
    import(&small, "data/*.csv");
    small.succeeds("import experiments/tiny");
    came_back(&small, count, |trial| level(trial.number as usize));
}

#[test]
fn answers_to_the_gorilla_export_come_in_as_planned() {
    let small = small("");
    small.succeeds("export experiments/tiny --to gorilla");
    let mut text = String::from("\u{feff}");
    let mut count = 0;
    for participant in ["p001", "p002"] {
        let file = format!("results/tiny/export/gorilla/spreadsheets/{participant}.csv");
        let sheet = std::fs::read_to_string(small.path(&file)).unwrap();
        let header = sheet.lines().next().unwrap();
        if count == 0 {
            writeln!(
                text,
                "Event Index,Participant Private ID,Zone Type,Reaction Time,Response,Attempt,Correct,Incorrect,{header}"
            )
            .unwrap();
        }
        for row in rows(&sheet) {
            let cells = header.split(',').map(|name| row[name].as_str()).collect::<Vec<_>>().join(",");
            writeln!(text, "1,7{participant},fixation,250,,,0,1,{cells}").unwrap();
            if row["display"] == "break" {
                writeln!(text, "1,7{participant},continue_button,900,,,0,1,{cells}").unwrap();
                continue;
            }
            assert!(small.path("results/tiny/export/gorilla/stimuli").join(&row["image"]).is_file());
            let other = if row["ANSWER"] == "f" { "j" } else { "f" };
            let key = if count % 3 == 0 { other } else { &row["ANSWER"] };
            let right = u8::from(key == row["ANSWER"]);
            writeln!(text, "1,7{participant},response_keyboard,512.5,{key},1,{right},{},{cells}", 1 - right).unwrap();
            count += 1;
        }
    }
    text.push_str("END OF FILE\n");
    small.write("experiments/tiny/data/a.csv", text);
    import(&small, "data/a.csv");
    small.succeeds("import experiments/tiny");
    came_back(&small, count, |_| 20);
}

#[test]
fn a_data_set_of_bids_comes_in_as_the_trials_that_it_was_made_of() {
    let small = small("");
    small.succeeds("stimuli experiments/tiny");
    small.succeeds("simulate experiments/tiny");
    small.succeeds("export experiments/tiny --to bids");
    let simulated = Trials::read(&small.path("results/tiny")).unwrap();
    let description = std::fs::read_to_string(small.path("results/tiny/export/bids/dataset_description.json")).unwrap();
    assert!(description.contains("(simulated observers)"), "{description}");
    for (name, bytes) in small.files("results/tiny/export/bids") {
        if name.ends_with("_beh.tsv") {
            small.write(&format!("experiments/tiny/data/{}", name.rsplit('/').next().unwrap()), bytes);
        }
    }
    import(&small, "data/*.tsv");
    small.succeeds("import experiments/tiny");
    let imported = Trials::read(&small.path("results/tiny")).unwrap();
    assert_eq!(imported.rows.len(), simulated.rows.len());
    for (back, trial) in imported.rows.iter().zip(&simulated.rows) {
        let (a, b) = (back.response_time.unwrap_or(-1.0), trial.response_time.unwrap_or(-1.0));
        assert!((a - b).abs() < 1e-6 * b.abs());
        assert_eq!(Trial { response_time: trial.response_time, ..back.clone() }, *trial);
    }
}

#[test]
fn rendered_stimuli_have_the_same_bytes_on_any_number_of_threads() {
    assert!(EXPERIMENT.contains("[simulation]"));
    let [one, many] = ["1", "3"].map(|threads| {
        let small = small("[export]\nlevels = [10, 20]\n");
        let mut command = small.command("export experiments/tiny --to psychopy");
        command.env("RAYON_NUM_THREADS", threads);
        small::Ran::of(&mut command).success();
        small.files("results/tiny/export")
    });
    assert!(one.len() > 150 && one == many);
}

/// With pandas where it is at hand: `BUBBLESCOPE_PYTHON` names the interpreter.
#[test]
fn every_cell_of_the_conditions_survives_the_way_that_psychopy_reads_them() {
    let Ok(python) = std::env::var("BUBBLESCOPE_PYTHON") else {
        println!("skipped: BUBBLESCOPE_PYTHON names no Python with pandas");
        return;
    };
    let small = small("[export]\nlevels = [10, 20]\n");
    small.succeeds("export experiments/tiny --to psychopy");
    let folder = small.path("results/tiny/export/psychopy/conditions");
    let mut command = std::process::Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/psychopy_conditions.py"));
    command.args(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
