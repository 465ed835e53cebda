//! `plan EXPERIMENT`: how many trials and observers.

use bubblescope::error::Result;
use bubblescope::stage::{Done, Run, check_before, plan};

use super::progress::Bar;
use super::{OnExperiment, say};

/// Plans, and prints the answer.
pub fn run(on: &OnExperiment) -> Result<()> {
    let (experiment, results) = on.open()?;
    let bar = Bar::new();
    let run = Run { experiment: &experiment, results: &results, progress: &bar };
    check_before(&run, &["plan"])?;
    let _lock = results.lock()?;
    let (done, text) = plan(&run)?;
    bar.clear();
    say::text_as_is(text);
    let state = if done == Done::UpToDate { " (up to date)" } else { "" };
    say::line(format_args!("\ntable and figure: {}{state}", results.path("plan").display()));
    Ok(())
}
