//! `human/`: classification images of every observer and of the group, with their statistics.

use std::collections::HashSet;

use super::pictures::Stimuli;
use super::{Done, Run, import, not_ready, simulate};
use crate::error::{Error, Result};
use crate::experiment::{Coordinates, Nuisance, Unit};
use crate::human::{
    AllSplits, Dropped, Frame, GroupMap, ObserverMap, Responses, classify, on_picture, over_observers, permute,
    residual_responses,
};
use crate::map::Map;
use crate::results::{Key, Scratch};
use crate::seed::Seed;
use crate::stats::random_field::{Field, full_width_at_half_maximum};
use crate::table::{Table, number, number_or_empty};
use crate::trials::{Trial, Trials};

/// Trials of one observer on one picture below which the observer has no map of it.
const LEAST_TRIALS: usize = 5;

/// Makes `human/`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let key = key(run, &stimuli)?;
    if run.results.is_finished("classify", &key) {
        return Ok(Done::UpToDate);
    }
    let trials = trials(run, &stimuli)?;
    let settings = &run.experiment.file.classification;
    let frame = Frame {
        region: stimuli.setting.region.clone(),
        mirror_back: run.experiment.file.coordinates == Coordinates::Picture,
        smoothing_sd: stimuli.setting.smoothing_sd,
    };
    let (responses, dropped) = residual_responses(&trials.rows, &settings.nuisances);
    if responses.is_empty() {
        return Err(Error::invalid(format!(
            "none of the {} trials can be used: {}",
            trials.rows.len(),
            describe(dropped)
        ))
        .at(run.results.path("trials.parquet").display())
        .hint("an observer needs right and wrong answers, and trials with at least one bubble"));
    }
    let scratch = run.results.begin("classify", &key)?;
    let mut output = Output::new(run, &trials, &stimuli, &scratch);
    output.region(&frame)?;
    output.summary.dropped(dropped);
    for unit in &run.experiment.file.compare {
        match unit {
            Unit::Task => task(run, &trials, &frame, &responses, &mut output)?,
            Unit::Picture => pictures(run, &trials, &frame, &responses, &stimuli, &mut output)?,
        }
    }
    output.observers(&trials)?;
    output.finish()?;
    run.results.finish("classify", &key, scratch, &["human"])?;
    Ok(Done::Made)
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let file = &run.experiment.file;
    Ok(Key::new("classify")
        .with("trials", trials_key(run, stimuli)?)
        .with("region", stimuli.key(run, "region").finish())
        .with("settings", (&file.classification, &file.compare, file.coordinates, file.seed))
        .with("smoothing", stimuli.setting.smoothing_sd)
        .finish())
}

fn trials_key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    if run.experiment.file.import.is_some() { import::key(run, stimuli) } else { simulate::key(run, stimuli) }
}

/// The trials, which must be up to date.
pub fn trials(run: &Run, stimuli: &Stimuli) -> Result<Trials> {
    if !run.results.is_finished("trials", &trials_key(run, stimuli)?) {
        let stage = if run.experiment.file.import.is_some() { "import" } else { "simulate" };
        return Err(not_ready(run, stage));
    }
    Trials::read(&run.results.path(""))
}

fn describe(dropped: Dropped) -> String {
    format!(
        "{} have no answer, {} no bubble, and {} belong to observers whose answers do not vary",
        dropped.without_answer, dropped.without_bubble, dropped.without_variance
    )
}

fn task(run: &Run, trials: &Trials, frame: &Frame, responses: &[Responses], output: &mut Output) -> Result<()> {
    let settings = &run.experiment.file.classification;
    let group = classify(&trials.rows, responses, frame);
    let (naive, _) = residual_responses(&trials.rows, &[]);
    let naive = classify(&trials.rows, &naive, frame);
    let corrected = if settings.nuisances.contains(&Nuisance::BubbleCount) {
        None
    } else {
        let (removed, _) =
            residual_responses(&trials.rows, &[Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture]);
        Some(classify(&trials.rows, &removed, frame))
    };
    output.statistics(Unit::Task, None, &group, responses, trials, frame)?;
    output.summary.naive(&naive, frame);
    output.summary.add("task", "", "reliability_trials", AllSplits::reliability(&[group.over_trials]));
    output.summary.reliability_observers(
        "task",
        over_observers(&[&group.observers], &frame.region),
        group.observers.len(),
    );
    if let Some(corrected) = corrected {
        let mean = |map: &GroupMap| mean(&map.z_in_region(frame));
        run.progress.warn(&format!(
            "the bubble count is not removed: the mean z of the region is {:.2}, and {:.2} with it removed. An offset of \
             this kind is not information in the picture; add \"bubble_count\" to classification.nuisances",
            mean(&group),
            mean(&corrected)
        ));
    }
    output.group(Unit::Task, None, &group)
}

