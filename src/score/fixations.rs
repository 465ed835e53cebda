//! `fixations.csv` beside the human maps: a row a fixation or click, with `picture`, `observer`, `x` and `y`.
//!
//! x runs from the left and y from the upper edge of the human maps, in their px: pixel (row, column), counted from 0, covers x
//! from column to column + 1 and y from row to row + 1, and the last edges belong to the last pixels. A fixation counts once,
//! whatever its weight in the maps; one whose column `weight` is 0 is in no map, and counts for nothing here either.

use std::collections::BTreeMap;
use std::sync::Arc;

use ndarray::Array2;

use super::read::{Folders, People};
use super::sides::observers;
use crate::error::{Error, Result};
use crate::metric::{Field, Grid, Metric, Need};
use crate::stats::smooth::{Edge, smooth};
use crate::table::{Row, Table};

/// Name of the table in a folder of human maps.
pub const FIXATIONS: &str = "fixations.csv";

/// Fixations that count, as places among the pixels of the region, and those that do not.
pub(super) struct Fixations {
    of: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
    /// The pixels of the region.
    pub(super) grid: Arc<Grid>,
    shape: (usize, usize),
    /// Picture, observer and reason of the fixations that do not count, and how many there are.
    left_out: BTreeMap<(String, String, String), usize>,
}

impl Fixations {
    /// Reads the table, where one of the metrics needs it.
    pub(super) fn read(folders: &Folders, people: &People, metrics: &[&Metric]) -> Result<Option<Fixations>> {
        let Some(first) = metrics.iter().find(|metric| metric.scores_fixations()) else { return Ok(None) };
        let path = folders.human.join(FIXATIONS);
        let at = path.display();
        if !path.is_file() {
            return Err(Error::invalid(format!("{} needs fixations, and there is no table of them", first.name))
                .at(at)
                .hint(
                    "its columns are picture, observer, x, y, in px of the human maps from their left and upper edge",
                ));
        }
        let dense = metrics.iter().find(|metric| metric.scores_fixations() && metric.needs.contains(&Need::Baseline));
        if let Some(metric) = dense.filter(|_| people.blur_sd <= 0.0) {
            return Err(Error::invalid(format!(
                "{} needs a density of fixations on other pictures, and how far human maps are blurred is not known",
                metric.name
            ))
            .at(folders.human.join("index.csv").display())
            .hint("give the column blur_sd (px), or --aperture-sd PX"));
        }
        let mut found = Fixations {
            of: BTreeMap::new(),
            grid: Arc::new(Grid::within(&people.region)),
            shape: people.region.dim(),
            left_out: BTreeMap::new(),
        };
        let pictures = people.pictures("picture");
        if pictures.is_empty() {
            return Ok(Some(found));
        }
        let known = observers(people, "picture");
        let places = places(&people.region);
        let table = Table::read(&path)?;
        for row in table.iter() {
            let (picture, observer) = (folders.picture(row.needed("picture")?), row.needed("observer")?.to_owned());
            let place = found.place(&row, &places)?;
            let place = match place {
                _ if !pictures.contains(&picture) => Err("of a picture without a human map"),
                _ if !known.contains(&observer) => Err("of an observer without a human map"),
                place => place,
            };
            match place {
                Ok(place) => {
                    found.of.entry(picture).or_default().entry(observer).or_default().push(place);
                }
                Err(why) => *found.left_out.entry((picture, observer, why.to_owned())).or_default() += 1,
            }
        }
        if found.of.is_empty() {
            let why = found.left_out.keys().next().map_or("there is none", |(.., why)| why);
            return Err(Error::invalid(format!("no fixation of {} counts; the first is one {why}", table.rows.len()))
                .at(at)
                .hint("pictures and observers are called as in the index of the human maps, and x and y are px of those maps"));
        }
        Ok(Some(found))
    }

