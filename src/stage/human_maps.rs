//! `human/`: maps of fixations, clicks, painted masks or maps made elsewhere, in the files that classification images have.
//!
//! Each observer has a map of each picture; the map of the group is the mean over observers, and that of the task, where it
//! is compared, the mean over an observer's pictures. There is no test: nothing here says which places are looked at more
//! than by chance, only how far observers agree.

use std::collections::BTreeMap;

use ndarray::Array2;

use super::human_sources::{Made, Origin, inputs};
use super::pictures::{Stimuli, check_size};
use super::{Done, Run, classify};
use crate::error::{Error, Result};
use crate::experiment::{Human, Unit};
use crate::human::{Gram, half_at};
use crate::map::Map;
use crate::results::{Key, Scratch, hash_file};
use crate::score::FIXATIONS;
use crate::seed::Seed;
use crate::table::{Table, number, number_or_empty};
use crate::trials::rejected_to_csv;

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["human", "rejected.csv"];

/// Makes `human/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli)?;
    if run.results.is_finished("human", &key) {
        return Ok(Done::UpToDate);
    }
    let sd = run.experiment.human_blur(stimuli.shape().1)?;
    if sd > 0.0 {
        check_size(run, "human.blur", sd, &stimuli.region)?;
    }
    let origin = Origin::read(run, settings(run)?, &stimuli, sd)?;
    if let Some(refusal) = &origin.refusal {
        // A key of its own, so that nobody takes what is written for the stage's.
        let scratch = run.begin("human", &Key::new("refused").with("key", &key).finish(), OWNED)?;
        scratch.write("human/looks.txt", origin.explained.as_bytes())?;
        scratch.write("rejected.csv", &rejected_to_csv(&origin.rejected)?)?;
        run.finish(scratch)?;
        return Err(refusal.clone());
    }
    let scratch = run.begin("human", &key, OWNED)?;
    let region = Map::new(stimuli.region.mapv(|inside| f32::from(u8::from(inside))))?;
    scratch.write("human/region.npy", &region.to_npy())?;
    let mut files = Files::new(run, &scratch, &stimuli.region, sd);
    files.counts(&origin);
    pictures(run, &stimuli, &origin, &mut files)?;
    origin.tell_painted(run);
    files.finish()?;
    if let Some(looks) = origin.table() {
        scratch.write(&format!("human/{FIXATIONS}"), &looks.to_csv()?)?;
        scratch.write("human/looks.txt", origin.explained.as_bytes())?;
    }
    scratch.write("rejected.csv", &rejected_to_csv(&origin.rejected)?)?;
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let human = settings(run)?;
    let file = &run.experiment.file;
    let mut key = stimuli
        .key(run, "human")
        .with("rules", 2)
        .with("settings", (human, &file.compare, file.coordinates, file.score.bootstrap));
    let preparation = &file.score.preparation;
    key = key.with("places", FIXATIONS).with("reading", (&preparation.channels, &preparation.variable));
    for (name, path) in inputs(run, human)? {
        key = key.with("file", (name, hash_file(&path)?));
        // The centres of our own trials lie beside them.
        let beside = path.with_file_name("centres.parquet");
        if path.file_name().is_some_and(|name| name == "trials.parquet") && beside.is_file() {
            key = key.with("beside", hash_file(&beside)?);
        }
    }
    Ok(key.finish())
}

/// The stage that makes `human/`, and its key.
pub fn of_people(run: &Run, stimuli: &Stimuli) -> Result<(&'static str, String)> {
    match run.experiment.file.human {
        Some(_) => Ok(("human", key(run, stimuli)?)),
        None => Ok(("classify", classify::key(run, stimuli)?)),
    }
}

fn settings<'a>(run: &'a Run) -> Result<&'a Human> {
    run.experiment.file.human.as_ref().ok_or_else(|| Error::internal("a stage without [human] was run"))
}

/// The maps of every picture, one picture after the other, and those of the task.
fn pictures(run: &Run, stimuli: &Stimuli, origin: &Origin, files: &mut Files) -> Result<()> {
    let mut tasks: BTreeMap<String, (usize, f64, Array2<f64>)> = BTreeMap::new();
    let mut gram = Gram::default();
    run.progress.begin("pictures", stimuli.pictures.len());
    for listed in &stimuli.pictures {
        let made = origin.of_picture(&listed.name, run.experiment)?;
        run.progress.step();
        if made.is_empty() {
            continue;
        }
        if run.experiment.compares(Unit::Picture) {
            files.maps(Unit::Picture, &listed.name, &made, &mut gram)?;
        }
        for Made { observer, count, map } in made {
            files.observed(&observer, count);
            match tasks.get_mut(&observer) {
                None => _ = tasks.insert(observer, (count, 1.0, map)),
                Some((total, pictures, sum)) => {
                    *total += count;
                    *pictures += 1.0;
                    *sum += &map;
                }
            }
        }
    }
    if tasks.is_empty() {
        return Err(Error::invalid(format!("nothing in {} belongs to a picture", settings(run)?.files.join(", ")))
            .at(run.experiment.field("human.files"))
            .hint(format!(
                "the pictures are {}, ...",
                stimuli.names().into_iter().take(3).collect::<Vec<_>>().join(", ")
            )));
    }
    if run.experiment.compares(Unit::Picture) {
        files.reliability(Unit::Picture, &gram);
    }
    if run.experiment.compares(Unit::Task) {
        let made: Vec<Made> = tasks
            .into_iter()
            .map(|(observer, (count, pictures, sum))| Made { observer, count, map: sum / pictures })
            .collect();
        let mut gram = Gram::default();
        files.maps(Unit::Task, "", &made, &mut gram)?;
        files.reliability(Unit::Task, &gram);
    }
    Ok(())
}

