//! Forwards, forwards and back, Grad-CAM, integrated gradients and occlusion of whole networks, beside PyTorch.
//!
//! usage: python benches/pytorch.py FOLDER export; python benches/pytorch.py FOLDER time;
//!        cargo bench --bench networks -- FOLDER [REPEATS [NETWORK ...]]
//!
//! FOLDER holds `<network>.onnx`, `input.npy` (1 x 3 x 224 x 224) and `targets.json`, as the script leaves them. Repeats
//! are interleaved over networks and tasks, after one that is not counted; medians of wall seconds are printed, each
//! also as a multiple of the same network's forward pass, and the most memory that was held at any time.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use bubblescope::attribution::{METHODS, Question, Setting};
use bubblescope::bubbles::Cover;
use bubblescope::experiment::{Channels, Explained, Input, Output, OutputValues, Value};
use bubblescope::network::{Network, Way};
use bubblescope::picture::Picture;
use bubblescope::seed::Seed;
use ndarray::{Array2, Array3};

const SIDE: usize = 224;

/// A float32 array of shape 1 x 3 x 224 x 224 as a picture that a network takes as it is.
fn picture(path: &Path) -> Result<Picture, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let body = &bytes[bytes.len() - 3 * SIDE * SIDE * 4..];
    let value = |at: usize| f32::from_le_bytes([body[4 * at], body[4 * at + 1], body[4 * at + 2], body[4 * at + 3]]);
    let place = |(row, column, channel)| value((channel * SIDE + row) * SIDE + column);
    Ok(Picture::new(Array3::from_shape_fn((SIDE, SIDE, 3), place))?)
}

fn network(path: &Path) -> Result<Network, Box<dyn Error>> {
    let classes: Vec<String> = (0..1000).map(|class| format!("class {class}")).collect();
    let input = Input { channels: Channels::Rgb, range: [0.0, 1.0], mean: vec![], sd: vec![] };
    let output = Output { classes: classes.clone(), values: OutputValues::Logits };
    Ok(Network::load(path, &input, &output, &classes)?)
}

/// Does a task once.
fn once(network: &Network, picture: &Picture, target: usize, task: &str) -> Result<(), Box<dyn Error>> {
    let objective = network.objective(&Explained::Logit, target)?;
    let input = network.input(picture)?;
    let method = match task {
        "forward" => return Ok(network.value(&input, &objective).map(|_| ())?),
        "gradient" => return Ok(network.back(&input, &objective, &Way::Gradient, None).map(|_| ())?),
        method => METHODS.iter().find(|row| row.name == method).ok_or("no such task")?,
    };
    let given = match task {
        "integrated_gradients" => BTreeMap::from([("steps".to_owned(), Value::Number(50.0))]),
        "occlusion" => {
            BTreeMap::from([("window".to_owned(), Value::Number(32.0)), ("stride".to_owned(), Value::Number(16.0))])
        }
        _ => BTreeMap::new(),
    };
    let region = Array2::from_elem((SIDE, SIDE), true);
    let cover = Cover::spatial(&region, 8.0, 0.0);
    let setting = Setting::new(region, cover, 8.0);
    let (values, explained, seed) = (method.values(&given)?, &Explained::Logit, Seed(1));
    let question =
        Question { network, picture, target, explained, values: &values, setting: &setting, people: &[], seed };
    Ok((method.explain)(&question).map(|_| ())?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let Some(folder) = arguments.first() else {
        println!("skipped: no folder of networks is given");
        return Ok(());
    };
    let folder = Path::new(folder);
    let repeats: usize = arguments.get(1).map_or(Ok(5), |text| text.parse())?;
    let targets: BTreeMap<String, usize> = serde_json::from_slice(&std::fs::read(folder.join("targets.json"))?)?;
    let wanted = |name: &&String| arguments.len() < 3 || arguments[2..].contains(name);
    let picture = picture(&folder.join("input.npy"))?;
    let tasks = ["forward", "gradient", "grad_cam", "integrated_gradients", "occlusion"];
    println!("| network | task | seconds | forward passes |\n|---|---|---|---|");
    for (name, &target) in targets.iter().filter(|(name, _)| wanted(name)) {
        let network = network(&folder.join(format!("{name}.onnx")))?;
        let mut seconds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for repeat in 0..=repeats {
            for task in tasks {
                let start = Instant::now();
                once(&network, &picture, target, task)?;
                if repeat > 0 {
                    seconds.entry(task).or_default().push(start.elapsed().as_secs_f64());
                }
            }
        }
        let median = |task: &str| {
            let mut times = seconds.get(task).cloned().unwrap_or_default();
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
        };
        for task in tasks {
            println!("| {name} | {task} | {:.3} | {:.2} |", median(task), median(task) / median("forward"));
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("most memory held: {line}"));
    Ok(())
}
