//! What is significant in every map, by every test that is asked for, and in every comparison of maps.

use ndarray::Array2;

use super::Run;
use super::human_files::field;
use super::inference_files::{Place, Row, TestFiles};
use super::making::Making;
use crate::error::{Error, Result};
use crate::experiment::{Contrast, Exchange, Nuisance, Side, Unit, matches};
use crate::human::inference::{Inference, Needs, Question, Scales, Settings, Smoothness, either};
use crate::human::permutation::{Extreme, Extremes, Wanted};
use crate::human::{Frame, GROUPS, GroupMap, MaximumNull, Responses, Shown, Sides, Tested, classify, contrast};
use crate::results::Scratch;
use crate::seed::Seed;
use crate::stats::cluster::Connectivity;
use crate::stats::random_field::full_width_at_half_maximum;
use crate::stats::tfce::Exponents;
use crate::trials::Trial;

/// Ratio of neighbouring widths in the search over scales.
const SCALE_STEP: f64 = 1.25;

/// Every test of every map.
pub(super) struct Tests<'a> {
    run: &'a Run<'a>,
    inferences: Vec<&'static Inference>,
    settings: Settings,
    /// The whole region and its named parts.
    regions: Vec<(String, Array2<bool>)>,
    files: TestFiles<'a>,
}

