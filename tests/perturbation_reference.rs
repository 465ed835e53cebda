//! Methods that ask a network about hidden parts of a picture, against values of Captum, PyTorch and numpy.

#![allow(clippy::unwrap_used, clippy::panic)]

mod maps;

use bubblescope::attribution::moments::Halves;
use bubblescope::attribution::parts::Parts;
use bubblescope::attribution::{hsic, kernel_shap, rise, sobol};
use bubblescope::error::Result;
use bubblescope::network::Network;
use bubblescope::picture::Picture;
use maps::{distance, explain, fixtures, folder, map, network, npy, numbers, picture};
use ndarray::{Array2, ArrayD, Axis, Ix2, Ix4, IxDyn};

/// The numbers of the linear congruential generator of the toy networks, each in -.5...5.
fn generated(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let next = |_| {
        state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
        state as f64 / (1u64 << 32) as f64 - 0.5
    };
    (0..count).map(next).collect()
}

/// Softmax probability of class 2 of a toy network behind a mask, hidden = 0.
fn probability(network: &Network, picture: &Picture, mask: &Array2<f32>) -> Result<f64> {
    let scores = network.scores(&picture.through(mask, 0.0))?;
    Ok(scores[2].exp() / scores.iter().map(|score| score.exp()).sum::<f64>())
}

fn largest_difference(ours: &[f64], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(theirs).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

fn toy_picture(values: &serde_json::Value) -> Result<Picture> {
    picture(ArrayD::from_shape_vec(IxDyn(&[1, 3, 8, 8]), numbers(values)).unwrap())
}

#[test]
fn shapley_values_of_two_networks_are_those_of_captum() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    for name in ["resnet18", "squeezenet1_1"] {
        let file = |part: &str| npy(&folder.join(name).join(format!("kernel_shap_7x7{part}.npy")));
        let samples = file(".samples")?.into_dimensionality::<Ix2>().unwrap();
        let (outputs, weights) = (file(".outputs")?, file(".weights")?);
        // Captum gives the empty and the full coalition a weight of a million; here they are constraints.
        let size = |row: usize| samples.row(row).sum() as usize;
        let end = |players: usize| (0..samples.nrows()).find(|&row| size(row) == players).map(|row| outputs[row]);
        let inner: Vec<usize> = (0..samples.nrows()).filter(|&row| (1..49).contains(&size(row))).collect();
        let pick = |of: &ArrayD<f64>| -> Vec<f64> { inner.iter().map(|&row| of[row]).collect() };
        let solve = |weights: &[f64], empty| {
            kernel_shap::shapley_values(
                &samples.select(Axis(0), &inner),
                &pick(&outputs),
                weights,
                empty,
                end(49).unwrap(),
            )
        };
        let found = solve(&pick(&weights), end(0).unwrap()).unwrap();
        let theirs: Vec<f64> = file(".coef")?.iter().copied().collect();
        let difference = largest_difference(&found, &theirs);
        println!("{name}: kernel_shap {difference:e}");
        assert!(difference < 2e-3, "{name}: {difference}");
        assert!((found.iter().sum::<f64>() - (end(49).unwrap() - end(0).unwrap())).abs() < 1e-9);
        let other = solve(&pick(&weights), end(0).unwrap() + 0.5).unwrap();
        assert!(largest_difference(&other, &theirs) > 5e-3, "{name}: the ends count");
        let painted = Parts::grid((224, 224), 7)?.painted(&theirs);
        let map = file("")?.into_dimensionality::<Ix4>().unwrap();
        assert!(distance(&painted, &map.index_axis(Axis(0), 0).index_axis(Axis(0), 0).to_owned()) < 1e-6);
    }
    Ok(())
}

#[test]
fn sobol_indices_of_a_toy_network_are_those_of_numpy() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures = fixtures(&folder)?;
    let expected = &fixtures["sobol"];
    let (network, picture) = (network(&folder.join("toy/netA.onnx"), 3)?, toy_picture(&fixtures["input"])?);
    let parts = Parts::grid((8, 8), 2)?;
    let design = |seed: u64| generated(16 * 4, seed).into_iter().map(|value| value + 0.5).collect::<Vec<_>>();
    let (a, b) = (design(301), design(302));
    let row = |row: usize, swapped: Option<usize>| -> Vec<f64> {
        (0..4).map(|cell| if swapped == Some(cell) { b[4 * row + cell] } else { a[4 * row + cell] }).collect()
    };
    let answer = |shares: Vec<f64>| probability(&network, &picture, &parts.mask(&shares));
    let base = (0..16).map(|at| answer(row(at, None))).collect::<Result<Vec<_>>>()?;
    let swapped = (0..64).map(|at| answer(row(at / 4, Some(at % 4)))).collect::<Result<Vec<_>>>()?;
    let swapped = Array2::from_shape_vec((16, 4), swapped).unwrap();
    assert!(largest_difference(&base, &numbers(&expected["yA"])) < 1e-6);
    let theirs = map(&expected["yC"], 4, 16).reversed_axes();
    assert!(distance(&swapped, &theirs) < 1e-6);
    for (ours, field) in
        [(sobol::jansen(&base, &swapped), "ST_jansen_unbiased_var"), (sobol::homma(&base, &swapped), "ST_homma")]
    {
        let difference = largest_difference(&ours, &numbers(&expected[field]));
        println!("{field}: {difference:e}");
        assert!(difference < 1e-5, "{field}: {difference}");
    }
    let exact = sobol::jansen(&numbers(&expected["yA"]), &theirs);
    assert!(largest_difference(&exact, &numbers(&expected["ST_jansen_unbiased_var"])) < 1e-12);
    assert!(largest_difference(&exact, &numbers(&expected["ST_homma"])) > 0.1, "the estimators differ");
    Ok(())
}

