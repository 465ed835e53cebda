//! Behaviour as a BIDS data set (Gorgolewski et al. 2016, Scientific Data 3:160044): `sub-<id>/beh/sub-<id>_task-<name>_beh.tsv`
//! with a sidecar, of trials that were answered. Every bubble centre is in it, so that it imports again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answered, Export, Write};
use crate::error::{Error, Result};
use crate::results::Scratch;
use crate::table::delimited;
use crate::trials::{Trial, centres};

/// The row of the table of exports.
pub const EXPORT: Export = Export {
    name: "bids",
    description: "answered trials as a BIDS data set: _beh.tsv with sidecar and every bubble centre",
    next: "the data set is {}",
    has_pages: false,
    write: Write::Answers(write),
};

/// Columns with what they hold.
const COLUMNS: [(&str, &str); 15] = [
    ("participant_id", "Participant"),
    ("trial_id", "Trial in the design, unique over all participants"),
    ("block", "Block"),
    ("trial", "Number of the trial within its participant"),
    ("role", "What the trial is for"),
    ("repeats", "Id of the earlier trial whose stimulus is shown again"),
    ("stim_file", "Picture under the bubbles"),
    ("mirrored", "Whether the picture was shown mirrored left to right"),
    ("n_bubbles", "Number of bubbles; 0 where the whole picture was shown"),
    ("centres", "Bubble centres in the picture as shown, row:column or band:row:column, counted from 0"),
    ("category", "Class of the picture"),
    ("response", "Class answered"),
    ("correct", "Whether the response is the class of the picture"),
    ("response_time", "Time from stimulus to response"),
    ("simulated", "Whether a computer answered"),
];

fn write(answered: &Answered, scratch: &Scratch) -> Result<()> {
    let task: String = answered.name.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut subjects: BTreeMap<String, Vec<&Trial>> = BTreeMap::new();
    for trial in &answered.trials.rows {
        let label: String = trial.observer.chars().filter(char::is_ascii_alphanumeric).collect();
        let own = subjects.entry(label.clone()).or_default();
        if let Some(first) = own.first().filter(|first| label.is_empty() || first.observer != trial.observer) {
            return Err(Error::invalid(format!(
                "the observers {:?} and {:?} have one label in BIDS, {label:?}",
                first.observer, trial.observer
            ))
            .hint("labels are letters and digits; give observers ids that differ in them"));
        }
        own.push(trial);
    }
    let mut listed = String::from("participant_id\ttrials\tsimulated\n");
    for (label, trials) in &subjects {
        let base = format!("sub-{label}/beh/sub-{label}_task-{task}_beh");
        scratch.write(&format!("{base}.tsv"), &table(answered, label, trials)?)?;
        scratch.write(&format!("{base}.json"), &text(&sidecar(answered))?)?;
        listed.push_str(&format!("sub-{label}\t{}\t{}\n", trials.len(), answered.trials.simulated));
    }
    scratch.write("participants.tsv", listed.as_bytes())?;
    let note = if answered.trials.simulated { " (simulated observers)" } else { "" };
    let description = json!({
        "Name": format!("{}{note}", answered.title),
        "BIDSVersion": "1.10.0",
        "DatasetType": "raw",
        "GeneratedBy": [{ "Name": "bubblescope", "Version": env!("CARGO_PKG_VERSION") }],
    });
    scratch.write("dataset_description.json", &text(&description)?)
}

fn sidecar(answered: &Answered) -> Value {
    let mut columns: serde_json::Map<String, Value> =
        COLUMNS.iter().map(|(name, what)| ((*name).to_owned(), json!({ "Description": what }))).collect();
    let classes: BTreeMap<&str, String> =
        answered.classes.iter().map(|class| (class.as_str(), format!("the class {class}"))).collect();
    let truth = json!({ "true": "yes", "false": "no" });
    for column in ["category", "response"] {
        columns[column]["Levels"] = json!(classes);
    }
    for column in ["correct", "mirrored", "simulated"] {
        columns[column]["Levels"] = truth.clone();
    }
    columns["role"]["Levels"] = json!({
        "main": "enters maps", "practice": "before the first block", "catch": "shows the whole picture"
    });
    columns["response_time"]["Units"] = "s".into();
    columns["centres"]["Units"] = "px".into();
    Value::Object(columns)
}

fn table(answered: &Answered, label: &str, trials: &[&Trial]) -> Result<Vec<u8>> {
    let or_missing = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "n/a".to_owned());
    let row = |trial: &&Trial| {
        let class = answered.class.get(&trial.picture);
        [
            format!("sub-{label}"),
            or_missing(Some(trial.id.clone())),
            trial.block.clone(),
            trial.number.to_string(),
            trial.role.name().to_owned(),
            or_missing(trial.repeats.clone()),
            trial.picture.clone(),
            trial.mirrored.to_string(),
            trial.centres.len().to_string(),
            or_missing(Some(centres::write(&trial.centres, answered.bands > 1))),
            or_missing(class.cloned()),
            or_missing(trial.response.clone()),
            or_missing(trial.correct.map(|correct| correct.to_string())),
            or_missing(trial.response_time.map(|time| (time / 1000.0).to_string())),
            answered.trials.simulated.to_string(),
        ]
    };
    let header = COLUMNS.map(|(name, _)| name.to_owned());
    delimited(b'\t', std::iter::once(header).chain(trials.iter().map(row)))
}

fn text(value: &Value) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|cause| Error::internal(format!("JSON cannot be written: {cause}")))
}
