//! Simulated observers who look for a known template (signal detection for m alternatives).
//!
//! visibility = Σ template · mask / Σ template; d' = sensitivity · visibility. The internal response to the right
//! alternative is normal with mean d', to the others with mean 0; the largest wins (Green & Swets 1966). A share of
//! trials, the lapses, is answered at random. Response times are ex-Gaussian, with a longer tail when evidence is weak.

use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};

use crate::bubbles::{aperture_mask, revealed_share};
use crate::error::{Error, Result};
use crate::experiment::{Count, Simulation};
use crate::seed::Seed;
use crate::trials::Trial;

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
    /// `template_of` gives the template and the class of a picture; `classes` are the possible answers.
    pub fn play<'t>(
        &self,
        trials: &mut [Trial],
        count: &Count,
        classes: &[String],
        shape: (usize, usize),
        bubble_sd: f64,
        template_of: impl Fn(&str) -> Result<(&'t Template, usize)>,
    ) -> Result<()> {
        let mut adaptive = count.adaptive(classes.len(), revealed_share(shape, bubble_sd))?;
        for trial in trials {
            trial.centres.truncate(adaptive.as_ref().map_or(count.start, |adaptive| adaptive.count()));
            let (template, class) = template_of(&trial.picture)?;
            let mask = aperture_mask(shape, &trial.centres, bubble_sd);
            let evidence = self.sensitivity * template.visibility(&mask, trial.mirrored);
            let mut generator = self.seed.stream("trial", u64::from(trial.number));
            let answer = self.answer(evidence, class, classes.len(), &mut generator);
            trial.response = Some(classes[answer].clone());
            trial.correct = Some(answer == class);
            trial.response_time = Some(self.response_time(evidence, &mut generator));
            if let Some(adaptive) = &mut adaptive {
                adaptive.update(trial.centres.len(), answer == class);
            }
        }
        Ok(())
    }

    fn answer(&self, evidence: f64, class: usize, classes: usize, generator: &mut ChaCha8Rng) -> usize {
        if generator.random::<f64>() < self.simulation.lapse {
            return generator.random_range(0..classes);
        }
        let heard = |at: usize, generator: &mut ChaCha8Rng| {
            let noise: f64 = StandardNormal.sample(generator);
            noise + if at == class { evidence } else { 0.0 }
        };
        (0..classes).map(|at| (at, heard(at, generator))).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(class, |(at, _)| at)
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
    use ndarray::array;

    fn simulation(sensitivity: f64, lapse: f64) -> Simulation {
        Simulation { template: String::new(), sensitivity, spread: 0.0, lapse, response_time: Default::default() }
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
            let right = (0..40_000).filter(|_| observer.answer(evidence, 1, 2, &mut generator) == 1).count();
            assert!((right as f64 / 40_000.0 - expected).abs() < 0.01, "{evidence} {lapse} {right}");
        }
    }
}
