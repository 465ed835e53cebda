//! Gorilla (Anwyl-Irvine et al. 2020, Behavior Research Methods 52:388): one spreadsheet for each participant group, and the
//! stimuli that it names.
//!
//! A task has one spreadsheet column `display` for the screen, `image` for the stimulus and `ANSWER` for the right button;
//! spreadsheets of several participants are told apart by Gorilla's spreadsheet manipulation, one a participant here.

use super::prerendered::{check_words, file, levels, render};
use super::{Export, Material, Write};
use crate::error::Result;
use crate::results::Scratch;
use crate::table::Table;
use crate::trials::Role;

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "gorilla",
    description: "a spreadsheet for each participant and rendered stimuli for Gorilla's Task Builder",
    next: "upload the spreadsheets and stimuli of {} to a task with the displays named there",
    write: Write::Plan(write),
};

fn write(material: &Material, scratch: &Scratch) -> Result<()> {
    check_words(material)?;
    let level = levels(material)[0];
    for participant in material.participants {
        let mut table = Table::new(&[
            "display",
            "image",
            "ANSWER",
            "trial_id",
            "participant_plan",
            "block",
            "trial_number",
            "role",
            "repeats",
            "picture",
            "stimulus_class",
            "mirrored",
            "key_map",
        ]);
        let own: Vec<_> = material.trials.rows.iter().filter(|trial| trial.observer == participant.id).collect();
        table.rows.push(screen("instructions", &table.columns));
        for (at, rows) in own.chunk_by(|a, b| a.block == b.block).enumerate() {
            if at > 0 {
                table.rows.push(screen("break", &table.columns));
            }
            for trial in rows {
                let class = material.class(&trial.picture);
                table.push([
                    if trial.role == Role::Practice { "practice" } else { "trial" }.to_owned(),
                    file(trial, level),
                    material.classes[class].clone(),
                    trial.id.clone(),
                    participant.id.clone(),
                    format!("b{}", trial.block),
                    trial.number.to_string(),
                    trial.role.name().to_owned(),
                    trial.repeats.clone().unwrap_or_else(|| "new".to_owned()),
                    trial.picture.clone(),
                    material.classes[class].clone(),
                    if trial.mirrored { "mirrored" } else { "as_filed" }.to_owned(),
                    participant.key_map(material.classes),
                ]);
            }
        }
        table.rows.push(screen("end", &table.columns));
        scratch.write(&format!("spreadsheets/{}.csv", participant.id), &table.to_csv()?)?;
    }
    scratch.write("README.md", README.as_bytes())?;
    render(material, scratch, "stimuli")
}

/// A row that only names a display.
fn screen(display: &str, columns: &[String]) -> Vec<String> {
    let mut cells = vec![String::new(); columns.len()];
    cells[0] = display.to_owned();
    cells
}

const README: &str = "# A Bubbles experiment in Gorilla

Make a task with the displays `instructions`, `practice`, `trial`, `break` and `end`. `practice` and `trial` have a fixation
screen and a screen with an Image (`image`) and a Keyboard Response whose keys give the names of the classes (column
`key_map`); the answer is checked against `ANSWER`. Upload every file of `stimuli`, and every file of `spreadsheets` as a
spreadsheet of the task; give each participant one by a spreadsheet manipulation (counterbalanced). Do not randomise rows.

Data: download the task's CSV, name it in the experiment file, `[import] files = [\"data/*.csv\"]`, and `bubblescope run`
joins it to the design by `trial_id`. The number of bubbles is in the name of each stimulus.
";