fn pictures(
    run: &Run,
    trials: &Trials,
    frame: &Frame,
    responses: &[Responses],
    stimuli: &Stimuli,
    output: &mut Output,
) -> Result<()> {
    let count = run.experiment.file.classification.nuisances.contains(&Nuisance::BubbleCount);
    let mut splits = Vec::new();
    let mut observers: Vec<Vec<ObserverMap>> = Vec::new();
    run.progress.begin("pictures", stimuli.pictures.len());
    for listed in &stimuli.pictures {
        let on = on_picture(&trials.rows, responses, &listed.name, count, LEAST_TRIALS);
        run.progress.step();
        if on.is_empty() {
            continue;
        }
        let group = classify(&trials.rows, &on, frame);
        output.statistics(Unit::Picture, Some(&listed.name), &group, &on, trials, frame)?;
        output.group(Unit::Picture, Some(&listed.name), &group)?;
        splits.push(group.over_trials);
        observers.push(group.observers);
    }
    if splits.is_empty() {
        return Err(Error::invalid(format!(
            "no picture has {LEAST_TRIALS} trials of one observer, so there is no map of any picture"
        ))
        .at(run.experiment.field("compare"))
        .hint("compare = [\"task\"] makes one map of all pictures"));
    }
    let views: Vec<&[ObserverMap]> = observers.iter().map(Vec::as_slice).collect();
    let most = observers.iter().map(Vec::len).max().unwrap_or(0);
    output.summary.add("picture", "", "reliability_trials", AllSplits::reliability(&splits));
    output.summary.reliability_observers("picture", over_observers(&views, &frame.region), most);
    Ok(())
}

/// `human/summary.csv`.
struct Summary {
    table: Table,
}

impl Summary {
    fn add(&mut self, unit: &str, picture: &str, quantity: &str, value: Option<f64>) {
        self.table.push([unit.to_owned(), picture.to_owned(), quantity.to_owned(), number_or_empty(value)]);
    }

    fn dropped(&mut self, dropped: Dropped) {
        self.add("", "", "dropped_without_answer", Some(dropped.without_answer as f64));
        self.add("", "", "dropped_without_bubble", Some(dropped.without_bubble as f64));
        self.add("", "", "dropped_without_variance", Some(dropped.without_variance as f64));
    }

    fn naive(&mut self, naive: &GroupMap, frame: &Frame) {
        let z = naive.z_in_region(frame);
        let threshold = field(frame).peak_threshold(0.05);
        self.add("task", "", "naive_mean_z", Some(mean(&z)));
        self.add("task", "", "naive_share_above_random_field", Some(share(&z, |z| z > threshold)));
        self.add("task", "", "naive_reliability_observers", over_observers(&[&naive.observers], &frame.region));
    }

    fn reliability_observers(&mut self, unit: &str, reliability: Option<f64>, observers: usize) {
        self.add(unit, "", "reliability_observers", reliability);
        let half = reliability.filter(|r| *r > 0.0).map(|r| observers as f64 * (1.0 - r) / r);
        self.add(unit, "", "observers_for_reliability_half", half);
    }
}

/// The files of `human/`.
struct Output<'a> {
    run: &'a Run<'a>,
    scratch: &'a Scratch,
    index: Table,
    summary: Summary,
    bubble_sd: f64,
    smoothing_sd: f64,
    simulated: bool,
}

