//! The table of maps that a comparison had to do without: those with no partner on the other side, holes in the crossing
//! of pictures with observers and seeds, and constant maps, which agree with nothing.

use super::agreement::Sampled;
use super::read::{NetworkMap, People};
use super::sides::Lined;
use crate::stats::correlate::normalised;
use crate::table::Table;

const COLUMNS: [&str; 9] = ["unit", "picture", "side", "model", "method", "counterpart", "observer", "seed", "reason"];

/// The table, filled unit by unit.
pub(super) struct Missing {
    /// The rows so far.
    pub(super) table: Table,
}

/// Whose map is missing.
enum Maker<'a> {
    People,
    Observer(&'a str),
    Network,
    Seed(&'a str),
}

impl Missing {
    pub(super) fn new() -> Missing {
        Missing { table: Table::new(&COLUMNS) }
    }

    fn push(
        &mut self,
        unit: &str,
        picture: &str,
        [model, method, counterpart]: [&str; 3],
        maker: &Maker,
        reason: &str,
    ) {
        let (side, observer, seed) = match maker {
            Maker::People => ("human", "", ""),
            Maker::Observer(observer) => ("human", *observer, ""),
            Maker::Network => ("network", "", ""),
            Maker::Seed(seed) => ("network", "", *seed),
        };
        self.table.push([unit, picture, side, model, method, counterpart, observer, seed, reason].map(str::to_owned));
    }

    /// Holes and constant maps of the human side of a unit.
    pub(super) fn people(&mut self, unit: &str, lined: &Lined) {
        for (picture, maps) in lined.pictures.iter().zip(&lined.comparison.human) {
            // A task has one map an observer, of no picture.
            let picture = if unit == "task" { "" } else { picture };
            for (observer, map) in lined.observers.iter().zip(maps) {
                if let Some(reason) = reason(map) {
                    self.push(unit, picture, ["", "", ""], &Maker::Observer(observer), reason);
                }
            }
        }
    }

    /// Fixations that do not count, and human maps without any: picture, observer and reason.
    pub(super) fn fixations(&mut self, gaps: Vec<[String; 3]>) {
        for [picture, observer, reason] in gaps {
            self.push("picture", &picture, ["", "", ""], &Maker::Observer(&observer), &reason);
        }
    }

    /// Pictures without a partner, holes and constant maps of a model and method.
    pub(super) fn network(&mut self, unit: &str, of: [&str; 3], people: &People, maps: &[NetworkMap], lined: &Lined) {
        if unit == "picture" {
            let mut pictures: Vec<&str> =
                people.maps.iter().filter(|map| map.unit == unit).map(|map| &*map.picture).collect();
            pictures.extend(maps.iter().map(|map| &*map.picture));
            pictures.sort_unstable();
            pictures.dedup();
            for picture in pictures.into_iter().filter(|picture| !lined.pictures.iter().any(|known| known == picture)) {
                let (maker, reason) = match maps.iter().any(|map| map.picture == picture) {
                    true => (Maker::People, "no human map of this picture, which is left out"),
                    false => (Maker::Network, "no map of the network of this picture, which is left out"),
                };
                self.push(unit, picture, of, &maker, reason);
            }
        }
        for (picture, maps) in lined.pictures.iter().zip(&lined.comparison.model) {
            for (seed, map) in lined.seeds.iter().zip(maps) {
                if let Some(reason) = reason(map) {
                    self.push(unit, picture, of, &Maker::Seed(seed), reason);
                }
            }
        }
    }
}

/// Why a map cannot be compared.
fn reason(map: &Sampled) -> Option<&'static str> {
    match map {
        None => Some("no map"),
        Some(values) if normalised(values).is_err() => Some("constant where maps are compared"),
        Some(_) => None,
    }
}
