//! What simulated observers see: what bubbles reveal of a template, or what a network makes of the stimulus.

use std::collections::HashMap;
use std::path::PathBuf;

use super::Run;
use super::attribute::network_path;
use super::pictures::Stimuli;
use crate::bubbles::{Cover, Prepared};
use crate::error::{Error, Result};
use crate::experiment::{Model, Simulation};
use crate::human::{Perceived, SimulatedObserver, Template};
use crate::network::{self, Network};
use crate::picture::Picture;
use crate::results::{Key, hash_file};
use crate::trials::{Role, Trial};

/// The pictures as simulated observers see them.
pub(super) struct Views<'a> {
    cover: &'a Cover,
    classes: HashMap<String, usize>,
    through: Through<'a>,
}

/// What an observer looks through.
enum Through<'a> {
    /// A template a picture.
    Templates(HashMap<String, Template>, usize),
    /// A network an observer, taken in turn, and the pictures, mirrored or not, whole and taken apart.
    Networks(Vec<Network>, HashMap<(&'a str, bool), (Picture, Prepared)>),
}

impl<'a> Views<'a> {
    pub(super) fn read(run: &Run, simulation: &Simulation, stimuli: &'a Stimuli) -> Result<Views<'a>> {
        let names = Stimuli::classes(run);
        let through = match (&simulation.template, network(run, simulation)?) {
            (Some(template), None) => Through::Templates(templates(run, template, stimuli)?, names.len()),
            (None, Some((model, seeds))) => Through::Networks(
                seeds
                    .iter()
                    .map(|&seed| Network::load(&network_path(run, model, seed), &model.input, &model.output, &names))
                    .collect::<Result<_>>()?,
                stimuli
                    .pictures
                    .iter()
                    .flat_map(|listed| {
                        [(listed, false, listed.picture.clone()), (listed, true, listed.picture.mirrored())]
                    })
                    .map(|(listed, mirrored, picture)| {
                        let prepared = stimuli.cover.prepare(&picture);
                        ((listed.name.as_str(), mirrored), (picture, prepared))
                    })
                    .collect(),
            ),
            _ => return Err(Error::internal("an observer without template and network was not refused")),
        };
        Ok(Views { cover: &stimuli.cover, classes: stimuli.named(&names).into_iter().collect(), through })
    }

    /// Adds what observers look through to the key of a stage.
    pub(super) fn key(run: &Run, stimuli: &Stimuli, mut key: Key) -> Result<Key> {
        let Some(simulation) = &run.experiment.file.simulation else { return Ok(key) };
        if let Some(template) = &simulation.template {
            for listed in &stimuli.pictures {
                let hash = hash_file(&template_path(run, template, &listed.name)).map_err(|error| {
                    error
                        .at(run.experiment.field("simulation.template"))
                        .hint("a template is a PNG for all pictures, or a folder with a PNG of the same name for each")
                })?;
                key = key.with("template", hash);
            }
        }
        if let Some((model, seeds)) = network(run, simulation)? {
            for seed in seeds {
                key = key.with("network", network::hash(&network_path(run, model, seed))?);
            }
            key = key.with("input", (&model.input, &model.output));
        }
        Ok(key)
    }

    /// What observer number `at` perceives of a trial.
    pub(super) fn perceive(&self, observer: &SimulatedObserver, at: usize, trial: &Trial) -> Result<Perceived> {
        let absent = || Error::internal(format!("there is no picture called {}", trial.picture));
        let class = *self.classes.get(&trial.picture).ok_or_else(absent)?;
        match &self.through {
            Through::Templates(templates, classes) => {
                let template = templates.get(&trial.picture).ok_or_else(absent)?;
                let masks = if trial.role == Role::Catch { Vec::new() } else { self.cover.masks(&trial.centres) };
                // On the axis of frequency a mirrored picture is what it was.
                let in_plane = self.cover.planes.iter().all(|plane| plane.shape == self.cover.shape);
                Ok(observer.see(template, &masks, trial.mirrored && in_plane, class, *classes))
            }
            Through::Networks(networks, pictures) => {
                let (whole, prepared) = pictures.get(&(trial.picture.as_str(), trial.mirrored)).ok_or_else(absent)?;
                let network = &networks[at % networks.len()];
                let scores = match trial.role {
                    Role::Catch => network.scores(whole)?,
                    _ => network.scores(&self.cover.show(prepared, &trial.centres))?,
                };
                Ok(observer.weigh(&scores, class))
            }
        }
    }
}

/// The model that observers look through and its weight seeds, where they look through one.
pub(super) fn network<'a>(run: &'a Run, simulation: &Simulation) -> Result<Option<(&'a Model, Vec<u64>)>> {
    let Some(name) = &simulation.network else { return Ok(None) };
    let models = &run.experiment.file.model;
    let model = models.iter().find(|model| model.name == *name).ok_or_else(|| {
        let known: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
        Error::invalid(format!("there is no model called {name}"))
            .at(run.experiment.field("simulation.network"))
            .hint(format!("the models are: {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") }))
    })?;
    let all = if model.seeds.is_empty() { vec![0] } else { model.seeds.clone() };
    match simulation.network_seed {
        None => Ok(Some((model, all))),
        Some(seed) if all.contains(&seed) => Ok(Some((model, vec![seed]))),
        Some(seed) => Err(Error::invalid(format!("the model {name} has no weight seed {seed}"))
            .at(run.experiment.field("simulation.network_seed"))
            .hint(format!("its seeds are {all:?}"))),
    }
}

fn template_path(run: &Run, template: &str, picture: &str) -> PathBuf {
    let path = run.experiment.resolve(template);
    if path.is_dir() { path.join(picture) } else { path }
}

/// The template of every picture and the index of its class.
pub(super) fn templates_and_classes(
    run: &Run,
    simulation: &Simulation,
    stimuli: &Stimuli,
) -> Result<HashMap<String, (Template, usize)>> {
    let Some(template) = &simulation.template else {
        return Err(Error::invalid("a plan from a template is asked for, and observers look through a network")
            .at(run.experiment.field("plan.template"))
            .hint("give simulation.template, or plan from `correlation` or `pilot`"));
    };
    let classes: HashMap<String, usize> = stimuli.named(&Stimuli::classes(run)).into_iter().collect();
    let templates = templates(run, template, stimuli)?;
    Ok(templates
        .into_iter()
        .map(|(name, template)| {
            let class = classes.get(&name).copied().unwrap_or(0);
            (name, (template, class))
        })
        .collect())
}

/// The template of every picture; it has the size of the plane of the apertures.
pub(super) fn templates(run: &Run, template: &str, stimuli: &Stimuli) -> Result<HashMap<String, Template>> {
    let shape = stimuli.cover.planes.first().map_or(stimuli.shape(), |plane| plane.shape);
    let read = |name: &str| {
        let path = template_path(run, template, name);
        let picture = Picture::read(&path).map_err(|error| {
            error
                .at(run.experiment.field("simulation.template"))
                .hint("a template is a PNG for all pictures, or a folder with a PNG of the same name for each")
        })?;
        if picture.shape() != shape {
            let ((h, w), (rows, columns)) = (picture.shape(), shape);
            return Err(Error::invalid(format!(
                "the template is {w} x {h} px, and the pictures are {columns} x {rows} px"
            ))
            .at(path.display())
            .hint("a template has the size of the pictures"));
        }
        Template::new(&picture.grey().mapv(f64::from)).map_err(|error| error.at(path.display()))
    };
    stimuli.pictures.iter().map(|listed| Ok((listed.name.clone(), read(&listed.name)?))).collect()
}
