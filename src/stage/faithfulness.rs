//! `faithfulness.csv` and `faithfulness.parquet`: every saliency map judged by asking its network again, beside controls.
//!
//! One network and one method is one unit of work with a key and a table of its own in `faithfulness/`; an interrupted unit
//! goes on with the pictures that it had not finished. The tables of all units, in order, are the result.

use std::path::PathBuf;

use super::attribute::{self, Instance, Unit};
use super::judge::{Judge, join, numeric_columns};
use super::pictures::Stimuli;
use super::{Done, Run, not_ready};
use crate::attribution::Values;
use crate::error::Result;
use crate::faithfulness::{CONTROLS, Control, FAITHFULNESS, Measure};
use crate::results::Key;

/// The outputs of this stage.
const OUTPUTS: [&str; 2] = ["faithfulness.csv", "faithfulness.parquet"];

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["faithfulness", OUTPUTS[0], OUTPUTS[1]];

/// Makes `faithfulness.csv` and `faithfulness.parquet`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let instances = judged(run, &stimuli)?;
    let units = units(run, &stimuli, &instances)?;
    let key = joined_key(&units);
    if run.results.is_finished("faithfulness", &key) {
        return Ok(Done::UpToDate);
    }
    if !attribute::is_finished(run, &stimuli)? {
        return Err(not_ready(run, "attribute"));
    }
    for (instance, units) in instances.iter().zip(units.chunk_by(|a, b| a.instance == b.instance)) {
        let unfinished: Vec<&Task> =
            units.iter().filter(|task| !run.results.is_finished(&task.file, &task.key)).collect();
        if !unfinished.is_empty() {
            let judge = Judge::load(run, &stimuli, instance, measures(run)?)?;
            unfinished.into_iter().try_for_each(|task| judge.judge(task))?;
        }
    }
    let files: Vec<PathBuf> = units.iter().map(|task| run.results.path(&task.file)).collect();
    let table = join(&files)?;
    let scratch = run.begin("faithfulness", &key, &OUTPUTS)?;
    scratch.write(OUTPUTS[0], &table.to_csv()?)?;
    scratch.write(OUTPUTS[1], &table.to_parquet(&numeric_columns())?)?;
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// The key of this stage; `None` where the experiment does not have it.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<Option<String>> {
    if !applies(run.experiment) {
        return Ok(None);
    }
    let instances = judged(run, stimuli)?;
    Ok(Some(joined_key(&units(run, stimuli, &instances)?)))
}

/// Whether the experiment asks for it.
pub fn applies(experiment: &crate::experiment::Experiment) -> bool {
    !experiment.file.faithfulness.is_empty() && attribute::applies(experiment)
}

/// Who made the maps that are judged.
pub(super) enum Maps<'a> {
    /// A method, asked about a network.
    Method(&'a Unit),
    /// A control.
    Control(&'static Control),
}

/// One network and one method or control.
pub(super) struct Task<'a> {
    instance: usize,
    pub(super) maps: Maps<'a>,
    pub(super) key: String,
    /// The table that it makes, in the results folder.
    pub(super) file: String,
}

impl Task<'_> {
    /// Name of the method or control.
    pub(super) fn method(&self) -> &str {
        match self.maps {
            Maps::Method(unit) => &unit.name,
            Maps::Control(control) => control.name,
        }
    }
}

/// The first weight seeds of each model, as many as are asked for.
fn judged<'a>(run: &'a Run, stimuli: &Stimuli) -> Result<Vec<Instance<'a>>> {
    let mut instances = attribute::instances(run, stimuli)?;
    let wanted = |instance: &Instance| {
        let seeds = instance.model.instances();
        seeds.iter().take(run.experiment.file.faithfulness.seeds).any(|seed| *seed == instance.seed)
    };
    instances.retain(wanted);
    Ok(instances)
}

/// The measures that the experiment asks for, with their parameters, in the order of the table.
fn measures(run: &Run) -> Result<Vec<(&'static Measure, Values)>> {
    let settings = &run.experiment.file.faithfulness;
    let asked = FAITHFULNESS.iter().filter(|measure| settings.metrics.iter().any(|name| name == measure.name));
    let given = |measure: &Measure| settings.parameters.get(measure.name).cloned().unwrap_or_default();
    asked.map(|measure| Ok((measure, measure.values(&given(measure))?))).collect()
}

fn units<'a>(run: &Run, stimuli: &Stimuli, instances: &'a [Instance<'a>]) -> Result<Vec<Task<'a>>> {
    let measures: Vec<(&str, Values)> =
        measures(run)?.into_iter().map(|(measure, values)| (measure.name, values)).collect();
    let task = |at: usize, maps: Maps<'a>| {
        let instance = &instances[at];
        let key = stimuli
            .key(run, "faithfulness")
            .with("measures", &measures)
            .with("region", run.experiment.file.pictures.region.is_some())
            .with("network", &instance.accuracy_key);
        let key = match &maps {
            Maps::Method(unit) => key.with("maps", &unit.key),
            Maps::Control(control) => key.with("control", control.name),
        };
        let mut task = Task { instance: at, maps, key: key.finish(), file: String::new() };
        task.file = format!("faithfulness/{}/{}/seed{}.csv", instance.model.name, task.method(), instance.seed);
        task
    };
    let of_instance = |(at, instance): (usize, &'a Instance<'a>)| {
        let methods = instance.units.iter().filter(|unit| unit.counterpart.is_none()).map(Maps::Method);
        methods.chain(CONTROLS.iter().map(Maps::Control)).map(move |maps| task(at, maps)).collect::<Vec<_>>()
    };
    Ok(instances.iter().enumerate().flat_map(of_instance).collect())
}

fn joined_key(units: &[Task]) -> String {
    Key::new("faithfulness")
        .with("units", units.iter().map(|task| (&task.file, &task.key)).collect::<Vec<_>>())
        .finish()
}
