//! `trials.parquet` from simulated observers: labelled simulated in every table that follows.

use rayon::prelude::*;

use super::pictures::Stimuli;
use super::views::Views;
use super::{Done, Run, not_ready, stimuli as design};
use crate::design::participants;
use crate::error::{Error, Result};
use crate::human::SimulatedObserver;
use crate::results::Key;
use crate::seed::Seed;
use crate::trials::{Trial, Trials};

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["trials.parquet", "centres.parquet", "observers.csv"];

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
    let scratch = run.begin("trials", &key, OWNED)?;
    let views = Views::read(run, simulation, &stimuli)?;
    let classes = Stimuli::classes(run);
    let participants = participants(plan, classes.len());
    let mut trials = Trials::read(&run.results.path("design"))?;
    let mut observers: Vec<Vec<Trial>> =
        trials.rows.chunk_by(|a, b| a.observer == b.observer).map(<[Trial]>::to_vec).collect();
    run.progress.begin("simulated observers", observers.len());
    observers.par_iter_mut().zip(&participants).enumerate().try_for_each(|(at, (rows, participant))| {
        let seed = Seed(file.seed).derive("simulated observer", at as u64);
        let observer = SimulatedObserver::new(simulation, seed);
        let first_key = participants.first().and_then(|one| one.keys.first());
        let favourite = participant.keys.iter().position(|key| Some(key) == first_key).unwrap_or(0);
        let adaptive = plan.count.adaptive(classes.len(), stimuli.cover.revealed_share())?;
        let perceive = |trial: &Trial| views.perceive(&observer, at, trial);
        observer.play(rows, plan.count.start, adaptive, &classes, favourite, perceive)?;
        run.progress.step();
        Ok::<(), Error>(())
    })?;
    trials = Trials { rows: observers.concat(), simulated: true };
    scratch.write("trials.parquet", &trials.to_parquet()?)?;
    scratch.write("centres.parquet", &trials.centres_to_parquet()?)?;
    scratch.write("observers.csv", &trials.observers().to_csv()?)?;
    run.finish(scratch)?;
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
    let key = Key::new("simulate").with("design", design::key(run, stimuli)).with("simulation", simulation);
    Ok(Views::key(run, stimuli, key)?.finish())
}
