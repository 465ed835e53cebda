//! Metrics of fixations on folders of maps: that scores are those of the metrics' own functions, what is told of fixations that
//! do not count, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::Path;

use bubblescope::error::Result;
use bubblescope::map::Map;
use bubblescope::metric::{Field, Grid, Metric, fixation, roc};
use bubblescope::progress::Silent;
use bubblescope::score::{Folders, Options, Preparation, Scored, score_folders};
use bubblescope::seed::Seed;
use bubblescope::stats::smooth::{Edge, smooth};
use bubblescope::table::Table;
use ndarray::Array2;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use tempfile::TempDir;

/// Rows and columns; the first two rows are not compared.
const SHAPE: (usize, usize) = (16, 22);
const PICTURES: usize = 5;
const OBSERVERS: usize = 4;
const SEEDS: usize = 2;
const BLUR: f64 = 2.0;

fn region() -> Array2<bool> {
    Array2::from_shape_fn(SHAPE, |(row, _)| row > 1)
}

/// A bump at a place of the picture, and noise of the maker; positive, as single precision holds it.
fn map(picture: usize, maker: u64) -> Array2<f64> {
    let (row, column) = (4.0 + (picture * 5 % 10) as f64, 3.0 + (picture * 7 % 16) as f64);
    let mut generator = Seed(maker).stream("noise", picture as u64);
    Array2::from_shape_fn(SHAPE, |(y, x)| {
        let square = (y as f64 - row).powi(2) + (x as f64 - column).powi(2);
        let noise: f64 = StandardNormal.sample(&mut generator);
        f64::from((3.0 * (-square / 12.0).exp() + 0.3 * noise.abs()) as f32)
    })
}

/// Where an observer looks on a picture: px from the left and the upper edge, all in the region.
fn looks(picture: usize, observer: usize) -> Vec<(f64, f64)> {
    let (row, column) = (4.0 + (picture * 5 % 10) as f64, 3.0 + (picture * 7 % 16) as f64);
    let mut generator = Seed(9).stream("looks", (picture * 100 + observer) as u64);
    let mut near = |at: f64, low: f64, high: f64| {
        let off: f64 = generator.random::<f64>() * 6.0 - 3.0;
        (at + 0.5 + off).clamp(low, high - 0.01)
    };
    (0..3 + observer % 2).map(|_| (near(column, 0.0, SHAPE.1 as f64), near(row, 2.0, SHAPE.0 as f64))).collect()
}

fn field(values: &Array2<f64>) -> Field {
    let inside = values.indexed_iter().filter(|(at, _)| region()[*at]).map(|(_, value)| *value).collect();
    Field::new(Grid::within(&region()).into(), inside).unwrap()
}

/// Places among the pixels of the region.
fn places(looks: &[(f64, f64)]) -> Vec<usize> {
    looks.iter().map(|(x, y)| (y.floor() as usize - 2) * SHAPE.1 + x.floor() as usize).collect()
}

fn put(folder: &Path, name: &str, values: &Array2<f64>) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), Map::from_f64(values).unwrap().to_npy()).unwrap();
}

/// Human maps, maps of a network by two methods, and fixations with `more` rows.
fn folders(more: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let (people, networks) = (root.path().join("people"), root.path().join("networks"));
    let mut index = "file,picture,observer,blur_sd\n".to_owned();
    let mut fixations = "picture,observer,x,y\n".to_owned();
    for picture in 0..PICTURES {
        for observer in 0..OBSERVERS {
            let file = format!("{picture}-{observer}.npy");
            put(&people, &file, &map(picture, observer as u64));
            writeln!(index, "{file},p{picture},o{observer},{BLUR}").unwrap();
            for (x, y) in looks(picture, observer) {
                writeln!(fixations, "p{picture},o{observer},{x},{y}").unwrap();
            }
        }
    }
    std::fs::write(people.join("index.csv"), index).unwrap();
    std::fs::write(people.join("fixations.csv"), fixations + more).unwrap();
    put(&people, "region.npy", &region().mapv(|inside| f64::from(u8::from(inside))));
    let mut index = "file,picture,seed,model,method,blur_sd\n".to_owned();
    for (method, from, pictures) in [("like", 0, PICTURES), ("unlike", 2, PICTURES - 1)] {
        for picture in 0..pictures {
            for seed in 0..SEEDS {
                let file = format!("{method}{picture}-{seed}.npy");
                put(&networks, &file, &map(picture + from, 100 + seed as u64));
                writeln!(index, "{file},p{picture},{seed},net,{method},{BLUR}").unwrap();
            }
        }
    }
    std::fs::write(networks.join("index.csv"), index).unwrap();
    root
}

