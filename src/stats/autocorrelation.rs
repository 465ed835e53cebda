//! Spatial autocorrelation of maps, and the number of independent pixels that a correlation of two maps rests on.
//!
//! Sums over all pairs of pixels at every lag come from Fourier transforms of the maps beside as many zeros (no wrap). Binned by
//! distance, with N_k pairs and mean products C_x(k), C_y(k) of the standardised maps, Clifford, Richardson & Hémon (1989) give
//!   Var r = (P + Σ_k N_k C_x(k) C_y(k)) / P²,   n_eff = 1 + 1 / Var r,
//! N_k counting each pair in both orders, and t = r √((n_eff - 2) / (1 - r²)) with n_eff - 2 degrees of freedom
//! (Dutilleul 1993). The variogram γ(k) is the mean of (x_i - x_j)² / 2 over pairs.

use ndarray::{Array2, Zip};
use rustfft::num_complex::Complex64;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::correlate::pearson;
use super::fourier::{forward, inverse};

/// Sums over unordered pairs of different pixels, binned by distance.
#[derive(Debug, Clone, PartialEq)]
pub struct Binned {
    /// Number of pairs.
    pub pairs: Vec<f64>,
    /// Mean of the product of the two values, each less the mean of the map; 0 for no pairs.
    pub products: Vec<f64>,
    /// Mean of half the squared difference; 0 for no pairs.
    pub variogram: Vec<f64>,
}

/// Edges of bins one pixel wide, from half a pixel to beyond the largest distance in a map of this shape.
pub fn unit_edges((rows, columns): (usize, usize)) -> Vec<f64> {
    let furthest = ((rows.max(1) - 1) as f64).hypot((columns.max(1) - 1) as f64);
    (0..=(furthest + 0.5).ceil() as usize).map(|k| k as f64 + 0.5).collect()
}

/// Bins of the pairs of a map; the k-th holds distances in `edges[k]..edges[k + 1]`, px.
pub fn binned(map: &Array2<f64>, edges: &[f64]) -> Binned {
    let (rows, columns) = map.dim();
    let mean = map.sum() / map.len().max(1) as f64;
    let wide = |values: &Array2<f64>| {
        let mut padded = Array2::zeros((2 * rows, 2 * columns));
        values.indexed_iter().for_each(|(at, value)| padded[at] = *value);
        forward(&padded)
    };
    let centred = map - mean;
    let (values, ones) = (wide(&centred), wide(&Array2::ones((rows, columns))));
    let squares = wide(&centred.mapv(|value| value * value));
    let lagged =
        |a: &Array2<Complex64>, b: &Array2<Complex64>| inverse(Zip::from(a).and(b).map_collect(|a, b| a.conj() * b));
    let (products, counts) = (lagged(&values, &values), lagged(&ones, &ones));
    // Σ x_i² over pairs at a lag, and Σ x_j²: the same sum at the opposite lag.
    let first = lagged(&squares, &ones);
    let bins = edges.len().saturating_sub(1);
    let mut found = Binned { pairs: vec![0.0; bins], products: vec![0.0; bins], variogram: vec![0.0; bins] };
    for ((row, column), count) in counts.indexed_iter() {
        let near = |at: usize, size: usize| at.min(2 * size - at);
        let distance = (near(row, rows) as f64).hypot(near(column, columns) as f64);
        let bin = edges.partition_point(|edge| *edge <= distance);
        if bin == 0 || bin > bins || distance == 0.0 || row == rows || column == columns {
            continue;
        }
        let opposite = [(2 * rows - row) % (2 * rows), (2 * columns - column) % (2 * columns)];
        // Each unordered pair is met at two opposite lags.
        found.pairs[bin - 1] += count.round() / 2.0;
        found.products[bin - 1] += products[[row, column]] / 2.0;
        found.variogram[bin - 1] += (first[[row, column]] + first[opposite] - 2.0 * products[[row, column]]) / 4.0;
    }
    for ((pairs, product), half) in found.pairs.iter().zip(&mut found.products).zip(&mut found.variogram) {
        let count = pairs.max(1.0);
        (*product, *half) = (*product / count, *half / count);
    }
    found
}

/// The test of a correlation with its effective number of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effective {
    /// Pearson's r.
    pub r: f64,
    /// Variance of r for unrelated maps of these autocorrelations.
    pub variance: f64,
    /// Number of independent pixels.
    pub pixels: f64,
    /// Student's t; `None` where there are no more than two independent pixels.
    pub t: Option<f64>,
    /// Two-sided p; 1 where t has no value.
    pub p: f64,
}

/// The test of Clifford, Richardson and Hémon; `None` for maps of different shapes or a constant one.
pub fn effective_pixels(x: &Array2<f64>, y: &Array2<f64>, edges: &[f64]) -> Option<Effective> {
    effective_of(x, y, edges, 0)
}

