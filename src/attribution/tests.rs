use std::collections::BTreeMap;

use ndarray::{Array2, Array3};

use super::parts::Parts;
use super::quickshift::{Quickshift, superpixels};
use super::staircase::{Goal, find_count};
use super::{METHODS, Method, Question, Saliency, Setting, Values, rise, sobol};
use crate::bubbles::{Centre, Cover, aperture_mask, draw_centres, region_pixels};
use crate::error::Result;
use crate::experiment::{Explained, Value};
use crate::network::Network;
use crate::network::fixtures::{dense, linear, pool};
use crate::picture::Picture;
use crate::seed::Seed;
use crate::stats::smooth::{Edge, smooth};

const SHAPE: (usize, usize) = (24, 32);

/// Parameters that ask little of every method; a later value of the same name counts.
const QUICK: &[(&str, f64)] = &[
    ("count", 8.0),
    ("trials", 12.0),
    ("masks", 12.0),
    ("window", 4.0),
    ("stride", 2.0),
    ("samples", 200.0),
    ("design", 4.0),
    ("kernel_size", 1.0),
    ("max_distance", 2.0),
];

fn method(name: &str) -> &'static Method {
    METHODS.iter().find(|method| method.name == name).unwrap()
}

fn setting(shape: (usize, usize)) -> Setting {
    let region = Array2::from_elem(shape, true);
    Setting::new(region.clone(), Cover::spatial(&region, 1.5, 0.5), 1.5)
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
    let method = method(name);
    let values = values(method, given)?;
    let setting = setting(picture.shape());
    let (explained, seed) = (&Explained::Margin, Seed(seed));
    (method.explain)(&Question {
        network,
        picture,
        target,
        explained,
        values: &values,
        setting: &setting,
        people: &[],
        seed,
    })
}

/// The values of a method's parameters, of which some are given; names that it does not have are passed over.
fn values(method: &Method, given: &[(&str, f64)]) -> Result<Values> {
    let known = |name: &str| method.parameters.iter().any(|parameter| parameter.name == name);
    let given =
        given.iter().filter(|(name, _)| known(name)).map(|&(name, value)| (name.to_owned(), Value::Number(value)));
    method.values(&given.collect())
}

/// Methods that a network can be asked.
fn askable(network: &Network) -> impl Iterator<Item = &'static Method> {
    METHODS.iter().filter(|method| {
        let values = method.values(&BTreeMap::new()).unwrap();
        (method.check)(network, &Explained::Margin, &values).is_ok()
    })
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

/// What each part of a picture adds to the margin of the linear network, whose picture is white on grey.
fn part_sums(parts: &Parts) -> Vec<f64> {
    let mut sums = vec![0.0; parts.count()];
    parts.of().iter().zip(&weights()).for_each(|(&part, weight)| sums[part] += 0.5 * weight);
    sums
}

#[test]
fn shapley_values_of_a_linear_network_are_the_sums_of_its_cells() -> Result<()> {
    let (network, picture) = (linear()?, white(SHAPE)?);
    for (grid, samples, evaluations) in [(3.0, 512.0, 512), (3.0, 100.0, 102), (7.0, 300.0, 302)] {
        let found = ask(&network, &picture, "kernel_shap", &[("grid", grid), ("samples", samples)], 0, 1)?;
        let parts = Parts::grid(SHAPE, grid as usize)?;
        let expected = parts.painted(&part_sums(&parts));
        assert!((found.map.to_f64() - &expected).iter().all(|difference| difference.abs() < 1e-5), "{grid}");
        assert_eq!((found.evaluations, found.reliability.is_none()), (evaluations, evaluations == 512));
        let opposite = ask(&network, &picture, "kernel_shap", &[("grid", grid), ("samples", samples)], 1, 1)?;
        assert!((opposite.map.to_f64() + &expected).iter().all(|difference| difference.abs() < 1e-5));
    }
    Ok(())
}

