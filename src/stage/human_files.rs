//! The files of `human/`: maps with their index, and the tables of statistics and of observers.

use std::collections::HashSet;

use ndarray::Array2;

use super::Run;
use super::frames::Band;
use super::inference::Tests;
use super::pictures::Stimuli;
use crate::error::{Error, Result};
use crate::experiment::{Classification, Outline, Unit};
use crate::human::{
    Dropped, Estimate, Estimator, Frame, Group, GroupMap, Information, MaximumNull, Response, over_observers,
};
use crate::map::Map;
use crate::results::Scratch;
use crate::stats::quantile::median;
use crate::stats::random_field::{Field, full_width_at_half_maximum};
use crate::table::{Table, number, number_or_empty};
use crate::trials::{Trial, Trials};

/// `human/summary.csv`.
pub(super) struct Summary {
    table: Table,
    band: String,
    condition: String,
}

impl Summary {
    pub(super) fn add(&mut self, unit: &str, picture: &str, quantity: &str, value: Option<f64>) {
        self.table.push([
            unit.to_owned(),
            picture.to_owned(),
            quantity.to_owned(),
            number_or_empty(value),
            self.band.clone(),
            self.condition.clone(),
        ]);
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

    pub(super) fn naive(&mut self, naive: &GroupMap, frame: &Frame, settings: &Classification) {
        let z = naive.z_in_region(frame);
        let threshold = field(frame, &frame.region, settings.tests.outline).peak_threshold(settings.alpha);
        self.add("task", "", "naive_mean_z", Some(mean(&z)));
        self.add("task", "", "naive_share_above_random_field", Some(share(&z, |z| z > threshold)));
        self.add("task", "", "naive_reliability_observers", over_observers(&[&naive.observers], &frame.region));
    }
}

/// Columns of `human/index.csv`.
pub(super) const INDEX: [&str; 13] = [
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
    "band",
    "condition",
];

/// The files of `human/`.
pub(super) struct Output<'a> {
    run: &'a Run<'a>,
    scratch: &'a Scratch,
    index: Table,
    pub(super) summary: Summary,
    pub(super) tests: Tests<'a>,
    information: Table,
    bubble_sd: f64,
    simulated: bool,
    /// True if every map is zero everywhere.
    zero: bool,
}

/// Columns of `human/information.csv`; the group's rows have no observer.
const INFORMATION: [&str; 8] = [
    "observer",
    "reference",
    "norm",
    "reference_median",
    "reference_deviation",
    "information_value",
    "condition",
    "simulated",
];

