//! `consistency A B`: whether two groups, such as people and networks, are right and wrong on the same trials.

use std::path::PathBuf;

use bubblescope::error::{Error, Result};
use bubblescope::results::write_new;
use bubblescope::score::{AnswerColumns, Answers, Judged, consistency};
use bubblescope::seed::Seed;

use super::say;
use super::score::must_be_new;

#[derive(clap::Args)]
pub struct Arguments {
    /// Two tables of answers (CSV), or folders of them
    #[arg(num_args = 2, required = true, value_names = ["A", "B"])]
    groups: Vec<PathBuf>,
    /// Column of the observer or network
    #[arg(long, value_name = "COLUMN", default_value = "participant")]
    observer: String,
    /// Column of the trial: the same names on both sides
    #[arg(long, value_name = "COLUMN", default_value = "trial_id")]
    trial: String,
    /// The trial is told by what follows the last of this text in its column
    #[arg(long, value_name = "TEXT")]
    after: Option<String>,
    /// Column of 1 and 0, or true and false
    #[arg(long, value_name = "COLUMN", default_value = "correct")]
    correct: String,
    /// Columns of the answer and of the right one, in place of --correct
    #[arg(long, num_args = 2, value_names = ["ANSWER", "RIGHT"])]
    answer: Vec<String>,
    /// Column of the condition
    #[arg(long, value_name = "COLUMN")]
    condition: Option<String>,
    /// Table of pairs to write
    #[arg(long, value_name = "FILE", default_value = "consistency.csv")]
    output: PathBuf,
    /// Table of accuracies by condition to write
    #[arg(long, value_name = "FILE", default_value = "accuracy.csv")]
    accuracy: PathBuf,
    /// Bootstrap replicates over trials, at least 20
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(20..))]
    bootstrap: u32,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Compares, prints what can be said, and writes both tables.
pub fn run(arguments: &Arguments) -> Result<()> {
    must_be_new(&arguments.output, "--output")?;
    must_be_new(&arguments.accuracy, "--accuracy")?;
    if arguments.output == arguments.accuracy {
        return Err(Error::invalid(format!("{} is to hold both tables", arguments.output.display()))
            .hint("name two files with --output and --accuracy"));
    }
    let answer = match &arguments.answer[..] {
        [answer, right] => Judged::Compared(answer.clone(), right.clone()),
        _ => Judged::Correct(arguments.correct.clone()),
    };
    let columns = AnswerColumns {
        observer: arguments.observer.clone(),
        trial: arguments.trial.clone(),
        after: arguments.after.clone(),
        answer,
        condition: arguments.condition.clone(),
    };
    let read = |at: usize| Answers::read(&arguments.groups[at], &columns);
    let found = consistency([&read(0)?, &read(1)?], arguments.bootstrap as usize, Seed(arguments.seed))?;
    write_new(&arguments.output, &found.pairs.to_csv()?)?;
    write_new(&arguments.accuracy, &found.accuracy.to_csv()?)?;
    found.sentences.iter().for_each(say::line);
    say::line(format_args!("wrote {} rows to {}", found.pairs.rows.len(), arguments.output.display()));
    say::line(format_args!("wrote {} rows to {}", found.accuracy.rows.len(), arguments.accuracy.display()));
    Ok(())
}
