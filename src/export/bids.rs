//! BIDS (Gorgolewski et al. 2016, Scientific Data 3:160044): behaviour of every participant as `_beh.tsv`, with what each
//! column means beside it; `n/a` where a value is missing, times in seconds.

use serde_json::{Value, json};

use super::{Answers, Export, Write};
use crate::error::{Error, Result};
use crate::results::Scratch;
use crate::trials::Trial;

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "bids",
    description: "answered trials, every bubble centre among them, as _beh.tsv with sidecars",
    next: "the dataset is {}",
    write: Write::Answers(write),
};

const VERSION: &str = "1.10.0";

/// A column: name, what it means, its unit if it has one, its cell.
type Column = (&'static str, &'static str, Option<&'static str>, fn(&Trial) -> String);

const COLUMNS: &[Column] = &[
    ("trial", "number of the trial within its block of practice, or within its participant", None, |trial| {
        trial.number.to_string()
    }),
    ("trial_id", "id in the design, unique over participants", None, |trial| text(Some(&trial.id))),
    ("block", "block of trials", None, |trial| text(Some(&trial.block))),
    ("role", "main trials enter maps; practice and catch trials (whole pictures) do not", None, |trial| {
        trial.role.name().to_owned()
    }),
    ("repeats", "id of the earlier trial whose stimulus is shown again", None, |trial| text(trial.repeats.as_ref())),
    ("stim_file", "picture, before bubbles", None, |trial| text(Some(&trial.picture))),
    ("mirrored", "whether the picture was shown mirrored left to right", None, |trial| trial.mirrored.to_string()),
    ("n_bubbles", "number of bubbles shown", None, |trial| trial.centres.len().to_string()),
    (
        "centres",
        "centre of every bubble, row:column or band:row:column, 0-based pixels of the picture as shown",
        None,
        centres,
    ),
    ("response", "class that was answered", None, |trial| text(trial.response.as_ref())),
    ("correct", "whether that was right", None, |trial| {
        trial.correct.map_or_else(missing, |correct| correct.to_string())
    }),
    ("response_time", "time from stimulus to answer", Some("s"), |trial| {
        trial.response_time.map_or_else(missing, |ms| crate::table::number(ms / 1000.0))
    }),
];

fn missing() -> String {
    "n/a".to_owned()
}

/// A cell without what would end it.
fn text(value: Option<&String>) -> String {
    value.filter(|text| !text.is_empty()).map_or_else(missing, |text| text.replace(['\t', '\n', '\r'], " "))
}

fn centres(trial: &Trial) -> String {
    let several = trial.centres.iter().any(|centre| centre.band > 0);
    let place = |centre: &crate::bubbles::Centre| match several {
        true => format!("{}:{}:{}", centre.band, centre.row, centre.column),
        false => format!("{}:{}", centre.row, centre.column),
    };
    text(Some(&trial.centres.iter().map(place).collect::<Vec<_>>().join(" ")))
}

fn write(answers: &Answers, scratch: &Scratch) -> Result<()> {
    let task = label(answers.name);
    let trials = &answers.trials.rows;
    let mut participants = String::from("participant_id\tid\ttrials\n");
    let mut labels: Vec<String> = Vec::new();
    let mut observers: Vec<&str> = Vec::new();
    for trial in trials {
        if !observers.contains(&trial.observer.as_str()) {
            observers.push(&trial.observer);
        }
    }
    for observer in observers {
        let own: Vec<&Trial> = trials.iter().filter(|trial| trial.observer == observer).collect();
        let subject = label(observer);
        if let Some(twice) = labels.iter().position(|earlier| *earlier == subject) {
            return Err(Error::invalid(format!(
                "participants {observer} and number {} are both sub-{subject}",
                twice + 1
            ))
            .hint("BIDS keeps letters and digits of an id only; give ids that differ in them"));
        }
        let mut table = COLUMNS.iter().map(|column| column.0).collect::<Vec<_>>().join("\t") + "\n";
        for trial in &own {
            table += &(COLUMNS.iter().map(|column| (column.3)(trial)).collect::<Vec<_>>().join("\t") + "\n");
        }
        scratch.write(&format!("sub-{subject}/beh/sub-{subject}_task-{task}_beh.tsv"), table.as_bytes())?;
        participants += &format!("sub-{subject}\t{}\t{}\n", text(Some(&observer.to_owned())), own.len());
        labels.push(subject);
    }
    scratch.write("participants.tsv", participants.as_bytes())?;
    let simulated = if answers.trials.simulated { "SIMULATED observers. " } else { "" };
    let mut sidecar = serde_json::Map::new();
    sidecar.insert("TaskName".to_owned(), answers.name.into());
    sidecar.insert("TaskDescription".to_owned(), format!("{simulated}{}", answers.title).into());
    for (name, description, unit, _) in COLUMNS {
        let mut column = json!({ "Description": description });
        if let Some(unit) = unit {
            column["Units"] = (*unit).into();
        }
        if *name == "response" {
            let level = |class: &String| (class.clone(), Value::from(format!("answered {class}")));
            column["Levels"] = Value::Object(answers.classes.iter().map(level).collect());
        }
        sidecar.insert((*name).to_owned(), column);
    }
    scratch.write(&format!("task-{task}_beh.json"), &pretty(&Value::Object(sidecar))?)?;
    let described = json!({
        "Name": format!("{simulated}{}", answers.title),
        "BIDSVersion": VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{ "Name": "bubblescope", "Version": env!("CARGO_PKG_VERSION") }],
    });
    scratch.write("dataset_description.json", &pretty(&described)?)?;
    scratch
        .write("README", format!("{simulated}{}\nBubbles trials, written by bubblescope.\n", answers.title).as_bytes())
}

/// Letters and digits of a text: all that a BIDS label holds.
fn label(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn pretty(value: &Value) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|cause| Error::internal(format!("JSON cannot be written: {cause}")))
}
