//! Simulated observers who look for a known template, or through a network (signal detection for m alternatives).
//!
//! visibility = Σ template · mask / Σ template; d' = sensitivity · visibility. The internal response to the right
//! alternative is normal with mean d', to the others with mean 0; the largest wins (Green & Swets 1966). A network's
//! scores, times the sensitivity, take the place of these means. The class on the first key may have a bias. A share of
//! trials, the lapses, is answered without looking. Response times are ex-Gaussian, with a longer tail when evidence is
//! weak.

use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};

use crate::adaptive::Adaptive;
use crate::error::{Error, Result};
use crate::experiment::Simulation;
use crate::seed::Seed;
use crate::trials::{Role, Trial};

/// What an observer looks for in one picture: weights of at least 0, in picture coordinates.
#[derive(Debug, Clone)]
pub struct Template {
    weights: Array2<f64>,
    mirrored: Array2<f64>,
}

impl Template {
    /// Scales the weights to sum 1; at least one must be above 0 and none below.
    pub fn new(weights: &Array2<f64>) -> Result<Template> {
        let sum = weights.sum();
        if weights.iter().any(|weight| *weight < 0.0) || sum <= 0.0 {
            return Err(Error::invalid(format!("a template has the sum {sum}"))
                .hint("a template is brighter than black where the observer looks"));
        }
        let weights = weights / sum;
        let mut mirrored = weights.clone();
        mirrored.invert_axis(ndarray::Axis(1));
        Ok(Template { weights, mirrored })
    }

    /// Share of the template that the mask reveals, 0..1.
    pub fn visibility(&self, mask: &Array2<f32>, mirrored: bool) -> f64 {
        let weights = if mirrored { &self.mirrored } else { &self.weights };
        weights.iter().zip(mask).map(|(weight, &opening)| weight * f64::from(opening)).sum()
    }
}

/// What a trial looks like to an observer.
#[derive(Debug, Clone, PartialEq)]
pub struct Perceived {
    /// Evidence for each class, in units of internal noise where that is 1.
    pub scores: Vec<f64>,
    /// The right class.
    pub class: usize,
}

/// The largest score but that of one class.
fn others(scores: &[f64], class: usize) -> f64 {
    scores.iter().enumerate().filter(|(at, _)| *at != class).map(|(_, score)| *score).fold(f64::NEG_INFINITY, f64::max)
}

/// One simulated observer.
pub struct SimulatedObserver<'a> {
    simulation: &'a Simulation,
    sensitivity: f64,
    seed: Seed,
}

