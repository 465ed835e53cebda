//! Our own trials: `trials.csv` with its column `centres`, or `trials.parquet` beside `centres.parquet`, as the importers of
//! BubbleView and others write them. Each centre is a look at the middle of its pixel.

use super::columns::{Columns, has_all, value};
use super::layout::OBSERVER;
use super::{Context, Entry, Frame, LookFormat, Recording, Rows};
use crate::error::Result;
use crate::place::Places;
use crate::trials::{self, Encoding, Rejected, Text, Trials, centres};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "trials",
    description: "trials of this program: the centres of each trial, row:column, as trials.csv or as trials.parquet beside centres.parquet",
    recognised_by: "centres",
    named: false,
    detect: |text| !text.is_json() && (has_all(&text.header, &["centres"]) || is_beside(text)),
    read,
};

fn is_beside(text: &Text) -> bool {
    text.encoding == Encoding::Parquet
        && text.path.file_name().is_some_and(|name| name == "trials.parquet")
        && text.path.with_file_name("centres.parquet").is_file()
}

fn read(text: &Text, context: &Context) -> Result<Recording> {
    let mut recording = Recording::new(Rows::Looks, Frame::Picture);
    let mut add = |line: u64, observer: &str, picture: &str, centres: &[crate::bubbles::Centre]| {
        for (at, centre) in centres.iter().enumerate() {
            recording.entries.push(Entry {
                line,
                observer: observer.to_owned(),
                picture: picture.to_owned(),
                trial: Some(format!("line {line}")),
                run: 0,
                order: Some(at as f64 + 1.0),
                place: Ok((centre.column as f64 + 0.5, centre.row as f64 + 0.5)),
                duration: Err(String::new()),
                start: None,
                time: None,
                frame: None,
            });
        }
    };
    if is_beside(text) {
        let folder = text.path.parent().unwrap_or(std::path::Path::new("."));
        for (at, trial) in Trials::read(folder)?.rows.iter().enumerate() {
            add(at as u64 + 1, &trial.observer, &trial.picture, &trial.centres);
        }
        recording.notes.push("lines count the trials".to_owned());
        return Ok(recording);
    }
    let rows = trials::Rows::plain(text)?;
    let columns = Columns::of(&rows);
    let names = context.columns;
    let absent = |field, name: &str| columns.absent(field, name);
    let observer = columns.stated("observer", &names.observer, "observer", OBSERVER)?;
    let observer = observer.ok_or_else(|| absent("observer", &names.observer))?;
    let picture = columns.stated("picture", &names.picture, "picture", &["picture"])?;
    let picture = picture.ok_or_else(|| absent("picture", &names.picture))?;
    let mut rejected = rows.rejected.clone();
    for row in rows.iter() {
        let (Some(observer), Some(picture)) = (value(row, &observer), value(row, &picture)) else { continue };
        match centres::read(row.text("centres").unwrap_or(""), &[], &Places::default()) {
            Ok(centres) => add(row.line(), observer, picture, &centres),
            Err(reason) => rejected.push(Rejected { file: text.file(), line: row.line(), reason }),
        }
    }
    recording.rejected = rejected;
    Ok(recording)
}