#[test]
fn shapley_values_sum_to_the_gain_over_the_background() -> Result<()> {
    let wave =
        |(row, column, channel)| 0.5 + 0.4 * (row as f32 / 7.0).sin() * (column as f32 / 6.0 + channel as f32).cos();
    let (network, picture) = (dense()?, Picture::new(Array3::from_shape_fn((60, 48, 3), wave))?);
    let hidden = network.margin(&picture.through(&Array2::zeros((60, 48)), 0.5), 0)?;
    let gain = network.margin(&picture, 0)? - hidden;
    for grid in [0.0, 2.0, 7.0] {
        let found = ask(&network, &picture, "kernel_shap", &[("grid", grid), ("samples", 300.0)], 0, 4)?;
        let parts = match grid as usize {
            0 => superpixels(&picture, &Quickshift::default()),
            cells => Parts::grid((60, 48), cells)?,
        };
        let mut values = vec![0.0; parts.count()];
        parts.of().iter().zip(found.map.values()).for_each(|(&part, &value)| values[part] = f64::from(value));
        assert!(parts.count() > 1, "{grid}");
        assert!(parts.painted(&values).mapv(|value| value as f32) == *found.map.values());
        let sum: f64 = values.iter().sum();
        assert!((sum - gain).abs() < 1e-5 && gain.abs() > 1e-2, "{grid}: {sum} and {gain}");
    }
    Ok(())
}

#[test]
fn lime_of_a_linear_network_recovers_its_superpixels() -> Result<()> {
    let (network, picture) = (linear()?, white(SHAPE)?);
    let given = |samples: f64, ridge: f64| [("samples", samples), ("kernel_size", 1.0), ("ridge", ridge)];
    let parts = superpixels(&picture, &Quickshift { kernel_size: 1.0, ..Quickshift::default() });
    assert!(parts.count() > 5, "{}", parts.count());
    let expected = parts.painted(&part_sums(&parts));
    let found = ask(&network, &picture, "lime", &given(300.0, 1e-6), 0, 1)?;
    assert!((found.map.to_f64() - &expected).iter().all(|difference| difference.abs() < 1e-5));
    assert!(found.reliability.unwrap() > 0.9999, "a linear network leaves nothing to chance");
    let shrunk = ask(&network, &picture, "lime", &given(300.0, 100.0), 0, 1)?;
    let rest = shrunk.map.to_f64().mapv(f64::abs).sum() / expected.mapv(f64::abs).sum();
    assert!(rest < 0.9 && correlation(&shrunk.map.to_f64(), &expected) > 0.9, "{rest}");
    Ok(())
}

#[test]
fn sobol_and_hsic_of_a_linear_network_find_the_cells_that_matter() -> Result<()> {
    let (network, picture) = (linear()?, white(SHAPE)?);
    let parts = Parts::grid(SHAPE, 4)?;
    let squares: Vec<f64> = part_sums(&parts).iter().map(|sum| sum * sum).collect();
    let total: f64 = squares.iter().sum();
    let expected = sobol::enlarged(&squares.iter().map(|square| square / total).collect::<Vec<_>>(), 4, SHAPE)?;
    let many = [("grid", 4.0), ("design", 400.0), ("masks", 2000.0)];
    let few = [("grid", 4.0), ("design", 4.0), ("masks", 20.0)];
    for name in ["sobol", "hsic"] {
        let found = ask(&network, &picture, name, &many, 0, 1)?;
        let r = correlation(&found.map.to_f64(), &expected);
        let rough = ask(&network, &picture, name, &few, 0, 1)?;
        assert!(r > 0.97 && correlation(&rough.map.to_f64(), &expected) < r, "{name}: {r}");
        assert!(found.reliability.unwrap() > 0.97 && rough.reliability < found.reliability, "{name}");
        let opposite = ask(&network, &picture, name, &many, 1, 1)?.map.to_f64();
        assert!((found.map.to_f64() - opposite).iter().all(|d| d.abs() < 1e-5), "{name} has no sign");
    }
    let found = ask(&network, &picture, "sobol", &many, 0, 1)?.map.to_f64();
    let wrong = (found - &expected).iter().fold(0.0f64, |most, d| most.max(d.abs()))
        / expected.iter().fold(0.0f64, |m, &v| m.max(v));
    assert!(wrong < 0.12, "{wrong}");
    Ok(())
}

