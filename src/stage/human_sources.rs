//! What human maps from other sources are made of: tables of places, or a folder with a folder for each observer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ndarray::Array2;

use super::human_tables::collect;
use super::pictures::Stimuli;
use super::{Run, import};
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Human, Source};
use crate::human::{Look, density};
use crate::map::{Labels, Map, Painted, Reading};
use crate::results::files_below;
use crate::stats::smooth::{Edge, smooth};
use crate::table::{Table, number};
use crate::trials::{Known, Rejected};

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
    /// Share of the picture that each mask read so far covers, by the rule that its file showed.
    painted: RefCell<BTreeMap<&'static str, Vec<f64>>>,
    /// Why no map can be made, where none can.
    pub(super) refusal: Option<Error>,
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
            painted: RefCell::default(),
            refusal: None,
        };
        if human.source.is_table() {
            let all = collect(run, human, stimuli, &inputs(run, human)?)?;
            origin.found = Found::Looks(all.of);
            origin.rejected = all.rejected;
            (origin.first, origin.early) = (all.first, all.early);
            (origin.explained, origin.refusal) = (all.explained, all.refusal);
            return Ok(origin);
        }
        let files = origin.listed(&inputs(run, human)?, &known)?;
        origin.found =
            if human.source == Source::Masks { Found::Masks(files, human.labels.clone()) } else { Found::Maps(files) };
        Ok(origin)
    }

    /// Says how masks were painted.
    pub(super) fn tell_painted(&self, run: &Run) {
        for (rule, shares) in self.painted.borrow().iter() {
            let (least, most) = shares.iter().fold((1.0f64, 0.0f64), |(a, b), share| (a.min(*share), b.max(*share)));
            run.progress.note(&format!(
                "{} masks: {rule}, {:.1} to {:.1} % of the picture",
                shares.len(),
                100.0 * least,
                100.0 * most
            ));
            let large = shares.iter().filter(|share| **share > 0.5).count();
            if large > 0 {
                run.progress.warn(&format!(
                    "{large} of {} masks cover more than half of their picture; a mask is black, or transparent, where nothing is painted",
                    shares.len()
                ));
            }
        }
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
        let share = painted.pixels.iter().filter(|one| **one).count() as f64 / painted.pixels.len() as f64;
        self.painted.borrow_mut().entry(painted.rule).or_default().push(share);
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
