//! Thresholds for maps of finitely many bubbles: tilted Euler characteristic densities (Chamandy, Worsley, Taylor &
//! Gosselin 2008, Annals of Statistics 36:2471), and the search over scales (Taylor & Worsley 2007, Annals of Statistics
//! 36:1; κ = 1 for a Gaussian kernel in the plane).
//!
//! A map of few bubbles is skewed. With m(j) the mean of the contrast to the power j and b bubbles per resel, its cumulants are
//!   κ(j) = m(j) / m(2)^(j/2) · 2^(j/2) / j / (π b / (4 ln 2))^(j/2 - 1);
//! K(θ) = Σ κ(j) θ^j / j!, K'(θ) = z, I = θ z - K(θ). The densities are those of a Gaussian field with z replaced by h and
//! exp(-z²/2) by exp(-I), in four versions (h = z or √K'' θ, smoothness as given or divided by √K''); the least threshold
//! of the four is taken, as the authors do.

use std::f64::consts::{LN_2, PI, SQRT_2};

use statrs::function::erf::erfc;

/// Terms of the cumulant series.
const TERMS: usize = 20;

/// The cumulants of a map under the null hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Cumulants(Option<Vec<f64>>);

impl Cumulants {
    /// A Gaussian map: infinitely many bubbles.
    pub fn gaussian() -> Cumulants {
        Cumulants(None)
    }

    /// From the weight of each trial (mean 0) and the number of bubbles per resel, all trials together.
    pub fn of_weights(weights: &[f64], bubbles_per_resel: f64) -> Cumulants {
        let power = |j: usize| weights.iter().map(|weight| weight.powi(j as i32)).sum::<f64>() / weights.len() as f64;
        Cumulants::of_moments(power, bubbles_per_resel)
    }

    /// From the share of right answers, the weights being 1 / right and -1 / wrong.
    pub fn of_share(right: f64, bubbles_per_resel: f64) -> Cumulants {
        let power = |j: usize| {
            let order = 1 - j as i32;
            right.powi(order) + if j.is_multiple_of(2) { 1.0 } else { -1.0 } * (1.0 - right).powi(order)
        };
        Cumulants::of_moments(power, bubbles_per_resel)
    }

    fn of_moments(moment: impl Fn(usize) -> f64, bubbles_per_resel: f64) -> Cumulants {
        let second = moment(2);
        let bubbles = PI / (4.0 * LN_2) * bubbles_per_resel;
        let cumulant = |j: usize| {
            let half = j as f64 / 2.0;
            moment(j) / second.powf(half) * 2f64.powf(half) / j as f64 / bubbles.powf(half - 1.0)
        };
        Cumulants(Some((1..=TERMS).map(cumulant).collect()))
    }

    /// Whether they are numbers, which they are not without bubbles.
    pub fn are_known(&self) -> bool {
        self.0.as_ref().is_none_or(|all| all.iter().skip(1).all(|value| value.is_finite()))
    }

    /// θ, I and K'' at z.
    fn tilt(&self, z: f64) -> (f64, f64, f64) {
        let Some(cumulants) = &self.0 else { return (z, z * z / 2.0, 1.0) };
        let mut theta = z;
        for _ in 0..50 {
            let [_, first, second] = series(cumulants, theta);
            let step = (first - z) / second;
            theta -= step;
            if step.abs() < 1e-13 {
                break;
            }
        }
        let [value, first, second] = series(cumulants, theta);
        (theta, theta * first - value, second)
    }

    /// Densities in dimensions 0 to 3 of a field of unit roughness, in four versions.
    fn densities(&self, z: f64) -> [[f64; 4]; 4] {
        let (theta, rate, curvature) = self.tilt(z);
        let tilted = curvature.max(0.0).sqrt() * theta;
        let version = |h: f64, shrink: bool| {
            let scale = if shrink { curvature.powf(-0.5) } else { 1.0 };
            let mut densities = [(h * h / 2.0 - rate).exp() * erfc(h / SQRT_2) / 2.0; 4];
            for (d, hermite) in [1.0, h, h * h - 1.0].into_iter().enumerate() {
                let dimension = d as i32 + 1;
                densities[d + 1] = (2.0 * PI).powf(-(f64::from(dimension) + 1.0) / 2.0)
                    * (-rate).exp()
                    * scale.powi(dimension)
                    * hermite;
            }
            densities
        };
        [version(tilted, true), version(tilted, false), version(z, true), version(z, false)]
    }
}

