//! What human maps from other sources are made of: tables of places, or a folder with a folder for each observer.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ndarray::Array2;

use super::pictures::Stimuli;
use super::{Run, import};
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Human, LookColumns, Source, Weight};
use crate::human::{Look, density};
use crate::looks::{LookTable, Looks, read_looks};
use crate::map::{Labels, Map, Painted, Reading};
use crate::results::files_below;
use crate::stats::smooth::{Edge, smooth};
use crate::table::{Table, number};
use crate::trials::{Known, Rejected, Text, by_reason};

/// One observer's map of one picture.
pub(super) struct Made {
    pub(super) observer: String,
    /// Looks in it; 1 for a map made elsewhere.
    pub(super) count: usize,
    pub(super) map: Array2<f64>,
}

/// Everything that was found, by picture and observer.
pub(super) struct Origin {
    found: Found,
    shape: (usize, usize),
    sd: f64,
    /// How map files are read: as `[score.preparation]` says.
    reading: Reading,
    /// Rows or files that are in no map.
    pub(super) rejected: Vec<Rejected>,
    /// First fixations left out.
    pub(super) first: usize,
    /// Fixations left out because they began before the picture came.
    pub(super) early: usize,
    /// How each file was understood, for people.
    pub(super) explained: String,
}

enum Found {
    Looks(BTreeMap<(String, String), Vec<Look>>),
    Masks(BTreeMap<(String, String), PathBuf>, Option<Labels>),
    Maps(BTreeMap<(String, String), PathBuf>),
}

impl Origin {
    /// Reads tables, or lists a folder. Files are read when their picture's turn comes.
    pub(super) fn read(run: &Run, human: &Human, stimuli: &Stimuli, sd: f64) -> Result<Origin> {
        let known = Known { pictures: stimuli.names(), ..Known::default() };
        let shape = stimuli.shape();
        let preparation = &run.experiment.file.score.preparation;
        let (channels, variable) = (preparation.channels.clone(), preparation.variable.clone());
        let mut origin = Origin {
            found: Found::Looks(BTreeMap::new()),
            shape,
            sd,
            reading: Reading { channels, variable },
            rejected: Vec::new(),
            first: 0,
            early: 0,
            explained: String::new(),
        };
        if human.source.is_table() {
            let mut all: BTreeMap<(String, String), Vec<Look>> = BTreeMap::new();
            let files = inputs(run, human)?;
            let resized = run.experiment.file.pictures.width.is_some();
            for ((_, path), person) in files.iter().zip(persons(&files, &known)) {
                let reading = LookTable {
                    columns: &human.columns,
                    shape,
                    resized,
                    places: human.places(),
                    y: human.y,
                    timed: human.weight == Weight::Duration,
                    drop_first: human.drop_first,
                    clicks: human.source == Source::Clicks,
                    person: &person,
                };
                let (text, columns) = text(path, &person)?;
                let reading = LookTable { columns: columns.as_ref().unwrap_or(&human.columns), ..reading };
                let looks = read_looks(&text, &known, reading)?;
                origin.explained.push_str(&told(run, human, path, &looks));
                origin.first += looks.first;
                origin.early += looks.early;
                origin.rejected.extend(looks.rejected);
                for (owner, own) in looks.of {
                    all.entry(owner).or_default().extend(own);
                }
            }
            if all.is_empty() {
                return Err(nothing(run, human, &origin.rejected, stimuli));
            }
            origin.found = Found::Looks(all);
            return Ok(origin);
        }
        let files = origin.listed(&inputs(run, human)?, &known)?;
        origin.found =
            if human.source == Source::Masks { Found::Masks(files, human.labels.clone()) } else { Found::Maps(files) };
        Ok(origin)
    }

    /// Number of looks; none where maps are made elsewhere.
    pub(super) fn looks(&self) -> Option<usize> {
        match &self.found {
            Found::Looks(looks) => Some(looks.values().map(Vec::len).sum()),
            Found::Masks(..) | Found::Maps(_) => None,
        }
    }

    /// `human/fixations.csv`: a row a look; x and y in px of the maps from their left and upper edge, and the pixel that
    /// covers it, counted from 0 (the last edges belong to the last pixels). None where maps are made elsewhere.
    pub(super) fn table(&self) -> Option<Table> {
        let Found::Looks(looks) = &self.found else { return None };
        let mut table = Table::new(&["picture", "observer", "x", "y", "weight", "row", "column"]);
        let pixel = |at: f64, side: usize| (at as usize).min(side.saturating_sub(1)).to_string();
        for ((picture, observer), own) in looks {
            for look in own {
                table.push([
                    picture.clone(),
                    observer.clone(),
                    number(look.x),
                    number(look.y),
                    number(look.weight),
                    pixel(look.y, self.shape.0),
                    pixel(look.x, self.shape.1),
                ]);
            }
        }
        Some(table)
    }

