//! `exclusions/`: which trials enter no map, by which rule, and what each rule changes in the map of the task.

use std::collections::BTreeMap;

use super::pictures::Stimuli;
use super::{Done, Run, import, not_ready, sensitivity, simulate};
use crate::error::{Error, Result};
use crate::exclusion::{
    Chosen, Count, Outcome, RULES, apply, counts_to_csv, excluded_rows, excluded_to_csv, one_response,
};
use crate::parameter::Values;
use crate::results::Key;
use crate::table::Table;
use crate::trials::{Role, Trials};

const EXCLUDED: &str = "exclusions/excluded.csv";
const RULES_FILE: &str = "exclusions/rules.csv";

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &[EXCLUDED, RULES_FILE, sensitivity::FILE];

/// Makes `exclusions/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let (key, effect) = (key(run, &stimuli)?, sensitivity::key(run, &stimuli)?);
    let (listed, compared) =
        (run.results.is_finished("exclude", &key), run.results.is_finished("sensitivity", &effect));
    if listed && compared {
        return Ok(Done::UpToDate);
    }
    let trials = answered(run, &stimuli)?;
    let chosen = chosen(run)?;
    let classes = run.experiment.file.pictures.class.len();
    if !listed {
        let outcome = apply(&trials.rows, classes, &chosen)?;
        tell(run, &outcome)?;
        let scratch = run.begin("exclude", &key, &[EXCLUDED, RULES_FILE])?;
        scratch.write(EXCLUDED, &excluded_to_csv(&outcome.excluded, &trials.rows, trials.simulated)?)?;
        scratch.write(RULES_FILE, &counts_to_csv(&outcome.counts, trials.simulated)?)?;
        run.finish(scratch)?;
    }
    if !compared {
        let scratch = run.begin("sensitivity", &effect, &[sensitivity::FILE])?;
        scratch.write(sensitivity::FILE, &sensitivity::table(run, &stimuli, &trials, &chosen)?.to_csv()?)?;
        run.finish(scratch)?;
    }
    Ok(Done::Made)
}

/// The key of the list of excluded trials.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let rules: Vec<String> = chosen(run)?.iter().map(|one| format!("{} {}", one.rule.name, one.values)).collect();
    Ok(Key::new("exclude")
        .with("trials", answered_key(run, stimuli)?)
        .with("classes", run.experiment.file.pictures.class.len())
        .with("rules", rules)
        .finish())
}

/// The key of the trials that may enter maps; empty where human maps come from no trials.
pub fn kept_key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    if run.experiment.file.human.is_some() {
        return Ok(String::new());
    }
    if run.experiment.file.exclusions.is_empty() { answered_key(run, stimuli) } else { key(run, stimuli) }
}

/// The main trials that may enter maps, which must be up to date. Repeats do not: the same bubbles again, answered alike, would pass for
/// agreement between trials.
pub fn kept(run: &Run, stimuli: &Stimuli) -> Result<Trials> {
    if run.experiment.file.human.is_some() {
        return Ok(Trials::default());
    }
    let mut trials = answered(run, stimuli)?;
    let mut stays: Vec<bool> =
        trials.rows.iter().map(|trial| trial.role == Role::Main && trial.repeats.is_none()).collect();
    if !run.experiment.file.exclusions.is_empty() {
        if !run.results.is_finished("exclude", &key(run, stimuli)?) {
            return Err(not_ready(run, "exclude"));
        }
        let table = Table::read(&run.results.path(EXCLUDED))?;
        excluded_rows(&table, stays.len())?.into_iter().for_each(|row| stays[row] = false);
    }
    let mut stays = stays.into_iter();
    trials.rows.retain(|_| stays.next() == Some(true));
    Ok(trials)
}

/// The key of the trials as answered.
pub fn answered_key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    if run.experiment.file.import.is_some() { import::key(run, stimuli) } else { simulate::key(run, stimuli) }
}

/// The trials as answered, which must be up to date.
fn answered(run: &Run, stimuli: &Stimuli) -> Result<Trials> {
    if !run.results.is_finished("trials", &answered_key(run, stimuli)?) {
        let stage = if run.experiment.file.import.is_some() { "import" } else { "simulate" };
        return Err(not_ready(run, stage));
    }
    Trials::read(&run.results.path(""))
}

/// A sentence for each observer who always gave the same response.
pub fn warn_of_one_response(run: &Run, trials: &Trials) {
    for (observer, response, trials) in one_response(&trials.rows) {
        run.progress.warn(&format!(
            "observer {observer} gave the response {response:?} in all {trials} trials, so their map shows nothing that they \
             looked for; the rule \"constant\" of [exclusions] leaves such observers out"
        ));
    }
}

/// The rules of the experiment with their parameters.
fn chosen(run: &Run) -> Result<Vec<Chosen>> {
    let exclusions = &run.experiment.file.exclusions;
    let none = BTreeMap::new();
    let asked = RULES.iter().filter(|rule| exclusions.rules.iter().any(|name| name == rule.name));
    asked
        .map(|rule| {
            let given = exclusions.parameters.get(rule.name).unwrap_or(&none);
            Ok(Chosen { rule, values: Values::new(rule.name, rule.parameters, given)? })
        })
        .collect()
}

/// Says what each rule took, in the order applied.
fn tell(run: &Run, outcome: &Outcome) -> Result<()> {
    let path = run.results.path(EXCLUDED);
    for (at, count) in outcome.counts.iter().enumerate() {
        run.progress.note(&format!("rule {}, {}: {}", at + 1, count.rule, told(count)));
    }
    match outcome.counts.last() {
        Some(last) if last.trials_left == 0 => {
            let worst = outcome.counts.iter().max_by_key(|count| count.trials).unwrap_or(last);
            Err(Error::invalid(format!(
                "the rules of [exclusions] leave no trial: {} takes {} trials of {} observers",
                worst.rule, worst.trials, worst.observers
            ))
            .at(run.experiment.field("exclusions.rules"))
            .hint("change its parameters in [exclusions.parameters], or leave it out"))
        }
        _ => {
            run.progress.note(&format!("every excluded trial with its reason: {}", path.display()));
            Ok(())
        }
    }
}

fn told(count: &Count) -> String {
    let plural = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let unjudged = match (count.unjudged, count.judges) {
        (0, _) => String::new(),
        (number, judges) => {
            let one = judges.trim_end_matches('s');
            format!("; {} cannot be judged ({})", plural(number, one), count.reason)
        }
    };
    format!(
        "{} of {} excluded, {} of {} left{unjudged}",
        plural(count.trials, "trial"),
        plural(count.observers, "observer"),
        plural(count.trials_left, "trial"),
        plural(count.observers_left, "observer")
    )
}
