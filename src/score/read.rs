//! Two folders of maps: whose map a file is stands in `index.csv`, or in its name, never in an order of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ndarray::Array2;

use super::by_name;
use super::preparation::Preparation;
use crate::error::{Error, Result};
use crate::map::{Map, Painted};
use crate::results::{files_below, hash_file};
use crate::table::{Row, Table};

/// Where the maps of both sides lie.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Folder of human maps: `index.csv` with file, picture, observer, or observer/picture.npy; `region.npy` where only a
    /// part is compared.
    pub human: PathBuf,
    /// Indexes of network maps, with file, picture, seed, model, method, or a folder without one.
    pub model: Vec<PathBuf>,
    /// Grey values of pictures by name, for baselines that look at them; may be empty.
    pub pictures: BTreeMap<String, Array2<f64>>,
}

impl Folders {
    /// Human maps, and every `index.csv` in the folder of network maps or below it; the folder itself where there is none.
    pub fn new(human: &Path, model: &Path) -> Result<Folders> {
        for folder in [human, model] {
            if !folder.is_dir() {
                return Err(Error::invalid("there is no such folder of maps").at(folder.display()).hint(
                    "name a folder that holds maps, with an index.csv or with file names that say whose they are",
                ));
            }
        }
        let mut indexes = files_below(model)?;
        indexes.retain(|path| path.file_name().is_some_and(|name| name == "index.csv"));
        if indexes.is_empty() {
            indexes.push(model.to_path_buf());
        }
        Ok(Folders { human: human.to_path_buf(), model: indexes, pictures: BTreeMap::new() })
    }

    /// Whether a side is told by file names, so that pictures are matched without their extensions.
    fn by_stem(&self) -> bool {
        !self.human.join("index.csv").is_file() || self.model.iter().any(|index| index.is_dir())
    }

    pub(super) fn picture(&self, name: &str) -> String {
        if self.by_stem() { by_name::stem(name).to_owned() } else { name.to_owned() }
    }
}

/// A human map as the index tells it.
pub(super) struct HumanMap {
    pub(super) unit: String,
    pub(super) picture: String,
    pub(super) observer: String,
    pub(super) map: Map,
    pub(super) file: PathBuf,
}

/// The human side of all comparisons.
pub(super) struct People {
    pub(super) maps: Vec<HumanMap>,
    pub(super) region: Array2<bool>,
    /// The beginning of the hash of the mask, where one is given.
    pub(super) mask: String,
    pub(super) blur_sd: f64,
    pub(super) coordinates: String,
    pub(super) simulated: bool,
    pub(super) over_trials: BTreeMap<String, f64>,
    /// The random masks that people saw, as the index names them.
    pub(super) masks: Option<String>,
}

/// A saliency map as the index tells it.
#[derive(Clone)]
pub(super) struct NetworkMap {
    pub(super) picture: String,
    pub(super) seed: String,
    pub(super) path: PathBuf,
    /// In px of its own, which may be of another size than the human maps.
    pub(super) blur_sd: f64,
    /// Where its index tells it.
    pub(super) place: String,
    pub(super) masks: Option<String>,
    /// Reliability of the method's own random samples, where it has any.
    pub(super) reliability: Option<f64>,
}

