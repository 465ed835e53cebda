//! Trials of jsPsych with its WebGazer extension: `webgazer_data` holds samples {x, y, t} in px of the window, `webgazer_targets`
//! the rectangles of what was shown, by selector.
//!
//! WebGazer finds no fixations, and neither do we: each sample counts as one look, or, by duration, as long as it lasted until
//! the next one. A map is thus the share of time; metrics of fixations count samples.

use serde_json::{Map, Value};

use super::columns::{Columns, value};
use super::layout::{self, OBSERVER, TRIAL};
use super::{Context, Entry, Frame, LookFormat, Recording, Rows, Said, lists, placing};
use crate::error::{Error, Result};
use crate::place::{Origin, Places};
use crate::trials::{self, Rejected, Text};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "webgazer",
    description: "jsPsych with the WebGazer extension: samples of gaze, placed by the rectangle of the stimulus on the screen",
    recognised_by: "webgazer_data",
    named: false,
    detect: |text| text.has(&["webgazer_data"]) || (text.is_json() && text.content.contains("\"webgazer_data\"")),
    read,
};

/// Fields of jsPsych that name the picture.
const PICTURE: &[&str] = &["picture", "image", "stimulus", "stim", "img"];

fn read(text: &Text, context: &Context) -> Result<Recording> {
    let rows = trials::Rows::plain(text)?;
    let columns = Columns::of(&rows);
    let names = context.columns;
    let observer = columns.stated("observer", &names.observer, "observer", OBSERVER)?;
    let picture =
        columns.picture(names, PICTURE, context.known)?.ok_or_else(|| columns.absent("picture", &names.picture))?;
    let trial = columns.stated("trial", &names.trial, "trial", TRIAL)?;
    let mut recording = Recording::new(Rows::Gaze, Frame::Screen(placing::LOOKS));
    recording.rejected.clone_from(&rows.rejected);
    recording.notes.clone_from(&rows.notes);
    let mut others = 0;
    for row in rows.iter() {
        let (Some(data), Some(shown)) = (value(row, "webgazer_data"), value(row, &picture)) else {
            others += 1;
            continue;
        };
        let named = context.known.picture(shown).is_some();
        if !named && row.text("webgazer_targets").is_none_or(|targets| targets == "{}") {
            others += 1;
            continue;
        }
        let rejected = |reason: String| Rejected { file: text.file(), line: row.line(), reason };
        let observer = match &observer {
            None => Some(context.person),
            Some(column) => value(row, column),
        };
        let Some(observer) = observer else {
            recording.rejected.push(rejected("no observer".to_owned()));
            continue;
        };
        let frame = match row.text("webgazer_targets").map(rectangle).transpose() {
            Ok(frame) => frame.flatten(),
            Err(_) if context.placed => None,
            Err(reason) => {
                recording.rejected.push(rejected(reason));
                continue;
            }
        };
        let number = trial.as_ref().and_then(|column| value(row, column));
        let entry = Entry { frame, ..Entry::empty(row.line(), observer, shown, number) };
        let from = recording.entries.len();
        match layout::listed(data, &entry, &mut recording.entries) {
            Ok(()) => last(recording.entries.get_mut(from..).unwrap_or_default()),
            Err(reason) => recording.rejected.push(rejected(reason)),
        }
    }
    if others > 0 {
        recording.left_out.push(("trials without gaze at a picture".to_owned(), others));
    }
    if recording.entries.is_empty() && recording.rejected.is_empty() {
        return Err(Error::invalid("no trial of this file holds samples of gaze at a picture")
            .at(text.path.display())
            .hint("the extension is added to each trial with `extensions`; its samples stand in webgazer_data"));
    }
    recording.warnings.push(
        "these are samples of a webcam and no fixations: each counts as one look, by duration until the next one"
            .to_owned(),
    );
    Ok(recording)
}

/// Gives each sample the time until the next one; the last one as much as the one before.
fn last(samples: &mut [Entry]) {
    for at in 1..samples.len() {
        let gap = samples[at].time.zip(samples[at - 1].time).map(|(now, before)| (now - before).max(0.0));
        let gap = gap.ok_or_else(|| "t is not a number".to_owned());
        samples[at - 1].duration.clone_from(&gap);
        samples[at].duration = gap;
    }
}

/// The rectangle of the stimulus: the only target, or the one whose selector names a stimulus or an image.
fn rectangle(targets: &str) -> Said<Option<Places>> {
    let targets: Map<String, Value> =
        serde_json::from_str(targets).map_err(|cause| format!("webgazer_targets cannot be read: {cause}"))?;
    let is_picture =
        |name: &str| ["stimulus", "img", "image", "picture"].iter().any(|word| name.to_lowercase().contains(word));
    let named: Vec<(&String, &Value)> = targets.iter().filter(|(name, _)| is_picture(name)).collect();
    let target = match (&named[..], targets.len()) {
        (_, 0) => return Ok(None),
        ([(_, target)], _) => *target,
        (_, 1) => targets.values().next().unwrap_or(&Value::Null),
        _ => {
            let names: Vec<&str> = targets.keys().map(String::as_str).collect();
            return Err(format!("which target is the picture is unknown: {}", names.join(", ")));
        }
    };
    let field = |names: [&str; 2]| names.iter().find_map(|name| target.get(*name)).and_then(lists::number);
    let (left, top) = (field(["left", "x"]), field(["top", "y"]));
    let width = field(["width", "width"]).or_else(|| Some(field(["right", "right"])? - left?));
    let height = field(["height", "height"]).or_else(|| Some(field(["bottom", "bottom"])? - top?));
    match (left, top, width, height) {
        (Some(left), Some(top), Some(width), Some(height)) if width > 0.0 && height > 0.0 => Ok(Some(Places {
            origin: Some(Origin::Corner([left, top])),
            width: Some(width),
            height: Some(height),
            ..placing::LOOKS
        })),
        _ => Err("the target of the picture has no left, top, width and height".to_owned()),
    }
}
