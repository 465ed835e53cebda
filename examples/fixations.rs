//! Fixations and classifiers: folders of human and network maps for `bubblescope score --human OUT/human --model OUT/model`.
//!
//!     cargo run --example fixations -- DATA OUT
//!
//! DATA holds osie40/ (pictures, and fixations.csv with image, observer, x, y) and networks/ (two ImageNet classifiers).
//! Each observer's map of a picture is the number of fixations, smoothed by a Gaussian of one degree of visual angle; the
//! fixations themselves, in px of the maps, stand beside the maps, for metrics that need them. Each network is asked which pixels speak for the class that it prefers, as the logit of that class. Everything is at a quarter of
//! the pictures' size, and networks see the whole picture, made as large as their input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bubblescope::attribution::{METHODS, Question, Setting};
use bubblescope::bubbles::Cover;
use bubblescope::error::{Error, Result};
use bubblescope::experiment::{Channels, Explained, Input, Output, OutputValues, Value};
use bubblescope::map::Map;
use bubblescope::network::Network;
use bubblescope::picture::Picture;
use bubblescope::results::write_new;
use bubblescope::score::FIXATIONS;
use bubblescope::seed::Seed;
use bubblescope::stats::smooth::{Edge, smooth};
use bubblescope::table::{Table, number};
use ndarray::Array2;
use rayon::prelude::*;

/// Size of the maps (rows, columns), and how many pixels of the pictures one of theirs is.
const SHAPE: (usize, usize) = (150, 200);
const SCALE: f64 = 4.0;

/// One degree of visual angle (24 px of the pictures), in pixels of the maps.
const DEGREE: f64 = 24.0 / SCALE;

fn main() -> Result<()> {
    let paths: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [data, out] = &paths[..] else {
        return Err(Error::invalid("two folders are needed").hint("cargo run --example fixations -- DATA OUT"));
    };
    let pictures = people(&data.join("osie40"), &out.join("human"))?;
    networks(data, &pictures, &out.join("model"))
}

/// Writes the maps of observers and their fixations, and gives the names of the pictures.
fn people(data: &Path, out: &Path) -> Result<Vec<String>> {
    let fixations = Table::read(&data.join("fixations.csv"))?;
    let mut counts: BTreeMap<(String, String), Array2<f64>> = BTreeMap::new();
    let mut places = Table::new(&["picture", "observer", "x", "y"]);
    for row in fixations.iter() {
        let key = (row.needed("image")?.to_owned(), row.needed("observer")?.to_owned());
        let (x, y) = (row.number("x")?.unwrap_or(-1.0) / SCALE, row.number("y")?.unwrap_or(-1.0) / SCALE);
        places.push([key.0.clone(), key.1.clone(), number(x), number(y)]);
        let plane = counts.entry(key).or_insert_with(|| Array2::zeros(SHAPE));
        // Fixations beside the picture count for nothing.
        if x >= 0.0 && y >= 0.0 && plane.get((y as usize, x as usize)).is_some() {
            plane[[y as usize, x as usize]] += 1.0;
        }
    }
    let mut index = Table::new(&["file", "picture", "observer", "blur_sd"]);
    for ((picture, observer), plane) in &counts {
        let file = format!("{observer}/{picture}.npy");
        write_new(&out.join(&file), &Map::from_f64(&smooth(plane, DEGREE, Edge::Zero))?.to_npy())?;
        index.push([file, picture.clone(), observer.clone(), number(DEGREE)]);
    }
    write_new(&out.join("index.csv"), &index.to_csv()?)?;
    write_new(&out.join(FIXATIONS), &places.to_csv()?)?;
    let mut pictures: Vec<String> = counts.into_keys().map(|(picture, _)| picture).collect();
    pictures.dedup();
    Ok(pictures)
}

/// A classifier: its name, its file, the first label it has, and how a picture becomes its input.
fn classifiers() -> [(&'static str, &'static str, usize, Input); 2] {
    let mobilenet = Input { channels: Channels::Rgb, range: [-1.0, 1.0], mean: Vec::new(), sd: Vec::new() };
    let means = vec![104.0, 117.0, 123.0];
    let squeezenet = Input { channels: Channels::Bgr, range: [0.0, 255.0], mean: means, sd: Vec::new() };
    [("mobilenet", "mobilenetv1_025_128.onnx", 0, mobilenet), ("squeezenet", "squeezenet10_dc.onnx", 1, squeezenet)]
}

/// The methods asked, with the parameters that differ from their defaults.
fn methods() -> [(&'static str, BTreeMap<String, Value>); 4] {
    let coarse = [("window", 36.0), ("stride", 24.0)].map(|(name, value)| (name.to_owned(), Value::Number(value)));
    let largest = BTreeMap::from([("channels".to_owned(), Value::Text("abs_max".to_owned()))]);
    [
        ("gradient", largest),
        ("input_x_gradient", BTreeMap::new()),
        ("grad_cam", BTreeMap::new()),
        ("occlusion", BTreeMap::from(coarse)),
    ]
}

/// Writes the maps of networks.
fn networks(data: &Path, pictures: &[String], out: &Path) -> Result<()> {
    let labels = std::fs::read_to_string(data.join("networks/labels_1001.txt"))
        .map_err(|cause| Error::io("read the labels", data, cause))?;
    let region = Array2::from_elem(SHAPE, true);
    let setting = Setting::new(region.clone(), Cover::spatial(&region, DEGREE, 0.5), DEGREE);
    let mut index = Table::new(&["file", "picture", "seed", "model", "method", "blur_sd", "class"]);
    for (model, file, first, input) in classifiers() {
        // Labels are not unique; the number of an output is.
        let classes: Vec<String> =
            labels.lines().skip(first).enumerate().map(|(at, label)| format!("{at} {label}")).collect();
        let output = Output { classes: classes.clone(), values: OutputValues::default() };
        let network = Network::load(&data.join("networks").join(file), &input, &output, &classes)?;
        for (method, given) in methods() {
            let row = METHODS.iter().find(|row| row.name == method);
            let row = row.ok_or_else(|| Error::internal(format!("there is no method {method}")))?;
            let values = row.values(&given)?;
            let explain = |picture: &String| -> Result<[String; 7]> {
                let shown = Picture::read(&data.join("osie40/images").join(picture))?.resized(SHAPE.0, SHAPE.1);
                let scores = network.scores(&shown)?;
                let target = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
                let question = Question {
                    network: &network,
                    picture: &shown,
                    target,
                    explained: &Explained::Logit,
                    values: &values,
                    setting: &setting,
                    people: &[],
                    seed: Seed(1).derive(picture, 0),
                };
                let saliency = (row.explain)(&question)?;
                let file = format!("{model}/{method}/{picture}.npy");
                write_new(&out.join(&file), &saliency.map.to_npy())?;
                let class = classes.get(target).cloned().unwrap_or_default();
                let texts = [file, picture.clone(), "0".to_owned(), model.to_owned(), method.to_owned()];
                let [file, picture, seed, model, method] = texts;
                Ok([file, picture, seed, model, method, number(saliency.blur_sd), class])
            };
            let rows: Vec<[String; 7]> = pictures.par_iter().map(explain).collect::<Result<_>>()?;
            rows.into_iter().for_each(|row| index.push(row));
            println!("{model}, {method}: {} pictures", pictures.len());
        }
    }
    write_new(&out.join("index.csv"), &index.to_csv()?)
}
