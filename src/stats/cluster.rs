//! Clusters: connected pixels at or above a threshold, labelled by union-find in one pass over the pixels.

use ndarray::Array2;

/// Which pixels touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connectivity {
    /// Those that share an edge.
    Four,
    /// Those that share an edge or a corner.
    Eight,
}

impl Connectivity {
    /// Neighbours that come earlier row by row: steps in row and column.
    pub(super) fn earlier(self) -> &'static [(isize, isize)] {
        match self {
            Connectivity::Four => &[(-1, 0), (0, -1)],
            Connectivity::Eight => &[(-1, -1), (-1, 0), (-1, 1), (0, -1)],
        }
    }

    /// All neighbours: steps in row and column.
    pub(super) fn steps(self) -> impl Iterator<Item = (isize, isize)> {
        self.earlier().iter().flat_map(|&(row, column)| [(row, column), (-row, -column)])
    }
}

/// Connected pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Number of pixels.
    pub size: usize,
    /// Sum of their values.
    pub mass: f64,
    /// Largest value.
    pub peak: f64,
    /// Row and column of the largest value, the first where several are equal.
    pub at: (usize, usize),
    /// Every pixel, row by row.
    pub pixels: Vec<(usize, usize)>,
}

/// Clusters of pixels of the region whose value is at least `threshold`, the largest first, equal ones from the top.
pub fn clusters(
    values: &Array2<f64>,
    region: &Array2<bool>,
    threshold: f64,
    connectivity: Connectivity,
) -> Vec<Cluster> {
    let inside = values.indexed_iter().filter(|(at, value)| region.get(*at) == Some(&true) && **value >= threshold);
    let above: Vec<((usize, usize), f64)> = inside.map(|(at, value)| (at, *value)).collect();
    let places: Vec<(usize, usize)> = above.iter().map(|(at, _)| *at).collect();
    let labels = Labels::default().label(&places, values.dim(), connectivity);
    let mut found: Vec<Cluster> = Vec::new();
    let mut of_label = vec![usize::MAX; labels.len()];
    for (&label, &(at, value)) in labels.iter().zip(&above) {
        if of_label[label] == usize::MAX {
            of_label[label] = found.len();
            found.push(Cluster { size: 0, mass: 0.0, peak: f64::MIN, at, pixels: Vec::new() });
        }
        let cluster = &mut found[of_label[label]];
        cluster.size += 1;
        cluster.mass += value;
        cluster.pixels.push(at);
        if value > cluster.peak {
            (cluster.peak, cluster.at) = (value, at);
        }
    }
    found.sort_by_key(|cluster| std::cmp::Reverse(cluster.size));
    found
}

/// Labels of pixels, with storage that is used again from map to map.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Place in the list of pixels plus one, by pixel; 0 elsewhere.
    plane: Vec<u32>,
}

impl Labels {
    /// The label of each pixel, in any order: the place in the list of one pixel of its cluster.
    pub fn label(
        &mut self,
        pixels: &[(usize, usize)],
        (rows, columns): (usize, usize),
        connectivity: Connectivity,
    ) -> Vec<usize> {
        self.plane.resize(rows * columns, 0);
        for (place, &(row, column)) in pixels.iter().enumerate() {
            self.plane[row * columns + column] = place as u32 + 1;
        }
        let mut parents: Vec<usize> = (0..pixels.len()).collect();
        for (place, &(row, column)) in pixels.iter().enumerate() {
            for &(down, right) in connectivity.earlier() {
                let (Some(row), Some(column)) = (row.checked_add_signed(down), column.checked_add_signed(right)) else {
                    continue;
                };
                let neighbour = if column < columns { self.plane[row * columns + column] as usize } else { 0 };
                if neighbour > 0 {
                    let (a, b) = (root(&mut parents, neighbour - 1), root(&mut parents, place));
                    parents[a.max(b)] = a.min(b);
                }
            }
        }
        pixels.iter().for_each(|&(row, column)| self.plane[row * columns + column] = 0);
        (0..pixels.len()).map(|place| root(&mut parents, place)).collect()
    }
}

/// The representative of a pixel's cluster; paths are halved on the way.
pub(super) fn root(parents: &mut [usize], mut place: usize) -> usize {
    while parents[place] != place {
        parents[place] = parents[parents[place]];
        place = parents[place];
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    pub(crate) fn example() -> Array2<f64> {
        array![
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 3.0, 3.0, 0.0, 0.0, 0.0],
            [0.0, 3.0, 0.0, 0.0, 0.0, 2.5],
            [0.0, 0.0, 0.0, 4.0, 0.0, 0.0],
            [0.0, 0.0, 4.0, 4.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 3.0, 5.0],
        ]
    }

    fn sizes_and_masses(connectivity: Connectivity) -> (Vec<usize>, Vec<f64>) {
        let found = clusters(&example(), &Array2::from_elem((6, 6), true), 2.7, connectivity);
        found.iter().map(|cluster| (cluster.size, cluster.mass)).unzip()
    }

    #[test]
    fn corners_join_clusters_with_eight_neighbours_and_not_with_four() {
        assert_eq!(sizes_and_masses(Connectivity::Eight), (vec![5, 3], vec![20.0, 9.0]));
        assert_eq!(sizes_and_masses(Connectivity::Four), (vec![3, 3, 2], vec![9.0, 12.0, 8.0]));
    }

    #[test]
    fn arms_that_meet_late_are_one_cluster_and_nothing_wraps_around_the_edge() {
        let comb = array![[1.0, 0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0]];
        let everywhere = Array2::from_elem((3, 5), true);
        assert_eq!(clusters(&comb, &everywhere, 1.0, Connectivity::Four).len(), 1);
        let edges = array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]];
        let everywhere = Array2::from_elem((3, 3), true);
        assert_eq!(clusters(&edges, &everywhere, 1.0, Connectivity::Eight).len(), 2);
    }

    #[test]
    fn pixels_outside_the_region_join_nothing() {
        let mut region = Array2::from_elem((6, 6), true);
        region[[4, 3]] = false;
        let found = clusters(&example(), &region, 2.7, Connectivity::Eight);
        assert_eq!(found.iter().map(|cluster| cluster.size).collect::<Vec<_>>(), [3, 2, 2]);
        assert_eq!((found[2].peak, found[2].at), (5.0, (5, 5)));
    }
}
