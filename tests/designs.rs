//! Designs from end to end: every kind of Bubbles is planned, rendered and answered; networks are observers; what a plan
//! promises stands in its tables. What cannot be seen here: whether people would see anything.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use bubblescope::map::Map;
use bubblescope::picture::Picture;
use bubblescope::stats::random_field::{Field, full_width_at_half_maximum};
use bubblescope::table::{Row, Table};
use bubblescope::trials::{Role, Trial, Trials};

use small::Small;

const SIMULATE: &str = "simulate experiments/tiny";

/// The experiment after a change of its file, planned and answered.
fn played(edits: &[(&str, &str)]) -> (Small, Vec<Trial>) {
    let small = Small::new();
    edits.iter().for_each(|(from, to)| small.edit(from, to));
    small.succeeds("stimuli experiments/tiny");
    small.succeeds(SIMULATE);
    let trials = Trials::read(&small.path("results/tiny")).unwrap();
    assert!(trials.simulated);
    (small, trials.rows)
}

fn rendered(small: &Small) -> Picture {
    Picture::read(&small.path("results/tiny/design/pictures/trial-0001.png")).unwrap()
}

#[test]
fn every_kind_of_bubbles_is_planned_rendered_and_answered() {
    let octaves =
        ("size = { value = 3.0, unit = \"px\", convention = \"sd\" }", "size = { value = 0.4, unit = \"octaves\" }");
    let cycles =
        ("size = { value = 3.0, unit = \"px\", convention = \"sd\" }", "size = { value = 1.0, unit = \"cycles\" }");
    let bands = "[bubbles]\nkind = \"bands\"\nbands = { count = 3, budget = \"equal_count\" }";
    let kinds: [&[(&str, &str)]; 5] = [
        &[],
        &[("[bubbles]", "[bubbles]\ncombine = \"max\"\nlight = \"linear\"\nmargin = 2.0")],
        &[("[bubbles]", bands), cycles],
        &[("[bubbles]", bands), cycles, ("background = 0.5", "background = 0.5\ncombine = \"probabilistic_or\"")],
        &[("[bubbles]", "[bubbles]\nkind = \"frequency\""), octaves, ("template.png", "axis.png")],
    ];
    let mut seen: Vec<Picture> = Vec::new();
    for edits in kinds {
        let small = Small::new();
        let axis =
            Picture::from_grey(ndarray::Array2::from_shape_fn((1, 256), |(_, at)| f32::from(at > 100 && at < 180)));
        small.write("experiments/tiny/axis.png", axis.unwrap().to_png().unwrap());
        edits.iter().for_each(|(from, to)| small.edit(from, to));
        small.succeeds("stimuli experiments/tiny");
        small.succeeds(SIMULATE);
        let rows = Trials::read(&small.path("results/tiny")).unwrap().rows;
        let bands = rows.iter().flat_map(|trial| &trial.centres).map(|centre| centre.band).max().unwrap();
        assert_eq!(bands, if edits.first().is_some_and(|edit| edit.1.contains("bands")) { 2 } else { 0 });
        assert!(rows.iter().all(|trial| trial.correct.is_some() && trial.response_time.unwrap() > 0.0));
        let names = small.files("results/tiny/design");
        assert_eq!(names.keys().filter(|name| name.starts_with("coverage")).count(), if bands == 2 { 3 } else { 1 });
        let picture = rendered(&small);
        assert!(!seen.contains(&picture), "each kind shows something of its own");
        seen.push(picture);
        small.edit("compare = [\"task\", \"picture\"]", "compare = [\"task\"]");
        small.succeeds("classify experiments/tiny");
        mapped(&small, usize::from(bands) + 1);
    }
}

