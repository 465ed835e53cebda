//! Subcommands: each turns arguments into resolved values, makes one call to the library, and prints.

mod check;
mod compare;
mod consistency;
mod export;
mod import;
mod list;
mod new;
mod plan;
mod preparation;
mod progress;
mod say;
mod score;
mod stages;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bubblescope::error::Result;
use bubblescope::experiment::Experiment;
use bubblescope::results::{RESULTS_VERSION, Results};
use clap::{Args, Parser, Subcommand};

/// Of the program, and of its results: the second is raised whenever the same inputs give other numbers.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (results {RESULTS_VERSION})", env!("CARGO_PKG_VERSION")));

#[derive(Parser)]
#[command(version = VERSION.as_str(), about = "Does this network look where people look, as far as the noise in both lets anybody tell?")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Every stage, skipping what is up to date; ends by naming the report
    Run(OnExperiment),
    /// Write an experiment that runs as it is, every field of its file explained
    New {
        /// Name of the experiment, which becomes experiments/NAME; or a path that ends in its name
        name: PathBuf,
    },
    /// Everything that can be found wrong before any work: files, sizes, networks, methods
    Check(OnExperiment),
    /// How many trials and observers: power and expected reliability, by formula and by simulation
    Plan(OnExperiment),
    /// Trial table, every bubble centre, rendered pictures
    Stimuli(OnExperiment),
    /// An experiment that runs: in a browser, in PsychoPy, in Gorilla
    Export(export::Arguments),
    /// Answers of simulated observers with a known template
    Simulate(OnExperiment),
    /// Trial files of people, with every rejected row and its reason: of an experiment, or files alone
    Import(import::Arguments),
    /// Which trials enter no map, by the rules of [exclusions], and what each rule changes
    Exclude(OnExperiment),
    /// Classification images with statistics
    Classify(OnExperiment),
    /// Human maps from fixations, clicks, painted masks or maps made elsewhere
    Human(OnExperiment),
    /// Saliency maps of every model, weight seed and method
    Attribute(OnExperiment),
    /// What every network answers when it is asked again about its maps
    Faithfulness(OnExperiment),
    /// Agreement against both ceilings, of an experiment or of two folders of maps
    Score(Box<score::Arguments>),
    /// Whether two methods, models or groups of observers differ in their agreement
    Compare(compare::Arguments),
    /// Whether two groups, such as people and networks, are right and wrong on the same trials
    Consistency(consistency::Arguments),
    /// One self-contained HTML page, its figures, its tables
    Report(OnExperiment),
    /// The tables: kinds, procedures, formats, exports, rules, estimators, groups, reclassifications, tests, methods, faithfulness, controls, metrics, map-files, ceilings, estimands, conventions, nulls, baselines, counterparts, warnings, stages, or layers of a model
    List(list::Arguments),
}

/// Arguments of every command that works on an experiment.
#[derive(Args)]
struct OnExperiment {
    /// Folder that holds experiment.toml (or the file itself)
    experiment: PathBuf,
    /// Folder that {data} stands for in the experiment file [default: the folder data beside it]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Folder of results [default: results/NAME]
    #[arg(long, value_name = "PATH")]
    results: Option<PathBuf>,
    /// Move files of others that are in the way to .moved-aside in the folder of results, instead of refusing them
    #[arg(long)]
    force: bool,
}

impl OnExperiment {
    fn open(&self) -> Result<(Experiment, Results)> {
        let experiment = Experiment::read(&self.experiment, self.data.as_deref())?;
        let results = self.results(&experiment);
        Ok((experiment, results))
    }

    fn results(&self, experiment: &Experiment) -> Results {
        let root = self.results.clone().unwrap_or_else(|| Path::new("results").join(&experiment.name));
        Results::new(&root).of(&experiment.path).forced(self.force)
    }
}

/// Runs the command that was typed.
pub fn run() -> Result<()> {
    match Arguments::try_parse() {
        Ok(arguments) => command(arguments.command)?,
        // Help and version, and what is wrong with the arguments.
        Err(text) => {
            say::note(text.print());
            if text.use_stderr() {
                std::process::exit(text.exit_code());
            }
        }
    }
    say::outcome()
}

fn command(command: Command) -> Result<()> {
    match command {
        Command::Run(on) => stages::all(&on),
        Command::New { name } => new::run(&name),
        Command::Check(on) => check::run(&on),
        Command::Plan(on) => plan::run(&on),
        Command::Stimuli(on) => stages::one("stimuli", &on),
        Command::Export(arguments) => export::run(&arguments),
        Command::Simulate(on) => stages::one("simulate", &on),
        Command::Import(arguments) => import::run(&arguments),
        Command::Exclude(on) => stages::one("exclude", &on),
        Command::Classify(on) => stages::one("classify", &on),
        Command::Human(on) => stages::one("human", &on),
        Command::Attribute(on) => stages::one("attribute", &on),
        Command::Faithfulness(on) => stages::one("faithfulness", &on),
        Command::Score(arguments) => score::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Consistency(arguments) => consistency::run(&arguments),
        Command::Report(on) => stages::one("report", &on),
        Command::List(arguments) => list::run(&arguments),
    }
}
