//! `run.toml`: version of the program and of its results, seed, and the hash of every input, so that a report can be traced to what made it.

use serde::Serialize;
use std::collections::BTreeMap;

use super::pictures::Stimuli;
use super::{Run, attribute, human_sources, import};
use crate::error::{Error, Result};
use crate::results::{RESULTS_VERSION, files_below, hash_file};
use crate::trials;

/// Name of the file in the results folder.
pub const RUN_FILE: &str = "run.toml";

#[derive(Serialize)]
struct Record {
    bubblescope: &'static str,
    results: u32,
    experiment: String,
    title: String,
    seed: u64,
    simulated: bool,
    settings: crate::experiment::File,
    inputs: BTreeMap<String, String>,
}

/// The text of `run.toml`.
pub fn text(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let experiment = run.experiment;
    let mut inputs = BTreeMap::new();
    let mut add = |name: String, path: &std::path::Path| -> Result<()> {
        inputs.insert(name, hash_file(path)?);
        Ok(())
    };
    add("experiment.toml".to_owned(), &experiment.path)?;
    for listed in &stimuli.pictures {
        add(format!("{}/{}", experiment.file.pictures.folder, listed.name), &listed.path)?;
    }
    if let Some(region) = &experiment.file.pictures.region {
        add(region.clone(), &experiment.resolve(region))?;
    }
    if let Some(human) = &experiment.file.human {
        for (name, path) in human_sources::inputs(run, human)? {
            add(if human.source.is_table() { name } else { format!("{}/{name}", human.files.concat()) }, &path)?;
        }
    }
    if let Some(import) = &experiment.file.import {
        for (name, path) in import::present(run, "import.files", &import.files)? {
            add(name.clone(), &path)?;
            for beside in trials::beside(&path) {
                let own = beside.file_name().map(|own| own.to_string_lossy().into_owned()).unwrap_or_default();
                add(format!("{name} with {own}"), &beside)?;
            }
        }
    }
    if let Some(template) = experiment.file.simulation.as_ref().and_then(|simulation| simulation.template.as_ref()) {
        let root = experiment.resolve(template);
        for path in files_below(&root)? {
            let name = path.strip_prefix(&root).ok().filter(|rest| rest.components().next().is_some());
            let name = name.map_or(template.clone(), |rest| format!("{template}/{}", rest.display()));
            add(name, &path)?;
        }
    }
    for model in &experiment.file.model {
        for seed in model.instances() {
            add(model.file.replace("{seed}", &seed.to_string()), &attribute::network_path(run, model, *seed))?;
        }
        if let Some(list) = &model.pictures {
            add(list.clone(), &experiment.resolve(list))?;
        }
    }
    let record = Record {
        bubblescope: env!("CARGO_PKG_VERSION"),
        results: RESULTS_VERSION,
        experiment: experiment.name.clone(),
        title: experiment.file.title.clone(),
        seed: experiment.file.seed,
        simulated: experiment.file.simulation.is_some(),
        settings: experiment.file.clone(),
        inputs,
    };
    toml::to_string_pretty(&record).map_err(|cause| Error::internal(format!("run.toml cannot be written: {cause}")))
}
