//! One network asked everything: its accuracy, and each method about each picture.

use ndarray::Array2;

use super::Run;
use super::attribute::{self, AskedMethod, Instance, Unit};
use super::pictures::Stimuli;
use super::shown::Shown;
use crate::attribution::staircase::{Goal, find_count};
use crate::attribution::{Question, Saliency, Values};
use crate::error::{Error, Result};
use crate::experiment::{Coordinates, Listed, Model, Value};
use crate::map::Map;
use crate::network::Network;
use crate::picture::Picture;
use crate::results::{Scratch, safe_name};
use crate::seed::Seed;
use crate::table::{Table, number, number_or_empty};

/// Columns of every `model/<name>/<method>/seed<k>/index.csv`.
const INDEX: [&str; 20] = [
    "file",
    "picture",
    "model",
    "method",
    "counterpart",
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
    "delta",
    "baseline",
];

/// Trials of the staircase that looks for the number of bubbles.
const STAIRCASE_TRIALS: usize = 400;

/// A network that was loaded, and what it is asked.
pub(super) struct Asked<'a> {
    run: &'a Run<'a>,
    stimuli: &'a Stimuli,
    instance: &'a Instance<'a>,
    network: Network,
    shown: Shown,
    /// The class of each picture of the instance.
    targets: Vec<usize>,
}

