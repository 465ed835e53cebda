//! The beginning of an experiment: a design that nobody has answered yet, everything looked at before any work, `new`, and
//! every example and command of the documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod small;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bubblescope::experiment::{Experiment, File};
use small::{Ran, SHAPE, Small, line, network, template};
use toml::{Table, Value};

const SIMULATION: &str = "[simulation]\ntemplate = \"template.png\"\nsensitivity = 6.0\nspread = 0.1\nlapse = 0.02\n";

/// The small experiment before anybody has answered.
fn design_alone() -> Small {
    let small = Small::new();
    small.edit(SIMULATION, "");
    small.edit("target = 0.75, ", "");
    small
}

#[test]
fn a_design_that_nobody_answered_is_planned_exported_and_checked() {
    let small = design_alone();
    small.plan("simulations = 20");
    small.succeeds("stimuli experiments/tiny");
    for platform in ["jspsych", "psychopy", "gorilla"] {
        small.succeeds(&format!("export experiments/tiny --to {platform}"));
        assert!(small.path(&format!("results/tiny/export/{platform}")).is_dir(), "{platform}");
    }
    let plan = small.succeeds("plan experiments/tiny").stdout;
    assert!(
        plan.contains("From the correlation 0.100") && plan.contains("This correlation is an assumption"),
        "{plan}"
    );
    let run = small.succeeds("run experiments/tiny").stdout;
    assert!(run.contains("[1/1] stimuli") && run.contains("nobody has answered these trials yet"), "{run}");
    assert!(run.contains("--to jspsych") && run.contains("[import] files"), "{run}");
    let checked = small.succeeds("check experiments/tiny").stdout;
    assert!(checked.contains("ok     network pool, seed 1"), "{checked}");
    for command in ["classify experiments/tiny", "report experiments/tiny", "export experiments/tiny --to bids"] {
        let ran = small.ran(command);
        assert_eq!(ran.status, Some(1), "{command}");
        assert!(ran.stderr.contains("nobody has answered the trials of this experiment yet"), "{}", ran.stderr);
    }
}

#[test]
fn a_plan_from_what_is_given_assumes_nothing() {
    let small = design_alone();
    small.plan("simulations = 20\ncorrelation = 0.3");
    let plan = small.succeeds("plan experiments/tiny").stdout;
    assert!(plan.contains("From the correlation 0.300") && !plan.contains("assumption"), "{plan}");
}

/// A fault that lies in what the experiment file names, and what is said about it.
type Fault = (&'static str, fn(&Small), &'static str);

const GREY: &str = "channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]";

