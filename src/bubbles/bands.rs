//! A picture as a sum of one-octave bands of spatial frequency, and what is left below them.
//!
//! Frequencies f are radial, in cycles per picture width. Two filters, both of which sum to one everywhere, so that the
//! bands and the rest sum back to the picture:
//! - octaves: hard edges; band b keeps lower_b <= f < lower_(b-1), the finest everything from its lower edge up. The
//!   picture is taken as periodic.
//! - raised cosine: H_b(u) = (1 + cos(π(u - u_b))) / 2 for |u - u_b| < 1 with u = log2 f and u_b the middle of the octave;
//!   the finest band keeps everything above its middle, the rest everything below the middle of the coarsest. The
//!   picture is mirrored at its edges first, so that they do not ring.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::stats::fourier::{forward, frequency, inverse, upper_left};

/// Shape of the filters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BandFilter {
    /// Smooth, overlapping, without ringing.
    #[default]
    RaisedCosine,
    /// Hard edges.
    Octaves,
}

/// What is seen of frequencies below the coarsest band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BandBackground {
    /// They are always shown, as Gosselin & Schyns did.
    #[default]
    LowPass,
    /// They are never shown: a flat background.
    Grey,
}

/// How bubbles are shared out among bands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Budget {
    /// By a rule.
    Rule(BudgetRule),
    /// These numbers, the finest band first.
    Explicit(Vec<usize>),
}

/// A rule that shares bubbles out among bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetRule {
    /// The same expected area in every band: in proportion to 1 / sd².
    EqualArea,
    /// The same expected number in every band.
    EqualCount,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::Rule(BudgetRule::EqualArea)
    }
}

impl Budget {
    /// The share of bubbles of each band, which sum to 1.
    pub fn shares(&self, sds: &[f64]) -> Vec<f64> {
        let weights: Vec<f64> = match self {
            Budget::Rule(BudgetRule::EqualArea) => sds.iter().map(|sd| (sd * sd).recip()).collect(),
            Budget::Rule(BudgetRule::EqualCount) => vec![1.0; sds.len()],
            Budget::Explicit(counts) => counts.iter().map(|&count| count as f64).collect(),
        };
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }
}

/// Lower edges of `count` octaves below `highest`, the finest first.
pub fn octave_edges(count: usize, highest: f64) -> Vec<f64> {
    (1..=count as i32).map(|octave| highest / 2f64.powi(octave)).collect()
}

/// The bands of a plane of values, the finest first, and what is left below them; they sum to the plane.
///
/// `lower` are the lower edges of the bands in cycles per width, falling.
pub fn band_pass(plane: &Array2<f64>, lower: &[f64], filter: BandFilter) -> (Vec<Array2<f64>>, Array2<f64>) {
    let (rows, columns) = plane.dim();
    let extended = match filter {
        BandFilter::Octaves => plane.clone(),
        BandFilter::RaisedCosine => mirrored(plane),
    };
    let spectrum = forward(&extended);
    // The extension doubles the number of samples, not the frequency of any.
    let squared = frequency(extended.dim()).mapv(|cycles_per_pixel| (cycles_per_pixel * columns as f64).powi(2));
    let part = |band: usize| {
        let mut kept = spectrum.clone();
        kept.zip_mut_with(&squared, |value, &f| *value *= gain(filter, lower, band, f));
        upper_left(&inverse(kept), (rows, columns)).to_owned()
    };
    let mut parts: Vec<Array2<f64>> = (0..=lower.len()).map(part).collect();
    let rest = parts.pop().unwrap_or_default();
    (parts, rest)
}

/// The gain of a band at squared frequency `f`; the band after the last is the rest.
fn gain(filter: BandFilter, lower: &[f64], band: usize, f: f64) -> f64 {
    let this_and_finer = |band: usize| match lower.get(band) {
        None => 1.0,
        Some(edge) if filter == BandFilter::Octaves => f64::from(u8::from(f >= edge * edge)),
        Some(edge) => {
            let octaves_below_middle = 0.5 * f.log2() - edge.log2() - 0.5;
            0.5 * (1.0 + (std::f64::consts::PI * octaves_below_middle.clamp(-1.0, 0.0)).cos())
        }
    };
    this_and_finer(band) - if band == 0 { 0.0 } else { this_and_finer(band - 1) }
}

/// The plane beside its mirror image, below both of which stand theirs.
fn mirrored(plane: &Array2<f64>) -> Array2<f64> {
    let (rows, columns) = plane.dim();
    Array2::from_shape_fn((2 * rows, 2 * columns), |(row, column)| {
        plane[[row.min(2 * rows - 1 - row), column.min(2 * columns - 1 - column)]]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(shape: (usize, usize)) -> Array2<f64> {
        Array2::from_shape_fn(shape, |(row, column)| {
            ((row * 31 + column * 17) % 23) as f64 / 23.0 + column as f64 / 90.0
        })
    }

    #[test]
    fn bands_sum_back_to_pictures_of_any_size() {
        for shape in [(64, 64), (51, 51), (33, 70), (96, 31)] {
            for filter in [BandFilter::RaisedCosine, BandFilter::Octaves] {
                let plane = plane(shape);
                let (bands, rest) = band_pass(&plane, &octave_edges(5, shape.1 as f64 / 2.0), filter);
                let sum = bands.iter().fold(rest.clone(), |sum, band| sum + band);
                assert!(sum.iter().zip(&plane).all(|(a, b)| (a - b).abs() < 1e-12), "{shape:?} {filter:?}");
                assert!(rest.iter().zip(&plane).any(|(a, b)| (a - b).abs() > 0.1), "the rest alone is not the plane");
            }
        }
    }

    #[test]
    fn a_grating_is_in_the_band_of_its_frequency() {
        let grating = |cycles: f64| {
            Array2::from_shape_fn((64, 128), |(_, column)| {
                (std::f64::consts::TAU * cycles * (column as f64 + 0.5) / 128.0).cos()
            })
        };
        let energy = |band: &Array2<f64>| band.mapv(|v| v * v).mean().unwrap();
        for (cycles, band) in [(48.0, 0), (24.0, 1), (12.0, 2), (6.0, 3), (3.0, 4)] {
            let (bands, _) = band_pass(&grating(cycles), &octave_edges(5, 64.0), BandFilter::Octaves);
            assert!((energy(&bands[band]) - 0.5).abs() < 1e-9, "{cycles}");
        }
        // The middle of an octave: the smooth filter passes it whole too, and nothing of it elsewhere.
        let middle = 16.0 * std::f64::consts::SQRT_2;
        assert!((gain(BandFilter::RaisedCosine, &octave_edges(5, 64.0), 1, middle * middle) - 1.0).abs() < 1e-12);
        assert!((gain(BandFilter::RaisedCosine, &octave_edges(5, 64.0), 2, 256.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn equal_areas_are_shared_as_one_over_the_squared_size() {
        let shares = Budget::default().shares(&[1.0, 2.0, 4.0]);
        assert!((shares[0] / shares[1] - 4.0).abs() < 1e-12 && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(Budget::Explicit(vec![3, 1]).shares(&[1.0, 2.0]), [0.75, 0.25]);
        assert_eq!(Budget::Rule(BudgetRule::EqualCount).shares(&[1.0, 2.0]), [0.5, 0.5]);
    }
}
