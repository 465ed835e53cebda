//! The stages from end to end on a small experiment: the same bytes on every run, whatever interrupts it, and nothing
//! redone that did not change. What cannot be seen here: whether the numbers are right.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::os::unix::fs::MetadataExt;
use std::sync::OnceLock;
use std::time::Instant;

use bubblescope::map::Map;
use bubblescope::results::Results;
use bubblescope::table::Table;
use bubblescope::trials::{Trial, Trials};

use small::{Files, Ran, SHAPE, Small, assert_same, line};

const RESULTS: &str = "results/tiny";
const RUN: &str = "run experiments/tiny";

/// The results of one uninterrupted run of the unchanged experiment, on two threads.
fn reference() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let small = Small::new();
        let first = Ran::of(small.command(RUN).env("RAYON_NUM_THREADS", "2")).success();
        assert!(first.stdout.contains("stimuli: done") && !first.stdout.contains("up to date"), "{}", first.stdout);
        small.files(RESULTS)
    })
}

/// The experiment with finished results.
fn finished() -> Small {
    let small = Small::new();
    reference().iter().for_each(|(name, bytes)| small.write(&format!("{RESULTS}/{name}"), bytes));
    small
}

/// What a file is on disk: it changes whenever the file is written anew.
fn stamps(small: &Small) -> BTreeMap<String, (u64, i64, i64)> {
    let stamp = |name: &String| {
        let data = small.path(&format!("{RESULTS}/{name}")).metadata().unwrap();
        (name.clone(), (data.ino(), data.mtime(), data.mtime_nsec()))
    };
    small.files(RESULTS).keys().map(stamp).collect()
}

/// The visible files written anew, removed or added by a run after a change.
fn rewritten(small: &Small) -> BTreeSet<String> {
    let before = stamps(small);
    small.succeeds(RUN);
    let after = stamps(small);
    let names = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name));
    names.filter(|name| !name.starts_with('.')).cloned().collect()
}

/// The visible files of which one of the prefixes is a beginning.
fn beginning<'a>(names: impl IntoIterator<Item = &'a String>, prefixes: &[&str]) -> BTreeSet<String> {
    let wanted = |name: &&String| prefixes.iter().any(|prefix| name.starts_with(prefix));
    names.into_iter().filter(wanted).cloned().collect()
}

#[test]
fn a_second_run_finds_everything_up_to_date_and_changes_no_file() {
    let small = finished();
    let before = stamps(&small);
    let second = small.succeeds(RUN);
    let stages = ["stimuli", "simulate", "classify", "attribute", "score", "report"];
    for (at, stage) in stages.iter().enumerate() {
        assert!(second.stdout.contains(&format!("[{}/6] {stage}: up to date", at + 1)), "{}", second.stdout);
    }
    assert!(second.stdout.ends_with("open results/tiny/report.html\n"), "{}", second.stdout);
    let after = stamps(&small);
    let written: Vec<&String> = after.keys().filter(|name| after.get(*name) != before.get(*name)).collect();
    assert!(written.is_empty(), "{written:?}");
    assert_same(&small.files(RESULTS), reference());
    assert!(!small.path("results/tiny/.scratch").exists());
}

#[test]
fn one_thread_in_another_folder_gives_the_same_bytes() {
    let small = Small::new();
    Ran::of(small.command(RUN).env("RAYON_NUM_THREADS", "1")).success();
    assert_same(&small.files(RESULTS), reference());
}

#[test]
fn another_seed_gives_other_maps() {
    let small = finished();
    small.edit("seed = 7", "seed = 8");
    small.succeeds(RUN);
    let (found, expected) = (small.files(RESULTS), reference());
    for folder in ["human/", "model/pool/rise/", "model/dense/bubbles/", "design/"] {
        assert!(
            beginning(expected.keys(), &[folder]).iter().any(|name| found.get(name) != expected.get(name)),
            "{folder}"
        );
    }
}