static FAULTS: &[Fault] = &[
    ("no network", |s| s.remove("experiments/tiny/models/small_pool_seed2.onnx"), "cannot read the network"),
    (
        "a file that is no network",
        |s| s.write("experiments/tiny/models/small_dense_seed2.onnx", "not a network"),
        "this is not an ONNX network",
    ),
    ("channels", |s| s.edit(GREY, &GREY.replace("grey", "rgb")), "the network takes 1 channel"),
    (
        "outputs",
        |s| s.edit(GREY, &GREY.replace("\"tall\"]", "\"tall\", \"round\"]")),
        "the network has 2 outputs, and [model.output] names 3",
    ),
    (
        "probabilities",
        |s| s.edit(GREY, &GREY.replace("] }", "], values = \"probabilities\" }")),
        "the outputs are stated to be probabilities",
    ),
    (
        "weights kept elsewhere",
        |s| s.write("experiments/tiny/models/small_pool_seed1.onnx", network("weights_elsewhere")),
        "the weights kept in a file beside this one cannot be read",
    ),
    (
        "no layer of that name",
        |s| s.edit("[score]", "[attribution.parameters.grad_cam]\nlayer = \"conv9\"\n[score]"),
        "no layer conv9",
    ),
    (
        "no list of pictures",
        |s| {
            s.edit("varied = \"a disturbance of every weight\"\ninput = { channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[[model]]", "pictures = \"list.txt\"\ninput = { channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[[model]]")
        },
        "cannot read the list of pictures",
    ),
    (
        "no labels",
        |s| s.edit(GREY, "channels = \"grey\" }\nlabels = \"labels.txt\"\noutput = {}\n\n[attribution]"),
        "cannot read the labels",
    ),
    ("no template", |s| s.remove("experiments/tiny/template.png"), "cannot read the picture"),
    (
        "a template of another size",
        |s| s.write("experiments/tiny/template.png", template((48, 40))),
        "the template is 40 x 48 px",
    ),
    (
        "a black template",
        |s| {
            s.write(
                "experiments/tiny/template.png",
                bubblescope::picture::Picture::from_grey(ndarray::Array2::zeros(SHAPE)).unwrap().to_png().unwrap(),
            )
        },
        "a template has the sum 0",
    ),
    ("no pictures", |s| s.remove("experiments/tiny/pictures"), "cannot open the folder of pictures"),
    (
        "a region of another size",
        |s| {
            s.edit("folder = \"pictures\"", "folder = \"pictures\"\nregion = \"r.png\"");
            s.write("experiments/tiny/r.png", line((48, 40), 5, true));
        },
        "the region is 40 x 48 px",
    ),
    ("bubbles", |s| s.edit("maximum = 60", "maximum = 2000"), "up to 2000 bubbles"),
    (
        "no trial file",
        |s| {
            s.edit(SIMULATION, "[import]\nfiles = [\"psychopy.csv\"]\n");
        },
        "there is no trial file experiments/tiny/psychopy.csv",
    ),
    ("no file matches", |s| s.edit(SIMULATION, "[import]\nfiles = [\"data/*.csv\"]\n"), "no file matches"),
    (
        "a part of another size",
        |s| {
            s.edit("permutations = 20", "permutations = 20\nregions = { eyes = { mask = \"eyes.png\" } }");
            s.write("experiments/tiny/eyes.png", template((10, 12)));
        },
        "the mask of the region eyes",
    ),
    (
        "a part beyond the picture",
        |s| s.edit("permutations = 20", "permutations = 20\nregions = { eyes = { rows = [2, 90], columns = [0, 9] } }"),
        "the region eyes ends at row 90",
    ),
    (
        "a contrast without a class",
        |s| {
            s.edit("permutations = 20", "permutations = 20\ncontrasts = [{ name = \"a\", column = \"class\", plus = [\"wide\"], minus = [\"round\"] }]")
        },
        "the contrast a has no class on its side minus: round",
    ),
    (
        "a condition by an unknown column",
        |s| s.edit("permutations = 20", "permutations = 20\nby = [\"sex\"]"),
        "the trials have no column sex",
    ),
    (
        "noise that is not there",
        |s| {
            s.edit("compare = [\"task\", \"picture\"]", "compare = [\"task\"]");
            s.edit("permutations = 20", "permutations = 20\nestimator = \"noise_yes_no\"\nnoise = \"noise\"");
        },
        "noise",
    ),
    (
        "no mask of the scores",
        |s| s.edit("bootstrap = 20\n", "bootstrap = 20\npreparation = { mask = \"m.png\" }\n"),
        "m.png",
    ),
    (
        "a mask of the scores of another size",
        |s| {
            s.edit("bootstrap = 20\n", "bootstrap = 20\npreparation = { mask = \"m.png\" }\n");
            s.write("experiments/tiny/m.png", template((10, 12)));
        },
        "10",
    ),
    (
        "no consent page",
        |s| s.edit("[simulation]", "[export]\nconsent = \"consent.html\"\n[simulation]"),
        "cannot read the page",
    ),
];

