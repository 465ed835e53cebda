//! `plan EXPERIMENT`: how many trials and observers.

use bubblescope::error::Result;
use bubblescope::stage::{Done, Run, check_before, plan};

use super::OnExperiment;
use super::progress::Bar;

/// Plans, and prints the answer.
pub fn run(on: &OnExperiment) -> Result<()> {
    let (experiment, results) = on.open()?;
    let bar = Bar::new();
    let run = Run { experiment: &experiment, results: &results, progress: &bar };
    check_before(&run, &["plan"])?;
    let _lock = results.lock()?;
    let (done, text) = plan(&run)?;
    bar.clear();
    print!("{text}");
    let state = if done == Done::UpToDate { " (up to date)" } else { "" };
    println!("\ntable and figure: {}{state}", results.path("plan").display());
    Ok(())
}