pub(super) fn read_people(folders: &Folders, preparation: &Preparation) -> Result<People> {
    let folder = &folders.human;
    let path = folder.join("index.csv");
    let index = if path.is_file() { Table::read(&path)? } else { by_name::people(folder)? };
    let mut maps: Vec<HumanMap> = Vec::new();
    let (mut blur_sd, mut coordinates, mut simulated, mut masks) = (0.0, "picture".to_owned(), false, None);
    for row in index.iter() {
        let Some(observer) = row.text("observer") else { continue };
        let part = row.text("band").or(row.text("condition"));
        if row.text("kind").is_some_and(|kind| kind != "smoothed") || part.is_some() {
            continue;
        }
        let map = read_map(&row, maps.first(), preparation)?;
        let picture = folders.picture(row.text("picture").unwrap_or(""));
        let unit = row.text("unit").unwrap_or(if picture.is_empty() { "task" } else { "picture" }).to_owned();
        if !["task", "picture"].contains(&unit.as_str()) {
            return Err(Error::invalid(format!("there is no unit called {unit}"))
                .at(row.place())
                .hint("choose one of: task, picture"));
        }
        let blur = preparation.human_blur(blur_of(&row, map.shape())?);
        let own = (blur, row.text("coordinates").unwrap_or("picture").to_owned());
        if !maps.is_empty() && own != (blur_sd, coordinates.clone()) {
            return Err(Error::invalid(format!(
                "a human map has a blur of {} px in {} coordinates, and the first has {blur_sd} px in {coordinates} coordinates",
                own.0, own.1
            ))
            .at(row.place())
            .hint("human maps that are averaged are made in one way; score the others in a folder of their own"));
        }
        (blur_sd, coordinates) = own;
        simulated |= row.text("simulated") == Some("true");
        masks = masks.or(row.text("masks").map(str::to_owned));
        if maps.iter().any(|map| (&map.unit, &map.picture, map.observer.as_str()) == (&unit, &picture, observer)) {
            return Err(Error::invalid(format!(
                "observer {observer} has two maps of {}",
                if picture.is_empty() { "the task" } else { &picture }
            ))
            .at(row.place())
            .hint("each observer has one map of each picture; average them first, or name the column kind"));
        }
        let file = row.file("file")?;
        maps.push(HumanMap { unit, picture, observer: observer.to_owned(), map: preparation.human(&map)?, file });
    }
    let Some(first) = maps.first() else {
        return Err(Error::invalid("the index names no map of an observer")
            .at(path.display())
            .hint("its columns are file, picture, observer"));
    };
    let shape = first.map.shape();
    let region_path = Some(folder.join("region.npy")).filter(|path| path.is_file());
    let mut region = Array2::from_elem(shape, true);
    for path in region_path.iter().chain(&preparation.mask) {
        let part = masked(path, shape, preparation)?;
        region.zip_mut_with(&part, |inside, part| *inside &= part);
    }
    if !region.iter().any(|inside| *inside) {
        return Err(Error::invalid("the mask and the region have no pixel in common")
            .at(preparation.mask.as_ref().map_or(String::new(), |path| path.display().to_string()))
            .hint("both are 1 where maps are compared"));
    }
    let constant = |map: &HumanMap| {
        let mut inside = map.map.values().iter().zip(&region).filter(|(_, inside)| **inside).map(|(value, _)| value);
        inside.next().is_none_or(|first| inside.all(|value| value == first))
    };
    if maps.iter().all(constant) {
        return Err(Error::invalid(format!(
            "every human map is constant where maps are compared; the first of {} is {} there",
            maps.len(),
            first.map.values().iter().zip(&region).find(|(_, inside)| **inside).map_or(0.0, |(value, _)| *value)
        ))
        .at(first.file.display())
        .hint("a constant map agrees with nothing; check that the files are those that were meant"));
    }
    let mask = match &preparation.mask {
        Some(path) => hash_file(path)?.chars().take(16).collect(),
        None => String::new(),
    };
    let mut over_trials = BTreeMap::new();
    if let Ok(summary) = Table::read(&folder.join("summary.csv")) {
        for row in summary.iter().filter(|row| row.text("quantity") == Some("reliability_trials")) {
            if row.text("band").or(row.text("condition")).is_some() {
                continue;
            }
            if let (Some(unit), Some(value)) = (row.text("unit"), row.number("value")?) {
                over_trials.insert(unit.to_owned(), value);
            }
        }
    }
    Ok(People { maps, region, mask, blur_sd, coordinates, simulated, over_trials, masks })
}

/// The pixels that a file paints, of maps of this shape (rows, columns).
pub fn masked(path: &Path, shape: (usize, usize), preparation: &Preparation) -> Result<Array2<bool>> {
    let part = Painted::read(path, None, preparation.reading.variable.as_deref()).map_err(|error| {
        error.hint("the region is 1 where maps are compared; without the file they are compared everywhere")
    })?;
    if part.pixels.dim() != shape {
        return Err(size_error(part.pixels.dim(), shape).at(path.display()));
    }
    Ok(part.pixels)
}