#[test]
fn what_an_experiment_names_is_looked_at_before_any_work() {
    for (name, fault, expected) in FAULTS {
        let small = Small::new();
        fault(&small);
        let ran = small.ran("run experiments/tiny");
        assert_eq!(ran.status, Some(1), "{name}: {}", ran.stdout);
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(expected), "{name}: {}", ran.stderr);
        assert!(!small.path("results").exists(), "{name}: something was written before it was found");
        let checked = small.ran("check experiments/tiny");
        assert_eq!(checked.status, Some(1), "{name}");
        let said = checked.stdout.lines().find(|line| line.starts_with("WRONG")).unwrap_or_default();
        assert!(said.contains(expected) || checked.stdout.contains(expected), "{name}: {}", checked.stdout);
        assert!(!small.path("results").exists(), "{name}: check writes nothing");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let small = Small::new();
    small.remove("experiments/tiny/models/small_pool_seed2.onnx");
    small.write("experiments/tiny/models/small_dense_seed1.onnx", "not a network");
    small.remove("experiments/tiny/template.png");
    small.edit("maximum = 60", "maximum = 2000");
    let expected = ["up to 2000 bubbles", "template.png", "small_pool_seed2.onnx", "this is not an ONNX network"];
    let run = small.ran("run experiments/tiny");
    assert_eq!((run.status, run.stderr.matches("error: ").count()), (Some(1), expected.len()), "{}", run.stderr);
    small.edit("\"top10\"]", "\"top11\"]");
    small.edit("seeds = [1, 2]\nvaried = \"a disturbance of every weight\"\ninput = { channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]", "seeds = [1, 1]\ninput = { channels = \"grey\" }\noutput = { classes = [\"wide\", \"tall\"] }\n\n[attribution]");
    let values = small.ran("classify experiments/tiny").stderr;
    assert!(
        values.contains("there is no metric called top11") && values.contains("the seed 1 of model dense"),
        "{values}"
    );
    let Ran { status, stdout, stderr } = small.ran("check experiments/tiny");
    assert_eq!(status, Some(1));
    for text in expected.iter().chain(&["there is no metric called top11", "the seed 1 of model dense is given twice"])
    {
        assert!(run.stderr.contains(text) || stdout.contains(text), "{text}:\n{stdout}");
        assert!(stdout.contains(text), "{text}:\n{stdout}");
    }
    assert!(
        !stdout.contains("internal error") && stderr.contains("things that were looked at are wrong"),
        "{stdout}{stderr}"
    );
}

#[test]
fn a_stage_alone_needs_nothing_that_comes_after_it() {
    let small = Small::new();
    small.remove("experiments/tiny/models/small_pool_seed2.onnx");
    small.succeeds("stimuli experiments/tiny");
    small.succeeds("simulate experiments/tiny");
    assert!(small.ran("run experiments/tiny").stderr.contains("small_pool_seed2.onnx"));
}

/// A new experiment in an empty folder.
fn started() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    ran(folder.path(), "new mine").success();
    let experiment = folder.path().join("experiments/mine");
    (folder, experiment)
}

fn ran(folder: &Path, arguments: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bubblescope"));
    Ran::of(command.args(arguments.split_whitespace()).current_dir(folder).stdin(std::process::Stdio::null()))
}

#[test]
fn a_new_experiment_runs_as_it_is() {
    let (folder, _) = started();
    ran(folder.path(), "check experiments/mine").success();
    let run = ran(folder.path(), "run experiments/mine").success();
    assert!(run.stdout.contains("SIMULATED"), "{}", run.stdout);
    let report = fs::read_to_string(folder.path().join("results/mine/report.html")).unwrap();
    assert!(report.contains("simulated observer"), "the report says who answered");
}

#[test]
fn new_overwrites_nothing_and_takes_a_path() {
    let (folder, experiment) = started();
    let before = small::files(&experiment);
    fs::remove_file(experiment.join("experiment.toml")).unwrap();
    fs::write(experiment.join("LICENSE.md"), "mine").unwrap();
    let again = ran(folder.path(), "new mine");
    assert_eq!(again.status, Some(1));
    assert!(
        again.stderr.contains("exists already") && !experiment.join("experiment.toml").exists(),
        "{}",
        again.stderr
    );
    assert_eq!(fs::read(experiment.join("LICENSE.md")).unwrap(), b"mine");
    ran(folder.path(), "new studies/first").success();
    small::assert_same(&small::files(&folder.path().join("studies/first")), &before);
    for name in ["..", "a b", "x/.."] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bubblescope"));
        let refused = Ran::of(command.args(["new", name]).current_dir(folder.path()));
        assert_eq!(refused.status, Some(1), "{name:?}: {}", refused.stderr);
    }
    let bytes: usize = before.values().map(Vec::len).sum();
    assert!(bytes < 200_000, "{bytes} bytes come with the program");
}

