//! Plans of observers whose answers are known, against an independent implementation and against one another.

use ndarray::Array2;
use rand::RngExt;

use super::experiment::Making;
use super::survey::{Survey, survey};
use super::*;
use crate::bubbles::{aperture_mask, draw_centres, region_pixels};
use crate::human::Frame;
use crate::progress::Silent;
use crate::trials::Trial;

/// An observer who needs what a template weighs, with p = 1/2 + Φ((visible - 0.45) / 0.2) / 2.
struct Threshold {
    region: Array2<bool>,
    template: Array2<f64>,
    bubbles: usize,
    bubble_sd: f64,
}

impl Threshold {
    /// Two eyes of 5 px standard deviation in an oval of 128 x 128 px.
    fn of_two_eyes(bubble_sd: f64, bubbles: usize) -> Threshold {
        let shape = (128, 128);
        let square = |value: f64| value * value;
        let region = Array2::from_shape_fn(shape, |(row, column)| {
            square((row as f64 - 64.0) / 62.0) + square((column as f64 - 64.0) / 48.0) <= 1.0
        });
        let eye = |row: usize, column: usize, at: f64| {
            (-(square(row as f64 - 52.0) + square(column as f64 - at)) / 50.0).exp()
        };
        let template = Array2::from_shape_fn(shape, |(row, column)| eye(row, column, 44.0) + eye(row, column, 84.0));
        let template = &template / template.sum();
        Threshold { region, template, bubbles, bubble_sd }
    }

    fn answer(&self, seed: Seed, observers: usize, each: usize) -> Vec<Trial> {
        let pixels = region_pixels(&self.region);
        let trial = |at: usize| {
            let mut generator = seed.stream("trial", at as u64);
            let centres = draw_centres(&pixels, self.bubbles, &mut generator);
            let mask = aperture_mask(self.region.dim(), &centres, self.bubble_sd);
            let visible: f64 = self.template.iter().zip(&mask).map(|(w, &open)| w * f64::from(open)).sum();
            let p = 0.5 + 0.5 * formula::normal((visible - 0.45) / 0.2);
            Trial {
                observer: format!("{}", at / each),
                number: (at % each) as u32,
                picture: "face".into(),
                correct: Some(generator.random::<f64>() < p),
                centres,
                ..Trial::default()
            }
        };
        (0..observers * each).map(trial).collect()
    }

    fn setting(&self, simulations: usize, per_observer: Option<usize>) -> Setting {
        let frame = Frame::new(self.region.clone(), false, self.bubble_sd);
        Setting {
            making: Making { frame, nuisances: Vec::new() },
            cluster: 2.7,
            alpha: 0.05,
            power: 0.8,
            reliability: 0.8,
            simulations,
            per_observer,
            seed: Seed(41),
        }
    }

    fn survey(&self, experiments: usize, each: usize) -> Survey {
        let answer = |seed: Seed, observers, each| Ok(self.answer(seed, observers, each));
        survey(&self.setting(0, None).making, &answer, (experiments, each), Seed(5), || ()).unwrap()
    }
}

/// Bubble sd, bubbles at 75 % correct, correlation, threshold and trials for 80 % power of this observer, from an
/// independent implementation (METHODS 4.1, plan.py; its correlations have a standard error of about 0.011).
const PUBLISHED: [(f64, usize, f64, f64, f64); 4] = [
    (3.0, 83, 0.139, 3.98, 1196.0),
    (5.0, 30, 0.187, 3.71, 594.0),
    (8.0, 12, 0.210, 3.44, 414.0),
    (12.0, 5, 0.203, 3.20, 398.0),
];

#[test]
fn bubbles_much_smaller_than_the_features_cost_trials() {
    let mut found = Vec::new();
    for (sd, bubbles, correlation, threshold, trials) in PUBLISHED.into_iter().step_by(2) {
        let observer = Threshold::of_two_eyes(sd, bubbles);
        let criterion = observer.setting(0, None).criterion();
        assert!((criterion.pixel - threshold).abs() < 0.006, "{sd}: {}", criterion.pixel);
        let predicted = trials_for_power(correlation, criterion.pixel, 0.8).unwrap();
        assert!((predicted / trials - 1.0).abs() < 0.015, "{sd}: {predicted}");
        let seen = observer.survey(16, 500);
        let own = seen.correlation.value.unwrap();
        assert!((own - correlation).abs() < 0.04, "{sd}: {own}");
        assert!((seen.correct - 0.75).abs() < 0.03 && seen.bubbles == bubbles as f64, "{sd}: {}", seen.correct);
        found.push(trials_for_power(own, criterion.pixel, 0.8).unwrap());
    }
    assert!(found[0] > 1.8 * found[1], "{found:?}");
}

#[test]
#[ignore = "a table to be read"]
fn table_of_bubble_sizes() {
    println!("sd  bubbles  right  correlation [95 %]  threshold  trials [95 %]");
    for (sd, bubbles, ..) in PUBLISHED {
        let observer = Threshold::of_two_eyes(sd, bubbles);
        let seen = observer.survey(60, 1000);
        let threshold = observer.setting(0, None).criterion().pixel;
        println!(
            "{sd} {bubbles} {:.3} {:?} {threshold:.2} {:?}",
            seen.correct,
            seen.correlation,
            seen.correlation.trials_for_power(threshold, 0.8)
        );
    }
}

#[test]
fn a_pilot_of_known_observers_says_what_their_simulation_says() {
    let observer = Threshold::of_two_eyes(8.0, 12);
    let pilot = observer.answer(Seed(77), 10, 300);
    let answer = from_pilot(&observer.setting(40, None), &pilot, &Silent).unwrap();
    let correlation = answer.correlation.value.unwrap();
    assert!((correlation - 0.21).abs() < 0.05, "{correlation}");
    let making = observer.setting(0, None).making;
    let whole = making.map(&pilot).unwrap();
    let own = whole.z[criterion::peak(&whole.z, &observer.region)] / 3000f64.sqrt();
    assert!(own > correlation, "the maximum of the whole promises {own}, what is held out {correlation}");
    let pooled = reliability::half_of(crate::human::AllSplits::reliability(&[whole.splits]).unwrap(), 3000.0).unwrap();
    let half = answer.half;
    assert!((half.value.unwrap() / pooled - 1.0).abs() < 0.1, "{half:?} {pooled}");
    assert!(half.lower < half.value && half.value < half.upper);
    let halves = answer.agreement[0];
    let expected = super::reliability(half.value.unwrap(), halves.trials);
    assert!(
        halves.trials == 1500.0 && (halves.measured.value.unwrap() - expected).abs() < 0.1,
        "{halves:?} {expected}"
    );
    let needed = answer.needed;
    assert!(needed.formula.value.unwrap() < 900.0 && needed.pixel.value.is_some() && needed.cluster.value.is_some());
    assert_eq!(answer.rungs.last().map(|rung| rung.observers * 300 >= rung.trials), Some(true));
}

#[test]
fn a_pilot_without_a_signal_promises_nothing() {
    let mut observer = Threshold::of_two_eyes(8.0, 12);
    observer.template.fill(0.0);
    let pilot = observer.answer(Seed(78), 6, 100);
    let (answer, _) = pilot::estimated(&observer.setting(0, None), &pilot, &Silent).unwrap();
    let low = answer.correlation.lower.unwrap();
    assert!(
        low < 0.02 && answer.needed.formula.upper.is_none(),
        "{:?} {:?}",
        answer.correlation,
        answer.needed.formula
    );
}
