//! The colours of the figures, and maps laid over pictures.
//!
//! Categories: Okabe & Ito (2008). Maps: blue to red through nothing (Brewer's RdBu), which the common colour
//! deficiencies keep apart.

use ndarray::{Array2, Array3};

use super::drawing::Ink;
use crate::error::Result;
use crate::picture::Picture;
use crate::stats::quantile::quantile;

pub(super) const TEXT: Ink = Ink([34, 34, 34], 1.0);
pub(super) const QUIET: Ink = Ink([110, 110, 110], 1.0);
pub(super) const GRID: Ink = Ink([229, 229, 229], 1.0);
pub(super) const AXIS: Ink = Ink([150, 150, 150], 1.0);
pub(super) const WHITE: Ink = Ink([255, 255, 255], 1.0);
pub(super) const SCORE: Ink = Ink([0, 114, 178], 1.0);
pub(super) const SEED: Ink = Ink([213, 94, 0], 1.0);
pub(super) const HUMAN: Ink = Ink([0, 158, 115], 1.0);
pub(super) const HUMAN_BAND: Ink = Ink([0, 158, 115], 0.16);

const NEGATIVE: [f32; 3] = [0.13, 0.40, 0.67];
const POSITIVE: [f32; 3] = [0.70, 0.09, 0.17];
/// Opacity of the largest values.
const STRONGEST: f32 = 0.9;
/// How far what lies outside the region fades to white.
const FADED: f32 = 0.75;

/// The magnitude that a map's colours reach: the 99.5 % quantile of |value| inside the region.
fn reach(map: &Array2<f64>, region: &Array2<bool>) -> f64 {
    let inside: Vec<f64> =
        map.iter().zip(region).filter(|(_, inside)| **inside).map(|(value, _)| value.abs()).collect();
    quantile(&inside, 0.995).unwrap_or(0.0)
}

/// What a value of -1..1 looks like over a grey.
pub(super) fn tinted(grey: f32, value: f32) -> [f32; 3] {
    let ground = 0.5 + 0.48 * grey;
    let end = if value < 0.0 { NEGATIVE } else { POSITIVE };
    let opacity = STRONGEST * value.abs().min(1.0).powf(0.8);
    end.map(|end| ground + opacity * (end - ground))
}

/// A signed map over a grey picture of the same shape, scaled to its own reach; faded outside the region.
pub(super) fn overlay(grey: &Array2<f32>, map: &Array2<f64>, region: &Array2<bool>) -> Result<Picture> {
    let reach = reach(map, region);
    let (rows, columns) = map.dim();
    let mut values = Array3::zeros((rows, columns, 3));
    for ((row, column), value) in map.indexed_iter() {
        let at = [row, column];
        let inside = region[at];
        let value = if inside && reach > 0.0 { (value / reach) as f32 } else { 0.0 };
        for (channel, colour) in tinted(grey[at], value).into_iter().enumerate() {
            values[[row, column, channel]] = if inside { colour } else { colour + FADED * (1.0 - colour) };
        }
    }
    Picture::new(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn positive_is_red_negative_blue_zero_grey_and_outside_faded() -> Result<()> {
        let region = array![[true, true, true, false]];
        let grey = Array2::from_elem((1, 4), 0.5f32);
        let drawn = overlay(&grey, &array![[2.0, -2.0, 0.0, 9.0]], &region)?;
        let pixel = |column: usize| [0, 1, 2].map(|channel| drawn.values()[[0, column, channel]]);
        let (positive, negative, zero, outside) = (pixel(0), pixel(1), pixel(2), pixel(3));
        assert!(positive[0] > 0.6 && positive[2] < 0.3, "{positive:?}");
        assert!(negative[2] > 0.6 && negative[0] < 0.3, "{negative:?}");
        assert!(zero[0] == zero[1] && zero[1] == zero[2]);
        assert!(outside[0] == outside[2] && outside[0] > zero[0]);
        Ok(())
    }
}
