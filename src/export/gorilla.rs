//! An experiment for Gorilla (Anwyl-Irvine et al. 2020, Behavior Research Methods 52:388): a spreadsheet for each participant of
//! the design, and rendered stimuli. A participant gets a spreadsheet by a randomiser or counterbalance node.

use super::{Export, Material, Write, cells, stimuli};
use crate::error::{Error, Result};
use crate::results::Scratch;
use crate::table::Table;
use crate::trials::Trial;

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "gorilla",
    description: "a spreadsheet for each participant and rendered stimuli for Gorilla's Task Builder",
    next: "upload the spreadsheets and stimuli of {} to a task with displays practice, trial and break",
    has_pages: false,
    write: Write::Plan(write),
};

fn write(material: &Material, scratch: &Scratch) -> Result<()> {
    cells::check(material)?;
    let levels = stimuli::levels(material)?;
    let [level] = levels[..] else {
        return Err(Error::invalid(format!(
            "export.levels holds {} numbers of bubbles, and Gorilla's spreadsheet cannot choose among them",
            levels.len()
        ))
        .hint("give one level, or export to jspsych or psychopy"));
    };
    for participant in material.participants {
        let mut table = Table::new(&[
            "display", "ANSWER", "image", "trial_id", "role", "block", "trial", "picture", "category", "mirrored",
        ]);
        let own: Vec<&Trial> = material.trials.rows.iter().filter(|trial| trial.observer == participant.id).collect();
        for (at, block) in own.chunk_by(|a, b| a.block == b.block).enumerate() {
            if at > 0 {
                let mut cells = vec![String::new(); 10];
                cells[0] = "break".to_owned();
                table.push(cells);
            }
            for trial in block {
                let class = material.class(&trial.picture);
                let display = if trial.role == crate::trials::Role::Practice { "practice" } else { "trial" };
                table.push([
                    display.to_owned(),
                    participant.keys.get(class).cloned().unwrap_or_default(),
                    stimuli::file(trial, level),
                    trial.id.clone(),
                    trial.role.name().to_owned(),
                    trial.block.clone(),
                    trial.number.to_string(),
                    trial.picture.clone(),
                    material.classes.get(class).cloned().unwrap_or_default(),
                    if trial.mirrored { "yes" } else { "no" }.to_owned(),
                ]);
            }
        }
        scratch.write(&format!("spreadsheets/{}.csv", participant.id), &table.to_csv()?)?;
    }
    stimuli::render(material, &levels, scratch)
}
