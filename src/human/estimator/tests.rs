//! Every estimator against reference values or a closed form, and on an observer with a known template.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::*;
use crate::bubbles::{Aperture, Centre, Combine, draw_centres, region_pixels};
use crate::human::{Shown, residual_responses};
use rand::RngExt;

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|cell| cell.as_f64().unwrap()).collect()
}

/// Makes the map of trials; parameters as numbers or words.
fn estimated(
    name: &str,
    trials: &[Trial],
    frame: &Frame,
    nuisances: &[Nuisance],
    given: &[(&str, Value)],
) -> Result<Estimate> {
    let estimator = Estimator::named(name).unwrap();
    let given: BTreeMap<String, Value> =
        given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let (responses, _) = residual_responses(trials, nuisances);
    let classes: HashMap<String, usize> = [("a".to_owned(), 0), ("b".to_owned(), 1)].into();
    let sample = Sample { trials, responses: &responses, frame, nuisances, classes: &classes };
    (estimator.estimate)(&sample, &estimator.values(&given)?, Seed(1))
}

fn masks(frame: Frame, sd: f64) -> Frame {
    Frame {
        shown: Shown::Masks { aperture: Aperture::new(sd), sd, combine: Combine::SumClip },
        smoothing_sd: 0.0,
        ..frame
    }
}

#[test]
fn every_map_of_the_reference_is_met() {
    let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
        return;
    };
    let text = std::fs::read_to_string(format!("{folder}/human/gold.json")).unwrap();
    let gold = &serde_json::from_str::<serde_json::Value>(&text).unwrap()["ci"];
    let trials: Vec<Trial> = gold["trials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| Trial {
            observer: "1".into(),
            picture: "a".into(),
            correct: Some(row["correct"].as_f64() == Some(1.0)),
            centres: numbers(&row["centres"])
                .iter()
                .map(|at| Centre::new(*at as usize / 12, *at as usize % 12))
                .collect(),
            ..Trial::default()
        })
        .collect();
    let frame = Frame::new(Array2::from_elem((12, 12), true), false, 1.5);
    let shown = masks(frame.clone(), 1.5);
    let mut mask = Array2::zeros((12, 12));
    shown.stamp().field(&trials[0], &mut mask);
    let word = |word: &str| [("scale", Value::Text(word.to_owned()))];
    let count = [Nuisance::BubbleCount];
    let made = |name: &str, nuisances: &[Nuisance], given: &[(&str, Value)]| {
        estimated(name, &trials, &shown, nuisances, given).unwrap().map
    };
    let standardised = {
        let frame = Frame { within_trial: true, ..frame };
        let (responses, _) = residual_responses(&trials, &[]);
        let map = crate::human::classify(&trials, &responses, &frame);
        // The laboratory's map is y'x / √n of standardised y, over the norm of the smoothing kernel.
        let kernel = crate::stats::smooth::kernel(1.5);
        let norm: f64 = kernel.iter().map(|value| value * value).sum();
        map.smoothed / (60f64.sqrt() * norm)
    };
    for (name, found) in [
        ("mask_trial0", mask),
        ("proportion_plane", made("proportion_plane", &[], &[])),
        ("mean_diff", made("difference", &[], &[])),
        ("pearson_r", made("correlation", &[], &[])),
        ("z_sqrt_n_r", made("correlation", &[], &word("z"))),
        ("t_map", made("correlation", &[], &word("t"))),
        ("partial_r_given_nbubbles", made("correlation", &count, &[])),
        ("partial_t", made("correlation", &count, &word("t"))),
        ("labo_z_within_trial_smoothed", standardised),
    ] {
        let expected = numbers(&gold[name]);
        let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // The reference smooths with a kernel that goes on beyond four standard deviations, masks are in single precision.
        assert!(worst < if name.starts_with("labo") { 5e-5 } else { 2e-7 }, "{name} {worst}");
    }
    let partial = numbers(&gold["partial_r_given_nbubbles"]);
    let plain = made("correlation", &[], &[]);
    assert!(plain.iter().zip(&partial).any(|(a, b)| (a - b).abs() > 0.01), "the count matters");
    let diagnostic = made("diagnostic_plane", &[], &[("z", Value::Number(1.0))]);
    let plane = numbers(&gold["proportion_plane"]);
    let mean = plane.iter().sum::<f64>() / 144.0;
    let sd = (plane.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 143.0).sqrt();
    assert!(diagnostic.iter().zip(&plane).all(|(one, value)| (*one == 1.0) == (*value > mean + sd)));
    assert!((5.0..60.0).contains(&diagnostic.sum()));
}

