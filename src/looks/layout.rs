//! Tables with one row for each look or sample, read by a layout: which columns a format has, and where its places lie.

mod display;
mod found;

use std::collections::{BTreeMap, HashMap};

use self::found::Found;
use super::columns::{Columns, Names, plain, value};
use super::lists::{number, points, values};
use super::{Context, Entry, Frame, Recording, Rows, Said};
use crate::error::Result;
use crate::place::{Origin, Places};
use crate::trials::{self, Rejected, Row, Text, decimal};

/// A pair of columns that give places.
pub(super) struct Coordinates {
    pub(super) x: &'static str,
    pub(super) y: &'static str,
    pub(super) frame: Frame,
    /// Columns of the picture's left and upper edge, width and height, in the same units.
    pub(super) rectangle: [Names; 4],
}

/// No columns of a rectangle.
pub(super) const NOWHERE: [Names; 4] = [&[], &[], &[], &[]];

/// The columns of a format.
pub(super) struct Layout {
    pub(super) observer: Names,
    pub(super) picture: Names,
    pub(super) trial: Names,
    /// Part of a recording that is presented apart, such as a session.
    pub(super) session: Names,
    pub(super) coordinates: &'static [Coordinates],
    pub(super) order: Names,
    /// Columns of durations, with the factor that brings them to ms.
    pub(super) duration: &'static [(&'static str, f64)],
    /// When a look began after the picture's onset, with the factor that brings it to ms.
    pub(super) start: &'static [(&'static str, f64)],
    /// When a sample was taken, with the factor that brings it to ms.
    pub(super) time: &'static [(&'static str, f64)],
    /// What a row is; where any says fixation, all others are left out.
    pub(super) event: Names,
    /// True if a look counts: 0 or false where it does not.
    pub(super) valid: Names,
    pub(super) rows: Rows,
    /// True if looks are numbered through the recording, so that a number does not return with the picture.
    pub(super) throughout: bool,
    /// True if a file holds one person where no column names them.
    pub(super) one_person: bool,
}

/// Names of participants that platforms and people write.
pub(super) const OBSERVER: Names = &[
    "observer",
    "participant",
    "participantid",
    "participantname",
    "participantcode",
    "subject",
    "subjectid",
    "subjectnr",
    "subjid",
    "subj",
    "sub",
    "respondent",
    "respondentname",
    "recordingsessionlabel",
    "workerid",
    "prolificpid",
    "pid",
    "sonaid",
    "runid",
    "userid",
    "user",
    "datafile",
];

/// Names of pictures that platforms and people write.
pub(super) const PICTURE: Names = &[
    "picture",
    "image",
    "imagename",
    "imagefile",
    "imageid",
    "imagepath",
    "img",
    "stimulus",
    "stimulusname",
    "stim",
    "stimfile",
    "medianame",
    "media",
    "photo",
    "scene",
    "filename",
    "file",
];

/// Names of presentations.
pub(super) const TRIAL: Names =
    &["trial", "trialindex", "trialnumber", "trialid", "trialnr", "trialno", "presentation", "trialsthisn"];

/// Reads a table.
pub(super) fn read(text: &Text, context: &Context, layout: &Layout) -> Result<Recording> {
    let rows = trials::Rows::plain(text)?;
    let columns = Columns::of(&rows);
    let (found, frame) = Found::of(&columns, &rows, context, layout)?;
    let mut recording = Recording::new(layout.rows, frame);
    recording.rejected.clone_from(&rows.rejected);
    recording.notes.clone_from(&rows.notes);
    recording.upwards = plain(&found.x) == "mousex" && found.x.contains('.');
    recording.display = display::display(&columns, &rows);
    recording.notes.push(found.described(context));
    let kinds = events(&rows, &found);
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: HashMap<String, (String, usize)> = HashMap::new();
    for row in rows.iter() {
        let cell = |name: &Option<String>| name.as_ref().and_then(|name| value(row, name));
        let rejected = |reason: &str| Rejected { file: text.file(), line: row.line(), reason: reason.to_owned() };
        let observer = cell(&found.observer).or(found.observer.is_none().then_some(context.person));
        let picture = cell(&found.picture).or(context.picture.filter(|_| found.picture.is_none()));
        let run = match (observer, picture) {
            (Some(observer), Some(picture)) => run(&mut seen, observer, picture),
            _ => 0,
        };
        if let Some(kind) = kinds.as_ref().and_then(|kinds| kinds.get(&row.number())) {
            *left_out.entry(kind.clone()).or_default() += 1;
            continue;
        }
        if cell(&found.valid).is_some_and(|cell| matches!(cell.to_lowercase().as_str(), "0" | "false")) {
            *left_out.entry("invalid".to_owned()).or_default() += 1;
            continue;
        }
        let Some(observer) = observer else {
            recording.rejected.push(rejected("no observer"));
            continue;
        };
        let Some(picture) = picture else {
            // Recordings go on where nothing is shown.
            match layout.rows {
                Rows::Samples => *left_out.entry("at no picture".to_owned()).or_default() += 1,
                _ => recording.rejected.push(rejected("no picture")),
            }
            continue;
        };
        let session = cell(&found.session);
        let numbered = cell(&found.trial).map(str::to_owned);
        let by_run = layout.throughout || (session.is_some() && found.order.is_none());
        let trial = numbered.or_else(|| by_run.then(|| format!("run {run}")));
        let parts: Vec<&str> = session.into_iter().chain(trial.as_deref()).collect();
        let order = cell(&found.order).and_then(decimal);
        if layout.rows == Rows::Samples && kinds.is_none() && found.order.is_some() && order.is_none() {
            *left_out.entry("samples of no fixation".to_owned()).or_default() += 1;
            continue;
        }
        let entry = Entry {
            line: row.line(),
            observer: observer.to_owned(),
            picture: picture.to_owned(),
            trial: (!parts.is_empty()).then(|| parts.join(", ")),
            run,
            order,
            place: Err(String::new()),
            duration: duration(row, &found),
            start: scaled(row, &found.start),
            time: scaled(row, &found.time),
            frame: found.rectangle.as_ref().and_then(|rectangle| rectangle_of(row, rectangle)),
        };
        place(row, &found, entry, &mut recording.entries, &mut left_out);
    }
    recording.left_out = left_out.into_iter().collect();
    Ok(recording)
}