/// The commented experiment file, with its sections (from one heading to the next) apart.
fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for line in text.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if bare.starts_with('[') && !bare.starts_with("[1") {
            sections.push(String::new());
        }
        let last = sections.last_mut().unwrap();
        last.push_str(line);
        last.push('\n');
    }
    sections
}

/// True if a commented line is a field or a heading that can be taken into use.
fn is_dormant(line: &str) -> bool {
    let Some(bare) = line.strip_prefix("# ") else { return false };
    let name: String = bare.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    bare.starts_with('[') || (!name.is_empty() && bare[name.len()..].starts_with(" = "))
}

#[test]
fn every_line_of_a_new_experiment_can_be_taken_into_use() {
    let (_folder, experiment) = started();
    let text = fs::read_to_string(experiment.join("experiment.toml")).unwrap();
    let all = sections(&text);
    for at in 0..all.len() {
        let awake = |line: &str| if is_dormant(line) { line[2..].to_owned() } else { line.to_owned() };
        let section: String = all[at].lines().map(|line| awake(line) + "\n").collect();
        // A part of a section that sleeps needs its section.
        let heading = section.lines().next().unwrap_or_default();
        let mut others = all.clone();
        others[at] = section.clone();
        for whole in ["[human", "[import"] {
            if heading.starts_with(whole) && heading.contains('.') {
                let parent = all.iter().position(|one| one.starts_with(&format!("# {whole}]"))).unwrap();
                others[parent] = all[parent].lines().map(|line| awake(line) + "\n").collect();
            }
        }
        if let Err(error) = toml::from_str::<File>(&others.concat()) {
            panic!("{heading}: {error}\n{section}");
        }
    }
}

/// Every field of every part of an experiment file, as the code declares it: the file of the code, and the name.
fn fields() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join("experiment")).unwrap().map(|one| one.unwrap().path()).collect();
    files.extend(["score/settings.rs", "place.rs"].map(|name| root.join(name)));
    let mut found = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("#[derive(").skip(1) {
            let Some((derived, rest)) = part.split_once(")]") else { continue };
            let Some(start) = rest.find("pub struct ").filter(|_| derived.contains("Deserialize")) else { continue };
            if rest[..start].contains("pub enum") || rest[..start].contains("\n}") {
                continue;
            }
            let body = &rest[start..rest.find("\n}").unwrap()];
            let names = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
            found.extend(names.map(|(name, _)| (path.display().to_string(), name.to_owned())));
        }
    }
    found
}

#[test]
fn a_new_experiment_explains_every_field() {
    let (_folder, experiment) = started();
    let text = fs::read_to_string(experiment.join("experiment.toml")).unwrap();
    let fields = fields();
    assert!(fields.len() > 120 && fields.iter().any(|(_, name)| name == "trials_per_observer"), "{}", fields.len());
    let named = |name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            let after = &text[at + name.len()..];
            !(before.is_alphanumeric() || before == '_')
                && (after.starts_with(" = ") || after.starts_with(']') || after.starts_with('.'))
        })
    };
    let absent: Vec<_> = fields.iter().filter(|(_, name)| !named(name)).collect();
    assert!(absent.is_empty(), "src/cli/new.toml does not name {absent:?}");
}

#[test]
fn what_new_writes_comes_with_the_package() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root)
        .output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let code = fs::read_to_string(root.join("src/cli/new.rs")).unwrap();
    let wanted: Vec<&str> = code.split('"').filter(|text| text.starts_with("../../")).map(|text| &text[6..]).collect();
    assert!(wanted.len() > 10, "{wanted:?}");
    for name in &wanted {
        assert!(listed.lines().any(|line| line == *name), "{name} is left out of the package");
    }
    assert!(!listed.contains("experiments/faces/models/dense_seed1.onnx"), "what nobody needs stays out");
}