impl<'a> Asked<'a> {
    /// Loads the network, and checks that it can answer every method.
    pub(super) fn load(run: &'a Run, stimuli: &'a Stimuli, instance: &'a Instance) -> Result<Asked<'a>> {
        let classes = Stimuli::classes(run);
        let network = load(run, instance.model, instance.seed, &attribute::methods(run, instance.model)?)?;
        let class = |listed: &Listed| classes.iter().position(|class| *class == listed.class).unwrap_or(0);
        let targets = instance.pictures.iter().map(class).collect();
        Ok(Asked { run, stimuli, instance, network, shown: Shown::read(run, stimuli, instance)?, targets })
    }

    /// Makes what is missing or out of date.
    pub(super) fn answer(&self) -> Result<()> {
        if !self.run.results.is_finished(&self.instance.accuracy_file(), &self.instance.accuracy_key) {
            self.measure_accuracy(Stimuli::classes(self.run).len())?;
        }
        self.instance.unfinished(self.run).into_iter().try_for_each(|unit| self.explain(unit))
    }

    fn measure_accuracy(&self, classes: usize) -> Result<()> {
        let (run, instance) = (self.run, self.instance);
        let mut right = 0;
        for (listed, &target) in instance.pictures.iter().zip(&self.targets) {
            right += usize::from(
                self.network.margin(&listed.picture, target).map_err(|e| e.at(instance.path.display()))? > 0.0,
            );
        }
        let asked = instance.pictures.len();
        let accuracy = right as f64 / asked as f64;
        let name = instance.name();
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
            instance.model.name.clone(),
            instance.seed.to_string(),
            instance.model.file.replace("{seed}", &instance.seed.to_string()),
            self.network.hash().to_owned(),
            asked.to_string(),
            right.to_string(),
            number(accuracy),
            number(chance),
        ]);
        let stage = instance.accuracy_file();
        let scratch = run.begin(&stage, &instance.accuracy_key, &[&stage])?;
        scratch.write(&stage, &table.to_csv()?)?;
        run.finish(scratch)
    }

    fn explain(&self, unit: &Unit) -> Result<()> {
        let (run, instance) = (self.run, self.instance);
        let folder = instance.maps_folder(unit);
        let scratch = run.begin(&folder, &unit.key, &[&folder])?;
        let method = &unit.name;
        let seed = seed_of(run, instance, unit);
        let values = self.settled(unit, seed, &scratch)?;
        let other = match unit.counterpart {
            Some(counterpart) => (counterpart.network)(&self.network, weights_seed(run, instance))?,
            None => None,
        };
        let network = other.as_ref().unwrap_or(&self.network);
        let name = match unit.counterpart {
            Some(counterpart) => format!("{} {method} ({})", instance.name(), counterpart.name),
            None => format!("{} {method}", instance.name()),
        };
        let classes = Stimuli::classes(run);
        let mut index = Table::new(&INDEX);
        run.progress.begin(&name, instance.pictures.len());
        for (at, (listed, &target)) in instance.pictures.iter().zip(&self.targets).enumerate() {
            let file = format!("{}.npy", safe_name(&listed.name));
            let row_file = format!("rows/{file}.csv");
            let row_path = scratch.folder().join(&row_file);
            if !row_path.is_file() {
                let target = match unit.counterpart {
                    Some(counterpart) => (counterpart.class)(&self.network, &listed.picture, target)?,
                    None => target,
                };
                let ask = |mirrored: bool| {
                    let picture = if mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
                    (unit.method.explain)(&Question {
                        network,
                        picture: &picture,
                        target,
                        explained: &run.experiment.file.attribution.explained,
                        values: &values,
                        setting: &self.stimuli.setting,
                        people: self.shown.of(&listed.name, mirrored),
                        seed: seed.derive(if mirrored { "mirrored" } else { "as filed" }, at as u64),
                    })
                };
                let saliency =
                    self.in_coordinates(ask).map_err(|e| e.at(format!("{name}, picture {}", listed.name)))?;
                if let (0, Some(layer), Some(Value::Text(asked))) = (at, &saliency.layer, values.get("layer")) {
                    let chosen = if asked.is_empty() { "layer, chosen as the last before the output" } else { "layer" };
                    run.progress.note(&format!("{name}: {chosen}: {layer}"));
                }
                scratch.write(&format!("{folder}/{file}"), &saliency.map.to_npy())?;
                let explained = (listed.name.as_str(), classes[target].as_str());
                scratch.write(&row_file, &self.row(file, explained, unit, &values, &saliency).to_csv()?)?;
            }
            index.rows.extend(Table::read(&row_path)?.rows);
            run.progress.step();
        }
        scratch.write(&format!("{folder}/index.csv"), &index.to_csv()?)?;
        run.finish(scratch)
    }

    /// The row of a map in its index; a map is of a picture and a class.
    fn row(
        &self,
        file: String,
        (picture, class): (&str, &str),
        unit: &Unit,
        values: &Values,
        saliency: &Saliency,
    ) -> Table {
        let word = |name: &str| values.get(name).and_then(|value| value.text());
        let upsampling = if saliency.layer.is_some() { "bilinear, half-pixel centres" } else { "" };
        let mut row = Table::new(&INDEX);
        row.push([
            file,
            picture.to_owned(),
            self.instance.model.name.clone(),
            unit.name.clone(),
            unit.counterpart_name().to_owned(),
            self.instance.seed.to_string(),
            class.to_owned(),
            self.run.experiment.file.attribution.explained.to_string(),
            saliency.layer.clone().unwrap_or_default(),
            values.to_string(),
            saliency.evaluations.to_string(),
            number_or_empty(saliency.reliability),
            number(saliency.blur_sd),
            self.run.experiment.file.coordinates.name().to_owned(),
            number(self.instance.mirrored),
            word("channels").unwrap_or("none: one signed value a pixel").to_owned(),
            upsampling.to_owned(),
            self.network.hash().to_owned(),
            number_or_empty(saliency.delta),
            word("baseline").map_or(format!("grey {}", self.stimuli.setting.background), str::to_owned),
        ]);
        row
    }

    /// The values of the parameters, with the number of bubbles found by the staircase where a method leaves it open.
    fn settled(&self, unit: &Unit, seed: Seed, scratch: &Scratch) -> Result<Values> {
        if unit.counterpart.is_some() {
            return settled(self.run, self.instance, unit);
        }
        let mut values = unit.values.clone();
        let given = |name: &str| unit.values.get(name).and_then(|value| value.number());
        let (Some(0.0), Some(target)) = (given("count"), given("target")) else { return Ok(values) };
        let remembered = Table::read(&scratch.folder().join("count.csv"));
        let table = match remembered {
            Ok(table) => table,
            Err(_) => {
                let table = self.staircase(target, seed.derive("staircase", 0))?;
                scratch.write("count.csv", &table.to_csv()?)?;
                table
            }
        };
        scratch.write(&format!("{}/count.csv", self.instance.maps_folder(unit)), &table.to_csv()?)?;
        if let Some(row) = table.iter().next() {
            values.set("count", row.number("count")?.unwrap_or(0.0));
        }
        Ok(values)
    }

    /// The number of bubbles at which the network is right on the wanted share of trials.
    fn staircase(&self, accuracy: f64, seed: Seed) -> Result<Table> {
        let pictures: Vec<(&Picture, usize)> =
            self.instance.pictures.iter().map(|listed| &listed.picture).zip(self.targets.iter().copied()).collect();
        let maximum = self.stimuli.setting.region.iter().filter(|inside| **inside).count() / 4;
        let goal = Goal { accuracy, minimum: 1, maximum, trials: STAIRCASE_TRIALS };
        let found = find_count(&self.network, &pictures, &self.stimuli.setting, &goal, seed)?;
        let told = format!(
            "{}: {} bubbles give {:.3} right (target {accuracy})",
            self.instance.name(),
            found.count,
            found.accuracy
        );
        if found.reached {
            self.run.progress.note(&told);
        } else {
            self.run.progress.warn(&format!("{told}; the target was not reached between 1 and {maximum} bubbles"));
        }
        let mut table = Table::new(&["count", "accuracy", "target", "reached"]);
        table.push([found.count.to_string(), number(found.accuracy), number(accuracy), found.reached.to_string()]);
        Ok(table)
    }

    /// Asks about the picture as filed and mirrored, as often as people saw each, and joins the two maps in the
    /// coordinates of the experiment.
    fn in_coordinates(&self, ask: impl Fn(bool) -> Result<Saliency>) -> Result<Saliency> {
        let share = self.instance.mirrored;
        if share == 0.0 {
            return ask(false);
        }
        let reversed = ask(true)?;
        let map = if self.run.experiment.file.coordinates == Coordinates::Picture {
            mirrored(&reversed.map)
        } else {
            reversed.map.to_f64()
        };
        if share == 1.0 {
            return Ok(Saliency { map: Map::from_f64(&map)?, ..reversed });
        }
        let plain = ask(false)?;
        let joined = plain.map.to_f64() * (1.0 - share) + map * share;
        let both = |a: Option<f64>, b: Option<f64>| Some((a? + b?) / 2.0);
        Ok(Saliency {
            map: Map::from_f64(&joined)?,
            evaluations: plain.evaluations + reversed.evaluations,
            reliability: both(plain.reliability, reversed.reliability),
            delta: both(plain.delta, reversed.delta),
            ..plain
        })
    }
}

