//! Everything that can be found wrong before any work: files are there, networks load, sizes and channels fit.
//!
//! Each row of [`CHECKS`] looks at what its stages would stumble over, with the functions that those stages use, so that
//! what is wrong is said in the same words, once, and together with everything else that is wrong.

mod networks;
mod people;
mod pictures;

use super::Run;
use super::pictures::Stimuli;
use crate::error::{Error, Kind, Result};

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its name, such as `trial files` or `network pool, seed 1`.
    pub name: String,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcome of looking at one thing.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It is in order: what was found, in a few words.
    Fine(String),
    /// It is wrong.
    Wrong(Error),
    /// It could not be looked at, and why.
    Unknown(String),
}

/// A row of the table of checks.
struct Check {
    /// Stages that need what is looked at; `export` and `plan` beside those of a run.
    stages: &'static [&'static str],
    /// Nothing where the experiment has nothing of the kind.
    look: fn(&Look) -> Vec<Finding>,
}

/// Every check beside that of the pictures, in the order of the stages.
static CHECKS: &[Check] = &[
    Check { stages: &["stimuli"], look: pictures::design },
    Check { stages: &["export"], look: pictures::pages },
    Check { stages: &["simulate", "plan"], look: people::template },
    Check { stages: &["simulate"], look: people::looked_through },
    Check { stages: &["import"], look: people::trial_files },
    Check { stages: &["plan"], look: people::pilot },
    Check { stages: &["human"], look: people::sources },
    Check { stages: &["exclude", "classify"], look: people::bands },
    Check { stages: &["classify"], look: people::regions },
    Check { stages: &["attribute", "faithfulness", "simulate"], look: networks::networks },
    Check { stages: &["score"], look: networks::mask },
];

/// What checks look at.
struct Look<'a> {
    run: &'a Run<'a>,
    /// Nothing where something is wrong with them.
    stimuli: Option<Stimuli>,
    /// Stages that are to be run; `None` for everything that the experiment file names, done or not.
    stages: Option<&'a [&'a str]>,
}

impl Look<'_> {
    /// A finding that needs the pictures.
    fn of_pictures(&self, name: &str, found: impl FnOnce(&Stimuli) -> Result<String>) -> Vec<Finding> {
        let finding = |stimuli| Finding::new(name, found(stimuli));
        vec![self.stimuli.as_ref().map_or_else(|| Finding::waiting(name), finding)]
    }

    /// True if a stage is to be run.
    fn wants(&self, stage: &str) -> bool {
        self.stages.is_none_or(|stages| stages.contains(&stage))
    }
}

impl Finding {
    fn new(name: impl Into<String>, found: Result<String>) -> Finding {
        let outcome = match found {
            Ok(found) => Outcome::Fine(found),
            Err(error) => Outcome::Wrong(error),
        };
        Finding { name: name.into(), outcome }
    }

    /// It waits for the pictures, the region and the apertures.
    fn waiting(name: impl Into<String>) -> Finding {
        let outcome = Outcome::Unknown("it is looked at once pictures, region and apertures are in order".to_owned());
        Finding { name: name.into(), outcome }
    }

    fn error(self) -> Option<Error> {
        if let Outcome::Wrong(error) = self.outcome { Some(error) } else { None }
    }
}

/// Looks at everything that an experiment names. `faults` is what is wrong with the values of its file; what cannot be looked
/// at because of them is [`Outcome::Unknown`].
pub fn check(run: &Run, faults: Vec<Error>) -> Vec<Finding> {
    let known: Vec<String> = faults.iter().map(|fault| fault.what.clone()).collect();
    let file = match Error::all(faults) {
        Ok(()) => Finding::new("experiment file", Ok(run.experiment.path.display().to_string())),
        Err(error) => Finding::new("experiment file", Err(error)),
    };
    let mut findings = vec![file];
    findings.extend(findings_of(run, None).into_iter().map(|mut finding| {
        if let Outcome::Wrong(error) = &finding.outcome
            && !known.is_empty()
            && (error.kind == Kind::Internal || known.contains(&error.what))
        {
            finding.outcome = Outcome::Unknown("the experiment file says something wrong about it".to_owned());
        }
        finding
    }));
    findings
}

/// Looks at what these stages need and have not made yet; one error for all that is wrong.
pub fn check_before(run: &Run, stages: &[&str]) -> Result<()> {
    let mut errors: Vec<Error> = Vec::new();
    for error in findings_of(run, Some(stages)).into_iter().filter_map(Finding::error) {
        if !errors.iter().any(|earlier| earlier.what == error.what && earlier.place == error.place) {
            errors.push(error);
        }
    }
    Error::all(errors)
}

fn findings_of(run: &Run, stages: Option<&[&str]>) -> Vec<Finding> {
    let (mut findings, stimuli) = pictures::read(run);
    let look = Look { run, stimuli, stages };
    let wanted = CHECKS.iter().filter(|row| row.stages.iter().any(|stage| look.wants(stage)));
    findings.extend(wanted.flat_map(|row| (row.look)(&look)));
    findings
}
