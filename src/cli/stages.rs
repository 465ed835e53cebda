//! `run` and the stages by name.

use std::time::Instant;

use bubblescope::error::Result;
use bubblescope::stage::{Done, Run, STAGES, run_stage};

use super::OnExperiment;
use super::progress::Bar;

/// Every stage of the experiment.
pub fn all(on: &OnExperiment) -> Result<()> {
    let (experiment, results) = on.open()?;
    let names: Vec<&str> = STAGES.iter().filter(|stage| (stage.applies)(&experiment)).map(|stage| stage.name).collect();
    println!("{}: {}", experiment.name, experiment.file.title);
    if experiment.file.simulation.is_some() {
        println!("the observers of this experiment are SIMULATED");
    }
    let _lock = results.lock()?;
    let bar = Bar::new();
    let run = Run { experiment: &experiment, results: &results, progress: &bar };
    for (at, name) in names.iter().enumerate() {
        let began = Instant::now();
        eprintln!("[{}/{}] {name}", at + 1, names.len());
        let done = run_stage(name, &run)?;
        bar.clear();
        println!("[{}/{}] {name}: {}", at + 1, names.len(), outcome(done, began));
    }
    match names.contains(&"report") {
        true => println!("open {}", results.path("report.html").display()),
        false => println!("see {}", results.path("").display()),
    }
    Ok(())
}

/// One stage.
pub fn one(name: &str, on: &OnExperiment) -> Result<()> {
    let (experiment, results) = on.open()?;
    let _lock = results.lock()?;
    let bar = Bar::new();
    let began = Instant::now();
    let done = run_stage(name, &Run { experiment: &experiment, results: &results, progress: &bar })?;
    bar.clear();
    println!("{name}: {}, in {}", outcome(done, began), results.path("").display());
    Ok(())
}

fn outcome(done: Done, began: Instant) -> String {
    match done {
        Done::Made => format!("done in {:.1} s", began.elapsed().as_secs_f64()),
        Done::UpToDate => "up to date".to_owned(),
    }
}
