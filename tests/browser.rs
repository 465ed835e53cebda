//! Exported experiments in a real browser: a whole session is played by a script, with a reload in the middle, and what came of
//! it is held against the design, the renderer and the adaptive procedures in Rust.
//!
//! Needs Chromium, node, and in the folder that BUBBLESCOPE_BROWSER names the packages of the experiment and playwright-core;
//! `.ci/run` puts them there. What cannot be seen here: timing, and what a screen makes of the pixels.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::path::{Path, PathBuf};
use std::process::Command;

use bubblescope::bubbles::Centre;
use bubblescope::experiment::{Experiment, list_pictures};
use bubblescope::picture::Picture;
use bubblescope::table::Table;
use bubblescope::trials::{Role, Trial, Trials};

use small::Small;

/// Where the packages are, on machines that have them.
fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("BUBBLESCOPE_BROWSER").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: BUBBLESCOPE_BROWSER is not set");
    }
    folder
}

/// A session of participant 2, 80 % right, with the pixels of `snapshots` trials.
struct Played {
    small: Small,
    output: PathBuf,
    plan: Vec<Trial>,
    data: Table,
}

const DESIGN: (&str, &str) = (
    "observers = 3\ntrials = 60\nblocks = 2\nmirrored = 0.5",
    "observers = 3\ntrials = 24\nblocks = 2\nmirrored = 0.5\npractice = 2\ncatch = 0.05\nrepeated = 0.1",
);
const EXPORT: (&str, &str) = ("[classification]", "[export]\nfixation = 20\n\n[classification]");

/// The experiment with these edits, exported, and the folder that a server can serve.
fn exported(packages: &Path, small: Small, edits: &[(&str, &str)]) -> (Small, PathBuf) {
    edits.iter().for_each(|(from, to)| small.edit(from, to));
    small.succeeds("export experiments/tiny --to jspsych");
    let folder = small.path("results/tiny/export/jspsych");
    std::os::unix::fs::symlink(packages.join("node_modules"), folder.join("node_modules")).unwrap();
    (small, folder)
}

/// Runs a script of `tests/browser/`, and returns what it prints.
fn script(packages: &Path, name: &str, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(name);
    let ran = Command::new("node").arg(script).args(arguments).env("BUBBLESCOPE_BROWSER", packages).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    said
}

fn play(packages: &Path, edits: &[(&str, &str)], snapshots: usize) -> Played {
    let (small, folder) = exported(packages, Small::new(), &[&[DESIGN, EXPORT], edits].concat());
    let output = small.path("played");
    std::fs::create_dir(&output).unwrap();
    let paths = [&folder, &output].map(|path| path.to_str().unwrap());
    let said = script(packages, "play.mjs", &[&paths[..], &["2", "0.8", &snapshots.to_string()]].concat());
    assert!(said.contains("one reload"), "{said}");
    let plan = Trials::read(&small.path("results/tiny/design")).unwrap().rows;
    let plan = plan.into_iter().filter(|trial| trial.observer == "p002").collect();
    let data = Table::read(&output.join("data.csv")).unwrap();
    Played { small, output, plan, data }
}

fn centres(text: &str) -> Vec<Centre> {
    let centre = |place: &str| {
        let numbers: Vec<usize> = place.split(':').map(|number| number.parse().unwrap()).collect();
        match numbers[..] {
            [row, column] => Centre::new(row, column),
            [band, row, column] => Centre { band: band as u8, row, column },
            _ => panic!("{place}"),
        }
    };
    text.split_whitespace().map(centre).collect()
}

impl Played {
    /// Every planned trial was answered once, in order, behind the first of its centres.
    fn holds_the_plan(&self) {
        assert_eq!(self.data.rows.len(), self.plan.len());
        for (row, planned) in self.data.iter().zip(&self.plan) {
            assert_eq!(row.text("trial_id"), Some(planned.id.as_str()));
            assert_eq!((row.text("participant"), row.text("role")), (Some("p002"), Some(planned.role.name())));
            assert_eq!(row.text("picture"), Some(planned.picture.as_str()));
            let shown = centres(row.text("centres").unwrap_or(""));
            assert_eq!(row.number("n_bubbles").unwrap(), Some(shown.len() as f64));
            assert_eq!(shown, planned.centres[..shown.len()], "{}", planned.id);
            assert!(row.number("rt").unwrap().unwrap() > 0.0);
            assert_eq!(row.text("correct") == Some("true"), row.text("class") == row.text("response"));
        }
    }

