//! `run` and the stages by name.

use std::time::Instant;

use bubblescope::error::Result;
use bubblescope::stage::{Done, Run, STAGES, check_before, check_results, run_stage};

use super::progress::Bar;
use super::{OnExperiment, say};

/// Every stage of the experiment.
pub fn all(on: &OnExperiment) -> Result<()> {
    let (experiment, results) = on.open()?;
    let names: Vec<&str> = STAGES.iter().filter(|stage| (stage.applies)(&experiment)).map(|stage| stage.name).collect();
    say::line(format_args!("{}: {}", experiment.name, experiment.file.title));
    if experiment.file.simulation.is_some() {
        say::line("the observers of this experiment are SIMULATED");
    }
    let bar = Bar::new();
    let run = Run { experiment: &experiment, results: &results, progress: &bar };
    let exported = experiment.file.design.is_some().then_some("export");
    check_before(&run, &names.iter().copied().chain(exported).collect::<Vec<_>>())?;
    let _lock = results.lock()?;
    check_results(&run)?;
    for (at, name) in names.iter().enumerate() {
        let began = Instant::now();
        say::aside(format_args!("[{}/{}] {name}", at + 1, names.len()));
        let done = run_stage(name, &run)?;
        bar.clear();
        say::line(format_args!("[{}/{}] {name}: {}", at + 1, names.len(), outcome(done, began)));
    }
    match names.contains(&"report") {
        true => say::line(format_args!("open {}", results.path("report.html").display())),
        false => say::line(format_args!("see {}", results.path("").display())),
    }
    if !experiment.has_people() {
        say::line(format_args!(
            "nobody has answered these trials yet; next: `bubblescope export {} --to jspsych` (or another of `bubblescope list exports`), \
             collect answers, and name their files in the experiment file: [import] files = [\"data/*.csv\"]",
            on.experiment.display()
        ));
    }
    Ok(())
}

/// One stage.
pub fn one(name: &str, on: &OnExperiment) -> Result<()> {
    let (experiment, results) = on.open()?;
    let bar = Bar::new();
    let began = Instant::now();
    let run = Run { experiment: &experiment, results: &results, progress: &bar };
    check_before(&run, &[name])?;
    let _lock = results.lock()?;
    let done = run_stage(name, &run)?;
    bar.clear();
    say::line(format_args!("{name}: {}, in {}", outcome(done, began), results.path("").display()));
    Ok(())
}

fn outcome(done: Done, began: Instant) -> String {
    match done {
        Done::Made => format!("done in {:.1} s", began.elapsed().as_secs_f64()),
        Done::UpToDate => "up to date".to_owned(),
    }
}
