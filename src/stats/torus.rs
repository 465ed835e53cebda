//! Spatial nulls by moving a map: shifts around the torus, with the reflections and turns of a square.
//!
//! The correlations of y with x shifted by every (row, column) are one cross-correlation, by Fourier transforms. p is the share of
//! shifts whose |r| reaches the observed one, the identity among them. The edges of pictures do not meet, so very smooth
//! maps give slightly too many small p; a bias that both maps share (the centre) must be removed first.

use ndarray::{Array2, Axis, Zip};

use super::correlate::normalised;
use super::fourier::{forward, inverse};

/// Correlations under every shift.
#[derive(Debug, Clone, PartialEq)]
pub struct Shifts {
    /// Correlation of the maps as they are.
    pub r: f64,
    /// Share of shifts with a correlation at least as large.
    pub one_sided: f64,
    /// Share with a magnitude at least as large.
    pub two_sided: f64,
    /// Number of shifts.
    pub count: usize,
}

/// Shifts of `x` against `y`; `dihedral` adds the turns and reflections of square maps. `None` for maps of different
/// shapes or a constant one.
pub fn shifts(x: &Array2<f64>, y: &Array2<f64>, dihedral: bool) -> Option<Shifts> {
    if x.dim() != y.dim() {
        return None;
    }
    let (x, y) = (unit(x)?, unit(y)?);
    let r: f64 = Zip::from(&x).and(&y).fold(0.0, |sum, a, b| sum + a * b);
    let spectrum = forward(&y);
    let poses = if dihedral && x.nrows() == x.ncols() { poses(&x) } else { vec![x] };
    let (mut above, mut beyond, mut count) = (0usize, 0usize, 0usize);
    for pose in &poses {
        let crossed = inverse(Zip::from(&forward(pose)).and(&spectrum).map_collect(|a, b| a.conj() * b));
        count += crossed.len();
        // Transforms round in the last places.
        above += crossed.iter().filter(|value| **value >= r - 1e-10).count();
        beyond += crossed.iter().filter(|value| value.abs() >= r.abs() - 1e-10).count();
    }
    let share = |hits: usize| hits as f64 / count as f64;
    Some(Shifts { r, one_sided: share(above), two_sided: share(beyond), count })
}

/// A map with mean 0 and norm 1.
fn unit(map: &Array2<f64>) -> Option<Array2<f64>> {
    let values = normalised(&map.iter().copied().collect::<Vec<_>>()).ok()?;
    Array2::from_shape_vec(map.dim(), values).ok()
}

/// The four turns of a square map and their mirror images.
fn poses(map: &Array2<f64>) -> Vec<Array2<f64>> {
    let mirrored = |map: &Array2<f64>, axis: usize| {
        let mut copy = map.clone();
        copy.invert_axis(Axis(axis));
        copy.as_standard_layout().to_owned()
    };
    let turned = |map: &Array2<f64>| mirrored(&map.t().to_owned(), 0);
    let mut found = vec![map.clone()];
    for at in 0..3 {
        let next = turned(&found[at]);
        found.push(next);
    }
    let reflected: Vec<Array2<f64>> = found.iter().map(|map| mirrored(map, 1)).collect();
    found.extend(reflected);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_meets_itself_at_one_shift_only_and_a_shifted_copy_is_found() {
        let x = Array2::from_shape_fn((6, 9), |(r, c)| ((r * 31 + c * 17 + r * c * 7) % 13) as f64);
        let same = shifts(&x, &x, false).unwrap();
        assert!((same.r - 1.0).abs() < 1e-12);
        assert_eq!((same.one_sided, same.count), (1.0 / 54.0, 54));
        let moved = Array2::from_shape_fn((6, 9), |(r, c)| x[[(r + 4) % 6, (c + 2) % 9]]);
        let found = shifts(&moved, &x, false).unwrap();
        assert!(found.r < 0.9 && found.one_sided >= 2.0 / 54.0, "the shift that undoes it counts: {found:?}");
        assert_eq!(shifts(&x, &Array2::ones((6, 9)), false), None);
        assert_eq!(shifts(&x, &x.t().to_owned(), false), None);
    }

    #[test]
    fn a_square_has_eight_poses() {
        let x = Array2::from_shape_fn((4, 4), |(r, c)| (r * 4 + c) as f64);
        let all = poses(&x);
        assert_eq!(all.len(), 8);
        assert!((0..8).all(|a| (0..a).all(|b| all[a] != all[b])));
        assert_eq!(shifts(&x, &x, true).unwrap().count, 128);
    }
}