/// The group has a map of every band, in the shape of its plane, and the random-field threshold of that plane.
fn mapped(small: &Small, bands: usize) {
    let human = small.path("results/tiny/human");
    let (index, tests) =
        (Table::read(&human.join("index.csv")).unwrap(), Table::read(&human.join("tests.csv")).unwrap());
    let maps: Vec<Row> =
        index.iter().filter(|row| row.text("observer").is_none() && row.text("kind") == Some("z")).collect();
    assert_eq!(maps.len(), bands);
    for (at, row) in maps.iter().enumerate() {
        let band = at.to_string();
        assert_eq!(row.text("band"), (bands > 1).then_some(band.as_str()));
        let map = Map::read_npy(&human.join(row.needed("file").unwrap())).unwrap();
        let own = |test: &Row| test.text("band") == row.text("band") && test.text("test") == Some("random_field");
        let test = tests.iter().find(own).unwrap();
        let number = |row: &Row, column: &str| row.number(column).unwrap().unwrap();
        let (pixels, width) = (number(&test, "region_px"), full_width_at_half_maximum(number(row, "smoothing_sd")));
        let [line, disc] =
            [Field::line(pixels, width), Field::disc(pixels, width)].map(|field| field.peak_threshold(0.05));
        let expected = if map.shape().0 == 1 { line } else { disc };
        assert!((number(&test, "threshold") - expected).abs() < 1e-4 && (line - disc).abs() > 0.01, "{line} {disc}");
    }
}

#[test]
fn the_plan_on_disk_holds_what_was_asked_for() {
    let edits = [
        ("mirrored = 0.5", "mirrored = 0.5\ncatch = 0.1\nrepeated = 0.1\npractice = 4\nkeys = [\"a\", \"l\"]"),
        ("rendered = 2", "rendered = 30"),
    ];
    let (small, rows) = played(&edits);
    let people = Table::read(&small.path("results/tiny/design/participants.csv")).unwrap();
    let keys: Vec<&str> = people.iter().map(|row| row.needed("keys").unwrap()).collect();
    assert_eq!(keys, ["a=wide l=tall", "l=wide a=tall", "a=wide l=tall"]);
    let sheet = Table::read(&small.path("results/tiny/design/participants/p002.csv")).unwrap();
    assert_eq!(sheet.rows.len(), 64);
    let whole = sheet.iter().find(|row| row.text("role") == Some("catch")).unwrap();
    assert_eq!(whole.text("correct_key") == Some("l"), whole.text("class") == Some("wide"));
    let own = rows.iter().filter(|trial| trial.observer == "p001");
    let (catch, repeats): (Vec<&Trial>, Vec<&Trial>) = (
        own.clone().filter(|trial| trial.role == Role::Catch).collect(),
        own.clone().filter(|trial| trial.repeats.is_some()).collect(),
    );
    assert_eq!((catch.len(), repeats.len()), (6, 6));
    for repeat in repeats {
        let first = rows.iter().find(|trial| Some(&trial.id) == repeat.repeats.as_ref()).unwrap();
        assert_eq!(first.centres, repeat.centres, "a repeat shows as many bubbles as its first presentation did");
    }
    // Whole pictures are recognised by these observers; a template behind few bubbles is not always.
    let right = |trials: &[&Trial]| trials.iter().filter(|trial| trial.correct == Some(true)).count();
    assert!(right(&catch) >= 5);
    let pictures = Table::read(&small.path("results/tiny/design/pictures.csv")).unwrap();
    assert!(pictures.iter().all(|row| row.number("rms_contrast").unwrap().unwrap() > 0.01));
    // Neither practice, nor whole pictures, nor repeats enter a map.
    small.succeeds("classify experiments/tiny");
    let people = Table::read(&small.path("results/tiny/human/observers.csv")).unwrap();
    assert!(people.iter().all(|row| row.text("trials") == Some("48")));
}

