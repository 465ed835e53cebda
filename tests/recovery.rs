//! Recovery: simulated observers with a known template give that template back.
//!
//! What this cannot see: whether real observers use a template at all, and anything about their response times.

#![allow(clippy::unwrap_used)]

use bubblescope::bubbles::Cover;
use bubblescope::experiment::{Count, Design, Experiment, Nuisance, Simulation, list_pictures};
use bubblescope::human::{Frame, GroupMap, SimulatedObserver, Template, classify, residual_responses};
use bubblescope::picture::Picture;
use bubblescope::seed::Seed;
use bubblescope::stats::correlate::pearson;
use bubblescope::stats::smooth::{Edge, smooth};
use bubblescope::trials::Trial;
use ndarray::Array2;
use std::collections::HashMap;
use std::path::Path;

/// An experiment on pictures with known templates.
struct Simulated {
    templates: HashMap<String, (Template, usize)>,
    mean_template: Array2<f64>,
    design: Design,
    simulation: Simulation,
    bubble_sd: f64,
}

impl Simulated {
    fn new(weights: Vec<(String, usize, Array2<f64>)>, design: Design, simulation: Simulation, bubble_sd: f64) -> Self {
        let mean_template = weights.iter().fold(Array2::zeros(weights[0].2.dim()), |sum, (_, _, map)| sum + map);
        let templates =
            weights.into_iter().map(|(name, class, map)| (name, (Template::new(&map).unwrap(), class))).collect();
        Simulated { templates, mean_template, design, simulation, bubble_sd }
    }

    fn trials(&self) -> Vec<Trial> {
        let shape = self.mean_template.dim();
        let mut names: Vec<String> = self.templates.keys().cloned().collect();
        names.sort();
        let cover = Cover::spatial(&Array2::from_elem(shape, true), self.bubble_sd, 0.5);
        let named: Vec<(String, usize)> = names.iter().map(|name| (name.clone(), self.templates[name].1)).collect();
        let planned = bubblescope::design::schedule(&self.design, &named, &cover, Seed(11));
        let classes = ["a".to_owned(), "b".to_owned()];
        let mut rows = planned.rows;
        for (at, own) in rows.chunk_by_mut(|x, y| x.observer == y.observer).enumerate() {
            let observer = SimulatedObserver::new(&self.simulation, Seed(at as u64));
            let perceive = |trial: &Trial| {
                let (template, class) = &self.templates[&trial.picture];
                Ok(observer.see(template, &cover.masks(&trial.centres), trial.mirrored, *class, 2))
            };
            let adaptive = self.design.count.adaptive(2, cover.revealed_share()).unwrap();
            observer.play(own, self.design.count.start, adaptive, &classes, 0, perceive).unwrap();
        }
        rows
    }

    fn map(&self, trials: &[Trial]) -> GroupMap {
        let region = Array2::from_elem(self.mean_template.dim(), true);
        let frame = Frame::new(region, true, self.bubble_sd);
        let nuisances = [Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture];
        classify(trials, &residual_responses(trials, &nuisances).0, &frame)
    }

    /// Correlation of a map with the mean template blurred by `blur` apertures.
    fn recovered(&self, map: &GroupMap, blur: f64) -> f64 {
        let expected = smooth(&self.mean_template, blur * self.bubble_sd, Edge::Zero);
        let values = |map: &Array2<f64>| map.iter().copied().collect::<Vec<_>>();
        pearson(&values(&map.smoothed), &values(&expected)).unwrap()
    }
}

/// The embedded experiment, as its file says.
fn embedded() -> Simulated {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/faces");
    let experiment = Experiment::read(&folder, None).unwrap();
    let pictures = list_pictures(&experiment).unwrap();
    let weights = pictures
        .iter()
        .map(|listed| {
            let template = Picture::read(&folder.join("template").join(&listed.name)).unwrap();
            (listed.name.clone(), usize::from(listed.class == "sad"), template.grey().mapv(f64::from))
        })
        .collect();
    let (design, simulation) = (experiment.file.design.clone().unwrap(), experiment.file.simulation.clone().unwrap());
    Simulated::new(weights, design, simulation, experiment.bubble_sd(128).unwrap())
}

