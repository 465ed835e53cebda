//! CodeCharts of TurkEyes (Newman et al. 2020, CHI): after each picture people type the code that they saw last, and its place on
//! the chart is where they looked.
//!
//! A file is one person, `results.inputs.tasks` with the pictures and `results.outputs.tasks` with `coordinate` [x, y] in px of
//! the chart, which is larger than the picture. Where the picture lay on the chart must be stated. Sentinels and the tutorial are
//! left out.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Context, Entry, Frame, LookFormat, Recording, Rows, lists, placing};
use crate::error::{Error, Result};
use crate::trials::{Rejected, Text};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "codecharts",
    description: "CodeCharts of TurkEyes as JSON; px of the chart, on which the picture's rectangle is stated",
    recognised_by: "rememberedCode and codechart",
    named: false,
    detect: |text| {
        text.is_json() && ["\"rememberedCode\"", "\"codechart\""].iter().all(|name| text.content.contains(name))
    },
    read,
};

#[derive(Deserialize)]
struct Session {
    #[serde(default, rename = "assignmentId")]
    assignment: String,
    #[serde(default, rename = "workerId")]
    worker: String,
    results: Results,
}

#[derive(Deserialize)]
struct Results {
    inputs: Inputs,
    outputs: Outputs,
}

#[derive(Deserialize)]
struct Inputs {
    tasks: Vec<Task>,
}

#[derive(Deserialize)]
struct Task {
    image: String,
    #[serde(default)]
    flag: String,
}

#[derive(Deserialize)]
struct Outputs {
    tasks: HashMap<String, Answer>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, rename = "rememberedCode")]
    code: Value,
    #[serde(default)]
    coordinate: Value,
}

fn read(text: &Text, context: &Context) -> Result<Recording> {
    let sessions = sessions(text)?;
    let mut recording = Recording::new(Rows::Looks, Frame::Screen(placing::LOOKS));
    recording.notes.push("lines count the tasks".to_owned());
    let several = sessions.len() > 1;
    let (mut line, mut others) = (0, 0);
    for (number, session) in sessions.iter().enumerate() {
        let named = [&session.worker, &session.assignment].into_iter().find(|name| !name.is_empty());
        let unnamed = || if several { format!("{} {}", context.person, number + 1) } else { context.person.to_owned() };
        let observer = named.cloned().unwrap_or_else(unnamed);
        for (at, task) in session.results.inputs.tasks.iter().enumerate() {
            line += 1;
            if !matches!(&*task.flag, "real" | "") {
                others += 1;
                continue;
            }
            let answer = session.results.outputs.tasks.get(&at.to_string());
            let code = answer.map(|answer| answer.code.to_string()).unwrap_or_default();
            let Some(point) = answer.and_then(|answer| place(&answer.coordinate)) else {
                let reason = format!("the code {code} is not on the chart");
                recording.rejected.push(Rejected { file: text.file(), line, reason });
                continue;
            };
            recording.entries.push(Entry {
                line,
                observer: observer.clone(),
                picture: task.image.clone(),
                trial: Some(at.to_string()),
                run: 0,
                order: None,
                place: Ok(point),
                duration: Err(String::new()),
                start: None,
                time: None,
                frame: None,
            });
        }
    }
    if others > 0 {
        recording.left_out.push(("sentinels and tutorial".to_owned(), others));
    }
    Ok(recording)
}

fn place(coordinate: &Value) -> Option<(f64, f64)> {
    match coordinate.as_array().map(Vec::as_slice) {
        Some([x, y]) => lists::number(x).zip(lists::number(y)),
        _ => None,
    }
}

/// The sessions of a file: one, an array of them, or one after the other.
fn sessions(text: &Text) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for value in serde_json::Deserializer::from_str(&text.content).into_iter::<Value>() {
        let wrong = |cause: serde_json::Error| {
            Error::invalid(format!("this JSON is not as CodeCharts writes it: {cause}"))
                .at(text.path.display())
                .hint("it holds results.inputs.tasks and results.outputs.tasks for each person")
        };
        match value.map_err(wrong)? {
            Value::Array(all) => {
                for one in all {
                    sessions.push(serde_json::from_value(one).map_err(wrong)?);
                }
            }
            one => sessions.push(serde_json::from_value(one).map_err(wrong)?),
        }
    }
    Ok(sessions)
}