/// K, K' and K'' at θ.
fn series(cumulants: &[f64], theta: f64) -> [f64; 3] {
    let (mut value, mut first, mut second, mut term) = (0.0, 0.0, 1.0, 1.0);
    for j in 1..=TERMS {
        term *= theta / j as f64;
        if j >= 2 {
            value += cumulants[j - 1] * term;
        }
        first += cumulants.get(j).map_or(0.0, |cumulant| cumulant * term);
        second += cumulants.get(j + 1).map_or(0.0, |cumulant| cumulant * term);
    }
    [value, first, second]
}

/// A search region in space, or in space and scale, in units of the field's roughness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    curvatures: [f64; 4],
    dimension: usize,
    unit: f64,
}

impl Search {
    /// Intrinsic volumes of the region (1, half perimeter, area; px) at one width at half maximum (px).
    pub fn space(volumes: [f64; 3], width: f64) -> Search {
        let unit = width / (4.0 * LN_2).sqrt();
        let curvatures = [volumes[0], volumes[1] / unit, volumes[2] / unit.powi(2), 0.0];
        Search { curvatures, dimension: 2, unit }
    }

    /// The same, over every width from `narrow` to `wide` (px).
    pub fn scale_space(volumes: [f64; 3], narrow: f64, wide: f64) -> Search {
        let Search { curvatures: [v0, v1, v2, _], unit, .. } = Search::space(volumes, narrow);
        let shrunk = narrow / wide;
        let (half, full) = (1.0 - shrunk, (1.0 - shrunk * shrunk) / 2.0);
        let curvatures = [
            v0,
            (1.0 + shrunk) / 2.0 * v1 - shrunk.ln() * v0 + full * v2 / (2.0 * PI),
            (1.0 + shrunk * shrunk) / 2.0 * v2 + half * v1,
            full * v2,
        ];
        Search { curvatures, dimension: 3, unit }
    }

    /// P(maximum > z), the version of the four that gives least.
    pub fn peak_probability(&self, cumulants: &Cumulants, z: f64) -> f64 {
        let version = |densities: [f64; 4]| densities.iter().zip(self.curvatures).map(|(a, b)| a * b).sum::<f64>();
        let at = |z: f64| cumulants.densities(z).into_iter().map(version).fold(f64::INFINITY, f64::min).clamp(0.0, 1.0);
        // Below 1 the expected characteristic falls again, and the probability does not.
        if z < 1.0 { at(z).max(at(1.0)) } else { at(z) }
    }

    /// Threshold that the maximum passes with probability `alpha`.
    pub fn peak_threshold(&self, cumulants: &Cumulants, alpha: f64) -> f64 {
        bisect(|z| self.peak_probability(cumulants, z) > alpha)
    }

    /// Size, px (in scale space px cubed), that a cluster above `z` passes with probability `alpha`; 0 where every one does.
    pub fn cluster_threshold(&self, cumulants: &Cumulants, z: f64, alpha: f64) -> f64 {
        let version = |densities: [f64; 4]| {
            let (tail, highest) = (densities[0], densities[self.dimension]);
            let exponent = -(-(1.0 - alpha).ln() / (self.curvatures[self.dimension] * highest)).ln();
            if exponent > 0.0 { tail / highest / self.ball() * exponent.powf(self.dimension as f64 / 2.0) } else { 0.0 }
        };
        let least = cumulants.densities(z).into_iter().map(version).fold(f64::INFINITY, f64::min);
        least * self.unit.powi(self.dimension as i32)
    }

    /// P(some cluster above `z` has at least `size` px), the version of the four that gives least.
    pub fn cluster_probability(&self, cumulants: &Cumulants, z: f64, size: f64) -> f64 {
        let version = |densities: [f64; 4]| {
            let (tail, highest) = (densities[0], densities[self.dimension]);
            let scale = highest * self.ball() / tail * size / self.unit.powi(self.dimension as i32);
            1.0 - (-self.curvatures[self.dimension] * highest * (-scale.powf(2.0 / self.dimension as f64)).exp()).exp()
        };
        cumulants.densities(z).into_iter().map(version).fold(f64::INFINITY, f64::min).clamp(0.0, 1.0)
    }

    /// Γ(D/2 + 1).
    fn ball(&self) -> f64 {
        if self.dimension == 2 { 1.0 } else { 0.75 * PI.sqrt() }
    }
}

