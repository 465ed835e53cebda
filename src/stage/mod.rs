//! The stages: each reads folders on its left and writes one on its right, once for each set of inputs.

mod attribute;
mod check;
mod classify;
mod exclude;
mod export;
mod faithfulness;
mod frames;
mod human_files;
mod human_maps;
mod human_sources;
mod human_tables;
mod import;
mod inference;
mod inference_files;
mod instance;
mod judge;
mod making;
mod noise;
mod part;
mod pattern;
mod pictures;
mod plan;
mod plan_figure;
mod record;
mod reliability;
mod report;
mod score;
mod sensitivity;
mod shown;
mod simulate;
mod stimuli;
mod views;

pub use check::{Finding, Outcome, check, check_before};
pub use export::{export, platform};
pub use import::import_files;
pub use plan::plan;
pub use record::RUN_FILE;

use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::progress::Progress;
use crate::results::{Finished, Results, Scratch, listed};

/// What a stage works on.
pub struct Run<'a> {
    /// The experiment file.
    pub experiment: &'a Experiment,
    /// Its results folder.
    pub results: &'a Results,
    /// Where progress is told.
    pub progress: &'a dyn Progress,
}

impl Run<'_> {
    /// As [`Results::begin`]; says what was moved aside.
    fn begin(&self, stage: &str, key: &str, owned: &[&str]) -> Result<Scratch> {
        let scratch = self.results.begin(stage, key, owned)?;
        scratch.moved().into_iter().for_each(|moved| self.progress.warn(&format!("files of others were {moved}")));
        Ok(scratch)
    }

    /// As [`Results::finish`]; says what was moved aside and what stays as a person changed it.
    fn finish(&self, scratch: Scratch) -> Result<()> {
        let Finished { moved, kept } = self.results.finish(scratch)?;
        if let Some(moved) = moved {
            self.progress.warn(&format!("files that were changed by hand, or are of others, were {moved}"));
        }
        if !kept.is_empty() {
            self.progress.note(&format!("changed by hand, and left as they are: {}", listed(&kept)));
        }
        Ok(())
    }
}

/// Refuses results that hold files of others where a stage of the experiment would make its own for the first time.
pub fn check_results(run: &Run) -> Result<()> {
    let stages = STAGES.iter().filter(|stage| (stage.applies)(run.experiment));
    run.results.check_first(&stages.flat_map(|stage| stage.owned).copied().collect::<Vec<_>>())
}

/// What a stage did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Its outputs were made.
    Made,
    /// Its outputs were there, made from the same inputs.
    UpToDate,
}

/// A row of the table of stages.
pub struct Stage {
    /// Name, which is also the command.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Files and folders that it makes, in the folder of results.
    pub owned: &'static [&'static str],
    /// Whether the experiment has this stage.
    pub applies: fn(&Experiment) -> bool,
    /// Does it, unless it is done.
    pub run: fn(&Run) -> Result<Done>,
}

/// Every stage, in order.
pub static STAGES: &[Stage] = &[
    Stage {
        name: "stimuli",
        description: "trial table, every bubble centre, rendered pictures",
        owned: stimuli::OWNED,
        applies: |experiment| experiment.file.design.is_some(),
        run: stimuli::run,
    },
    Stage {
        name: "simulate",
        description: "answers of simulated observers with a known template",
        owned: simulate::OWNED,
        applies: |experiment| experiment.file.simulation.is_some(),
        run: simulate::run,
    },
    Stage {
        name: "import",
        description: "trial files of people, with every rejected row and its reason",
        owned: import::OWNED,
        applies: |experiment| experiment.file.import.is_some(),
        run: import::run,
    },
    Stage {
        name: "exclude",
        description: "which trials enter no map, by the rules of [exclusions], and what each rule changes",
        owned: exclude::OWNED,
        applies: |experiment| !experiment.file.exclusions.is_empty() && experiment.has_answers(),
        run: exclude::run,
    },
    Stage {
        name: "classify",
        description: "classification images with statistics",
        owned: classify::OWNED,
        applies: Experiment::has_answers,
        run: classify::run,
    },
    Stage {
        name: "human",
        description: "human maps from fixations, clicks, painted masks or maps made elsewhere, where [human] names a source",
        owned: human_maps::OWNED,
        applies: |experiment| experiment.is_spatial() && experiment.file.human.is_some(),
        run: human_maps::run,
    },
    Stage {
        name: "attribute",
        description: "saliency maps of every model, weight seed and method, for the same pictures",
        owned: &["model"],
        applies: attribute::applies,
        run: attribute::run,
    },
    Stage {
        name: "faithfulness",
        description: "what every network answers when it is asked again about its maps, where [faithfulness] names metrics",
        owned: faithfulness::OWNED,
        applies: faithfulness::applies,
        run: faithfulness::run,
    },
    Stage {
        name: "score",
        description: "agreement of both against both ceilings",
        owned: score::OWNED,
        applies: attribute::applies,
        run: score::run,
    },
    Stage {
        name: "report",
        description: "one self-contained HTML page, its figures, its tables",
        owned: report::OWNED,
        applies: |experiment| experiment.is_spatial() && experiment.has_people(),
        run: report::run,
    },
];

/// Runs one stage by name; the stages before it must be up to date.
pub fn run_stage(name: &str, run: &Run) -> Result<Done> {
    let stage = STAGES
        .iter()
        .find(|stage| stage.name == name)
        .ok_or_else(|| Error::internal(format!("there is no stage called {name}")))?;
    if !(stage.applies)(run.experiment) {
        let others: Vec<&str> =
            STAGES.iter().filter(|stage| (stage.applies)(run.experiment)).map(|stage| stage.name).collect();
        if !run.experiment.has_people() {
            return Err(Error::invalid(format!(
                "nobody has answered the trials of this experiment yet, so there is no stage {name}"
            ))
            .at(run.experiment.path.display())
            .hint("export it, collect answers, and add [import] with files = [...]; or add [simulation]"));
        }
        if !run.experiment.is_spatial() {
            let kind = &run.experiment.file.bubbles.kind;
            return Err(Error::unsupported(format!(
                "the stage {name} takes spatial Bubbles, and these are of kind {kind}"
            ))
            .at(run.experiment.field("bubbles.kind"))
            .hint("trials.parquet, centres.parquet and human/ hold every answer, every bubble with its band, and the maps of bands"));
        }
        return Err(Error::invalid(format!("this experiment has no stage {name}"))
            .at(run.experiment.path.display())
            .hint(format!("its stages are: {}", others.join(", "))));
    }
    (stage.run)(run)
}

/// The error for a stage whose inputs are missing or older than the experiment file.
fn not_ready(run: &Run, stage: &str) -> Error {
    Error::invalid(format!("what the stage {stage} makes is missing, or was made from other inputs"))
        .at(run.results.path("").display())
        .hint(format!("run `bubblescope {stage} ...` first, or `bubblescope run` for everything"))
}