#[test]
fn a_parameter_of_one_method_redoes_its_maps_the_scores_and_the_report() {
    let small = finished();
    small.edit("masks = 12", "masks = 14");
    let maps = ["model/pool/rise/", "model/dense/rise/", "missing_maps.csv"];
    let expected = [&maps[..], &["scores.", "report.html", "figures/", "run.toml"]].concat();
    assert_eq!(rewritten(&small), beginning(small.files(RESULTS).keys(), &expected));
}

#[test]
fn a_title_redoes_the_report_alone() {
    let small = finished();
    small.edit("Wide or tall?", "Tall or wide?");
    let expected = ["report.html", "figures/", "run.toml"];
    assert_eq!(rewritten(&small), beginning(small.files(RESULTS).keys(), &expected));
}

#[test]
fn the_number_of_permutations_leaves_trials_and_saliency_maps_alone() {
    let small = finished();
    small.edit("permutations = 20", "permutations = 25");
    let changed = rewritten(&small);
    assert!(changed.contains("human/summary.csv") && changed.contains("scores.csv"), "{changed:?}");
    assert!(beginning(&changed, &["model/", "design/", "trials", "centres"]).is_empty(), "{changed:?}");
}

#[test]
fn another_weight_seed_leaves_the_maps_of_the_others_alone() {
    let small = finished();
    small.write("experiments/tiny/models/small_pool_seed3.onnx", small::network("small_pool_seed2"));
    let text = std::fs::read_to_string(small.path("experiments/tiny/experiment.toml")).unwrap();
    small.write("experiments/tiny/experiment.toml", text.replacen("seeds = [1, 2]", "seeds = [1, 2, 3]", 1));
    let changed = rewritten(&small);
    let maps = beginning(&changed, &["model/"]);
    assert!(maps.contains("model/pool/network-seed3.csv") && maps.contains("model/pool/rise/seed3/index.csv"));
    assert!(maps.iter().all(|name| name.contains("seed3")), "{maps:?}");
    assert!(changed.contains("scores.csv") && beginning(&changed, &["human/", "design/", "trials"]).is_empty());
}

#[test]
fn counterparts_are_baselines_of_their_own_map_and_leave_every_other_map_alone() {
    let small = finished();
    small.edit("[attribution]\n", "[attribution]\ncounterparts = [\"untrained\", \"other_class\"]\n");
    let changed = rewritten(&small);
    let maps = beginning(&changed, &["model/"]);
    assert!(maps.iter().all(|name| name.contains("/untrained/") || name.contains("/other_class/")), "{maps:?}");
    assert!(changed.contains("scores.csv") && beginning(&changed, &["human/", "design/", "trials"]).is_empty());
    let map = |folder: &str| {
        let file = format!("{RESULTS}/model/pool/occlusion/{folder}seed1/wide_0.png.npy");
        Map::read_npy(&small.path(&file)).unwrap().to_f64()
    };
    // The margin of the other of two classes is that of the first with its sign turned.
    assert_eq!(map("other_class/"), -map(""));
    assert_ne!(map("untrained/"), map(""));
    let index = format!("{RESULTS}/model/pool/occlusion/other_class/seed1/index.csv");
    let index = Table::read(&small.path(&index)).unwrap();
    for row in index.iter() {
        let own = row.text("picture").unwrap().split('_').next().unwrap();
        assert_ne!(row.text("target"), Some(own), "it is the other class that is explained");
    }
    let scores = Table::read(&small.path(&format!("{RESULTS}/scores.csv"))).unwrap();
    let number = |counterpart: &str, quantity: &str| {
        let wanted = [("model", "pool"), ("method", "grad_cam"), ("unit", "task"), ("metric", "pearson")];
        let mut rows = scores.iter().filter(|row| {
            wanted.iter().all(|(column, value)| row.text(column) == Some(value))
                && row.text("counterpart").unwrap_or("") == counterpart
                && row.text("quantity") == Some(quantity)
        });
        let row = rows.next();
        assert!(rows.next().is_none(), "{counterpart} {quantity}");
        row.map(|row| row.number("value").unwrap())
    };
    for counterpart in ["untrained", "other_class"] {
        assert!(number(counterpart, "raw").is_some());
        assert!(number(counterpart, "over_baseline").is_none() && number(counterpart, "rank").is_none());
    }
    assert!(number("", "over_baseline").is_some());
    let report = std::fs::read_to_string(small.path(&format!("{RESULTS}/report.html"))).unwrap();
    assert!(
        report.contains("<td><span class=\"counterpart\">untrained</span>") && report.contains("<td>other_class</td>")
    );
}

