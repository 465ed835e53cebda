//! Gaussian smoothing of a plane, separable, with a unit-sum kernel cut at four standard deviations, and five rules for
//! what lies beyond the edge (names and values as in scipy.ndimage, but for the normalised one).

use ndarray::Array2;

/// What lies beyond the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Nothing: values outside are 0, so sums are lost at the edge. For counts of bubbles.
    Zero,
    /// The mean of what lies inside: divided by the smoothed plane of ones. For saliency maps.
    Normalised,
    /// The plane mirrored at the edge of its last pixels: d c b a | a b c d | d c b a.
    Reflect,
    /// The last pixel again and again.
    Nearest,
    /// The plane again, from its other side.
    Wrap,
}

/// Names of the edges, the default of scores first.
pub const EDGES: &[(&str, Edge)] = &[
    ("zero_normalised", Edge::Normalised),
    ("reflect", Edge::Reflect),
    ("nearest", Edge::Nearest),
    ("wrap", Edge::Wrap),
    ("zero", Edge::Zero),
];

impl Edge {
    /// The place inside `0..length` whose value stands at `at`; `None` where that is 0.
    fn place(self, at: i64, length: usize) -> Option<usize> {
        let length = length as i64;
        let inside = match self {
            Edge::Zero | Edge::Normalised => (0..length).contains(&at).then_some(at)?,
            Edge::Reflect => {
                let at = at.rem_euclid(2 * length);
                at.min(2 * length - 1 - at)
            }
            Edge::Nearest => at.clamp(0, length - 1),
            Edge::Wrap => at.rem_euclid(length),
        };
        Some(inside as usize)
    }
}

/// One-dimensional Gaussian of standard deviation `sd` px, cut at 4 sd, unit sum.
pub fn kernel(sd: f64) -> Vec<f64> {
    let reach = (4.0 * sd).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach).map(|x| (-((x * x) as f64) / (2.0 * sd * sd)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// The plane smoothed by a Gaussian of standard deviation `sd` px; `sd = 0` leaves it as it is.
pub fn smooth(plane: &Array2<f64>, sd: f64, edge: Edge) -> Array2<f64> {
    if sd <= 0.0 {
        return plane.clone();
    }
    let kernel = kernel(sd);
    let across: Vec<f64> = plane.rows().into_iter().flat_map(|row| convolve(&row.to_vec(), &kernel, edge)).collect();
    let (rows, columns) = plane.dim();
    let mut smoothed = down(&across, columns, &kernel, edge);
    if edge == Edge::Normalised {
        let ones = |count| convolve(&vec![1.0; count], &kernel, edge);
        let (by_row, by_column) = (ones(rows), ones(columns));
        for (line, row) in smoothed.chunks_exact_mut(columns).zip(by_row) {
            line.iter_mut().zip(&by_column).for_each(|(value, column)| *value /= row * column);
        }
    }
    Array2::from_shape_vec((rows, columns), smoothed).unwrap_or_else(|_| plane.clone())
}

/// Convolution with a kernel of odd length, same length.
fn convolve(values: &[f64], kernel: &[f64], edge: Edge) -> Vec<f64> {
    let (n, reach) = (values.len(), kernel.len() / 2);
    let place = |at: usize| edge.place(at as i64 - reach as i64, n);
    let padded: Vec<f64> = (0..n + 2 * reach).map(|at| place(at).map_or(0.0, |at| values[at])).collect();
    let mut sums = vec![0.0; n];
    for (offset, weight) in kernel.iter().enumerate() {
        add_weighted(&mut sums, *weight, &padded[offset..offset + n]);
    }
    sums
}

/// The same along columns: whole rows are added up, which the processor does several at a time.
fn down(values: &[f64], columns: usize, kernel: &[f64], edge: Edge) -> Vec<f64> {
    let (rows, reach) = (values.len() / columns, kernel.len() / 2);
    let mut sums = vec![0.0; values.len()];
    for (row, line) in sums.chunks_exact_mut(columns).enumerate() {
        for (offset, weight) in kernel.iter().enumerate() {
            if let Some(from) = edge.place((row + offset) as i64 - reach as i64, rows) {
                add_weighted(line, *weight, &values[from * columns..(from + 1) * columns]);
            }
        }
    }
    sums
}

fn add_weighted(sums: &mut [f64], weight: f64, values: &[f64]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impulse_becomes_the_gaussian_and_keeps_its_sum() {
        let mut plane = Array2::zeros((41, 51));
        plane[[20, 25]] = 3.0;
        let smoothed = smooth(&plane, 2.0, Edge::Zero);
        assert!((smoothed.sum() - 3.0).abs() < 1e-9);
        let expected = |dy: f64, dx: f64| 3.0 * (-(dy * dy + dx * dx) / 8.0).exp() / (2.0 * std::f64::consts::PI * 4.0);
        assert!((smoothed[[20, 25]] - expected(0.0, 0.0)).abs() < 1e-4);
        assert!((smoothed[[22, 28]] - expected(2.0, 3.0)).abs() < 1e-4);
    }

    #[test]
    fn two_smoothings_add_their_variances() {
        let mut plane = Array2::zeros((61, 61));
        plane[[30, 30]] = 1.0;
        let twice = smooth(&smooth(&plane, 3.0, Edge::Zero), 4.0, Edge::Zero);
        let once = smooth(&plane, 5.0, Edge::Zero);
        assert!(twice.iter().zip(&once).all(|(a, b)| (a - b).abs() < 2e-5));
    }

    #[test]
    fn the_normalised_edge_keeps_a_constant_and_the_zero_edge_does_not() {
        let plane = Array2::from_elem((10, 14), 2.0);
        assert!(smooth(&plane, 3.0, Edge::Normalised).iter().all(|v| (v - 2.0).abs() < 1e-12));
        assert!(smooth(&plane, 3.0, Edge::Zero)[[0, 0]] < 1.0);
    }

    #[test]
    fn beyond_the_edge_lies_what_the_rule_says_however_far_the_kernel_reaches() {
        let line = [1.0, 2.0, 3.0];
        let seen = |edge: Edge| (-4..7).map(|at| edge.place(at, 3).map_or(0.0, |at| line[at])).collect::<Vec<_>>();
        assert_eq!(seen(Edge::Reflect), [3.0, 3.0, 2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 1.0]);
        assert_eq!(seen(Edge::Nearest), [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
        assert_eq!(seen(Edge::Wrap), [3.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0]);
        assert_eq!(seen(Edge::Zero), [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0]);
        let plane = Array2::from_shape_fn((3, 5), |(row, column)| (row * 5 + column) as f64);
        for (name, edge) in EDGES.iter().filter(|(_, edge)| *edge != Edge::Zero) {
            let constant = smooth(&Array2::from_elem((3, 5), 2.0), 4.0, *edge);
            assert!(constant.iter().all(|value| (value - 2.0).abs() < 1e-12), "{name}");
        }
        let corner = |edge| smooth(&plane, 2.0, edge)[[0, 0]];
        assert!(corner(Edge::Nearest) < corner(Edge::Reflect) && corner(Edge::Reflect) < corner(Edge::Wrap));
    }
}
