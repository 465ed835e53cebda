//! `report.html`, `figures/` and `run.toml`.

use super::pictures::Stimuli;
use super::{Done, Run, faithfulness, human_maps, not_ready, record, score};
use crate::error::Result;
use crate::report::{Material, make};
use crate::results::Key;

/// Its outputs in the folder of results.
pub const OWNED: &[&str] = &["figures", record::RUN_FILE, "report.html"];

/// Makes the report.
pub fn run(run: &Run) -> Result<Done> {
    let stimuli = Stimuli::read(run)?;
    let record = record::text(run, &stimuli)?;
    let with_models = !run.experiment.file.model.is_empty();
    let (stage, scores) =
        if with_models { ("score", score::key(run, &stimuli)?) } else { human_maps::of_people(run, &stimuli)? };
    if !run.results.is_finished(stage, &scores) {
        return Err(not_ready(run, stage));
    }
    let mut key = Key::new("report").with("scores", scores).with("record", &record);
    if let Some(judged) = faithfulness::key(run, &stimuli)? {
        if !run.results.is_finished("faithfulness", &judged) {
            return Err(not_ready(run, "faithfulness"));
        }
        key = key.with("faithfulness", judged);
    }
    let key = key.finish();
    if run.results.is_finished("report", &key) {
        return Ok(Done::UpToDate);
    }
    let scratch = run.begin("report", &key, OWNED)?;
    let material = Material {
        results: &run.results.path(""),
        record: &record,
        file: &run.experiment.file,
        pictures: &stimuli.pictures,
    };
    for (name, bytes) in make(&material)? {
        scratch.write(&name, &bytes)?;
    }
    scratch.write(record::RUN_FILE, record.as_bytes())?;
    run.finish(scratch)?;
    Ok(Done::Made)
}
