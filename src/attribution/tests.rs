use std::collections::BTreeMap;

use ndarray::{Array2, Array3};

use super::staircase::{Goal, find_count};
use super::{METHODS, Method, Question, Saliency, Setting, parameters_for, rise};
use crate::bubbles::{Centre, aperture_mask, draw_centres, region_pixels};
use crate::error::Result;
use crate::network::Network;
use crate::network::fixtures::{dense, linear, pool};
use crate::picture::Picture;
use crate::seed::Seed;
use crate::stats::smooth::{Edge, smooth};

const SHAPE: (usize, usize) = (24, 32);

fn method(name: &str) -> &'static Method {
    METHODS.iter().find(|method| method.name == name).unwrap()
}

fn setting(shape: (usize, usize)) -> Setting {
    Setting { region: Array2::from_elem(shape, true), bubble_sd: 1.5, smoothing_sd: 1.5, background: 0.5 }
}

fn white(shape: (usize, usize)) -> Result<Picture> {
    Picture::from_grey(Array2::ones(shape))
}

fn ask(
    network: &Network,
    picture: &Picture,
    name: &str,
    given: &[(&str, f64)],
    target: usize,
    seed: u64,
) -> Result<Saliency> {
    let given: BTreeMap<String, f64> = given.iter().map(|&(name, value)| (name.to_owned(), value)).collect();
    let method = method(name);
    let parameters = parameters_for(method, Some(&given));
    let setting = setting(picture.shape());
    let question = Question { network, picture, target, parameters: &parameters, setting: &setting, seed: Seed(seed) };
    (method.explain)(&question)
}

/// Weights of class a less those of class b in the linear network.
fn weights() -> Array2<f64> {
    let bump = |row: f64, column: f64, (r, c): (usize, usize)| {
        (-((r as f64 - row).powi(2) + (c as f64 - column).powi(2)) / 32.0).exp() / 20.0
    };
    Array2::from_shape_fn(SHAPE, |at| bump(8.0, 9.0, at) - bump(17.0, 22.0, at) - bump(6.0, 26.0, at))
}

fn correlation(first: &Array2<f64>, second: &Array2<f64>) -> f64 {
    let centred = |map: &Array2<f64>| map - map.mean().unwrap();
    let (a, b) = (centred(first), centred(second));
    (&a * &b).sum() / ((&a * &a).sum() * (&b * &b).sum()).sqrt()
}

#[test]
fn occlusion_of_a_linear_network_is_a_window_average() -> Result<()> {
    let map = ask(&linear()?, &white(SHAPE)?, "occlusion", &[("window", 5.0), ("stride", 1.0)], 0, 0)?.map.to_f64();
    let weights = weights();
    let window_sum = |row: usize, column: usize| -> f64 {
        (row..row + 5).flat_map(|r| (column..column + 5).map(move |c| (r, c))).map(|at| 0.5 * weights[at]).sum()
    };
    for (row, column) in [(0, 0), (8, 9), (12, 20), (23, 31)] {
        let starts = |at: usize, side: usize| at.saturating_sub(4)..=at.min(side - 5);
        let windows: Vec<f64> = starts(row, 24)
            .flat_map(|r| starts(column, 32).map(move |c| (r, c)))
            .map(|(r, c)| window_sum(r, c))
            .collect();
        let mean = windows.iter().sum::<f64>() / windows.len() as f64;
        assert!((map[[row, column]] - mean).abs() < 1e-5, "{row} {column}: {} and {mean}", map[[row, column]]);
    }
    Ok(())
}

