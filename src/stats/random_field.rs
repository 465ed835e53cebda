//! Random field theory for smooth Gaussian maps (Worsley 1996; Chauvin et al. 2005, J. Vision 5, 659-667).
//!
//! P(max > t) = Σ over d of R(d) EC(d, t), R(d) = V(d) / FWHM^d the resels of the search region with intrinsic volumes V, and never
//! more than Bonferroni over its pixels. P(a cluster above t has k px or more) = 1 - exp(-m exp(-(c k)^(2/D))), with m = R(D)
//! EC(D, t) and c = Γ(D/2 + 1) EC(D, t) / (FWHM^D EC(0, t)).
//!
//! The printed Eq. 8 of Chauvin et al. has a factor √(2π) too many in its exponent, which its own worked example
//! contradicts; the form here gives that example (t 3.30, k 861).

use std::f64::consts::{LN_2, PI, SQRT_2};

use ndarray::Array2;
use statrs::function::erf::erfc;

/// Full width at half maximum of a Gaussian of standard deviation `sd`.
pub fn full_width_at_half_maximum(sd: f64) -> f64 {
    sd * (8.0 * LN_2).sqrt()
}

/// A search region and the smoothness of the map in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Euler characteristic, half perimeter (px) and area (px); the area of a line is 0 and its second entry its length.
    pub volumes: [f64; 3],
    /// Number of pixels.
    pub pixels: f64,
    /// Full width at half maximum of the map's smoothing kernel, px.
    pub width: f64,
}

impl Field {
    /// The disc of an area (px), as the toolbox of Chauvin et al. takes any region: half its perimeter is √(π area).
    pub fn disc(area: f64, width: f64) -> Field {
        Field { volumes: [1.0, (PI * area).sqrt(), area], pixels: area, width }
    }

    /// A line of this length (px).
    pub fn line(length: f64, width: f64) -> Field {
        Field { volumes: [1.0, length, 0.0], pixels: length, width }
    }

    /// The disc of a region's area, or the line where the plane has one row.
    pub fn over(region: &Array2<bool>, width: f64) -> Field {
        let pixels = region.iter().filter(|inside| **inside).count() as f64;
        if region.nrows() == 1 { Field::line(pixels, width) } else { Field::disc(pixels, width) }
    }

    /// A region as it is, with its holes and its outline.
    pub fn of(region: &Array2<bool>, width: f64) -> Field {
        let volumes = intrinsic_volumes(region);
        Field { volumes, pixels: volumes[2], width }
    }

    /// The highest dimension in which the region has a volume.
    pub fn dimension(&self) -> usize {
        if self.volumes[2] > 0.0 { 2 } else { 1 }
    }

    /// Pixels of one resel.
    pub fn resel(&self) -> f64 {
        self.width.powi(self.dimension() as i32)
    }

    /// Resels by dimension 0, 1, 2.
    pub fn resels(&self) -> [f64; 3] {
        [self.volumes[0], self.volumes[1] / self.width, self.volumes[2] / self.width.powi(2)]
    }

