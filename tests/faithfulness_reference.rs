//! Measures of faithfulness against PyTorch, Captum and SciPy on two toy networks.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use bubblescope::error::{Error, Result};
use bubblescope::experiment::{Channels, Input, Output, OutputValues};
use bubblescope::faithfulness::{
    area, complexity, curve, infidelity, order, probability, rank_correlation, removed, sensitivity_max, sparseness,
    sum_of,
};
use bubblescope::network::Network;
use bubblescope::picture::Picture;
use ndarray::{Array2, Array3};
use serde_json::Value;

const TOLERANCE: f64 = 1e-4;

/// The folder of toy networks, if this machine has one.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BUBBLESCOPE_REFERENCE").map(|folder| PathBuf::from(folder).join("attribution/toy"));
    if folder.is_none() {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
    }
    folder
}

/// A toy network, the picture that it is asked about, the class, and what others found.
struct Toy {
    network: Network,
    values: Array3<f64>,
    target: usize,
    expected: Value,
}

impl Toy {
    fn read(folder: &std::path::Path, name: &str) -> Result<Toy> {
        let path = folder.join("fixtures.json");
        let bytes = std::fs::read(&path).map_err(|cause| Error::io("read", &path, cause))?;
        let mut fixtures: Value = serde_json::from_slice(&bytes).unwrap();
        let classes: Vec<String> = (0..3).map(|class| format!("class {class}")).collect();
        let input = Input { channels: Channels::Rgb, range: [0.0, 1.0], mean: vec![], sd: vec![] };
        let output = Output { classes: classes.clone(), values: OutputValues::Logits };
        let network = Network::load(&folder.join(format!("{name}.onnx")), &input, &output, &classes)?;
        let values = tensor(&numbers(&fixtures["input"]));
        let mut expected = fixtures[name].take();
        for field in ["mufidelity", "infidelity", "sensitivity_max"] {
            expected[field] = fixtures[field].take();
        }
        let target = expected["target"].as_u64().unwrap() as usize;
        Ok(Toy { network, values, target, expected })
    }

    fn number(&self, field: &str) -> f64 {
        self.expected[field].as_f64().unwrap()
    }

    fn probability(&self, shown: &Picture) -> Result<f64> {
        probability(&self.network.scores(shown)?, self.target)
    }

    fn logit(&self, values: &Array3<f64>) -> Result<f64> {
        Ok(self.network.scores(&picture(values))?[self.target])
    }

    /// Sum over channels of the magnitude of the gradient, by PyTorch.
    fn saliency(&self) -> Array2<f64> {
        tensor(&numbers(&self.expected["saliency_abs"])).sum_axis(ndarray::Axis(2))
    }
}

/// The first toy network in double precision: two convolutions of 3 x 3 with a pool between them, and a dense layer.
struct Exact {
    kernels: [Vec<f64>; 2],
    biases: [Vec<f64>; 2],
    dense: Vec<f64>,
    offset: Vec<f64>,
}

impl Exact {
    fn read(weights: &Value) -> Exact {
        let of = |name: &str| numbers(&weights[name]);
        Exact {
            kernels: [of("conv1.weight"), of("conv2.weight")],
            biases: [of("conv1.bias"), of("conv2.bias")],
            dense: of("fc.weight"),
            offset: of("fc.bias"),
        }
    }

    /// Convolution with a border of zeros, rectified.
    fn layer(&self, at: usize, x: &Array3<f64>) -> Array3<f64> {
        let (rows, columns, channels) = x.dim();
        Array3::from_shape_fn((rows, columns, self.biases[at].len()), |(row, column, output)| {
            let mut sum = self.biases[at][output];
            for (place, weight) in self.kernels[at].chunks_exact(9 * channels).nth(output).unwrap().iter().enumerate() {
                let (r, c) = ((row + place % 9 / 3).wrapping_sub(1), (column + place % 3).wrapping_sub(1));
                sum += weight * x.get([r, c, place / 9]).unwrap_or(&0.0);
            }
            sum.max(0.0)
        })
    }