impl<'a> Tests<'a> {
    pub(super) fn new(run: &'a Run<'a>, scratch: &'a Scratch, simulated: bool) -> Tests<'a> {
        let settings = &run.experiment.file.classification;
        Tests {
            run,
            inferences: settings.tests.names.iter().filter_map(|name| Inference::named(name)).collect(),
            settings: Settings {
                alpha: settings.alpha,
                cluster_threshold: settings.tests.cluster_threshold,
                connectivity: if settings.tests.connectivity == 4 { Connectivity::Four } else { Connectivity::Eight },
                exponents: Exponents { extent: settings.tests.tfce_extent, height: settings.tests.tfce_height },
            },
            regions: Vec::new(),
            files: TestFiles::new(run, scratch, simulated),
        }
    }

    /// What comes next is of this band, and of trials of this condition.
    pub(super) fn scope(&mut self, band: &str, condition: &str) {
        self.files.scope(band, condition);
        self.regions.clear();
    }

    /// The whole region of a frame, and its named parts where the frame is the plane of the picture.
    fn read_regions(&mut self, frame: &Frame) -> Result<()> {
        self.regions = vec![("all".to_owned(), frame.region.clone())];
        let parts = &self.run.experiment.file.classification.regions;
        for (name, part) in parts.iter().filter(|_| frame.region.nrows() > 1) {
            let region = self.run.experiment.part(name, part, &frame.region)?;
            let pixels = region.iter().filter(|inside| **inside).count();
            let resel = full_width_at_half_maximum(frame.smoothness_sd()).powi(2);
            if (pixels as f64) < resel {
                self.run.progress.warn(&format!(
                    "the region {name} has {pixels} px, less than one resel ({resel:.0} px): its tests speak of one place, and those of \
                     clusters by random fields say nothing"
                ));
            }
            self.regions.push((name.clone(), region));
        }
        Ok(())
    }

    /// Tests the map of a unit, and what is compared in it; gives the null distribution of the map's largest z, of
    /// Student's t in groups of random effects.
    pub(super) fn unit(
        &mut self,
        making: &Making,
        (unit, picture): (Unit, Option<&str>),
        (trials, responses): (&[Trial], &[Responses]),
        (group, frame): (&GroupMap, &Frame),
        seed: Seed,
    ) -> Result<MaximumNull> {
        if self.regions.is_empty() {
            self.read_regions(frame)?;
        }
        let settings = &self.run.experiment.file.classification;
        let place = |map| Place { unit, picture, map };
        let random = making.group.random;
        let tested = match random {
            true => Tested::random_effects(trials, responses, frame, group, true),
            false => Tested::answers(trials, responses, frame, group, settings.tests.exchange),
        };
        let scales = self.scales(trials, responses, frame, &tested);
        let null = self.map(place(""), &tested, (trials, frame), &scales, seed)?;
        if settings.tests.random_effects && !random {
            let weighted = making.group.name != GROUPS[0].name;
            let tested = Tested::random_effects(trials, responses, frame, group, weighted);
            self.map(place("random_effects"), &tested, (trials, frame), &[], seed.derive("random_effects", 0))?;
        }
        for one in &settings.contrasts {
            self.contrast(making, place(&one.name), one, (trials, responses), frame, seed)?;
        }
        let observers = group.observers.len() as f64;
        let unit = |z: f64| if random { z * ((observers - 1.0) / (observers - z * z).max(1e-9)).sqrt() } else { z };
        Ok(MaximumNull {
            maxima: null.iter().map(|[up, _]| unit(up.z)).collect(),
            minima: null.iter().map(|[_, down]| unit(-down.z)).collect(),
        })
    }

    fn contrast(
        &mut self,
        making: &Making,
        place: Place,
        one: &Contrast,
        (trials, responses): (&[Trial], &[Responses]),
        frame: &Frame,
        seed: Seed,
    ) -> Result<()> {
        let settings = &self.run.experiment.file.classification;
        let of = |trial: &Trial| -> Option<bool> {
            let value = making.value(trial, &one.column)?;
            let among = |values: &[String]| values.iter().any(|pattern| matches(pattern, &value));
            if among(&one.plus) { Some(true) } else { among(&one.minus).then_some(false) }
        };
        let sides = Sides {
            of: &of,
            paired: one.paired,
            exchange: if one.column == "block" { Exchange::Observer } else { settings.tests.exchange },
            count: settings.nuisances.contains(&Nuisance::BubbleCount),
        };
        match contrast(trials, responses, frame, &sides) {
            Ok(found) => {
                self.files.contrast(&place, Ok(&found))?;
                self.map(place, &found.tested, (trials, frame), &[], seed.derive(&one.name, 0)).map(|_| ())
            }
            Err(reason) if place.unit == Unit::Task && self.files.is_of_all() => {
                let (reason, hint) = match trials.iter().any(|trial| making.value(trial, &one.column).is_some()) {
                    true => (reason, format!("compare its values with the column {} of the trials", one.column)),
                    false => (
                        format!("no trial has the column {}", one.column),
                        "name class, picture, block, observer, response, or a column of import.carry".to_owned(),
                    ),
                };
                let what = format!("the contrast {} cannot be made: {reason}", one.name);
                Err(Error::invalid(what).at(self.run.experiment.field("classification.contrasts")).hint(hint))
            }
            Err(reason) => self.files.contrast(&place, Err(reason)),
        }
    }

    /// The map at several widths in both directions, where a test asks for it.
    fn scales(&self, trials: &[Trial], responses: &[Responses], frame: &Frame, tested: &Tested) -> Vec<Scales> {
        if !self.needs(Needs::Scales) || !matches!(frame.shown, Shown::Centres) || frame.region.nrows() == 1 {
            return Vec::new();
        }
        let [narrow, wide] =
            self.run.experiment.file.classification.tests.scales.map(|times| times * frame.smoothing_sd);
        let steps = ((wide / narrow).ln() / SCALE_STEP.ln()).ceil().max(0.0) as i32;
        let sd = |step: i32| narrow * (wide / narrow).powf(f64::from(step) / f64::from(steps.max(1)));
        let at = |sd: f64| classify(trials, responses, &Frame { smoothing_sd: sd, ..frame.clone() }).z;
        let maps: Vec<Array2<f64>> = (0..=steps).map(|step| at(sd(step))).collect();
        let area = frame.region.iter().filter(|inside| **inside).count() as f64;
        let widths = [narrow, wide].map(full_width_at_half_maximum);
        let largest = |sign: f64| {
            let mut most = maps[0].mapv(|z| sign * z);
            maps[1..].iter().for_each(|map| most.zip_mut_with(map, |most, z| *most = most.max(sign * z)));
            let cumulants = tested.cumulants(sign, tested.bubbles as f64 * widths[0].powi(2) / area);
            Scales { largest: most, widths, cumulants }
        };
        vec![largest(1.0), largest(-1.0)]
    }

    fn needs(&self, what: Needs) -> bool {
        self.inferences.iter().any(|inference| inference.needs == what)
    }

    /// Every test of one map in every region; gives the extremes of the permutations in the whole region.
    fn map(
        &mut self,
        place: Place,
        tested: &Tested,
        (trials, frame): (&[Trial], &Frame),
        scales: &[Scales],
        seed: Seed,
    ) -> Result<Extremes> {
        let file = &self.run.experiment.file;
        let settings = &file.classification;
        let chosen = Settings { cluster_threshold: tested.height(self.settings.cluster_threshold), ..self.settings };
        let wanted = Wanted {
            clusters: self.needs(Needs::Clusters).then_some((chosen.cluster_threshold, chosen.connectivity)),
            enhanced: self.needs(Needs::Enhancement).then_some((self.settings.connectivity, self.settings.exponents)),
            norm: self.needs(Needs::Norm),
        };
        let named =
            if place.map.is_empty() { "permutations".to_owned() } else { format!("permutations, {}", place.map) };
        if place.unit == Unit::Task {
            self.run.progress.begin(&named, settings.permutations);
        }
        let step = |done: usize| {
            if place.unit == Unit::Task {
                (0..done).for_each(|_| self.run.progress.step())
            }
        };
        let regions = self.regions.clone();
        let searched: Vec<&Array2<bool>> = regions.iter().map(|(_, region)| region).collect();
        let extremes = tested.extremes(trials, frame, &searched, wanted, (settings.permutations, seed), step);
        let area = frame.region.iter().filter(|inside| **inside).count() as f64;
        let width = full_width_at_half_maximum(frame.smoothness_sd());
        let below = tested.z.mapv(|z| -z);
        for ((name, region), extremes) in regions.iter().zip(&extremes) {
            let pixels = region.iter().filter(|inside| **inside).count();
            let field = field(frame, region, settings.tests.outline);
            let smoothness = [1.0, -1.0].map(|sign| {
                let cumulants = tested.cumulants(sign, tested.bubbles as f64 * width.powi(2) / area);
                Smoothness { field, cumulants }
            });
            let both = either(extremes);
            for &side in &settings.tests.sides {
                let directions: &[usize] = match side {
                    Side::Upper => &[0],
                    Side::Lower => &[1],
                    Side::Both => &[0, 1],
                };
                for &down in directions {
                    let own: Vec<Extreme> = extremes.iter().map(|pair| pair[down]).collect();
                    let question = Question {
                        z: if down == 0 { &tested.z } else { &below },
                        region,
                        null: if side == Side::Both { &both } else { &own },
                        tails: if side == Side::Both { 2.0 } else { 1.0 },
                        settings: chosen,
                        smoothness: tested.gaussian.then_some(&smoothness[down]),
                        scales: scales.get(down),
                    };
                    for inference in self.inferences.clone() {
                        let direction = if down == 0 { "above" } else { "below" };
                        let row = Row { place, inference, region: name, pixels, side, direction };
                        let verdict = (inference.judge)(&question);
                        self.files.verdict(&row, verdict)?;
                    }
                }
            }
        }
        Ok(extremes.into_iter().next().unwrap_or_default())
    }

    pub(super) fn finish(&self) -> Result<()> {
        self.files.finish()
    }
}
