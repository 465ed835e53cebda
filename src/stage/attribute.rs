//! `model/<name>/`: accuracy of every network, and a saliency map of every picture by every method.
//!
//! One network and one method is one unit of work with a key of its own: a new method or seed leaves the others alone,
//! and an interrupted unit goes on with the pictures that it had not finished.

use ndarray::Array2;

use super::pictures::Stimuli;
use super::{Done, Run, classify};
use crate::attribution::staircase::{Goal, find_count};
use crate::attribution::{METHODS, Method, Question, Saliency, parameters_for};
use crate::error::Result;
use crate::experiment::{Coordinates, Listed, Model};
use crate::map::Map;
use crate::network::Network;
use crate::results::{hash_file, safe_name};
use crate::seed::Seed;
use crate::table::{Table, number, number_or_empty};

/// Columns of every `model/<name>/<method>/seed<k>/index.csv`.
const INDEX: [&str; 17] = [
    "file",
    "picture",
    "model",
    "method",
    "seed",
    "target",
    "explained",
    "layer",
    "parameters",
    "evaluations",
    "reliability",
    "blur_sd",
    "coordinates",
    "mirrored_share",
    "reduction",
    "upsampling",
    "network_sha256",
];

/// Makes what is missing or out of date in `model/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let instances = instances(run, &stimuli)?;
    let work: Vec<&Instance> = instances.iter().filter(|instance| !instance.is_finished(run)).collect();
    if work.is_empty() {
        return Ok(Done::UpToDate);
    }
    for instance in work {
        instance.make(run, &stimuli)?;
    }
    Ok(Done::Made)
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
pub fn network_path(run: &Run, model: &Model, seed: u64) -> std::path::PathBuf {
    run.experiment.resolve(&model.file.replace("{seed}", &seed.to_string()))
}

/// One trained network.
struct Instance<'a> {
    model: &'a Model,
    seed: u64,
    path: std::path::PathBuf,
    pictures: Vec<Listed>,
    mirrored: f64,
    accuracy_key: String,
    units: Vec<Unit>,
}

/// One network and one method.
struct Unit {
    method: &'static Method,
    parameters: Vec<f64>,
    key: String,
}

