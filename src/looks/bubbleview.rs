//! Lists of clicks or looks, one for each picture and person: BubbleView (Kim et al. 2017), ClickMe (Linsley et al. 2019) and the
//! like, as JSON objects or as cells of a table; or one row for each click, `cx` and `cy`. Px of the picture.

use super::columns::{Columns, has_all, plain, value};
use super::layout::{self, Coordinates, Layout, NOWHERE, OBSERVER, PICTURE, TRIAL};
use super::{Context, Entry, Frame, LookFormat, Recording, Rows};
use crate::error::Result;
use crate::trials::{self, Rejected, Text};

/// The row of the table of formats.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "click_lists",
    description: "lists of clicks or fixations as JSON or cells, of BubbleView ({cx, cy}), ClickMe ([x, y]) and others ({x, y}); or one row for each click, cx and cy",
    recognised_by: "cx and cy, or clicks, bubbles or fixations that are lists",
    named: false,
    detect,
    read,
};

/// Columns that hold lists of looks.
const LISTS: [&str; 5] = ["clicks", "bubbles", "fixations", "looks", "points"];

fn detect(text: &Text) -> bool {
    if text.is_json() {
        let has = |name: &str| text.content.contains(&format!("\"{name}\""));
        return (has("cx") && has("cy")) || LISTS.iter().any(|name| has(name));
    }
    if has_all(&text.header, &["cx", "cy"]) {
        return true;
    }
    LISTS.iter().any(|name| has_all(&text.header, &[name]))
        && trials::Rows::plain(text).is_ok_and(|rows| list(&rows).is_some())
}

/// The column that holds lists of looks.
fn list(rows: &trials::Rows) -> Option<String> {
    let listed =
        |name: &String| rows.iter().any(|row| value(row, name).is_some_and(|cell| cell.starts_with(['[', '('])));
    let columns = rows.columns();
    LISTS.iter().find_map(|wanted| columns.iter().find(|name| plain(name) == *wanted && listed(name))).cloned()
}

fn read(text: &Text, context: &Context) -> Result<Recording> {
    let rows = trials::Rows::plain(text)?;
    let columns = Columns::of(&rows);
    let Some(list) = list(&rows) else { return layout::read(text, context, &SINGLE) };
    let names = context.columns;
    let observer = columns.stated("observer", &names.observer, "observer", OBSERVER)?;
    let picture =
        columns.picture(names, PICTURE, context.known)?.ok_or_else(|| columns.absent("picture", &names.picture))?;
    let trial = columns.stated("trial", &names.trial, "trial", TRIAL)?;
    let observer = observer.ok_or_else(|| columns.absent("observer", &names.observer))?;
    let mut recording = Recording::new(Rows::Looks, Frame::Picture);
    recording.rejected.clone_from(&rows.rejected);
    recording.notes.clone_from(&rows.notes);
    recording.notes.push(format!("columns: observer {observer}, picture {picture}, lists of looks {list}"));
    let mut empty = 0;
    for row in rows.iter() {
        let line = row.line();
        let rejected = |reason: &str| Rejected { file: text.file(), line, reason: reason.to_owned() };
        let (Some(observer), Some(picture)) = (value(row, &observer), value(row, &picture)) else {
            let lacks = if value(row, &observer).is_none() { "no observer" } else { "no picture" };
            recording.rejected.push(rejected(lacks));
            continue;
        };
        let number = trial.as_ref().and_then(|column| value(row, column));
        let entry = Entry::empty(line, observer, picture, number);
        let from = recording.entries.len();
        if let Err(reason) = layout::listed(row.text(&list).unwrap_or("[]"), &entry, &mut recording.entries) {
            recording.rejected.push(rejected(&reason));
        } else if recording.entries.len() == from {
            empty += 1;
        }
    }
    if empty > 0 {
        recording.left_out.push(("empty lists of looks".to_owned(), empty));
    }
    Ok(recording)
}

const SINGLE: Layout = Layout {
    observer: OBSERVER,
    picture: PICTURE,
    trial: TRIAL,
    session: &["session", "sessionid"],
    coordinates: &[
        Coordinates { x: "cx", y: "cy", frame: Frame::Picture, rectangle: NOWHERE },
        Coordinates { x: "x", y: "y", frame: Frame::Picture, rectangle: NOWHERE },
    ],
    order: &[],
    duration: &[("duration", 1.0), ("durationms", 1.0)],
    start: &[],
    time: &[],
    event: &[],
    valid: &[],
    rows: Rows::Looks,
    throughout: false,
    one_person: false,
};
