//! `model/<name>/`: accuracy of every network, and a saliency map of every picture by every method.
//!
//! One network and one method is one unit of work with a key of its own: a new method or seed leaves the others alone,
//! and an interrupted unit goes on with the pictures that it had not finished.

use std::path::{Path, PathBuf};

use super::instance::Asked;
use super::pictures::Stimuli;
use super::{Done, Run, classify};
use crate::attribution::{Counterpart, METHODS, Method, Values};
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Listed, Model};
use crate::network;

/// Makes what is missing or out of date in `model/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let instances = instances(run, &stimuli)?;
    let work: Vec<&Instance> = instances.iter().filter(|instance| !instance.is_finished(run)).collect();
    if work.is_empty() {
        return Ok(Done::UpToDate);
    }
    for instance in work {
        Asked::load(run, &stimuli, instance)?.answer()?;
    }
    Ok(Done::Made)
}

/// True if the experiment asks for maps of networks. They wait for people, of whom they are shown as many presentations mirrored.
pub fn applies(experiment: &Experiment) -> bool {
    !experiment.file.model.is_empty() && experiment.is_spatial() && experiment.has_people()
}

/// The keys of all units, in order.
pub fn keys(run: &Run, stimuli: &Stimuli) -> Result<Vec<String>> {
    Ok(instances(run, stimuli)?
        .iter()
        .flat_map(|instance| instance.units.iter().map(|unit| unit.key.clone()))
        .collect())
}

/// Whether every unit is up to date.
pub fn is_finished(run: &Run, stimuli: &Stimuli) -> Result<bool> {
    Ok(instances(run, stimuli)?.iter().all(|instance| instance.is_finished(run)))
}

/// The ONNX file of one weight seed.
pub fn network_path(run: &Run, model: &Model, seed: u64) -> PathBuf {
    run.experiment.resolve(&model.file.replace("{seed}", &seed.to_string()))
}

/// The hash of an ONNX file and of the weights beside it.
pub(super) fn network_hash(run: &Run, path: &Path) -> Result<String> {
    network::hash(path).map_err(|error| {
        error
            .at(run.experiment.field("model.file"))
            .hint("each weight seed needs its ONNX file; paths are relative to the experiment file")
    })
}

/// A method that a network is asked: what the experiment calls it, the method, and its parameters.
pub(super) type AskedMethod<'a> = (&'a String, &'static Method, Values);

/// Every method that a model is asked.
pub(super) fn methods<'a>(run: &'a Run, model: &'a Model) -> Result<Vec<AskedMethod<'a>>> {
    let attribution = &run.experiment.file.attribution;
    let asked = |name: &'a String| {
        let method = METHODS.iter().find(|method| method.name == attribution.method(name));
        let method = method.ok_or_else(|| Error::internal(format!("there is no method called {name}")))?;
        Ok((name, method, method.values(&attribution.given(name))?))
    };
    run.experiment.file.methods_of(model).iter().map(asked).collect()
}

/// One trained network.
pub(super) struct Instance<'a> {
    pub(super) model: &'a Model,
    pub(super) seed: u64,
    pub(super) path: PathBuf,
    /// The pictures that it is asked about.
    pub(super) pictures: Vec<Listed>,
    /// Share of the pictures that it is shown mirrored.
    pub(super) mirrored: f64,
    pub(super) accuracy_key: String,
    pub(super) units: Vec<Unit>,
}

/// One network, or a counterpart of it, and one method.
pub(super) struct Unit {
    /// What the experiment calls the method.
    pub(super) name: String,
    pub(super) method: &'static Method,
    pub(super) values: Values,
    pub(super) counterpart: Option<&'static Counterpart>,
    pub(super) key: String,
}

impl Unit {
    /// Name of the counterpart; empty where the network itself is asked.
    pub(super) fn counterpart_name(&self) -> &'static str {
        self.counterpart.map_or("", |row| row.name)
    }

    /// Whether the network is shown the trials that people saw.
    pub(super) fn sees_people(&self) -> bool {
        self.values.get("shown").and_then(|value| value.text()) == Some("people")
    }
}