    /// P(maximum of the field > t), bounded by Bonferroni over pixels.
    pub fn peak_probability(&self, t: f64) -> f64 {
        let mean = |t: f64| -> f64 {
            self.resels().iter().zip(euler_densities(t)).map(|(resels, density)| resels * density).sum()
        };
        let [tail, ..] = euler_densities(t);
        // Below 1 the expected characteristic falls again, and the probability does not.
        let expected = if t < 1.0 { mean(t).max(mean(1.0)).max(tail) } else { mean(t) };
        expected.min(self.pixels * tail).clamp(0.0, 1.0)
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

    /// P(some cluster above `t` has at least `size` px, or on a line that length).
    pub fn cluster_probability(&self, t: f64, size: f64) -> f64 {
        let (clusters, scale) = self.cluster_scale(t);
        1.0 - (-clusters * (-(scale * size).powf(2.0 / self.dimension() as f64)).exp()).exp()
    }

    /// Size, px, that a cluster above `t` passes with probability `alpha`; 0 where every cluster does.
    pub fn cluster_threshold(&self, t: f64, alpha: f64) -> f64 {
        let (clusters, scale) = self.cluster_scale(t);
        let exponent = -(-(1.0 - alpha).ln() / clusters).ln();
        if exponent > 0.0 { exponent.powf(self.dimension() as f64 / 2.0) / scale } else { 0.0 }
    }

    /// Expected number of clusters above `t`, and the inverse of a size (px).
    fn cluster_scale(&self, t: f64) -> (f64, f64) {
        let dimension = self.dimension();
        let densities = euler_densities(t);
        let ball = if dimension == 2 { 1.0 } else { PI.sqrt() / 2.0 };
        let scale = ball * densities[dimension] / (self.resel() * densities[0]);
        (self.resels()[dimension] * densities[dimension], scale)
    }
}

/// Euler characteristic, half perimeter and area of a region of square pixels that touch at corners.
///
/// The Euler characteristic is vertices - edges + faces. The perimeter is Crofton's: crossings of the outline with
/// lines in four directions, times their spacing, times π/2; a digital disc has that of the disc, where counting edges
/// gives 4/π times as much.
fn intrinsic_volumes(region: &Array2<bool>) -> [f64; 3] {
    let (rows, columns) = region.dim();
    let inside = |row: isize, column: isize| {
        let at = (usize::try_from(row).unwrap_or(usize::MAX), usize::try_from(column).unwrap_or(usize::MAX));
        i64::from(region.get(at) == Some(&true))
    };
    let (mut vertices, mut edges, mut faces, mut straight, mut diagonal) = (0, 0, 0, 0, 0);
    for row in 0..=rows as isize {
        for column in 0..=columns as isize {
            let [here, left, above, corner] =
                [inside(row, column), inside(row, column - 1), inside(row - 1, column), inside(row - 1, column - 1)];
            faces += here;
            edges += here.max(left) + here.max(above);
            vertices += here.max(left).max(above).max(corner);
            straight += (here - left).abs() + (here - above).abs();
            diagonal += (here - corner).abs() + (left - above).abs();
        }
    }
    let perimeter = PI / 8.0 * (straight as f64 + diagonal as f64 / SQRT_2);
    [(vertices - edges + faces) as f64, perimeter / 2.0, faces as f64]
}

/// Euler characteristic densities of a Gaussian field, per resel, in dimensions 0, 1, 2.
pub fn euler_densities(t: f64) -> [f64; 3] {
    let bell = (-t * t / 2.0).exp();
    [0.5 * erfc(t / SQRT_2), (4.0 * LN_2).sqrt() / (2.0 * PI) * bell, 4.0 * LN_2 / (2.0 * PI).powf(1.5) * t * bell]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_chauvin_2005() {
        let field = Field::disc(36_798.0, full_width_at_half_maximum(20.0));
        assert!((field.peak_threshold(0.05) - 3.302342).abs() < 1e-6);
        let extent = field.cluster_threshold(2.7, 0.05);
        assert!((extent - 861.0592).abs() < 1e-3, "{extent}; the misprinted formula would give 343.5");
        assert!((extent / (2.0 * PI).sqrt() - 343.513).abs() < 1e-3, "the misprint divides by the square root of 2 pi");
        assert!((field.cluster_probability(2.7, extent) - 0.05).abs() < 1e-12);
        assert!((field.peak_probability(field.peak_threshold(0.05)) - 0.05).abs() < 1e-10);
    }

    #[test]
    fn the_published_line_of_frequencies() {
        let line = Field::line(257.0, 11.8);
        assert!((line.peak_threshold(0.05) - 3.088382).abs() < 1e-6, "published: 3.1");
        assert!((line.cluster_threshold(2.7, 0.05) - 6.924284).abs() < 1e-6, "published: 6.9");
        assert!((line.cluster_probability(2.7, 6.924284) - 0.05).abs() < 1e-6);
    }

    #[test]
    fn other_areas_and_widths_of_the_reference_table() {
        let field = Field::disc(50_176.0, full_width_at_half_maximum(10.0));
        assert!((field.peak_threshold(0.05) - 3.78637).abs() < 1e-5);
        assert!((field.cluster_threshold(2.7, 0.05) - 477.938).abs() < 1e-2);
        let face = Field::disc(11_429.0, full_width_at_half_maximum(5.0));
        assert!((face.peak_threshold(0.05) - 3.76096).abs() < 1e-5);
        assert!((face.cluster_threshold(2.7, 0.05) - 115.881).abs() < 1e-2);
    }

    #[test]
    fn a_map_that_is_low_everywhere_is_no_sign_of_anything() {
        let field = Field::disc(11_429.0, 11.774);
        assert_eq!((field.peak_probability(-1.79), field.peak_probability(0.2)), (1.0, 1.0));
        let line = Field::line(60.0, 40.0);
        assert!(line.peak_probability(-1.0) > line.peak_probability(1.2));
    }

    #[test]
    fn rough_fields_fall_back_on_bonferroni_and_small_ones_call_every_cluster_large() {
        let field = Field::disc(65_536.0, 0.5);
        assert!((field.peak_threshold(0.05) - 4.807816).abs() < 1e-5);
        assert_eq!(Field::disc(9.0, 20.0).cluster_threshold(2.7, 0.05), 0.0);
    }

    #[test]
    fn a_digital_disc_has_the_outline_of_the_disc_and_a_ring_no_euler_characteristic() {
        let within = |least: f64, most: f64| {
            Array2::from_shape_fn((240, 250), |(row, column)| {
                let distance = (row as f64 - 119.5).hypot(column as f64 - 124.5);
                least <= distance && distance < most
            })
        };
        let [whole, half, area] = intrinsic_volumes(&within(0.0, 108.0));
        assert_eq!(whole, 1.0);
        assert!((half / (PI * 108.0) - 1.0).abs() < 0.01, "{half}");
        assert!((half / (PI * area).sqrt() - 1.0).abs() < 0.01);
        let [ring, both, _] = intrinsic_volumes(&within(50.0, 108.0));
        assert_eq!(ring, 0.0);
        assert!((both / (PI * 158.0) - 1.0).abs() < 0.01, "{both}: both outlines count");
        let full = intrinsic_volumes(&Array2::from_elem((100, 50), true));
        assert!(full[0] == 1.0 && full[2] == 5000.0 && (full[1] / 150.0 - 1.0).abs() < 0.06, "{full:?}");
    }
}
