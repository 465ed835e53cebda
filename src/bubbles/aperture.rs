//! Masks: how Gaussian apertures exp(-|p - c|² / (2 sd²)) around their centres combine.
//!
//! Sum and clip is the original; the apertures are never scaled by their own maximum, which would show a lone bubble at
//! half contrast. Each aperture is cut where it falls below 1e-7, which no 8-bit picture can show.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::Centre;

/// How apertures that overlap combine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// min(1, Σ g): Gosselin & Schyns 2001.
    #[default]
    SumClip,
    /// The largest g.
    Max,
    /// 1 - Π (1 - g): the chance that one of them is open; smooth, never clipped.
    ProbabilisticOr,
}

/// Values below this are cut.
const FLOOR: f64 = 1e-7;

/// A Gaussian aperture of one size.
#[derive(Debug, Clone)]
pub struct Aperture {
    profile: Vec<f32>,
    /// The profile mirrored around its middle, so that a row of it can be read from any place.
    both: Vec<f32>,
}

impl Aperture {
    /// An aperture of standard deviation `sd` px.
    pub fn new(sd: f64) -> Aperture {
        let reach = (sd * (-2.0 * FLOOR.ln()).sqrt()).ceil() as usize;
        let profile: Vec<f32> = (0..=reach).map(|x| (-((x * x) as f64) / (2.0 * sd * sd)).exp() as f32).collect();
        let both = profile.iter().rev().chain(&profile[1..]).copied().collect();
        Aperture { profile, both }
    }

    /// The mask (values in 0..1) of a plane of `(rows, columns)` with apertures at these centres.
    pub fn mask(&self, shape: (usize, usize), centres: &[Centre], combine: Combine) -> Array2<f32> {
        let mut mask = Array2::zeros(shape);
        for &centre in centres {
            match combine {
                Combine::SumClip => self.each_row(&mut mask, centre, |value, g| *value += g),
                Combine::Max => self.each_row(&mut mask, centre, |value, g| *value = value.max(g)),
                Combine::ProbabilisticOr => self.each_row(&mut mask, centre, |value, g| *value += g - *value * g),
            }
        }
        mask.mapv_inplace(|value: f32| value.min(1.0));
        mask
    }

    /// Joins the value of one aperture to every pixel that it reaches.
    fn each_row(&self, mask: &mut Array2<f32>, centre: Centre, join: impl Fn(&mut f32, f32)) {
        let reach = self.profile.len() - 1;
        let (rows, columns) = mask.dim();
        let (first, last) = (centre.column.saturating_sub(reach), (centre.column + reach).min(columns - 1));
        let across = &self.both[reach + first - centre.column..=reach + last - centre.column];
        for row in centre.row.saturating_sub(reach)..=(centre.row + reach).min(rows - 1) {
            let height = self.profile[row.abs_diff(centre.row)];
            let Some(line) = mask.row_mut(row).into_slice() else { continue };
            line[first..=last].iter_mut().zip(across).for_each(|(value, &g)| join(value, height * g));
        }
    }
}

/// The clipped sum of apertures of standard deviation `sd` px: values in 0..1.
pub fn aperture_mask(shape: (usize, usize), centres: &[Centre], sd: f64) -> Array2<f32> {
    Aperture::new(sd).mask(shape, centres, Combine::SumClip)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTRES: [(usize, usize); 3] = [(10, 12), (13, 10), (0, 29)];

    fn centres() -> Vec<Centre> {
        CENTRES.iter().map(|&(row, column)| Centre::new(row, column)).collect()
    }

    #[test]
    fn masks_are_the_clipped_sum_the_maximum_or_the_probabilistic_or_of_gaussians() {
        let gaussians = |row: usize, column: usize| {
            CENTRES.map(|(y, x)| {
                let (dy, dx) = (row as f64 - y as f64, column as f64 - x as f64);
                (-(dy * dy + dx * dx) / 18.0).exp()
            })
        };
        type Rule = fn([f64; 3]) -> f64;
        let rules: [(Combine, Rule); 3] = [
            (Combine::SumClip, |g| g.iter().sum::<f64>().min(1.0)),
            (Combine::Max, |g| g.iter().copied().fold(0.0, f64::max)),
            (Combine::ProbabilisticOr, |g| 1.0 - g.iter().map(|g| 1.0 - g).product::<f64>()),
        ];
        for (combine, rule) in rules {
            let mask = Aperture::new(3.0).mask((24, 30), &centres(), combine);
            for ((row, column), &value) in mask.indexed_iter() {
                let expected = rule(gaussians(row, column));
                assert!((f64::from(value) - expected).abs() < 1e-6, "{combine:?} {row} {column} {value} {expected}");
            }
        }
    }

    #[test]
    fn overlapping_apertures_are_clipped_not_rescaled() {
        let mask = aperture_mask((24, 30), &centres(), 3.0);
        assert_eq!(mask[[10, 12]], 1.0);
        assert_eq!(aperture_mask((24, 30), &centres()[2..], 3.0)[[0, 29]], 1.0);
    }
}
