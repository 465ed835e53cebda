//! One network and the maps of it that are judged.
//!
//! Maps are judged on the picture as filed. Where people saw it mirrored too, a map in picture coordinates is the mean of
//! both orientations, the mirrored one turned back, and is judged all the same; one in presentation coordinates lays the
//! two over each other and belongs to no picture. Measures that ask the method again ask about the picture as filed.

use std::path::PathBuf;
use std::sync::OnceLock;

use ndarray::Array2;
use rayon::prelude::*;

use super::Run;
use super::attribute::{Instance, Unit};
use super::faithfulness::{Maps, Task};
use super::instance::{seed_of, settled};
use super::pictures::Stimuli;
use super::shown::Shown;
use crate::attribution::{Question, Values};
use crate::error::{Error, Result};
use crate::experiment::{Coordinates, Listed};
use crate::faithfulness::{Answers, Case, Finding, Measure, probability};
use crate::map::Map;
use crate::network::Network;
use crate::picture::Picture;
use crate::results::safe_name;
use crate::seed::Seed;
use crate::table::{Table, number};

/// Columns of `faithfulness.csv`, and whether each holds numbers.
const COLUMNS: [(&str, bool); 12] = [
    ("model", false),
    ("seed", false),
    ("method", false),
    ("picture", false),
    ("metric", false),
    ("quantity", false),
    ("layers", true),
    ("of_layers", true),
    ("value", true),
    ("undefined", false),
    ("better", false),
    ("parameters", false),
];

/// The columns that hold numbers.
pub(super) fn numeric_columns() -> Vec<&'static str> {
    COLUMNS.iter().filter(|(_, numeric)| *numeric).map(|(name, _)| *name).collect()
}

/// The rows of several tables as one.
pub(super) fn join(files: &[PathBuf]) -> Result<Table> {
    let mut table = empty();
    for file in files {
        table.rows.extend(Table::read(file)?.rows);
    }
    Ok(table)
}

fn empty() -> Table {
    Table::new(&COLUMNS.map(|(name, _)| name))
}

/// A network with its randomised forms, and what its maps are asked.
pub(super) struct Judge<'a> {
    run: &'a Run<'a>,
    stimuli: &'a Stimuli,
    instance: &'a Instance<'a>,
    measures: Vec<(&'static Measure, Values)>,
    network: Network,
    shown: Shown,
    layers: usize,
    /// By the number of layers drawn anew; made when a measure first asks for it.
    randomised: Vec<OnceLock<Result<Network>>>,
}

impl<'a> Judge<'a> {
    /// Loads the network.
    pub(super) fn load(
        run: &'a Run,
        stimuli: &'a Stimuli,
        instance: &'a Instance,
        measures: Vec<(&'static Measure, Values)>,
    ) -> Result<Judge<'a>> {
        let classes = Stimuli::classes(run);
        let network = Network::load(&instance.path, &instance.model.input, &instance.model.output, &classes)?;
        let layers = network.weight_layers()?;
        let randomised = (0..=layers).map(|_| OnceLock::new()).collect();
        Ok(Judge {
            run,
            stimuli,
            instance,
            measures,
            network,
            shown: Shown::read(run, stimuli, instance)?,
            layers,
            randomised,
        })
    }

    /// Makes the table of one method or control.
    pub(super) fn judge(&self, task: &Task) -> Result<()> {
        let (run, pictures) = (self.run, &self.instance.pictures);
        let scratch = run.begin(&task.file, &task.key, &[&task.file])?;
        let name = format!("{} {} judged", self.instance.name(), task.method());
        let row_file = |listed: &Listed| format!("rows/{}.csv", safe_name(&listed.name));
        let settled = match task.maps {
            Maps::Method(unit) => Some(settled(run, self.instance, unit)?),
            Maps::Control(_) => None,
        };
        run.progress.begin(&name, pictures.len());
        pictures.par_iter().enumerate().try_for_each(|(at, listed)| {
            let path = scratch.folder().join(row_file(listed));
            if !path.is_file() {
                let rows = self.rows(task, settled.as_ref(), at, listed);
                let rows = rows.map_err(|error| error.at(format!("{name}, picture {}", listed.name)))?;
                scratch.write(&row_file(listed), &rows.to_csv()?)?;
            }
            run.progress.step();
            Ok::<(), Error>(())
        })?;
        let files: Vec<PathBuf> = pictures.iter().map(|listed| scratch.folder().join(row_file(listed))).collect();
        scratch.write(&task.file, &join(&files)?.to_csv()?)?;
        run.finish(scratch)
    }