#[test]
fn random_masks_recover_the_weights_of_a_linear_network() -> Result<()> {
    let (network, picture, weights) = (linear()?, white(SHAPE)?, weights());
    type Given = &'static [(&'static str, f64)];
    let cases: [(&str, Given, Given); 2] = [
        ("rise", &[("masks", 2000.0)], &[("masks", 20.0)]),
        ("bubbles", &[("trials", 3000.0), ("count", 20.0)], &[("trials", 30.0), ("count", 20.0)]),
    ];
    for (name, many, few) in cases {
        let found = ask(&network, &picture, name, many, 0, 5)?;
        let r = correlation(&found.map.to_f64(), &weights);
        let rough = ask(&network, &picture, name, few, 0, 5)?;
        let poorer = correlation(&rough.map.to_f64(), &weights);
        assert!(r > 0.9 && poorer < r, "{name}: {r} and {poorer}");
        let (high, low) = (found.reliability.unwrap(), rough.reliability.unwrap());
        assert!(high > 0.8 && low < high, "{name}: {high} and {low}");
        let swapped = ask(&network, &picture, name, many, 1, 5)?.map;
        assert_eq!(swapped.to_f64(), -found.map.to_f64(), "{name}: the other class sees the opposite");
    }
    Ok(())
}

#[test]
fn bubbles_follow_their_definition() -> Result<()> {
    let (network, picture, setting, trials) = (linear()?, white(SHAPE)?, setting(SHAPE), 11);
    let all = region_pixels(&setting.region);
    let shown: Vec<Vec<Centre>> =
        (0..trials).map(|trial| draw_centres(&all, 6, &mut Seed(8).stream("mask", trial))).collect();
    let answer = |centres: &Vec<Centre>| -> Result<f64> {
        let mask = aperture_mask(SHAPE, centres, setting.bubble_sd);
        network.margin(&picture.through(&mask, 0.5), 0)
    };
    let responses: Vec<f64> = shown.iter().map(answer).collect::<Result<_>>()?;
    let mean = responses.iter().sum::<f64>() / trials as f64;
    let sd = (responses.iter().map(|response| (response - mean).powi(2)).sum::<f64>() / trials as f64).sqrt();
    let mut expected = Array2::<f64>::zeros(SHAPE);
    for (centres, response) in shown.iter().zip(&responses) {
        for &centre in centres {
            let mut one = Array2::zeros(SHAPE);
            one[[centre.row, centre.column]] = (response - mean) / (trials as f64 * sd);
            expected += &smooth(&one, setting.smoothing_sd, Edge::Zero);
        }
    }
    let found = ask(&network, &picture, "bubbles", &[("trials", trials as f64), ("count", 6.0)], 0, 8)?;
    assert!((found.map.to_f64() - expected).iter().all(|difference| difference.abs() < 1e-7));
    Ok(())
}

/// Autocovariance of RISE masks along one axis, over `p (1 - p)`: exact, over all shifts and cells.
fn mask_covariance(grid: usize, side: usize) -> Array2<f64> {
    let shifts = side.div_ceil(grid);
    let mut covariance = Array2::zeros((side, side));
    for cell in 0..grid {
        let one = Array2::from_shape_fn((grid, 1), |(at, _)| if at == cell { 1.0 } else { 0.0 });
        for shift in 0..shifts {
            let mask = rise::enlarged(&one, (side, 1), (shift, 0)).mapv(f64::from);
            covariance += &(mask.dot(&mask.t()) / shifts as f64);
        }
    }
    covariance
}

#[test]
fn rise_of_a_linear_network_is_its_weights_blurred_by_the_masks() -> Result<()> {
    let expected = mask_covariance(7, 24).dot(&(weights() * 0.5)).dot(&mask_covariance(7, 32));
    for probability in [0.5, 0.2] {
        let given = [("masks", 3000.0), ("probability", probability)];
        let found = ask(&linear()?, &white(SHAPE)?, "rise", &given, 0, 2)?.map.to_f64();
        let slope = (&found * &expected).sum() / (&expected * &expected).sum();
        let r = correlation(&found, &expected);
        assert!((slope - 1.0).abs() < 0.08 && r > 0.97, "{probability}: slope {slope}, r {r}");
    }
    Ok(())
}

