//! `export`: an experiment that runs.

use bubblescope::error::Result;
use bubblescope::export::Write;
use bubblescope::stage::{Run, check_before, export, platform, run_stage};

use super::progress::Bar;
use super::{OnExperiment, say};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    on: OnExperiment,
    /// Platform: a row of `bubblescope list exports`
    #[arg(long, value_name = "PLATFORM")]
    to: String,
    /// Load jsPsych from a content network instead of node_modules
    #[arg(long)]
    cdn: bool,
}

/// Writes the experiment for one platform, its design first.
pub fn run(arguments: &Arguments) -> Result<()> {
    let row = platform(&arguments.to)?;
    let (experiment, results) = arguments.on.open()?;
    let bar = Bar::new();
    let run = Run { experiment: &experiment, results: &results, progress: &bar };
    let planned = experiment.file.design.is_some() && matches!(row.write, Write::Plan(_));
    if planned {
        check_before(&run, &["stimuli", "export"])?;
    }
    let _lock = results.lock()?;
    if planned {
        run_stage("stimuli", &run)?;
    }
    export(&run, row, arguments.cdn)?;
    bar.clear();
    let folder = results.path(&format!("export/{}", row.name));
    say::line(format_args!("{}", row.next.replace("{}", &folder.display().to_string())));
    Ok(())
}
