//! Superpixels by quickshift (Vedaldi & Soatto 2008, ECCV): each pixel follows its nearest neighbour of higher density.
//!
//! Pixels are points (row, column, ratio L, ratio a, ratio b) with CIE Lab (D65) of sRGB values. Density at a point:
//! `sum exp(-d² / (2 size²))` over the square window of `2 ceil(3 size) + 1` px; its parent is the nearest point of higher
//! density in that window, if it is not farther than `max_distance`; a tree is a superpixel. Numbered by their roots,
//! row by row. A normal deviate of sd 1e-5, drawn once for all pictures, breaks ties of density, without which a flat
//! area would be a single superpixel.
//!
//! Follows scikit-image, as `lime` does with size 4, max_distance 200, ratio .2; only the deviates are others.

use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::parts::Parts;
use crate::picture::Picture;
use crate::seed::Seed;

/// Standard deviation of the deviates that break ties.
const TIE: f64 = 1e-5;

/// How a picture is cut into superpixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quickshift {
    /// Standard deviation of the density kernel, px; larger = fewer superpixels.
    pub kernel_size: f64,
    /// Longest step to a parent, px and colour together.
    pub max_distance: f64,
    /// Weight of colour against place.
    pub ratio: f64,
}

impl Default for Quickshift {
    fn default() -> Self {
        Quickshift { kernel_size: 4.0, max_distance: 200.0, ratio: 0.2 }
    }
}

/// The superpixels of a picture.
pub fn superpixels(picture: &Picture, how: &Quickshift) -> Parts {
    let (rows, columns) = picture.shape();
    let colours: Vec<[f64; 3]> =
        picture.to_rgb().rows().into_iter().map(|p| lab([p[0], p[1], p[2]]).map(|v| v * how.ratio)).collect();
    let reach = (3.0 * how.kernel_size).ceil() as usize;
    let span = |at: usize, side: usize| at.saturating_sub(reach)..side.min(at + reach + 1);
    // Calls with each pixel of the window and the squared distance from its middle.
    let look = |at: usize, see: &mut dyn FnMut(usize, f64)| {
        let (row, column, own) = (at / columns, at % columns, colours[at]);
        for other_row in span(row, rows) {
            let down = row.abs_diff(other_row).pow(2) as f64;
            for other_column in span(column, columns) {
                let other = other_row * columns + other_column;
                let colour: f64 = own.iter().zip(colours[other]).map(|(a, b)| (a - b) * (a - b)).sum();
                see(other, colour + down + column.abs_diff(other_column).pow(2) as f64);
            }
        }
    };
    let sharpness = -0.5 / (how.kernel_size * how.kernel_size);
    let density = |at: usize| {
        let mut sum = 0.0;
        look(at, &mut |_, squared| sum += (squared * sharpness).exp());
        sum
    };
    let mut densities: Vec<f64> = (0..rows * columns).into_par_iter().map(density).collect();
    let mut random = Seed(0).stream("quickshift", 0);
    densities.iter_mut().for_each(|density| {
        let deviate: f64 = StandardNormal.sample(&mut random);
        *density += TIE * deviate;
    });
    let parent = |at: usize| {
        let mut nearest = (at, f64::INFINITY);
        look(at, &mut |other, squared| {
            if densities[other] > densities[at] && squared < nearest.1 {
                nearest = (other, squared);
            }
        });
        if nearest.1.sqrt() > how.max_distance { at } else { nearest.0 }
    };
    let parents: Vec<usize> = (0..rows * columns).into_par_iter().map(parent).collect();
    Parts::new(numbered(&parents, (rows, columns)))
}

/// The number of the tree of each pixel, counted by roots from the first pixel on.
fn numbered(parents: &[usize], shape: (usize, usize)) -> Array2<usize> {
    let root = |mut at: usize| {
        while parents[at] != at {
            at = parents[at];
        }
        at
    };
    let mut number = vec![0; parents.len()];
    for (count, at) in (0..parents.len()).filter(|&at| parents[at] == at).enumerate() {
        number[at] = count;
    }
    Array2::from_shape_fn(shape, |(row, column)| number[root(row * shape.1 + column)])
}