    fn logits(&self, values: &Array3<f64>) -> Vec<f64> {
        let first = self.layer(0, values);
        let pooled = Array3::from_shape_fn((4, 4, first.dim().2), |(row, column, channel)| {
            let at = |down: usize, across: usize| first[[2 * row + down, 2 * column + across, channel]];
            at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1))
        });
        let flat = self.layer(1, &pooled).permuted_axes([2, 0, 1]);
        let product = |row: &[f64]| row.iter().zip(&flat).map(|(weight, value)| weight * value).sum::<f64>();
        self.dense.chunks_exact(96).zip(&self.offset).map(|(row, offset)| offset + product(row)).collect()
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(parts) => parts.iter().flat_map(numbers).collect(),
        number => number.as_f64().into_iter().collect(),
    }
}

/// Numbers of shape (3, 8, 8) as (rows, columns, channels).
fn tensor(numbers: &[f64]) -> Array3<f64> {
    let stored = Array3::from_shape_vec((3, 8, 8), numbers.to_vec()).unwrap();
    stored.permuted_axes([1, 2, 0]).as_standard_layout().into_owned()
}

fn picture(values: &Array3<f64>) -> Picture {
    Picture::new(values.mapv(|value| value as f32)).unwrap()
}

/// The congruential generator of the script that made the values: `x <- (1664525 x + 1013904223) mod 2^32`, x / 2^32 - 0.5.
fn congruential(count: usize, seed: u32) -> Vec<f64> {
    let mut x = seed;
    let mut next = || {
        x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(x) / 4_294_967_296.0 - 0.5
    };
    (0..count).map(|_| next()).collect()
}

fn perturbation(at: u32) -> Array3<f64> {
    tensor(&congruential(192, 500 + at)) * 0.2
}

fn largest(ours: &[f64], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn deletion_and_insertion_agree_with_torch() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    for name in ["netA", "netB"] {
        let toy = Toy::read(&folder, name)?;
        let order = order(&toy.saliency());
        let expected: Vec<usize> =
            numbers(&toy.expected["saliency_order"]).iter().map(|&place| place as usize).collect();
        assert_eq!(order, expected, "{name}");
        let (whole, zeros) = (picture(&toy.values), picture(&(&toy.values * 0.0)));
        for (kind, start, finish) in [("del", &whole, &zeros), ("ins", &zeros, &whole)] {
            let ours = curve(start, finish, &order, 4, &mut |shown| toy.probability(shown))?;
            let difference = largest(&ours, &numbers(&toy.expected[format!("{kind}_curve")]));
            assert!(difference < TOLERANCE, "{name} {kind}: {difference}");
            let found = area(&ours).unwrap();
            let expected = toy.number(&format!("{kind}_auc_petsiuk"));
            assert!((found - expected).abs() < TOLERANCE, "{name} {kind}: {found} {expected}");
            println!("{name} {kind}: curve {difference:.1e}, area {:.1e}", (found - expected).abs());
            let reversed: Vec<usize> = order.iter().rev().copied().collect();
            let other = curve(start, finish, &reversed, 4, &mut |shown| toy.probability(shown))?;
            assert!((area(&other).unwrap() - expected).abs() > 0.01, "{name} {kind}: the order matters");
        }
    }
    Ok(())
}

#[test]
fn sparseness_and_complexity_agree_with_numpy() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    for name in ["netA", "netB"] {
        let toy = Toy::read(&folder, name)?;
        let (gini, entropy) = (sparseness(&toy.saliency()).unwrap(), complexity(&toy.saliency()).unwrap());
        assert!((gini - toy.number("gini")).abs() < 1e-9, "{name}: {gini}");
        assert!((entropy - toy.number("entropy_nats")).abs() < 1e-9, "{name}: {entropy}");
        assert!((sparseness(&toy.saliency().mapv(|value| value * value)).unwrap() - gini).abs() > 0.01);
    }
    Ok(())
}

