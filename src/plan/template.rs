//! A plan from simulated observers: whole experiments, answered, mapped and tested.
//!
//! A first survey finds the target: the pixel with the largest expected z, and those with at least half of it. The
//! experiments that are then counted are others, so the target is not chosen by what it is tested with.

use rayon::prelude::*;

use super::criterion::{Target, Verdict};
use super::crossing::crossing;
use super::experiment::{Observers, Population, first};
use super::ladder::{MOST, Outcome, Size, agreement, inside, mean, run, rungs, sizes};
use super::reliability::over_experiments;
use super::survey::{Survey, survey};
use super::{Answer, Resized, Setting, Source};
use crate::error::Result;
use crate::human::AllSplits;
use crate::progress::Progress;
use crate::seed::Seed;

/// Trials of an observer of a survey, where nothing says how many an observer answers.
const TRIALS: usize = 600;

/// Trials for the observers of an experiment file, and for bubbles `factors` times as wide.
///
/// The smoothing changes with the bubbles. The progress is told of every experiment. Errors are those of the observers.
pub fn from_template(
    setting: &Setting,
    population: &Population,
    factors: &[f64],
    progress: &dyn Progress,
) -> Result<Answer> {
    let observers = |seed: Seed, observers, each| population.answer(seed, observers, each);
    let (mut answer, found) = simulated(setting, &observers, progress)?;
    for &factor in factors {
        let mut other = setting.clone();
        other.making.frame.smoothing_sd *= factor;
        other.seed = setting.seed.derive("size", factor.to_bits());
        let (design, cover) = population.resized(factor);
        let bubble_sd = cover.pixel_sd().unwrap_or_default();
        let resized = Population { design: &design, cover: &cover, ..*population };
        let observers = |seed: Seed, observers, each| resized.answer(seed, observers, each);
        let looked = if factor == 1.0 { None } else { Some(look(&other, &observers, progress)?) };
        let seen = looked.as_ref().unwrap_or(&found);
        let correlation = looked.as_ref().map_or(answer.correlation, |survey| survey.correlation);
        let threshold = other.criterion().pixel;
        answer.sizes.push(Resized {
            factor,
            bubble_sd,
            bubbles: seen.bubbles,
            correct: seen.correct,
            correlation,
            threshold,
            trials: correlation.trials_for_power(threshold, setting.power),
        });
    }
    Ok(answer)
}

/// Trials for observers of any kind: `observers` makes the answered trials of an experiment from its seed, the number of
/// observers and the trials of each, those of one observer after another.
pub fn from_observers(setting: &Setting, observers: &Observers, progress: &dyn Progress) -> Result<Answer> {
    Ok(simulated(setting, observers, progress)?.0)
}

fn look(setting: &Setting, observers: &Observers, progress: &dyn Progress) -> Result<Survey> {
    let experiments = (setting.simulations / 4).max(20);
    progress.begin("simulated observers, first look", experiments);
    let each = setting.per_observer.unwrap_or(TRIALS);
    survey(&setting.making, observers, (experiments, each), setting.seed, || progress.step())
}

fn simulated(setting: &Setting, observers: &Observers, progress: &dyn Progress) -> Result<(Answer, Survey)> {
    let found = look(setting, observers, progress)?;
    let answer = Answer::new(Source::Template, setting, found.correlation, Default::default());
    let Some(trials) = answer.needed.formula.value.filter(|trials| *trials < MOST) else { return Ok((answer, found)) };
    let region = &setting.making.frame.region;
    let target = Target::of(&found.map, region);
    let sizes = sizes(trials, setting.per_observer);
    let most = |of: fn(&Size) -> usize| sizes.iter().map(of).max().unwrap_or(0);
    let (many, each) = (most(|size| size.observers), most(|size| size.each));
    let criterion = answer.criterion;
    let one = |seed: Seed, _: usize| {
        let trials = observers(seed, many, each)?;
        let outcome = |size: &Size| match setting.making.map(&first(&trials, size.observers, size.each)) {
            None => Outcome { verdict: Verdict::NOTHING, correlation: 0.0, values: Vec::new(), splits: None },
            Some(made) => Outcome {
                verdict: criterion.judge(&made.z, &target),
                correlation: made.z[target.peak] / made.whole.trials.sqrt(),
                values: inside(&made.whole.sum, region),
                splits: Some(made.splits),
            },
        };
        Ok(sizes.par_iter().map(outcome).collect())
    };
    progress.begin("simulated experiments", setting.simulations.div_ceil(2));
    let pairs = run(setting, one, || progress.step())?;
    let largest = |pair: &super::ladder::Pair| -> Vec<(f64, Option<AllSplits>)> {
        pair.outcomes.last().into_iter().flatten().map(|one| (one.correlation, one.splits)).collect()
    };
    let (correlations, splits): (Vec<f64>, Vec<Option<AllSplits>>) = pairs.iter().flat_map(largest).unzip();
    let splits: Vec<AllSplits> = splits.into_iter().flatten().collect();
    let trials = sizes.last().map_or(0, |size| size.trials()) as f64;
    let half = over_experiments(&splits, trials, setting.seed);
    let mut answer = Answer::new(Source::Template, setting, mean(&correlations), half);
    answer.needed.pixel = crossing(setting, &sizes, &pairs, |verdict| verdict.pixel);
    answer.needed.cluster = crossing(setting, &sizes, &pairs, |verdict| verdict.cluster);
    answer.rungs = rungs(&sizes, &pairs);
    answer.agreement = agreement(&sizes, &pairs);
    Ok((answer, found))
}