/// Indented blocks of a document: its name, the line, and the text.
fn blocks() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    documents.extend(fs::read_dir(root.join("docs")).unwrap().map(|one| one.unwrap().path()));
    documents.extend(fs::read_dir(root.join("experiments")).unwrap().map(|one| one.unwrap().path().join("README.md")));
    let mut found = Vec::new();
    for path in documents.iter().filter(|path| path.is_file() && path.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(path).unwrap();
        let mut block = String::new();
        let mut fenced = false;
        for (at, line) in text.lines().chain(["end"]).enumerate() {
            fenced ^= line.starts_with("```");
            if let Some(line) = line.strip_prefix("    ").or((fenced && !line.starts_with("```")).then_some(line)) {
                block += &format!("{line}\n");
            } else if line.trim().is_empty() && !block.is_empty() {
                block.push('\n');
            } else if !block.is_empty() {
                found.push((format!("{}, before line {}", path.display(), at + 1), std::mem::take(&mut block)));
            }
        }
    }
    found
}

/// What examples of experiment files are put into: a whole experiment with trials of people.
const BASE: &str = r#"title = "Examples"
seed = 1
compare = ["task", "picture"]
coordinates = "picture"
[pictures]
folder = "pictures"
degrees = 6.0
[[pictures.class]]
name = "male"
files = "male_*.png"
[[pictures.class]]
name = "female"
files = "female_*.png"
[bubbles]
size = { value = 3.0 }
[import]
files = ["trials.csv"]
carry = ["confidence"]
[[model]]
name = "net"
file = "net.onnx"
input = { channels = "grey" }
output = { classes = ["male", "female"] }
"#;

fn merge(into: &mut Table, from: Table) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(known)), Value::Table(value)) => merge(known, value),
            (_, value) => _ = into.insert(name, value),
        }
    }
}

#[test]
fn every_example_of_an_experiment_file_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("experiment.toml");
    let examples: Vec<_> = blocks().into_iter().filter(|(_, text)| text.starts_with('[')).collect();
    assert!(examples.len() >= 10, "{}", examples.len());
    for (place, text) in examples {
        let example: Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{place}: {error}"));
        let mut whole: Table = toml::from_str(BASE).unwrap();
        if example.contains_key("human") {
            whole.remove("import");
        }
        merge(&mut whole, example);
        fs::write(&path, toml::to_string(&whole).unwrap()).unwrap();
        if let Err(error) = Experiment::read(&path, None) {
            panic!("{place}: {error}\n{text}");
        }
    }
}

#[test]
fn every_command_of_the_documents_is_one() {
    let mut commands = Vec::new();
    for (place, text) in blocks() {
        for line in text.replace("\\\n", " ").lines() {
            let line = line.split(" #").next().unwrap().trim();
            let typed = line.strip_prefix("bubblescope ").or_else(|| line.strip_prefix("cargo run -- "));
            commands.extend(typed.map(|typed| (place.clone(), typed.to_owned())));
        }
    }
    assert!(commands.len() >= 20, "{commands:?}");
    for (place, typed) in commands {
        // Nothing that it names is there, so that it ends at once; an unknown word or option ends with the status 2.
        let folder = tempfile::tempdir().unwrap();
        let ran = ran(folder.path(), &typed);
        assert_ne!(ran.status, Some(2), "{place}: bubblescope {typed}\n{}", ran.stderr);
    }
}

#[test]
#[ignore = "needs results/faces, which `cargo run -- run experiments/faces` makes"]
fn the_picture_of_the_readme_is_that_of_the_embedded_experiment() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (made, shown) = (root.join("results/faces/figures/maps_task.png"), root.join("docs/faces-maps.png"));
    if std::env::var("UPDATE_README").is_ok() {
        fs::copy(&made, &shown).unwrap();
    }
    let [made, shown] = [made, shown].map(|path| image::open(path).unwrap().into_rgb8());
    assert_eq!(made.dimensions(), shown.dimensions());
    let difference: u64 = made.iter().zip(shown.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    let mean = difference as f64 / made.len() as f64;
    assert!(mean < 0.5, "docs/faces-maps.png differs by {mean:.2} grey levels; see CONTRIBUTING.md");
}
