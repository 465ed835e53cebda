//! Random field theory for smooth Gaussian maps (Worsley 1996; Chauvin et al. 2005, J. Vision 5, 659-667).
//!
//! The printed Eq. 8 of Chauvin et al. has a factor √(2π) too many in its exponent, which its own worked example
//! contradicts; the form here gives that example (t 3.30, k 861).

use std::f64::consts::{LN_2, PI, SQRT_2};

/// Full width at half maximum of a Gaussian of standard deviation `sd`.
pub fn full_width_at_half_maximum(sd: f64) -> f64 {
    sd * (8.0 * LN_2).sqrt()
}

/// A search region: its area in px and the smoothness of the map in it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Area, px.
    pub area: f64,
    /// Full width at half maximum of the map's smoothing kernel, px.
    pub width: f64,
}

impl Field {
    /// Resels of the disc of this area, by dimension 0, 1, 2.
    fn resels(&self) -> [f64; 3] {
        [1.0, (PI * self.area).sqrt() / self.width, self.area / self.width.powi(2)]
    }

    /// P(maximum of the field > t), bounded by Bonferroni over pixels.
    pub fn peak_probability(&self, t: f64) -> f64 {
        let expected: f64 =
            self.resels().iter().zip(euler_densities(t)).map(|(resels, density)| resels * density).sum();
        expected.min(self.area * euler_densities(t)[0]).min(1.0)
    }

    /// Threshold that the maximum passes with probability `alpha` (one-sided).
    pub fn peak_threshold(&self, alpha: f64) -> f64 {
        let (mut low, mut high) = (0.5, 20.0);
        while high - low > 1e-12 {
            let middle = (low + high) / 2.0;
            if self.peak_probability(middle) > alpha { low = middle } else { high = middle }
        }
        (low + high) / 2.0
    }

    /// Area, px, that a cluster above `t` passes with probability `alpha`; 0 where every cluster does.
    pub fn cluster_threshold(&self, t: f64, alpha: f64) -> f64 {
        let [tail, _, density] = euler_densities(t);
        let clusters = self.resels()[2] * density;
        (-(-(1.0 - alpha).ln() / clusters).ln() * self.width.powi(2) * tail / density).max(0.0)
    }
}

/// Euler characteristic densities of a Gaussian field, per resel, in dimensions 0, 1, 2.
fn euler_densities(t: f64) -> [f64; 3] {
    let bell = (-t * t / 2.0).exp();
    [
        0.5 * statrs::function::erf::erfc(t / SQRT_2),
        (4.0 * LN_2).sqrt() / (2.0 * PI) * bell,
        4.0 * LN_2 / (2.0 * PI).powf(1.5) * t * bell,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_chauvin_2005() {
        let field = Field { area: 36_798.0, width: full_width_at_half_maximum(20.0) };
        assert!((field.peak_threshold(0.05) - 3.302342).abs() < 1e-6);
        let extent = field.cluster_threshold(2.7, 0.05);
        assert!((extent - 861.0592).abs() < 1e-3, "{extent}; the misprinted formula would give 343.5");
    }

    #[test]
    fn other_areas_and_widths_of_the_reference_table() {
        let field = Field { area: 50_176.0, width: full_width_at_half_maximum(10.0) };
        assert!((field.peak_threshold(0.05) - 3.78637).abs() < 1e-5);
        assert!((field.cluster_threshold(2.7, 0.05) - 477.938).abs() < 1e-2);
        let face = Field { area: 11_429.0, width: full_width_at_half_maximum(5.0) };
        assert!((face.peak_threshold(0.05) - 3.76096).abs() < 1e-5);
        assert!((face.cluster_threshold(2.7, 0.05) - 115.881).abs() < 1e-2);
    }

    #[test]
    fn rough_fields_fall_back_on_bonferroni() {
        let field = Field { area: 65_536.0, width: 0.5 };
        assert!((field.peak_threshold(0.05) - 4.807816).abs() < 1e-5);
    }
}
