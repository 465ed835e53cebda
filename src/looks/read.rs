//! A file of any format as the looks of each observer at each picture.

use std::collections::BTreeMap;

use super::placing::{self, Pair};
use super::presentations::{Presentation, presentations};
use super::{Context, Entry, Frame, Rows, Warning, format, samples, screen};
use crate::error::{Error, Result};
use crate::experiment::LookColumns;
use crate::human::Look;
use crate::place::{Direction, Places, Shape};
use crate::trials::{Known, Rejected, Text};

/// How a file is read.
#[derive(Debug, Clone, Copy)]
pub struct LookTable<'a> {
    /// Names of its columns.
    pub columns: &'a LookColumns,
    /// (rows, columns) of the pictures that places are brought to.
    pub shape: Shape,
    /// True if pictures were brought to another size than they are stored in, so that px of them say nothing.
    pub resized: bool,
    /// Where pictures lie in the coordinates; `None`: as the file or its format says.
    pub places: Option<Places>,
    /// Where y grows to; `None`: as the file or its format says.
    pub y: Option<Direction>,
    /// True if looks are weighed by their duration, which must then be there.
    pub timed: bool,
    /// True if the first look of each presentation, which began before the picture came, is left out.
    pub drop_first: bool,
    /// True if looks are clicks, of which two may fall on one place.
    pub clicks: bool,
    /// Whom a file is called after that names nobody.
    pub person: &'a str,
}

/// The looks of each observer at each picture, and the rows that are none.
#[derive(Debug, Default)]
pub struct Looks {
    /// Name of the format.
    pub format: &'static str,
    /// (picture, observer) to the looks in their order.
    pub of: BTreeMap<(String, String), Vec<Look>>,
    /// Rows not taken, with the reason.
    pub rejected: Vec<Rejected>,
    /// Rows that are no looks, such as saccades, by what they are.
    pub left_out: Vec<(String, usize)>,
    /// Presentations of pictures.
    pub presentations: usize,
    /// First looks left out.
    pub first: usize,
    /// Looks left out because they began before the picture came.
    pub early: usize,
    /// Rows that are looks or samples of them, and the looks that they are.
    pub rows: (usize, usize),
    /// What is worth saying of how it was read.
    pub notes: Vec<String>,
    /// What a person should act upon.
    pub warnings: Vec<Warning>,
}