impl<'a> SimulatedObserver<'a> {
    /// An observer with a sensitivity of its own, drawn from `seed`.
    pub fn new(simulation: &'a Simulation, seed: Seed) -> SimulatedObserver<'a> {
        let z: f64 = StandardNormal.sample(&mut seed.stream("sensitivity", 0));
        SimulatedObserver { simulation, sensitivity: simulation.sensitivity * (simulation.spread * z).exp(), seed }
    }

    /// Plays planned trials in order: decides how many of the drawn centres are shown, and answers.
    ///
    /// Each shows `start` bubbles unless an adaptive procedure says how many. `perceive` says what a trial looks like; `classes` are the possible answers, and `favourite` the one on the first
    /// key. Only trials with new bubbles drive the number of bubbles; a repeat shows what its first presentation showed.
    pub fn play(
        &self,
        trials: &mut [Trial],
        start: usize,
        mut adaptive: Option<Box<dyn Adaptive>>,
        classes: &[String],
        favourite: usize,
        mut perceive: impl FnMut(&Trial) -> Result<Perceived>,
    ) -> Result<()> {
        for at in 0..trials.len() {
            let (earlier, rest) = trials.split_at_mut(at);
            let trial = &mut rest[0];
            let first = trial.repeats.as_ref().and_then(|id| earlier.iter().rfind(|first| first.id == *id));
            let next = adaptive.as_ref().map_or(start, |adaptive| adaptive.count());
            trial.centres.truncate(first.map_or(next, |first| first.centres.len()));
            let Perceived { scores, class } = perceive(trial)?;
            let mut generator =
                self.seed.stream("trial", (u64::from(trial.number) << 1) + u64::from(trial.role == Role::Practice));
            let answer = self.answer(&scores, favourite, &mut generator);
            let margin = scores[class] - others(&scores, class);
            trial.response = Some(classes[answer].clone());
            trial.correct = Some(answer == class);
            trial.response_time = Some(self.response_time(margin, &mut generator));
            if trial.role == Role::Main
                && first.is_none()
                && let Some(adaptive) = &mut adaptive
            {
                adaptive.update(trial.centres.len(), answer == class);
            }
        }
        Ok(())
    }

    /// What a template observer perceives behind these masks, one a band: its sensitivity times what they reveal of the
    /// template speaks for the right class, nothing for the others. Without masks the whole picture is seen.
    pub fn see(
        &self,
        template: &Template,
        masks: &[Array2<f32>],
        mirrored: bool,
        class: usize,
        classes: usize,
    ) -> Perceived {
        let sum: f64 = masks.iter().map(|mask| template.visibility(mask, mirrored)).sum();
        let visibility = if masks.is_empty() { 1.0 } else { sum / masks.len() as f64 };
        let mut scores = vec![0.0; classes];
        scores[class] = self.sensitivity * visibility;
        Perceived { scores, class }
    }

    /// The same for scores that somebody else gives, such as a network's.
    pub fn weigh(&self, scores: &[f64], class: usize) -> Perceived {
        Perceived { scores: scores.iter().map(|score| self.sensitivity * score).collect(), class }
    }

    fn answer(&self, scores: &[f64], favourite: usize, generator: &mut ChaCha8Rng) -> usize {
        let Simulation { lapse, guess, bias, noise, .. } = self.simulation;
        let classes = scores.len();
        if generator.random::<f64>() < *lapse {
            let first = guess.unwrap_or(1.0 / classes as f64);
            if classes == 1 || generator.random::<f64>() < first {
                return favourite;
            }
            return (favourite + generator.random_range(1..classes)) % classes;
        }
        let heard = |at: usize, generator: &mut ChaCha8Rng| {
            let z: f64 = StandardNormal.sample(generator);
            noise * z + scores[at] + if at == favourite { *bias } else { 0.0 }
        };
        (0..classes).map(|at| (at, heard(at, generator))).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(at, _)| at)
    }

