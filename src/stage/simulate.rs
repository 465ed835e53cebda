//! `trials.parquet` from simulated observers: labelled simulated in every table that follows.

use std::collections::HashMap;

use rayon::prelude::*;

use super::pictures::Stimuli;
use super::{Done, Run, not_ready, stimuli as design};
use crate::error::{Error, Result};
use crate::experiment::Simulation;
use crate::human::{SimulatedObserver, Template};
use crate::picture::Picture;
use crate::results::{Key, hash_file};
use crate::seed::Seed;
use crate::trials::{Trial, Trials};

/// Makes `trials.parquet` and `centres.parquet`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli)?;
    if run.results.is_finished("trials", &key) {
        return Ok(Done::UpToDate);
    }
    if !run.results.is_finished("stimuli", &design::key(run, &stimuli)) {
        return Err(not_ready(run, "stimuli"));
    }
    let file = &run.experiment.file;
    let (Some(simulation), Some(plan)) = (&file.simulation, &file.design) else {
        return Err(Error::internal("a stage without [simulation] was run"));
    };
    let templates = templates(run, simulation, &stimuli)?;
    let classes = Stimuli::classes(run);
    let mut trials = Trials::read(&run.results.path("design"))?;
    let mut observers: Vec<Vec<Trial>> =
        trials.rows.chunk_by(|a, b| a.observer == b.observer).map(<[Trial]>::to_vec).collect();
    run.progress.begin("simulated observers", observers.len());
    observers.par_iter_mut().enumerate().try_for_each(|(at, rows)| {
        let seed = Seed(file.seed).derive("simulated observer", at as u64);
        let observer = SimulatedObserver::new(simulation, seed);
        observer.play(rows, &plan.count, &classes, stimuli.shape(), stimuli.setting.bubble_sd, |name| {
            let (template, class) =
                templates.get(name).ok_or_else(|| Error::internal(format!("there is no template for {name}")))?;
            Ok((template, *class))
        })?;
        run.progress.step();
        Ok::<(), Error>(())
    })?;
    trials = Trials { rows: observers.concat(), simulated: true };
    let scratch = run.results.begin("trials", &key)?;
    scratch.write("trials.parquet", &trials.to_parquet()?)?;
    scratch.write("centres.parquet", &trials.centres_to_parquet()?)?;
    run.results.finish("trials", &key, scratch, &["trials.parquet", "centres.parquet", "rejected.csv"])?;
    let right = trials.rows.iter().filter(|trial| trial.correct == Some(true)).count();
    run.progress.note(&format!(
        "{} SIMULATED observers answered {} trials, {:.1} % right",
        observers.len(),
        trials.rows.len(),
        100.0 * right as f64 / trials.rows.len().max(1) as f64
    ));
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let simulation = run.experiment.file.simulation.as_ref();
    let mut key = Key::new("simulate").with("design", design::key(run, stimuli)).with("simulation", simulation);
    for listed in &stimuli.pictures {
        let hash = hash_file(&template_path(run, &listed.name)).map_err(|error| {
            error
                .at(run.experiment.field("simulation.template"))
                .hint("a template is a PNG for all pictures, or a folder with a PNG of the same name for each")
        })?;
        key = key.with("template", hash);
    }
    Ok(key.finish())
}

fn template_path(run: &Run, picture: &str) -> std::path::PathBuf {
    let path = run.experiment.resolve(run.experiment.file.simulation.as_ref().map_or("", |s| s.template.as_str()));
    if path.is_dir() { path.join(picture) } else { path }
}

/// Template and class of every picture.
pub(super) fn templates(run: &Run, simulation: &Simulation, stimuli: &Stimuli) -> Result<HashMap<String, (Template, usize)>> {
    let classes = Stimuli::classes(run);
    let place = |error: Error| error.at(run.experiment.field("simulation.template"));
    stimuli
        .pictures
        .iter()
        .map(|listed| {
            let path = template_path(run, &listed.name);
            let picture = Picture::read(&path).map_err(|error| {
                place(error)
                    .hint(format!("{} is a PNG, or a folder with one PNG for each picture", simulation.template))
            })?;
            if picture.shape() != stimuli.shape() {
                let ((h, w), (rows, columns)) = (picture.shape(), stimuli.shape());
                return Err(Error::invalid(format!(
                    "the template is {w} x {h} px, and the pictures are {columns} x {rows} px"
                ))
                .at(path.display())
                .hint("a template has the size of the pictures"));
            }
            let template = Template::new(&picture.grey().mapv(f64::from)).map_err(|error| error.at(path.display()))?;
            let class = classes.iter().position(|class| *class == listed.class).unwrap_or(0);
            Ok((listed.name.clone(), (template, class)))
        })
        .collect()
}
