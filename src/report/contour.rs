//! Where a map crosses a level: marching squares, linear between pixel centres.

use ndarray::Array2;

/// Line pieces in pixels (x to the right, y down, the centre of the first pixel at 0.5, 0.5).
pub(super) fn contour(map: &Array2<f64>, level: f64) -> Vec<Vec<(f64, f64)>> {
    let (rows, columns) = map.dim();
    let mut pieces = Vec::new();
    for row in 1..rows {
        for column in 1..columns {
            pieces.extend(cell(map, row - 1, column - 1, level));
        }
    }
    pieces
}

fn cell(map: &Array2<f64>, row: usize, column: usize, level: f64) -> Vec<Vec<(f64, f64)>> {
    let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
    let values = corners.map(|at| map[at] - level);
    let crossings: Vec<(f64, f64)> = (0..4)
        .filter_map(|at| {
            let next = (at + 1) % 4;
            let (a, b) = (values[at], values[next]);
            if (a > 0.0) == (b > 0.0) {
                return None;
            }
            let share = a / (a - b);
            let between = |from: usize, to: usize| 0.5 + from as f64 + share * (to as f64 - from as f64);
            Some((between(corners[at].1, corners[next].1), between(corners[at].0, corners[next].0)))
        })
        .collect();
    match crossings[..] {
        [a, b] => vec![vec![a, b]],
        // A saddle: the value in the middle says which corners belong together.
        [a, b, c, d] if (values.iter().sum::<f64>() > 0.0) == (values[0] > 0.0) => vec![vec![a, b], vec![c, d]],
        [a, b, c, d] => vec![vec![d, a], vec![b, c]],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contour_of_a_cone_is_a_circle() {
        let cone = Array2::from_shape_fn((41, 61), |(row, column)| {
            10.0 - ((row as f64 - 20.0).powi(2) + (column as f64 - 30.0).powi(2)).sqrt()
        });
        let pieces = contour(&cone, 0.0);
        assert!(pieces.len() > 40);
        for (x, y) in pieces.concat() {
            let radius = ((x - 30.5).powi(2) + (y - 20.5).powi(2)).sqrt();
            assert!((radius - 10.0).abs() < 0.1, "{radius}");
        }
        assert!(contour(&cone, 11.0).is_empty());
    }
}