#[test]
fn every_method_states_its_blur() -> Result<()> {
    let (network, picture) = (dense()?, crate::network::fixtures::picture(18, 14, 3)?);
    let expected = [
        ("bubbles", 1.5f64.hypot(1.5)),
        ("rise", (3.0 + 2.0) / 2.0 * 8.0 / 7.0 / 3f64.sqrt()),
        ("occlusion", 6.0 / 6f64.sqrt()),
        ("grad_cam", (18.0 / 4.0 + 14.0 / 5.0) / 2.0 / 6f64.sqrt()),
    ];
    let quick = [("count", 8.0), ("trials", 10.0), ("masks", 10.0), ("window", 6.0), ("stride", 4.0)];
    assert_eq!(expected.map(|(name, _)| name).to_vec(), METHODS.iter().map(|m| m.name).collect::<Vec<_>>());
    for (name, blur) in expected {
        let stated = ask(&network, &picture, name, &quick, 0, 0)?.blur_sd;
        assert!((stated - blur).abs() < 1e-12, "{name}: {stated} and {blur}");
    }
    Ok(())
}

#[test]
fn the_blur_of_rise_is_that_of_its_masks() {
    let middle = 35;
    let covariance = mask_covariance(7, 70).row(middle).to_owned();
    let squared = |at: usize| (at as f64 - middle as f64).powi(2);
    let variance =
        covariance.iter().enumerate().map(|(at, &value)| squared(at) * value).sum::<f64>() / covariance.sum();
    let pitch = 10.0 * 8.0 / 7.0;
    assert!(
        (variance.sqrt() - pitch / 3f64.sqrt()).abs() < 0.03 * pitch,
        "{} and {}",
        variance.sqrt(),
        pitch / 3f64.sqrt()
    );
}

#[test]
fn grad_cam_of_a_linear_network_is_the_picture_times_its_mean_weight() -> Result<()> {
    let picture = Picture::from_grey(Array2::from_shape_fn(SHAPE, |(row, column)| (row + 2 * column) as f32 / 90.0))?;
    let found = ask(&linear()?, &picture, "grad_cam", &[], 1, 0)?;
    let weight = -weights().mean().unwrap();
    let expected = picture.grey().mapv(|value| f64::from(value) * weight);
    assert!((found.map.to_f64() - expected).iter().all(|difference| difference.abs() < 1e-6));
    assert_eq!((found.layer.as_deref(), found.reliability), (Some("x"), None));
    Ok(())
}

#[test]
fn grad_cam_under_a_global_pool_sums_to_the_margin_without_bias() -> Result<()> {
    let (network, picture) = (pool()?, crate::network::fixtures::picture(8, 10, 1)?);
    let scores = network.scores(&picture)?;
    let target = (0..3).find(|&class| scores.iter().all(|score| score <= &scores[class])).unwrap();
    let mut features = network.features(&picture)?;
    features.activations = Array3::zeros(features.activations.dim());
    let rival = (0..3).filter(|&class| class != target).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
    let bias = network.head_scores(&features)?;
    let sum = ask(&network, &picture, "grad_cam", &[], target, 0)?.map.to_f64().sum();
    assert!((sum - (scores[target] - scores[rival] - bias[target] + bias[rival])).abs() < 1e-4, "{sum}");
    Ok(())
}

#[test]
fn every_method_keeps_the_contract() -> Result<()> {
    let quick = [("count", 8.0), ("trials", 12.0), ("masks", 12.0), ("window", 6.0), ("stride", 4.0)];
    for method in METHODS {
        assert!(!method.description.is_empty() && !method.source.is_empty());
        assert_eq!(METHODS.iter().filter(|other| other.name == method.name).count(), 1);
        assert!(method.parameters.iter().all(|p| p.minimum <= p.default && p.default <= p.maximum), "{}", method.name);
        for (network, shape) in [(pool()?, (8, 10)), (dense()?, (18, 14))] {
            let picture = crate::network::fixtures::picture(shape.0, shape.1, 3)?;
            let first = ask(&network, &picture, method.name, &quick, 1, 9)?;
            let again = ask(&network, &picture, method.name, &quick, 1, 9)?;
            let other = ask(&network, &picture, method.name, &quick, 1, 10)?;
            assert_eq!(first.map.shape(), shape, "{}", method.name);
            assert_eq!(first.map, again.map, "{}", method.name);
            let random = first.reliability.is_some();
            assert_eq!(first.map != other.map, random, "{}: a seed matters where chance does", method.name);
            assert!(first.blur_sd > 0.0 && first.evaluations > 0);
        }
    }
    Ok(())
}

