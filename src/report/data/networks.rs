//! `model/`: accuracy of the networks, and where their saliency maps lie.

use std::path::PathBuf;

use crate::error::Result;
use crate::report::Material;

/// One trained network, as `network-seed<k>.csv` tells it.
#[derive(Debug, Clone)]
pub(in crate::report) struct Network {
    pub model: String,
    pub seed: String,
    pub pictures: f64,
    pub right: f64,
    pub accuracy: f64,
    pub chance: f64,
}

impl Network {
    /// Whether the number of right answers is what guessing could give (one-sided, 5 %, normal approximation).
    pub fn may_guess(&self) -> bool {
        let noise = (self.chance * (1.0 - self.chance) / self.pictures.max(1.0)).sqrt();
        self.accuracy < self.chance + 1.645 * noise
    }
}

/// The number of bubbles that a network was found to need.
#[derive(Debug, Clone)]
pub(in crate::report) struct Count {
    pub seed: String,
    pub count: f64,
    pub accuracy: f64,
    pub target: f64,
    pub reached: bool,
}

/// One saliency map.
#[derive(Debug, Clone)]
pub(in crate::report) struct Located {
    pub picture: String,
    pub seed: String,
    pub path: PathBuf,
    pub blur_sd: f64,
}

/// The maps of one model by one method.
#[derive(Debug, Clone)]
pub(in crate::report) struct Saliency {
    pub model: String,
    pub method: String,
    pub maps: Vec<Located>,
    /// Distinct texts of the columns parameters and layer.
    pub parameters: Vec<String>,
    pub layers: Vec<String>,
    /// Split-half reliabilities of the method's own chance.
    pub reliabilities: Vec<f64>,
    pub counts: Vec<Count>,
}

impl Saliency {
    /// Weight seeds in the order of the folders.
    pub fn seeds(&self) -> Vec<&str> {
        let mut seeds: Vec<&str> = Vec::new();
        for map in &self.maps {
            if !seeds.contains(&map.seed.as_str()) {
                seeds.push(&map.seed);
            }
        }
        seeds
    }
}

/// Every network, sorted by model and then by seed as a number.
pub(super) fn read_networks(material: &Material) -> Result<Vec<Network>> {
    let mut networks = Vec::new();
    let models = material.file.model.iter();
    for name in models.flat_map(|model| model.instances().iter().map(|&seed| model.accuracy_file(seed))) {
        let Some(table) = super::optional(&material.results.join(name))? else { continue };
        for row in table.iter() {
            let number = |column: &str| row.number(column).map(|value| value.unwrap_or(0.0));
            networks.push(Network {
                model: row.needed("model")?.to_owned(),
                seed: row.needed("seed")?.to_owned(),
                pictures: number("pictures")?,
                right: number("right")?,
                accuracy: number("accuracy")?,
                chance: number("chance")?,
            });
        }
    }
    networks.sort_by_key(|network| (network.model.clone(), network.seed.parse::<u64>().ok(), network.seed.clone()));
    Ok(networks)
}

/// Every model and method that has maps, sorted by model, then method.
pub(super) fn read_saliency(material: &Material) -> Result<Vec<Saliency>> {
    let mut groups: Vec<Saliency> = Vec::new();
    for path in material.file.map_indexes().iter().map(|name| material.results.join(name)) {
        let mut of_file = None;
        let Some(table) = super::optional(&path)? else { continue };
        for row in table.iter() {
            let (model, method) = (row.text("model").unwrap_or("model"), row.text("method").unwrap_or("method"));
            let at =
                groups.iter().position(|group| group.model == model && group.method == method).unwrap_or_else(|| {
                    groups.push(Saliency::new(model, method));
                    groups.len() - 1
                });
            let group = &mut groups[at];
            let seed = row.text("seed").unwrap_or("0").to_owned();
            of_file = Some((at, seed.clone()));
            add(&mut group.parameters, row.text("parameters"));
            add(&mut group.layers, row.text("layer"));
            group.reliabilities.extend(row.number("reliability")?);
            group.maps.push(Located {
                picture: row.needed("picture")?.to_owned(),
                seed,
                path: row.file("file")?,
                blur_sd: row.number("blur_sd")?.unwrap_or(0.0),
            });
        }
        if let (Some((at, seed)), Some(table)) = (of_file, super::optional(&path.with_file_name("count.csv"))?) {
            for row in table.iter() {
                let number = |column: &str| row.number(column).map(|value| value.unwrap_or(0.0));
                groups[at].counts.push(Count {
                    seed: seed.clone(),
                    count: number("count")?,
                    accuracy: number("accuracy")?,
                    target: number("target")?,
                    reached: row.text("reached") == Some("true"),
                });
            }
        }
    }
    groups.sort_by(|a, b| (&a.model, &a.method).cmp(&(&b.model, &b.method)));
    Ok(groups)
}

impl Saliency {
    fn new(model: &str, method: &str) -> Saliency {
        Saliency {
            model: model.to_owned(),
            method: method.to_owned(),
            maps: Vec::new(),
            parameters: Vec::new(),
            layers: Vec::new(),
            reliabilities: Vec::new(),
            counts: Vec::new(),
        }
    }
}

fn add(texts: &mut Vec<String>, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !texts.iter().any(|known| known == text)) {
        texts.push(text.to_owned());
    }
}
