//! Mutual information of two maps.
//!
//! Values fall in B bins of equal width, min(⌊(v - min) / (max - min) · B⌋, B - 1). Plug-in estimate in nats; less its bias for
//! independent pixels, (K_xy - K_x - K_y + 1) / 2n, K occupied bins (Miller 1955; Madow 1948). Pixels of maps are not
//! independent, so the true bias is far larger, and the value means something only beside that of mismatched pictures.
//! Normalised: 2 I / (H_x + H_y).

use super::correlation::PEARSON;
use super::field::Field;
use super::table::{Chance, Invariance, Metric};
use super::undefined::Score;

/// Bins of the rows of the table.
const BINS: usize = 16;

pub(super) const MUTUAL_INFORMATION: Metric = Metric {
    name: "mutual_information",
    description: "mutual information of values in 16 bins, nats, less the bias for independent pixels",
    source: "Shannon 1948; Miller 1955",
    range: (f64::NEG_INFINITY, f64::INFINITY),
    chance: Chance::Measured,
    same: None,
    transform: None,
    score: |inputs| varied(inputs.map, inputs.other()?, Binned::corrected),
    ..PEARSON
};

pub(super) const NORMALISED_INFORMATION: Metric = Metric {
    name: "normalised_information",
    description: "mutual information of values in 16 bins as a share of the mean entropy, not corrected for bias",
    source: "Strehl & Ghosh 2002; scikit-learn, normalized_mutual_info_score",
    range: (0.0, 1.0),
    invariance: Invariance::Affine,
    same: Some(1.0),
    score: |inputs| varied(inputs.map, inputs.other()?, Binned::normalised),
    ..MUTUAL_INFORMATION
};

fn varied(x: &Field, y: &Field, of: fn(&Binned) -> f64) -> Score {
    x.varied_pair(y)?;
    Ok(of(&Binned::new(x, y, BINS)?))
}

/// Counts of pixels by the bins of two maps.
#[derive(Debug, Clone)]
pub struct Binned {
    bins: usize,
    joint: Vec<f64>,
    pixels: f64,
}

impl Binned {
    /// Counts; a constant map falls in one bin.
    pub fn new(x: &Field, y: &Field, bins: usize) -> Result<Binned, super::Undefined> {
        x.pair(y)?;
        let mut joint = vec![0.0; bins * bins];
        let (of_x, of_y) = (binning(x, bins), binning(y, bins));
        for (x, y) in x.values().iter().zip(y.values()) {
            joint[of_x(*x) * bins + of_y(*y)] += 1.0;
        }
        Ok(Binned { bins, joint, pixels: x.len() as f64 })
    }

    fn margins(&self) -> [Vec<f64>; 2] {
        let rows = self.joint.chunks(self.bins).map(|row| row.iter().sum()).collect();
        let columns = (0..self.bins).map(|at| self.joint.iter().skip(at).step_by(self.bins).sum()).collect();
        [rows, columns]
    }

    /// Entropy of counts, nats.
    fn entropy(&self, counts: &[f64]) -> f64 {
        let shares = counts.iter().filter(|count| **count > 0.0).map(|count| count / self.pixels);
        -shares.map(|share| share * share.ln()).sum::<f64>()
    }

    /// Plug-in estimate, nats.
    pub fn information(&self) -> f64 {
        let [rows, columns] = self.margins();
        (self.entropy(&rows) + self.entropy(&columns) - self.entropy(&self.joint)).max(0.0)
    }

    /// Less the bias for independent pixels.
    pub fn corrected(&self) -> f64 {
        let [rows, columns] = self.margins();
        let occupied = |counts: &[f64]| counts.iter().filter(|count| **count > 0.0).count() as f64;
        let bias = (occupied(&self.joint) - occupied(&rows) - occupied(&columns) + 1.0) / (2.0 * self.pixels);
        self.information() - bias
    }

    /// 2 I / (H_x + H_y); 0 where neither varies.
    pub fn normalised(&self) -> f64 {
        let [rows, columns] = self.margins();
        let entropies = self.entropy(&rows) + self.entropy(&columns);
        if entropies > 0.0 { (2.0 * self.information() / entropies).clamp(0.0, 1.0) } else { 0.0 }
    }
}

fn binning(field: &Field, bins: usize) -> impl Fn(f64) -> usize {
    let (low, high) = field.extremes();
    move |value| {
        let place = if high > low { (value - low) / (high - low) * bins as f64 } else { 0.0 };
        (place.floor() as usize).min(bins - 1)
    }
}
