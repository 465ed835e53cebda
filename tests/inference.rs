//! Tests of maps: reference values, error rates where there is nothing to find, and the files that a stage writes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::BTreeSet;
use std::path::PathBuf;

use bubblescope::bubbles::{draw_centres, region_pixels};
use bubblescope::experiment::{Exchange, Experiment, Nuisance};
use bubblescope::human::inference::{Inference, Question, Scales, Settings, Smoothness};
use bubblescope::human::permutation::{Extreme, Wanted};
use bubblescope::human::{Frame, INFERENCES, Tested, classify, residual_responses};
use bubblescope::progress::Silent;
use bubblescope::results::Results;
use bubblescope::seed::Seed;
use bubblescope::stage::{Run, run_stage};
use bubblescope::stats::cluster::{Connectivity, clusters};
use bubblescope::stats::correct::{Dependence, false_discovery};
use bubblescope::stats::random_field::{Field, full_width_at_half_maximum};
use bubblescope::stats::tfce::{Exponents, enhance};
use bubblescope::stats::tilted::{Cumulants, Search};
use bubblescope::table::Table;
use bubblescope::trials::Trial;
use ndarray::Array2;
use rand::RngExt;
use rayon::prelude::*;
use serde_json::Value;
use small::Small;

fn gold() -> Option<Value> {
    let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
        return None;
    };
    let text = std::fs::read_to_string(PathBuf::from(folder).join("human/gold.json")).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|cell| cell.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

#[test]
fn thresholds_of_finitely_many_bubbles_are_those_of_the_reference() {
    let Some(gold) = gold() else { return };
    let table = &gold["tilted_ec_table"];
    let field = Field::disc(table["area"].as_f64().unwrap(), table["fwhm"].as_f64().unwrap());
    let search = Search::space(field.volumes, field.width);
    for row in table["rows"].as_array().unwrap().iter().filter(|row| row[0].is_number()) {
        let row = numbers(row);
        let cumulants = Cumulants::of_share(row[1], row[0]);
        let found = [search.peak_threshold(&cumulants, 0.05), search.cluster_threshold(&cumulants, 2.7, 0.05)];
        assert!((found[0] - row[2]).abs() < 1e-9 && (found[1] - row[3]).abs() < 1e-5, "{row:?} {found:?}");
        assert!((found[0] - field.peak_threshold(0.05)).abs() > 5e-3, "a Gaussian field has another threshold");
    }
    let published = &gold["tilted_ec_published"];
    let of = |name: &str| published[name].as_f64().unwrap();
    let volumes: [f64; 3] = numbers(&published["area_vector"]).try_into().unwrap();
    let cumulants = Cumulants::of_share(of("prop_correct"), of("bubbles_per_resel"));
    let peak = Search::space(volumes, of("fwhm")).peak_threshold(&cumulants, 0.05);
    assert!((peak - of("zpeak")).abs() < 5e-5, "{peak}");
    let widths = numbers(&published["scale_space_fwhm"]);
    let peak = Search::scale_space(volumes, widths[0], widths[1]).peak_threshold(&cumulants, 0.05);
    // The published value is interpolated in a table with steps of 0.01.
    assert!((peak - of("scale_space_zpeak")).abs() < 2e-4, "{peak}");
}

#[test]
fn clusters_enhancement_and_false_discoveries_are_those_of_the_reference() {
    let Some(gold) = gold() else { return };
    let cluster = &gold["cluster"];
    let map = matrix(&cluster["map"]);
    let everywhere = Array2::from_elem(map.dim(), true);
    for (connectivity, name) in [(Connectivity::Four, "conn4"), (Connectivity::Eight, "conn8")] {
        let found = clusters(&map, &everywhere, cluster["threshold"].as_f64().unwrap(), connectivity);
        let sizes: Vec<f64> = found.iter().map(|own| own.size as f64).collect();
        assert_eq!(sizes, numbers(&cluster[format!("sizes_{name}")]));
        let mut masses: Vec<f64> = found.iter().map(|own| own.mass).collect();
        masses.sort_unstable_by(|a, b| b.total_cmp(a));
        assert_eq!(masses, numbers(&cluster[format!("mass_{name}")]));
        let enhanced = enhance(&map, &everywhere, connectivity, Exponents::default());
        let expected = matrix(&cluster[format!("tfce_exact_{name}")]);
        assert!(enhanced.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-7), "{name} {enhanced}");
    }
    let (p, q) = (numbers(&gold["bh"]["p"]), numbers(&gold["bh"]["q"]));
    let found = false_discovery(&p, Dependence::Positive);
    assert!(found.iter().zip(&q).all(|(a, b)| (a - b).abs() < 1e-8), "{found:?}");
    assert_eq!(found.iter().filter(|q| **q <= 0.05).count() as u64, gold["bh"]["n_reject_05"].as_u64().unwrap());
}