#[test]
fn the_reliability_is_the_correlation_with_another_seed() -> Result<()> {
    let (network, picture) = (dense()?, crate::network::fixtures::picture(18, 14, 3)?);
    let given = [QUICK, &[("trials", 150.0), ("masks", 60.0), ("design", 12.0), ("samples", 300.0)]].concat();
    let chance = |method: &&Method| {
        ask(&network, &picture, method.name, &given, 0, 0).is_ok_and(|saliency| saliency.reliability.is_some())
    };
    let methods: Vec<&str> = askable(&network).filter(chance).map(|method| method.name).collect();
    assert!(methods.len() > 6 && methods.contains(&"rise") && methods.contains(&"smooth_grad"), "{methods:?}");
    for name in methods {
        let found = (0..16).map(|seed| ask(&network, &picture, name, &given, 0, seed)).collect::<Result<Vec<_>>>()?;
        let stated = found.iter().map(|saliency| saliency.reliability.unwrap()).sum::<f64>() / 16.0;
        let maps: Vec<Array2<f64>> = found.iter().map(|saliency| saliency.map.to_f64()).collect();
        let pairs = (0..16).flat_map(|a| (0..a).map(move |b| (a, b)));
        let actual = pairs.map(|(a, b)| correlation(&maps[a], &maps[b])).sum::<f64>() / 120.0;
        assert!((stated - actual).abs() < 0.12, "{name}: stated {stated}, actual {actual}");
    }
    Ok(())
}

#[test]
fn rise_stops_when_its_map_is_reliable_enough() -> Result<()> {
    let (network, picture) = (linear()?, white(SHAPE)?);
    let rise =
        |masks: f64, goal: f64| ask(&network, &picture, "rise", &[("masks", masks), ("reliability", goal)], 0, 5);
    let stopped = rise(2000.0, 0.6)?;
    assert!(
        stopped.evaluations.is_multiple_of(64) && (128..2000).contains(&stopped.evaluations),
        "{}",
        stopped.evaluations
    );
    assert!(stopped.reliability.unwrap() >= 0.6);
    let before = rise(stopped.evaluations as f64 - 64.0, 0.0)?;
    assert!(stopped.evaluations == 128 || before.reliability.unwrap() < 0.6, "it stops at the first look");
    assert_eq!(stopped.map, rise(stopped.evaluations as f64, 0.0)?.map, "the same masks as without a goal");
    assert_eq!(rise(2000.0, 0.01)?.evaluations, 128);
    assert_eq!(rise(150.0, 0.999)?.evaluations, 150);
    assert_eq!(rise(100.0, 0.01)?.evaluations, 100, "never before 128");
    Ok(())
}

#[test]
fn published_rise_is_positive_and_needs_more_masks() -> Result<()> {
    let (network, picture, weights) = (linear()?, white(SHAPE)?, weights());
    let setting = setting(SHAPE);
    let quality = |name: &str| -> Result<(f64, f64)> {
        let method = method(name);
        let found = (method.explain)(&Question {
            network: &network,
            picture: &picture,
            target: 0,
            explained: &Explained::Probability,
            values: &values(method, &[("masks", 500.0)])?,
            setting: &setting,
            people: &[],
            seed: Seed(5),
        })?;
        assert_eq!(found.map.values().iter().all(|&value| value > 0.0), name == "rise_published");
        Ok((correlation(&found.map.to_f64(), &weights), found.reliability.unwrap()))
    };
    let (centred, published) = (quality("rise")?, quality("rise_published")?);
    assert!(published.0 < centred.0 - 0.02 && published.1 < centred.1 - 0.05, "{centred:?} {published:?}");
    Ok(())
}