impl<'a> Output<'a> {
    fn new(run: &'a Run<'a>, trials: &Trials, stimuli: &Stimuli, scratch: &'a Scratch) -> Output<'a> {
        Output {
            run,
            scratch,
            index: Table::new(&[
                "file",
                "unit",
                "picture",
                "observer",
                "kind",
                "trials",
                "bubble_sd",
                "smoothing_sd",
                "blur_sd",
                "coordinates",
                "simulated",
            ]),
            summary: Summary { table: Table::new(&["unit", "picture", "quantity", "value"]) },
            bubble_sd: stimuli.setting.bubble_sd,
            smoothing_sd: stimuli.setting.smoothing_sd,
            simulated: trials.simulated,
        }
    }

    fn region(&self, frame: &Frame) -> Result<()> {
        let region = Map::new(frame.region.mapv(|inside| f32::from(u8::from(inside))))?;
        self.scratch.write("human/region.npy", &region.to_npy())
    }

    fn statistics(
        &mut self,
        unit: Unit,
        picture: Option<&str>,
        group: &GroupMap,
        responses: &[Responses],
        trials: &Trials,
        frame: &Frame,
    ) -> Result<()> {
        let settings = &self.run.experiment.file.classification;
        let seed = Seed(self.run.experiment.file.seed).derive(picture.unwrap_or("task"), 0);
        if unit == Unit::Task {
            self.run.progress.begin("permutations", settings.permutations);
        }
        let step = || {
            if unit == Unit::Task {
                self.run.progress.step()
            }
        };
        let null = permute(&trials.rows, responses, frame, group, settings.permutations, seed, step);
        let z = group.z_in_region(frame);
        let random_field = field(frame).peak_threshold(settings.alpha);
        let permutation = null.threshold(settings.alpha).unwrap_or(f64::INFINITY);
        let peak = group
            .z
            .indexed_iter()
            .filter(|(at, _)| frame.region[*at])
            .fold(((0, 0), f64::MIN), |best, (at, z)| if *z > best.1 { (at, *z) } else { best });
        let values = [
            ("trials", group.trials() as f64),
            ("observers", group.observers.len() as f64),
            ("region_px", z.len() as f64),
            ("mean_z", mean(&z)),
            ("maximum_z", peak.1),
            ("maximum_row", peak.0.0 as f64),
            ("maximum_column", peak.0.1 as f64),
            ("p_maximum", null.probability(peak.1)),
            ("permutations", settings.permutations as f64),
            ("alpha", settings.alpha),
            ("threshold_permutation", permutation),
            ("threshold_random_field", random_field),
            ("share_above_permutation", share(&z, |z| z > permutation)),
            ("share_above_random_field", share(&z, |z| z > random_field)),
            ("share_below_random_field", share(&z, |z| z < -random_field)),
        ];
        for (quantity, value) in values {
            self.summary.add(unit.name(), picture.unwrap_or(""), quantity, Some(value));
        }
        Ok(())
    }

    fn group(&mut self, unit: Unit, picture: Option<&str>, group: &GroupMap) -> Result<()> {
        for observer in &group.observers {
            self.map(unit, picture, &observer.observer, "unsmoothed", observer.trials, &observer.unsmoothed)?;
            self.map(unit, picture, &observer.observer, "smoothed", observer.trials, &observer.smoothed)?;
        }
        for (kind, map) in [("unsmoothed", &group.unsmoothed), ("smoothed", &group.smoothed), ("z", &group.z)] {
            self.map(unit, picture, "", kind, group.trials(), map)?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        unit: Unit,
        picture: Option<&str>,
        observer: &str,
        kind: &str,
        trials: usize,
        map: &ndarray::Array2<f64>,
    ) -> Result<()> {
        let whose = if observer.is_empty() { "group" } else { "observer" };
        let file = format!("{}-{whose}-{:05}-{kind}.npy", unit.name(), self.index.rows.len() + 1);
        self.scratch.write(&format!("human/{file}"), &Map::from_f64(map)?.to_npy())?;
        let smoothing_sd = if kind == "unsmoothed" { 0.0 } else { self.smoothing_sd };
        self.index.push([
            file,
            unit.name().to_owned(),
            picture.unwrap_or("").to_owned(),
            observer.to_owned(),
            kind.to_owned(),
            trials.to_string(),
            number(self.bubble_sd),
            number(smoothing_sd),
            number(self.bubble_sd.hypot(smoothing_sd)),
            self.run.experiment.file.coordinates.name().to_owned(),
            self.simulated.to_string(),
        ]);
        Ok(())
    }

    fn observers(&self, trials: &Trials) -> Result<()> {
        let mut table =
            Table::new(&["observer", "trials", "accuracy", "mean_bubbles", "median_response_time_ms", "simulated"]);
        let mut seen = HashSet::new();
        for first in &trials.rows {
            if !seen.insert(first.observer.as_str()) {
                continue;
            }
            let own: Vec<&Trial> = trials.rows.iter().filter(|trial| trial.observer == first.observer).collect();
            let answers: Vec<f64> =
                own.iter().filter_map(|trial| trial.correct).map(|c| f64::from(u8::from(c))).collect();
            let bubbles: Vec<f64> = own.iter().map(|trial| trial.centres.len() as f64).collect();
            let times: Vec<f64> = own.iter().filter_map(|trial| trial.response_time).collect();
            table.push([
                first.observer.clone(),
                own.len().to_string(),
                number(mean(&answers)),
                number(mean(&bubbles)),
                number_or_empty(crate::stats::quantile::median(&times)),
                trials.simulated.to_string(),
            ]);
        }
        self.scratch.write("human/observers.csv", &table.to_csv()?)
    }

    fn finish(&self) -> Result<()> {
        self.scratch.write("human/index.csv", &self.index.to_csv()?)?;
        self.scratch.write("human/summary.csv", &self.summary.table.to_csv()?)
    }
}

fn field(frame: &Frame) -> Field {
    let area = frame.region.iter().filter(|inside| **inside).count() as f64;
    Field { area, width: full_width_at_half_maximum(frame.smoothing_sd) }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn share(values: &[f64], passes: impl Fn(f64) -> bool) -> f64 {
    values.iter().filter(|value| passes(**value)).count() as f64 / values.len().max(1) as f64
}
