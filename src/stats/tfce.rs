//! Threshold-free cluster enhancement (Smith & Nichols 2009, NeuroImage 44:83), exact.
//!
//! T(v) = ∫ from 0 to z(v) of e(h)^E h^H dh, e(h) the size of the cluster that holds v at height h. Between two heights
//! that occur in the map no cluster changes, so the integral is a sum of e^E (b^(H+1) - a^(H+1)) / (H + 1). Pixels join
//! from the highest down; what a cluster gains is kept at its root, and what a pixel had less than its root when it
//! joined is kept at the pixel, so that every pixel is touched once (union-find). Implementations that step through 100
//! heights approximate the same integral.

use ndarray::Array2;

use super::cluster::Connectivity;

/// Exponents of extent and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponents {
    /// E; 0.5 in Smith & Nichols.
    pub extent: f64,
    /// H; 2 in Smith & Nichols.
    pub height: f64,
}

impl Default for Exponents {
    fn default() -> Self {
        Exponents { extent: 0.5, height: 2.0 }
    }
}

/// Clusters as they grow: a forest over the pixels in order of height.
struct Forest {
    parents: Vec<usize>,
    /// Pixels of the cluster, at its root.
    sizes: Vec<u32>,
    /// What was gained, at a root; what is to be added to the parent's sum, elsewhere.
    gains: Vec<f64>,
    /// h^(H+1) down to which the root's gain is known.
    down_to: Vec<f64>,
    extent: f64,
}

impl Forest {
    fn root(&self, mut place: usize) -> usize {
        while self.parents[place] != place {
            place = self.parents[place];
        }
        place
    }

    /// Brings a root's gain down to a height.
    fn settle(&mut self, root: usize, power: f64) {
        let size = f64::from(self.sizes[root]);
        let weight = if self.extent == 0.5 { size.sqrt() } else { size.powf(self.extent) };
        self.gains[root] += weight * (self.down_to[root] - power);
        self.down_to[root] = power;
    }

    /// Joins two settled clusters, the smaller below the larger.
    fn join(&mut self, a: usize, b: usize) {
        let (above, below) = if self.sizes[a] >= self.sizes[b] { (a, b) } else { (b, a) };
        self.gains[below] -= self.gains[above];
        self.parents[below] = above;
        self.sizes[above] += self.sizes[below];
    }
}

/// The enhanced map: 0 where the map is not above 0 or outside the region.
pub fn enhance(
    values: &Array2<f64>,
    region: &Array2<bool>,
    connectivity: Connectivity,
    exponents: Exponents,
) -> Array2<f64> {
    let (rows, columns) = values.dim();
    let inside = values.indexed_iter().filter(|(at, value)| region.get(*at) == Some(&true) && **value > 0.0);
    let mut pixels: Vec<(f64, usize)> = inside.map(|((row, column), value)| (*value, row * columns + column)).collect();
    pixels.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let order = exponents.height + 1.0;
    let power = |height: f64| if order == 3.0 { height * height * height } else { height.powf(order) };
    let mut forest = Forest {
        parents: (0..pixels.len()).collect(),
        sizes: vec![1; pixels.len()],
        gains: vec![0.0; pixels.len()],
        down_to: pixels.iter().map(|(height, _)| power(*height)).collect(),
        extent: exponents.extent,
    };
    let mut place_of = vec![u32::MAX; rows * columns];
    for (place, &(_, pixel)) in pixels.iter().enumerate() {
        let now = forest.down_to[place];
        let (row, column) = (pixel / columns, pixel % columns);
        for (down, right) in connectivity.steps() {
            let (Some(row), Some(column)) = (row.checked_add_signed(down), column.checked_add_signed(right)) else {
                continue;
            };
            if row >= rows || column >= columns || place_of[row * columns + column] == u32::MAX {
                continue;
            }
            let (own, other) = (forest.root(place), forest.root(place_of[row * columns + column] as usize));
            if own != other {
                forest.settle(other, now);
                forest.settle(own, now);
                forest.join(own, other);
            }
        }
        place_of[pixel] = place as u32;
    }
    for place in 0..pixels.len() {
        if forest.parents[place] == place {
            forest.settle(place, 0.0);
        }
    }
    let mut enhanced = Array2::zeros((rows, columns));
    for (place, &(_, pixel)) in pixels.iter().enumerate() {
        let mut sum = forest.gains[place];
        let mut above = place;
        while forest.parents[above] != above {
            above = forest.parents[above];
            sum += forest.gains[above];
        }
        enhanced[[pixel / columns, pixel % columns]] = sum / order;
    }
    enhanced
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::cluster::clusters;
    use ndarray::array;

    /// The integral by its definition: clusters labelled anew at every height that occurs.
    fn literal(values: &Array2<f64>, connectivity: Connectivity, exponents: Exponents) -> Array2<f64> {
        let everywhere = Array2::from_elem(values.dim(), true);
        let mut heights: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        heights.sort_unstable_by(f64::total_cmp);
        heights.dedup();
        let mut sum = Array2::zeros(values.dim());
        let mut below = 0.0;
        for height in heights {
            let order = exponents.height + 1.0;
            let slab = (height.powf(order) - f64::powf(below, order)) / order;
            for cluster in clusters(values, &everywhere, height, connectivity) {
                for at in cluster.pixels {
                    sum[at] += (cluster.size as f64).powf(exponents.extent) * slab;
                }
            }
            below = height;
        }
        sum
    }

    #[test]
    fn a_map_with_ties_is_enhanced_as_the_definition_says() {
        let map = Array2::from_shape_fn((23, 31), |(row, column)| {
            let (y, x) = (row as f64, column as f64);
            ((y * 0.7).sin() * (x * 0.5).cos() * 4.0 + (x * y * 0.11).sin()).mul_add(8.0, 0.0).round() / 8.0
        });
        let everywhere = Array2::from_elem(map.dim(), true);
        for connectivity in [Connectivity::Four, Connectivity::Eight] {
            for exponents in [Exponents::default(), Exponents { extent: 1.0, height: 1.5 }] {
                let found = enhance(&map, &everywhere, connectivity, exponents);
                let expected = literal(&map, connectivity, exponents);
                let most = expected.iter().copied().fold(0.0, f64::max);
                assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12 * most));
            }
        }
    }

    #[test]
    fn a_plateau_of_three_pixels_of_height_three_is_worth_nine_roots_of_three() {
        let map = array![[3.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, -2.0]];
        let found = enhance(&map, &Array2::from_elem((3, 3), true), Connectivity::Four, Exponents::default());
        assert!((found[[0, 0]] - 9.0 * 3f64.sqrt()).abs() < 1e-12 && found[[2, 2]] == 0.0, "{found}");
        assert!((found[[0, 0]] - 27.0).abs() > 1.0, "the size alone is not the measure");
    }
}
