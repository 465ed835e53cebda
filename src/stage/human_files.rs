//! The files of `human/`: maps with their index, and the tables of statistics and of observers.

use std::collections::HashSet;

use ndarray::Array2;

use super::Run;
use super::pictures::Stimuli;
use crate::error::Result;
use crate::experiment::Unit;
use crate::human::{Dropped, Frame, GroupMap, Responses, over_observers, permute};
use crate::map::Map;
use crate::results::Scratch;
use crate::seed::Seed;
use crate::stats::quantile::median;
use crate::stats::random_field::{Field, full_width_at_half_maximum};
use crate::table::{Table, number, number_or_empty};
use crate::trials::{Trial, Trials};

/// `human/summary.csv`.
pub(super) struct Summary {
    table: Table,
}

impl Summary {
    pub(super) fn add(&mut self, unit: &str, picture: &str, quantity: &str, value: Option<f64>) {
        self.table.push([unit.to_owned(), picture.to_owned(), quantity.to_owned(), number_or_empty(value)]);
    }

    pub(super) fn dropped(&mut self, dropped: Dropped) {
        self.add("", "", "dropped_without_answer", Some(dropped.without_answer as f64));
        self.add("", "", "dropped_without_bubble", Some(dropped.without_bubble as f64));
        self.add("", "", "dropped_without_variance", Some(dropped.without_variance as f64));
    }

    /// Pixels of the region that bubbles hardly ever show (`bubbles.floor`), which no map holds.
    pub(super) fn uncovered(&mut self, stimuli: &Stimuli) {
        let pixels = |region: &Array2<bool>| region.iter().filter(|inside| **inside).count();
        let left_out = pixels(&stimuli.region) - pixels(&stimuli.setting.region);
        self.add("", "", "pixels_below_coverage_floor", Some(left_out as f64));
    }

    pub(super) fn naive(&mut self, naive: &GroupMap, frame: &Frame) {
        let z = naive.z_in_region(frame);
        let threshold = field(frame).peak_threshold(0.05);
        self.add("task", "", "naive_mean_z", Some(mean(&z)));
        self.add("task", "", "naive_share_above_random_field", Some(share(&z, |z| z > threshold)));
        self.add("task", "", "naive_reliability_observers", over_observers(&[&naive.observers], &frame.region));
    }

    pub(super) fn reliability_observers(&mut self, unit: &str, reliability: Option<f64>, observers: usize) {
        self.add(unit, "", "reliability_observers", reliability);
        let half = reliability.filter(|r| *r > 0.0).map(|r| observers as f64 * (1.0 - r) / r);
        self.add(unit, "", "observers_for_reliability_half", half);
    }
}

/// Columns of `human/index.csv`.
pub(super) const INDEX: [&str; 11] = [
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
];

/// The files of `human/`.
pub(super) struct Output<'a> {
    run: &'a Run<'a>,
    scratch: &'a Scratch,
    index: Table,
    pub(super) summary: Summary,
    bubble_sd: f64,
    smoothing_sd: f64,
    simulated: bool,
}

impl<'a> Output<'a> {
    pub(super) fn new(run: &'a Run<'a>, trials: &Trials, stimuli: &Stimuli, scratch: &'a Scratch) -> Output<'a> {
        Output {
            run,
            scratch,
            index: Table::new(&INDEX),
            summary: Summary { table: Table::new(&["unit", "picture", "quantity", "value"]) },
            bubble_sd: stimuli.setting.bubble_sd,
            smoothing_sd: stimuli.setting.smoothing_sd,
            simulated: trials.simulated,
        }
    }

    pub(super) fn region(&self, frame: &Frame) -> Result<()> {
        let region = Map::new(frame.region.mapv(|inside| f32::from(u8::from(inside))))?;
        self.scratch.write("human/region.npy", &region.to_npy())
    }

    pub(super) fn statistics(
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

    pub(super) fn group(&mut self, unit: Unit, picture: Option<&str>, group: &GroupMap, frame: &Frame) -> Result<()> {
        for one in &group.observers {
            let z = one.z(&frame.region);
            for (kind, map) in [("unsmoothed", &one.unsmoothed), ("smoothed", &one.smoothed), ("z", &z)] {
                self.map(unit, picture, &one.observer, kind, one.trials, map)?;
            }
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
        map: &Array2<f64>,
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

    pub(super) fn observers(&self, trials: &Trials) -> Result<()> {
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
                number_or_empty(median(&times)),
                trials.simulated.to_string(),
            ]);
        }
        self.scratch.write("human/observers.csv", &table.to_csv()?)
    }

    pub(super) fn finish(&self) -> Result<()> {
        self.scratch.write("human/index.csv", &self.index.to_csv()?)?;
        self.scratch.write("human/summary.csv", &self.summary.table.to_csv()?)
    }
}

pub(super) fn field(frame: &Frame) -> Field {
    let area = frame.region.iter().filter(|inside| **inside).count() as f64;
    Field { area, width: full_width_at_half_maximum(frame.smoothing_sd) }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

pub(super) fn share(values: &[f64], passes: impl Fn(f64) -> bool) -> f64 {
    values.iter().filter(|value| passes(**value)).count() as f64 / values.len().max(1) as f64
}
