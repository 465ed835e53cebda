//! The maps that are drawn: human maps as stored, network maps as they are compared.

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::Array2;

use super::{Data, Saliency};
use crate::error::{Error, Result};
use crate::experiment::Listed;
use crate::map::Map;
use crate::score::extra_blur;
use crate::stats::smooth::{Edge, smooth};

/// The group's map of a unit and kind (smoothed or z), of one picture or (empty) of the task; and its blur.
pub(in crate::report) fn human_map(
    data: &Data,
    unit: &str,
    picture: &str,
    kind: &str,
) -> Result<Option<(Array2<f64>, f64)>> {
    let found = data.people.index.iter().find(|row| {
        let is = |column: &str, text: &str| row.text(column).unwrap_or_default() == text;
        is("unit", unit) && is("picture", picture) && is("observer", "") && is("kind", kind)
    });
    let Some(row) = found else { return Ok(None) };
    let map = Map::read_npy(&row.file("file")?)?;
    Ok(Some((map.to_f64(), row.number("blur_sd")?.unwrap_or(0.0))))
}

/// The mean over seeds of the maps of `picture` (or of all pictures), as they are compared: brought to `blur`, and each
/// seed scaled to the same root mean square inside the region, so that no seed counts more for its larger outputs.
pub(in crate::report) fn mean_network_map(
    group: &Saliency,
    picture: Option<&str>,
    blur: f64,
    region: &Array2<bool>,
) -> Result<Option<Array2<f64>>> {
    let mut total: Option<Array2<f64>> = None;
    for seed in group.seeds() {
        // Blurring is linear, so maps that need the same blur are summed first.
        let mut sums: BTreeMap<u64, Array2<f64>> = BTreeMap::new();
        for map in group.maps.iter().filter(|map| map.seed == seed && picture.is_none_or(|name| map.picture == name)) {
            let values = Map::read_npy(&map.path)?.to_f64();
            same_size(values.dim(), region.dim(), &map.path)?;
            let missing = extra_blur(blur, map.blur_sd).to_bits();
            sums.entry(missing).and_modify(|sum| *sum += &values).or_insert(values);
        }
        let Some(sum) =
            sums.iter().map(|(bits, sum)| smooth(sum, f64::from_bits(*bits), Edge::Normalised)).reduce(|a, b| a + b)
        else {
            continue;
        };
        let squares: f64 = sum.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| value * value).sum();
        if squares > 0.0 {
            let scaled = sum / squares.sqrt();
            total = Some(total.map_or(scaled.clone(), |total| total + &scaled));
        }
    }
    Ok(total)
}

fn same_size(found: (usize, usize), expected: (usize, usize), path: &Path) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let ((rows, columns), (wanted_rows, wanted_columns)) = (found, expected);
    Err(Error::invalid(format!(
        "a map has {rows} rows and {columns} columns, and the region has {wanted_rows} and {wanted_columns}"
    ))
    .at(path.display()))
}

/// The mean of the pictures in grey.
pub(in crate::report) fn grey_mean(pictures: &[Listed], shape: (usize, usize)) -> Array2<f32> {
    let mut sum = Array2::zeros(shape);
    for listed in pictures {
        sum += &listed.picture.resized(shape.0, shape.1).grey();
    }
    sum / pictures.len().max(1) as f32
}
