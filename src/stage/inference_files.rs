//! `human/tests.csv`, `human/clusters.csv` and `human/contrasts.csv`, and the maps they name.

use super::Run;
use crate::error::Result;
use crate::experiment::{Side, Unit};
use crate::human::Compared;
use crate::human::inference::{Inference, Verdict};
use crate::map::Map;
use crate::results::Scratch;
use crate::table::{Table, number, number_or_empty};

/// A map of one unit.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Task or picture.
    pub unit: Unit,
    /// Which picture.
    pub picture: Option<&'a str>,
    /// The contrast, or `random_effects`; empty for the classification image.
    pub map: &'a str,
}

/// One row of `tests.csv` before the verdict.
pub(super) struct Row<'a> {
    pub place: Place<'a>,
    pub inference: &'static Inference,
    pub region: &'a str,
    pub pixels: usize,
    pub side: Side,
    pub direction: &'static str,
}

/// The tables while they are filled.
pub(super) struct TestFiles<'a> {
    run: &'a Run<'a>,
    scratch: &'a Scratch,
    tests: Table,
    clusters: Table,
    contrasts: Table,
    simulated: bool,
    /// Band and condition of what comes next.
    scope: [String; 2],
}

impl<'a> TestFiles<'a> {
    pub(super) fn new(run: &'a Run<'a>, scratch: &'a Scratch, simulated: bool) -> TestFiles<'a> {
        TestFiles {
            run,
            scratch,
            tests: Table::new(&[
                "unit",
                "picture",
                "map",
                "test",
                "region",
                "region_px",
                "side",
                "direction",
                "measure",
                "statistic",
                "threshold",
                "p",
                "significant_px",
                "share_significant",
                "permutations",
                "file",
                "reason",
                "simulated",
                "band",
                "condition",
            ]),
            clusters: Table::new(&[
                "unit",
                "picture",
                "map",
                "test",
                "region",
                "side",
                "direction",
                "cluster",
                "size_px",
                "mass",
                "peak_z",
                "peak_row",
                "peak_column",
                "p",
                "simulated",
                "band",
                "condition",
            ]),
            contrasts: Table::new(&[
                "unit",
                "picture",
                "contrast",
                "exchanged",
                "observers",
                "trials",
                "file",
                "reason",
                "simulated",
                "band",
                "condition",
            ]),
            simulated,
            scope: [String::new(), String::new()],
        }
    }

    /// What comes next is of this band, and of trials of this condition.
    /// Whether what comes next is of all trials.
    pub(super) fn is_of_all(&self) -> bool {
        self.scope[1].is_empty()
    }

    pub(super) fn scope(&mut self, band: &str, condition: &str) {
        self.scope = [band.to_owned(), condition.to_owned()];
    }

    /// A comparison, or why there is none.
    pub(super) fn contrast(&mut self, place: &Place, found: std::result::Result<&Compared, String>) -> Result<()> {
        let mut file = String::new();
        if let Ok(found) = &found {
            file = format!("contrast-{:05}-{}.npy", self.contrasts.rows.len() + 1, place.map);
            self.scratch.write(&format!("human/{file}"), &Map::from_f64(&found.tested.z)?.to_npy())?;
        }
        let (exchanged, observers, trials, reason) = match found {
            Ok(found) => (found.exchanged, found.observers, found.tested.trials(), String::new()),
            Err(reason) => ("", 0, 0, reason),
        };
        self.contrasts.push([
            place.unit.name().to_owned(),
            place.picture.unwrap_or("").to_owned(),
            place.map.to_owned(),
            exchanged.to_owned(),
            observers.to_string(),
            trials.to_string(),
            file,
            reason,
            self.simulated.to_string(),
            self.scope[0].clone(),
            self.scope[1].clone(),
        ]);
        Ok(())
    }

    pub(super) fn verdict(&mut self, row: &Row, verdict: std::result::Result<Verdict, String>) -> Result<()> {
        let place = &row.place;
        let begin = [
            place.unit.name().to_owned(),
            place.picture.unwrap_or("").to_owned(),
            place.map.to_owned(),
            row.inference.name.to_owned(),
            row.region.to_owned(),
        ];
        let direction = [row.side.name().to_owned(), row.direction.to_owned()];
        let permutations = self.run.experiment.file.classification.permutations.to_string();
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(reason) => {
                let pixels = [row.pixels.to_string()];
                let nothing = std::iter::repeat_n(String::new(), 6);
                let end = [permutations, String::new(), reason, self.simulated.to_string()];
                self.tests.push(
                    begin
                        .into_iter()
                        .chain(pixels)
                        .chain(direction)
                        .chain(nothing)
                        .chain(end)
                        .chain(self.scope.clone())
                        .collect::<Vec<_>>(),
                );
                return Ok(());
            }
        };
        let significant = verdict.significant.iter().filter(|inside| **inside).count();
        let mut file = String::new();
        if significant > 0 {
            file = format!("significant-{:05}.npy", self.tests.rows.len() + 1);
            let map = Map::new(verdict.significant.mapv(|inside| f32::from(u8::from(inside))))?;
            self.scratch.write(&format!("human/{file}"), &map.to_npy())?;
        }
        for (at, (cluster, p)) in verdict.clusters.iter().enumerate() {
            let numbers = [
                (at + 1).to_string(),
                cluster.size.to_string(),
                number(cluster.mass),
                number(cluster.peak),
                cluster.at.0.to_string(),
                cluster.at.1.to_string(),
                number(*p),
                self.simulated.to_string(),
            ];
            self.clusters.push(
                begin
                    .iter()
                    .cloned()
                    .chain(direction.clone())
                    .chain(numbers)
                    .chain(self.scope.clone())
                    .collect::<Vec<_>>(),
            );
        }
        let share = significant as f64 / row.pixels.max(1) as f64;
        if place.unit == Unit::Task && row.region == "all" && self.is_of_all() {
            self.note(row, &verdict, share);
        }
        let numbers = [
            row.pixels.to_string(),
            direction[0].clone(),
            direction[1].clone(),
            verdict.unit.to_owned(),
            number(verdict.statistic),
            number_or_empty(verdict.threshold),
            number(verdict.p),
            significant.to_string(),
            number(share),
            permutations,
            file,
            String::new(),
            self.simulated.to_string(),
        ];
        self.tests.push(begin.into_iter().chain(numbers).chain(self.scope.clone()).collect::<Vec<_>>());
        Ok(())
    }

    /// One line a test, so that they can be compared.
    fn note(&self, row: &Row, verdict: &Verdict, share: f64) {
        let map = if row.place.map.is_empty() { "map" } else { row.place.map };
        let threshold = verdict.threshold.map_or("none".to_owned(), |threshold| format!("{threshold:.2}"));
        self.run.progress.note(&format!(
            "{map}: {} ({}, {}): largest {:.2} {}, threshold {threshold}, p {:.2e}, {:.1} % of the region",
            row.inference.name,
            row.side.name(),
            row.direction,
            verdict.statistic,
            verdict.unit,
            verdict.p,
            100.0 * share
        ));
    }

    pub(super) fn finish(&self) -> Result<()> {
        self.scratch.write("human/tests.csv", &self.tests.to_csv()?)?;
        self.scratch.write("human/clusters.csv", &self.clusters.to_csv()?)?;
        if self.contrasts.rows.is_empty() {
            return Ok(());
        }
        self.scratch.write("human/contrasts.csv", &self.contrasts.to_csv()?)
    }
}
