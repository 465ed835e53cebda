//! `[classification]`: how human maps are made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::inference::{Contrast, Part, Tests};
use super::size::Size;
use super::{Experiment, Unit, Value};
use crate::error::{Result, one_of};
use crate::human::{ESTIMATORS, Estimator, GROUPS, RECLASSIFICATIONS};

/// `[classification]`: how human maps are made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Classification {
    /// How a map is made of trials: a row of the table of estimators.
    pub estimator: String,
    /// Parameters of the estimator.
    pub parameters: BTreeMap<String, Value>,
    /// What is mapped: `accuracy`, `speed` (minus the logarithm of the response time), or a column of numbers of the
    /// trial file, such as a rating.
    pub response: String,
    /// Whether a column of numbers counts negatively where the answer was wrong, as a confidence does.
    pub signed: bool,
    /// The rule by which right answers that were guesses count as wrong.
    pub reclassify: Option<String>,
    /// What there are further maps of, a value each: `class`, or a column of the trials.
    pub by: Vec<String>,
    /// How the maps of observers become one: a row of the table of groups.
    pub group: String,
    /// Gaussian smoothing of the centres; the default is the bubble itself, and none for estimators that take masks.
    pub smoothing: Option<Size>,
    /// What is removed from the responses before averaging.
    pub nuisances: Vec<Nuisance>,
    /// Whether what each trial shows is standardised over the region, the other way to take the number of bubbles out.
    pub within_trial: bool,
    /// Folder of one `.npy` a picture (same stem): the noise added to it, for estimators that take noise.
    pub noise: Option<String>,
    /// Replicates for the intervals of reliabilities, and random halves.
    pub bootstrap: usize,
    /// Permutations for the maximum statistic.
    pub permutations: usize,
    /// Family-wise error rate.
    pub alpha: f64,
    /// What is tested.
    pub tests: Tests,
    /// Parts of the region that are tested by themselves, by name.
    pub regions: BTreeMap<String, Part>,
    /// Comparisons of kinds of trials, or of groups of observers.
    pub contrasts: Vec<Contrast>,
}

/// Something that changes responses without being information in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nuisance {
    /// Number of bubbles (in each band), linear within observer.
    BubbleCount,
    /// Block within observer.
    Block,
    /// Difficulty of the picture, common to all observers.
    Picture,
}

impl Default for Classification {
    fn default() -> Self {
        Classification {
            estimator: "centres".to_owned(),
            parameters: BTreeMap::new(),
            response: "accuracy".to_owned(),
            signed: false,
            reclassify: None,
            by: Vec::new(),
            group: "pooled".to_owned(),
            smoothing: None,
            nuisances: vec![Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture],
            within_trial: false,
            noise: None,
            bootstrap: 200,
            permutations: 1000,
            alpha: 0.05,
            tests: Tests::default(),
            regions: BTreeMap::new(),
            contrasts: Vec::new(),
        }
    }
}

impl Experiment {
    pub(super) fn check_classification(&self) -> Result<()> {
        let settings = &self.file.classification;
        self.within("classification.alpha", settings.alpha, 0.0001, 0.5)?;
        self.within("classification.permutations", settings.permutations as f64, 20.0, 1e6)?;
        self.check_tests()?;
        self.within("classification.bootstrap", settings.bootstrap as f64, 20.0, 1e5)?;
        let Some(estimator) = Estimator::named(&settings.estimator) else {
            return Err(self.unknown("classification.estimator", "estimator", &settings.estimator, || {
                ESTIMATORS.iter().map(|row| row.name).collect()
            }));
        };
        let row = (estimator.name, estimator.parameters);
        self.check_parameters("classification.parameters", "estimator", row, &settings.parameters)?;
        if !GROUPS.iter().any(|row| row.name == settings.group) {
            return Err(self.unknown("classification.group", "group", &settings.group, || {
                GROUPS.iter().map(|row| row.name).collect()
            }));
        }
        if let Some(name) = &settings.reclassify
            && !RECLASSIFICATIONS.iter().any(|row| row.name == name)
        {
            return Err(self.unknown("classification.reclassify", "rule of reclassification", name, || {
                RECLASSIFICATIONS.iter().map(|row| row.name).collect()
            }));
        }
        if settings.within_trial && !estimator.standardised {
            return Err(self.wrong(
                "classification.within_trial",
                format!("trials are standardised for sums of them, and the estimator {} makes none", estimator.name),
                "leave `within_trial` out, or choose the estimator \"centres\" or \"masks\"",
            ));
        }
        self.check_response(estimator)?;
        match settings.by.iter().enumerate().find(|(at, name)| settings.by[..*at].contains(name)) {
            None => Ok(()),
            Some((_, name)) => Err(self.wrong(
                "classification.by",
                format!("classification.by names {name} twice"),
                "name each column once",
            )),
        }
    }

    fn check_response(&self, estimator: &Estimator) -> Result<()> {
        let settings = &self.file.classification;
        let response = settings.response.as_str();
        if estimator.binary && response != "accuracy" {
            return Err(self.wrong(
                "classification.response",
                format!(
                    "the estimator {} maps right and wrong answers, and the response is {response}",
                    estimator.name
                ),
                "leave `response` out, or choose the estimator \"centres\" or \"masks\"",
            ));
        }
        if settings.signed && ["accuracy", "speed"].contains(&response) {
            return Err(self.wrong(
                "classification.signed",
                format!("a response that is {response} has no sign of its own"),
                "signed = true is for a column of numbers, such as response = \"confidence\"",
            ));
        }
        if settings.reclassify.is_some() && response != "accuracy" {
            return Err(self.wrong(
                "classification.reclassify",
                format!("guesses are called wrong, and the response is {response}, not accuracy"),
                "leave `reclassify` or `response` out",
            ));
        }
        if estimator.needs_noise() != self.noise().is_some() {
            let (what, hint) = match estimator.needs_noise() {
                true => (
                    "needs noise, and none is given",
                    "add [noise] with patterns = \"{data}/noise\", a folder with a file for each pattern",
                ),
                false => ("takes no noise, and noise is given", "leave it out, or choose a noise estimator"),
            };
            return Err(self.wrong("classification.noise", format!("the estimator {} {what}", estimator.name), hint));
        }
        if estimator.needs_noise() && self.file.compare.contains(&Unit::Picture) {
            return Err(self.wrong(
                "compare",
                format!("the estimator {} takes noise, which is the same in all trials on a picture", estimator.name),
                "compare = [\"task\"] makes one map of all pictures",
            ));
        }
        if !settings.by.is_empty() && !self.file.compare.contains(&Unit::Task) {
            return Err(self.wrong(
                "classification.by",
                "maps of conditions are maps of the task, and compare has no task".to_owned(),
                "add \"task\" to compare, or leave `by` out",
            ));
        }
        if !settings.regions.is_empty() && self.file.bubbles.kind == "frequency" {
            return Err(self.wrong(
                "classification.regions",
                "regions are parts of a picture, and these maps lie on the axis of frequency".to_owned(),
                "leave them out",
            ));
        }
        if estimator.needs_noise() && !self.is_spatial() {
            return Err(self.wrong(
                "classification.estimator",
                format!(
                    "the estimator {} takes noise, and these Bubbles are of kind {}",
                    estimator.name, self.file.bubbles.kind
                ),
                "leave bubbles.kind out",
            ));
        }
        Ok(())
    }

    fn unknown(
        &self,
        field: &str,
        what: &str,
        name: &str,
        known: impl Fn() -> Vec<&'static str>,
    ) -> crate::error::Error {
        self.wrong(field, format!("there is no {what} called {name}"), one_of(known()))
    }
}
