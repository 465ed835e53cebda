//! `score EXPERIMENT`, or `score --human DIR --model DIR` for maps made elsewhere.

use std::path::{Path, PathBuf};

use bubblescope::error::{Error, Result, one_of};
use bubblescope::metric::{DEFAULT, METRICS, Metric, unusable, usable};
use bubblescope::results::write_new;
use bubblescope::score::{Folders, Null, Options, score_folders};
use bubblescope::seed::Seed;

use super::progress::Bar;
use super::{OnExperiment, preparation, say, stages};

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
    /// Move files of others that are in the way to .moved-aside in the folder of results, instead of refusing them
    #[arg(long)]
    force: bool,
    /// Folder of human maps: index.csv with file, picture, observer, or OBSERVER/PICTURE.npy; fixations.csv for metrics of
    /// fixations
    #[arg(long, value_name = "DIR", requires = "model", conflicts_with = "experiment")]
    human: Option<PathBuf>,
    /// Folder of network maps: index.csv with file, picture, seed, model, method, or MODEL/METHOD/SEED/PICTURE.npy
    #[arg(long, value_name = "DIR", requires = "human")]
    model: Option<PathBuf>,
    /// Table to write with --human and --model
    #[arg(long, value_name = "FILE", default_value = "scores.csv", requires = "human")]
    output: PathBuf,
    /// Table to write of maps that have no partner or are constant [default: missing.csv beside the scores]
    #[arg(long, value_name = "FILE", requires = "human")]
    missing: Option<PathBuf>,
    /// How single pictures are tested: effective_pixels, torus, torus_dihedral, phase or variogram [default: effective_pixels]
    #[arg(long, value_name = "NAME", requires = "human")]
    null: Option<String>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    preparation: preparation::Prepare,
}

/// Defaults of the bootstrap of two folders.
const REPLICATES: u32 = 300;
const SEED: u64 = 1;

/// What is computed of two folders.
#[derive(clap::Args)]
pub struct How {
    /// Metrics, with commas between them [default: pearson, spearman, top10]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    metrics: Vec<String>,
    /// Bootstrap replicates, at least 20
    #[arg(long, default_value_t = REPLICATES, value_parser = clap::value_parser!(u32).range(20..))]
    bootstrap: u32,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Ratios by all four conventions (r/c, r2/c, (r/c)2 beside r/sqrt(c))
    #[arg(long)]
    all_conventions: bool,
}

impl How {
    /// Whether nothing was asked for.
    fn are_defaults(&self) -> bool {
        self.metrics.is_empty() && self.bootstrap == REPLICATES && self.seed == SEED && !self.all_conventions
    }

    /// Whether ratios are asked for by all conventions.
    pub fn all_conventions(&self) -> bool {
        self.all_conventions
    }

    /// The metrics by name.
    pub fn metrics(&self) -> Result<Vec<&'static Metric>> {
        let names: Vec<&str> =
            if self.metrics.is_empty() { DEFAULT.to_vec() } else { self.metrics.iter().map(String::as_str).collect() };
        if let Some(why) = names.iter().find_map(|name| unusable(name, true)) {
            return Err(Error::invalid(why).at("--metrics").hint(one_of(usable(true))));
        }
        Ok(METRICS.iter().filter(|metric| names.contains(&metric.name)).collect())
    }

    /// How intervals are made.
    pub fn options(&self) -> Options {
        Options { conventions: self.all_conventions, ..Options::new(self.bootstrap as usize, Seed(self.seed)) }
    }
}

/// Refuses to write over a file.
pub fn must_be_new(path: &Path, flag: &str) -> Result<()> {
    match path.exists() {
        true => {
            Err(Error::invalid(format!("{} exists already", path.display()))
                .hint(format!("name another file with {flag}")))
        }
        false => Ok(()),
    }
}

/// Scores an experiment, or two folders.
pub fn run(arguments: &Arguments) -> Result<()> {
    match (&arguments.experiment, &arguments.human, &arguments.model) {
        (Some(_), _, _) if !arguments.preparation.are_defaults() => {
            Err(Error::invalid("flags that prepare maps are for --human and --model")
                .hint("for an experiment they stand in its file, under [score.preparation]"))
        }
        (Some(_), _, _) if !arguments.how.are_defaults() => Err(Error::invalid(
            "--metrics, --bootstrap, --seed and --all-conventions are for --human and --model",
        )
        .hint(
            "for an experiment they stand in its file: metrics, bootstrap and all_conventions under [score], and seed",
        )),
        (Some(experiment), _, _) => stages::one(
            "score",
            &OnExperiment {
                experiment: experiment.clone(),
                data: arguments.data.clone(),
                results: arguments.results.clone(),
                force: arguments.force,
            },
        ),
        (None, _, _) if arguments.data.is_some() || arguments.results.is_some() || arguments.force => {
            Err(Error::invalid("--data, --results and --force are for an experiment")
                .hint("with --human and --model the maps lie in those folders, and --output names the table"))
        }
        (None, Some(human), Some(model)) => folders(arguments, human, model),
        _ => Err(Error::invalid("score needs an experiment, or --human and --model")
            .hint("bubblescope score EXPERIMENT, or bubblescope score --human DIR --model DIR")),
    }
}

fn folders(arguments: &Arguments, human: &Path, model: &Path) -> Result<()> {
    let missing = arguments.missing.clone().unwrap_or_else(|| arguments.output.with_file_name("missing.csv"));
    must_be_new(&arguments.output, "--output")?;
    must_be_new(&missing, "--missing")?;
    if missing == arguments.output {
        return Err(Error::invalid(format!("{} is to hold both tables", missing.display()))
            .hint("name two files with --output and --missing"));
    }
    let (metrics, preparation) = (arguments.how.metrics()?, arguments.preparation.preparation()?);
    let mut options = arguments.how.options();
    if let Some(name) = &arguments.null {
        options.null = Null::of_pictures(name).map_err(|error| error.at("--null"))?;
    }
    let bar = Bar::new();
    let folders = Folders::new(human, model)?;
    let scored = score_folders(&folders, &metrics, &preparation, options, &bar)?;
    bar.clear();
    write_new(&arguments.output, &scored.scores.to_csv()?)?;
    say::line(format_args!("wrote {} rows to {}", scored.scores.rows.len(), arguments.output.display()));
    if !scored.missing.rows.is_empty() {
        write_new(&missing, &scored.missing.to_csv()?)?;
        say::line(format_args!("wrote {} rows to {}", scored.missing.rows.len(), missing.display()));
    }
    Ok(())
}