/// Reads a file in the format that its content has, `known` saying which pictures there are. A look without an observer, a known
/// picture or a place inside the picture is listed among the rejected rows.
///
/// # Errors
/// Where the file has no known format or lacks a column, no place lies inside a picture, or the picture's place on a screen is
/// not known.
pub fn read_looks(text: &Text, known: &Known, reading: LookTable) -> Result<Looks> {
    let LookTable { columns, clicks, timed, person, .. } = reading;
    let format = format(text, columns)?;
    let file = text.file();
    let stem = file.rsplit_once('.').map_or(&*file, |(stem, _)| stem);
    let only = known.pictures.first().filter(|_| known.pictures.len() == 1).map(String::as_str);
    let picture = known.picture(stem.strip_prefix("fixations_on_surface_").unwrap_or(stem)).or(only);
    let mut recording = (format.read)(
        text,
        &Context { known, columns, person, picture, placed: reading.places.is_some(), clicks, timed },
    )?;
    let at = |error: Error| error.at(text.path.display());
    let mut looks = Looks { format: format.name, ..Looks::default() };
    looks.notes.append(&mut recording.notes);
    looks.warnings.append(&mut recording.warnings);
    looks.rejected.append(&mut recording.rejected);
    looks.left_out.append(&mut recording.left_out);
    if recording.rows == Rows::Gaze && reading.drop_first {
        return Err(at(Error::invalid(
            "drop_first leaves out the first fixation, and this file holds samples of gaze",
        )
        .hint("leave human.drop_first out")));
    }
    if recording.upwards && reading.y.is_none() {
        looks.warnings.push(
            "the columns are named as PsychoPy names them, which counts y upwards from the middle of the screen, and y is read as it \
             grows downwards: say y = \"up\" (or y = \"down\") in [human]"
                .to_owned(),
        );
    }
    let reject = |line, reason| Rejected { file: text.file(), line, reason };
    let mut named: BTreeMap<String, Option<String>> = BTreeMap::new();
    recording.entries.retain_mut(|entry| {
        let found = named.entry(entry.picture.clone());
        let found = found.or_insert_with(|| known.picture(&entry.picture).map(str::to_owned));
        match found {
            Some(picture) => picture.clone_into(&mut entry.picture),
            None => looks.rejected.push(reject(entry.line, format!("no picture is called {:?}", entry.picture))),
        }
        found.is_some()
    });
    let rows = if clicks { Rows::Gaze } else { recording.rows };
    let (entries, counts) = samples::fixations(std::mem::take(&mut recording.entries), rows);
    looks.rows = (counts.before, counts.after);
    if 2 * counts.repeated > counts.after {
        looks.warnings.push(format!(
            "{} of {} rows repeat the place of the row before them, as samples of a fixation do, and each counts as a look; name the \
             column that numbers fixations (`order`) in [human.columns], or export fixations",
            counts.repeated, counts.after
        ));
    }
    looks.warnings.extend(screen::filled(&recording, &entries, &reading, format.name).map_err(at)?);
    let places = |entry: &Entry| placed(entry, reading, recording.frame).map_err(at);
    let mut pairs: Vec<Pair> = Vec::with_capacity(entries.len());
    for entry in &entries {
        if let Ok(pair) = entry.place {
            pairs.push((pair, places(entry)?, reading.shape));
        }
    }
    looks.warnings.extend(placing::doubt(&pairs).map_err(at)?);
    let (shown, note) = presentations(entries);
    looks.notes.extend(note);
    for (owner, shown) in shown {
        looks.presentations += shown.len();
        for presentation in shown {
            for (line, look) in taken(presentation, reading, &places, &mut looks)? {
                match look {
                    Ok(look) => looks.of.entry(owner.clone()).or_default().push(look),
                    Err(reason) => looks.rejected.push(reject(line, reason)),
                }
            }
        }
    }
    looks.rejected.sort_by_key(|rejected| rejected.line);
    Ok(looks)
}

/// How the place of an entry is read.
fn placed(entry: &Entry, reading: LookTable, frame: Frame) -> Result<Places> {
    let places = placing::places(entry, reading.places, reading.y, frame);
    if reading.resized && places.width.is_none() {
        let what = "pictures are brought to another width, and the width that coordinates are measured in is not given";
        return Err(Error::invalid(what).hint(
            "add width = ... to [human]: that of the pictures as they were shown, in the unit of the coordinates",
        ));
    }
    Ok(places)
}

type Line = (u64, std::result::Result<Look, String>);

/// The looks of a presentation without what came too early.
fn taken(
    presentation: Presentation,
    reading: LookTable,
    places: &impl Fn(&Entry) -> Result<Places>,
    looks: &mut Looks,
) -> Result<Vec<Line>> {
    let first = usize::from(reading.drop_first).min(presentation.len());
    looks.first += first;
    let mut found = Vec::with_capacity(presentation.len());
    for entry in presentation.into_iter().skip(first) {
        if entry.start.is_some_and(|start| start < 0.0) {
            looks.early += 1;
            continue;
        }
        found.push((entry.line, look(&entry, reading, places)?));
    }
    Ok(found)
}

fn look(
    entry: &Entry,
    reading: LookTable,
    places: &impl Fn(&Entry) -> Result<Places>,
) -> Result<std::result::Result<Look, String>> {
    let (x, y) = match &entry.place {
        Ok(place) => *place,
        Err(reason) => return Ok(Err(reason.clone())),
    };
    let weight = match (&entry.duration, reading.timed) {
        (_, false) => 1.0,
        (Ok(duration), true) => *duration,
        (Err(reason), true) if reason.is_empty() => return Ok(Err("no duration".to_owned())),
        (Err(reason), true) => return Ok(Err(reason.clone())),
    };
    let inside = places(entry)?.point((x, y), reading.shape);
    Ok(inside.map(|(x, y)| Look { x, y, weight }).ok_or_else(|| format!("\"{x}, {y}\" lies outside the picture")))
}
