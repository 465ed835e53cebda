//! The patches of which rcicr makes its noise (Dotsch & Todorov 2012, Social Psychological and Personality Science 3:562,
//! after Mangini & Biederman 2004, Cognitive Science 28:209).
//!
//! At scale s the picture is tiled by s x s patches, s = 1, 2, 4, ...; in every patch lie sinusoids of 2 cycles in 6
//! orientations and 2 phases, so that 5 scales have 6 · 2 · (1 + 4 + 16 + 64 + 256) = 4092 patches, each with a contrast:
//!   noise = mean over the layers (scale, orientation, phase) of contrast · patch,
//!   patch(x, y) = sin(2π (x cos θ + y sin θ) + φ),   x and y from 0 to 2 over the patch, ends included.
//! Gabor patches have 1.5 cycles and a Gaussian window of `sigma` px. Contrasts come in the order of rcicr: by scale,
//! orientation and phase, then by column of patches, and down each column.

use std::f64::consts::{FRAC_PI_2, PI};

use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Orientations, degrees; and phases.
const ORIENTATIONS: [f64; 6] = [0.0, 30.0, 60.0, 90.0, 120.0, 150.0];
const PHASES: [f64; 2] = [0.0, FRAC_PI_2];

/// The contrasts that rcicr stored before its version 0.3.0, the last four of which belong to no patch.
const OLD: (usize, usize) = (4096, 4092);

/// What lies in a patch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Patch {
    /// A sinusoid of 2 cycles.
    #[default]
    Sinusoid,
    /// A sinusoid of 1.5 cycles in a Gaussian window.
    Gabor,
}

/// Every patch of a square picture.
#[derive(Debug, Clone)]
pub struct Patches {
    size: usize,
    /// One for each layer, with the number of patches on a side.
    layers: Vec<(usize, Array2<f64>)>,
}

impl Patches {
    /// Patches for pictures of `size` x `size` px in so many scales; `sigma` (px) is the window of Gabor patches.
    ///
    /// # Errors
    /// A reason, where the finest patches do not tile the picture.
    pub fn new(size: usize, scales: usize, patch: Patch, sigma: f64) -> Result<Patches, String> {
        let tiles = 1_usize << (scales.clamp(1, 16) - 1);
        if size == 0 || !size.is_multiple_of(tiles) {
            return Err(format!("{size} px cannot be divided into {tiles} patches, which {scales} scales need"));
        }
        let mut layers = Vec::new();
        for scale in (0..scales).map(|power| 1_usize << power) {
            for orientation in ORIENTATIONS {
                for phase in PHASES {
                    layers.push((scale, made(size / scale, patch, (orientation * PI / 180.0, phase), sigma)));
                }
            }
        }
        Ok(Patches { size, layers })
    }

    /// Number of contrasts that one pattern has.
    pub fn count(&self) -> usize {
        self.layers.iter().map(|(scale, _)| scale * scale).sum()
    }

    /// The pattern with these contrasts, of shape (size, size).
    ///
    /// # Errors
    /// A reason, where there are not as many contrasts as patches.
    pub fn pattern(&self, contrasts: &[f64]) -> Result<Array2<f64>, String> {
        let contrasts = if (contrasts.len(), self.count()) == OLD { &contrasts[..OLD.1] } else { contrasts };
        if contrasts.len() != self.count() {
            return Err(format!("{} contrasts are given, and there are {} patches", contrasts.len(), self.count()));
        }
        let mut pattern = vec![0.0; self.size * self.size];
        let mut contrasts = contrasts.iter();
        for (scale, patch) in &self.layers {
            let side = self.size / scale;
            for column in 0..*scale {
                for row in 0..*scale {
                    let contrast = contrasts.next().copied().unwrap_or(0.0);
                    for (own, line) in patch.rows().into_iter().enumerate() {
                        let begin = (side * row + own) * self.size + side * column;
                        let cells = &mut pattern[begin..begin + side];
                        cells.iter_mut().zip(line).for_each(|(cell, value)| *cell += contrast * value);
                    }
                }
            }
        }
        let layers = self.layers.len() as f64;
        let mean = |row: usize, column: usize| pattern[row * self.size + column] / layers;
        Ok(Array2::from_shape_fn((self.size, self.size), |(row, column)| mean(row, column)))
    }
}

