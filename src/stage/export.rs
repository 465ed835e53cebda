//! `export/<platform>/`: the design as an experiment that runs elsewhere. Not a stage of `run`: nothing follows from it.
//!
//! Platforms keep their answers in the same folder (PsychoPy in `data/`), and people their own pages: whatever an export did
//! not write stays where it is when it is made again.

use super::pictures::Stimuli;
use super::{Done, Run, exclude, not_ready, stimuli as design};
use crate::design::participants;
use crate::error::{Error, Result, one_of};
use crate::export::{Answered, EXPORTS, Export, Material, Write};
use crate::results::{Key, Scratch};
use crate::seed::Seed;
use crate::trials::Trials;

/// The row of that name.
pub fn platform(name: &str) -> Result<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name).ok_or_else(|| {
        Error::invalid(format!("there is no export to {name}")).hint(one_of(EXPORTS.iter().map(|export| export.name)))
    })
}

/// Makes `export/<platform>/` from what the platform takes; `cdn` loads libraries from a content network.
pub fn export(run: &Run, export: &Export, cdn: bool) -> Result<Done> {
    match export.write {
        Write::Plan(write) => planned(run, export, write, cdn),
        Write::Answers(write) => answered(run, export, write),
    }
}

fn answered(run: &Run, export: &Export, write: fn(&Answered, &Scratch) -> Result<()>) -> Result<Done> {
    let file = &run.experiment.file;
    if file.human.is_some() {
        return Err(Error::invalid("human maps of this experiment come from no trials, and trials are to be exported")
            .at(run.experiment.field("human"))
            .hint("an export of answers needs [import] or [simulation]"));
    }
    if !run.experiment.has_answers() {
        return Err(Error::invalid(format!("nobody has answered the trials of this experiment yet, and {} takes answers", export.name))
            .at(run.experiment.path.display())
            .hint("collect answers and add [import] with files = [...], or [simulation]; the plan itself goes to jspsych, psychopy or gorilla"));
    }
    let stimuli = Stimuli::read(run)?;
    let trials_key = exclude::answered_key(run, &stimuli)?;
    let stage = format!("export-{}", export.name);
    let key = Key::new(&stage).with("trials", &trials_key).with("title", &file.title).finish();
    if run.results.is_finished(&stage, &key) {
        return Ok(Done::UpToDate);
    }
    if !run.results.is_finished("trials", &trials_key) {
        return Err(not_ready(run, if file.import.is_some() { "import" } else { "simulate" }));
    }
    let trials = Trials::read(&run.results.path(""))?;
    let folder = format!("export/{}", export.name);
    let scratch = run.results.begin_shared(&stage, &key, &[&folder])?;
    let answered = Answered {
        name: &run.experiment.name,
        title: &file.title,
        trials: &trials,
        class: stimuli.pictures.iter().map(|listed| (listed.name.clone(), listed.class.clone())).collect(),
        classes: &Stimuli::classes(run),
        bands: stimuli.cover.planes.len(),
    };
    write(&answered, &scratch.below(&folder))?;
    run.finish(scratch)?;
    Ok(Done::Made)
}

fn planned(run: &Run, export: &Export, write: fn(&Material, &Scratch) -> Result<()>, cdn: bool) -> Result<Done> {
    let file = &run.experiment.file;
    let Some(plan) = &file.design else {
        return Err(Error::invalid("there is no plan of trials to export")
            .at(run.experiment.path.display())
            .hint("add [design] with observers, trials and [design.count]"));
    };
    let stimuli = Stimuli::read(run)?;
    let pages = run.experiment.pages()?;
    let unfinished = pages.unfinished();
    if export.has_pages && !unfinished.is_empty() {
        let fields: Vec<String> = unfinished.iter().map(|field| format!("[export] {field}")).collect();
        run.progress.warn(&format!(
            "not ready for participants: {} name{} no page that is filled in, and until then every page of the experiment says so",
            fields.join(" and "),
            if fields.len() == 1 { "s" } else { "" }
        ));
    }
    let stage = format!("export-{}", export.name);
    let key = Key::new(&stage)
        .with("design", design::key(run, &stimuli))
        .with("libraries", cdn)
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
    let folder = format!("export/{}", export.name);
    let scratch = run.results.begin_shared(&stage, &key, &[&folder])?;
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
        cdn,
        progress: run.progress,
    };
    write(&material, &scratch.below(&folder))?;
    run.finish(scratch)?;
    Ok(Done::Made)
}
