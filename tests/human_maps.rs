//! Human maps from fixations, masks and maps made elsewhere, through the whole pipeline. What a density is is tested beside
//! it; here, that the files of `human/` hold it, and that scores come of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::fmt::Write;
use std::path::Path;

use bubblescope::experiment::LookColumns;
use bubblescope::human::{Gram, density};
use bubblescope::looks::{LookTable, read_looks};
use bubblescope::map::Map;
use bubblescope::picture::Picture;
use bubblescope::place::{Order, Places};
use bubblescope::table::Table;
use bubblescope::trials::{Known, Text};
use ndarray::Array2;

use small::{SHAPE, Small};

const PICTURES: [&str; 4] = ["tall_0.png", "tall_1.png", "wide_0.png", "wide_1.png"];
const FIXATIONS: &str = "[human]\nsource = \"fixations\"\nfiles = [\"looks.csv\"]\nblur = { value = 3.0 }\n";

/// Where observer `who` looks on picture `at`, px: twice around one place and once elsewhere.
fn places(at: usize, who: usize) -> [(f64, f64); 3] {
    let (x, y) = (14.0 + 6.0 * at as f64, 12.0 + 4.0 * at as f64);
    [(x + who as f64, y), (x, y + who as f64), (4.5 + 10.0 * who as f64, 30.5)]
}

fn table() -> String {
    let mut text = String::from("observer,picture,x,y\n");
    for who in 0..3 {
        for (at, picture) in PICTURES.iter().enumerate() {
            places(at, who).iter().for_each(|(x, y)| writeln!(text, "o{who},{picture},{x},{y}").unwrap());
        }
    }
    text + "o0,tall_0.png,48.5,3\no0,other.png,3,3\n"
}

/// The experiment with human maps from another source.
fn looked(human: &str) -> Small {
    let small = Small::new();
    small.human(human);
    small.write("experiments/tiny/looks.csv", table());
    small
}

fn maps(small: &Small, kind: impl Fn(&str) -> bool) -> Vec<(String, Map)> {
    let path = small.path("results/tiny/human/index.csv");
    let index = Table::read(&path).unwrap();
    let rows = index.iter().filter(|row| kind(row.text("observer").unwrap_or_default()));
    rows.map(|row| {
        let name = format!("{} {}", row.text("unit").unwrap(), row.text("picture").unwrap_or_default());
        (name, Map::read_npy(&row.file("file").unwrap()).unwrap())
    })
    .collect()
}

fn summary(small: &Small, unit: &str, quantity: &str) -> f64 {
    let table = Table::read(&small.path("results/tiny/human/summary.csv")).unwrap();
    let found = table.iter().find(|row| {
        (row.text("unit").unwrap_or_default(), row.text("picture"), row.text("quantity"))
            == (unit, None, Some(quantity))
    });
    found.unwrap().number("value").unwrap().unwrap()
}

#[test]
fn fixations_become_densities_scores_and_a_report() {
    let small = looked(FIXATIONS);
    let ran = small.succeeds("run experiments/tiny");
    assert!(ran.stderr.contains("(fixations): 36 taken, 0 first ones left out, 2 rows rejected"), "{}", ran.stderr);
    let rejected = std::fs::read_to_string(small.path("results/tiny/rejected.csv")).unwrap();
    assert!(rejected.contains("looks.csv,38,") && rejected.contains("48.5, 3") && rejected.contains("other.png"));
    let one = maps(&small, |observer| observer == "o1");
    assert_eq!(one.len(), 5, "four pictures and the task");
    for (name, map) in maps(&small, |_| true) {
        assert!((map.to_f64().sum() - 1.0).abs() < 1e-5, "{name}: a density");
        assert_eq!(map.shape(), SHAPE);
    }
    let looks = Table::read(&small.path("results/tiny/human/fixations.csv")).unwrap();
    let first = looks.iter().next().unwrap();
    let cells = ["picture", "observer", "x", "row", "column"].map(|column| first.text(column).unwrap());
    assert_eq!((looks.rows.len(), cells), (36, ["tall_0.png", "o0", "14", "12", "14"]));
    let group = maps(&small, str::is_empty);
    let all: Vec<Array2<f64>> = (0..3).map(|who| maps(&small, |o| o == format!("o{who}"))[2].1.to_f64()).collect();
    let mean: Array2<f64> = all.iter().fold(Array2::zeros(SHAPE), |sum, map| sum + map) / 3.0;
    assert_eq!(group[2].0, "picture wide_0.png");
    assert!(group[2].1.to_f64().iter().zip(&mean).all(|(a, b)| (a - b).abs() < 1e-8));
    let peak = group[2].1.to_f64().indexed_iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
    assert!(peak.0.abs_diff(20) <= 1 && peak.1.abs_diff(26) <= 1, "{peak:?}");
    let reliability = summary(&small, "picture", "reliability_observers");
    assert!((0.5..1.0).contains(&reliability), "{reliability}");
    assert_eq!(summary(&small, "", "looks"), 36.0);

    let scores = Table::read(&small.path("results/tiny/scores.csv")).unwrap();
    let has = |unit: &str, quantity: &str| {
        scores.iter().any(|row| row.text("unit") == Some(unit) && row.text("quantity") == Some(quantity))
    };
    assert!(has("picture", "human_ceiling") && has("picture", "ratio") && has("task", "raw"));
    let report = std::fs::read_to_string(small.path("results/tiny/report.html")).unwrap();
    assert!(
        report.contains("3 observers with 36 fixations of 4 pictures") && !report.contains("classification images of")
    );
    let again = small.succeeds("run experiments/tiny");
    assert!(!again.stdout.contains("done in"), "{}", again.stdout);
}