/// The files of `human/`.
struct Files<'a> {
    run: &'a Run<'a>,
    scratch: &'a Scratch,
    region: &'a Array2<bool>,
    blur_sd: f64,
    index: Table,
    summary: Table,
    /// Looks (or maps) of each observer.
    observers: BTreeMap<String, usize>,
}

impl<'a> Files<'a> {
    fn new(run: &'a Run<'a>, scratch: &'a Scratch, region: &'a Array2<bool>, blur_sd: f64) -> Files<'a> {
        Files {
            run,
            scratch,
            region,
            blur_sd,
            index: Table::new(&super::human_files::INDEX),
            summary: Table::new(&["unit", "picture", "quantity", "value"]),
            observers: BTreeMap::new(),
        }
    }

    fn add(&mut self, unit: &str, picture: &str, quantity: &str, value: Option<f64>) {
        self.summary.push([unit.to_owned(), picture.to_owned(), quantity.to_owned(), number_or_empty(value)]);
    }

    /// What was read, and what was not.
    fn counts(&mut self, origin: &Origin) {
        self.add("", "", "looks", origin.looks().map(|looks| looks as f64));
        self.add("", "", "first_looks_dropped", origin.looks().map(|_| origin.first as f64));
        self.add("", "", "early_looks_dropped", origin.looks().map(|_| origin.early as f64));
        self.add("", "", "rejected", Some(origin.rejected.len() as f64));
        if let Some(first) = origin.rejected.first() {
            self.run.progress.warn(&format!(
                "{} rows or files are in no map; the first is {}, line {}: {}. All of them: {}",
                origin.rejected.len(),
                first.file,
                first.line,
                first.reason,
                self.run.results.path("rejected.csv").display()
            ));
        }
    }

    fn observed(&mut self, observer: &str, count: usize) {
        *self.observers.entry(observer.to_owned()).or_default() += count;
    }

    /// The map of every observer, and their mean; each joins the products that the reliability follows from.
    fn maps(&mut self, unit: Unit, picture: &str, made: &[Made], gram: &mut Gram) -> Result<()> {
        let mut sum = Array2::zeros(self.region.dim());
        for one in made {
            self.map(unit, picture, &one.observer, one.count, &one.map)?;
            sum += &one.map;
        }
        let count = made.iter().map(|one| one.count).sum();
        self.map(unit, picture, "", count, &(&sum / made.len() as f64))?;
        self.add(unit.name(), picture, "trials", Some(count as f64));
        self.add(unit.name(), picture, "observers", Some(made.len() as f64));
        let maps: Vec<(&str, &Array2<f64>)> = made.iter().map(|one| (one.observer.as_str(), &one.map)).collect();
        gram.add(&maps, self.region);
        Ok(())
    }

    fn map(&mut self, unit: Unit, picture: &str, observer: &str, count: usize, map: &Array2<f64>) -> Result<()> {
        let whose = if observer.is_empty() { "group" } else { "observer" };
        let file = format!("{}-{whose}-{:05}-smoothed.npy", unit.name(), self.index.rows.len() + 1);
        self.scratch.write(&format!("human/{file}"), &Map::from_f64(map)?.to_npy())?;
        self.index.push([
            file,
            unit.name().to_owned(),
            picture.to_owned(),
            observer.to_owned(),
            "smoothed".to_owned(),
            count.to_string(),
            String::new(),
            number(self.blur_sd),
            number(self.blur_sd),
            self.run.experiment.file.coordinates.name().to_owned(),
            "false".to_owned(),
            String::new(),
            String::new(),
        ]);
        Ok(())
    }

    /// Reliability of the mean map over observers, pooled over maps, and its interval.
    fn reliability(&mut self, unit: Unit, gram: &Gram) {
        let file = &self.run.experiment.file;
        let reliability = gram.reliability();
        let half = reliability.and_then(|r| half_at(r, gram.observers() as f64));
        let limits = gram.interval(file.score.bootstrap, Seed(file.seed).derive("human", 0));
        self.add(unit.name(), "", "reliability_observers", reliability);
        self.add(unit.name(), "", "reliability_observers_low", limits.map(|(low, _)| low));
        self.add(unit.name(), "", "reliability_observers_high", limits.map(|(_, high)| high));
        self.add(unit.name(), "", "observers_for_reliability_half", half);
    }

    fn finish(&self) -> Result<()> {
        let mut observers =
            Table::new(&["observer", "trials", "accuracy", "mean_bubbles", "median_response_time_ms", "simulated"]);
        for (observer, count) in &self.observers {
            let none = String::new;
            observers.push([observer.clone(), count.to_string(), none(), none(), none(), "false".to_owned()]);
        }
        self.scratch.write("human/observers.csv", &observers.to_csv()?)?;
        self.scratch.write("human/index.csv", &self.index.to_csv()?)?;
        self.scratch.write("human/summary.csv", &self.summary.to_csv()?)
    }
}