#[test]
fn lines_of_frequencies_have_the_published_thresholds() {
    let Some(gold) = gold() else { return };
    let of = |name: &str| gold["rft_1d"][name].as_f64().unwrap();
    let line = Field::line(of("length"), of("fwhm"));
    assert!((line.peak_threshold(of("p")) - of("t_pixel")).abs() < 1e-9);
    assert!((line.cluster_threshold(of("tc"), of("p")) - of("k_cluster")).abs() < 1e-9);
}

/// Four observers of 300 trials who see nothing, but guess better the more bubbles there are; the number follows their
/// answers, three more after an error and one less after a right answer.
fn null_experiment(number: u64) -> (Vec<Trial>, Frame) {
    let region =
        Array2::from_shape_fn((48, 56), |(row, column)| (row as f64 - 23.5).hypot(column as f64 - 27.5) < 23.0);
    let pixels = region_pixels(&region);
    let mut trials = Vec::new();
    for observer in 0..4_u64 {
        let mut generator = Seed(number).stream("observer", observer);
        let mut bubbles = 40_usize;
        for trial in 0..300_u32 {
            let p = 1.0 - 0.5 * (-(bubbles as f64) / (20.0 + 5.0 * observer as f64)).exp();
            let correct = generator.random::<f64>() < p;
            trials.push(Trial {
                observer: observer.to_string(),
                block: (trial / 100).to_string(),
                correct: Some(correct),
                centres: draw_centres(&pixels, bubbles, &mut generator),
                ..Trial::default()
            });
            bubbles = if correct { bubbles.saturating_sub(1).max(1) } else { (bubbles + 3).min(120) };
        }
    }
    (trials, Frame::new(region, false, 3.0))
}

/// What every test says of an experiment: whether anything is significant.
fn found(number: u64, nuisances: &[Nuisance], inferences: &[&Inference], permutations: usize) -> Vec<bool> {
    let (trials, frame) = null_experiment(number);
    let responses = residual_responses(&trials, nuisances).0;
    let group = classify(&trials, &responses, &frame);
    let tested = Tested::answers(&trials, &responses, &frame, &group, Exchange::Block);
    let settings = Settings {
        alpha: 0.05,
        cluster_threshold: 2.7,
        connectivity: Connectivity::Eight,
        exponents: Exponents::default(),
    };
    let all = inferences.len() > 2;
    let wanted = Wanted {
        clusters: all.then_some((2.7, Connectivity::Eight)),
        enhanced: all.then_some((Connectivity::Eight, Exponents::default())),
        norm: all,
    };
    let random = (permutations, Seed(number));
    let extremes = tested.extremes(&trials, &frame, &[&frame.region], wanted, random, |_| ()).remove(0);
    let null: Vec<Extreme> = extremes.into_iter().map(|[up, _]| up).collect();
    let (area, width) = (frame.area() as f64, full_width_at_half_maximum(frame.smoothing_sd));
    let cumulants = tested.cumulants(1.0, tested.bubbles as f64 * width * width / area);
    let scales = all.then(|| {
        let mut largest = tested.z.clone();
        for step in 1..=4 {
            let wider = Frame { smoothing_sd: 3.0 * 1.19_f64.powi(step), ..frame.clone() };
            largest.zip_mut_with(&classify(&trials, &responses, &wider).z, |most, z| *most = most.max(*z));
        }
        Scales { largest, widths: [width, width * 1.19_f64.powi(4)], cumulants: cumulants.clone() }
    });
    let smoothness = Smoothness { field: Field::disc(area, width), cumulants };
    let question = Question {
        z: &tested.z,
        region: &frame.region,
        null: &null,
        tails: 1.0,
        settings,
        smoothness: Some(&smoothness),
        scales: scales.as_ref(),
    };
    inferences.iter().map(|inference| (inference.judge)(&question).is_ok_and(|verdict| verdict.p <= 0.05)).collect()
}

const REMOVED: [Nuisance; 2] = [Nuisance::BubbleCount, Nuisance::Block];

/// In how many of so many experiments each test finds something.
fn errors(experiments: u64, nuisances: &[Nuisance], inferences: &[&Inference], permutations: usize) -> Vec<usize> {
    let each: Vec<Vec<bool>> =
        (0..experiments).into_par_iter().map(|number| found(number, nuisances, inferences, permutations)).collect();
    (0..inferences.len()).map(|test| each.iter().filter(|own| own[test]).count()).collect()
}

fn defaults() -> Vec<&'static Inference> {
    ["permutation", "random_field"].map(|name| Inference::named(name).unwrap()).to_vec()
}

#[test]
fn default_tests_are_seldom_wrong_and_nearly_always_with_the_bubble_count_left_in() {
    let right = errors(40, &REMOVED, &defaults(), 200);
    assert!(right.iter().all(|errors| *errors <= 6), "{right:?} of 40");
    let naive = errors(10, &[], &defaults(), 200);
    assert!(naive[1] >= 7, "random field theory takes the offset for information: {naive:?} of 10");
}