/// How often an observer's picture changed before this row.
pub(super) fn run(seen: &mut HashMap<String, (String, usize)>, observer: &str, picture: &str) -> usize {
    let (last, run) = seen.entry(observer.to_owned()).or_insert_with(|| (picture.to_owned(), 0));
    if last != picture {
        picture.clone_into(last);
        *run += 1;
    }
    *run
}

/// What each row is that is no fixation, where a column says so and any row is one.
fn events(rows: &trials::Rows, found: &Found) -> Option<HashMap<usize, String>> {
    let column = found.event.as_ref()?;
    let is_fixation = |cell: &str| {
        matches!(plain(cell).as_str(), "fixation" | "fixations" | "fix" | "visualintake" | "fixationl" | "fixationr")
    };
    let says = |row: Row| row.text(column).map(str::to_owned);
    if !rows.iter().any(|row| says(row).is_some_and(|cell| is_fixation(&cell))) {
        return None;
    }
    let others = rows.iter().filter_map(|row| match says(row) {
        Some(cell) if is_fixation(&cell) => None,
        Some(cell) => Some((row.number(), cell)),
        None => Some((row.number(), "without an event".to_owned())),
    });
    Some(others.collect())
}

fn scaled(row: Row, column: &Option<(String, f64)>) -> Option<f64> {
    let (name, factor) = column.as_ref()?;
    Some(decimal(value(row, name)?)? * factor)
}

fn duration(row: Row, found: &Found) -> Said<f64> {
    let Some((name, factor)) = &found.duration else { return Err(String::new()) };
    let cell = value(row, name).unwrap_or_default();
    match decimal(cell) {
        None => Err(format!("duration is {cell:?}, not a number")),
        Some(duration) if duration < 0.0 => Err(format!("duration is \"{duration}\", which is less than nothing")),
        Some(duration) => Ok(duration * factor),
    }
}

/// The places of a row, one entry for each: one number, or a list of numbers in x and one in y.
fn place(row: Row, found: &Found, entry: Entry, entries: &mut Vec<Entry>, left_out: &mut BTreeMap<String, usize>) {
    let cell = |name: &str| row.text(name).unwrap_or_default();
    let (x, y) = (cell(&found.x), cell(&found.y));
    let (Some(across), Some(down)) = (values(x), values(y)) else {
        let one = |name: &str, cell: &str| decimal(cell).ok_or_else(|| format!("{name} is {cell:?}, not a number"));
        let place = one("x", x).and_then(|x| Ok((x, one("y", y)?)));
        entries.push(Entry { place, ..entry });
        return;
    };
    if across.len() != down.len() {
        let place = Err(format!("x is a list of {}, and y of {}", across.len(), down.len()));
        entries.push(Entry { place, ..entry });
        return;
    }
    if across.is_empty() {
        *left_out.entry("an empty list of places".to_owned()).or_default() += 1;
    }
    let trial = entry.trial.clone().or(Some(format!("line {}", row.line())));
    let durations = found.duration.as_ref().and_then(|(name, factor)| Some((values(value(row, name)?)?, *factor)));
    let lasted = |at: usize| match &durations {
        None => entry.duration.clone(),
        Some((all, factor)) => match all.get(at).and_then(number).filter(|_| all.len() == across.len()) {
            Some(duration) if duration >= 0.0 => Ok(duration * factor),
            _ => {
                Err(format!("duration is a list of {}, and x of {}; look {} has none", all.len(), across.len(), at + 1))
            }
        },
    };
    for (at, pair) in across.iter().zip(&down).enumerate() {
        let place = number(pair.0).zip(number(pair.1)).ok_or_else(|| format!("{}, {} is no place", pair.0, pair.1));
        let (trial, order, duration) = (trial.clone(), Some(at as f64 + 1.0), lasted(at));
        entries.push(Entry { place, trial, order, duration, ..entry.clone() });
    }
}

/// Looks in a list of pairs or objects, as entries after `entry`.
pub(super) fn listed(cell: &str, entry: &Entry, entries: &mut Vec<Entry>) -> Said<()> {
    let all = values(cell).ok_or_else(|| "these looks are no list that can be read".to_owned())?;
    for (at, point) in points(&all).into_iter().enumerate() {
        let place = point.place.ok_or_else(|| format!("look {} of this list has no x and y", at + 1));
        entries.push(Entry {
            place,
            order: Some(at as f64 + 1.0),
            time: point.time,
            duration: point.duration.ok_or_else(String::new),
            ..entry.clone()
        });
    }
    Ok(())
}

fn rectangle_of(row: Row, columns: &[String; 4]) -> Option<Places> {
    let [left, top, width, height] = columns.each_ref().map(|name| value(row, name).and_then(decimal));
    let (width, height) = (width?, height?);
    let origin = Some(Origin::Corner([left?, top?]));
    (width > 0.0 && height > 0.0).then_some(Places {
        origin,
        width: Some(width),
        height: Some(height),
        ..super::placing::LOOKS
    })
}
