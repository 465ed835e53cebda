//! Nothing is deleted, overwritten or published that the program did not make itself: results folders, exports that hold answers,
//! outputs, pages, and what is written for spreadsheets and readers that go away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use bubblescope::table::Table;
use bubblescope::trials::{Trial, Trials};

use small::{Ran, Small, assert_same};

const RUN: &str = "run experiments/tiny";
const RESULTS: &str = "results/tiny";

/// The experiment with one quick method and numbers of bubbles that every platform can show.
fn quick() -> Small {
    let small = Small::new();
    small.edit("methods = [\"bubbles\", \"rise\", \"occlusion\", \"grad_cam\"]", "methods = [\"grad_cam\"]");
    small.edit(
        "count = { start = 20, target = 0.75, minimum = 1, maximum = 60 }",
        "count = { start = 20, maximum = 60 }",
    );
    small
}

/// The stages up to the human maps.
const STAGES: [&str; 3] = ["stimuli experiments/tiny", "simulate experiments/tiny", CLASSIFY];
const CLASSIFY: &str = "classify experiments/tiny";

/// The experiment with results up to the human maps.
fn classified() -> Small {
    let small = quick();
    STAGES.iter().for_each(|stage| drop(small.succeeds(stage)));
    small
}

fn text(small: &Small, name: &str) -> String {
    fs::read_to_string(small.path(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
}

/// Runs a command that must fail, with all of these in its message.
fn refused(small: &Small, command: &str, said: &[&str]) -> String {
    let ran = small.ran(command);
    assert_eq!(ran.status, Some(1), "{command}: {}{}", ran.stdout, ran.stderr);
    let missing: Vec<&&str> = said.iter().filter(|words| !ran.stderr.contains(**words)).collect();
    assert!(missing.is_empty(), "{command}: {missing:?} not in {}", ran.stderr);
    ran.stderr
}

#[test]
fn an_export_made_again_leaves_answers_and_files_of_others_where_they_are() {
    let small = quick();
    small.succeeds("stimuli experiments/tiny");
    small.succeeds("simulate experiments/tiny");
    for platform in ["psychopy", "jspsych", "gorilla", "bids"] {
        let folder = format!("{RESULTS}/export/{platform}");
        let export = format!("export experiments/tiny --to {platform}");
        small.succeeds(&export);
        let made = small.files(&folder);
        let own = ["data/p1_1.csv", "data/deep/p2.log", "node_modules/x/index.js", "stimuli/mine.png", "notes.txt"];
        for name in own {
            small.write(&format!("{folder}/{name}"), format!("answers in {name}"));
        }
        let before = small.path(&format!("{folder}/data/p1_1.csv")).metadata().unwrap().modified().unwrap();
        small.edit("title = \"Wide or tall", &format!("title = \"{platform}: Wide or tall"));
        small.succeeds(&export);
        let after = small.files(&folder);
        for name in own {
            assert_eq!(after[name], format!("answers in {name}").into_bytes(), "{platform}");
        }
        let touched = small.path(&format!("{folder}/data/p1_1.csv")).metadata().unwrap().modified().unwrap();
        assert_eq!(before, touched, "{platform}: answers are not even moved");
        if platform != "gorilla" {
            assert!(made.iter().any(|(name, bytes)| after[name] != *bytes), "{platform}: the title is in no file");
        }
        small.edit(&format!("title = \"{platform}: Wide or tall"), "title = \"Wide or tall");
    }
    assert!(!small.path(&format!("{RESULTS}/.moved-aside")).exists());
}

#[test]
fn an_export_removes_what_it_no_longer_makes_and_nothing_else() {
    let small = quick();
    small.succeeds("export experiments/tiny --to psychopy");
    let folder = format!("{RESULTS}/export/psychopy");
    let last = format!("{folder}/conditions/p003_b1.csv");
    assert!(small.path(&last).is_file());
    small.write(&format!("{folder}/conditions/mine.csv"), "mine");
    small.edit("observers = 3", "observers = 2");
    small.succeeds("export experiments/tiny --to psychopy");
    assert!(!small.path(&last).exists() && small.path(&format!("{folder}/conditions/p002_b1.csv")).is_file());
    assert_eq!(text(&small, &format!("{folder}/conditions/mine.csv")), "mine");
}

#[test]
fn a_page_that_was_filled_in_stays_and_is_never_replaced_by_another_in_silence() {
    let small = quick();
    let export = "export experiments/tiny --to jspsych";
    small.succeeds(export);
    let page = format!("{RESULTS}/export/jspsych/consent.html");
    small.write(&page, "<p>filled in</p>");
    small.edit("Wide or tall?", "Tall or wide?");
    let kept = small.succeeds(export);
    assert!(kept.stderr.contains("export/jspsych/consent.html"), "{}", kept.stderr);
    assert_eq!(text(&small, &page), "<p>filled in</p>");
    assert!(text(&small, &format!("{RESULTS}/export/jspsych/settings.json")).contains("Tall or wide?"));
    small.write("experiments/tiny/consent.html", "<p>another</p>");
    small.edit("[classification]", "[export]\nconsent = \"consent.html\"\n\n[classification]");
    refused(&small, export, &["changed by hand", "export/jspsych/consent.html", "--force"]);
    assert_eq!(text(&small, &page), "<p>filled in</p>");
    small.succeeds(&format!("{export} --force"));
    assert_eq!(text(&small, &page), "<p>another</p>");
    assert_eq!(text(&small, &format!("{RESULTS}/.moved-aside/1/export/jspsych/consent.html")), "<p>filled in</p>");
}

#[test]
fn a_folder_of_results_that_holds_files_of_others_is_refused_before_any_work() {
    let small = quick();
    let own = ["human/thesis.txt", "figures/fig1.svg", "scores.csv", "trials.parquet", "model/net.onnx"];
    let beside = ["thesis.tex", "data/answers.csv", "human/.DS_Store"];
    own.iter().chain(&beside).for_each(|name| small.write(&format!("mine/{name}"), format!("x {name}")));
    let before = small.files("mine");
    let run = format!("{RUN} --results mine");
    refused(&small, &run, &[&own[..], &["did not make", "--results", "--force", "mine"]].concat());
    let after: BTreeMap<String, Vec<u8>> =
        small.files("mine").into_iter().filter(|(name, _)| before.contains_key(name)).collect();
    assert_same(&after, &before);
    assert!(!small.path("mine/design").exists(), "nothing was made");
    let classify = "classify experiments/tiny --results mine";
    small.remove("mine/trials.parquet");
    small.succeeds("stimuli experiments/tiny --results mine");
    small.succeeds("simulate experiments/tiny --results mine");
    refused(&small, classify, &["human/thesis.txt"]);
    let forced = small.succeeds(&format!("{run} --force"));
    assert!(forced.stderr.contains("mine/.moved-aside/1: human/thesis.txt"), "{}", forced.stderr);
    let all = small.files("mine");
    for name in own.iter().filter(|name| !["trials.parquet", "model/net.onnx"].contains(name)) {
        let lies = |path: &&String| path.starts_with(".moved-aside/") && path.ends_with(name);
        let at = all.keys().find(lies).unwrap_or_else(|| panic!("{name} is gone"));
        assert_eq!(all[at], format!("x {name}").into_bytes());
    }
    for name in beside.iter().chain(&["model/net.onnx"]) {
        assert_eq!(all[*name], format!("x {name}").into_bytes(), "what is not in the way stays");
    }
    assert!(all["scores.csv"].len() > 100);
    let version = format!("\nresults = {}\n", bubblescope::results::RESULTS_VERSION);
    assert!(String::from_utf8(all["run.toml"].clone()).unwrap().contains(&version));
}

#[test]
fn a_note_among_results_is_refused_by_name_where_they_would_be_made_anew() {
    let small = classified();
    small.write(&format!("{RESULTS}/human/notes.txt"), "my notes");
    assert!(small.succeeds(CLASSIFY).stdout.contains("classify: up to date"), "nothing is in the way");
    small.edit("permutations = 20", "permutations = 22");
    let maps = small.files(&format!("{RESULTS}/human"));
    refused(&small, RUN, &["human/notes.txt"]);
    refused(&small, CLASSIFY, &["human/notes.txt"]);
    assert_same(&small.files(&format!("{RESULTS}/human")), &maps);
    small.succeeds(&format!("{CLASSIFY} --force"));
    assert_eq!(text(&small, &format!("{RESULTS}/.moved-aside/1/human/notes.txt")), "my notes");
    assert!(!small.path(&format!("{RESULTS}/human/notes.txt")).exists());
}

#[test]
fn results_that_a_person_changed_are_kept_aside() {
    let small = classified();
    let before = small.files(RESULTS);
    small.write(&format!("{RESULTS}/human/summary.csv"), "with my comments");
    let again = small.succeeds(CLASSIFY);
    assert!(again.stderr.contains(".moved-aside/1: human/summary.csv"), "{}", again.stderr);
    assert_eq!(text(&small, &format!("{RESULTS}/.moved-aside/1/human/summary.csv")), "with my comments");
    small.remove(&format!("{RESULTS}/.moved-aside"));
    assert_same(&small.files(RESULTS), &before);
}

#[test]
fn a_stage_interrupted_while_its_files_moved_is_finished_by_the_next_run() {
    let small = classified();
    let before = small.files(RESULTS);
    // The files of two times lie side by side, and the record knows both.
    let old = bubblescope::results::hash(b"of an earlier time");
    let record = text(&small, &format!("{RESULTS}/.keys/classify"));
    let (key, files) = record.split_once('\n').unwrap();
    small.write(&format!("{RESULTS}/.keys/classify"), format!("unfinished\n{old}  human/old.npy\n{files}"));
    small.write(&format!("{RESULTS}/human/old.npy"), "of an earlier time");
    small.write(&format!("{RESULTS}/.scratch/classify/{}.complete/human/index.csv", &key[..16]), "moved");
    small.remove(&format!("{RESULTS}/human/index.csv"));
    small.succeeds(CLASSIFY);
    assert_same(&small.files(RESULTS), &before);
}

#[test]
fn results_made_before_files_were_recorded_with_their_experiment_go_on() {
    let small = classified();
    small.remove(&format!("{RESULTS}/.keys/experiment"));
    small.edit("permutations = 20", "permutations = 22");
    small.succeeds(CLASSIFY);
    assert!(small.path(&format!("{RESULTS}/.keys/experiment")).is_file());
}

#[test]
fn two_experiments_of_one_name_do_not_replace_each_others_results() {
    let small = classified();
    for (name, bytes) in small.files("experiments/tiny") {
        small.write(&format!("others/tiny/{name}"), bytes);
    }
    let before = small.files(RESULTS);
    for command in ["run", "stimuli", "plan", "export --to jspsych"] {
        let (first, rest) = command.split_once(' ').unwrap_or((command, ""));
        let other = format!("{first} others/tiny {rest}");
        let said =
            ["another experiment", "experiments/tiny/experiment.toml", "others/tiny/experiment.toml", "--results"];
        refused(&small, &other, &said);
    }
    refused(&small, "run others/tiny --force", &["another experiment"]);
    assert_same(&small.files(RESULTS), &before);
    small.succeeds("stimuli others/tiny --results results/other");
    // The project as a whole may move, and its experiment may be renamed.
    for name in ["experiments", "results"] {
        fs::create_dir_all(small.path("moved")).unwrap();
        fs::rename(small.path(name), small.path(&format!("moved/{name}"))).unwrap();
    }
    let mut there = small.command(CLASSIFY);
    assert!(Ran::of(there.current_dir(small.path("moved"))).success().stdout.contains("classify: up to date"));
    fs::rename(small.path("moved/experiments"), small.path("moved/studies")).unwrap();
    let mut there = small.command("stimuli studies/tiny");
    Ran::of(there.current_dir(small.path("moved"))).success();
}

#[test]
fn tables_are_written_over_no_file_and_beside_every_temporary_one() {
    let small = quick();
    small.write("trials.csv", "observer,picture,correct,centres\no1,wide_0.png,1,3:4\no1,tall_0.png,0,5:6\n");
    for name in ["trials.csv", "rejected.csv", "import.txt"] {
        small.write(&format!("out/.{name}.partial"), "mine");
        small.write(&format!("out/.{name}0.partial"), "mine");
    }
    small.succeeds("import trials.csv --output out");
    let made = small.files("out");
    assert_eq!(made.len(), 9);
    assert!(made.iter().filter(|(name, _)| name.ends_with(".partial")).all(|(_, bytes)| bytes == b"mine"));
    refused(&small, "import trials.csv --output out", &["exists already"]);
    refused(&small, "import trials.csv --output other --force", &["for an experiment"]);
    assert_same(&small.files("out"), &made);
    small.write("experiments/first/experiment.toml", "mine");
    refused(&small, "new first", &["exists already"]);
    let twice = "consistency a.csv b.csv --output both.csv --accuracy both.csv";
    refused(&small, twice, &["both.csv is to hold both tables"]);
}

#[test]
fn a_page_outside_the_folder_of_the_experiment_is_not_published() {
    let small = quick();
    small.write("secret.html", "SECRET");
    small.write("elsewhere/page.html", "SECRET");
    small.write("experiments/tiny/pages/own.html", "<p>own</p>");
    let absolute = small.path("secret.html").display().to_string();
    let mut names =
        vec!["../../secret.html", "pages/../../../secret.html", &absolute, "{data}/page.html", "../absent.html"];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink("../../secret.html", small.path("experiments/tiny/link.html")).unwrap();
        names.push("link.html");
    }
    small.succeeds("stimuli experiments/tiny");
    small.edit("[classification]", "[export]\nconsent = \"pages/own.html\"\n\n[classification]");
    let mut before = "pages/own.html".to_owned();
    for field in ["consent", "instructions"] {
        for name in &names {
            small.edit(&format!("\"{before}\""), &format!("\"{name}\""));
            before = (*name).to_owned();
            let export = "export experiments/tiny --to jspsych --data elsewhere";
            refused(&small, export, &[&format!("field export.{field}"), name, "outside the folder of the experiment"]);
            assert!(!small.path(&format!("{RESULTS}/export")).exists());
        }
        small.edit(&format!("\"{before}\""), "\"./pages/own.html\"");
        before = "./pages/own.html".to_owned();
        if field == "consent" {
            small.edit("consent = ", "instructions = ");
        }
    }
    small.succeeds("export experiments/tiny --to jspsych");
    assert_eq!(text(&small, &format!("{RESULTS}/export/jspsych/instructions.html")), "<p>own</p>");
}

/// Ids, answers and notes that a spreadsheet would run, or that look as if they were marked.
const NAMES: [&str; 9] = ["=HYPERLINK(\"http://x\")", "@x", "+1", "-1", "-a", "'=a", "''-b", "'c", "plain"];

#[test]
fn cells_that_spreadsheets_would_run_are_marked_and_come_back_as_they_were() {
    let small = quick();
    let mut table = Table::new(&["observer", "picture", "response", "correct", "centres", "remark"]);
    for (at, name) in NAMES.iter().enumerate() {
        for (number, picture) in ["wide_0.png", "tall_0.png", "wide_1.png", "tall_1.png"].into_iter().enumerate() {
            let answer = if at % 2 == 0 { "wide" } else { "tall" };
            let correct = if picture.starts_with(answer) { "1" } else { "0" };
            let place = format!("{}:{}", 3 + at, 4 + number);
            table.push([*name, picture, answer, correct, &place, name].map(str::to_owned));
        }
    }
    // A file of somebody else, in which nothing is marked.
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let lines = std::iter::once(&table.columns).chain(&table.rows);
    let lines: Vec<String> = lines.map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
    small.write("names.csv", lines.join("\n") + "\n");
    let said = small.succeeds("import names.csv --output out").stderr;
    assert!(said.contains("would run as formulas: -a, =HYPERLINK(\"http://x\"), @x;"), "{said}");
    let written = text(&small, "out/trials.csv");
    for cell in [",\"'=HYPERLINK(\"\"http://x\"\")\",", ",'@x,", ",'-a,", ",+1,", ",-1,", ",''=a,", ",'''-b,", ",'c,"] {
        assert!(written.contains(cell), "{cell} {written}");
    }
    small.succeeds("import out/trials.csv --output again");
    assert_eq!(text(&small, "again/trials.csv"), written);

    small.import("[import]\nfiles = [\"trials.csv\"]\ncarry = [\"remark\"]\n", lines.join("\n"));
    small.succeeds("import experiments/tiny");
    let trials = Trials::read(&small.path(RESULTS)).unwrap();
    let observers: Vec<&str> = trials.rows.iter().step_by(4).map(|trial| &*trial.observer).collect();
    assert_eq!(observers, NAMES);
    assert!(trials.rows.iter().all(|trial: &Trial| trial.other["remark"] == trial.observer));
    let listed = Table::read(&small.path(&format!("{RESULTS}/observers.csv"))).unwrap();
    let ids: Vec<&str> = listed.iter().map(|row| row.needed("observer").unwrap()).collect();
    assert!(NAMES.iter().all(|name| ids.contains(name)), "{ids:?}");
    assert!(text(&small, &format!("{RESULTS}/observers.csv")).contains("'@x"));
}

#[test]
fn a_reader_that_goes_away_ends_no_work() {
    let small = quick();
    for command in ["list metrics", "--help", RUN] {
        let mut child = small.command(command).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{command}: {said}");
        assert!(!said.contains("panicked") && !said.contains("error"), "{command}: {said}");
    }
    assert!(small.path(&format!("{RESULTS}/report.html")).is_file(), "the run went to its end");
    let mut child = small.command("stimuli experiments/tiny --results other").stdout(Stdio::null()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    let small = quick();
    for command in ["list metrics", "--version"] {
        let output = fs::OpenOptions::new().write(true).open(full).unwrap();
        let ran = Ran::of(small.command(command).stdout(output));
        assert_eq!(ran.status, Some(1), "{command}");
        assert!(ran.stderr.starts_with("error: cannot write to standard output: No space left"), "{}", ran.stderr);
    }
}

#[test]
fn a_damaged_parquet_file_is_an_error_and_no_panic_is_printed() {
    let rows = (0..80).map(|number| Trial {
        observer: "o1".to_owned(),
        picture: format!("p{number}.png"),
        number,
        correct: Some(number % 2 == 0),
        ..Trial::default()
    });
    let bytes = Trials { rows: rows.collect(), simulated: false }.to_parquet().unwrap();
    let small = quick();
    // In a process of its own each, since some lengths ask for more memory than there is.
    let said = (0..bytes.len()).step_by(7).find_map(|at| {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        small.write("f.parquet", damaged);
        let ran = small.ran(&format!("import f.parquet --output out{at}"));
        (ran.status == Some(1) && ran.stderr.contains("contradict one another")).then_some(ran.stderr)
    });
    let said = said.expect("a byte makes the reader panic");
    assert!(said.starts_with("error: this Parquet table cannot be read") && !said.contains("panicked"), "{said}");
}

#[test]
fn plans_and_pictures_that_cannot_be_held_are_refused_at_once() {
    let small = quick();
    small.edit("observers = 3\ntrials = 60", "observers = 100000\ntrials = 1000000");
    refused(&small, "stimuli experiments/tiny", &["100000 observers", "1000000", "100000000000 trials", "10000000"]);
    small.edit("observers = 100000\ntrials = 1000000", "observers = 1000\ntrials = 10000");
    small.edit("maximum = 60", "maximum = 1000");
    refused(&small, "stimuli experiments/tiny", &["design.count.maximum", "10000000000 bubbles"]);
}

#[test]
fn the_version_of_the_results_is_told() {
    let small = quick();
    let version = bubblescope::results::RESULTS_VERSION;
    assert!(small.succeeds("--version").stdout.ends_with(&format!(" (results {version})\n")));
}