fn scored(root: &TempDir, metrics: &[&str]) -> Result<Scored> {
    let folders = Folders::new(&root.path().join("people"), &root.path().join("networks"))?;
    let metrics: Vec<&Metric> = metrics.iter().map(|name| Metric::named(name).unwrap()).collect();
    let options = Options::new(60, Seed(1));
    score_folders(&folders, &metrics, &Preparation::default(), options, &Silent)
}

fn cell(table: &Table, of: [&str; 3], column: &str) -> String {
    let row = table.iter().find(|row| ["method", "metric", "quantity"].map(|name| row.text(name)) == of.map(Some));
    row.unwrap_or_else(|| panic!("{of:?}")).text(column).unwrap_or_default().to_owned()
}

fn value(table: &Table, of: [&str; 3]) -> f64 {
    cell(table, of, "value").parse().unwrap_or_else(|_| panic!("{of:?}: {}", cell(table, of, "undefined")))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let all: Vec<f64> = values.collect();
    all.iter().sum::<f64>() / all.len() as f64
}

/// Pictures and observers.
fn cells(pictures: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..pictures).flat_map(|picture| (0..OBSERVERS).map(move |observer| (picture, observer)))
}

/// All fixations on other pictures.
fn elsewhere(picture: usize) -> Vec<usize> {
    let others = cells(PICTURES).filter(|(other, _)| *other != picture);
    others.flat_map(|(other, observer)| places(&looks(other, observer))).collect()
}

#[test]
fn scores_are_means_of_the_metrics_over_pictures_observers_and_seeds_at_full_resolution() {
    let root = folders("");
    let names = ["nss", "auc", "auc_judd.mit", "shuffled_auc", "information_gain", "information_gain.uniform"];
    let table = scored(&root, &names).unwrap().scores;
    let expected = |picture: usize| {
        let mut counts = Array2::zeros(SHAPE);
        for (other, observer) in cells(PICTURES).filter(|(other, _)| *other != picture) {
            looks(other, observer).iter().for_each(|(x, y)| counts[[*y as usize, *x as usize]] += 1.0);
        }
        field(&smooth(&counts, BLUR, Edge::Normalised))
    };
    type Direct<'a> = &'a dyn Fn(&Field, &[usize], usize) -> f64;
    let direct: [Direct; 6] = [
        &|map, at, _| fixation::nss(map, at).unwrap(),
        &|map, at, _| roc::auc(map, at).unwrap(),
        &|map, at, _| roc::auc_judd_mit(map, at).unwrap(),
        &|map, at, picture| roc::shuffled_auc(map, at, &elsewhere(picture)).unwrap(),
        &|map, at, picture| fixation::information_gain(map, at, Some(&expected(picture))).unwrap(),
        &|map, at, _| fixation::information_gain(map, at, None).unwrap(),
    ];
    for (name, metric) in names.iter().zip(direct) {
        let close = |method: &str, quantity: &str, expected: f64| {
            let found = value(&table, [method, name, quantity]);
            assert!((found - expected).abs() < 1e-7, "{name} {method} {quantity}: {found} {expected}");
        };
        let with = |method: &str, pictures: usize, shift: usize| {
            let from = if method == "like" { 0 } else { 2 };
            mean(cells(pictures).flat_map(|(picture, observer)| {
                // As that picture is scored, with its own fixations on others.
                let seen = (picture + shift) % pictures;
                let at = places(&looks(seen, observer));
                (0..SEEDS)
                    .map(|seed| metric(&field(&map(picture + from, 100 + seed as u64)), &at, seen))
                    .collect::<Vec<_>>()
            }))
        };
        close("like", "raw", with("like", PICTURES, 0));
        close("unlike", "raw", with("unlike", PICTURES - 1, 0));
        let chance = mean((1..=3).map(|shift| with("like", PICTURES, shift)));
        close("like", "chance", chance);
        let human = mean(cells(PICTURES).map(|(picture, observer)| {
            let others = (0..OBSERVERS).filter(|other| *other != observer);
            let sum = others.map(|other| map(picture, other as u64)).reduce(|sum, map| sum + map).unwrap();
            metric(&field(&(sum / (OBSERVERS - 1) as f64)), &places(&looks(picture, observer)), picture)
        }));
        close("like", "human_leave_one_out", human);
        close("like", "index", (with("like", PICTURES, 0) - chance) / (human - chance));
        assert!(with("like", PICTURES, 0) > chance + 0.02, "{name}: other fixations give another value");
    }
    for quantity in ["raw", "human_leave_one_out", "chance", "index"] {
        assert_ne!(cell(&table, ["like", "nss", quantity], "low"), "", "{quantity}");
    }
    assert_eq!(cell(&table, ["like", "nss", "raw"], "step_px"), "1");
    let levels = ["pictures", "observers", "seeds"].map(|column| cell(&table, ["unlike", "auc", "raw"], column));
    assert_eq!(levels, ["4", "4", "2"]);
}

