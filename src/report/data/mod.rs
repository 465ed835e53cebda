//! What the report reads from the results folder.

mod exclusions;
mod faithfulness;
mod maps;
mod networks;
mod people;
mod scores;

pub(super) use exclusions::Exclusions;
pub(super) use faithfulness::Judged;
pub(super) use maps::{grey_mean, human_map, mean_network_map};
pub(super) use networks::{Count, Network, Saliency};
pub(super) use people::{Observer, People};
pub(super) use scores::Score;

use std::path::Path;

use super::Material;
use crate::error::Result;
use crate::table::Table;

/// Everything but the pixels, which are read when a figure needs them.
pub(super) struct Data<'a> {
    pub material: &'a Material<'a>,
    pub people: People,
    pub exclusions: Exclusions,
    pub networks: Vec<Network>,
    pub saliency: Vec<Saliency>,
    pub scores: Vec<Score>,
    pub faithfulness: Vec<Judged>,
}

impl<'a> Data<'a> {
    pub fn read(material: &'a Material<'a>) -> Result<Data<'a>> {
        Ok(Data {
            material,
            people: People::read(material.results)?,
            exclusions: exclusions::read(material.results, !material.file.exclusions.is_empty())?,
            networks: networks::read_networks(material)?,
            saliency: networks::read_saliency(material)?,
            scores: scores::read(material.results)?,
            faithfulness: faithfulness::read(material)?,
        })
    }

    /// Names of the models that have maps, in order.
    pub fn models(&self) -> Vec<&str> {
        distinct(self.saliency.iter().map(|group| group.model.as_str()))
    }

    /// Names of the methods that have maps, in order.
    pub fn methods(&self) -> Vec<&str> {
        distinct(self.saliency.iter().map(|group| group.method.as_str()))
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A table that an experiment may not have.
fn optional(path: &Path) -> Result<Option<Table>> {
    if path.is_file() { Table::read(path).map(Some) } else { Ok(None) }
}