    /// The rows of one picture.
    fn rows(&self, task: &Task, settled: Option<&Values>, at: usize, listed: &Listed) -> Result<Table> {
        let target = Stimuli::classes(self.run).iter().position(|class| *class == listed.class).unwrap_or(0);
        let seed = judging_seed(self.run).derive(&format!("picture {}", listed.name), 0);
        let explain = |network: &Network, picture: &Picture| match task.maps {
            Maps::Method(unit) => self.explained(network, picture, unit, settled.unwrap_or(&unit.values), at, target),
            Maps::Control(control) => {
                let setting = &self.stimuli.setting;
                let blur = setting.bubble_sd.hypot(setting.smoothing_sd);
                Ok((control.make)(picture, blur, seed.derive("control", 0)))
            }
        };
        let explained = &self.run.experiment.file.attribution.explained;
        let objective = self.network.objective(explained, target)?;
        let answers = Answers {
            probability: &|shown| probability(&self.network.scores(shown)?, target),
            value: &|shown| self.network.value(&self.network.input(shown)?, &objective),
            explain: &|shown| explain(&self.network, shown),
            layers: self.layers,
            explain_randomised: &|count| explain(self.randomised(count)?, &listed.picture),
        };
        let map = match task.maps {
            Maps::Method(unit) => self.stored(unit, listed)?,
            Maps::Control(_) => Ok(explain(&self.network, &listed.picture)?),
        };
        let region = self.run.experiment.file.pictures.region.as_ref().map(|_| &self.stimuli.setting.region);
        let mut table = empty();
        for (measure, values) in &self.measures {
            let findings = match &map {
                Err(reason) => measure.undefined(reason),
                Ok(map) => (measure.judge)(&Case {
                    map,
                    picture: &listed.picture,
                    region,
                    background: self.stimuli.setting.background,
                    values,
                    seed: seed.derive(measure.name, 0),
                    answers: &answers,
                })?,
            };
            for finding in findings {
                self.push(&mut table, task, listed, measure, values, finding);
            }
        }
        Ok(table)
    }

    fn push(
        &self,
        table: &mut Table,
        task: &Task,
        listed: &Listed,
        measure: &Measure,
        values: &Values,
        finding: Finding,
    ) {
        let better = measure.quantities.iter().find(|quantity| quantity.name == finding.quantity);
        let (drawn, of) =
            finding.layers.map_or_else(Default::default, |(drawn, of)| (drawn.to_string(), of.to_string()));
        let (value, undefined) = match finding.outcome {
            Ok(value) if value.is_finite() => (number(value), String::new()),
            Ok(_) => (String::new(), "it is too large for a number".to_owned()),
            Err(reason) => (String::new(), reason),
        };
        table.push([
            self.instance.model.name.clone(),
            self.instance.seed.to_string(),
            task.method().to_owned(),
            listed.name.clone(),
            measure.name.to_owned(),
            finding.quantity.to_owned(),
            drawn,
            of,
            value,
            undefined,
            better.map_or("", |quantity| quantity.better.name()).to_owned(),
            values.to_string(),
        ]);
    }

    /// The map as the stage attribute made it, or why it cannot be judged.
    fn stored(&self, unit: &Unit, listed: &Listed) -> Result<std::result::Result<Array2<f64>, String>> {
        if self.instance.mirrored > 0.0 && self.run.experiment.file.coordinates == Coordinates::Presentation {
            let reason =
                "the map lays the picture and its mirror image over each other (coordinates = \"presentation\")";
            return Ok(Err(reason.to_owned()));
        }
        let file = format!("{}/{}.npy", self.instance.maps_folder(unit), safe_name(&listed.name));
        Map::read_npy(&self.run.results.path(&file)).map(|map| Ok(map.to_f64()))
    }

    /// The network with the weights of its last layers drawn anew, the same for every method and picture.
    fn randomised(&self, count: usize) -> Result<&Network> {
        let seed = judging_seed(self.run).derive(&format!("weights of {}", self.instance.name()), 0);
        let absent = || Error::internal(format!("{count} layers are to be drawn anew, and there are {}", self.layers));
        let made = self.randomised.get(count).ok_or_else(absent)?;
        made.get_or_init(|| self.network.randomised(count, seed)).as_ref().map_err(Clone::clone)
    }

    /// The method asked anew about a picture as filed, with the random masks of the stored map.
    fn explained(
        &self,
        network: &Network,
        picture: &Picture,
        unit: &Unit,
        values: &Values,
        at: usize,
        target: usize,
    ) -> Result<Array2<f64>> {
        let seed = seed_of(self.run, self.instance, unit).derive("as filed", at as u64);
        let setting = &self.stimuli.setting;
        let explained = &self.run.experiment.file.attribution.explained;
        let people = self.shown.of(&self.instance.pictures[at].name, false);
        let question = Question { network, picture, target, explained, values, setting, people, seed };
        let saliency = (unit.method.explain)(&question)?;
        Ok(saliency.map.to_f64())
    }
}

fn judging_seed(run: &Run) -> Seed {
    Seed(run.experiment.file.seed).derive("faithfulness", 0)
}
