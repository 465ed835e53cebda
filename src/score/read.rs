//! Two folders of maps: whose map a file is stands in `index.csv`, never in an order of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::results::files_below;
use crate::table::{Row, Table};

/// Where the maps of both sides lie.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Folder of human maps: `index.csv` with file, picture, observer; `region.npy` where only a part is compared.
    pub human: PathBuf,
    /// Indexes of network maps, with file, picture, seed, model, method.
    pub model: Vec<PathBuf>,
}

impl Folders {
    /// Human maps, and every `index.csv` in the folder of network maps or below it.
    pub fn new(human: &Path, model: &Path) -> Result<Folders> {
        let mut indexes = files_below(model)?;
        indexes.retain(|path| path.file_name().is_some_and(|name| name == "index.csv"));
        if indexes.is_empty() {
            return Err(Error::invalid("there is no index.csv of network maps")
                .at(model.display())
                .hint("its columns are file, picture, seed, model, method"));
        }
        Ok(Folders { human: human.to_path_buf(), model: indexes })
    }
}

/// A human map as the index tells it.
pub(super) struct HumanMap {
    pub(super) unit: String,
    pub(super) picture: String,
    pub(super) observer: String,
    pub(super) map: Map,
}

/// The human side of all comparisons.
pub(super) struct People {
    pub(super) maps: Vec<HumanMap>,
    pub(super) region: Array2<bool>,
    pub(super) blur_sd: f64,
    pub(super) coordinates: String,
    pub(super) simulated: bool,
    pub(super) over_trials: BTreeMap<String, f64>,
}

/// A saliency map as the index tells it.
pub(super) struct NetworkMap {
    pub(super) picture: String,
    pub(super) seed: String,
    pub(super) path: PathBuf,
    pub(super) blur_sd: f64,
}

pub(super) fn read_people(folder: &Path) -> Result<People> {
    let path = folder.join("index.csv");
    let index = Table::read(&path).map_err(|error| {
        error.hint("a folder of human maps holds index.csv with the columns file, picture, observer")
    })?;
    let mut maps: Vec<HumanMap> = Vec::new();
    let (mut blur_sd, mut coordinates, mut simulated) = (0.0, "picture".to_owned(), false);
    for row in index.iter() {
        let Some(observer) = row.text("observer") else { continue };
        let part = row.text("band").or(row.text("condition"));
        if row.text("kind").is_some_and(|kind| kind != "smoothed") || part.is_some() {
            continue;
        }
        let map = read_map(&row, maps.first().map(|first| first.map.shape()))?;
        let picture = row.text("picture").unwrap_or("").to_owned();
        let unit = row.text("unit").unwrap_or(if picture.is_empty() { "task" } else { "picture" }).to_owned();
        if !["task", "picture"].contains(&unit.as_str()) {
            return Err(Error::invalid(format!("there is no unit called {unit}"))
                .at(row.place())
                .hint("choose one of: task, picture"));
        }
        let own = (blur_of(&row, map.shape())?, row.text("coordinates").unwrap_or("picture").to_owned());
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
        if maps.iter().any(|map| (&map.unit, &map.picture, map.observer.as_str()) == (&unit, &picture, observer)) {
            return Err(Error::invalid(format!(
                "observer {observer} has two maps of {}",
                if picture.is_empty() { "the task" } else { &picture }
            ))
            .at(row.place())
            .hint("each observer has one map of each picture; average them first, or name the column kind"));
        }
        maps.push(HumanMap { unit, picture, observer: observer.to_owned(), map });
    }
    let Some(first) = maps.first() else {
        return Err(Error::invalid("the index names no map of an observer")
            .at(path.display())
            .hint("its columns are file, picture, observer"));
    };
    let region_path = folder.join("region.npy");
    let region = if region_path.is_file() {
        let region = Map::read_npy(&region_path)?;
        if region.shape() != first.map.shape() {
            return Err(size_error(region.shape(), first.map.shape()).at(region_path.display()));
        }
        if !region.values().iter().any(|value| *value > 0.5) {
            return Err(Error::invalid("the region is empty: none of its values is above 0.5")
                .at(region_path.display())
                .hint("the region is 1 where maps are compared; without the file they are compared everywhere"));
        }
        region.values().mapv(|value| value > 0.5)
    } else {
        Array2::from_elem(first.map.shape(), true)
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
    Ok(People { maps, region, blur_sd, coordinates, simulated, over_trials })
}

pub(super) fn read_networks(
    indexes: &[PathBuf],
    people: &People,
) -> Result<BTreeMap<(String, String), Vec<NetworkMap>>> {
    let mut groups: BTreeMap<(String, String), Vec<NetworkMap>> = BTreeMap::new();
    for path in indexes {
        for row in Table::read(path)?.iter() {
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
                picture: row.needed("picture")?.to_owned(),
                seed: row.text("seed").unwrap_or("0").to_owned(),
                path: row.file("file")?,
                blur_sd: blur_of(&row, people.region.dim())?,
            };
            let group = groups.entry(key).or_default();
            if group.iter().any(|other| (&other.picture, &other.seed) == (&map.picture, &map.seed)) {
                return Err(Error::invalid(format!("seed {} has two maps of {}", map.seed, map.picture))
                    .at(row.place())
                    .hint("give the columns model, method and seed, so that each map has a row of its own"));
            }
            group.push(map);
        }
    }
    if groups.is_empty() {
        return Err(Error::invalid("no index names a map of a network")
            .at(indexes.first().map_or(String::new(), |path| path.display().to_string()))
            .hint("its columns are file, picture, seed, model, method"));
    }
    Ok(groups)
}

/// The width of a map's blur: at least 0, and less than the map.
fn blur_of(row: &Row, (rows, columns): (usize, usize)) -> Result<f64> {
    let value = row.number("blur_sd")?.unwrap_or(0.0);
    if (0.0..=rows.max(columns) as f64).contains(&value) {
        return Ok(value);
    }
    Err(Error::invalid(format!("blur_sd is {value} px, and the maps are {rows} x {columns} px (rows x columns)"))
        .at(row.place())
        .hint("it is the standard deviation of the Gaussian blur in a map, or empty"))
}

fn read_map(row: &Row, expected: Option<(usize, usize)>) -> Result<Map> {
    let map = Map::read_npy(&row.file("file")?).map_err(|error| error.at(row.place()))?;
    match expected {
        Some(expected) if expected != map.shape() => Err(size_error(map.shape(), expected).at(row.place())),
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
