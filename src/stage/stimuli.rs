//! `design/`: the planned trials, their centres, and some of them as an observer would see them.

use super::pictures::Stimuli;
use super::{Done, Run};
use crate::bubbles::aperture_mask;
use crate::design::schedule;
use crate::error::{Error, Result};
use crate::experiment::Design;
use crate::seed::Seed;
use crate::table::Table;
use crate::trials::Trials;

/// Makes `design/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli);
    if run.results.is_finished("stimuli", &key) {
        return Ok(Done::UpToDate);
    }
    let design = design(run)?;
    let pixels = stimuli.setting.region.iter().filter(|inside| **inside).count();
    if design.count.maximum > pixels / 2 {
        return Err(Error::invalid(format!(
            "up to {} bubbles are asked for, and the region holds {pixels} pixels",
            design.count.maximum
        ))
        .at(run.experiment.field("design.count.maximum"))
        .hint(format!("choose at most {}", pixels / 2)));
    }
    let trials = planned(run, &stimuli)?;
    let scratch = run.results.begin("stimuli", &key)?;
    scratch.write("design/trials.parquet", &trials.to_parquet()?)?;
    scratch.write("design/centres.parquet", &trials.centres_to_parquet()?)?;
    let mut index = Table::new(&["file", "observer", "trial", "picture", "mirrored", "bubbles"]);
    run.progress.begin("rendering trials", design.rendered);
    for (at, trial) in trials.rows.iter().take(design.rendered).enumerate() {
        let Some(listed) = stimuli.pictures.iter().find(|listed| listed.name == trial.picture) else { continue };
        let picture = if trial.mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
        let centres = &trial.centres[..design.count.start.min(trial.centres.len())];
        let mask = aperture_mask(stimuli.shape(), centres, stimuli.setting.bubble_sd);
        let file = format!("trial-{:04}.png", at + 1);
        scratch.write(
            &format!("design/pictures/{file}"),
            &picture.through(&mask, stimuli.setting.background as f32).to_png()?,
        )?;
        index.push([
            file,
            trial.observer.clone(),
            trial.number.to_string(),
            trial.picture.clone(),
            trial.mirrored.to_string(),
            centres.len().to_string(),
        ]);
        run.progress.step();
    }
    scratch.write("design/pictures/index.csv", &index.to_csv()?)?;
    run.results.finish("stimuli", &key, scratch, &["design"])?;
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> String {
    stimuli.key(run, "stimuli").with("design", &run.experiment.file.design).finish()
}

/// The planned trials; the same on every call.
pub fn planned(run: &Run, stimuli: &Stimuli) -> Result<Trials> {
    let seed = Seed(run.experiment.file.seed).derive("design", 0);
    Ok(schedule(design(run)?, &stimuli.names(), &stimuli.setting.region, seed))
}

fn design<'a>(run: &'a Run) -> Result<&'a Design> {
    run.experiment.file.design.as_ref().ok_or_else(|| Error::internal("a stage without [design] was run"))
}