/// The same after `nuisances` maps were partialled out of both, each of which costs a degree of freedom.
pub fn effective_of(x: &Array2<f64>, y: &Array2<f64>, edges: &[f64], nuisances: usize) -> Option<Effective> {
    if x.dim() != y.dim() {
        return None;
    }
    let flat = |map: &Array2<f64>| map.iter().copied().collect::<Vec<f64>>();
    let r = pearson(&flat(x), &flat(y)).ok()?;
    let pixels = x.len() as f64;
    let spread = |map: &Array2<f64>| map.var(0.0);
    let (of_x, of_y) = (binned(x, edges), binned(y, edges));
    let sum: f64 = of_x.pairs.iter().zip(&of_x.products).zip(&of_y.products).map(|((n, a), b)| n * a * b).sum();
    let variance = (pixels + 2.0 * sum / (spread(x) * spread(y))) / (pixels * pixels);
    // A variance that is not positive would be that of infinitely many pixels.
    let effective = if variance > 0.0 { (1.0 + 1.0 / variance).min(pixels) } else { pixels };
    let freedom = effective - 2.0 - nuisances as f64;
    let t = (freedom > 0.0).then(|| r * (freedom / (1.0 - r * r).max(f64::MIN_POSITIVE)).sqrt());
    let p = match t.zip(StudentsT::new(0.0, 1.0, freedom).ok()) {
        Some((t, distribution)) => 2.0 * distribution.cdf(-t.abs()),
        None => 1.0,
    };
    Some(Effective { r, variance, pixels: effective, t, p })
}

/// Moran's I and Geary's C between neighbours in rows and columns; `None` for a constant map or one without neighbours.
pub fn moran_geary(map: &Array2<f64>) -> Option<(f64, f64)> {
    let mean = map.sum() / map.len().max(1) as f64;
    let total: f64 = map.iter().map(|value| (value - mean).powi(2)).sum();
    let (mut products, mut squares, mut weights) = (0.0, 0.0, 0.0);
    for ((row, column), value) in map.indexed_iter() {
        for neighbour in [map.get((row + 1, column)), map.get((row, column + 1))].into_iter().flatten() {
            products += 2.0 * (value - mean) * (neighbour - mean);
            squares += 2.0 * (value - neighbour).powi(2);
            weights += 2.0;
        }
    }
    let count = map.len() as f64;
    (total > 0.0 && weights > 0.0)
        .then(|| (count / weights * products / total, (count - 1.0) / (2.0 * weights) * squares / total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use crate::stats::smooth::{Edge, smooth};
    use rand_distr::{Distribution, StandardNormal};

    fn noise(shape: (usize, usize), sd: f64, seed: u64) -> Array2<f64> {
        let mut generator = Seed(seed).stream("noise", 0);
        let white: Array2<f64> = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut generator));
        smooth(&white, sd, Edge::Normalised)
    }

    #[test]
    fn transforms_give_the_sums_over_pairs_of_a_map_that_is_not_square() {
        let map = noise((5, 7), 1.0, 3) + 10.0;
        let edges = [0.5, 1.5, 2.5, 4.0];
        let found = binned(&map, &edges);
        let mean = map.mean().unwrap();
        let places: Vec<(usize, usize)> = map.indexed_iter().map(|(at, _)| at).collect();
        let (mut pairs, mut products, mut half) = ([0.0; 3], [0.0; 3], [0.0; 3]);
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                let distance = (a.0 as f64 - b.0 as f64).hypot(a.1 as f64 - b.1 as f64);
                if let Some(bin) = (0..3).find(|bin| edges[*bin] <= distance && distance < edges[bin + 1]) {
                    pairs[bin] += 1.0;
                    products[bin] += (map[*a] - mean) * (map[*b] - mean);
                    half[bin] += (map[*a] - map[*b]).powi(2) / 2.0;
                }
            }
        }
        for bin in 0..3 {
            assert_eq!(found.pairs[bin], pairs[bin]);
            assert!((found.products[bin] - products[bin] / pairs[bin]).abs() < 1e-9);
            assert!((found.variogram[bin] - half[bin] / pairs[bin]).abs() < 1e-9);
        }
    }

    #[test]
    fn smooth_maps_have_few_independent_pixels_and_white_ones_nearly_all() {
        let edges = unit_edges((32, 32));
        let of = |sd: f64| effective_pixels(&noise((32, 32), sd, 1), &noise((32, 32), sd, 2), &edges).unwrap();
        let (white, smooth) = (of(0.0), of(3.0));
        assert!(white.pixels > 700.0, "{white:?}");
        assert!(smooth.pixels < 60.0 && smooth.pixels > 5.0, "{smooth:?}");
        assert!(smooth.p > 2.0 * StudentsT::new(0.0, 1.0, 1022.0).unwrap().cdf(-(smooth.r.abs() * 1022f64.sqrt())));
        let constant = Array2::ones((32, 32));
        assert_eq!(effective_pixels(&noise((32, 32), 1.0, 1), &constant, &edges), None);
        assert_eq!(moran_geary(&constant), None);
    }
}
