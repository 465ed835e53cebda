//! Folders of maps in which something is missing: who is counted, what is compared with what, and what the columns say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use bubblescope::map::Map;
use bubblescope::metric::Metric;
use bubblescope::progress::Silent;
use bubblescope::score::{Folders, Options, Preparation, RESAMPLINGS, SIGNS, score_folders};
use bubblescope::seed::Seed;
use bubblescope::table::Table;
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};

const SIDE: usize = 24;
const PICTURES: usize = 6;

/// A map of what a picture shows, with noise of its maker.
fn map(picture: usize, noise: f64, maker: u64) -> Array2<f64> {
    let (row, column) = (4.0 + (picture * 7 % 15) as f64, 4.0 + (picture * 5 % 16) as f64);
    let mut generator = Seed(maker).stream("noise", picture as u64);
    Array2::from_shape_fn((SIDE, SIDE), |(y, x)| {
        let square = (y as f64 - row).powi(2) + (x as f64 - column).powi(2);
        let error: f64 = StandardNormal.sample(&mut generator);
        4.0 * (-square / 18.0).exp() + noise * error
    })
}

fn write(folder: &Path, name: &str, values: &Array2<f64>) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), Map::from_f64(values).unwrap().to_npy()).unwrap();
}

/// Writes an index with maps of (picture, maker), each written by `values`.
fn side(folder: &Path, header: &str, maps: &[(usize, u64, String)], values: impl Fn(usize, u64) -> Array2<f64>) {
    let mut index = format!("file,picture,{header}\n");
    for (at, (picture, maker, rest)) in maps.iter().enumerate() {
        write(folder, &format!("m{at}.npy"), &values(*picture, *maker));
        index += &format!("m{at}.npy,p{picture},{rest}\n");
    }
    std::fs::write(folder.join("index.csv"), index).unwrap();
}

fn scored(root: &Path, metric: &str, preparation: &Preparation) -> Table {
    let folders = Folders::new(&root.join("people"), &root.join("networks")).unwrap();
    let options = Options::new(40, Seed(1));
    score_folders(&folders, &[Metric::named(metric).unwrap()], preparation, options, &Silent).unwrap().scores
}

/// The cell of a method's quantity.
fn cell(table: &Table, method: &str, quantity: &str, column: &str) -> String {
    let row = table.iter().find(|row| row.text("method") == Some(method) && row.text("quantity") == Some(quantity));
    row.unwrap_or_else(|| panic!("{method} {quantity}")).text(column).unwrap_or_default().to_owned()
}

fn people(root: &Path) {
    let maps: Vec<_> = (0..PICTURES).flat_map(|p| (0..5).map(move |o| (p, o, format!("o{o},1")))).collect();
    // Somebody who saw the last picture alone.
    let maps: Vec<_> = maps.into_iter().chain([(PICTURES - 1, 9, "o9,1".to_owned())]).collect();
    side(&root.join("people"), "observer,blur_sd", &maps, |p, o| map(p, 1.0, o));
}

/// Two methods; the second has no map of the last picture.
fn networks(root: &Path) {
    let of = |method: &str, pictures: usize, from: u64| {
        let method = method.to_owned();
        (0..pictures).flat_map(move |p| {
            let method = method.clone();
            (0..3).map(move |k| (p, from + k, format!("{k},net,{method},1")))
        })
    };
    let maps: Vec<_> = of("all", PICTURES, 100).chain(of("some", PICTURES - 1, 200)).collect();
    side(&root.join("networks"), "seed,model,method,blur_sd", &maps, |p, k| map(p, 1.0, k));
}

#[test]
fn who_has_no_map_of_the_compared_pictures_is_not_counted_and_ranks_are_of_shared_pictures() {
    let root = tempfile::tempdir().unwrap();
    people(root.path());
    networks(root.path());
    let all = scored(root.path(), "pearson", &Preparation::default());
    assert_eq!(cell(&all, "all", "raw", "observers"), "6");
    assert_eq!(cell(&all, "some", "raw", "observers"), "5");
    assert_ne!(cell(&all, "some", "over_baseline", "value"), "");
    assert!(cell(&all, "all", "rank", "convention").contains("pictures that all have"));
    // Without the last picture anywhere, ranks are the same to the last digit.
    let fewer = tempfile::tempdir().unwrap();
    people(fewer.path());
    networks(fewer.path());
    let index = fewer.path().join("networks/index.csv");
    let kept: Vec<String> = std::fs::read_to_string(&index)
        .unwrap()
        .lines()
        .filter(|line| !line.contains(",p5,"))
        .map(str::to_owned)
        .collect();
    std::fs::write(&index, kept.join("\n")).unwrap();
    let same = scored(fewer.path(), "pearson", &Preparation::default());
    for method in ["all", "some"] {
        for (quantity, column) in [("rank", "value"), ("rank", "low"), ("rank", "high"), ("probability_best", "value")]
        {
            let found = [&all, &same].map(|table| cell(table, method, quantity, column));
            assert_eq!(found[0], found[1], "{method} {quantity} {column}");
        }
    }
    assert_ne!(cell(&all, "all", "raw", "value"), cell(&same, "all", "raw", "value"));
}