    /// The map of every observer of a picture, in the order of their names.
    pub(super) fn of_picture(&self, picture: &str, experiment: &Experiment) -> Result<Vec<Made>> {
        let is_its = |owner: &(String, String)| owner.0 == picture;
        match &self.found {
            Found::Looks(looks) => Ok(looks
                .iter()
                .filter(|(owner, _)| is_its(owner))
                .filter_map(|((_, observer), looks)| {
                    let map = density(looks, self.shape, self.sd)?;
                    Some(Made { observer: observer.clone(), count: looks.len(), map })
                })
                .collect()),
            Found::Masks(files, _) | Found::Maps(files) => {
                let own = files.iter().filter(|(owner, _)| is_its(owner));
                own.map(|((_, observer), path)| {
                    Ok(Made { observer: observer.clone(), count: 1, map: self.stored(path, experiment)? })
                })
                .collect()
            }
        }
    }

    /// A map as stored; a mask is 1 where it is painted, and blurred.
    fn stored(&self, path: &Path, experiment: &Experiment) -> Result<Array2<f64>> {
        let Found::Masks(_, labels) = &self.found else {
            let map = Map::read(path, &self.reading)?;
            self.check_size("map", map.shape(), path)?;
            return Ok(map.to_f64());
        };
        let painted = Painted::read(path, labels.as_ref(), self.reading.variable.as_deref()).map_err(|error| {
            error.hint("`labels` in [human] names the values that are painted; leave out files in which nothing is")
        })?;
        let mask = experiment.mask_in_width(painted.pixels)?;
        self.check_size("mask", mask.dim(), path)?;
        Ok(smooth(&mask.mapv(|painted| f64::from(u8::from(painted))), self.sd, Edge::Normalised))
    }

    fn check_size(&self, what: &str, (rows, columns): (usize, usize), path: &Path) -> Result<()> {
        let (wanted_rows, wanted_columns) = self.shape;
        if (rows, columns) == self.shape {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "this {what} is {columns} x {rows} px, and the pictures are {wanted_columns} x {wanted_rows} px"
        ))
        .at(path.display())
        .hint(format!("bring {what}s and pictures to one size first; nothing is resized silently")))
    }

    /// The file of each observer and picture; what belongs to no picture is rejected.
    fn listed(&mut self, files: &[(String, PathBuf)], known: &Known) -> Result<BTreeMap<(String, String), PathBuf>> {
        let mut found: BTreeMap<(String, String), PathBuf> = BTreeMap::new();
        for (name, path) in files {
            let (observer, file) = name.rsplit_once('/').unwrap_or(("", name));
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            let mut reject = |reason: String| self.rejected.push(Rejected { file: name.clone(), line: 0, reason });
            if observer.is_empty() {
                reject("lies in no folder of an observer".to_owned());
                continue;
            }
            let Some(picture) = known.picture(file).or_else(|| known.picture(stem)) else {
                reject(format!("no picture is called {stem:?}"));
                continue;
            };
            if let Some(other) = found.insert((picture.to_owned(), observer.to_owned()), path.clone()) {
                return Err(Error::invalid(format!(
                    "observer {observer} has two maps of {picture}: this and {}",
                    other.display()
                ))
                .at(path.display())
                .hint("each observer has one map of each picture"));
            }
        }
        Ok(found)
    }
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

/// Every file that maps are made of: its name in messages (below the folder: observer/picture), and where it lies.
pub(super) fn inputs(run: &Run, human: &Human) -> Result<Vec<(String, PathBuf)>> {
    if human.source.is_table() {
        return import::present(run, "human.files", &human.files);
    }
    let mut found = Vec::new();
    for folder in &human.files {
        let root = run.experiment.resolve(folder);
        if !root.is_dir() {
            return Err(Error::invalid(format!("there is no folder of {} {}", human.source.name(), root.display()))
                .at(run.experiment.field("human.files"))
                .hint("it holds a folder for each observer, and in it a file for each picture"));
        }
        for path in files_below(&root)? {
            let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if !name.rsplit('/').next().unwrap_or_default().starts_with('.') {
                found.push((name, path));
            }
        }
    }
    Ok(found)
}