#[test]
fn mu_fidelity_agrees_with_scipy() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let toy = Toy::read(&folder, "netA")?;
    let (map, whole) = (toy.saliency(), toy.logit(&toy.values)?);
    let (mut falls, mut sums) = (Vec::new(), Vec::new());
    for set in 0..24 {
        let cells = Array2::from_shape_vec((4, 4), congruential(16, 400 + set)).unwrap();
        let hidden = removed(&cells.mapv(|value| value <= -0.3), (8, 8));
        let shown = Array3::from_shape_fn((8, 8, 3), |(row, column, channel)| {
            if hidden[[row, column]] { 0.0 } else { toy.values[[row, column, channel]] }
        });
        falls.push(whole - toy.logit(&shown)?);
        sums.push(sum_of(&map, &hidden));
    }
    let expected = &toy.expected["mufidelity"];
    assert!(largest(&falls, &numbers(&expected["pred"])) < TOLERANCE);
    assert!(largest(&sums, &numbers(&expected["attr"])) < TOLERANCE);
    let found = rank_correlation(("fall", &falls), ("sum", &sums)).unwrap();
    println!("mu_fidelity: {:.1e}", (found - expected["spearman"].as_f64().unwrap()).abs());
    assert!((found - expected["spearman"].as_f64().unwrap()).abs() < TOLERANCE, "{found}");
    assert!((found - expected["pearson"].as_f64().unwrap()).abs() > 1e-3, "ranks are not values");
    Ok(())
}

#[test]
fn infidelity_agrees_with_torch() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let toy = Toy::read(&folder, "netA")?;
    let gradient = tensor(&numbers(&toy.expected["gradient"]));
    let whole = toy.logit(&toy.values)?;
    let change = |at: u32| -> Result<(f64, f64)> {
        let by = perturbation(at);
        Ok(((&gradient * &by).sum(), whole - toy.logit(&(&toy.values - &by))?))
    };
    let changes: Vec<(f64, f64)> = (0..10).map(change).collect::<Result<_>>()?;
    let (found, expected) = (infidelity(&changes).unwrap(), toy.expected["infidelity"]["value"].as_f64().unwrap());
    println!("infidelity: {:.1e}", (found - expected).abs());
    assert!((found - expected).abs() < TOLERANCE * expected, "{found} {expected}");
    let doubled: Vec<(f64, f64)> = changes.iter().map(|&(predicted, observed)| (2.0 * predicted, observed)).collect();
    assert!(infidelity(&doubled).unwrap() > 2.0 * expected);
    Ok(())
}

#[test]
fn sensitivity_max_agrees_with_captum() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let toy = Toy::read(&folder, "netA")?;
    let exact = Exact::read(&toy.expected["weights"]);
    let gradient = |values: &Array3<f64>| {
        let mut rows = Vec::new();
        for place in (0..192).map(|at| [at / 24, at / 3 % 8, at % 3]) {
            let (mut above, mut below) = (values.clone(), values.clone());
            above[place] += 1e-6;
            below[place] -= 1e-6;
            rows.push(((exact.logits(&above)[toy.target] - exact.logits(&below)[toy.target]) / 2e-6).abs());
        }
        Array2::from_shape_vec((1, 192), rows).unwrap()
    };
    let difference = largest(&exact.logits(&toy.values), &toy.network.scores(&picture(&toy.values))?);
    assert!(difference < 1e-5, "the network in double precision is another: {difference}");
    let own = gradient(&toy.values);
    let theirs = tensor(&numbers(&toy.expected["saliency_abs"]));
    assert!(largest(own.as_slice().unwrap(), theirs.as_slice().unwrap()) < 1e-8);
    let changed: Vec<Array2<f64>> = (0..10).map(|at| gradient(&(&toy.values + &(perturbation(at) * 0.2)))).collect();
    let (found, expected) =
        (sensitivity_max(&own, &changed).unwrap(), toy.expected["sensitivity_max"]["value"].as_f64().unwrap());
    println!("sensitivity_max: {:.1e}", (found - expected).abs());
    assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    assert!((sensitivity_max(&own, &changed[..1]).unwrap() - expected).abs() > 0.01, "the largest of all");
    Ok(())
}
