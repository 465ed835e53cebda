//! `plan/`: how many trials and observers, before there are any. It belongs to no run.

use std::fs;

use super::pictures::{Stimuli, check_size};
use super::{Done, Run, import, plan_figure, simulate, views};
use crate::error::{Error, Result};
use crate::experiment::{Coordinates, Import, Plan, Unit};
use crate::human::Frame;
use crate::plan::{Answer, Heading, Making, Population, Setting};
use crate::plan::{from_correlation, from_pilot, from_template, summary, table, typical_trials};
use crate::report::draw_plan;
use crate::results::hash_file;
use crate::seed::Seed;
use crate::trials::{self, Collected, Role, Trial};

/// Bubble sizes that are compared unless others are asked for, where they fit the region.
const FACTORS: [f64; 3] = [0.5, 1.0, 2.0];

/// Makes `plan/` unless it is up to date, and tells what it says.
pub fn plan(run: &Run) -> Result<(Done, String)> {
    if !run.experiment.is_spatial() {
        let kind = &run.experiment.file.bubbles.kind;
        return Err(Error::unsupported(format!("plans are made for spatial Bubbles, and these are of kind {kind}"))
            .at(run.experiment.field("bubbles.kind"))
            .hint("plan with kind = \"spatial\" and the size of the band that matters most"));
    }
    let stimuli = Stimuli::read(run)?;
    let plan = run.experiment.plan();
    let factors = factors(run, &plan, &stimuli)?;
    let key = key(run, &plan, &stimuli)?;
    let text = run.results.path("plan/plan.txt");
    if run.results.is_finished("plan", &key) {
        let text = fs::read_to_string(&text).map_err(|cause| Error::io("read", &text, cause))?;
        return Ok((Done::UpToDate, text));
    }
    let scratch = run.begin("plan", &key, &["plan"])?;
    let pilot = pilot(run, &plan, &stimuli)?;
    let setting = setting(run, &plan, &stimuli, &pilot);
    let mut answers: Vec<Answer> = Vec::new();
    if let Some(correlation) = plan.correlation {
        answers.push(from_correlation(&setting, correlation, run.progress)?);
    }
    if let (Some(true), Some(simulation), Some(design)) =
        (plan.template, &run.experiment.file.simulation, &run.experiment.file.design)
    {
        let templates = views::templates_and_classes(run, simulation, &stimuli)?;
        let classes = Stimuli::classes(run);
        let population =
            Population { design, simulation, templates: &templates, classes: &classes, cover: &stimuli.cover };
        let made = from_template(&setting, &population, &factors, run.progress);
        answers.push(made.map_err(|error| error.at(run.experiment.field("simulation")))?);
    }
    if !pilot.is_empty() {
        let made = from_pilot(&setting, &pilot, run.progress);
        answers.push(made.map_err(|error| error.at(run.experiment.field("plan.pilot")))?);
    }
    let by_picture = run.experiment.file.compare.contains(&Unit::Picture);
    let pictures = if by_picture { stimuli.pictures.len() } else { 0 };
    let heading = Heading { experiment: run.experiment.name.clone(), pictures };
    let mut text = summary(&setting, &heading, &answers);
    if run.experiment.assumes_a_correlation() {
        text.push_str("\nThis correlation is an assumption: nobody has answered yet. Give what you expect as `correlation` in [plan], or the files of a pilot as `pilot`.\n");
    }
    let (svg, png) = draw_plan(&plan_figure::sources(&setting, &answers))?;
    scratch.write("plan/plan.csv", &table(&setting, &answers).to_csv()?)?;
    scratch.write("plan/plan.txt", text.as_bytes())?;
    scratch.write("plan/plan.svg", svg.as_bytes())?;
    scratch.write("plan/plan.png", &png)?;
    run.finish(scratch)?;
    Ok((Done::Made, text))
}

fn key(run: &Run, plan: &Plan, stimuli: &Stimuli) -> Result<String> {
    let file = &run.experiment.file;
    let mut key = stimuli
        .key(run, "plan")
        .with("plan", plan)
        .with("maps", (&file.classification, &file.compare, file.coordinates, stimuli.setting.smoothing_sd));
    if plan.template == Some(true) {
        key = key.with("template", simulate::key(run, stimuli)?);
    }
    for (_, path) in import::present(run, "plan.pilot", &plan.pilot)? {
        key = key.with("pilot", hash_file(&path)?).with("import", &file.import);
    }
    Ok(key.finish())
}

fn setting(run: &Run, plan: &Plan, stimuli: &Stimuli, pilot: &[Trial]) -> Setting {
    let file = &run.experiment.file;
    let frame = Frame::new(
        stimuli.setting.region.clone(),
        file.coordinates == Coordinates::Picture,
        stimuli.setting.smoothing_sd,
    );
    Setting {
        making: Making { frame, nuisances: file.classification.nuisances.clone() },
        cluster: plan.cluster_threshold,
        alpha: plan.alpha.unwrap_or(file.classification.alpha),
        power: plan.power,
        reliability: plan.reliability,
        simulations: plan.simulations,
        per_observer: plan.trials_per_observer.or(typical_trials(pilot)),
        seed: Seed(file.seed).derive("plan", 0),
    }
}

/// The bubble sizes to compare.
fn factors(run: &Run, plan: &Plan, stimuli: &Stimuli) -> Result<Vec<f64>> {
    let setting = &stimuli.setting;
    let fits = |factor: f64| {
        check_size(run, "plan.bubble_sizes", factor * setting.bubble_sd, &setting.region)?;
        check_size(run, "plan.bubble_sizes", factor * setting.smoothing_sd, &setting.region)
    };
    match &plan.bubble_sizes {
        Some(factors) => {
            factors.iter().try_for_each(|&factor| fits(factor))?;
            Ok(factors.clone())
        }
        None => Ok(FACTORS.into_iter().filter(|&factor| fits(factor).is_ok()).collect()),
    }
}

/// The answered trials of the pilot; none where there is no pilot.
fn pilot(run: &Run, plan: &Plan, stimuli: &Stimuli) -> Result<Vec<Trial>> {
    let columns = Import::default();
    let settings = run.experiment.file.import.as_ref().unwrap_or(&columns);
    let known = import::known(run, stimuli)?;
    let files = import::present(run, "plan.pilot", &plan.pilot)?.into_iter().map(|(_, path)| path).collect::<Vec<_>>();
    let Collected { trials, rejected, .. } = trials::collect(&files, settings, &known, |_, _, _| ())?.usable()?;
    let mut trials = trials.rows;
    if let Some(first) = rejected.first() {
        run.progress.warn(&format!(
            "{} rows of the pilot were rejected; the first is {}, line {}: {}",
            rejected.len(),
            first.file,
            first.line,
            first.reason
        ));
    }
    trials.retain(|trial| {
        trial.role == Role::Main && trial.repeats.is_none() && trial.correct.is_some() && !trial.centres.is_empty()
    });
    if trials.is_empty() && !plan.pilot.is_empty() {
        return Err(Error::invalid("no trial of the pilot has both an answer and a bubble")
            .at(run.experiment.field("plan.pilot"))
            .hint("check the columns in [import.columns], and what [import.keep] leaves"));
    }
    Ok(trials)
}