/// Loads a network, and checks that it can answer every method; the error holds all that is wrong.
pub(super) fn load(run: &Run, model: &Model, seed: u64, methods: &[AskedMethod]) -> Result<Network> {
    let path = attribute::network_path(run, model, seed);
    attribute::network_hash(run, &path)?;
    let network = Network::load(&path, &model.input, &model.output, &Stimuli::classes(run))?;
    let explained = &run.experiment.file.attribution.explained;
    let refused = methods.iter().filter_map(|(name, method, values)| {
        let error = (method.check)(&network, explained, values).err()?;
        Some(error.at(run.experiment.field(&format!("attribution.parameters.{name}"))))
    });
    Error::all(refused)?;
    Ok(network)
}

fn mirrored(map: &Map) -> Array2<f64> {
    let mut values = map.to_f64();
    values.invert_axis(ndarray::Axis(1));
    values
}

/// The parameters of a method as its maps of the network were made: with the number of bubbles that was found for it.
pub(super) fn settled(run: &Run, instance: &Instance, unit: &Unit) -> Result<Values> {
    let mut values = unit.values.clone();
    let folder = instance.model.maps_folder(&unit.name, "", instance.seed);
    let path = run.results.path(&format!("{folder}/count.csv"));
    if path.is_file() {
        let found = Table::read(&path)?.iter().next().map(|row| row.number("count")).transpose()?.flatten();
        found.into_iter().for_each(|count| values.set("count", count));
    }
    Ok(values)
}

/// The seed of the weights of a counterpart that has weights of its own, the same for every method.
fn weights_seed(run: &Run, instance: &Instance) -> Seed {
    Seed(run.experiment.file.seed).derive(&format!("weights of {}", instance.name()), 0)
}

/// The seed of a method about a network.
pub(super) fn seed_of(run: &Run, instance: &Instance, unit: &Unit) -> Seed {
    let name = format!("{} {} {}", instance.model.name, instance.seed, unit.name);
    Seed(run.experiment.file.seed).derive(&name, 0)
}
