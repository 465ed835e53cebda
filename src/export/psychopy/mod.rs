//! An experiment for PsychoPy (Peirce et al. 2019, Behavior Research Methods 51:195): tables of conditions, rendered stimuli,
//! a script for the Coder, and a recipe for the Builder.
//!
//! Headers are Python identifiers (and no Python keywords), and no cell is one that `importConditions` would convert.

use super::{Export, Material, Write, cells, stimuli};
use crate::error::{Error, Result};
use crate::results::Scratch;
use crate::table::Table;
use crate::trials::Trial;

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "psychopy",
    description: "conditions, rendered stimuli, a Coder script and a Builder recipe for PsychoPy; with levels, QUEST picks one",
    next: "run {}/run.py in PsychoPy, or build it after {}/BUILDER.md",
    has_pages: false,
    write: Write::Plan(write),
};

fn write(material: &Material, scratch: &Scratch) -> Result<()> {
    cells::check(material)?;
    check_keys(material)?;
    let levels = stimuli::levels(material)?;
    for participant in material.participants {
        let own: Vec<&Trial> = material.trials.rows.iter().filter(|trial| trial.observer == participant.id).collect();
        for block in own.chunk_by(|a, b| a.block == b.block) {
            let table = conditions(material, &participant.keys, block, &levels)?;
            let name = block.first().map_or("1", |trial| trial.block.as_str());
            scratch.write(&format!("conditions/{}_b{name}.csv", participant.id), &table)?;
        }
    }
    let participants: Vec<_> = material.participants.iter().collect();
    let count = &material.design.count;
    let settings = serde_json::json!({
        "name": material.name,
        "title": material.title,
        "shape": material.cover.shape,
        "background": material.cover.background,
        "fixation": material.settings.fixation / 1000.0,
        "duration": material.settings.duration.map(|duration| duration / 1000.0),
        "classes": material.classes,
        "keys": participants.iter().map(|one| (one.id.clone(), one.keys.clone())).collect::<std::collections::BTreeMap<_, _>>(),
        "levels": levels,
        "start": count.start,
        "target": count.target,
    });
    let text = serde_json::to_string_pretty(&settings)
        .map_err(|cause| Error::internal(format!("JSON cannot be written: {cause}")))?;
    scratch.write("settings.json", text.as_bytes())?;
    scratch.write("run.py", include_bytes!("run.py"))?;
    scratch.write("BUILDER.md", include_bytes!("BUILDER.md"))?;
    stimuli::render(material, &levels, scratch)
}

/// PsychoPy reports letters in lower case and has other names for longer keys, so that they would never be right.
fn check_keys(material: &Material) -> Result<()> {
    let mut keys = material.participants.iter().flat_map(|participant| &participant.keys);
    match keys.find(|key| key.chars().count() != 1 || **key != key.to_lowercase()) {
        None => Ok(()),
        Some(key) => Err(Error::unsupported(format!("PsychoPy has another name for the key {key}"))
            .at("field design.keys")
            .hint("choose letters in lower case, such as keys = [\"f\", \"j\"]")),
    }
}

/// The conditions of one block.
fn conditions(material: &Material, keys: &[String], block: &[&Trial], levels: &[usize]) -> Result<Vec<u8>> {
    let mut columns: Vec<String> =
        ["image", "trial_id", "role", "block", "trial", "picture", "category", "mirrored", "corrAns", "repeat_of"]
            .map(str::to_owned)
            .into();
    if levels.len() > 1 {
        columns.extend(levels.iter().map(|level| format!("image_n{level:03}")));
    }
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&names);
    let nearest = levels.iter().min_by_key(|level| level.abs_diff(material.design.count.start)).copied().unwrap_or(1);
    let path = |trial: &Trial, level| format!("stimuli/{}", stimuli::file(trial, level));
    for trial in block {
        let class = material.class(&trial.picture);
        let mut cells = vec![
            path(trial, nearest),
            trial.id.clone(),
            trial.role.name().to_owned(),
            trial.block.clone(),
            trial.number.to_string(),
            trial.picture.clone(),
            material.classes.get(class).cloned().unwrap_or_default(),
            if trial.mirrored { "yes" } else { "no" }.to_owned(),
            keys.get(class).cloned().unwrap_or_default(),
            trial.repeats.clone().unwrap_or_else(|| "new".to_owned()),
        ];
        if levels.len() > 1 {
            cells.extend(levels.iter().map(|&level| path(trial, level)));
        }
        table.push(cells);
    }
    table.to_csv()
}