    /// The file comes in without a flag: no row is rejected, and the trials are those of the data.
    fn comes_back(&self) {
        let path = self.small.path("experiments/tiny/experiment.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let (head, rest) = text.split_once("[simulation]").unwrap();
        let (_, rest) = rest.split_once("[export]").unwrap();
        std::fs::write(&path, format!("{head}[import]\nfiles = [\"data/*.csv\"]\n\n[export]{rest}")).unwrap();
        let data = std::fs::read(self.output.join("data.csv")).unwrap();
        self.small.write("experiments/tiny/data/p002.csv", data);
        let ran = self.small.succeeds("import experiments/tiny");
        assert!(ran.stderr.contains("0 rows rejected"), "{}", ran.stderr);
        let imported = Trials::read(&self.small.path("results/tiny")).unwrap();
        assert!(!imported.simulated && imported.rows.len() == self.plan.len());
        for (trial, row) in imported.rows.iter().zip(self.data.iter()) {
            assert_eq!(Some(trial.id.as_str()), row.text("trial_id"));
            assert_eq!(trial.centres, centres(row.text("centres").unwrap_or("")), "{}", trial.id);
            assert_eq!(
                (trial.response.as_deref(), trial.role.name()),
                (row.text("response"), row.text("role").unwrap())
            );
            assert_eq!(trial.response_time, row.number("rt").unwrap());
        }
    }

    /// The procedure in Rust, fed the answers, asks for the numbers that the browser showed; repeats show the first number.
    fn adapted_as_in_rust(&self) {
        let experiment = Experiment::read(&self.small.path("experiments/tiny"), None).unwrap();
        let shape = list_pictures(&experiment).unwrap()[0].picture.shape();
        let cover = experiment.cover(&experiment.region(shape).unwrap()).unwrap();
        let count = &experiment.file.design.as_ref().unwrap().count;
        let mut adaptive = count.adaptive(2, cover.revealed_share()).unwrap().unwrap();
        let shown = |id: &str| {
            let row = self.data.iter().find(|row| row.text("trial_id") == Some(id)).unwrap();
            row.number("n_bubbles").unwrap().unwrap() as usize
        };
        let mut numbers = std::collections::BTreeSet::new();
        for (row, planned) in self.data.iter().zip(&self.plan) {
            let expected = match (planned.role, &planned.repeats) {
                (Role::Catch, _) => 0,
                (_, Some(first)) => shown(first),
                _ => adaptive.count(),
            };
            assert_eq!(shown(&planned.id), expected, "{}", planned.id);
            if planned.role == Role::Main && planned.repeats.is_none() {
                adaptive.update(expected, row.text("correct") == Some("true"));
                numbers.insert(expected);
            }
        }
        assert!(numbers.len() > 5, "{numbers:?}");
    }

    /// The canvas is what Rust renders, within one grey level; how many trials were compared.
    fn looks_as_in_rust(&self) -> usize {
        let experiment = Experiment::read(&self.small.path("experiments/tiny"), None).unwrap();
        let pictures = list_pictures(&experiment).unwrap();
        let cover = experiment.cover(&experiment.region(pictures[0].picture.shape()).unwrap()).unwrap();
        let mut compared = 0;
        for planned in &self.plan {
            let Ok(text) = std::fs::read_to_string(self.output.join(format!("pixels-{}.json", planned.id))) else {
                continue;
            };
            let pixels: serde_json::Value = serde_json::from_str(&text).unwrap();
            let bubbles = pixels["bubbles"].as_u64().unwrap() as usize;
            let listed = pictures.iter().find(|listed| listed.name == planned.picture).unwrap();
            let picture = if planned.mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
            let shown = match planned.role {
                Role::Catch => picture,
                _ => cover.show(&cover.prepare(&picture), &planned.centres[..bubbles]),
            };
            let png = self.output.join("rendered.png");
            std::fs::write(&png, shown.to_png().unwrap()).unwrap();
            let rendered = Picture::read(&png).unwrap().to_rgb();
            let canvas = pixels["values"].as_array().unwrap();
            assert_eq!(canvas.len(), rendered.len());
            for (seen, value) in canvas.iter().zip(&rendered) {
                let difference = seen.as_f64().unwrap() - f64::from(*value) * 255.0;
                assert!(difference.abs() < 1.01, "{}: {seen} and {}", planned.id, value * 255.0);
            }
            let levels: std::collections::BTreeSet<u64> = canvas.iter().filter_map(|value| value.as_u64()).collect();
            assert!(levels.len() > 1, "{} shows something", planned.id);
            compared += 1;
        }
        compared
    }
}

const SIZE: &str = "size = { value = 3.0, unit = \"px\", convention = \"sd\" }";

#[test]
fn a_session_in_the_browser_is_the_design_and_comes_back_whole() {
    let Some(packages) = packages() else { return };
    let quest = ("target = 0.75", "target = 0.75, procedure = \"quest\"");
    let played = play(&packages, &[("[bubbles]", "[bubbles]\nlight = \"linear\""), quest], 21);
    played.holds_the_plan();
    played.adapted_as_in_rust();
    assert_eq!(played.looks_as_in_rust(), 20);
    played.comes_back();
}

#[test]
fn bands_and_filters_are_composed_in_the_browser_as_in_rust() {
    let Some(packages) = packages() else { return };
    let bands =
        "[bubbles]\nkind = \"bands\"\ncombine = \"probabilistic_or\"\nbands = { count = 3, budget = \"equal_count\" }";
    let cycles = (SIZE, "size = { value = 1.0, unit = \"cycles\" }");
    let played = play(&packages, &[("[bubbles]", bands), cycles], 21);
    played.holds_the_plan();
    assert!(played.plan.iter().any(|trial| trial.centres.iter().any(|centre| centre.band == 2)));
    assert_eq!(played.looks_as_in_rust(), 20);
    played.comes_back();
    let frequency = ("[bubbles]", "[bubbles]\nkind = \"frequency\"\ncombine = \"max\"");
    let played = play(&packages, &[frequency, (SIZE, "size = { value = 0.4, unit = \"octaves\" }")], 21);
    played.holds_the_plan();
    assert_eq!(played.looks_as_in_rust(), 20);
}

#[test]
fn answers_are_kept_until_somebody_else_has_them() {
    let Some(packages) = packages() else { return };
    let design = (DESIGN.0, "observers = 3\ntrials = 10\nblocks = 2\npractice = 1\ncatch = 0.1");
    let export = (
        EXPORT.0,
        "[export]\nfixation = 20\nduration = 100\nconsent = \"consent.html\"\npost = \"https://example.org/save\"\n\n[classification]",
    );
    let small = Small::new();
    small.write("experiments/tiny/consent.html", "<p>Who, why, and whom to ask.</p>");
    let (_small, folder) = exported(&packages, small, &[design, export]);
    let said = script(&packages, "handover.mjs", &[folder.to_str().unwrap()]);
    assert_eq!(said.lines().count(), 13, "{said}");
}

#[test]
fn the_picture_is_where_the_cross_was_on_every_screen() {
    let Some(packages) = packages() else { return };
    let degrees = ("[pictures]", "[pictures]\ndegrees = 5.0");
    let design = (DESIGN.0, "observers = 3\ntrials = 20\nblocks = 2\npractice = 2\ncatch = 0.2");
    let (_small, folder) = exported(
        &packages,
        Small::new(),
        &[design, (EXPORT.0, "[export]\nfixation = 60\n\n[classification]"), degrees],
    );
    let said = script(&packages, "centre.mjs", &[folder.to_str().unwrap()]);
    assert!(said.lines().count() == 7 && said.ends_with("in the middle\n"), "{said}");
}

#[test]
fn pages_to_fill_in_are_warned_of_every_time_until_they_are_written() {
    let small = Small::new();
    small.edit(
        EXPORT.0,
        "[export]\nconsent = \"consent.html\"\ninstructions = \"instructions.html\"\n\n[classification]",
    );
    let warned = |consent: &str, instructions: &str| {
        small.write("experiments/tiny/consent.html", consent);
        small.write("experiments/tiny/instructions.html", instructions);
        let said = small.succeeds("export experiments/tiny --to jspsych").stderr;
        let text = std::fs::read_to_string(small.path("results/tiny/export/jspsych/settings.json")).unwrap();
        let settings: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            settings["unfinished"].as_array().unwrap().is_empty(),
            !said.contains("not ready for participants"),
            "{said}"
        );
        ["consent", "instructions"].map(|field| said.contains(&format!("[export] {field}")))
    };
    let template = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/jspsych/page").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    assert_eq!(warned(&template("consent.html"), " \n"), [true, true]);
    assert_eq!(warned("<p>Who, and why.</p>", &template("instructions.html")), [false, true]);
    assert_eq!(warned("<p>Who, and why.</p>", &template("instructions.html")), [false, true]);
    assert_eq!(warned("<p>Who, and why.</p>", "<p>Press {keys}.</p>"), [false, false]);
}

#[test]
fn data_are_posted_to_no_address_but_a_safe_one() {
    let small = Small::new();
    small.edit(EXPORT.0, "[export]\npost = \"POST\"\n\n[classification]");
    let mut post = "POST".to_owned();
    for (address, reason) in [
        ("htps:/typo", Some("does not begin with https://")),
        ("javascript:alert(1)", Some("does not begin with https://")),
        ("example.org/save", Some("does not begin with https://")),
        ("http://example.org/save", Some("unencrypted")),
        ("https://me:secret@example.org", Some("name or password")),
        ("https://exam ple.org", Some("holds no ' '")),
        ("http://127.0.0.1:8801/save", None),
        ("https://example.org/save", None),
    ] {
        small.edit(&post, address);
        post = address.to_owned();
        match reason {
            None => assert!(small.succeeds("export experiments/tiny --to jspsych").stdout.contains("npm install")),
            Some(reason) => {
                let ran = small.ran("export experiments/tiny --to jspsych");
                assert_ne!(ran.status, Some(0), "{address}");
                for part in [reason, address, "field export.post"] {
                    assert!(ran.stderr.contains(part), "{address}: {}", ran.stderr);
                }
            }
        }
    }
}