#[test]
fn metrics_of_fixations_score_an_experiment_by_the_looks_that_enter_its_maps() {
    let small = looked(FIXATIONS);
    small.edit("\"top10\"", "\"nss\", \"shuffled_auc\"");
    small.succeeds("run experiments/tiny");
    let scores = Table::read(&small.path("results/tiny/scores.csv")).unwrap();
    let cell = |unit: &str, metric: &str, method: &str, quantity: &str, column: &str| {
        let of = [("unit", unit), ("metric", metric), ("method", method), ("quantity", quantity)];
        let row = scores.iter().find(|row| of.iter().all(|(name, text)| row.text(name) == Some(text)));
        row.unwrap_or_else(|| panic!("{of:?}")).text(column).unwrap_or_default().to_owned()
    };
    for metric in ["nss", "shuffled_auc"] {
        for method in ["rise", "centre_gaussian"] {
            assert_ne!(cell("picture", metric, method, "raw", "low"), "", "{metric} {method}");
        }
        assert!(cell("task", metric, "rise", "raw", "undefined").contains("single pictures"));
    }
    // Each other's places twice as often as elsewhere.
    let human: f64 = cell("picture", "nss", "rise", "human_leave_one_out", "value").parse().unwrap();
    let chance: f64 = cell("picture", "nss", "rise", "chance", "value").parse().unwrap();
    assert!(human > 2.0 && human > chance + 1.0, "{human} {chance}");
    let report = std::fs::read_to_string(small.path("results/tiny/report.html")).unwrap();
    assert!(report.contains("unit picture, metric nss"));
}

#[test]
fn the_first_fixation_and_the_duration_change_what_they_should() {
    let both = looked(FIXATIONS);
    let first = looked(&format!("{FIXATIONS}drop_first = true\n"));
    for small in [&both, &first] {
        small.succeeds("human experiments/tiny");
    }
    assert_eq!((summary(&first, "", "looks"), summary(&first, "", "first_looks_dropped")), (24.0, 13.0));
    let (a, b) = (maps(&both, str::is_empty), maps(&first, str::is_empty));
    assert!(a.iter().zip(&b).all(|((name, a), (other, b))| name == other && a != b));
    // As long as all three of an observer last alike, weights change nothing; the first twice as long do.
    for (durations, same) in [([50, 50, 50], true), ([100, 50, 50], false)] {
        let timed = looked(&format!("{FIXATIONS}weight = \"duration\"\n"));
        let timing = |(at, line): (usize, &str)| match at {
            0 => format!("{line},duration"),
            at => format!("{line},{}", durations[(at - 1) % 3]),
        };
        let text: Vec<String> = table().lines().enumerate().map(timing).collect();
        timed.write("experiments/tiny/looks.csv", text.join("\n"));
        timed.succeeds("human experiments/tiny");
        let alike = |(_, a): &(String, Map), (_, b): &(String, Map)| {
            a.to_f64().iter().zip(&b.to_f64()).all(|(a, b): (&f64, &f64)| (a - b).abs() < 1e-7)
        };
        assert_eq!(maps(&timed, str::is_empty).iter().zip(&a).all(|(timed, equal)| alike(timed, equal)), same);
    }
}

