//! When an experiment has found what is there: the pixel and the cluster test of Chauvin et al. 2005 (J. Vision 5:659), one-sided.
//!
//! Pixel test: a pixel of the target passes the random-field threshold of the region. Cluster test: a connected set of
//! pixels (8 neighbours, as the authors' toolbox connects them) above the cluster threshold is at least as large as
//! chance allows in the region, and reaches into the target.

use ndarray::Array2;

use crate::stats::random_field::{Field, full_width_at_half_maximum};

/// The thresholds of a region at a smoothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criterion {
    /// z that the largest of the region passes by chance with probability alpha.
    pub pixel: f64,
    /// z above which pixels form clusters.
    pub cluster: f64,
    /// Pixels that the largest cluster has by chance with probability alpha.
    pub extent: f64,
}

/// Where something is to be found.
#[derive(Debug, Clone)]
pub struct Target {
    /// Row and column of the pixel with the largest expected z.
    pub peak: (usize, usize),
    /// Pixels that count as found.
    pub inside: Array2<bool>,
}

/// What a z map shows of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The peak itself passes the pixel threshold.
    pub peak: bool,
    /// Some pixel of the target does.
    pub pixel: bool,
    /// A large enough cluster reaches into the target.
    pub cluster: bool,
}

impl Verdict {
    /// There is no map to find anything in.
    pub const NOTHING: Verdict = Verdict { peak: false, pixel: false, cluster: false };
}

impl Criterion {
    /// For maps of `region` smoothed by `smoothing_sd` px.
    pub fn new(region: &Array2<bool>, smoothing_sd: f64, alpha: f64, cluster: f64) -> Criterion {
        let area = region.iter().filter(|inside| **inside).count() as f64;
        let field = Field::disc(area, full_width_at_half_maximum(smoothing_sd));
        Criterion { pixel: field.peak_threshold(alpha), cluster, extent: field.cluster_threshold(cluster, alpha) }
    }

    pub(super) fn judge(&self, z: &Array2<f64>, target: &Target) -> Verdict {
        let mut visited = Array2::from_elem(z.dim(), false);
        let inside = || target.inside.indexed_iter().filter(|(_, inside)| **inside).map(|(at, _)| at);
        Verdict {
            peak: z[target.peak] > self.pixel,
            pixel: inside().any(|at| z[at] > self.pixel),
            cluster: inside().any(|at| {
                let size = cluster_size(z, at, self.cluster, &mut visited);
                size > 0 && size as f64 >= self.extent
            }),
        }
    }
}

impl Target {
    /// The largest value of an expected map and the pixels with at least half of it.
    pub(super) fn of(expected: &Array2<f64>, region: &Array2<bool>) -> Target {
        let peak = peak(expected, region);
        let half = expected[peak] / 2.0;
        let inside = ndarray::Zip::from(expected).and(region).map_collect(|value, inside| *inside && *value >= half);
        Target { peak, inside }
    }
}

/// The pixel of the region with the largest value; the first one where several are equal.
pub(super) fn peak(map: &Array2<f64>, region: &Array2<bool>) -> (usize, usize) {
    let mut best = ((0, 0), f64::NEG_INFINITY);
    for ((at, value), inside) in map.indexed_iter().zip(region) {
        if *inside && *value > best.1 {
            best = (at, *value);
        }
    }
    best.0
}

/// Pixels above `t` that are connected with `from`; 0 if it is not above, or was visited before.
fn cluster_size(z: &Array2<f64>, from: (usize, usize), t: f64, visited: &mut Array2<bool>) -> usize {
    let (rows, columns) = z.dim();
    let mut open = vec![from];
    let mut size = 0;
    while let Some(at) = open.pop() {
        if visited[at] || z[at] <= t {
            continue;
        }
        visited[at] = true;
        size += 1;
        for row in at.0.saturating_sub(1)..=(at.0 + 1).min(rows - 1) {
            open.extend((at.1.saturating_sub(1)..=(at.1 + 1).min(columns - 1)).map(|column| (row, column)));
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn island(pixels: &[(usize, usize)], z: f64) -> Array2<f64> {
        let mut map = Array2::zeros((6, 9));
        pixels.iter().for_each(|&at| map[at] = z);
        map
    }

    #[test]
    fn a_cluster_counts_with_its_corners_if_it_is_large_enough_and_reaches_the_target() {
        let criterion = Criterion { pixel: 4.0, cluster: 2.7, extent: 3.5 };
        let inside = Array2::from_shape_fn((6, 9), |at| at == (2, 2));
        let target = Target { peak: (2, 2), inside };
        let judge = |pixels: &[(usize, usize)], z| criterion.judge(&island(pixels, z), &target);
        let diagonal = [(2, 2), (3, 3), (4, 4), (5, 5)];
        assert_eq!(judge(&diagonal, 3.0), Verdict { peak: false, pixel: false, cluster: true });
        assert!(!judge(&diagonal[..3], 3.0).cluster, "three pixels are fewer than chance makes");
        assert!(!judge(&diagonal[1..], 3.0).cluster && !judge(&diagonal, 2.6).cluster);
        assert!(!judge(&[(0, 5), (0, 6), (1, 5), (1, 6)], 9.0).cluster, "elsewhere is not found");
        assert_eq!(judge(&[(2, 2)], 5.0), Verdict { peak: true, pixel: true, cluster: false });
    }

    #[test]
    fn thresholds_are_those_of_the_worked_example() {
        let region = Array2::from_shape_fn((256, 256), |(row, column)| row * 256 + column < 36_798);
        let criterion = Criterion::new(&region, 20.0, 0.05, 2.7);
        assert!((criterion.pixel - 3.302_342).abs() < 1e-6 && (criterion.extent - 861.0592).abs() < 1e-3);
    }
}
