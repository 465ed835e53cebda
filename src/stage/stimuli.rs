//! `design/`: the planned trials, their centres, and some of them as an observer would see them.

use std::collections::HashMap;

use super::pictures::Stimuli;
use super::{Done, Run};
use crate::bubbles::{Prepared, coverage};
use crate::design::{participants, schedule, sheet};
use crate::error::{Error, Result};
use crate::experiment::Design;
use crate::map::Map;
use crate::results::Scratch;
use crate::seed::Seed;
use crate::table::{Table, number};
use crate::trials::{Role, Trial, Trials};

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["design"];

/// Makes `design/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli);
    if run.results.is_finished("stimuli", &key) {
        return Ok(Done::UpToDate);
    }
    let design = design(run)?;
    check_places(run, design, &stimuli)?;
    let trials = planned(run, &stimuli)?;
    let scratch = run.begin("stimuli", &key, OWNED)?;
    scratch.write("design/trials.parquet", &trials.to_parquet()?)?;
    scratch.write("design/centres.parquet", &trials.centres_to_parquet()?)?;
    sheets(run, design, &stimuli, &trials, &scratch)?;
    scratch.write("design/pictures.csv", &luminance(&stimuli).to_csv()?)?;
    let seed = Seed(run.experiment.file.seed).derive("design", 0);
    for (band, map) in coverage(&stimuli.cover, design.count.start, seed).into_iter().enumerate() {
        let name = if stimuli.cover.planes.len() == 1 { String::new() } else { format!("-{}", band + 1) };
        scratch.write(&format!("design/coverage{name}.npy"), &Map::new(map)?.to_npy())?;
    }
    render(run, design, &stimuli, &trials, &scratch)?;
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// More bubbles than there are places cannot be drawn; half of them at most, so that draws stay random.
pub(super) fn check_places(run: &Run, design: &Design, stimuli: &Stimuli) -> Result<()> {
    let places = stimuli.cover.capacity();
    if design.count.maximum <= places / 2 {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "up to {} bubbles are asked for, and the region holds {places} pixels",
        design.count.maximum
    ))
    .at(run.experiment.field("design.count.maximum"))
    .hint(format!("choose at most {}", places / 2)))
}

/// `design/participants.csv` and a table for each of them.
fn sheets(run: &Run, design: &Design, stimuli: &Stimuli, trials: &Trials, scratch: &Scratch) -> Result<()> {
    let classes = Stimuli::classes(run);
    let class: HashMap<String, usize> = stimuli.named(&classes).into_iter().collect();
    let mut index = Table::new(&["participant", "keys", "trials", "file"]);
    for participant in participants(design, classes.len()) {
        let own: Vec<&Trial> = trials.rows.iter().filter(|trial| trial.observer == participant.id).collect();
        let file = format!("participants/{}.csv", participant.id);
        let table = sheet(&participant, &own, &classes, |picture| class.get(picture).copied().unwrap_or(0));
        scratch.write(&format!("design/{file}"), &table.to_csv()?)?;
        index.push([participant.id.clone(), participant.key_map(&classes), own.len().to_string(), file]);
    }
    scratch.write("design/participants.csv", &index.to_csv()?)
}

/// Mean luminance and RMS contrast of every picture inside the region, of stored values.
fn luminance(stimuli: &Stimuli) -> Table {
    let mut table = Table::new(&["picture", "class", "mean_luminance", "rms_contrast"]);
    for listed in &stimuli.pictures {
        let (mean, contrast) = listed.picture.luminance(&stimuli.region);
        table.push([listed.name.clone(), listed.class.clone(), number(mean), number(contrast)]);
    }
    table
}

/// The first trials as an observer would see them.
fn render(run: &Run, design: &Design, stimuli: &Stimuli, trials: &Trials, scratch: &Scratch) -> Result<()> {
    let mut index = Table::new(&["file", "observer", "trial", "picture", "mirrored", "bubbles"]);
    let mut prepared: HashMap<(&str, bool), Prepared> = HashMap::new();
    run.progress.begin("rendering trials", design.rendered);
    for (at, trial) in trials.rows.iter().take(design.rendered).enumerate() {
        let Some(listed) = stimuli.pictures.iter().find(|listed| listed.name == trial.picture) else { continue };
        let picture = || if trial.mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
        let centres = &trial.centres[..design.count.start.min(trial.centres.len())];
        let shown = if trial.role == Role::Catch {
            picture()
        } else {
            let prepared =
                prepared.entry((&listed.name, trial.mirrored)).or_insert_with(|| stimuli.cover.prepare(&picture()));
            stimuli.cover.show(prepared, centres)
        };
        let file = format!("trial-{:04}.png", at + 1);
        scratch.write(&format!("design/pictures/{file}"), &shown.to_png()?)?;
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
    scratch.write("design/pictures/index.csv", &index.to_csv()?)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> String {
    stimuli.key(run, "stimuli").with("design", &run.experiment.file.design).finish()
}

/// The planned trials; the same on every call.
pub fn planned(run: &Run, stimuli: &Stimuli) -> Result<Trials> {
    let seed = Seed(run.experiment.file.seed).derive("design", 0);
    Ok(schedule(design(run)?, &stimuli.named(&Stimuli::classes(run)), &stimuli.cover, seed))
}

fn design<'a>(run: &'a Run) -> Result<&'a Design> {
    run.experiment.file.design.as_ref().ok_or_else(|| Error::internal("a stage without [design] was run"))
}
