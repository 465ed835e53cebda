//! `export/<platform>/`: the design as an experiment that runs elsewhere. Not a stage of `run`: nothing follows from it.

use super::pictures::Stimuli;
use super::{Done, Run, not_ready, stimuli as design};
use crate::design::participants;
use crate::error::{Error, Result, one_of};
use crate::export::{EXPORTS, Export, Material};
use crate::results::Key;
use crate::seed::Seed;
use crate::trials::Trials;

/// The row of that name.
pub fn platform(name: &str) -> Result<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name).ok_or_else(|| {
        Error::invalid(format!("there is no export to {name}")).hint(one_of(EXPORTS.iter().map(|export| export.name)))
    })
}

/// Makes `export/<platform>/` from the planned trials.
pub fn export(run: &Run, export: &Export) -> Result<Done> {
    let file = &run.experiment.file;
    let Some(plan) = &file.design else {
        return Err(Error::invalid("there is no plan of trials to export")
            .at(run.experiment.path.display())
            .hint("add [design] with observers, trials and [design.count]"));
    };
    let stimuli = Stimuli::read(run)?;
    let pages = run.experiment.pages()?;
    let stage = format!("export-{}", export.name);
    let key = Key::new(&stage)
        .with("design", design::key(run, &stimuli))
        .with("settings", (&file.export, &pages, &file.title, file.pictures.degrees))
        .finish();
    if run.results.is_finished(&stage, &key) {
        return Ok(Done::UpToDate);
    }
    if !run.results.is_finished("stimuli", &design::key(run, &stimuli)) {
        return Err(not_ready(run, "stimuli"));
    }
    let trials = Trials::read(&run.results.path("design"))?;
    let classes = Stimuli::classes(run);
    let scratch = run.results.begin(&stage, &key)?;
    let material = Material {
        name: &run.experiment.name,
        title: &file.title,
        design: plan,
        settings: &file.export,
        trials: &trials,
        participants: &participants(plan, classes.len()),
        pictures: &stimuli.pictures,
        classes: &classes,
        cover: &stimuli.cover,
        degrees: file.pictures.degrees,
        seed: Seed(file.seed).derive("export", 0),
        pages,
        progress: run.progress,
    };
    (export.write)(&material, &scratch.below(&format!("export/{}", export.name)))?;
    run.results.finish(&stage, &key, scratch, &[&format!("export/{}", export.name)])?;
    Ok(Done::Made)
}
