//! A whole experiment small enough to run in a second: four pictures of 48 x 40 px (width x height) with a horizontal
//! ("wide") or a vertical ("tall") line, three simulated observers, two architectures in two weight seeds.

#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bubblescope::picture::Picture;
use bubblescope::results::files_below;
use ndarray::{Array2, Array3};
use tempfile::TempDir;

/// The experiment file.
pub const EXPERIMENT: &str = r#"title = "Wide or tall?"
seed = 7
compare = ["task", "picture"]
coordinates = "picture"

[pictures]
folder = "pictures"

[[pictures.class]]
name = "wide"
files = "wide_*.png"

[[pictures.class]]
name = "tall"
files = "tall_*.png"

[bubbles]
size = { value = 3.0, unit = "px", convention = "sd" }
background = 0.5

[design]
observers = 3
trials = 60
blocks = 2
mirrored = 0.5
count = { start = 20, target = 0.75, minimum = 1, maximum = 60 }
rendered = 2

[simulation]
template = "template.png"
sensitivity = 6.0
spread = 0.1
lapse = 0.02

[classification]
permutations = 20

[[model]]
name = "pool"
file = "models/small_pool_seed{seed}.onnx"
seeds = [1, 2]
varied = "a disturbance of every weight"
input = { channels = "grey" }
output = { classes = ["wide", "tall"] }

[[model]]
name = "dense"
file = "models/small_dense_seed{seed}.onnx"
seeds = [1, 2]
varied = "a disturbance of every weight"
input = { channels = "grey" }
output = { classes = ["wide", "tall"] }

[attribution]
methods = ["bubbles", "rise", "occlusion", "grad_cam"]

[attribution.parameters.bubbles]
trials = 12

[attribution.parameters.rise]
masks = 12
grid = 4

[attribution.parameters.occlusion]
window = 12
stride = 8

[score]
metrics = ["pearson", "top10"]
bootstrap = 20
"#;

/// Rows and columns of every picture.
pub const SHAPE: (usize, usize) = (40, 48);

/// The experiment in a folder of its own; every command runs there.
pub struct Small {
    folder: TempDir,
}

/// What a command did.
pub struct Ran {
    /// Exit status.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Small {
    /// Writes the experiment, its pictures, its template and its networks.
    pub fn new() -> Small {
        let small = Small { folder: tempfile::tempdir().unwrap() };
        small.write("experiments/tiny/experiment.toml", EXPERIMENT);
        for (at, offset) in [17, 21].into_iter().enumerate() {
            small.write(&format!("experiments/tiny/pictures/wide_{at}.png"), line(SHAPE, offset, true));
            small.write(&format!("experiments/tiny/pictures/tall_{at}.png"), line(SHAPE, offset + 3, false));
        }
        small.write("experiments/tiny/template.png", template(SHAPE));
        for name in ["small_pool_seed1", "small_pool_seed2", "small_dense_seed1", "small_dense_seed2"] {
            small.write(&format!("experiments/tiny/models/{name}.onnx"), network(name));
        }
        small
    }

    /// A path below the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file below the folder.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Removes a file or folder below the folder.
    pub fn remove(&self, name: &str) {
        let path = self.path(name);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    /// Replaces a text that stands once in the experiment file.
    pub fn edit(&self, from: &str, to: &str) {
        let path = self.path("experiments/tiny/experiment.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} stands once in the experiment file");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Adds `[faithfulness]` with these lines.
    pub fn faithfulness(&self, lines: &str) {
        self.edit("[score]", &format!("[faithfulness]\n{lines}\n\n[score]"));
    }

    /// Adds `[exclusions]` with these lines.
    pub fn exclusions(&self, lines: &str) {
        self.edit("[classification]", &format!("[exclusions]\n{lines}\n\n[classification]"));
    }

    /// Adds `[plan]` with these lines.
    pub fn plan(&self, lines: &str) {
        self.edit("[score]", &format!("[plan]\n{lines}\n\n[score]"));
    }

    /// Replaces the simulated observers by `[human]`.
    pub fn human(&self, human: &str) {
        let path = self.path("experiments/tiny/experiment.toml");
        let text = fs::read_to_string(&path).unwrap();
        let (start, end) = (text.find("[design]").unwrap(), text.find("[classification]").unwrap());
        fs::write(path, format!("{}{human}\n{}", &text[..start], &text[end..])).unwrap();
    }

    /// Replaces the simulated observers by a trial file, `[import]` and what follows it.
    pub fn import(&self, import: &str, trials: impl AsRef<[u8]>) {
        let cut = |text: &str, from: &str, to: &str| {
            let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
            format!("{}{}", &text[..start], &text[end..])
        };
        let path = self.path("experiments/tiny/experiment.toml");
        let text = cut(&fs::read_to_string(&path).unwrap(), "[design]", "[classification]");
        fs::write(path, text.replace("[classification]", &format!("{import}\n[classification]"))).unwrap();
        self.write("experiments/tiny/trials.csv", trials);
    }

    /// The program with arguments, ready to start in the folder.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bubblescope"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path());
        command.env_remove("RAYON_NUM_THREADS").env_remove("RUST_BACKTRACE");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program.
    pub fn ran(&self, arguments: &str) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Runs the program, which must succeed.
    pub fn succeeds(&self, arguments: &str) -> Ran {
        self.ran(arguments).success()
    }

    /// Every file below a folder: its bytes by its name relative to that folder.
    pub fn files(&self, below: &str) -> Files {
        files(&self.path(below))
    }
}

impl Ran {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Ran {
        let output = command.output().unwrap();
        Ran {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, unless it failed.
    pub fn success(self) -> Ran {
        assert_eq!(self.status, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }
}

/// Bytes of files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Every file below a folder, but for the note of which experiment the results are of, which says where it lies; none where there
/// is no folder.
pub fn files(folder: &Path) -> Files {
    if !folder.is_dir() {
        return Files::new();
    }
    let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    let files = files_below(folder).unwrap();
    let files = files.iter().filter(|path| !path.ends_with(".keys/experiment"));
    files.map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// Asserts that two folders hold the same files with the same bytes, naming those that differ.
pub fn assert_same(found: &Files, expected: &Files) {
    let names: std::collections::BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let different: Vec<&&String> = names.iter().filter(|name| found.get(**name) != expected.get(**name)).collect();
    assert!(different.is_empty(), "these files are missing, additional or different: {different:?}");
}

/// A PNG of a grey field with one bright line, 4 px thick; the horizontal one in colour.
pub fn line((rows, columns): (usize, usize), offset: usize, horizontal: bool) -> Vec<u8> {
    let value = |row: usize, column: usize| {
        let across = if horizontal { row } else { column };
        if (offset..offset + 4).contains(&across) { 0.95 } else { 0.4 }
    };
    let picture = if horizontal {
        Picture::new(Array3::from_shape_fn((rows, columns, 3), |(row, column, _)| value(row, column)))
    } else {
        Picture::from_grey(Array2::from_shape_fn((rows, columns), |(row, column)| value(row, column)))
    };
    picture.unwrap().to_png().unwrap()
}

/// A PNG that is bright in the upper left part of the picture's middle.
pub fn template((rows, columns): (usize, usize)) -> Vec<u8> {
    let value = |(row, column): (usize, usize)| {
        let distance = (row as f32 - 17.0).powi(2) + (column as f32 - 20.0).powi(2);
        (-distance / 40.0).exp()
    };
    Picture::from_grey(Array2::from_shape_fn((rows, columns), value)).unwrap().to_png().unwrap()
}

/// The bytes of a network of `tests/data`.
pub fn network(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/{name}.onnx"))).unwrap()
}