#[test]
fn pictures_can_be_matched_in_luminance_and_shown_in_grey() {
    let (small, _) = played(&[("[pictures]", "[pictures]\nmatch_luminance = true\ncolour = false")]);
    let pictures = Table::read(&small.path("results/tiny/design/pictures.csv")).unwrap();
    let column = |name: &str| -> Vec<f64> { pictures.iter().map(|row| row.number(name).unwrap().unwrap()).collect() };
    for name in ["mean_luminance", "rms_contrast"] {
        let values = column(name);
        assert!(values.iter().all(|value| (value - values[0]).abs() < 1e-6), "{name} {values:?}");
    }
    assert_eq!(rendered(&small).values().dim().2, 1);
    let (small, _) = played(&[]);
    let pictures = Table::read(&small.path("results/tiny/design/pictures.csv")).unwrap();
    let values: Vec<f64> = pictures.iter().map(|row| row.number("mean_luminance").unwrap().unwrap()).collect();
    assert!(values.iter().any(|value| (value - values[0]).abs() > 1e-3), "{values:?}");
}

#[test]
fn networks_are_observers_and_another_network_answers_otherwise() {
    let through = |name: &str| {
        let line = format!("network = \"{name}\"\nnetwork_seed = 1");
        let (_, rows) = played(&[("template = \"template.png\"", &line), ("sensitivity = 6.0", "sensitivity = 20.0")]);
        rows
    };
    let (pool, dense) = (through("pool"), through("dense"));
    assert!(pool.iter().zip(&dense).any(|(a, b)| a.response != b.response));
    assert_eq!(pool, through("pool"));
}

/// `plan.csv` of the experiment with a `[plan]`, on so many threads, and the bytes of all files.
fn planned(plan: &str, threads: &str) -> (Table, small::Files) {
    let small = Small::new();
    small.edit("[classification]", &format!("[plan]\n{plan}\n\n[classification]"));
    let mut command = small.command("plan experiments/tiny");
    let ran = small::Ran::of(command.env("RAYON_NUM_THREADS", threads)).success();
    assert!(ran.stdout.contains("How many trials does tiny need?"), "{}", ran.stdout);
    (Table::read(&small.path("results/tiny/plan/plan.csv")).unwrap(), small.files("results/tiny/plan"))
}

/// A number of every row with this quantity whose method begins so.
fn column(table: &Table, quantity: &str, method: &str, column: &str) -> Vec<f64> {
    let wanted = |row: &bubblescope::table::Row| {
        row.text("quantity") == Some(quantity)
            && row.text("method").is_some_and(|own| own.to_lowercase().starts_with(method))
    };
    table.iter().filter(wanted).map(|row| row.number(column).unwrap().unwrap()).collect()
}

#[test]
fn simulated_power_is_that_of_the_formula_and_not_of_one_without_the_power_asked_for() {
    let (table, files) = planned("correlation = 0.2\nsimulations = 200", "2");
    let threshold = column(&table, "pixel_threshold", "random field", "value")[0];
    let needed = column(&table, "trials", "formula", "value")[0];
    assert!((needed / ((threshold + 0.841_621) / 0.2).powi(2) - 1.0).abs() < 1e-4, "{needed}");
    let expected = column(&table, "power_peak", "formula", "value");
    let lower = column(&table, "power_peak", "simulated", "lower");
    let upper = column(&table, "power_peak", "simulated", "upper");
    let inside = expected.iter().zip(lower.iter().zip(&upper)).filter(|(p, (low, high))| low <= p && p <= high).count();
    assert!(inside + 1 >= expected.len(), "{expected:?} {lower:?} {upper:?}");
    // Without the term of the power, half of the experiments would find the pixel.
    let naive = (threshold / 0.2).powi(2);
    assert!(naive < 0.7 * needed);
    let (_, alone) = planned("correlation = 0.2\nsimulations = 200", "1");
    small::assert_same(&alone, &files);
}

#[test]
fn a_plan_from_a_template_predicts_the_reliability_of_larger_experiments() {
    let (table, _) = planned("template = true\nsimulations = 60\nbubble_sizes = [1.0]", "2");
    let expected = column(&table, "reliability", "formula", "value");
    let measured = column(&table, "reliability", "two", "value");
    assert!(expected.len() >= 3 && expected.windows(2).all(|pair| pair[0] < pair[1]));
    for (expected, measured) in expected.iter().zip(&measured) {
        assert!((expected - measured).abs() < 0.12, "{expected} {measured}");
    }
}