#[test]
fn the_template_of_the_embedded_observers_comes_back_blurred_by_root_two_apertures() {
    let simulated = embedded();
    let map = simulated.map(&simulated.trials());
    let matched = simulated.recovered(&map, 2f64.sqrt());
    assert!(matched > 0.9, "{matched}");
    let (sharp, wide) = (simulated.recovered(&map, 0.0), simulated.recovered(&map, 4.0));
    assert!(matched > sharp + 0.05 && matched > wide + 0.02, "{sharp} {matched} {wide}");
}

#[test]
fn more_noise_recovers_less_and_permuted_answers_nothing() {
    let mut simulated = embedded();
    simulated.design.observers = 3;
    let trials = simulated.trials();
    let clear = simulated.recovered(&simulated.map(&trials), 2f64.sqrt());
    let mut permuted = trials.clone();
    let shift = 1201;
    for (at, trial) in permuted.iter_mut().enumerate() {
        trial.correct = trials[(at + shift) % trials.len()].correct;
    }
    let nothing = simulated.recovered(&simulated.map(&permuted), 2f64.sqrt());
    simulated.simulation.lapse = 0.6;
    simulated.design.count.target = None;
    let noisy = simulated.recovered(&simulated.map(&simulated.trials()), 2f64.sqrt());
    assert!(clear > 0.8, "{clear}");
    assert!(noisy < clear - 0.05, "{noisy} {clear}");
    assert!(nothing.abs() < 0.3, "{nothing}");
}

#[test]
fn a_picture_that_is_not_square_gives_its_template_back_and_not_its_transpose() {
    let shape = (64, 104);
    let blob = |row: f64, column: f64| {
        Array2::from_shape_fn(shape, |(y, x)| {
            (-((y as f64 - row).powi(2) + (x as f64 - column).powi(2)) / (2.0 * 16.0)).exp()
        })
    };
    let weights = vec![
        ("a.png".to_owned(), 0, blob(20.0, 80.0) + blob(45.0, 30.0)),
        ("b.png".to_owned(), 1, blob(20.0, 80.0) + blob(45.0, 30.0)),
    ];
    let count = Count::new(20, Some(0.75), 1, 80);
    let design = Design { observers: 4, trials: 1000, blocks: 4, mirrored: 0.5, ..Design::new(count) };
    let simulation = Simulation::new(4.0);
    let simulated = Simulated::new(weights, design, simulation, 4.0);
    let map = simulated.map(&simulated.trials());
    let found = simulated.recovered(&map, 2f64.sqrt());
    assert!(found > 0.9, "{found}");
    let at = |row: usize, column: usize| map.z[[row, column]];
    assert!(at(20, 80) > 5.0 && at(45, 30) > 5.0, "{} {}", at(20, 80), at(45, 30));
    assert!(at(20, 23) < 3.0 && at(45, 73) < 3.0, "mirrored presentations are mirrored back");
}

/// Golden master of the default pipeline up to the human map. Red means that published numbers
/// move: say so in CHANGELOG.md, never refresh in silence.
#[test]
fn the_numbers_of_the_embedded_experiment_stay_where_they_were() {
    let simulated = embedded();
    let trials = simulated.trials();
    let map = simulated.map(&trials);
    let right = trials.iter().filter(|trial| trial.correct == Some(true)).count();
    let bubbles: usize = trials.iter().map(|trial| trial.centres.len()).sum();
    assert_eq!((trials.len(), right, bubbles), (9600, 7201, 210_089));
    let close = |found: f64, golden: f64| assert!((found / golden - 1.0).abs() < 1e-6, "{found} was {golden}");
    close(map.z[[88, 65]], 11.678690465741333);
    close(map.z[[50, 40]], 3.858661845077178);
    close(map.smoothed.iter().map(|value| value.abs()).sum(), 4864.292402456437);
}