impl<'a> Output<'a> {
    pub(super) fn new(run: &'a Run<'a>, simulated: bool, scratch: &'a Scratch) -> Output<'a> {
        let summary = Table::new(&["unit", "picture", "quantity", "value", "band", "condition"]);
        Output {
            run,
            scratch,
            index: Table::new(&INDEX),
            summary: Summary { table: summary, band: String::new(), condition: String::new() },
            tests: Tests::new(run, scratch, simulated),
            information: Table::new(&INFORMATION),
            bubble_sd: 0.0,
            simulated,
            zero: true,
        }
    }

    /// What comes next is of this band, and of trials of this condition.
    pub(super) fn scope(&mut self, band: &Band, condition: &str) {
        self.bubble_sd = band.bubble_sd;
        self.summary.band = band.number.map_or(String::new(), |number| number.to_string());
        self.summary.condition = condition.to_owned();
        self.tests.scope(&self.summary.band, condition);
    }

    /// The band and condition in words, with a colon; empty for the whole of the only band.
    pub(super) fn named(&self) -> String {
        let band = (!self.summary.band.is_empty()).then(|| format!("band {}", self.summary.band));
        let condition = (!self.summary.condition.is_empty()).then(|| self.summary.condition.clone());
        let parts: Vec<String> = band.into_iter().chain(condition).collect();
        if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(", ")) }
    }

    /// Whether what comes next is of all trials.
    pub(super) fn is_of_all(&self) -> bool {
        self.summary.condition.is_empty()
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
        null: Option<&MaximumNull>,
        frame: &Frame,
    ) -> Result<()> {
        let settings = &self.run.experiment.file.classification;
        let z = group.z_in_region(frame);
        // A map over its variance between observers is no Gaussian field.
        let random = Group::named(&settings.group).is_some_and(|group| group.random);
        let random_field =
            (!random).then(|| field(frame, &frame.region, settings.tests.outline).peak_threshold(settings.alpha));
        let permutation = null.and_then(|null| null.threshold(settings.alpha));
        let peak = group
            .z
            .indexed_iter()
            .filter(|(at, _)| frame.region[*at])
            .fold(((0, 0), f64::MIN), |best, (at, z)| if *z > best.1 { (at, *z) } else { best });
        let some = |value: f64| Some(value);
        let values = [
            ("trials", some(group.trials() as f64)),
            ("observers", some(group.observers.len() as f64)),
            ("region_px", some(z.len() as f64)),
            ("mean_z", some(mean(&z))),
            ("maximum_z", some(peak.1)),
            ("maximum_row", some(peak.0.0 as f64)),
            ("maximum_column", some(peak.0.1 as f64)),
            ("p_maximum", null.map(|null| null.probability(peak.1))),
            ("permutations", null.map(|null| null.maxima.len() as f64)),
            ("alpha", some(settings.alpha)),
            ("threshold_permutation", permutation),
            ("threshold_random_field", random_field),
            ("share_above_permutation", permutation.map(|permutation| share(&z, |z| z > permutation))),
            ("share_above_random_field", random_field.map(|field| share(&z, |z| z > field))),
            ("share_below_random_field", random_field.map(|field| share(&z, |z| z < -field))),
        ];
        for (quantity, value) in values {
            self.summary.add(unit.name(), picture.unwrap_or(""), quantity, value);
        }
        Ok(())
    }

    /// Information values of images of noise, by observer; the group's stand in the summary too.
    pub(super) fn information(&mut self, found: &[(String, Vec<Information>)]) {
        for (observer, values) in found {
            for one in values {
                if observer.is_empty() {
                    let quantity = format!("information_value_{}", one.reference);
                    self.summary.add("task", "", &quantity, one.value);
                }
                self.information.push([
                    observer.clone(),
                    one.reference.to_owned(),
                    number(one.norm),
                    number(one.median),
                    number(one.deviation),
                    number_or_empty(one.value),
                    self.summary.condition.clone(),
                    self.simulated.to_string(),
                ]);
            }
        }
    }

    /// Every observer's maps and the group's. The map of an estimator that is not linear takes the place of the smoothed
    /// weighted sum, which then stands beside it.
    pub(super) fn group(
        &mut self,
        unit: Unit,
        picture: Option<&str>,
        group: &GroupMap,
        estimates: Option<&(Estimate, Vec<Option<Estimate>>)>,
        frame: &Frame,
        estimator: &Estimator,
    ) -> Result<()> {
        let sharp = Frame { smoothing_sd: 0.0, ..frame.clone() }.smoothness_sd();
        let smooth = frame.smoothness_sd();
        let own = if estimator.smoothed { smooth } else { 0.0 };
        for (at, one) in group.observers.iter().enumerate() {
            let z = one.z(&frame.region);
            let estimate = estimates.map(|(_, each)| each.get(at).and_then(Option::as_ref));
            let mut maps = vec![("unsmoothed", &one.unsmoothed, sharp), ("z", &z, smooth)];
            match estimate {
                None => maps.insert(1, ("smoothed", &one.smoothed, smooth)),
                Some(estimate) => {
                    maps.push(("weighted_sum", &one.smoothed, smooth));
                    maps.extend(estimate.map(|estimate| ("smoothed", &estimate.map, own)));
                }
            }
            for (kind, map, sd) in maps {
                self.map((unit, picture, &one.observer, kind), one.trials, map, sd)?;
            }
        }
        let mut maps = vec![("unsmoothed", &group.unsmoothed, sharp), ("z", &group.z, smooth)];
        match estimates {
            None => maps.insert(1, ("smoothed", &group.smoothed, smooth)),
            Some((whole, each)) => {
                maps.extend([("weighted_sum", &group.smoothed, smooth), ("smoothed", &whole.map, own)]);
                let without = each.iter().filter(|one| one.is_none()).count();
                let unit = unit.name();
                self.summary.add(unit, picture.unwrap_or(""), "observers_without_estimate", Some(without as f64));
                for (quantity, value) in &whole.quantities {
                    self.summary.add(unit, picture.unwrap_or(""), quantity, Some(*value));
                }
            }
        }
        for (kind, map, sd) in maps {
            self.map((unit, picture, "", kind), group.trials(), map, sd)?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        (unit, picture, observer, kind): (Unit, Option<&str>, &str, &str),
        trials: usize,
        map: &Array2<f64>,
        smoothing_sd: f64,
    ) -> Result<()> {
        self.zero &= map.iter().all(|value| *value == 0.0);
        let whose = if observer.is_empty() { "group" } else { "observer" };
        let file = format!("{}-{whose}-{:05}-{kind}.npy", unit.name(), self.index.rows.len() + 1);
        self.scratch.write(&format!("human/{file}"), &Map::from_f64(map)?.to_npy())?;
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
            self.summary.band.clone(),
            self.summary.condition.clone(),
        ]);
        Ok(())
    }

    pub(super) fn observers(&self, trials: &Trials) -> Result<()> {
        let mut table = Table::new(&[
            "observer",
            "trials",
            "accuracy",
            "mean_bubbles",
            "median_response_time_ms",
            "simulated",
            "answers",
        ]);
        let settings = &self.run.experiment.file.classification;
        let response = Response::named(&settings.response, settings.signed);
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
                number_or_empty((!answers.is_empty()).then(|| mean(&answers))),
                number(mean(&bubbles)),
                number_or_empty(median(&times)),
                trials.simulated.to_string(),
                own.iter().filter(|trial| response.value(trial).is_some()).count().to_string(),
            ]);
        }
        self.scratch.write("human/observers.csv", &table.to_csv()?)
    }

    pub(super) fn finish(&self) -> Result<()> {
        if self.zero && !self.index.rows.is_empty() {
            return Err(Error::invalid(format!("all {} maps are zero everywhere", self.index.rows.len()))
                .at(self.run.results.path("trials.parquet").display())
                .hint("compare the responses of the trials with what was shown: they say nothing of any pixel"));
        }
        self.scratch.write("human/index.csv", &self.index.to_csv()?)?;
        self.tests.finish()?;
        if !self.information.rows.is_empty() {
            self.scratch.write("human/information.csv", &self.information.to_csv()?)?;
        }
        self.scratch.write("human/summary.csv", &self.summary.table.to_csv()?)
    }
}

/// What random field theory knows of a map over a region, which is that of the frame or a part of it.
pub(super) fn field(frame: &Frame, region: &Array2<bool>, outline: Outline) -> Field {
    let width = full_width_at_half_maximum(frame.smoothness_sd());
    match outline {
        // An axis of frequency has no outline.
        Outline::Region if region.nrows() > 1 => Field::of(region, width),
        _ => Field::over(region, width),
    }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

pub(super) fn share(values: &[f64], passes: impl Fn(f64) -> bool) -> f64 {
    values.iter().filter(|value| passes(**value)).count() as f64 / values.len().max(1) as f64
}
