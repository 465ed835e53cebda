//! Maps of conditions, of other responses and of additive noise, from the experiment file to the files of `human/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::HashMap;

use bubblescope::map::Map;
use bubblescope::table::{Row, Table};
use bubblescope::trials::Trials;
use ndarray::Array2;

use small::{SHAPE, Small};

/// The experiment with these settings of `[classification]`, classified.
fn classified(settings: &str) -> Small {
    let small = Small::new();
    small.edit("compare = [\"task\", \"picture\"]", "compare = [\"task\"]");
    small.edit("[classification]", &format!("[classification]\n{settings}"));
    ["stimuli", "simulate", "classify"].iter().for_each(|stage| {
        small.succeeds(&format!("{stage} experiments/tiny"));
    });
    small
}

fn index(small: &Small) -> Table {
    Table::read(&small.path("results/tiny/human/index.csv")).unwrap()
}

fn map(small: &Small, row: &Row) -> Array2<f64> {
    Map::read_npy(&small.path("results/tiny/human").join(row.needed("file").unwrap())).unwrap().to_f64()
}

fn group<'a>(index: &'a Table, kind: &str) -> Vec<Row<'a>> {
    index.iter().filter(|row| row.text("observer").is_none() && row.text("kind") == Some(kind)).collect()
}

#[test]
fn every_value_of_a_column_has_a_map_of_its_own_trials() {
    let small = classified("by = [\"class\", \"block\"]");
    let index = index(&small);
    let rows = group(&index, "z");
    let named: Vec<&str> = rows.iter().map(|row| row.text("condition").unwrap_or("")).collect();
    assert_eq!(named, ["", "class=tall", "class=wide", "block=1", "block=2"]);
    let trials: Vec<f64> = rows.iter().map(|row| row.number("trials").unwrap().unwrap()).collect();
    assert_eq!((trials[1] + trials[2], trials[3] + trials[4]), (trials[0], trials[0]));
    assert_ne!(map(&small, &rows[1]), map(&small, &rows[2]));
}

#[test]
fn speed_is_another_response_than_accuracy() {
    let (speed, accuracy) = (classified("response = \"speed\""), classified(""));
    let peak = |small: &Small| map(small, &group(&index(small), "z")[0]).iter().copied().fold(f64::MIN, f64::max);
    assert_ne!(peak(&speed), peak(&accuracy));
}

#[test]
fn the_noise_that_was_chosen_is_averaged_as_its_formula_says() {
    let small = Small::new();
    small.edit("compare = [\"task\", \"picture\"]", "compare = [\"task\"]");
    small.edit("coordinates = \"picture\"", "coordinates = \"presentation\"");
    small.edit("mirrored = 0.5", "mirrored = 0.0");
    small.edit("[classification]", "[classification]\nestimator = \"noise_forced_choice\"\nnoise = \"noise\"");
    let names = ["wide_0", "wide_1", "tall_0", "tall_1"];
    let noise = |at: usize| {
        Array2::from_shape_fn(SHAPE, |(row, column)| ((row * 31 + column * 17 + at * 7) % 23) as f64 / 11.0 - 1.0)
    };
    for (at, name) in names.iter().enumerate() {
        let bytes = Map::from_f64(&noise(at)).unwrap().to_npy();
        small.write(&format!("experiments/tiny/noise/{name}.npy"), bytes);
    }
    ["stimuli", "simulate", "classify"].iter().for_each(|stage| {
        small.succeeds(&format!("{stage} experiments/tiny"));
    });
    let mut answers: HashMap<String, Vec<f64>> = HashMap::new();
    for trial in Trials::read(&small.path("results/tiny")).unwrap().rows {
        answers.entry(trial.picture).or_default().push(if trial.correct.unwrap() { 1.0 } else { -1.0 });
    }
    let mut expected = Array2::<f64>::zeros(SHAPE);
    for (at, name) in names.iter().enumerate() {
        let own = &answers[&format!("{name}.png")];
        expected.scaled_add(own.iter().sum::<f64>() / own.len() as f64 / 4.0, &noise(at));
    }
    let found = map(&small, &group(&index(&small), "smoothed")[0]);
    let region = Map::read_npy(&small.path("results/tiny/human/region.npy")).unwrap().to_f64();
    // The tests beside it are of the same noise, of which nothing is common to all trials on a picture.
    let tests = Table::read(&small.path("results/tiny/human/tests.csv")).unwrap();
    let statistic = |row: Row| row.number("statistic").unwrap().unwrap();
    assert!(tests.iter().find(|row| row.text("test") == Some("permutation")).map(statistic).unwrap() > 0.5);
    for ((found, expected), inside) in found.iter().zip(&expected).zip(&region) {
        assert!(*inside == 0.0 || (found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn a_contrast_of_a_column_that_came_along_is_that_of_the_same_trials() {
    let simulated = Small::new();
    ["stimuli", "simulate"].iter().for_each(|stage| {
        simulated.succeeds(&format!("{stage} experiments/tiny"));
    });
    let mut text =
        "observer,block,trial,picture,mirrored,response,correct,response_time,centres,condition\n".to_owned();
    for trial in Trials::read(&simulated.path("results/tiny")).unwrap().rows {
        let centres: Vec<String> = trial.centres.iter().map(|c| format!("{}:{}", c.row, c.column)).collect();
        let (correct, mirrored) = (u8::from(trial.correct.unwrap()), u8::from(trial.mirrored));
        let (observer, block, number, picture) = (trial.observer, trial.block, trial.number, trial.picture);
        let (response, time, centres) = (trial.response.unwrap(), trial.response_time.unwrap(), centres.join(" "));
        let condition = if picture.starts_with("wide") { "flat" } else { "high" };
        text += &format!(
            "{observer},{block},{number},{picture},{mirrored},{response},{correct},{time},{centres},{condition}\n"
        );
    }
    let small = Small::new();
    small.edit("compare = [\"task\", \"picture\"]", "compare = [\"task\"]");
    let contrasts = "contrasts = [
  { name = \"a\", column = \"class\", plus = [\"wide\"], minus = [\"tall\"] },
  { name = \"b\", column = \"condition\", plus = [\"flat\"], minus = [\"high\"] },
  { name = \"c\", column = \"condition\", plus = [\"high\"], minus = [\"flat\"] },
]";
    small.edit("permutations = 20", &format!("permutations = 20\n{contrasts}"));
    small.import("[import]\nfiles = [\"trials.csv\"]\ncarry = [\"condition\"]\n", text);
    ["import", "classify"].iter().for_each(|stage| {
        small.succeeds(&format!("{stage} experiments/tiny"));
    });
    let tests = Table::read(&small.path("results/tiny/human/tests.csv")).unwrap();
    let largest = |map: &str| {
        let row = tests.iter().find(|row| row.text("map") == Some(map) && row.text("test") == Some("permutation"));
        row.unwrap().number("statistic").unwrap().unwrap()
    };
    assert_eq!(largest("a"), largest("b"));
    assert_ne!(largest("b"), largest("c"));
}