#[test]
fn one_thread_and_many_give_the_same_bits() -> Result<()> {
    let quick = [("count", 8.0), ("trials", 150.0), ("masks", 150.0), ("window", 4.0), ("stride", 2.0)];
    let maps = |threads: usize| -> Result<Vec<Saliency>> {
        let workers = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (network, picture) = (dense()?, crate::network::fixtures::picture(18, 14, 3)?);
        workers.install(|| METHODS.iter().map(|m| ask(&network, &picture, m.name, &quick, 0, 3)).collect())
    };
    for ((one, many), method) in maps(1)?.iter().zip(&maps(2)?).zip(METHODS) {
        assert_eq!(one.map.to_npy(), many.map.to_npy(), "{}", method.name);
        assert_eq!(one.reliability, many.reliability, "{}", method.name);
    }
    Ok(())
}

#[test]
fn impossible_questions_are_refused() -> Result<()> {
    let (network, picture) = (linear()?, white(SHAPE)?);
    let error = ask(&network, &picture, "bubbles", &[], 0, 0).unwrap_err();
    assert!(error.what.contains("0 apertures") && error.what.contains("768 pixels"), "{error}");
    let error = ask(&network, &picture, "occlusion", &[("stride", 17.0)], 0, 0).unwrap_err();
    assert!(error.what.contains("17 px") && error.what.contains("16 px"), "{error}");
    let error = ask(&network, &picture, "rise", &[("grid", 0.0)], 0, 0).unwrap_err();
    assert!(error.what.contains("`grid` of rise is 0"), "{error}");
    let question = Question {
        network: &network,
        picture: &picture,
        target: 0,
        parameters: &[10.0, 4.0, 0.5],
        setting: &setting((24, 24)),
        seed: Seed(0),
    };
    let error = (method("rise").explain)(&question).unwrap_err();
    assert!(error.what.contains("24 x 32") && error.what.contains("24 x 24"), "{error}");
    Ok(())
}

#[test]
fn the_staircase_finds_a_number_of_apertures_or_says_that_there_is_none() -> Result<()> {
    let network = linear()?;
    let signed = weights();
    let lit = Picture::from_grey(signed.mapv(|weight| if weight > 0.0 { 1.0 } else { 0.0 }))?;
    let unlit = Picture::from_grey(signed.mapv(|weight| if weight > 0.0 { 0.0 } else { 1.0 }))?;
    let pictures = [(&lit, 0), (&unlit, 1)];
    let goal = Goal { accuracy: 0.75, minimum: 1, maximum: 700, trials: 300 };
    let found = find_count(&network, &pictures, &setting(SHAPE), &goal, Seed(4))?;
    assert!(found.reached && (found.accuracy - 0.75).abs() < 0.1, "{found:?}");
    assert_eq!(found.levels.len(), 300);
    assert_eq!(found, find_count(&network, &pictures, &setting(SHAPE), &goal, Seed(4))?);
    let few = find_count(&network, &pictures, &setting(SHAPE), &Goal { maximum: 2, ..goal }, Seed(4))?;
    assert!(!few.reached && few.count <= 2, "{few:?}");
    assert!(few.count < found.count);
    let level = found.levels[150..].iter().sum::<f64>() / 150.0;
    assert_eq!(found.count, 10f64.powf(level).round() as usize);
    let stuck = Goal { minimum: found.count, maximum: found.count, ..goal };
    let stuck = find_count(&network, &pictures, &setting(SHAPE), &stuck, Seed(4))?;
    assert!(
        !stuck.reached && (stuck.accuracy - 0.75).abs() < 0.1,
        "a level that cannot move proves nothing: {stuck:?}"
    );
    assert!(find_count(&network, &[], &setting(SHAPE), &goal, Seed(4)).is_err());
    assert!(find_count(&network, &pictures, &setting(SHAPE), &Goal { maximum: 769, ..goal }, Seed(4)).is_err());
    Ok(())
}