#[test]
fn published_rise_follows_its_definition() -> Result<()> {
    let (network, picture, setting) = (linear()?, white(SHAPE)?, setting(SHAPE));
    let method = method("rise_published");
    let values = values(method, &[("masks", 11.0), ("grid", 4.0), ("probability", 0.3)])?;
    let question = Question {
        network: &network,
        picture: &picture,
        target: 0,
        explained: &Explained::Probability,
        values: &values,
        setting: &setting,
        people: &[],
        seed: Seed(8),
    };
    let masks = rise::Masks::new(&question, 4.0, 0.3)?;
    let mut expected = Array2::<f64>::zeros(SHAPE);
    for number in 0..11 {
        let mask = masks.mask(&question, number);
        let scores = network.scores(&picture.through(&mask, 0.5))?;
        let probability = scores[0].exp() / (scores[0].exp() + scores[1].exp());
        expected += &(mask.mapv(f64::from) * (probability / (11.0 * 0.3)));
    }
    let found = (method.explain)(&question)?.map.to_f64();
    assert!((found - expected).iter().all(|difference| difference.abs() < 1e-6));
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
    let how = Quickshift { kernel_size: 1.0, max_distance: 2.0, ..Quickshift::default() };
    let expected = [
        ("bubbles", 1.5f64.hypot(1.5)),
        ("rise", (3.0 + 2.0) / 2.0 * 8.0 / 7.0 / 3f64.sqrt()),
        ("rise_published", (3.0 + 2.0) / 2.0 * 8.0 / 7.0 / 3f64.sqrt()),
        ("occlusion", 6.0 / 6f64.sqrt()),
        ("lime", superpixels(&picture, &how).blur_sd()),
        // Seven cells of 2 px, and rows of 2 and 3 px: (3 x 2 + 4 x 3 = 18; cubes 3 x 8 + 4 x 27) / 12, both axes.
        ("kernel_shap", ((3.0 * 8.0 + 4.0 * 27.0) / 18.0 / 12.0 + 4.0f64 / 12.0).sqrt()),
        ("sobol", (18.0 + 14.0) / 2.0 / 8.0 / 2.0),
        ("hsic", (18.0 + 14.0) / 2.0 / 8.0 / 2.0),
        ("grad_cam", (18.0 / 4.0 + 14.0 / 5.0) / 2.0 / 6f64.sqrt()),
    ];
    let quick = [QUICK, &[("window", 6.0)]].concat();
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
    let rival = (0..3).filter(|&class| class != target).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
    let objective = network.objective(&Explained::Margin, target)?;
    let cut = network.cut(&network.last_layer()?, &objective)?;
    let crossing = cut.trunk(&network.input(&picture)?)?;
    let nothing = cut.replaced(&crossing, &Array3::zeros(cut.layer.shape))?;
    let bias = |class| cut.value(&nothing, &network.objective(&Explained::Logit, class)?);
    let bias = bias(target)? - bias(rival)?;
    let sum = ask(&network, &picture, "grad_cam", &[], target, 0)?.map.to_f64().sum();
    assert!((sum - (scores[target] - scores[rival] - bias)).abs() < 1e-4, "{sum}");
    Ok(())
}

