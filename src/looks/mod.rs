//! Looks: fixations and clicks of people, whatever wrote them down.
//!
//! A format makes entries of a file, one for each row. Rows of samples become the fixations that they belong to (`samples`);
//! what is first or too early is found within each presentation of a picture (`presentations`); and places of the screen or
//! shares of it become places in the picture (`placing`).

mod bubbleview;
mod canonical;
mod codecharts;
mod columns;
mod csv;
mod eyelink;
mod gazepoint;
mod layout;
mod lists;
mod placing;
mod presentations;
mod pupil;
mod read;
mod salicon;
mod samples;
mod screen;
mod smi;
mod tobii;
mod webgazer;

pub use placing::Warning;
pub use read::{LookTable, Looks, read_looks};

use crate::error::{Error, Result, one_of};
use crate::experiment::LookColumns;
use crate::place::Places;
use crate::trials::{self, Known, Rejected, Text};

/// One row of a file: a fixation, a click, or a sample of one.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Line of the file, from 1.
    pub line: u64,
    /// Participant id.
    pub observer: String,
    /// The picture as the file names it.
    pub picture: String,
    /// The presentation, where the file numbers them.
    pub trial: Option<String>,
    /// Counts how often the observer's picture changed before this row.
    pub run: usize,
    /// Number of the fixation, in the presentation or the recording.
    pub order: Option<f64>,
    /// x and y in the units of the file, or why there are none.
    pub place: Said<(f64, f64)>,
    /// How long it lasted, in ms where the format knows, or why that is unknown.
    pub duration: Said<f64>,
    /// When it began, in ms from the picture's onset.
    pub start: Option<f64>,
    /// When the sample was taken, in ms.
    pub time: Option<f64>,
    /// Where the picture lay in the units of the file, where the row records it.
    pub frame: Option<Places>,
}

impl Entry {
    /// An entry of a row, or of a list in it, that holds no place yet; without a number the line is the presentation.
    fn empty(line: u64, observer: &str, picture: &str, trial: Option<&str>) -> Entry {
        Entry {
            line,
            observer: observer.to_owned(),
            picture: picture.to_owned(),
            trial: Some(trial.map_or_else(|| format!("line {line}"), str::to_owned)),
            run: 0,
            order: None,
            place: Err(String::new()),
            duration: Err(String::new()),
            start: None,
            time: None,
            frame: None,
        }
    }
}

/// A value, or the reason why a row has none.
pub type Said<T> = std::result::Result<T, String>;

/// Where the places of a file lie unless its rows or the settings say so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Frame {
    /// In px of the picture as it is stored.
    Picture,
    /// In a picture that lies so.
    Stated(Places),
    /// On a screen, and where the picture was on it is unknown; these are the places of a picture that fills it.
    Screen(Places),
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// One row for each look, or for each sample where most rows repeat the number of their fixation.
    Looks,
    /// One row for each sample of a fixation, which its number names.
    Samples,
    /// One row for each sample of a gaze, and no fixations.
    Gaze,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Its rows.
    pub entries: Vec<Entry>,
    /// Rows that cannot be read.
    pub rejected: Vec<Rejected>,
    /// Rows that are no looks, such as saccades, by what they are.
    pub left_out: Vec<(String, usize)>,
    /// What its rows are.
    pub rows: Rows,
    /// Where its places lie.
    pub frame: Frame,
    /// What is worth saying of how it was read.
    pub notes: Vec<String>,
    /// What a person should act upon.
    pub warnings: Vec<String>,
    /// Width and height of the screen in px, where the file states one.
    pub display: Option<(f64, f64)>,
    /// True if the names of its columns are those of a platform that counts y upwards from the middle.
    pub upwards: bool,
}

impl Recording {
    /// No rows yet.
    fn new(rows: Rows, frame: Frame) -> Recording {
        Recording {
            entries: Vec::new(),
            rejected: Vec::new(),
            left_out: Vec::new(),
            rows,
            frame,
            notes: Vec::new(),
            warnings: Vec::new(),
            display: None,
            upwards: false,
        }
    }
}

/// What is known before a file is read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The pictures.
    pub known: &'a Known,
    /// The names of columns in the experiment file.
    pub columns: &'a LookColumns,
    /// What a file that names nobody is called after.
    pub person: &'a str,
    /// The picture that a file without a column of pictures is about, by its name or because there is no other.
    pub picture: Option<&'a str>,
    /// True if the experiment file states where pictures lie, which wins over what a format says or doubts.
    pub placed: bool,
    /// True if looks are clicks.
    pub clicks: bool,
    /// True if looks are weighed by their duration, which must then be there.
    pub timed: bool,
}

/// A row of the table of formats.
pub struct LookFormat {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// How the format is recognised.
    pub recognised_by: &'static str,
    /// True if it reads the columns that [human.columns] names as x and y.
    pub named: bool,
    /// True if a file has it.
    pub detect: fn(&Text) -> bool,
    /// Reads one file.
    pub read: fn(&Text, &Context) -> Result<Recording>,
}

/// Every format of fixations and clicks, the first that recognises a file reads it; a new one is a file with its row, and a line here.
pub static LOOK_FORMATS: &[LookFormat] = &[
    eyelink::REPORT,
    eyelink::SAMPLES,
    tobii::FORMAT,
    gazepoint::FORMAT,
    pupil::FORMAT,
    smi::FORMAT,
    smi::SAMPLES,
    webgazer::FORMAT,
    salicon::FORMAT,
    salicon::GAZE,
    codecharts::FORMAT,
    bubbleview::FORMAT,
    canonical::FORMAT,
    csv::FORMAT,
];

/// The format that a file has; one that reads the columns of x and y that are stated, where the file has them.
fn format(text: &Text, columns: &LookColumns) -> Result<&'static LookFormat> {
    let LookColumns { x, y, .. } = LookColumns::default();
    let in_json = |name: &String| trials::Rows::plain(text).is_ok_and(|rows| rows.columns().contains(name));
    let has = |name: &String| if text.is_json() { in_json(name) } else { text.has(&[name]) };
    // One column that is named for both holds pairs, which is for the format to read.
    let named = (&columns.x, &columns.y) != (&x, &y) && columns.x != columns.y;
    let stated = named && has(&columns.x) && has(&columns.y);
    let fits = |format: &&LookFormat| format.named || !stated;
    let found = LOOK_FORMATS.iter().find(|format| fits(format) && (format.detect)(text));
    found.or(stated.then_some(&csv::FORMAT)).ok_or_else(|| {
        let known = LOOK_FORMATS.iter().map(|format| format!("{} ({})", format.name, format.recognised_by));
        Error::invalid("this is JSON, and it holds no looks that are known").at(text.path.display()).hint(format!(
            "looks are read from JSON as an array of objects with observer, picture, x and y; {}",
            one_of(known.collect::<Vec<_>>().iter().map(String::as_str))
        ))
    })
}

#[cfg(test)]
mod tests;
