//! `export/<platform>/`: the design as an experiment that runs elsewhere, or answered trials to be shared. Not a stage of
//! `run`: nothing follows from it.

use super::pictures::Stimuli;
use super::{Done, Run, classify, not_ready, stimuli as design};
use crate::design::participants;
use crate::error::{Error, Result, one_of};
use crate::experiment::Pages;
use crate::export::{Answers, EXPORTS, Export, Material, Write};
use crate::results::{Key, Scratch};
use crate::trials::Trials;

/// The row of that name.
pub fn platform(name: &str) -> Result<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name).ok_or_else(|| {
        Error::invalid(format!("there is no export to {name}")).hint(one_of(EXPORTS.iter().map(|export| export.name)))
    })
}

/// Makes `export/<platform>/` from the planned trials, or from those that were answered; `cdn` loads libraries from a content
/// network.
pub fn export(run: &Run, export: &Export, cdn: bool) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let (stage, folder) = (format!("export-{}", export.name), format!("export/{}", export.name));
    let file = &run.experiment.file;
    let key = Key::new(&stage).with("title", &file.title).with("libraries", cdn);
    let write: Box<dyn Fn(&Scratch) -> Result<()>>;
    let key = match export.write {
        Write::Plan(of_plan) => {
            let pages = run.experiment.pages()?;
            let key = key
                .with("design", design::key(run, &stimuli))
                .with("settings", (&file.export, &pages, file.pictures.degrees));
            let stimuli = &stimuli;
            write =
                Box::new(move |scratch| plan(run, stimuli, pages.clone(), cdn, &|material| of_plan(material, scratch)));
            key
        }
        Write::Answers(of_answers) => {
            let key = key.with("trials", classify::trials_key(run, &stimuli)?);
            let stimuli = &stimuli;
            write = Box::new(move |scratch| answers(run, stimuli, &|answers| of_answers(answers, scratch)));
            key
        }
    }
    .finish();
    if run.results.is_finished(&stage, &key) {
        return Ok(Done::UpToDate);
    }
    let scratch = run.results.begin(&stage, &key)?;
    write(&scratch.below(&folder))?;
    run.results.finish(&stage, &key, scratch, &[&folder])?;
    Ok(Done::Made)
}

fn plan(run: &Run, stimuli: &Stimuli, pages: Pages, cdn: bool, write: &dyn Fn(&Material) -> Result<()>) -> Result<()> {
    let file = &run.experiment.file;
    let Some(plan) = &file.design else {
        return Err(Error::invalid("there is no plan of trials to export")
            .at(run.experiment.path.display())
            .hint("add [design] with observers, trials and [design.count]"));
    };
    if !run.results.is_finished("stimuli", &design::key(run, stimuli)) {
        return Err(not_ready(run, "stimuli"));
    }
    let classes = Stimuli::classes(run);
    write(&Material {
        name: &run.experiment.name,
        title: &file.title,
        design: plan,
        settings: &file.export,
        trials: &Trials::read(&run.results.path("design"))?,
        participants: &participants(plan, classes.len()),
        pictures: &stimuli.pictures,
        classes: &classes,
        cover: &stimuli.cover,
        degrees: file.pictures.degrees,
        pages,
        cdn,
        progress: run.progress,
    })
}

fn answers(run: &Run, stimuli: &Stimuli, write: &dyn Fn(&Answers) -> Result<()>) -> Result<()> {
    if !run.results.is_finished("trials", &classify::trials_key(run, stimuli)?) {
        return Err(not_ready(run, if run.experiment.file.import.is_some() { "import" } else { "simulate" }));
    }
    write(&Answers {
        name: &run.experiment.name,
        title: &run.experiment.file.title,
        classes: &Stimuli::classes(run),
        trials: &Trials::read(&run.results.path(""))?,
    })
}