#[test]
fn dependence_of_a_toy_network_is_that_of_numpy() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures = fixtures(&folder)?;
    let expected = &fixtures["hsic"];
    let (network, picture) = (network(&folder.join("toy/netA.onnx"), 3)?, toy_picture(&fixtures["input"])?);
    let parts = Parts::grid((8, 8), 2)?;
    let states = generated(32 * 4, 303).into_iter().map(|value| f64::from(value > 0.0)).collect();
    let masks = Array2::from_shape_vec((32, 4), states).unwrap();
    let answer = |row: ndarray::ArrayView1<f64>| probability(&network, &picture, &parts.mask(&row.to_vec()));
    let outputs = masks.rows().into_iter().map(answer).collect::<Result<Vec<_>>>()?;
    assert!(largest_difference(&outputs, &numbers(&expected["y"])) < 1e-6);
    // Xplique's width is the median of the outputs, and its score the trace over n.
    let width = expected["width"].as_f64().unwrap();
    let scores =
        |width| -> Vec<f64> { hsic::traces(&masks, &outputs, width).iter().map(|trace| trace / 32.0).collect() };
    let difference = largest_difference(&scores(width), &numbers(&expected["scores"]));
    println!("hsic: {difference:e}");
    assert!(difference < 1e-5, "{difference}");
    assert!(largest_difference(&scores(width / 2.0), &numbers(&expected["scores"])) > 0.1, "the width counts");
    Ok(())
}

#[test]
fn centred_and_published_rise_of_toy_networks_are_those_of_torch() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures = fixtures(&folder)?;
    let picture = toy_picture(&fixtures["input"])?;
    for name in ["netA", "netB"] {
        let network = network(&folder.join(format!("toy/{name}.onnx")), 3)?;
        let mut halves = Halves::new((8, 8));
        for (trial, mask) in fixtures["rise_masks"].as_array().unwrap().iter().enumerate() {
            let mask = map(mask, 8, 8).mapv(|value| value as f32);
            halves.add_mask(trial, probability(&network, &picture, &mask)?, &mask);
        }
        let field = |field: &str| map(&fixtures[name][field], 8, 8);
        let (centred, published) = (halves.covariance(), halves.mean_product() / 0.5);
        let found =
            [distance(&centred, &field("rise_cov_centered")), distance(&published, &field("rise_petsiuk_p0.5"))];
        println!("{name}: rise {found:?}");
        assert!(found.iter().all(|difference| *difference < 1e-4), "{name}: {found:?}");
        assert!(distance(&published, &field("rise_xplique_norm")) > 0.1, "{name}: normalised by the masks");
    }
    Ok(())
}

/// Published RISE from the stored grids, shifts and answers of a network.
fn published(folder: &std::path::Path, answers: &str, transposed: bool) -> Result<Array2<f64>> {
    let file = |name: &str| npy(&folder.join(name));
    let (grids, shifts, answers) = (file("rise.grids.npy")?, file("rise.shifts.npy")?, file(answers)?);
    let mut halves = Halves::new((224, 224));
    for (index, &answer) in answers.iter().enumerate() {
        let grid = grids.index_axis(Axis(0), index).mapv(|cell| cell as f32).into_shape_with_order((7, 7)).unwrap();
        let (row, column) = (shifts[[index, 0]] as usize, shifts[[index, 1]] as usize);
        let shift = if transposed { (column, row) } else { (row, column) };
        halves.add_mask(index, answer, &rise::enlarged(&grid, (224, 224), shift));
    }
    Ok(halves.mean_product() / 0.5)
}

#[test]
fn rise_masks_are_those_of_the_published_geometry() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    for name in ["resnet18", "squeezenet1_1"] {
        let folder = folder.join(name);
        for (answers, expected) in [("rise.prob.npy", "rise.npy"), ("rise.logit.npy", "rise.from_logit.npy")] {
            let theirs = npy(&folder.join(expected))?.into_shape_with_order((224, 224)).unwrap();
            let difference = distance(&published(&folder, answers, false)?, &theirs);
            println!("{name}: {expected} {difference:e}");
            assert!(difference < 1e-5, "{name} {expected}: {difference}");
            let transposed = distance(&published(&folder, answers, true)?, &theirs);
            assert!(transposed > 1e-3, "{name} {expected}: shifts are rows, then columns");
        }
    }
    Ok(())
}

#[test]
fn occlusion_agrees_with_captum() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures = fixtures(&folder)?;
    let toy = toy_picture(&fixtures["input"])?;
    for name in ["netA", "netB"] {
        let network = network(&folder.join(format!("toy/{name}.onnx")), 3)?;
        for (stride, field) in [(1, "occlusion_w3_s1_b0"), (2, "occlusion_w3_s2_b0")] {
            let ours = explain(&network, &toy, 2, "occlusion", &format!("window=3 stride={stride}"))?.map.to_f64();
            let apart = distance(&ours, &map(&fixtures[name][field], 8, 8));
            assert!(apart < 1e-5, "{name} {field}: {apart}");
        }
    }
    let network = network(&folder.join("resnet18/model_batch.onnx"), 1000)?;
    let picture = picture(npy(&folder.join("pictures/astronaut.npy"))?)?;
    let theirs = npy(&folder.join("resnet18/occlusion.npy"))?.into_dimensionality::<Ix4>().unwrap();
    let theirs = theirs.index_axis(Axis(0), 0).index_axis(Axis(0), 0).to_owned();
    let ours = explain(&network, &picture, 123, "occlusion", "window=32 stride=16")?.map.to_f64();
    assert!(distance(&ours, &theirs) < 1e-4, "{}", distance(&ours, &theirs));
    Ok(())
}