    /// The place of a row among the pixels of the region, or why it does not count.
    fn place(&self, row: &Row, places: &Array2<Option<usize>>) -> Result<std::result::Result<usize, &'static str>> {
        let number = |column| -> Result<f64> {
            row.needed(column)?;
            Ok(row.number(column)?.unwrap_or(f64::NAN))
        };
        let (x, y) = (number("x")?, number("y")?);
        if row.number("weight")?.is_some_and(|weight| weight <= 0.0) {
            return Ok(Err("of weight 0"));
        }
        let (rows, columns) = self.shape;
        let pixel =
            |at: f64, side: usize| (0.0..=side as f64).contains(&at).then(|| (at as usize).min(side.saturating_sub(1)));
        let Some(pixel) = pixel(y, rows).zip(pixel(x, columns)) else { return Ok(Err("beside the picture")) };
        Ok(places.get(pixel).copied().flatten().ok_or("where maps are not compared"))
    }

    /// Those of an observer on a picture, in the order of the table.
    pub(super) fn of(&self, picture: &str, observer: &str) -> &[usize] {
        self.of.get(picture).and_then(|own| own.get(observer)).map_or(&[], Vec::as_slice)
    }

    /// Those of all observers on all other pictures.
    pub(super) fn elsewhere(&self, picture: &str) -> Vec<usize> {
        let others = self.of.iter().filter(|(name, _)| *name != picture);
        others.flat_map(|(_, own)| own.values().flatten().copied()).collect()
    }

    /// The density of fixations on other pictures: their number at each pixel, blurred by `sd` px; `None` where there are none.
    pub(super) fn expected(&self, picture: &str, sd: f64) -> Option<Field> {
        let mut counts = Array2::zeros(self.shape);
        let elsewhere = self.elsewhere(picture);
        let cells: Vec<(usize, usize)> = self.grid.cells().collect();
        elsewhere.iter().filter_map(|at| cells.get(*at)).for_each(|cell| counts[*cell] += 1.0);
        let density = smooth(&counts, sd, Edge::Normalised);
        let values = cells.iter().map(|cell| density[*cell]).collect();
        (!elsewhere.is_empty()).then(|| Field::new(Arc::clone(&self.grid), values).ok()).flatten()
    }

    /// How many count.
    pub(super) fn taken(&self) -> usize {
        self.of.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    /// How many do not.
    pub(super) fn left_out(&self) -> usize {
        self.left_out.values().sum()
    }

    /// Picture, observer and reason of what does not count, and of human maps whose makers have no fixation on their picture.
    pub(super) fn gaps(&self, people: &People) -> Vec<[String; 3]> {
        let reason = |count: usize, why: &str| format!("{count} fixation{} {why}", if count == 1 { "" } else { "s" });
        let left_out = self
            .left_out
            .iter()
            .map(|((picture, observer, why), count)| [picture.clone(), observer.clone(), reason(*count, why)]);
        let of_pictures = people.maps.iter().filter(|map| map.unit == "picture");
        let without = of_pictures.filter(|map| self.of(&map.picture, &map.observer).is_empty());
        let without =
            without.map(|map| [map.picture.clone(), map.observer.clone(), "no fixation that counts".to_owned()]);
        left_out.chain(without).collect()
    }
}

/// The place of every pixel of the region among them.
fn places(region: &Array2<bool>) -> Array2<Option<usize>> {
    let mut count = 0;
    region.mapv(|inside| {
        let place = inside.then_some(count);
        count += usize::from(inside);
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_covers_its_edges_up_to_the_next_and_pixels_outside_the_region_have_no_place() {
        let region = Array2::from_shape_fn((3, 4), |(row, _)| row > 0);
        let found = places(&region);
        assert_eq!((found[[0, 3]], found[[1, 0]], found[[2, 3]]), (None, Some(0), Some(7)));
        let (grid, shape) = (Arc::new(Grid::within(&region)), region.dim());
        let fixations = Fixations { of: BTreeMap::new(), grid, shape, left_out: BTreeMap::new() };
        let place = |x: &str, y: &str| {
            let mut table = Table::new(&["x", "y"]);
            table.push([x.to_owned(), y.to_owned()]);
            fixations.place(&table.iter().next().unwrap(), &found).unwrap()
        };
        assert_eq!((place("0", "1"), place("0.999", "1.999"), place("1", "1")), (Ok(0), Ok(0), Ok(1)));
        assert_eq!((place("4", "3"), place("2", "2")), (Ok(7), Ok(6)), "the last edges belong to the last pixels");
        assert_eq!((place("4.01", "1"), place("-0.1", "1")), (Err("beside the picture"), Err("beside the picture")));
        assert_eq!(place("1", "0.5"), Err("where maps are not compared"));
    }
}