/// Every network of the experiment, in order.
pub(super) fn instances<'a>(run: &'a Run, stimuli: &Stimuli) -> Result<Vec<Instance<'a>>> {
    let file = &run.experiment.file;
    let mirrored = mirrored_share(run, stimuli)?;
    let trials = classify::trials_key(run, stimuli)?;
    let mut instances = Vec::new();
    for (at, model) in file.model.iter().enumerate() {
        let pictures: Vec<Listed> = run.experiment.pictures_of(at, &stimuli.pictures)?.into_iter().cloned().collect();
        let methods = methods(run, model)?;
        for &seed in model.instances() {
            let path = network_path(run, model, seed);
            let hash = network_hash(run, &path)?;
            let key = |stage: &str| {
                stimuli
                    .key(run, stage)
                    .with("network", (&model.name, seed, &hash))
                    .with("input", (&model.input, &model.output))
                    .with("asked", pictures.iter().map(|listed| &listed.name).collect::<Vec<_>>())
                    .with("mirrored", (file.coordinates, mirrored.to_bits()))
                    .with("smoothing", stimuli.setting.smoothing_sd)
            };
            let unit = |(name, method, values): &AskedMethod, counterpart: Option<&'static Counterpart>| {
                let (method, values) = (*method, values.clone());
                let key = key("attribute").with("method", method.name).with("parameters", &values);
                let key = key.with("explained", &file.attribution.explained);
                let key = match counterpart {
                    Some(counterpart) => key.with("counterpart", counterpart.name),
                    None => key,
                };
                let mut unit = Unit { name: (*name).clone(), method, values, counterpart, key: String::new() };
                unit.key = if unit.sees_people() { key.with("trials", &trials) } else { key }.finish();
                unit
            };
            let counterparts = file.counterparts_of(model).iter().filter_map(|name| Counterpart::named(name));
            let asked: Vec<_> = std::iter::once(None).chain(counterparts.map(Some)).collect();
            let units = methods.iter().flat_map(|method| asked.iter().map(move |counterpart| (method, *counterpart)));
            let units = units.map(|(method, counterpart)| unit(method, counterpart)).collect();
            let accuracy_key = key("network").finish();
            instances.push(Instance { model, seed, path, pictures: pictures.clone(), mirrored, accuracy_key, units });
        }
    }
    Ok(instances)
}

/// Share of the trials that people saw mirrored; networks see as many.
fn mirrored_share(run: &Run, stimuli: &Stimuli) -> Result<f64> {
    let trials = classify::trials(run, stimuli)?;
    let mirrored = trials.rows.iter().filter(|trial| trial.mirrored).count();
    Ok(mirrored as f64 / trials.rows.len().max(1) as f64)
}

impl Instance<'_> {
    /// The file with its accuracy, in the results folder.
    pub(super) fn accuracy_file(&self) -> String {
        self.model.accuracy_file(self.seed)
    }

    /// The folder of its maps by a method, in the results folder.
    pub(super) fn maps_folder(&self, unit: &Unit) -> String {
        self.model.maps_folder(&unit.name, unit.counterpart_name(), self.seed)
    }

    /// What to call it.
    pub(super) fn name(&self) -> String {
        format!("{} seed {}", self.model.name, self.seed)
    }

    /// Units whose maps are missing or out of date.
    pub(super) fn unfinished(&self, run: &Run) -> Vec<&Unit> {
        self.units.iter().filter(|unit| !run.results.is_finished(&self.maps_folder(unit), &unit.key)).collect()
    }

    /// True if its accuracy and all its maps are up to date.
    pub(super) fn is_finished(&self, run: &Run) -> bool {
        run.results.is_finished(&self.accuracy_file(), &self.accuracy_key) && self.unfinished(run).is_empty()
    }
}
