//! The smooth prior: minus the logarithm of its density is λ/2 w'Qw, Q = D'D + ε I, with D the first differences between
//! neighbouring cells, across and down (Knoblauch & Maloney 2008; Mineault, Barthelmé & Pack 2009, J. Vision 9(10):17).

/// ε, which holds the mean of the field: a constant field is the number of bubbles over again.
const MEAN: f64 = 0.01;

/// Q w, for a field of (rows, columns).
pub(super) fn rough(field: &[f64], (rows, columns): (usize, usize)) -> Vec<f64> {
    let mut result: Vec<f64> = field.iter().map(|value| MEAN * value).collect();
    let mut pair = |a: usize, b: usize| {
        let difference = field[a] - field[b];
        result[a] += difference;
        result[b] -= difference;
    };
    for row in 0..rows {
        for column in 0..columns {
            let at = row * columns + column;
            if column + 1 < columns {
                pair(at, at + 1);
            }
            if row + 1 < rows {
                pair(at, at + columns);
            }
        }
    }
    result
}