#[test]
fn a_counterpart_is_a_baseline_of_its_own_model_and_method_alone() {
    let root = tempfile::tempdir().unwrap();
    people(root.path());
    let of = |method: &'static str, counterpart: &'static str, from: u64| {
        (0..PICTURES).flat_map(move |p| (0..3).map(move |k| (p, from + k, format!("{k},net,{method},{counterpart},1"))))
    };
    let maps: Vec<_> = of("a", "", 100).chain(of("a", "untrained", 200)).chain(of("b", "", 300)).collect();
    // Maps from 100 on are of the picture, under much noise; those from 200 on under little: a copy would do better.
    let values = |p: usize, k: u64| map(p, if (200..300).contains(&k) { 0.5 } else { 3.0 }, k);
    side(&root.path().join("networks"), "seed,model,method,counterpart,blur_sd", &maps, values);
    let found = scored(root.path(), "pearson", &Preparation::default());
    let of = |method: &str, counterpart: &str, quantity: &str, column: &str| {
        let row = found.iter().find(|row| {
            row.text("method") == Some(method)
                && row.text("counterpart").unwrap_or("") == counterpart
                && row.text("quantity") == Some(quantity)
        });
        row.map(|row| row.text(column).unwrap_or_default().to_owned())
    };
    let number = |method: &str, counterpart: &str, quantity: &str| -> f64 {
        of(method, counterpart, quantity, "value").unwrap().parse().unwrap()
    };
    assert_eq!(of("a", "", "over_baseline", "baseline").unwrap(), "untrained");
    let difference = number("a", "", "raw") - number("a", "untrained", "raw");
    assert!((number("a", "", "over_baseline") - difference).abs() < 1e-6 && difference < -0.2, "{difference}");
    assert_ne!(
        of("b", "", "over_baseline", "baseline").unwrap(),
        "untrained",
        "it is no counterpart of another method"
    );
    assert_eq!(of("a", "untrained", "rank", "value"), None, "a counterpart is not ranked");
    assert_eq!(of("a", "untrained", "over_baseline", "value"), None);
    assert_eq!((number("a", "", "rank") + number("b", "", "rank")), 3.0);
}

#[test]
fn a_task_is_compared_with_its_baselines() {
    let root = tempfile::tempdir().unwrap();
    let maps: Vec<_> = (0..5).map(|o| (0, o, format!("o{o},task,1"))).collect();
    side(&root.path().join("people"), "observer,unit,blur_sd", &maps, |p, o| map(p, 1.0, o));
    networks(root.path());
    let found = scored(root.path(), "pearson", &Preparation::default());
    for method in ["all", "some"] {
        assert_ne!(
            cell(&found, method, "over_baseline", "value"),
            "",
            "{}",
            cell(&found, method, "over_baseline", "undefined")
        );
        assert_eq!(cell(&found, method, "over_baseline", "baseline"), "centre_gaussian");
    }
}

#[test]
fn baselines_have_the_sign_policy_of_networks_and_the_edge_of_their_own() {
    let root = tempfile::tempdir().unwrap();
    people(root.path());
    networks(root.path());
    let positive = Preparation {
        sign: SIGNS[1],
        human_sign: SIGNS[1],
        edge: bubblescope::stats::smooth::EDGES[1],
        ..Preparation::default()
    };
    let found = scored(root.path(), "sim", &positive);
    assert_ne!(cell(&found, "random", "raw", "value"), "", "{}", cell(&found, "random", "raw", "undefined"));
    assert_eq!(cell(&found, "random", "raw", "edge"), "zero_normalised");
    assert_eq!(cell(&found, "random", "raw", "sign"), "positive");
    assert_eq!(cell(&found, "all", "raw", "edge"), "reflect");
}

#[test]
fn the_blur_of_a_map_is_held_against_its_own_size() {
    let root = tempfile::tempdir().unwrap();
    people(root.path());
    let maps: Vec<_> = (0..PICTURES).map(|p| (p, 100, "0,net,all,30".to_owned())).collect();
    let larger = |p: usize, k: u64| {
        let own = map(p, 1.0, k);
        Array2::from_shape_fn((2 * SIDE, 2 * SIDE), |(y, x)| own[[y / 2, x / 2]])
    };
    side(&root.path().join("networks"), "seed,model,method,blur_sd", &maps, larger);
    let fit = Preparation { resample: RESAMPLINGS[1], ..Preparation::default() };
    // 30 px of 48 are 15 px of 24.
    assert_ne!(cell(&scored(root.path(), "pearson", &fit), "all", "raw", "value"), "");
    side(&root.path().join("networks"), "seed,model,method,blur_sd", &maps, |p, k| map(p, 1.0, k));
    let folders = Folders::new(&root.path().join("people"), &root.path().join("networks")).unwrap();
    let options = Options::new(40, Seed(1));
    let metrics = [Metric::named("pearson").unwrap()];
    let error = score_folders(&folders, &metrics, &fit, options, &Silent).err().unwrap().to_string();
    assert!(error.contains("30 px") && error.contains("index.csv, line 2"), "{error}");
}
