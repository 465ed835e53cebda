//! Surrogates of a map with its variogram (Burt, Helmer, Shinn, Anticevic & Murray 2020).
//!
//! The values are permuted over pixels and smoothed at several widths (of exponential kernels cut at e⁻¹; given as shares of the
//! map's diagonal). At each width the variogram of the smoothed map is regressed on the target's, γ_target ≈ β γ + α, over
//! [`LAGS`] lags up to the 25th percentile of the distances between pixels, weighted by a Gaussian over bins; the surrogate is √|β|
//! smoothed + √|α| noise at the width whose fitted variogram is nearest. Non-stationary or very skewed maps break it: read `misfit`.

use ndarray::{Array2, Zip};
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};

use super::autocorrelation::{Binned, binned, unit_edges};
use super::fourier::{forward, inverse};
use crate::seed::Seed;

/// Number of lags at which variograms are compared.
pub const LAGS: usize = 25;

/// Widths of the kernels, in shares of the largest distance between pixels.
pub const WIDTHS: [f64; 6] = [0.02, 0.04, 0.08, 0.14, 0.22, 0.32];

/// What is matched: the variogram of a map.
#[derive(Debug, Clone)]
pub struct Target {
    values: Vec<f64>,
    shape: (usize, usize),
    edges: Vec<f64>,
    lags: Vec<f64>,
    variogram: Vec<f64>,
}

/// A surrogate.
#[derive(Debug, Clone)]
pub struct Surrogate {
    /// The map.
    pub map: Array2<f64>,
    /// Relative distance of its variogram from the target's: |γ - γ_target| / |γ_target| over the lags.
    pub misfit: f64,
}

impl Target {
    /// The variogram of `map`; `None` for a constant map or one too small.
    pub fn new(map: &Array2<f64>) -> Option<Target> {
        let edges = unit_edges(map.dim());
        let found = binned(map, &edges);
        let quarter = found.pairs.iter().sum::<f64>() / 4.0;
        let mut before = 0.0;
        let bins = found.pairs.iter().take_while(|pairs| {
            before += **pairs;
            before <= quarter
        });
        let last = (bins.count() + 1) as f64;
        let lags: Vec<f64> = (0..LAGS).map(|k| 1.0 + (last - 1.0) * k as f64 / (LAGS - 1) as f64).collect();
        let variogram = smoothed(&found, &lags);
        let usable = last >= 2.0 && variogram.iter().all(|value| *value > 0.0);
        usable.then(|| Target { values: map.iter().copied().collect(), shape: map.dim(), edges, lags, variogram })
    }

    /// A surrogate; `None` where no kernel can be fitted.
    pub fn surrogate(&self, seed: Seed) -> Option<Surrogate> {
        let mut generator = seed.stream("variogram", 0);
        let mut values = self.values.clone();
        values.shuffle(&mut generator);
        let permuted = Array2::from_shape_vec(self.shape, values).ok()?;
        let noise: Array2<f64> = Array2::from_shape_simple_fn(self.shape, || StandardNormal.sample(&mut generator));
        let mut best: Option<(f64, Array2<f64>)> = None;
        for width in WIDTHS {
            let smooth = exponential(&permuted, width * ((self.shape.0 as f64).hypot(self.shape.1 as f64)));
            let own = smoothed(&binned(&smooth, &self.edges), &self.lags);
            let Some((slope, intercept)) = line(&own, &self.variogram) else { continue };
            let fitted: Vec<f64> = own.iter().map(|value| slope * value + intercept).collect();
            let distance = misfit(&fitted, &self.variogram);
            if best.as_ref().is_none_or(|(least, _)| distance < *least) {
                let (signal, rest) = (slope.abs().sqrt(), intercept.abs().sqrt());
                best = Some((distance, Zip::from(&smooth).and(&noise).map_collect(|s, n| signal * s + rest * n)));
            }
        }
        let (_, map) = best?;
        let misfit = misfit(&smoothed(&binned(&map, &self.edges), &self.lags), &self.variogram);
        Some(Surrogate { map, misfit })
    }
}

/// The variogram at lags: bins weighted by a Gaussian of the distance, whose bandwidth is three times the lags' spacing.
fn smoothed(found: &Binned, lags: &[f64]) -> Vec<f64> {
    let bandwidth = 3.0 * lags.get(1).zip(lags.first()).map_or(1.0, |(b, a)| b - a).max(1e-9);
    lags.iter()
        .map(|lag| {
            let (mut sum, mut total) = (0.0, 0.0);
            for (bin, (value, pairs)) in found.variogram.iter().zip(&found.pairs).enumerate() {
                let z = 2.68 * ((bin + 1) as f64 - lag).abs() / bandwidth;
                let weight = pairs * (-z * z / 2.0).exp();
                sum += weight * value;
                total += weight;
            }
            if total > 0.0 { sum / total } else { 0.0 }
        })
        .collect()
}

fn misfit(found: &[f64], wanted: &[f64]) -> f64 {
    let distance: f64 = found.iter().zip(wanted).map(|(a, b)| (a - b).powi(2)).sum();
    (distance / wanted.iter().map(|value| value * value).sum::<f64>()).sqrt()
}

/// Slope and intercept of y on x.
fn line(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let sxx: f64 = x.iter().map(|x| (x - mx).powi(2)).sum();
    let sxy: f64 = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum();
    (sxx > 0.0).then(|| (sxy / sxx, my - sxy / sxx * mx))
}

/// Mean of the pixels within `width`, weighted by exp(-distance / width), over those inside the map.
fn exponential(map: &Array2<f64>, width: f64) -> Array2<f64> {
    let (rows, columns) = map.dim();
    let wide = (2 * rows, 2 * columns);
    let width = width.max(1.0);
    let kernel = Array2::from_shape_fn(wide, |(row, column)| {
        let distance = (row.min(wide.0 - row) as f64).hypot(column.min(wide.1 - column) as f64);
        if distance <= width { (-distance / width).exp() } else { 0.0 }
    });
    let kernel = forward(&kernel);
    let spread = |values: &Array2<f64>| {
        let mut padded = Array2::zeros(wide);
        values.indexed_iter().for_each(|(at, value)| padded[at] = *value);
        inverse(forward(&padded) * &kernel)
    };
    let (values, weights) = (spread(map), spread(&Array2::ones((rows, columns))));
    Array2::from_shape_fn((rows, columns), |at| values[at] / weights[at].max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::smooth::{Edge, smooth};

    #[test]
    fn a_surrogate_has_the_variogram_of_its_map_where_a_permutation_has_not() {
        let mut generator = Seed(4).stream("noise", 0);
        let white: Array2<f64> = Array2::from_shape_simple_fn((32, 32), || StandardNormal.sample(&mut generator));
        let map = smooth(&white, 2.0, Edge::Normalised);
        let target = Target::new(&map).unwrap();
        let fits: Vec<f64> = (0..20).map(|s| target.surrogate(Seed(s)).unwrap().misfit).collect();
        let mean = fits.iter().sum::<f64>() / 20.0;
        let own = smoothed(&binned(&white, &target.edges), &target.lags);
        assert!(mean < 0.35, "{fits:?}");
        assert!(misfit(&own, &target.variogram) > 2.0 * mean);
        assert!(Target::new(&Array2::ones((8, 8))).is_none());
    }
}
