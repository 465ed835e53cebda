//! `scores.csv` and `scores.parquet`: agreement of every model and method with people, beside ceilings and baselines;
//! `scores_blur.csv` for other blurs, where a sweep is asked for; `missing_maps.csv`.

use std::collections::BTreeMap;

use ndarray::Array2;

use super::pictures::Stimuli;
use super::{Done, Run, attribute, human_maps, not_ready};
use crate::error::Result;
use crate::experiment::{Coordinates, Listed};
use crate::results::{Key, hash_file};
use crate::score::{Folders, METRICS, Metric, Null, Options, numeric_columns, score_folders};
use crate::seed::Seed;

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["scores.csv", "scores.parquet", "missing_maps.csv", "scores_blur.csv"];

/// Makes `scores.csv` and `scores.parquet`.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let (stage, human_key) = human_maps::of_people(run, &stimuli)?;
    if !run.results.is_finished(stage, &human_key) {
        return Err(not_ready(run, stage));
    }
    let key = key(run, &stimuli)?;
    if run.results.is_finished("score", &key) {
        return Ok(Done::UpToDate);
    }
    if !attribute::is_finished(run, &stimuli)? {
        return Err(not_ready(run, "attribute"));
    }
    let scratch = run.begin("score", &key, OWNED)?;
    let settings = &run.experiment.file.score;
    let metrics: Vec<&Metric> =
        METRICS.iter().filter(|metric| settings.metrics.iter().any(|name| name == metric.name)).collect();
    let indexes = run.experiment.file.map_indexes().into_iter().chain(run.experiment.file.counterpart_indexes());
    let folders = Folders {
        human: run.results.path("human"),
        model: indexes.map(|index| run.results.path(&index)).collect(),
        pictures: grey(run, &stimuli),
    };
    let seed = Seed(run.experiment.file.seed).derive("score", 0);
    let options = Options {
        null: Null::of_pictures(&settings.null)?,
        conventions: settings.all_conventions,
        ..Options::new(settings.bootstrap, seed)
    };
    let mut preparation = run.experiment.preparation()?;
    if run.experiment.file.human.is_none() {
        // The sweep is in apertures of this experiment, however its human maps were smoothed.
        preparation.aperture_sd = preparation.aperture_sd.or(stimuli.cover.pixel_sd());
    }
    let scored = score_folders(&folders, &metrics, &preparation, options, run.progress)?;
    let (main, sweep) = scored.by_blur(&preparation);
    scratch.write("scores.csv", &main.to_csv()?)?;
    scratch.write("scores.parquet", &main.to_parquet(&numeric_columns())?)?;
    scratch.write("missing_maps.csv", &scored.missing.to_csv()?)?;
    if settings.preparation.blur_sweep {
        scratch.write("scores_blur.csv", &sweep.to_csv()?)?;
    }
    run.finish(scratch)?;
    Ok(Done::Made)
}

/// Grey values of the pictures, where maps are in the coordinates of the pictures as filed.
fn grey(run: &Run, stimuli: &Stimuli) -> BTreeMap<String, Array2<f64>> {
    if run.experiment.file.coordinates != Coordinates::Picture {
        return BTreeMap::new();
    }
    let grey = |listed: &Listed| (listed.name.clone(), listed.picture.grey().mapv(f64::from));
    stimuli.pictures.iter().map(grey).collect()
}

/// The key of this stage.
pub fn key(run: &Run, stimuli: &Stimuli) -> Result<String> {
    let mask = run.experiment.preparation()?.mask.map(|mask| hash_file(&mask)).transpose()?;
    Ok(Key::new("score")
        .with("human", human_maps::of_people(run, stimuli)?.1)
        .with("model", attribute::keys(run, stimuli)?)
        .with("settings", &run.experiment.file.score)
        .with("mask", mask)
        .finish())
}
