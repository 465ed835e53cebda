//! Closed forms, contracts over the table of measures, and the randomisation of small networks.

#![allow(clippy::unwrap_used)]

use ndarray::{Array2, array};
use rand::RngExt;

use super::randomisation::depths;
use super::*;
use crate::experiment::Explained;
use crate::network::Network;
use crate::network::fixtures::{linear, picture, pool};

const SHAPE: (usize, usize) = (12, 17);

fn shown() -> Picture {
    picture(SHAPE.0, SHAPE.1, 1).unwrap()
}

/// Weights of a linear answer, positive and negative.
fn weights() -> Array2<f64> {
    let mut random = Seed(5).stream("weights", 0);
    Array2::from_shape_simple_fn(SHAPE, || random.random::<f64>() - 0.4)
}

/// A network whose margin is linear in the grey values, and a method that answers `map`.
fn with_case<T>(map: &Array2<f64>, region: Option<&Array2<bool>>, ask: impl Fn(&mut Case) -> T) -> T {
    let weights = weights();
    let margin = |shown: &Picture| -> Result<f64> {
        Ok(shown.grey().iter().zip(&weights).map(|(value, weight)| f64::from(*value) * weight).sum())
    };
    let answers = Answers {
        probability: &|shown| probability(&[margin(shown)?, 0.0], 0),
        value: &margin,
        explain: &|shown| Ok(shown.grey().mapv(f64::from) * &weights),
        layers: 3,
        explain_randomised: &|_| Ok(map.clone()),
    };
    let picture = shown();
    let values = Values::new("test", &[], &BTreeMap::new()).unwrap();
    ask(&mut Case {
        map,
        picture: &picture,
        region,
        background: 0.5,
        values: &values,
        seed: Seed(1),
        answers: &answers,
    })
}

/// What a measure finds with its defaults.
fn found(measure: &Measure, map: &Array2<f64>, region: Option<&Array2<bool>>) -> Vec<Finding> {
    let values = measure.values(&BTreeMap::new()).unwrap();
    with_case(map, region, |case| (measure.judge)(&Case { values: &values, ..*case }).unwrap())
}

fn measure(name: &str) -> &'static Measure {
    FAITHFULNESS.iter().find(|measure| measure.name == name).unwrap()
}

fn value(name: &str, map: &Array2<f64>) -> f64 {
    found(measure(name), map, None).last().unwrap().outcome.clone().unwrap()
}

/// What the linear margin owes to each pixel, beyond the background.
fn true_map() -> Array2<f64> {
    (shown().grey().mapv(f64::from) - 0.5) * weights()
}

fn region() -> Array2<bool> {
    Array2::from_shape_fn(SHAPE, |(row, column)| row > 3 && column > 6)
}

#[test]
fn every_measure_finds_each_of_its_quantities_within_its_range_and_again_the_same() {
    for measure in FAITHFULNESS {
        let findings = found(measure, &true_map(), Some(&region()));
        for quantity in measure.quantities {
            let mut of = findings.iter().filter(|finding| finding.quantity == quantity.name).peekable();
            assert!(of.peek().is_some(), "{} {}", measure.name, quantity.name);
            for finding in of {
                let value = finding.outcome.clone().unwrap();
                let (low, high) = quantity.range;
                assert!((low - 1e-9..=high + 1e-9).contains(&value), "{} {}: {value}", measure.name, quantity.name);
            }
        }
        assert!(findings.iter().all(|finding| measure.quantities.iter().any(|one| one.name == finding.quantity)));
        assert_eq!(findings, found(measure, &true_map(), Some(&region())), "{}", measure.name);
    }
}

#[test]
fn the_true_map_of_a_linear_network_is_better_than_its_negative_and_than_noise() {
    let truth = true_map();
    let noise = crate::score::smooth_noise(SHAPE, 1.0, Seed(2));
    for name in ["deletion", "insertion", "road", "mu_fidelity", "infidelity"] {
        let better = measure(name).quantities.last().unwrap().better;
        let is_better = |a: f64, b: f64| if better == Better::Higher { a > b } else { a < b };
        assert!(is_better(value(name, &truth), value(name, &noise)), "{name} against noise");
        if name != "infidelity" {
            assert!(is_better(value(name, &truth), value(name, &-&truth)), "{name} against the negative");
        }
    }
    assert!((value("mu_fidelity", &truth) - 1.0).abs() < 1e-6);
}

