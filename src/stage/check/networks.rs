//! Networks: their files are there, they load, their input and outputs are what the experiment file says, and every method
//! can be asked; and the mask that scores are restricted to.

use std::collections::BTreeSet;

use super::{Finding, Look};
use crate::score::masked;
use crate::stage::pictures::Stimuli;
use crate::stage::{attribute, faithfulness, instance, simulate, views};

/// Every weight seed of every model: one network is loaded at a time, and none is kept.
pub(super) fn networks(look: &Look) -> Vec<Finding> {
    let run = look.run;
    let models = &run.experiment.file.model;
    let asked = pending(look);
    let mut findings = Vec::new();
    for (at, model) in models.iter().enumerate() {
        let is_asked = |seed: &u64| asked.as_ref().is_none_or(|asked| asked.contains(&(model.name.clone(), *seed)));
        let pending: Vec<u64> = model.instances().iter().copied().filter(is_asked).collect();
        if let Some(list) = model.pictures.as_ref().filter(|_| !pending.is_empty()) {
            findings.extend(look.of_pictures(&format!("pictures of {}", model.name), |stimuli| {
                let pictures = run.experiment.pictures_of(at, &stimuli.pictures)?;
                Ok(format!("{list}: {} of {}", pictures.len(), stimuli.pictures.len()))
            }));
        }
        // Methods that are named wrongly are faults of the file.
        let methods = attribute::methods(run, model).unwrap_or_default();
        for seed in pending {
            let name = format!("network {}, seed {seed}", model.name);
            let found = instance::load(run, model, seed, &methods).map(|network| {
                let ((rows, columns), channels) = (network.size(), model.input.channels.count());
                let outputs = model.output.classes.len();
                format!(
                    "input {columns} x {rows} px, {channels} channel(s), {outputs} outputs, {} methods",
                    methods.len()
                )
            });
            findings.push(Finding::new(name, found));
        }
    }
    findings
}

/// Model and weight seed of every network that the stages to be run have not finished with; `None` for all of them.
fn pending(look: &Look) -> Option<BTreeSet<(String, u64)>> {
    let stimuli = look.stimuli.as_ref().filter(|_| look.stages.is_some())?;
    let mut pending = BTreeSet::new();
    if look.wants("attribute") || look.wants("faithfulness") {
        // Where the trials are not there yet, nothing can be finished.
        let instances = attribute::instances(look.run, stimuli).ok()?;
        let judged = !look.wants("faithfulness") || is_judged(look, stimuli);
        let asked = instances.iter().filter(|instance| !judged || !instance.is_finished(look.run));
        pending.extend(asked.map(|instance| (instance.model.name.clone(), instance.seed)));
    }
    if let Some(simulation) = look.run.experiment.file.simulation.as_ref().filter(|_| look.wants("simulate"))
        && let Ok(Some((model, seeds))) = views::network(look.run, simulation)
    {
        let key = simulate::key(look.run, stimuli).ok()?;
        if !look.run.results.is_finished("trials", &key) {
            pending.extend(seeds.into_iter().map(|seed| (model.name.clone(), seed)));
        }
    }
    Some(pending)
}

fn is_judged(look: &Look, stimuli: &Stimuli) -> bool {
    let key = faithfulness::key(look.run, stimuli);
    key.is_ok_and(|key| key.is_none_or(|key| look.run.results.is_finished("faithfulness", &key)))
}

/// The mask of `[score.preparation]`.
pub(super) fn mask(look: &Look) -> Vec<Finding> {
    let experiment = look.run.experiment;
    let Some(name) = &experiment.file.score.preparation.mask else { return Vec::new() };
    look.of_pictures("mask of the scores", |stimuli| {
        let preparation = experiment.preparation()?;
        let inside = masked(&experiment.resolve(name), stimuli.shape(), &preparation)
            .map_err(|error| error.at(experiment.field("score.preparation.mask")))?;
        Ok(format!("{name}: {} of {} px", inside.iter().filter(|inside| **inside).count(), inside.len()))
    })
}
