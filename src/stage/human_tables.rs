//! Tables and other files of fixations and clicks, read one after another.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Run;
use super::pictures::Stimuli;
use crate::error::{Error, Result};
use crate::experiment::{Human, LookColumns, Source, Weight};
use crate::human::Look;
use crate::looks::{LookTable, Looks, read_looks};
use crate::map::{Map, Reading};
use crate::table::{Table, number};
use crate::trials::{Known, Rejected, Text, by_reason};

/// What all files hold together.
#[derive(Default)]
pub(super) struct Collected {
    /// (picture, observer) to the looks in their order.
    pub(super) of: BTreeMap<(String, String), Vec<Look>>,
    /// Rows not taken.
    pub(super) rejected: Vec<Rejected>,
    /// First fixations left out.
    pub(super) first: usize,
    /// Fixations left out because they began before the picture came.
    pub(super) early: usize,
    /// How each file was understood, for people.
    pub(super) explained: String,
    /// Why no map can be made, where none can.
    pub(super) refusal: Option<Error>,
}

/// Reads every file.
pub(super) fn collect(run: &Run, human: &Human, stimuli: &Stimuli, files: &[(String, PathBuf)]) -> Result<Collected> {
    let known = Known { pictures: stimuli.names(), ..Known::default() };
    let mut all = Collected::default();
    for ((_, path), person) in files.iter().zip(persons(files, &known)) {
        let (text, columns) = text(path, &person)?;
        let reading = LookTable {
            columns: columns.as_ref().unwrap_or(&human.columns),
            shape: stimuli.shape(),
            resized: run.experiment.file.pictures.width.is_some(),
            places: human.places(),
            y: human.y,
            timed: human.weight == Weight::Duration,
            drop_first: human.drop_first,
            clicks: human.source == Source::Clicks,
            person: &person,
        };
        let looks = read_looks(&text, &known, reading)?;
        all.explained.push_str(&told(run, human, path, &looks));
        all.first += looks.first;
        all.early += looks.early;
        all.rejected.extend(looks.rejected);
        for (owner, own) in looks.of {
            all.of.entry(owner).or_default().extend(own);
        }
    }
    if all.of.is_empty() {
        all.refusal = Some(nothing(run, human, &all.rejected, stimuli));
    }
    Ok(all)
}

/// A file of looks as text. An array of numpy, as of ClickMe, holds x and y of each look at the picture that its name names, by the
/// person whom its folder names; it stands as the table that it says.
fn text(path: &Path, person: &str) -> Result<(Text, Option<LookColumns>)> {
    let mut start = [0; 6];
    let is_array = File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"\x93NUMPY";
    if !is_array {
        return Ok((Text::read(path)?, None));
    }
    let array = Map::read(path, &Reading::default())?;
    let (looks, numbers) = array.shape();
    if numbers != 2 {
        return Err(Error::invalid(format!("this array has {looks} x {numbers} numbers, and looks are x and y"))
            .at(path.display())
            .hint("save looks as an array with two columns, x and y; maps are source = \"maps\""));
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut table = Table::new(&["observer", "picture", "x", "y"]);
    for look in array.to_f64().rows() {
        table.push([person.to_owned(), stem.clone(), number(look[0]), number(look[1])]);
    }
    Ok((Text::of(path, table.to_csv()?)?, Some(LookColumns::default())))
}

/// Says how a file was understood, and gives it as text.
fn told(run: &Run, human: &Human, path: &Path, looks: &Looks) -> String {
    let taken: usize = looks.of.values().map(Vec::len).sum();
    let (before, after) = looks.rows;
    let mut counts =
        format!("{taken} taken, {} first ones left out, {} rows rejected", looks.first, looks.rejected.len());
    if before != after {
        counts.push_str(&format!(", {before} rows of samples are {after} {}", human.source.name()));
    }
    if looks.early > 0 {
        counts.push_str(&format!(", {} that began before the picture left out", looks.early));
    }
    for (kind, number) in &looks.left_out {
        counts.push_str(&format!(", {} left out: {kind}", rows(*number)));
    }
    let place = path.display();
    run.progress.note(&format!("{place} ({}): {counts}", human.source.name()));
    for warning in &looks.warnings {
        run.progress.warn(&format!("{place}: {warning}"));
    }
    let mut text = format!(
        "{place}\n  format: {}\n  {counts}\n  {} presentations of pictures\n",
        looks.format, looks.presentations
    );
    looks.notes.iter().for_each(|note| text.push_str(&format!("  {note}\n")));
    looks.warnings.iter().for_each(|warning| text.push_str(&format!("  warning: {warning}\n")));
    for (reason, number) in by_reason(&looks.rejected) {
        text.push_str(&format!("  {number} rejected: {reason}\n"));
    }
    text + "\n"
}

/// The error for files without any look at a picture.
fn nothing(run: &Run, human: &Human, rejected: &[Rejected], stimuli: &Stimuli) -> Error {
    let reasons: Vec<String> =
        by_reason(rejected).iter().map(|(reason, number)| format!("{reason} ({})", rows(*number))).collect();
    let what = format!("nothing in {} belongs to a picture", human.files.join(", "));
    let what = if reasons.is_empty() { what } else { format!("{what}: {}", reasons.join("; ")) };
    let names = stimuli.names();
    let first: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    Error::invalid(what).at(run.experiment.field("human.files")).hint(format!(
        "the pictures are {}{}",
        first.join(", "),
        if names.len() > 3 { ", ..." } else { "" }
    ))
}

/// "1 row", "2 rows".
fn rows(number: usize) -> String {
    if number == 1 { "1 row".to_owned() } else { format!("{number} rows") }
}

/// Whom each file is called after that names nobody: the folders that not all files share, or else its own name; its folder where
/// its name is that of a picture.
fn persons(files: &[(String, PathBuf)], known: &Known) -> Vec<String> {
    let parts = |path: &Path| -> Vec<String> {
        let folder = path.parent().map(Path::components);
        folder.into_iter().flatten().map(|one| one.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let all: Vec<Vec<String>> = files.iter().map(|(_, path)| parts(path)).collect();
    let name = |(folders, (_, path)): (&Vec<String>, &(String, PathBuf))| {
        let apart = |part: &&String| !all.iter().all(|one| one.contains(part));
        let own: Vec<&str> = folders.iter().filter(apart).map(String::as_str).collect();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let of_picture = known.picture(stem.strip_prefix("fixations_on_surface_").unwrap_or(&stem)).is_some();
        match (own.is_empty(), of_picture, folders.last()) {
            (false, ..) => own.join("/"),
            (true, true, Some(folder)) => folder.clone(),
            _ => stem,
        }
    };
    all.iter().zip(files).map(name).collect()
}