/// The height at which one pixel is with probability `p`, the version of the densities that gives least.
pub fn point_threshold(cumulants: &Cumulants, p: f64) -> f64 {
    let least = |z: f64| cumulants.densities(z).iter().map(|densities| densities[0]).fold(f64::INFINITY, f64::min);
    bisect(|z| least(z) > p)
}

/// The place in 1..9 down to which the condition holds.
fn bisect(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (1.0, 9.0);
    while high - low > 1e-12 {
        let middle = (low + high) / 2.0;
        if holds(middle) { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random_field::{Field, full_width_at_half_maximum};

    const VOLUMES: [f64; 3] = [1.0, 620.0, 91_200.0];

    #[test]
    fn the_published_example_of_750_images_of_54_bubbles() {
        let cumulants = Cumulants::of_share(0.6827, 277.03);
        let search = Search::space(VOLUMES, 24.9766);
        assert!((search.peak_threshold(&cumulants, 0.05) - 3.8121).abs() < 5e-5);
        let above = point_threshold(&cumulants, 0.001);
        assert!((above - 3.0319).abs() < 5e-5, "{above}");
        let extent = search.cluster_threshold(&cumulants, above, 0.05);
        assert!((extent - 331.372).abs() < 0.02, "{extent}");
        assert!((search.cluster_probability(&cumulants, above, extent) - 0.05).abs() < 1e-9);
        let gaussian = Cumulants::gaussian();
        assert!((search.peak_threshold(&gaussian, 0.05) - 3.917473).abs() < 1e-4, "the limit is another number");
        let extent = search.cluster_threshold(&gaussian, point_threshold(&gaussian, 0.001), 0.05);
        assert!((extent - 349.393076).abs() < 1e-3, "{extent}");
    }

    #[test]
    fn the_published_search_over_widths_from_5_to_100() {
        let cumulants = Cumulants::of_share(0.6827, 277.03);
        let search = Search::scale_space(VOLUMES, 5.0, 100.0);
        let peak = search.peak_threshold(&cumulants, 0.05);
        assert!((peak - 4.6227).abs() < 1e-4, "{peak}");
        let extent = search.cluster_threshold(&cumulants, point_threshold(&cumulants, 0.001), 0.05);
        assert!((extent - 120.6872).abs() < 0.02, "{extent}");
        let one = Search::scale_space(VOLUMES, 5.0, 5.0);
        assert!(
            (one.peak_threshold(&cumulants, 0.05) - Search::space(VOLUMES, 5.0).peak_threshold(&cumulants, 0.05)).abs()
                < 1e-9
        );
    }

    #[test]
    fn infinitely_many_bubbles_are_a_gaussian_field() {
        let field = Field::disc(36_798.0, full_width_at_half_maximum(20.0));
        let search = Search::space(field.volumes, field.width);
        let gaussian = search.peak_threshold(&Cumulants::gaussian(), 0.05);
        assert!((gaussian - field.peak_threshold(0.05)).abs() < 1e-3);
        let extent = search.cluster_threshold(&Cumulants::gaussian(), 2.7, 0.05);
        assert!((extent - 861.0592).abs() < 1e-3, "{extent}");
        let many = search.peak_threshold(&Cumulants::of_share(0.75, 1e9), 0.05);
        assert!((many - gaussian).abs() < 1e-3, "{many} {gaussian}");
        let few = search.peak_threshold(&Cumulants::of_share(0.75, 277.0), 0.05);
        assert!((few - 3.186).abs() < 5e-4, "{few}");
    }

    #[test]
    fn weights_of_right_and_wrong_answers_are_the_share_of_right_ones() {
        let weights: Vec<f64> = (0..400).map(|at| if at < 300 { 1.0 / 300.0 } else { -1.0 / 100.0 }).collect();
        let (by_weights, by_share) = (Cumulants::of_weights(&weights, 277.0), Cumulants::of_share(0.75, 277.0));
        let search = Search::space(VOLUMES, 24.9766);
        let [a, b] = [&by_weights, &by_share].map(|cumulants| search.peak_threshold(cumulants, 0.05));
        assert!((a - b).abs() < 1e-9, "{a} {b}");
        let mirrored: Vec<f64> = weights.iter().map(|weight| -weight).collect();
        let other = search.peak_threshold(&Cumulants::of_weights(&mirrored, 277.0), 0.05);
        assert!(other > a + 0.1, "the other tail is the longer one: {other}");
    }
}