/// Trials of additive noise: 24 pictures of two classes on 6 x 8 pixels.
fn noisy() -> (Vec<Trial>, Frame, Vec<Array2<f64>>) {
    let fields: Vec<Array2<f64>> = (0..24u64)
        .map(|at| {
            let mut generator = Seed(3).stream("noise", at);
            Array2::from_shape_simple_fn((6, 8), || generator.random::<f64>() - 0.5)
        })
        .collect();
    let trials = (0..24)
        .map(|at| Trial {
            observer: "o".into(),
            picture: ["a", "b"][at % 2].into(),
            id: at.to_string(),
            centres: vec![Centre::new(0, 0)],
            correct: Some(at % 5 < 3),
            ..Trial::default()
        })
        .collect();
    let noise: HashMap<String, Array2<f64>> =
        [("a".to_owned(), fields[0].clone()), ("b".to_owned(), fields[1].clone())].into();
    let frame =
        Frame { shown: Shown::Noise(Arc::new(noise)), ..Frame::new(Array2::from_elem((6, 8), true), false, 0.0) };
    (trials, frame, fields)
}

#[test]
fn noise_maps_are_their_formulas() {
    let (mut trials, _, fields) = noisy();
    let named: HashMap<String, Array2<f64>> =
        fields.iter().enumerate().map(|(at, field)| (format!("{at}"), field.clone())).collect();
    trials.iter_mut().enumerate().for_each(|(at, trial)| trial.picture = at.to_string());
    let frame =
        Frame { shown: Shown::Noise(Arc::new(named)), ..Frame::new(Array2::from_elem((6, 8), true), false, 0.0) };
    let (responses, _) = residual_responses(&trials, &[]);
    let classes: HashMap<String, usize> = (0..24).map(|at| (at.to_string(), at % 2)).collect();
    let sample = Sample { trials: &trials, responses: &responses, frame: &frame, nuisances: &[], classes: &classes };
    let made = |name: &str| {
        let estimator = Estimator::named(name).unwrap();
        (estimator.estimate)(&sample, &estimator.values(&BTreeMap::new()).unwrap(), Seed(1)).unwrap().map
    };
    let mean = |shown: usize, answered: usize| {
        let own: Vec<usize> =
            (0..24).filter(|at| at % 2 == shown && (if at % 5 < 3 { shown } else { 1 - shown }) == answered).collect();
        own.iter().fold(Array2::<f64>::zeros((6, 8)), |sum, &at| sum + &fields[at]) / own.len() as f64
    };
    let expected = (mean(0, 1) + mean(1, 1)) - (mean(0, 0) + mean(1, 0));
    assert!(made("noise_yes_no").iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
    let chosen = (0..24)
        .fold(Array2::<f64>::zeros((6, 8)), |sum, at| sum + &fields[at] * (if at % 5 < 3 { 1.0 } else { -1.0 }))
        / 24.0;
    assert!(made("noise_forced_choice").iter().zip(&chosen).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn a_picture_shown_often_counts_once_and_a_missing_combination_is_named() {
    let (trials, frame, fields) = noisy();
    let map = estimated("noise_forced_choice", &trials, &frame, &[], &[]).unwrap().map;
    let share = |class: usize| {
        let own: Vec<f64> =
            (0..24).filter(|at| at % 2 == class).map(|at| if at % 5 < 3 { 1.0 } else { -1.0 }).collect();
        own.iter().sum::<f64>() / own.len() as f64
    };
    let expected = (&fields[0] * share(0) + &fields[1] * share(1)) / 2.0;
    assert!(map.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
    let right: Vec<Trial> =
        trials.iter().filter(|trial| trial.picture == "a" || trial.correct == Some(true)).cloned().collect();
    let error = estimated("noise_yes_no", &right, &frame, &[], &[]).unwrap_err();
    assert!(error.what.contains("class 2 was answered with class 1"), "{error}");
}

/// Two observers who see what is shown around row 8, column 20 of 24 x 32 pixels.
fn looking(count: usize) -> (Vec<Trial>, Frame) {
    let region = Array2::from_elem((24, 32), true);
    let pixels = region_pixels(&region);
    let trials = (0..count)
        .map(|t| {
            let mut generator = Seed(8).stream("trial", t as u64);
            let bubbles = 4 + (generator.random::<u32>() % 9) as usize;
            let centres = draw_centres(&pixels, bubbles, &mut generator);
            let seen: f64 = centres
                .iter()
                .map(|c| (-((c.row as f64 - 8.0).powi(2) + (c.column as f64 - 20.0).powi(2)) / 18.0).exp())
                .sum();
            let predictor = -0.6 + 2.5 * seen + 0.08 * bubbles as f64;
            Trial {
                observer: format!("o{}", t % 2),
                picture: ["a", "b"][t / 2 % 2].into(),
                correct: Some(generator.random::<f64>() < 1.0 / (1.0 + (-predictor).exp())),
                centres,
                ..Trial::default()
            }
        })
        .collect();
    (trials, Frame::new(region, false, 2.0))
}

#[test]
fn every_estimator_of_bubbles_finds_the_place_that_matters() {
    let (trials, frame) = looking(1000);
    let nuisances = [Nuisance::BubbleCount, Nuisance::Picture];
    for estimator in ESTIMATORS.iter().filter(|estimator| !estimator.needs_noise()) {
        let frame = if estimator.takes == Takes::Masks { masks(frame.clone(), 2.0) } else { frame.clone() };
        let folds = [("folds", Value::Number(3.0))];
        let given = if estimator.smoothed { &[][..] } else { &folds[..] };
        let made = estimated(estimator.name, &trials, &frame, &nuisances, given).unwrap();
        let sum = made.map.sum();
        let centre =
            made.map.indexed_iter().filter(|(_, value)| **value > 0.6 * made.map.iter().copied().fold(0.0, f64::max));
        let (mut row, mut column, mut weight) = (0.0, 0.0, 0.0);
        for ((r, c), value) in centre {
            (row, column, weight) = (row + value * r as f64, column + value * c as f64, weight + value);
        }
        println!("{}: {:.1} {:.1} (sum {sum:.2}) {:?}", estimator.name, row / weight, column / weight, made.quantities);
        if !["proportion_plane", "difference", "diagnostic_plane"].contains(&estimator.name) {
            assert!((row / weight - 8.0).abs() < 2.0 && (column / weight - 20.0).abs() < 2.0, "{}", estimator.name);
        }
    }
}

#[test]
fn a_regression_explains_held_out_answers_and_nothing_where_there_is_nothing() {
    let (mut trials, frame) = looking(1000);
    let explained = |trials: &[Trial], name: &str| {
        let folds = [("folds", Value::Number(3.0))];
        let made = estimated(name, trials, &frame, &[Nuisance::BubbleCount], &folds).unwrap();
        made.quantities.iter().find(|(name, _)| *name == "held_out_deviance_explained").unwrap().1
    };
    for name in ["logistic", "probit", "sparse"] {
        let value = explained(&trials, name);
        assert!(value > 0.03, "{name} {value}");
    }
    let shuffled: Vec<Option<bool>> = (0..1000).map(|at| trials[(at + 613) % 1000].correct).collect();
    trials.iter_mut().zip(shuffled).for_each(|(trial, correct)| trial.correct = correct);
    for name in ["logistic", "probit", "sparse"] {
        let value = explained(&trials, name);
        assert!(value < 0.005, "{name} {value}");
    }
}

#[test]
fn a_logistic_regression_meets_its_normal_equations() {
    let (trials, frame) = looking(400);
    let (responses, _) = residual_responses(&trials, &[Nuisance::BubbleCount]);
    let classes = HashMap::new();
    let sample = Sample {
        trials: &trials,
        responses: &responses,
        frame: &frame,
        nuisances: &[Nuisance::BubbleCount, Nuisance::Picture],
        classes: &classes,
    };
    let (slope, adjoint) = glm::check_fit(&sample, 0.05);
    assert!(slope < 2e-3, "largest slope of the objective {slope}");
    assert!(adjoint < 1e-9, "{adjoint}");
}
