//! How the maps of one experiment are made: the rows that its file names, of the tables of `human`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Run;
use super::pictures::Stimuli;
use crate::error::{Error, Result};
use crate::experiment::Nuisance;
use crate::human::{
    Dropped, Estimate, Estimator, Frame, GROUPS, Group, GroupMap, Information, Products, Response, Responses, Rule,
    Sample, classify, column, residuals_of,
};
use crate::parameter::Values;
use crate::seed::Seed;
use crate::trials::Trial;

/// What `[classification]` says, looked up.
pub(super) struct Making<'a> {
    pub run: &'a Run<'a>,
    pub estimator: &'static Estimator,
    pub group: &'static Group,
    values: Values,
    response: Response,
    rule: Option<&'static Rule>,
    classes: HashMap<String, usize>,
}

impl<'a> Making<'a> {
    /// The rows that the experiment file names, which were checked when it was read.
    pub fn new(run: &'a Run<'a>, stimuli: &Stimuli) -> Result<Making<'a>> {
        let settings = &run.experiment.file.classification;
        let unknown = |what: &str| Error::internal(format!("an experiment with an unknown {what} was not refused"));
        let estimator = Estimator::named(&settings.estimator).ok_or_else(|| unknown("estimator"))?;
        Ok(Making {
            run,
            estimator,
            group: Group::named(&settings.group).ok_or_else(|| unknown("group"))?,
            values: estimator.values(&settings.parameters)?,
            response: Response::named(&settings.response, settings.signed),
            rule: settings.reclassify.as_deref().and_then(Rule::named),
            classes: stimuli.named(&Stimuli::classes(run)).into_iter().collect(),
        })
    }

    /// Calls guesses wrong, where that is asked for; how many.
    pub fn reclassify(&self, trials: &mut [Trial]) -> Option<usize> {
        let classes = self.run.experiment.file.pictures.class.len();
        self.rule.map(|rule| rule.apply(trials, classes))
    }

    /// The class of a picture.
    pub fn class(&self, picture: &str) -> Option<&str> {
        let classes = &self.run.experiment.file.pictures.class;
        self.classes.get(picture).and_then(|at| classes.get(*at)).map(|class| class.name.as_str())
    }

    /// What a column of the trials holds in one of them: also a column that came along, or the class of the picture.
    pub fn value<'t>(&'t self, trial: &'t Trial, name: &str) -> Option<Cow<'t, str>> {
        if name == "class" { self.class(&trial.picture).map(Cow::from) } else { column(trial, name) }
    }

    /// The residual responses, with these nuisances removed.
    ///
    /// Noise belongs to its picture, so what is common to a picture is what maps of noise are made of, and stays; and where
    /// there are no bubbles there is no number of them. Yes/no noise
    /// is weighted by the class answered: by right and wrong, the two classes would cancel.
    pub fn responses(&self, trials: &[Trial], nuisances: &[Nuisance]) -> (Vec<Responses>, Dropped) {
        if !self.estimator.needs_noise() {
            return residuals_of(&self.response, trials, nuisances, true);
        }
        let nuisances: Vec<Nuisance> = nuisances.iter().copied().filter(|one| *one == Nuisance::Block).collect();
        if self.estimator.name != "noise_yes_no" {
            return residuals_of(&self.response, trials, &nuisances, false);
        }
        let mut answered = trials.to_vec();
        for trial in &mut answered {
            let class = self.classes.get(&trial.picture).copied().filter(|class| *class < 2);
            trial.correct = trial.correct.zip(class).map(|(right, class)| right == (class == 1));
        }
        let (mut found, dropped) = residuals_of(&self.response, &answered, &nuisances, false);
        for one in &mut found {
            let right = |row: &usize| f64::from(u8::from(trials[*row].correct == Some(true)));
            one.values = one.rows.iter().map(right).collect();
        }
        (found, dropped)
    }

    /// The map of the group, and the responses with the weights that it gives to observers.
    pub fn map(&self, trials: &[Trial], responses: Vec<Responses>, frame: &Frame) -> (Vec<Responses>, GroupMap) {
        let plain = classify(trials, &responses, frame);
        if self.group.name == GROUPS[0].name {
            return (responses, plain);
        }
        let weighted = self.group.weighted(&responses, &plain.observers, &frame.region);
        let mut map = classify(trials, &weighted, frame);
        self.group.finish(&mut map, &frame.region);
        (weighted, map)
    }

    /// The map of an estimator that is not linear, of the group and of every observer of whom it can be made.
    pub fn estimates(
        &self,
        trials: &[Trial],
        responses: &[Responses],
        frame: &Frame,
        seed: Seed,
    ) -> Result<Option<(Estimate, Vec<Option<Estimate>>)>> {
        if self.estimator.linear {
            return Ok(None);
        }
        let nuisances = &self.run.experiment.file.classification.nuisances;
        let sample = Sample { trials, responses, frame, nuisances, classes: &self.classes };
        let whole = (self.estimator.estimate)(&sample, &self.values, seed)
            .map_err(|error| error.at(self.run.experiment.field("classification.estimator")))?;
        let mut values = self.values.clone();
        if let Some((name, value)) = whole.found {
            values.set(name, value);
        }
        let of = |at: usize| {
            let sample = Sample { responses: &responses[at..=at], ..sample };
            (self.estimator.estimate)(&sample, &values, seed).ok()
        };
        Ok(Some((whole, (0..responses.len()).map(of).collect())))
    }

    /// Information values of the image of the group and then of every observer's, where the estimator has them.
    pub fn information(
        &self,
        trials: &[Trial],
        responses: &[Responses],
        frame: &Frame,
        estimates: &(Estimate, Vec<Option<Estimate>>),
        seed: Seed,
    ) -> Vec<(String, Vec<Information>)> {
        let Some(noise) = self.run.experiment.noise() else { return Vec::new() };
        if self.estimator.name != "noise_forced_choice" || frame.within_trial {
            return Vec::new();
        }
        let sample = Sample { trials, responses, frame, nuisances: &[], classes: &self.classes };
        let products = Products::new(&sample);
        let (whole, each) = estimates;
        let settings = |at: usize| (noise.iterations, seed.derive("information", at as u64));
        let group = products.information(&sample, &self.values, &whole.map, settings(0));
        let of = |(at, one): (usize, &Option<Estimate>)| {
            let sample = Sample { responses: &responses[at..=at], ..sample };
            let map = &one.as_ref()?.map;
            let own = products.information(&sample, &self.values, map, settings(at + 1));
            Some((responses[at].observer.clone(), own))
        };
        let observers = each.iter().enumerate().filter_map(of);
        std::iter::once((String::new(), group)).chain(observers).collect()
    }
}