fn instances<'a>(run: &'a Run, stimuli: &Stimuli) -> Result<Vec<Instance<'a>>> {
    let file = &run.experiment.file;
    let mirrored = mirrored_share(run, stimuli)?;
    let mut instances = Vec::new();
    for (at, model) in file.model.iter().enumerate() {
        let pictures: Vec<Listed> = run.experiment.pictures_of(at, &stimuli.pictures)?.into_iter().cloned().collect();
        for &seed in model.instances() {
            let path = network_path(run, model, seed);
            let hash = hash_file(&path).map_err(|error| {
                error
                    .at(run.experiment.field("model.file"))
                    .hint("each weight seed needs its ONNX file; paths are relative to the experiment file")
            })?;
            let key = |stage: &str| {
                stimuli
                    .key(run, stage)
                    .with("network", (&model.name, seed, &hash))
                    .with("input", (&model.input, &model.output))
                    .with("asked", pictures.iter().map(|listed| &listed.name).collect::<Vec<_>>())
                    .with("mirrored", (file.coordinates, mirrored.to_bits()))
                    .with("smoothing", stimuli.setting.smoothing_sd)
            };
            let units = METHODS
                .iter()
                .filter(|method| file.attribution.methods.iter().any(|name| name == method.name))
                .map(|method| {
                    let parameters = parameters_for(method, file.attribution.parameters.get(method.name));
                    let key = key("attribute").with("method", method.name).with("parameters", &parameters).finish();
                    Unit { method, parameters, key }
                })
                .collect();
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
    fn is_finished(&self, run: &Run) -> bool {
        run.results.is_finished(&self.model.accuracy_file(self.seed), &self.accuracy_key)
            && self
                .units
                .iter()
                .all(|unit| run.results.is_finished(&self.model.maps_folder(unit.method.name, self.seed), &unit.key))
    }

    fn make(&self, run: &Run, stimuli: &Stimuli) -> Result<()> {
        let classes = Stimuli::classes(run);
        let network = Network::load(&self.path, &self.model.input, &self.model.output, &classes)?;
        let targets: Vec<usize> = self
            .pictures
            .iter()
            .map(|listed| classes.iter().position(|class| *class == listed.class).unwrap_or(0))
            .collect();
        if !run.results.is_finished(&self.model.accuracy_file(self.seed), &self.accuracy_key) {
            self.measure_accuracy(run, &network, &targets, classes.len())?;
        }
        for unit in self
            .units
            .iter()
            .filter(|unit| !run.results.is_finished(&self.model.maps_folder(unit.method.name, self.seed), &unit.key))
        {
            self.explain(run, stimuli, &network, &targets, unit)?;
        }
        Ok(())
    }

    fn measure_accuracy(&self, run: &Run, network: &Network, targets: &[usize], classes: usize) -> Result<()> {
        let mut right = 0;
        for (listed, &target) in self.pictures.iter().zip(targets) {
            right += usize::from(network.margin(&listed.picture, target).map_err(|e| e.at(self.path.display()))? > 0.0);
        }
        let asked = self.pictures.len();
        let accuracy = right as f64 / asked as f64;
        let name = format!("{} seed {}", self.model.name, self.seed);
        run.progress.note(&format!("{name}: {right} of {asked} unmasked pictures right ({accuracy:.3})"));
        let chance = 1.0 / classes as f64;
        let noise = (chance * (1.0 - chance) / asked as f64).sqrt();
        if accuracy < chance + 1.645 * noise {
            let cause = if accuracy < chance - 1.645 * noise {
                "it is below chance, so the order of model.output.classes is probably wrong"
            } else {
                "the likely causes are model.input.channels, range, mean and sd"
            };
            run.progress.warn(&format!("{name} is not above chance ({chance:.3}): {cause}"));
        }
        let mut table =
            Table::new(&["model", "seed", "file", "network_sha256", "pictures", "right", "accuracy", "chance"]);
        table.push([
            self.model.name.clone(),
            self.seed.to_string(),
            self.model.file.replace("{seed}", &self.seed.to_string()),
            network.hash().to_owned(),
            asked.to_string(),
            right.to_string(),
            number(accuracy),
            number(chance),
        ]);
        let stage = self.model.accuracy_file(self.seed);
        let scratch = run.results.begin(&stage, &self.accuracy_key)?;
        scratch.write(&stage, &table.to_csv()?)?;
        run.results.finish(&stage, &self.accuracy_key, scratch, &[&stage])
    }

    fn explain(&self, run: &Run, stimuli: &Stimuli, network: &Network, targets: &[usize], unit: &Unit) -> Result<()> {
        let folder = self.model.maps_folder(unit.method.name, self.seed);
        let scratch = run.results.begin(&folder, &unit.key)?;
        let seed = Seed(run.experiment.file.seed)
            .derive(&format!("{} {} {}", self.model.name, self.seed, unit.method.name), 0);
        let name = format!("{} seed {} {}", self.model.name, self.seed, unit.method.name);
        let parameters = self.settled(run, stimuli, network, targets, unit, seed, &scratch)?;
        let mut index = Table::new(&INDEX);
        run.progress.begin(&name, self.pictures.len());
        for (at, (listed, &target)) in self.pictures.iter().zip(targets).enumerate() {
            let file = format!("{}.npy", safe_name(&listed.name));
            let row_file = format!("rows/{file}.csv");
            let row_path = scratch.folder().join(&row_file);
            if !row_path.is_file() {
                let ask = |mirrored: bool| {
                    let picture = if mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
                    (unit.method.explain)(&Question {
                        network,
                        picture: &picture,
                        target,
                        parameters: &parameters,
                        setting: &stimuli.setting,
                        seed: seed.derive(if mirrored { "mirrored" } else { "as filed" }, at as u64),
                    })
                };
                let saliency =
                    self.in_coordinates(run, ask).map_err(|e| e.at(format!("{name}, picture {}", listed.name)))?;
                scratch.write(&format!("{folder}/{file}"), &saliency.map.to_npy())?;
                let mut row = Table::new(&INDEX);
                row.push([
                    file,
                    listed.name.clone(),
                    self.model.name.clone(),
                    unit.method.name.to_owned(),
                    self.seed.to_string(),
                    listed.class.clone(),
                    "margin".to_owned(),
                    saliency.layer.clone().unwrap_or_default(),
                    describe(unit.method, &parameters),
                    saliency.evaluations.to_string(),
                    number_or_empty(saliency.reliability),
                    number(saliency.blur_sd),
                    run.experiment.file.coordinates.name().to_owned(),
                    number(self.mirrored),
                    "none: one signed value a pixel".to_owned(),
                    if saliency.layer.is_some() { "bilinear, half-pixel centres".to_owned() } else { String::new() },
                    network.hash().to_owned(),
                ]);
                scratch.write(&row_file, &row.to_csv()?)?;
            }
            index.rows.extend(Table::read(&row_path)?.rows);
            run.progress.step();
        }
        scratch.write(&format!("{folder}/index.csv"), &index.to_csv()?)?;
        run.results.finish(&folder, &unit.key, scratch, &[&folder])
    }

    /// The parameters with the number of bubbles found by the staircase, where a method leaves it open.
    #[allow(clippy::too_many_arguments)]
    fn settled(
        &self,
        run: &Run,
        stimuli: &Stimuli,
        network: &Network,
        targets: &[usize],
        unit: &Unit,
        seed: Seed,
        scratch: &crate::results::Scratch,
    ) -> Result<Vec<f64>> {
        let mut parameters = unit.parameters.clone();
        let place = |name: &str| unit.method.parameters.iter().position(|parameter| parameter.name == name);
        let (Some(count), Some(target)) = (place("count"), place("target")) else { return Ok(parameters) };
        if parameters[count] > 0.0 {
            return Ok(parameters);
        }
        let remembered = scratch.folder().join("count.csv");
        if let Ok(table) = Table::read(&remembered)
            && let Some(found) = table.iter().next().and_then(|row| row.number("count").ok().flatten())
        {
            parameters[count] = found;
            scratch.write(
                &format!("{}/count.csv", self.model.maps_folder(unit.method.name, self.seed)),
                &table.to_csv()?,
            )?;
            return Ok(parameters);
        }
        let pictures: Vec<(&crate::picture::Picture, usize)> =
            self.pictures.iter().map(|listed| &listed.picture).zip(targets.iter().copied()).collect();
        let maximum = stimuli.setting.region.iter().filter(|inside| **inside).count() / 4;
        let goal = Goal { accuracy: parameters[target], minimum: 1, maximum, trials: 400 };
        let found = find_count(network, &pictures, &stimuli.setting, &goal, seed.derive("staircase", 0))?;
        let name = format!("{} seed {}", self.model.name, self.seed);
        let told =
            format!("{name}: {} bubbles give {:.3} right (target {})", found.count, found.accuracy, parameters[target]);
        if found.reached {
            run.progress.note(&told);
        } else {
            run.progress.warn(&format!("{told}; the target was not reached between 1 and {maximum} bubbles"));
        }
        parameters[count] = found.count as f64;
        let mut table = Table::new(&["count", "accuracy", "target", "reached"]);
        table.push([
            found.count.to_string(),
            number(found.accuracy),
            number(parameters[target]),
            found.reached.to_string(),
        ]);
        scratch.write("count.csv", &table.to_csv()?)?;
        scratch
            .write(&format!("{}/count.csv", self.model.maps_folder(unit.method.name, self.seed)), &table.to_csv()?)?;
        Ok(parameters)
    }

    /// Asks about the picture as filed and mirrored, as often as people saw each, and joins the two maps in the
    /// coordinates of the experiment.
    fn in_coordinates(&self, run: &Run, ask: impl Fn(bool) -> Result<Saliency>) -> Result<Saliency> {
        if self.mirrored == 0.0 {
            return ask(false);
        }
        let reversed = ask(true)?;
        let map = if run.experiment.file.coordinates == Coordinates::Picture {
            mirrored(&reversed.map)
        } else {
            reversed.map.to_f64()
        };
        if self.mirrored == 1.0 {
            return Ok(Saliency { map: Map::from_f64(&map)?, ..reversed });
        }
        let plain = ask(false)?;
        let joined = plain.map.to_f64() * (1.0 - self.mirrored) + map * self.mirrored;
        let both = |a: Option<f64>, b: Option<f64>| Some((a? + b?) / 2.0);
        Ok(Saliency {
            map: Map::from_f64(&joined)?,
            evaluations: plain.evaluations + reversed.evaluations,
            reliability: both(plain.reliability, reversed.reliability),
            ..plain
        })
    }
}

fn mirrored(map: &Map) -> Array2<f64> {
    let mut values = map.to_f64();
    values.invert_axis(ndarray::Axis(1));
    values
}

/// "masks=500 grid=7": the parameters of a method in words.
fn describe(method: &Method, parameters: &[f64]) -> String {
    let pairs: Vec<String> = method
        .parameters
        .iter()
        .zip(parameters)
        .map(|(parameter, value)| format!("{}={value}", parameter.name))
        .collect();
    pairs.join(" ")
}
