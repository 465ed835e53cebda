//! Where human maps come from: templates, trial files, tables and folders of looks; and the parts that they are made of.

use std::path::PathBuf;

use super::{Finding, Look};
use crate::error::Result;
use crate::human::Estimator;
use crate::stage::pictures::check_size;
use crate::stage::{frames, human_sources, import, views};

/// What simulated observers look for.
pub(super) fn template(look: &Look) -> Vec<Finding> {
    let simulation = look.run.experiment.file.simulation.as_ref();
    let Some(template) = simulation.and_then(|simulation| simulation.template.as_ref()) else { return Vec::new() };
    look.of_pictures("template", |stimuli| {
        let templates = views::templates(look.run, template, stimuli)?;
        Ok(format!("{template}, for {} pictures", templates.len()))
    })
}

/// The network that simulated observers look through.
pub(super) fn looked_through(look: &Look) -> Vec<Finding> {
    let Some(simulation) = &look.run.experiment.file.simulation else { return Vec::new() };
    match views::network(look.run, simulation) {
        Ok(None) => Vec::new(),
        Ok(Some((model, seeds))) => {
            vec![Finding::new("observers look through", Ok(format!("{}, seeds {seeds:?}", model.name)))]
        }
        Err(error) => vec![Finding::new("observers look through", Err(error))],
    }
}

/// The trial files of `[import]`.
pub(super) fn trial_files(look: &Look) -> Vec<Finding> {
    let Some(import) = &look.run.experiment.file.import else { return Vec::new() };
    vec![Finding::new("trial files", counted(import::present(look.run, "import.files", &import.files)))]
}

/// The trial files of a pilot.
pub(super) fn pilot(look: &Look) -> Vec<Finding> {
    let Some(plan) = look.run.experiment.file.plan.as_ref().filter(|plan| !plan.pilot.is_empty()) else {
        return Vec::new();
    };
    vec![Finding::new("pilot", counted(import::present(look.run, "plan.pilot", &plan.pilot)))]
}

/// The tables or folders of `[human]`, and whether their blur fits the pictures.
pub(super) fn sources(look: &Look) -> Vec<Finding> {
    let run = look.run;
    let Some(human) = &run.experiment.file.human else { return Vec::new() };
    let mut findings = vec![Finding::new(human.source.name(), counted(human_sources::inputs(run, human)))];
    if human.blur.is_some() {
        findings.extend(look.of_pictures("blur", |stimuli| {
            let sd = run.experiment.human_blur(stimuli.shape().1)?;
            if sd > 0.0 {
                check_size(run, "human.blur", sd, &stimuli.region)?;
            }
            Ok(format!("sd {sd:.1} px"))
        }));
    }
    findings
}

/// The noise of every picture, where an estimator takes noise, and the smoothing of every band.
pub(super) fn bands(look: &Look) -> Vec<Finding> {
    let settings = &look.run.experiment.file.classification;
    let Some(estimator) = Estimator::named(&settings.estimator) else { return Vec::new() };
    if !look.run.experiment.has_answers() {
        return Vec::new();
    }
    look.of_pictures("maps", |stimuli| {
        let bands = frames::bands(look.run, stimuli, estimator, &[])?;
        let named = look.run.experiment.noise().and_then(|noise| noise.patterns.clone().or(noise.parameters.clone()));
        let noise = named.map(|name| format!(", noise of {name}")).unwrap_or_default();
        let several = if bands.len() > 1 { format!(", {} bands", bands.len()) } else { String::new() };
        Ok(format!("estimator {}{several}{noise}", estimator.name))
    })
}

/// Every named part of the region.
pub(super) fn regions(look: &Look) -> Vec<Finding> {
    let experiment = look.run.experiment;
    let of_part = |(name, part): (&String, _)| {
        look.of_pictures(&format!("region {name}"), |stimuli| {
            let region = experiment.part(name, part, &stimuli.setting.region)?;
            Ok(format!("{} px", region.iter().filter(|inside| **inside).count()))
        })
    };
    experiment.file.classification.regions.iter().flat_map(of_part).collect()
}

/// "trials.csv", or "12 files, the first is data/a.csv".
fn counted(found: Result<Vec<(String, PathBuf)>>) -> Result<String> {
    let found = found?;
    Ok(match &found[..] {
        [] => "no file".to_owned(),
        [(name, _)] => name.clone(),
        [(name, _), ..] => format!("{} files, the first is {name}", found.len()),
    })
}