#[test]
fn what_is_taken_out_of_the_experiment_is_not_scored() {
    for (from, to) in [
        ("\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"", "\"rise\", \"grad_cam\""),
        (
            "name = \"dense\"\nfile = \"models/small_dense_seed{seed}.onnx\"\nseeds = [1, 2]",
            "name = \"dense\"\nfile = \"models/small_dense_seed{seed}.onnx\"\nseeds = [2]",
        ),
        ("name = \"pool\"", "name = \"global\""),
    ] {
        let (changed, fresh) = (finished(), Small::new());
        for small in [&changed, &fresh] {
            small.edit(from, to);
            small.succeeds(RUN);
        }
        let scores = |small: &Small| Table::read(&small.path(&format!("{RESULTS}/scores.csv"))).unwrap().rows;
        let (found, expected) = (scores(&changed), scores(&fresh));
        let additional = found.iter().find(|row| !expected.contains(row));
        assert!(additional.is_none() && found.len() == expected.len(), "{to}: {additional:?}");
    }
}

#[test]
fn a_killed_run_goes_on_and_ends_with_the_same_bytes() {
    let small = Small::new();
    let began = Instant::now();
    small.succeeds(&format!("{RUN} --results timed"));
    let whole = began.elapsed();
    let mut killed = 0;
    for parts in [[2, 6, 10], [4, 12, 8], [14, 6, 3]] {
        let folder = format!("killed{}", parts[0]);
        for part in parts {
            let mut child = small.command(&format!("{RUN} --results {folder}")).spawn().unwrap();
            std::thread::sleep(whole * part / 20);
            killed += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        small.succeeds(&format!("{RUN} --results {folder}"));
        assert_same(&small.files(&folder), reference());
        assert!(!small.path(&format!("{folder}/.scratch")).exists());
    }
    assert!(killed >= 3, "only {killed} of 9 runs were still going when they were killed");
}

/// Records that a unit is unfinished, as a run killed in the middle of it does; its scratch folder.
fn unfinish(small: &Small, unit: &str) -> String {
    let key = format!("{RESULTS}/.keys/{}", unit.replace('/', "+"));
    let text = std::fs::read_to_string(small.path(&key)).unwrap();
    let (finished, files) = text.split_once('\n').unwrap();
    small.write(&key, format!("unfinished\n{files}"));
    format!("{RESULTS}/.scratch/{}/{}", unit.replace('/', "+"), &finished[..16])
}

#[test]
fn a_run_killed_while_maps_move_into_place_makes_them_again() {
    let unit = "model/pool/rise/seed1";
    let small = finished();
    let index = Table::read(&small.path(&format!("{RESULTS}/{unit}/index.csv"))).unwrap();
    let columns: Vec<&str> = index.columns.iter().map(String::as_str).collect();
    let scratch = unfinish(&small, unit);
    for row in &index.rows {
        let mut table = Table::new(&columns);
        table.rows.push(row.clone());
        small.write(&format!("{scratch}.complete/rows/{}.csv", row[0]), table.to_csv().unwrap());
    }
    small.succeeds(RUN);
    assert_same(&small.files(RESULTS), reference());
}

#[test]
fn a_run_killed_between_the_two_copies_of_the_count_of_bubbles_writes_both() {
    let unit = "model/pool/bubbles/seed1";
    let small = finished();
    let count = small.files(RESULTS)[&format!("{unit}/count.csv")].clone();
    let scratch = unfinish(&small, unit);
    small.write(&format!("{scratch}/count.csv"), count);
    small.succeeds(RUN);
    assert_same(&small.files(RESULTS), reference());
}

#[test]
fn a_file_that_was_removed_or_altered_is_made_again() {
    let names = reference().keys().filter(|name| !name.starts_with('.') && !reference()[*name].is_empty());
    let every_kind: BTreeMap<String, &String> =
        names.map(|name| (name.chars().filter(|c| !c.is_ascii_digit()).collect(), name)).collect();
    let small = finished();
    for (at, name) in every_kind.values().enumerate() {
        let path = format!("{RESULTS}/{name}");
        if at % 2 == 0 { small.write(&path, "altered") } else { small.remove(&path) }
    }
    small.succeeds(RUN);
    small.remove(&format!("{RESULTS}/.moved-aside"));
    assert_same(&small.files(RESULTS), reference());
}

/// Trials as a table with the names of columns that a laboratory might use.
fn as_written_elsewhere(trials: &Trials, head: &str) -> String {
    let mut text = format!("{head}\n");
    for trial in &trials.rows {
        let centres: Vec<String> = trial.centres.iter().map(|c| format!("{}:{}", c.row, c.column)).collect();
        let correct = trial.correct.map_or("NA", |correct| if correct { "1" } else { "0" });
        let (mirrored, picture) = (u8::from(trial.mirrored), &trial.picture);
        let (observer, block, number) = (&trial.observer, &trial.block, trial.number);
        let (response, time) = (trial.response.as_deref().unwrap_or(""), trial.response_time.unwrap());
        let centres = centres.join(" ");
        writeln!(text, "{centres};{correct};shown/{picture};{observer};{block};{number};{mirrored};{response};{time}")
            .unwrap();
    }
    text
}

const COLUMNS: &str = "[import]
files = [\"trials.csv\"]
[import.columns]
observer = \"participant\"
block = \"run\"
trial = \"n\"
picture = \"stimulus\"
mirrored = \"flipped\"
response = \"key\"
correct = \"acc\"
response_time = \"rt\"
centres = \"xy\"
";

#[test]
fn imported_trials_give_the_maps_of_the_same_simulated_trials() {
    let simulated = finished();
    let trials = Trials::read(&simulated.path(RESULTS)).unwrap();
    let small = Small::new();
    small.import(COLUMNS, as_written_elsewhere(&trials, "xy;acc;stimulus;participant;run;n;flipped;key;rt"));
    let ran = small.succeeds(RUN);
    assert!(
        ran.stderr.contains("180 trials taken, 0 rows rejected") && !ran.stdout.contains("SIMULATED"),
        "{}",
        ran.stderr
    );
    let imported = Trials::read(&small.path(RESULTS)).unwrap();
    let without_id = |trial: &Trial| Trial { id: String::new(), ..trial.clone() };
    let expected: Vec<Trial> = trials.rows.iter().map(without_id).collect();
    assert!(!imported.simulated && imported.rows == expected, "the table names no ids of trials, and all else");
    let mut expected = simulated.files("results/tiny/human");
    for name in ["index.csv", "observers.csv", "tests.csv"] {
        let text = String::from_utf8(expected[name].clone()).unwrap();
        let people = text.replace(",true\n", ",false\n").replace(",true,", ",false,");
        expected.insert(name.to_owned(), people.into_bytes());
    }
    assert_same(&small.files("results/tiny/human"), &expected);
}

#[test]
fn the_stages_one_after_another_are_what_run_does() {
    let small = Small::new();
    for stage in ["stimuli", "simulate", "classify", "attribute", "score", "report"] {
        let ran = small.succeeds(&format!("{stage} experiments/tiny/experiment.toml"));
        assert!(ran.stdout.starts_with(&format!("{stage}: done")), "{}", ran.stdout);
    }
    assert_same(&small.files(RESULTS), reference());
}

#[test]
fn simulated_data_say_so_wherever_they_go() {
    let small = finished();
    assert!(small.succeeds(RUN).stdout.contains("SIMULATED"));
    assert!(Trials::read(&small.path(RESULTS)).unwrap().simulated);
    for name in ["human/index.csv", "human/observers.csv", "scores.csv"] {
        let table = Table::read(&small.path(&format!("{RESULTS}/{name}"))).unwrap();
        assert!(table.rows.len() > 2, "{name}");
        assert!(table.iter().all(|row| row.text("simulated") == Some("true")), "{name}");
    }
    let record = String::from_utf8(reference()["run.toml"].clone()).unwrap();
    assert!(record.contains("simulated = true"), "{record}");
}

#[test]
fn names_from_files_become_no_paths() {
    let small = Small::new();
    let picture = "a b<script>.png";
    small.write(&format!("experiments/tiny/pictures/{picture}"), line(SHAPE, 12, true));
    small.write("experiments/tiny/pictures/=cmd & é.png", line(SHAPE, 12, false));
    small.edit("files = \"wide_*.png\"", "files = \"a b*.png\"");
    small.edit("files = \"tall_*.png\"", "files = \"=*.png\"");
    small.edit("methods = [\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", "methods = [\"grad_cam\"]");
    small.succeeds(&format!("{RUN} --results simulated"));
    let mut trials = Trials::read(&small.path("simulated")).unwrap();
    trials.rows.iter_mut().filter(|trial| trial.number % 2 == 0).for_each(|trial| trial.observer = "../../evil".into());
    trials.rows.iter_mut().enumerate().for_each(|(at, trial)| trial.number = at as u32);
    small.import(COLUMNS, as_written_elsewhere(&trials, "xy;acc;stimulus;participant;run;n;flipped;key;rt"));
    let before: BTreeSet<String> = small.files("").into_keys().collect();
    small.succeeds(RUN);
    let after: BTreeSet<String> = small.files("").into_keys().collect();
    let written: Vec<&String> = after.difference(&before).collect();
    let safe = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "._-+/".contains(c));
    assert!(written.iter().all(|name| name.starts_with("results/tiny/") && safe(name)), "{written:?}");
    let text = |name: &str| String::from_utf8(small.files(RESULTS)[name].clone()).unwrap();
    assert!(text("human/index.csv").contains("../../evil") && text("human/index.csv").contains(picture));
    assert!(text("model/pool/grad_cam/seed1/index.csv").contains(picture));
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let small = finished();
    let lock = Results::new(&small.path(RESULTS)).lock().unwrap();
    for command in [RUN, "score experiments/tiny"] {
        let second = small.ran(command);
        assert_eq!(second.status, Some(1));
        assert!(second.stderr.starts_with("error: another run is writing"), "{}", second.stderr);
    }
    drop(lock);
    small.succeeds(RUN);
}

/// Quick metrics, one of each kind: changed pictures, a changed picture and network for the method, the map alone.
const FAITHFULNESS: &str = "metrics = [\"deletion\", \"randomisation\", \"pointing_game\", \"sparseness\"]
parameters = { deletion = { steps = 5 }, randomisation = { depths = 2 } }";

#[test]
fn maps_are_judged_with_the_same_bytes_on_any_number_of_threads_and_after_an_interruption() {
    let small = finished();
    small.faithfulness(FAITHFULNESS);
    let changed = rewritten(&small);
    let expected = ["faithfulness", "report.html", "figures/", "run.toml"];
    assert_eq!(changed, beginning(small.files(RESULTS).keys(), &expected), "scores and maps stay as they are");
    let table = Table::read(&small.path(&format!("{RESULTS}/faithfulness.csv"))).unwrap();
    // Two models, four methods and three controls, four pictures; one area, two depths of two kinds, one hit, one index.
    assert_eq!(table.rows.len(), 2 * (4 + 3) * 4 * (1 + 2 * 2 + 1 + 1));
    let mut dead = BTreeSet::new();
    for row in table.iter() {
        let (metric, method) = (row.needed("metric").unwrap(), row.needed("method").unwrap());
        assert_eq!(row.needed("seed").unwrap(), "1", "the first weight seed of each model");
        let value = row.number("value").unwrap();
        assert_ne!(value.is_some(), row.text("undefined").is_some(), "a value or a reason");
        let reason = row.text("undefined").unwrap_or_default();
        let is_dead = metric == "randomisation" && reason == "the map of the randomised network is the same everywhere";
        if is_dead {
            dead.insert(format!("{} {}", row.needed("model").unwrap(), row.needed("layers").unwrap()));
        }
        let explained = is_dead || reason == "the experiment names no region";
        assert_eq!(explained, is_dead || metric == "pointing_game", "{method} {metric} {reason}");
        assert_eq!(row.text("layers").is_some(), metric == "randomisation");
        assert_eq!(row.text("better") == Some("nearer to 0"), metric == "randomisation");
        if metric == "randomisation" && method.starts_with("control_") {
            assert_eq!(value, Some(1.0), "a control knows no weights");
        }
        if metric == "deletion" {
            assert_eq!(row.text("parameters"), Some("steps=5"));
        }
    }
    assert!(dead.len() <= 1, "random weights may silence every rectifier of a small network, and seldom do: {dead:?}");
    let page = String::from_utf8(small.files(RESULTS)["report.html"].clone()).unwrap();
    assert!(page.contains("id=\"faithfulness\"") && page.contains("control_edges"));
    assert!(small.succeeds(RUN).stdout.contains("[5/7] faithfulness: up to date"));

    let judged = small.files(RESULTS);
    let alone = finished();
    alone.faithfulness(FAITHFULNESS);
    Ran::of(alone.command("faithfulness experiments/tiny").env("RAYON_NUM_THREADS", "1")).success();
    let unit = "faithfulness/pool/rise/seed1.csv";
    let scratch = unfinish(&alone, unit);
    alone.remove(&format!("{RESULTS}/{unit}"));
    alone.remove(&format!("{RESULTS}/faithfulness.csv"));
    let rows = Table::read(&small.path(&format!("{RESULTS}/{unit}"))).unwrap();
    let mut left = Table::new(&rows.columns.iter().map(String::as_str).collect::<Vec<_>>());
    left.rows = rows.rows.iter().filter(|row| row[3] == "tall_0.png").cloned().collect();
    alone.write(&format!("{scratch}/rows/tall_0.png.csv"), left.to_csv().unwrap());
    alone.succeeds(RUN);
    assert_same(&alone.files(RESULTS), &judged);

    small.edit("metrics = [\"deletion\", \"randomisation\", \"pointing_game\", \"sparseness\"]", "metrics = []");
    small.succeeds(RUN);
    let page = String::from_utf8(small.files(RESULTS)["report.html"].clone()).unwrap();
    assert!(!page.contains("id=\"faithfulness\""), "what is no longer asked is not reported");
}

#[test]
fn a_map_that_mixes_a_picture_with_its_mirror_image_is_not_judged() {
    let small = Small::new();
    small.edit("methods = [\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", "methods = [\"grad_cam\"]");
    small.edit("coordinates = \"picture\"", "coordinates = \"presentation\"");
    small.faithfulness("metrics = [\"sparseness\"]\nseeds = 5");
    small.succeeds(RUN);
    let table = Table::read(&small.path(&format!("{RESULTS}/faithfulness.csv"))).unwrap();
    assert_eq!(table.rows.len(), 2 * 2 * (1 + 3) * 4, "five seeds are asked for, and there are two");
    for row in table.iter() {
        let is_control = row.needed("method").unwrap().starts_with("control_");
        assert_eq!(row.text("undefined").is_some_and(|reason| reason.contains("mirror image")), !is_control);
    }
}
