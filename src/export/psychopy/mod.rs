//! PsychoPy (Peirce et al. 2019, Behavior Research Methods 51:195): conditions files, stimuli rendered beforehand, a Coder
//! script, and how to build the same in the Builder.
//!
//! Conditions are read through pandas, so headers are Python identifiers and no cell can be taken for a number, a truth, a
//! list or a missing value, except where it is one.

use super::prerendered::{check_words, file, levels, render};
use super::{Export, Material, Write};
use crate::error::Result;
use crate::results::Scratch;
use crate::table::Table;
use crate::trials::Role;

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "psychopy",
    description: "conditions files, rendered stimuli and a script for PsychoPy, for one number of bubbles or several levels",
    next: "run `python run.py p001` in {}, or build the experiment as its README.md says",
    write: Write::Plan(write),
};

fn write(material: &Material, scratch: &Scratch) -> Result<()> {
    check_words(material)?;
    let levels = levels(material);
    for participant in material.participants {
        let own: Vec<_> = material.trials.rows.iter().filter(|trial| trial.observer == participant.id).collect();
        for rows in own.chunk_by(|a, b| a.block == b.block) {
            let mut columns =
                vec!["image", "trial_id", "block", "trial_number", "role", "repeats", "picture", "stimulus_class"];
            columns.extend(["mirrored", "corrAns", "key_map", "n_bubbles"]);
            let names: Vec<String> = levels.iter().map(|level| format!("image_n{level:03}")).collect();
            columns.extend(names.iter().map(String::as_str));
            let mut table = Table::new(&columns);
            for trial in rows {
                let class = material.class(&trial.picture);
                let shown = if trial.role == Role::Catch { 0 } else { levels[0] };
                let path = |level: usize| format!("stimuli/{}", file(trial, level));
                let mut cells = vec![
                    path(levels[0]),
                    trial.id.clone(),
                    format!("b{}", trial.block),
                    trial.number.to_string(),
                    trial.role.name().to_owned(),
                    trial.repeats.clone().unwrap_or_else(|| "new".to_owned()),
                    trial.picture.clone(),
                    material.classes[class].clone(),
                    if trial.mirrored { "mirrored" } else { "as_filed" }.to_owned(),
                    participant.keys[class].clone(),
                    participant.key_map(material.classes),
                    shown.to_string(),
                ];
                cells.extend(levels.iter().map(|level| path(*level)));
                table.rows.push(cells);
            }
            let block = rows.first().map_or("0", |trial| trial.block.as_str());
            scratch.write(&format!("conditions/{}_b{block}.csv", participant.id), &table.to_csv()?)?;
        }
    }
    let settings = |text: &str| {
        let target = material.design.count.target.unwrap_or(0.75);
        text.replace("{fixation}", &format!("{}", material.settings.fixation / 1000.0))
            .replace("{background}", &format!("{:.6}", 2.0 * material.cover.background - 1.0))
            .replace("{levels}", &format!("{levels:?}"))
            .replace("{target}", &format!("{target}"))
            .replace("{guess}", &format!("{:.6}", 1.0 / material.classes.len() as f64))
            .replace("{name}", material.name)
            .replace("{size}", &format!("({}, {})", material.cover.shape.1, material.cover.shape.0))
    };
    scratch.write("run.py", settings(include_str!("run.py")).as_bytes())?;
    scratch.write("README.md", settings(include_str!("README.md")).as_bytes())?;
    render(material, scratch, "stimuli")
}