/// A patch of `side` x `side` px.
fn made(side: usize, patch: Patch, (angle, phase): (f64, f64), sigma: f64) -> Array2<f64> {
    let cycles = if patch == Patch::Gabor { 1.5 } else { 2.0 };
    let along = |at: usize| if side > 1 { at as f64 / (side - 1) as f64 } else { 1.0 };
    Array2::from_shape_fn((side, side), |(row, column)| {
        let (x, y) = (along(column), along(row));
        let wave = (2.0 * PI * cycles * (x * angle.cos() + y * angle.sin()) + phase).sin();
        let square = (x - 0.5).powi(2) + (y - 0.5).powi(2);
        match patch {
            Patch::Sinusoid => wave,
            Patch::Gabor => wave * (-square / (2.0 * (sigma / side as f64).powi(2))).exp(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patches_have_the_sum_and_spread_that_rcicr_pins_of_its_own() {
        // Of generateNoisePattern(32, 5), in the tests of rcicr: every patch repeated over its scale.
        let patches = Patches::new(32, 5, Patch::Sinusoid, 25.0).unwrap();
        assert_eq!((patches.count(), patches.layers.len()), (4092, 60));
        let values: Vec<f64> = patches
            .layers
            .iter()
            .flat_map(|(scale, patch)| std::iter::repeat_n(patch.iter().copied().collect::<Vec<_>>(), scale * scale))
            .flatten()
            .collect();
        let (count, sum) = (values.len() as f64, values.iter().sum::<f64>());
        let squares = values.iter().map(|value| (value - sum / count).powi(2)).sum::<f64>();
        assert_eq!(count, 32.0 * 32.0 * 60.0);
        assert!((sum - 3859.937507680037).abs() < 1e-8, "{sum}");
        assert!(((squares / (count - 1.0)).sqrt() - 0.7043160907).abs() < 1e-9);
    }

    #[test]
    fn contrasts_go_down_the_columns_of_patches_and_a_pattern_is_their_mean() {
        let patches = Patches::new(8, 2, Patch::Sinusoid, 25.0).unwrap();
        assert_eq!(patches.count(), 60);
        // The second layer of the second scale (a cosine across) at its lower left patch.
        let mut contrasts = vec![0.0; 60];
        contrasts[12 + 4 + 1] = 24.0;
        let pattern = patches.pattern(&contrasts).unwrap();
        for ((row, column), value) in pattern.indexed_iter() {
            let x = 2.0 * (column % 4) as f64 / 3.0;
            let expected = if row >= 4 && column < 4 { (2.0 * PI * x + FRAC_PI_2).sin() } else { 0.0 };
            assert!((value - expected).abs() < 1e-12, "{row} {column} {value} {expected}");
        }
        assert!(patches.pattern(&contrasts[1..]).unwrap_err().contains("59 contrasts are given, and there are 60"));
        assert!(Patches::new(12, 4, Patch::Sinusoid, 25.0).unwrap_err().contains("12 px"));
        let old = Patches::new(16, 5, Patch::Sinusoid, 25.0).unwrap();
        assert_eq!(old.pattern(&[1.0; 4096]), old.pattern(&[1.0; 4092]));
    }

    #[test]
    fn a_gabor_patch_is_a_sinusoid_of_a_cycle_and_a_half_in_a_window() {
        let patch = made(9, Patch::Gabor, (0.0, FRAC_PI_2), 2.0);
        // The cosine of three quarters of a cycle is 0.
        assert!(patch[[4, 4]].abs() < 1e-12);
        let window = |row: f64, column: f64| {
            (-((row / 8.0 - 0.5).powi(2) + (column / 8.0 - 0.5).powi(2)) / (2.0 * (2.0_f64 / 9.0).powi(2))).exp()
        };
        assert!((patch[[4, 0]] - window(4.0, 0.0)).abs() < 1e-12);
        assert!((patch[[1, 2]] - (3.0 * PI * 0.25).cos() * window(1.0, 2.0)).abs() < 1e-12);
    }
}
