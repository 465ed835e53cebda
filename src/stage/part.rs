//! The maps of some trials in one band: of the task, or of every picture, with their statistics and reliabilities.

use super::human_files::{Output, mean};
use super::making::Making;
use super::pictures::Stimuli;
use super::reliability::{of_pictures, of_task};
use crate::error::{Error, Result};
use crate::experiment::{Nuisance, Unit};
use crate::human::{Frame, GroupMap, ObserverMap, Responses, classify, on_picture};
use crate::seed::Seed;
use crate::trials::Trial;

/// Trials of one observer on one picture below which the observer has no map of it.
const LEAST_TRIALS: usize = 5;

/// Some trials, and how their maps are made.
pub(super) struct Part<'a> {
    pub making: &'a Making<'a>,
    /// Trials with the bubbles of one band.
    pub trials: &'a [Trial],
    pub responses: &'a [Responses],
    pub frame: &'a Frame,
}

impl Part<'_> {
    /// The map of the task.
    pub fn task(&self, output: &mut Output) -> Result<()> {
        let Part { making, trials, frame, .. } = self;
        let settings = &making.run.experiment.file.classification;
        let (responses, group) = making.map(trials, self.responses.to_vec(), frame);
        let plain = Frame { within_trial: false, ..(*frame).clone() };
        let naive = classify(trials, &making.responses(trials, &[]).0, &plain);
        let seed = self.seed(None, output);
        let null = output.tests.unit(making, (Unit::Task, None), (trials, &responses), (&group, frame), seed)?;
        output.statistics(Unit::Task, None, &group, Some(&null), frame)?;
        output.summary.naive(&naive, frame, settings);
        let z = |map: &GroupMap| mean(&map.z_in_region(frame));
        making.run.progress.note(&format!(
            "{}the mean z of the region is {:.2}, and {:.2} with nothing removed",
            output.named(),
            z(&group),
            z(&naive)
        ));
        of_task(making.run, (trials, &responses), &group, frame, &mut output.summary);
        let counted = settings.nuisances.contains(&Nuisance::BubbleCount) || making.estimator.needs_noise();
        if !counted && !settings.within_trial {
            let all = [Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture];
            let corrected = classify(trials, &making.responses(trials, &all).0, frame);
            making.run.progress.warn(&format!(
                "the bubble count is not removed: the mean z of the region is {:.2}, and {:.2} with it removed. An offset of \
                 this kind is not information in the picture; add \"bubble_count\" to classification.nuisances",
                z(&group),
                z(&corrected)
            ));
        }
        let seed = self.seed(None, output).derive("estimator", 0);
        let estimates = match making.estimates(trials, self.responses, frame, seed) {
            Err(error) if !output.is_of_all() => {
                let warning = format!("{}only the weighted sum is made: {}", output.named(), error.what);
                making.run.progress.warn(&warning);
                None
            }
            made => made?,
        };
        if let Some(estimates) = &estimates {
            let found = making.information(trials, self.responses, frame, estimates, self.seed(None, output));
            output.information(&found);
        }
        output.group(Unit::Task, None, &group, estimates.as_ref(), frame, making.estimator)
    }

    /// The map of every picture.
    pub fn pictures(&self, stimuli: &Stimuli, output: &mut Output) -> Result<()> {
        let Part { making, trials, frame, .. } = self;
        let run = making.run;
        let count = run.experiment.file.classification.nuisances.contains(&Nuisance::BubbleCount);
        let mut splits = Vec::new();
        let mut observers: Vec<Vec<ObserverMap>> = Vec::new();
        run.progress.begin("pictures", stimuli.pictures.len());
        for listed in &stimuli.pictures {
            let on = on_picture(trials, self.responses, &listed.name, count, LEAST_TRIALS);
            run.progress.step();
            if on.is_empty() {
                continue;
            }
            let name = Some(listed.name.as_str());
            let (on, group) = making.map(trials, on, frame);
            let seed = self.seed(name, output);
            let null = output.tests.unit(making, (Unit::Picture, name), (trials, &on), (&group, frame), seed)?;
            output.statistics(Unit::Picture, name, &group, Some(&null), frame)?;
            let seed = self.seed(name, output).derive("estimator", 0);
            // A picture whose trials are too few for the estimator has its weighted sum and no estimate.
            let estimates = making.estimates(trials, &on, frame, seed).ok().flatten();
            output.group(Unit::Picture, name, &group, estimates.as_ref(), frame, making.estimator)?;
            splits.push(group.over_trials);
            observers.push(group.observers);
        }
        if splits.is_empty() {
            return Err(Error::invalid(format!(
                "no picture has {LEAST_TRIALS} trials of one observer, so there is no map of any picture"
            ))
            .at(run.experiment.field("compare"))
            .hint("compare = [\"task\"] makes one map of all pictures"));
        }
        of_pictures(run, &splits, &observers, frame, &mut output.summary);
        Ok(())
    }

    fn seed(&self, picture: Option<&str>, output: &Output) -> Seed {
        let seed = Seed(self.making.run.experiment.file.seed).derive(picture.unwrap_or("task"), 0);
        let part = output.named();
        if part.is_empty() { seed } else { seed.derive(&part, 0) }
    }
}