#[test]
fn every_method_keeps_the_contract() -> Result<()> {
    for method in METHODS {
        assert!(!method.description.is_empty() && !method.source.is_empty());
        assert_eq!(METHODS.iter().filter(|other| other.name == method.name).count(), 1);
        for (network, shape) in [(pool()?, (8, 10)), (dense()?, (18, 14))] {
            if !askable(&network).any(|askable| askable.name == method.name) {
                assert_eq!(method.name, "attention_rollout");
                continue;
            }
            let picture = crate::network::fixtures::picture(shape.0, shape.1, 3)?;
            let first = ask(&network, &picture, method.name, QUICK, 1, 9)?;
            let again = ask(&network, &picture, method.name, QUICK, 1, 9)?;
            let other = ask(&network, &picture, method.name, QUICK, 1, 10)?;
            assert_eq!(first.map.shape(), shape, "{}", method.name);
            assert_eq!(first.map, again.map, "{}", method.name);
            let random = first.reliability.is_some() || method.name == "random_cam";
            assert_eq!(first.map != other.map, random, "{}: a seed matters where chance does", method.name);
            assert!(first.blur_sd >= 0.0 && first.evaluations > 0);
        }
    }
    Ok(())
}

#[test]
fn one_thread_and_many_give_the_same_bits() -> Result<()> {
    let quick = [QUICK, &[("trials", 150.0), ("masks", 150.0)]].concat();
    let maps = |threads: usize| -> Result<Vec<Saliency>> {
        let workers = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (network, picture) = (dense()?, crate::network::fixtures::picture(18, 14, 3)?);
        workers.install(|| askable(&network).map(|m| ask(&network, &picture, m.name, &quick, 0, 3)).collect())
    };
    for ((one, many), method) in maps(1)?.iter().zip(&maps(2)?).zip(askable(&dense()?)) {
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
    let error = ask(&network, &picture, "kernel_shap", &[("samples", 90.0)], 0, 0).unwrap_err();
    assert!(error.what.contains("90 coalitions") && error.what.contains("49 cells"), "{error}");
    for name in ["kernel_shap", "sobol", "hsic"] {
        let error = ask(&network, &picture, name, &[("grid", 25.0)], 0, 0).unwrap_err();
        assert!(error.what.contains("25 x 25") && error.what.contains("24 x 32"), "{error}");
    }
    let error = ask(&network, &picture, "lime", &[("kernel_size", 100.0)], 0, 0).unwrap_err();
    assert!(error.what.contains("cut into 1"), "{error}");
    let question = Question {
        network: &network,
        picture: &picture,
        target: 0,
        explained: &Explained::Margin,
        values: &values(method("rise"), &[("masks", 10.0)])?,
        setting: &setting((24, 24)),
        people: &[],
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

#[test]
fn a_network_can_see_what_people_saw() -> Result<()> {
    let (network, picture, setting) = (linear()?, white(SHAPE)?, setting(SHAPE));
    let places = region_pixels(&setting.region);
    let method = method("bubbles");
    let answer = |given: &[(&str, Value)], people: &[Vec<Centre>]| {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        (method.explain)(&Question {
            network: &network,
            picture: &picture,
            target: 0,
            explained: &Explained::Margin,
            values: &method.values(&given)?,
            setting: &setting,
            people,
            seed: Seed(5),
        })
    };
    let theirs = [("shown", Value::Text("people".to_owned()))];
    let own = answer(&[("trials", Value::Number(40.0)), ("count", Value::Number(8.0))], &[])?;
    let drawn = |trial: u64, count: usize| draw_centres(&places, count, &mut Seed(5).stream("mask", trial));
    let same: Vec<Vec<Centre>> = (0..40).map(|trial| drawn(trial, 8)).collect();
    assert_eq!(answer(&theirs, &same)?.map, own.map, "the same trials give the same map");
    // A staircase: late trials have more bubbles, and a picture that is seen better answers more.
    let climbing: Vec<Vec<Centre>> = (0..400).map(|trial| drawn(trial, 4 + trial as usize / 20)).collect();
    let found = answer(&theirs, &climbing)?;
    assert_eq!(found.evaluations, 400);
    assert!(correlation(&found.map.to_f64(), &smooth(&weights(), 1.5f64.hypot(1.5), Edge::Zero)) > 0.5);
    let error = answer(&theirs, &[]).unwrap_err();
    assert!(error.what.contains("no trial"), "{error}");
    Ok(())
}
