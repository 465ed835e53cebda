//! `score EXPERIMENT`, or `score --human DIR --model DIR` for maps made elsewhere.

use std::path::PathBuf;

use bubblescope::error::{Error, Result};
use bubblescope::results::write;
use bubblescope::score::{Folders, METRICS, Options, score_folders};
use bubblescope::seed::Seed;

use super::progress::Bar;
use super::{OnExperiment, stages};

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder that holds experiment.toml (or the file itself)
    #[arg(required_unless_present_any = ["human", "model"])]
    experiment: Option<PathBuf>,
    /// Folder that {data} stands for in the experiment file
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Folder of results [default: results/NAME]
    #[arg(long, value_name = "PATH")]
    results: Option<PathBuf>,
    /// Folder of human maps with index.csv (file, picture, observer)
    #[arg(long, value_name = "DIR", requires = "model", conflicts_with = "experiment")]
    human: Option<PathBuf>,
    /// Folder of network maps with index.csv (file, picture, seed, model, method)
    #[arg(long, value_name = "DIR", requires = "human")]
    model: Option<PathBuf>,
    /// Table to write with --human and --model
    #[arg(long, value_name = "FILE", default_value = "scores.csv", requires = "human")]
    output: PathBuf,
    /// Bootstrap replicates with --human and --model, at least 20
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(20..), requires = "human")]
    bootstrap: u32,
    /// Seed of the bootstrap with --human and --model
    #[arg(long, default_value_t = 1, requires = "human")]
    seed: u64,
}

/// Scores an experiment, or two folders.
pub fn run(arguments: &Arguments) -> Result<()> {
    match (&arguments.experiment, &arguments.human, &arguments.model) {
        (Some(experiment), _, _) => stages::one(
            "score",
            &OnExperiment {
                experiment: experiment.clone(),
                data: arguments.data.clone(),
                results: arguments.results.clone(),
            },
        ),
        (None, Some(human), Some(model)) => {
            if arguments.output.exists() {
                return Err(Error::invalid(format!("{} exists already", arguments.output.display()))
                    .hint("name another file with --output"));
            }
            let bar = Bar::new();
            let folders = Folders::new(human, model)?;
            let options = Options { replicates: arguments.bootstrap as usize, seed: Seed(arguments.seed) };
            let table = score_folders(&folders, &METRICS.iter().collect::<Vec<_>>(), options, &bar)?;
            bar.clear();
            write(&arguments.output, &table.to_csv()?)?;
            println!("wrote {} rows to {}", table.rows.len(), arguments.output.display());
            Ok(())
        }
        _ => Err(Error::invalid("score needs an experiment, or --human and --model")
            .hint("bubblescope score EXPERIMENT, or bubblescope score --human DIR --model DIR")),
    }
}