#[test]
fn a_folder_of_maps_gives_what_the_densities_gave_and_masks_are_blurred() {
    let tables = looked(FIXATIONS);
    let folder = looked("[human]\nsource = \"maps\"\nfiles = [\"maps\"]\nblur = { value = 3.0 }\n");
    for small in [&tables, &folder] {
        small.edit("[\"task\", \"picture\"]", "[\"picture\"]");
    }
    tables.succeeds("run experiments/tiny");
    for who in 0..3 {
        for ((name, map), picture) in maps(&tables, |o| o == format!("o{who}")).iter().zip(PICTURES) {
            assert_eq!(*name, format!("picture {picture}"));
            folder.write(&format!("experiments/tiny/maps/o{who}/{picture}.npy"), map.to_npy());
        }
    }
    folder.write("experiments/tiny/maps/o1/notes.npy", "");
    folder.succeeds("run experiments/tiny");
    let scores = |small: &Small| std::fs::read(small.path("results/tiny/scores.csv")).unwrap();
    assert_eq!(String::from_utf8(scores(&folder)), String::from_utf8(scores(&tables)));
    let rejected = std::fs::read_to_string(folder.path("results/tiny/rejected.csv")).unwrap();
    assert!(rejected.contains("o1/notes.npy,0,") && rejected.lines().count() == 2, "{rejected}");

    let masks = looked("[human]\nsource = \"masks\"\nfiles = [\"maps\"]\nblur = { value = 2.0 }\n");
    for who in 0..2 {
        for picture in PICTURES {
            let painted = |(row, column): (usize, usize)| {
                if (10..20).contains(&row) && (10 + who..30).contains(&column) { 0.8 } else { 0.2 }
            };
            let mask = Picture::from_grey(Array2::from_shape_fn(SHAPE, painted)).unwrap();
            masks.write(&format!("experiments/tiny/maps/o{who}/{picture}"), mask.to_png().unwrap());
        }
    }
    masks.succeeds("human experiments/tiny");
    let map = maps(&masks, |o| o == "o0")[0].1.to_f64();
    assert!((map[[15, 20]] - 1.0).abs() < 0.02 && map[[35, 20]] < 1e-6, "painted is 1, the rest 0");
    assert!((map[[9, 20]] + map[[10, 20]] - 1.0).abs() < 0.01, "the edge is blurred");
}

#[test]
fn fifteen_people_agree_where_they_look_in_a_photograph() {
    let Ok(data) = std::env::var("BUBBLESCOPE_DATA") else {
        println!("skipped: BUBBLESCOPE_DATA is not set");
        return;
    };
    let names = ["1009.jpg", "1060.jpg", "1097.jpg"];
    let known = Known { pictures: names.map(str::to_owned).to_vec(), ..Known::default() };
    let columns = LookColumns { picture: "image".into(), duration: "duration_ms".into(), ..LookColumns::default() };
    let reading = LookTable {
        columns: &columns,
        shape: (150, 200),
        resized: true,
        places: Some(Places { order: Order::XY, width: Some(800.0), ..Places::default() }),
        y: None,
        timed: false,
        drop_first: true,
        clicks: false,
        person: "osie",
    };
    let text = Text::read(&Path::new(&data).join("osie40/fixations.csv")).unwrap();
    let looks = read_looks(&text, &known, reading).unwrap();
    assert_eq!((looks.of.len(), looks.first), (45, 45), "fifteen people, three photographs");
    assert!(
        looks.rejected.iter().all(|one| one.reason.starts_with("no picture is called")),
        "no fixation lies outside"
    );
    let region = Array2::from_elem((150, 200), true);
    let (mut own, mut mixed) = (Gram::default(), Gram::default());
    for picture in names {
        let of = |name: &str| -> Vec<(String, Array2<f64>)> {
            let its = looks.of.iter().filter(|((of, _), _)| of == name);
            its.map(|((_, who), looks)| (who.clone(), density(looks, (150, 200), 6.0).unwrap())).collect()
        };
        let maps = of(picture);
        assert!(maps.iter().all(|(_, map)| (map.sum() - 1.0).abs() < 1e-9));
        let views: Vec<(&str, &Array2<f64>)> = maps.iter().map(|(who, map)| (who.as_str(), map)).collect();
        own.add(&views, &region);
        // Each person on another of the photographs: what is left of agreement is where people look in any.
        let others: Vec<(String, Array2<f64>)> =
            (0..15).map(|who| of(names[who % 3]).into_iter().nth(who).unwrap()).collect();
        let views: Vec<(&str, &Array2<f64>)> = others.iter().map(|(who, map)| (who.as_str(), map)).collect();
        mixed.add(&views, &region);
    }
    let (own, mixed) = (own.reliability().unwrap(), mixed.reliability().unwrap());
    assert!(own > 0.85 && mixed < own - 0.1, "{own} {mixed}");
}