#[test]
fn baselines_are_scored_too_and_networks_stand_beside_the_best_on_the_same_resamples() {
    let table = scored(&folders(""), &["nss", "pearson"]).unwrap().scores;
    for baseline in ["centre_gaussian", "random", "fitted_gaussian", "other_pictures"] {
        assert_ne!(
            cell(&table, [baseline, "nss", "low"].map(|name| if name == "low" { "raw" } else { name }), "low"),
            ""
        );
    }
    let best = ["centre_gaussian", "fitted_gaussian", "other_pictures"]
        .map(|name| (value(&table, [name, "nss", "raw"]), name))
        .into_iter()
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap();
    let over = ["like", "nss", "over_baseline"];
    assert_eq!(cell(&table, over, "baseline"), best.1);
    assert!((value(&table, over) - (value(&table, ["like", "nss", "raw"]) - best.0)).abs() < 1e-8);
    let number = |column: &str| cell(&table, over, column).parse::<f64>().unwrap();
    assert!(number("p_holm") >= number("p") && number("low") > 0.0);
    assert!(cell(&table, over, "convention").contains("on the same resamples"));
    assert!(number("p") < 0.05 && cell(&table, ["unlike", "nss", "over_baseline"], "p").parse::<f64>().unwrap() > 0.05);
    assert_eq!(cell(&table, ["like", "nss", "rank"], "value"), "1");
    // Maps of noise are at chance.
    let noise = |column: &str| cell(&table, ["random", "nss", "raw"], column).parse::<f64>().unwrap();
    assert!(noise("low") < 0.0 && noise("high") > 0.0);
    // The same as when they are scored alone.
    let alone = scored(&folders(""), &["nss"]).unwrap().scores;
    assert_eq!(cell(&alone, over, "value"), cell(&table, over, "value"));
}

#[test]
fn every_metric_of_fixations_has_a_value_or_a_reason() {
    let names: Vec<&str> =
        bubblescope::metric::METRICS.iter().filter(|one| one.scores_fixations()).map(|one| one.name).collect();
    assert_eq!(names.len(), 13, "{names:?}");
    let table = scored(&folders(""), &names).unwrap().scores;
    for name in names {
        assert!(value(&table, ["like", name, "raw"]) > value(&table, ["like", name, "chance"]), "{name}");
        assert!(value(&table, ["like", name, "index"]) > 0.3, "{name}");
    }
}