/// CIE Lab (D65, 2°) of an sRGB colour with values in 0..1.
pub fn lab(colour: [f32; 3]) -> [f64; 3] {
    const TO_XYZ: [[f64; 3]; 3] =
        [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]];
    const WHITE: [f64; 3] = [0.95047, 1.0, 1.08883];
    let linear = colour
        .map(f64::from)
        .map(|value| if value > 0.04045 { ((value + 0.055) / 1.055).powf(2.4) } else { value / 12.92 });
    let mut curved = [0.0; 3];
    for ((curved, row), white) in curved.iter_mut().zip(TO_XYZ).zip(WHITE) {
        let value = row.iter().zip(linear).map(|(weight, value)| weight * value).sum::<f64>() / white;
        *curved = if value > 0.008856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 };
    }
    let [x, y, z] = curved;
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use ndarray::Array3;
    use serde_json::Value;

    fn reference() -> Value {
        serde_json::from_str(include_str!("../../tests/data/superpixels.json")).unwrap()
    }

    /// The picture of `make_superpixels.py`.
    fn picture(channels: usize) -> Result<Picture> {
        Picture::new(Array3::from_shape_fn((40, 52, channels), |(row, column, channel)| {
            let (row, column, channel) = (row as f64, column as f64, channel as f64);
            let wave = (0.31 * row + 0.7 * channel).sin() * (0.23 * column - 0.4 * channel).cos();
            let edge = if row + 0.5 * column > 34.0 + 3.0 * (0.2 * column).sin() { 0.3 } else { 0.0 };
            (0.35 + 0.3 * wave + edge) as f32
        }))
    }

    #[test]
    fn superpixels_are_those_of_scikit_image() -> Result<()> {
        for case in reference()["cases"].as_array().unwrap() {
            let number = |name: &str| case[name].as_f64().unwrap();
            let how = Quickshift {
                kernel_size: number("kernel_size"),
                max_distance: number("max_dist"),
                ratio: number("ratio"),
            };
            let parts = superpixels(&picture(number("channels") as usize)?, &how);
            let theirs: Vec<usize> =
                case["labels"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as usize).collect();
            let wrong = parts.of().iter().zip(&theirs).filter(|(ours, theirs)| ours != theirs).count();
            assert_eq!((parts.count(), wrong), (number("count") as usize, 0), "{how:?}");
            let other = superpixels(&picture(3)?, &Quickshift { ratio: 1.0, ..how });
            assert_ne!(other, parts, "{how:?}: colour weighs");
        }
        Ok(())
    }

    #[test]
    fn lab_is_that_of_scikit_image() {
        for row in reference()["lab"].as_array().unwrap() {
            let three = |name: &str| -> Vec<f64> {
                row[name].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
            };
            let (rgb, expected) = (three("rgb"), three("lab"));
            let found = lab([rgb[0] as f32, rgb[1] as f32, rgb[2] as f32]);
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-4), "{found:?} {expected:?}");
        }
    }

    #[test]
    fn a_flat_picture_is_cut_too_and_a_step_is_kept() -> Result<()> {
        let flat = superpixels(&Picture::from_grey(Array2::from_elem((60, 60), 0.5))?, &Quickshift::default());
        assert!(flat.count() > 3, "{}", flat.count());
        let step = Picture::from_grey(Array2::from_shape_fn((30, 40), |(_, column)| f32::from(column >= 21)))?;
        let parts = superpixels(&step, &Quickshift { ratio: 1.0, ..Quickshift::default() });
        let left = |column: usize| parts.of().column(column).iter().copied().collect::<Vec<_>>();
        assert!((0..21).all(|a| (21..40).all(|b| left(a).iter().all(|part| !left(b).contains(part)))));
        Ok(())
    }
}