    fn response_time(&self, evidence: f64, generator: &mut ChaCha8Rng) -> f64 {
        let times = &self.simulation.response_time;
        let z: f64 = StandardNormal.sample(generator);
        let tail: f64 = Exp1.sample(generator);
        (times.mean + times.sd * z).max(0.0) + times.tail * (1.0 + (-evidence).exp()) * tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bubbles::{Centre, Cover};
    use crate::experiment::{Count, Value};
    use ndarray::array;
    use rayon::prelude::*;

    fn simulation(sensitivity: f64, lapse: f64) -> Simulation {
        Simulation { lapse, ..Simulation::new(sensitivity) }
    }

    #[test]
    fn a_mirrored_presentation_is_seen_through_the_mirrored_template() -> Result<()> {
        let template = Template::new(&array![[3.0, 0.0], [1.0, 0.0]])?;
        let left = array![[1.0f32, 0.0], [0.0, 0.0]];
        assert_eq!(template.visibility(&left, false), 0.75);
        assert_eq!(template.visibility(&left, true), 0.0);
        assert!(Template::new(&array![[0.0, 0.0]]).is_err());
        Ok(())
    }

    #[test]
    fn two_alternatives_are_told_apart_as_signal_detection_says() {
        // Proportion correct = Φ(d' / √2) for two alternatives; lapses pull it to chance.
        for (evidence, lapse, expected) in
            [(1.0, 0.0, 0.760_25), (2.0, 0.0, 0.921_35), (2.0, 0.2, 0.837_08), (0.0, 0.0, 0.5)]
        {
            let simulation = simulation(1.0, lapse);
            let observer = SimulatedObserver::new(&simulation, Seed(4));
            let mut generator = Seed(5).stream("answers", 0);
            let right = (0..40_000).filter(|_| observer.answer(&[0.0, evidence], 0, &mut generator) == 1).count();
            assert!((right as f64 / 40_000.0 - expected).abs() < 0.01, "{evidence} {lapse} {right}");
        }
    }

    #[test]
    fn noise_bias_and_guesses_move_answers_as_signal_detection_says() {
        // Proportion of answers on the first key: Φ((bias - d') / (noise √2)), and the guess rate where nobody looks.
        let plain = simulation(1.0, 0.0);
        for (simulation, expected) in [
            (Simulation { noise: 2.0, ..plain.clone() }, 0.361_84),
            (Simulation { bias: 1.0, ..plain.clone() }, 0.5),
            (Simulation { lapse: 1.0, guess: Some(0.7), ..plain.clone() }, 0.7),
            (Simulation { lapse: 1.0, ..plain.clone() }, 0.5),
        ] {
            let observer = SimulatedObserver::new(&simulation, Seed(4));
            let mut generator = Seed(5).stream("answers", 0);
            let first = (0..40_000).filter(|_| observer.answer(&[0.0, 1.0], 0, &mut generator) == 0).count();
            assert!((first as f64 / 40_000.0 - expected).abs() < 0.01, "{simulation:?} {first}");
        }
    }

    /// The last half of a session behind real masks: proportion correct, and the numbers of bubbles shown.
    fn session(count: &Count, sensitivity: f64, trials: usize, number: u64) -> (f64, Vec<usize>) {
        let blob = |y: f64, x: f64| (-((y - 8.0).powi(2) + (x - 7.0).powi(2)) / 18.0).exp();
        let template = Template::new(&Array2::from_shape_fn((20, 24), |(y, x)| blob(y as f64, x as f64))).unwrap();
        let cover = Cover::spatial(&Array2::from_elem((20, 24), true), 2.0, 0.5);
        let (simulation, seed) = (simulation(sensitivity, 0.02), Seed(1000 * sensitivity as u64 + number));
        let mut random = seed.stream("centres", 0);
        let mut centres = || -> Vec<Centre> { cover.draw(count.maximum, &mut random) };
        let mut rows: Vec<Trial> = (0..trials as u64)
            .map(|trial| Trial { number: trial as u32 + 1, centres: centres(), ..Trial::default() })
            .collect();
        let observer = SimulatedObserver::new(&simulation, seed);
        let adaptive = count.adaptive(2, cover.revealed_share()).unwrap();
        let classes = ["a".to_owned(), "b".to_owned()];
        let see = |trial: &Trial| Ok(observer.see(&template, &cover.masks(&trial.centres), false, 0, 2));
        observer.play(&mut rows, count.start, adaptive, &classes, 0, see).unwrap();
        let last = &rows[trials / 2..];
        let right = last.iter().filter(|trial| trial.correct == Some(true)).count();
        (right as f64 / last.len() as f64, last.iter().map(|trial| trial.centres.len()).collect())
    }

    /// How many of 100 sessions of 3000 trials are within 0.03 of 75 % correct, and the mean number of bubbles.
    fn held(slope: Option<f64>, sensitivity: f64) -> (usize, f64) {
        let parameters = slope.map(|slope| ("slope".to_owned(), Value::Number(slope))).into_iter().collect();
        let count = Count { procedure: Some("quest".to_owned()), parameters, ..Count::new(10, Some(0.75), 1, 40) };
        let sessions: Vec<_> =
            (0..100u64).into_par_iter().map(|number| session(&count, sensitivity, 3000, number)).collect();
        let held = sessions.iter().filter(|(right, _)| (right - 0.75).abs() <= 0.03).count();
        let shown: usize = sessions.iter().flat_map(|(_, shown)| shown).sum();
        let number = shown as f64 / (100.0 * 1500.0);
        println!("slope {slope:?}, sensitivity {sensitivity}: {held} of 100, {number:.1} bubbles");
        (held, number)
    }

    /// As in the tests of [`crate::adaptive`]; here d' grows with the share of the template that is shown.
    #[test]
    fn quest_holds_observers_behind_real_masks_at_three_quarters_correct() {
        let mut numbers = Vec::new();
        for sensitivity in [2.0, 3.0, 4.0] {
            let (held, number) = held(None, sensitivity);
            assert!(held >= 95, "{sensitivity}: {held}");
            numbers.push(number);
        }
        assert!(numbers.is_sorted_by(|a, b| *a > 1.2 * *b), "abler observers are shown less: {numbers:?}");
        let (held, _) = held(Some(3.5), 3.0);
        assert!(held < 80, "a slope that is too steep settles before it has arrived: {held}");
    }
}