#[test]
fn a_map_without_values_has_a_reason_and_no_number() {
    let zeros = Array2::zeros(SHAPE);
    for measure in FAITHFULNESS.iter().filter(|measure| measure.name != "sensitivity_max") {
        for finding in found(measure, &zeros, Some(&region())) {
            let reason = finding.outcome.unwrap_err();
            assert!(reason.len() > 10, "{}: {reason}", measure.name);
        }
    }
    assert!(sensitivity_max(&zeros, &[true_map()]).unwrap_err().contains("zero everywhere"));
}

#[test]
fn the_probability_is_the_softmax_of_the_scores() {
    assert!((probability(&[1.0, 1.0, 1.0], 1).unwrap() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(probability(&[2000.0, -2000.0], 1).unwrap(), 0.0, "and no overflow");
    assert_eq!(probability(&[2000.0, -2000.0], 0).unwrap(), 1.0);
    assert!(probability(&[0.0, 0.0], 2).is_err());
}

#[test]
fn equal_pixels_stay_in_reading_order() {
    assert_eq!(order(&array![[0.0, 3.0, 0.0], [3.0, -1.0, 0.0]]), [1, 3, 0, 2, 5, 4]);
}

#[test]
fn a_curve_goes_from_one_picture_to_the_other_and_its_area_is_the_trapezoid() {
    let (start, finish) = (shown(), with_case(&true_map(), None, |case| case.hidden()));
    let mut seen = Vec::new();
    let answers = curve(&start, &finish, &order(&true_map()), 50, &mut |shown| {
        seen.push(shown.clone());
        Ok(seen.len() as f64)
    });
    let answers = answers.unwrap();
    assert_eq!(answers.len(), (12 * 17usize).div_ceil(50) + 1);
    assert_eq!((seen.first(), seen.last()), (Some(&start), Some(&finish)));
    let changed = seen[1].values().iter().zip(start.values()).filter(|(a, b)| a != b).count();
    assert!((1..=50).contains(&changed), "{changed}");
    assert_eq!(area(&[1.0, 2.0, 4.0]), Some(2.25));
    assert_ne!(area(&[1.0, 2.0, 4.0]), Some(7.0 / 3.0), "the mean is not the area");
    assert_eq!(area(&[1.0]), None);
}

#[test]
fn deletion_depends_on_the_order_alone_and_falls_to_the_background() {
    let truth = true_map();
    let warped = truth.mapv(|value| (3.0 * value).exp());
    assert_eq!(value("deletion", &truth), value("deletion", &warped));
    assert!(value("deletion", &truth) < value("deletion", &-&truth));
}

#[test]
fn the_infidelity_of_a_linear_network_is_zero_for_its_own_map_and_for_no_other() {
    let truth = true_map();
    assert!(value("infidelity", &truth) < 1e-6 && value("infidelity", &(&truth * -7.0)) < 1e-6);
    assert!(value("infidelity", &weights()) > 0.01, "weights are not contributions");
    let changes = [(1.0, 2.0), (2.0, 4.0), (-1.0, -2.0)];
    assert_eq!((infidelity(&changes), scaled_infidelity(&changes)), (Ok(2.0), Ok(0.0)));
    assert_eq!(relative_infidelity(&changes), Ok(0.0));
    assert_eq!(relative_infidelity(&[(1.0, 1.0), (1.0, -1.0)]), Ok(1.0), "nothing is predicted");
    assert!(relative_infidelity(&[(1.0, 0.0)]).is_err() && relative_infidelity(&[(0.0, 1.0)]).is_err());
}

#[test]
fn a_map_that_ignores_its_picture_is_not_sensitive_and_a_linear_one_changes_with_the_noise() {
    let own = array![[3.0, 4.0]];
    assert_eq!(sensitivity_max(&own, &[own.clone(), array![[3.0, 4.5]], array![[3.0, 4.1]]]), Ok(0.1));
    let change = value("sensitivity_max", &true_map());
    assert!(change > 0.001 && change < 0.1, "{change}");
}

#[test]
fn imputation_gives_a_linear_ramp_back_and_leaves_known_pixels_alone() {
    let ramp = Array2::from_shape_fn((20, 25), |(row, column)| 0.1 + 0.02 * row as f32 + 0.01 * column as f32);
    let shown = Picture::from_grey(ramp.clone()).unwrap();
    let mut random = Seed(3).stream("missing", 0);
    let missing = Array2::from_shape_fn((20, 25), |(row, column)| {
        (1..19).contains(&row) && (1..24).contains(&column) && random.random_bool(0.9)
    });
    let filled = imputed(&shown, &missing).unwrap().grey();
    assert!(filled.iter().zip(&ramp).all(|(a, b)| (a - b).abs() < 1e-3), "a ramp is harmonic");
    let mut blank = ramp.clone();
    blank.zip_mut_with(&missing, |value, missing| *value = if *missing { 9.0 } else { *value });
    let from_blank = imputed(&Picture::from_grey(blank).unwrap(), &missing).unwrap().grey();
    assert_eq!(from_blank, filled, "what was there before does not matter");
    assert!(imputed(&shown, &Array2::from_elem((20, 25), true)).is_err());
    let alone = Array2::from_shape_fn((20, 25), |at| at == (0, 0));
    let corner = imputed(&shown, &alone).unwrap().grey()[[0, 0]];
    let expected = (ramp[[0, 1]] / 6.0 + ramp[[1, 0]] / 6.0 + ramp[[1, 1]] / 12.0) / (5.0 / 12.0);
    assert!(
        (corner - expected).abs() < 1e-6 && (corner - ramp[[0, 0]]).abs() > 1e-3,
        "weights at the border are renormalised"
    );
}

#[test]
fn noise_falls_on_missing_pixels_only_with_the_wanted_sd() {
    let grey = Picture::from_grey(Array2::from_elem((60, 80), 0.5)).unwrap();
    let missing = Array2::from_shape_fn((60, 80), |(row, _)| row < 40);
    let values = noisy(&grey, &missing, 0.01, Seed(1)).unwrap().grey();
    let of = |wanted: bool| {
        values.iter().zip(&missing).filter(move |(_, m)| **m == wanted).map(|(v, _)| f64::from(*v) - 0.5)
    };
    assert!(of(false).all(|difference| difference == 0.0));
    let sd = (of(true).map(|difference| difference * difference).sum::<f64>() / 3200.0).sqrt();
    assert!((sd / 0.01 - 1.0).abs() < 0.05, "{sd}");
}

#[test]
fn one_pixel_is_sparsest_and_simplest_and_a_plain_of_equal_values_neither() {
    let mut one = Array2::zeros((4, 5));
    one[[2, 3]] = -7.0;
    let (gini, entropy) = (sparseness(&one).unwrap(), complexity(&one).unwrap());
    assert!((gini - 19.0 / 20.0).abs() < 1e-12 && entropy == 0.0);
    let equal = Array2::from_elem((4, 5), -2.0);
    assert!(sparseness(&equal).unwrap().abs() < 1e-12 && (complexity(&equal).unwrap() - 20f64.ln()).abs() < 1e-12);
    assert!(sparseness(&Array2::zeros((4, 5))).is_err() && complexity(&Array2::zeros((4, 5))).is_err());
}

#[test]
fn a_region_is_hit_missed_or_no_region_at_all() {
    let mut map = Array2::zeros((20, 30));
    map[[5, 20]] = 2.0;
    let region = Array2::from_shape_fn((20, 30), |(row, column)| row == 5 && column < 10);
    assert_eq!(pointing_game(&map, &region, 10.9), Ok(0.0));
    assert_eq!(pointing_game(&map, &region, 11.0), Ok(1.0));
    map[[5, 2]] = 2.0;
    assert_eq!(pointing_game(&map, &region, 0.0), Ok(0.5), "of two largest pixels, one hits");
    let rank = relevance_rank(&map, &region).unwrap();
    assert_eq!(relevance_mass(&map, &region), Ok(0.5));
    assert!(
        (rank - (0.1 + 0.8 * 9.0 / 598.0)).abs() < 1e-12,
        "one of ten, and nine ties of 598 for the other eight: {rank}"
    );
    map[[6, 2]] = -100.0;
    assert_eq!(relevance_mass(&map, &region), Ok(0.5), "what speaks against the class is no relevance");
    let empty = Array2::from_elem((20, 30), false);
    let whole = Array2::from_elem((20, 30), true);
    for judged in [|m: &Array2<f64>, r: &Array2<bool>| pointing_game(m, r, 15.0), relevance_mass, relevance_rank] {
        assert_eq!(judged(&map, &empty), Err("the region is empty".to_owned()), "and no hit");
        assert_eq!(judged(&map, &whole), Err("the region covers the whole picture".to_owned()));
    }
    for name in ["pointing_game", "relevance_mass", "relevance_rank"] {
        let finding = found(measure(name), &true_map(), None).remove(0);
        assert_eq!(finding.outcome, Err("the experiment names no region".to_owned()));
    }
}

#[test]
fn depths_are_spread_evenly_and_end_with_every_layer() {
    assert_eq!(depths(18, 5), [4, 7, 11, 14, 18]);
    assert_eq!((depths(3, 5), depths(1, 5), depths(0, 5), depths(7, 1)), (vec![1, 2, 3], vec![1], vec![], vec![7]));
}

/// Spearman's correlation of a network's map with that after the weights of its last layers were drawn anew.
fn kept(network: &Network, layers: usize, seed: u64, map: &dyn Fn(&Network) -> Array2<f64>) -> f64 {
    let other = network.randomised(layers, Seed(seed)).unwrap();
    let [own, other] = [map(network), map(&other)].map(|map| map.iter().copied().collect::<Vec<f64>>());
    rank_correlation(("map", &own), ("other", &other)).unwrap()
}

#[test]
fn random_weights_in_every_layer_destroy_grad_cam_and_none_leave_it() {
    let (network, shown) = (pool().unwrap(), picture(8, 10, 1).unwrap());
    let map = |network: &Network| {
        let objective = network.objective(&Explained::Margin, 1).unwrap();
        let cut = network.cut(&network.last_layer().unwrap(), &objective).unwrap();
        let crossing = cut.trunk(&network.input(&shown).unwrap()).unwrap();
        let (activations, gradient) =
            (cut.activations(&crossing).unwrap(), cut.gradient(&crossing, &objective).unwrap().1);
        (activations * gradient).mapv(f64::from).sum_axis(ndarray::Axis(0))
    };
    assert!((kept(&network, 0, 1, &map) - 1.0).abs() < 1e-12);
    let mean = (0..40).map(|seed| kept(&network, 2, seed, &map)).sum::<f64>() / 40.0;
    assert!(mean.abs() < 0.2, "{mean}");
}

#[test]
fn random_weights_destroy_the_gradient_of_a_linear_network_and_none_leave_it() {
    let network = linear().unwrap();
    let at = |network: &Network, pixel: Option<usize>| {
        let mut values = Array2::from_elem((24, 32), 0.5);
        values.iter_mut().skip(pixel.unwrap_or(usize::MAX)).take(1).for_each(|value| *value = 1.5);
        network.margin(&Picture::from_grey(values).unwrap(), 0).unwrap()
    };
    let map = |network: &Network| {
        let whole = at(network, None);
        let values = (0..24 * 32).map(|pixel| at(network, Some(pixel)) - whole).collect();
        Array2::from_shape_vec((24, 32), values).unwrap()
    };
    assert!((kept(&network, 0, 1, &map) - 1.0).abs() < 1e-12);
    let random = kept(&network, 1, 1, &map);
    assert!(random.abs() < 0.15, "{random}");
}

#[test]
fn controls_follow_their_picture_or_their_seed_and_no_network() {
    let bar = Picture::from_grey(Array2::from_shape_fn((30, 40), |(_, c)| if c < 20 { 0.2 } else { 0.8 })).unwrap();
    for control in CONTROLS {
        let map = |picture: &Picture, seed: u64| (control.make)(picture, 2.0, Seed(seed));
        assert_eq!(map(&bar, 1).dim(), (30, 40));
        assert_eq!(map(&bar, 1), map(&bar, 1));
        assert_eq!(map(&bar, 1) != map(&bar, 2), control.name == "control_random");
    }
    let edges = (CONTROLS.iter().find(|control| control.name == "control_edges").unwrap().make)(&bar, 0.0, Seed(0));
    assert!((edges[[15, 20]] - 0.3).abs() < 1e-6 && edges[[15, 10]] == 0.0);
}
