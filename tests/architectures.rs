//! Input gradients of many architectures against PyTorch's, made by `docs/architectures.py`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod maps;

use bubblescope::error::Result;
use bubblescope::experiment::Explained;
use bubblescope::network::{Network, Way};
use maps::{network, npy};
use ndarray::{Array4, ArrayD, Ix4};

/// Relative distance of derivatives along eight directions from slopes by differences in double precision.
fn along(gradient: &Array4<f32>, slopes: &ArrayD<f64>) -> f64 {
    let direction = |k: usize, at: usize| ((k + 1) as f64 * (at + 1) as f64 * 0.7).sin();
    let slope = |k: usize| gradient.iter().enumerate().map(|(at, &g)| f64::from(g) * direction(k, at)).sum::<f64>();
    let wrong: f64 = slopes.iter().enumerate().map(|(k, theirs)| (slope(k) - theirs).powi(2)).sum();
    (wrong / slopes.iter().map(|slope| slope * slope).sum::<f64>()).sqrt()
}

fn input(tensor: ArrayD<f64>) -> Array4<f32> {
    tensor.into_dimensionality::<Ix4>().unwrap().mapv(|value| value as f32)
}

/// Relative L2 distance.
fn relative<'a>(ours: impl IntoIterator<Item = &'a f32>, theirs: &ArrayD<f64>) -> f64 {
    let (mut wrong, mut size) = (0.0, 0.0);
    for (&ours, theirs) in ours.into_iter().zip(theirs) {
        wrong += (f64::from(ours) - theirs).powi(2);
        size += theirs * theirs;
    }
    (wrong / size).sqrt()
}

#[test]
fn gradients_of_architectures_never_seen_before_are_those_of_torch() -> Result<()> {
    let Some(folder) = std::env::var_os("BUBBLESCOPE_ARCHITECTURES") else {
        println!("skipped: BUBBLESCOPE_ARCHITECTURES is not set");
        return Ok(());
    };
    let mut folders: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("grad64.npy").is_file());
    folders.sort();
    println!(
        "| network | layer for class activation maps | ours, float32 | torch, float32 | ratio | ours against slopes |\n|---|---|---|---|---|---|"
    );
    let mut wrong = vec![];
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let answer = || -> Result<(f64, String, String)> {
            let target = std::fs::read_to_string(folder.join("target.txt")).unwrap().trim().parse().unwrap();
            let network: Network = network(&folder.join("model.onnx"), npy(&folder.join("logits.npy"))?.len())?;
            let objective = network.objective(&Explained::Logit, target)?;
            let back = network.back(&input(npy(&folder.join("input.npy"))?), &objective, &Way::Gradient, None)?;
            let layer = network.last_layer().map_or("none".to_owned(), |l| format!("{} {:?}", l.name, l.shape));
            let slopes =
                npy(&folder.join("slopes.npy")).map_or(String::new(), |s| format!("{:.1e}", along(&back.input, &s)));
            Ok((relative(&back.input, &npy(&folder.join("grad64.npy"))?), slopes, layer))
        };
        let theirs = npy(&folder.join("grad32.npy"))?.mapv(|value| value as f32);
        let theirs = relative(&theirs, &npy(&folder.join("grad64.npy"))?);
        match answer() {
            Ok((ours, slopes, layer)) => {
                println!("| {name} | {layer} | {ours:.1e} | {theirs:.1e} | {:.1} | {slopes} |", ours / theirs);
                if ours > 4.0 * theirs {
                    wrong.push(format!("{name}: {ours:.1e}, torch {theirs:.1e}"));
                }
            }
            Err(error) => {
                println!("| {name} | {error:?} |");
                wrong.push(format!("{name}: {error}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