#[test]
fn fixations_that_do_not_count_are_told_and_change_nothing() {
    let more = "p0,o0,22.5,8\np0,o0,-1,8\np1,o1,5,1.9\np9,o0,5,5\np0,o9,5,5\n";
    let found = scored(&folders(more), &["nss"]).unwrap();
    let reasons: Vec<[&str; 3]> = found
        .missing
        .iter()
        .map(|row| ["picture", "observer", "reason"].map(|column| row.text(column).unwrap_or_default()))
        .collect();
    for expected in [
        ["p0", "o0", "2 fixations beside the picture"],
        ["p0", "o9", "1 fixation of an observer without a human map"],
        ["p1", "o1", "1 fixation where maps are not compared"],
        ["p9", "o0", "1 fixation of a picture without a human map"],
    ] {
        assert!(reasons.contains(&expected), "{expected:?}: {reasons:?}");
    }
    let same = scored(&folders(""), &["nss"]).unwrap();
    assert_eq!(same.scores.rows, found.scores.rows);
    // The last edges belong to the last pixels, and a weight of 0 counts for nothing.
    let root = folders("");
    let path = root.path().join("people/fixations.csv");
    std::fs::write(&path, "picture,observer,x,y,weight\np0,o0,22,16,1\np0,o0,3,3,0\np1,o0,5,5,2\n").unwrap();
    let found = scored(&root, &["nss"]).unwrap();
    let of = |picture: usize, at: usize| {
        mean((0..SEEDS).map(|seed| fixation::nss(&field(&map(picture, 100 + seed as u64)), &[at]).unwrap()))
    };
    let expected = (of(0, 14 * SHAPE.1 - 1) + of(1, 3 * SHAPE.1 + 5)) / 2.0;
    assert!((value(&found.scores, ["like", "nss", "raw"]) - expected).abs() < 1e-8);
    assert_eq!(cell(&found.scores, ["like", "nss", "raw"], "pictures"), "2");
    assert!(found.missing.iter().any(|row| row.text("reason") == Some("no fixation that counts")));
    assert!(found.missing.iter().any(|row| row.text("reason") == Some("1 fixation of weight 0")));
}

#[test]
fn tables_that_cannot_be_used_say_what_is_wrong_and_where() {
    let said = |change: &dyn Fn(&Path), metrics: &[&str]| {
        let root = folders("");
        change(&root.path().join("people"));
        scored(&root, metrics).err().unwrap().to_string()
    };
    let table =
        |content: &'static str| move |people: &Path| std::fs::write(people.join("fixations.csv"), content).unwrap();
    let error = said(&|people| std::fs::remove_file(people.join("fixations.csv")).unwrap(), &["pearson", "auc"]);
    assert!(error.contains("auc needs fixations") && error.contains("people/fixations.csv"), "{error}");
    assert!(error.contains("picture, observer, x, y"), "{error}");
    let error = said(&table("picture,observer,x\np0,o0,3\n"), &["nss"]);
    assert!(error.contains("the column y is missing") && error.contains("fixations.csv, line 2"), "{error}");
    let error = said(&table("picture,observer,x,y\np0,o0,3,left\n"), &["nss"]);
    assert!(error.contains("\"left\" is not a number"), "{error}");
    let error = said(&table("picture,observer,x,y\np0,o0,300,5\n"), &["nss"]);
    assert!(error.contains("no fixation of 1 counts") && error.contains("beside the picture"), "{error}");
    let without_blur = |people: &Path| {
        let index = std::fs::read_to_string(people.join("index.csv")).unwrap();
        std::fs::write(people.join("index.csv"), index.replace(",2\n", ",\n")).unwrap();
    };
    let error = said(&without_blur, &["information_gain"]);
    assert!(error.contains("information_gain needs a density") && error.contains("blur_sd"), "{error}");
    let root = folders("");
    without_blur(&root.path().join("people"));
    assert!(scored(&root, &["nss"]).is_ok());
}

#[test]
fn maps_of_a_task_have_no_score_with_fixations_and_maps_alone_need_no_table() {
    let root = folders("");
    let people = root.path().join("people");
    std::fs::remove_file(people.join("fixations.csv")).unwrap();
    assert!(scored(&root, &["pearson", "sim"]).is_ok());
    std::fs::write(people.join("fixations.csv"), "picture,observer,x,y\np0,o0,3,3\n").unwrap();
    let mut index = "file,unit,picture,observer,blur_sd\n".to_owned();
    (0..OBSERVERS).for_each(|observer| writeln!(index, "0-{observer}.npy,task,,o{observer},{BLUR}").unwrap());
    std::fs::write(people.join("index.csv"), index).unwrap();
    let table = scored(&root, &["nss"]).unwrap().scores;
    assert_eq!(cell(&table, ["like", "nss", "raw"], "value"), "");
    assert!(cell(&table, ["like", "nss", "raw"], "undefined").contains("single pictures"));
}