/// The maps of networks by model and method.
pub(super) type Groups = BTreeMap<(String, String), Vec<NetworkMap>>;

/// The network side of all comparisons.
pub(super) struct Networks {
    /// The maps of the networks themselves.
    pub(super) own: Groups,
    /// The maps of each counterpart of them, by its name.
    pub(super) counterparts: BTreeMap<String, Groups>,
}

pub(super) fn read_networks(folders: &Folders, people: &People) -> Result<Networks> {
    let mut counterparts: BTreeMap<String, Groups> = BTreeMap::new();
    for path in &folders.model {
        let index = if path.is_dir() { by_name::networks(path)? } else { Table::read(path)? };
        for row in index.iter() {
            let coordinates = row.text("coordinates").unwrap_or("picture");
            if coordinates != people.coordinates {
                return Err(Error::invalid(format!(
                    "the network's maps are in {coordinates} coordinates, and the human maps in {} coordinates",
                    people.coordinates
                ))
                .at(row.place())
                .hint("make both with the same `coordinates`"));
            }
            let key =
                (row.text("model").unwrap_or("model").to_owned(), row.text("method").unwrap_or("method").to_owned());
            let map = NetworkMap {
                picture: folders.picture(row.needed("picture")?),
                seed: row.text("seed").unwrap_or("0").to_owned(),
                path: row.file("file")?,
                blur_sd: row.number("blur_sd")?.unwrap_or(0.0),
                place: row.place(),
                masks: row.text("masks").map(str::to_owned),
                reliability: row.number("reliability")?,
            };
            let counterpart = row.text("counterpart").unwrap_or_default().to_owned();
            let group = counterparts.entry(counterpart).or_default().entry(key).or_default();
            if group.iter().any(|other| (&other.picture, &other.seed) == (&map.picture, &map.seed)) {
                return Err(Error::invalid(format!("seed {} has two maps of {}", map.seed, map.picture))
                    .at(row.place())
                    .hint("give the columns model, method and seed, so that each map has a row of its own"));
            }
            group.push(map);
        }
    }
    let Some(own) = counterparts.remove("") else {
        return Err(Error::invalid("no index names a map of a network")
            .at(folders.model.first().map_or(String::new(), |path| path.display().to_string()))
            .hint("its columns are file, picture, seed, model, method; counterpart, if there is one, is empty"));
    };
    Ok(Networks { own, counterparts })
}

/// The width of a map's blur, if it is told: at least 0, and less than the map.
fn blur_of(row: &Row, shape: (usize, usize)) -> Result<Option<f64>> {
    let Some(value) = row.number("blur_sd")? else { return Ok(None) };
    check_blur(value, shape, &row.place()).map(|()| Some(value))
}

/// Refuses a blur below 0, or wider than the map of (rows, columns) that has it.
pub(super) fn check_blur(value: f64, (rows, columns): (usize, usize), place: &str) -> Result<()> {
    if (0.0..=rows.max(columns) as f64).contains(&value) {
        return Ok(());
    }
    Err(Error::invalid(format!("blur_sd is {value} px, and the maps are {rows} x {columns} px (rows x columns)"))
        .at(place)
        .hint("it is the standard deviation of the Gaussian blur in a map, or empty"))
}

fn read_map(row: &Row, first: Option<&HumanMap>, preparation: &Preparation) -> Result<Map> {
    let path = row.file("file")?;
    let named =
        |error: Error| error.at(row.place()).hint("the column file names maps in the folder of their index.csv");
    let map = Map::read(&path, &preparation.reading).map_err(named)?;
    match first {
        Some(first) if first.map.shape() != map.shape() => Err(size_error(map.shape(), first.map.shape()).at(format!(
            "{} and {}",
            path.display(),
            first.file.display()
        ))),
        _ => Ok(map),
    }
}

pub(super) fn size_error(found: (usize, usize), expected: (usize, usize)) -> Error {
    Error::invalid(format!(
        "a map has {} rows and {} columns, and the first has {} and {}",
        found.0, found.1, expected.0, expected.1
    ))
    .hint("resize the maps to one size first; nothing is resized silently")
}