/// The table of docs/inference.md.
#[test]
#[ignore = "minutes; prints the table of docs/inference.md"]
fn error_rates_of_every_test_in_two_hundred_experiments_without_information() {
    let all: Vec<&Inference> = INFERENCES.iter().collect();
    let (right, naive) = (errors(200, &REMOVED, &all, 500), errors(200, &[], &all, 500));
    println!("| test | nuisances removed | left in |\n|---|---|---|");
    for (inference, (right, naive)) in all.iter().zip(right.iter().zip(&naive)) {
        let percent = |errors: usize| format!("{:.1} %", errors as f64 / 2.0);
        println!("| `{}` | {} | {} |", inference.name, percent(*right), percent(*naive));
        if defaults().iter().any(|row| row.name == inference.name) {
            assert!((4..=16).contains(right), "{}: {right} of 200", inference.name);
        }
    }
}

const TESTED: &str = r#"[classification]
permutations = 20
contrasts = [
  { name = "wide_tall", column = "class", plus = ["wide"], minus = ["tall"] },
  { name = "early_late", column = "block", plus = ["1"], minus = ["2"], paired = true },
]
[classification.regions]
left = { rows = [0, 39], columns = [0, 23] }
dot = { rows = [4, 4], columns = [4, 6] }
[classification.tests]
random_effects = true
sides = ["upper", "both"]
names = ["#;

#[test]
fn every_test_of_every_map_region_and_side_is_a_row() {
    let small = Small::new();
    let names: Vec<String> = INFERENCES.iter().map(|row| format!("{:?}", row.name)).collect();
    small.edit("[classification]\npermutations = 20", &format!("{TESTED}{}]\n", names.join(", ")));
    small.edit("compare = [\"task\", \"picture\"]", "compare = [\"task\"]");
    for stage in ["stimuli", "simulate"] {
        small.succeeds(&format!("{stage} experiments/tiny"));
    }
    let ran = small.succeeds("classify experiments/tiny");
    assert!(ran.stderr.contains("the region dot has 3 px, less than one resel"), "{}", ran.stderr);
    assert!(ran.stderr.contains("map: permutation (upper, above)"), "{}", ran.stderr);
    let table = Table::read(&small.path("results/tiny/human/tests.csv")).unwrap();
    let mut seen = BTreeSet::new();
    for row in table.iter() {
        let text = |name: &str| row.text(name).unwrap_or("").to_owned();
        let key = ["map", "test", "region", "side", "direction"].map(text);
        assert!(seen.insert(key.clone()), "{key:?} twice");
        let p = row.number("p").unwrap();
        assert_eq!(p.is_none(), !text("reason").is_empty(), "{key:?}: a value or a reason");
        assert!(p.is_none_or(|p| (0.0..=1.0).contains(&p)), "{key:?} {p:?}");
        if !text("file").is_empty() {
            assert!(small.path(&format!("results/tiny/human/{}", text("file"))).exists(), "{key:?}");
        }
        assert_eq!(text("simulated"), "true");
    }
    let (maps, regions, directions) = (4, 3, 3);
    assert_eq!(seen.len(), maps * regions * directions * INFERENCES.len());
    let contrasts = Table::read(&small.path("results/tiny/human/contrasts.csv")).unwrap();
    let exchanged: Vec<String> = contrasts.iter().map(|row| row.text("exchanged").unwrap().to_owned()).collect();
    assert_eq!(exchanged, ["trials", "signs"]);
    assert!(small.path("results/tiny/human/clusters.csv").exists());
}

/// The other table of docs/inference.md.
#[test]
#[ignore = "minutes; prints a table of docs/inference.md from the public face-sex data"]
fn share_of_the_face_by_every_test_with_and_without_nuisances() {
    let Ok(data) = std::env::var("BUBBLESCOPE_DATA") else {
        println!("skipped: BUBBLESCOPE_DATA is not set");
        return;
    };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("experiments/recors-face-sex");
    let tables = [true, false].map(|removed| {
        let mut experiment = Experiment::read(&folder, Some(&PathBuf::from(&data))).unwrap();
        let settings = &mut experiment.file.classification;
        settings.tests.names = INFERENCES.iter().map(|row| row.name.to_owned()).collect();
        settings.tests.random_effects = true;
        if !removed {
            settings.nuisances.clear();
        }
        let output = tempfile::tempdir().unwrap();
        let results = Results::new(output.path());
        let run = Run { experiment: &experiment, results: &results, progress: &Silent };
        for stage in ["import", "classify"] {
            run_stage(stage, &run).unwrap();
        }
        Table::read(&output.path().join("human/tests.csv")).unwrap()
    });
    println!(
        "| map | test | measure | threshold | largest | share | threshold, left in | largest | share |\n|---|---|---|---|---|---|---|---|---|"
    );
    for (removed, left) in tables[0].iter().zip(tables[1].iter()) {
        let of = |row: &bubblescope::table::Row| {
            let value = |name: &str| row.number(name).unwrap().map_or("".to_owned(), |value| format!("{value:.3}"));
            format!("{} | {} | {}", value("threshold"), value("statistic"), value("share_significant"))
        };
        let text = |name: &str| removed.text(name).unwrap_or("").to_owned();
        println!("| {} | `{}` | {} | {} | {} |", text("map"), text("test"), text("measure"), of(&removed), of(&left));
    }
}
