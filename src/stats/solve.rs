//! Linear systems and weighted least squares, by Cholesky's decomposition.

use ndarray::Array2;

use super::correlate::dot;

/// A pivot below this share of the largest diagonal entry is taken for zero.
const SINGULAR: f64 = 1e-11;

/// Solves `matrix x = right` for a symmetric positive definite matrix; `None` where it is not, within rounding.
///
/// Only the lower triangle is read.
pub fn solve(matrix: &Array2<f64>, right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    if matrix.dim() != (size, size) {
        return None;
    }
    let smallest = SINGULAR * matrix.diag().iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(size);
    for row in 0..size {
        let mut line = vec![0.0; row + 1];
        for column in 0..row {
            let rest = matrix[[row, column]] - dot(&line[..column], &lower[column]);
            line[column] = rest / lower[column][column];
        }
        let pivot = matrix[[row, row]] - dot(&line[..row], &line[..row]);
        if pivot.is_nan() || pivot <= smallest {
            return None;
        }
        line[row] = pivot.sqrt();
        lower.push(line);
    }
    let mut x = right.to_vec();
    for row in 0..size {
        x[row] = (x[row] - dot(&x[..row], &lower[row])) / lower[row][row];
    }
    for row in (0..size).rev() {
        x[row] /= lower[row][row];
        let known = x[row];
        x[..row].iter_mut().zip(&lower[row]).for_each(|(value, factor)| *value -= factor * known);
    }
    Some(x)
}

/// The coefficients that make `sum_i w_i (y_i - design_i · b)² + penalty |b|²` smallest; `None` where that is undecided.
///
/// `design` has a row for each response and a column for each coefficient.
pub fn least_squares(design: &Array2<f64>, responses: &[f64], weights: &[f64], penalty: f64) -> Option<Vec<f64>> {
    if [responses.len(), weights.len()] != [design.nrows(); 2] {
        return None;
    }
    let mut weighted = design.clone();
    weighted.rows_mut().into_iter().zip(weights).for_each(|(mut row, weight)| row *= *weight);
    let mut gram = weighted.t().dot(design);
    gram.diag_mut().iter_mut().for_each(|value| *value += penalty);
    solve(&gram, &weighted.t().dot(&ndarray::aview1(responses)).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_system_is_solved_and_a_singular_one_refused() {
        let matrix = array![[4.0, 2.0, 1.0], [2.0, 5.0, 3.0], [1.0, 3.0, 6.0]];
        let found = solve(&matrix, &matrix.dot(&array![1.0, -2.0, 0.5]).to_vec()).unwrap();
        assert!(found.iter().zip([1.0, -2.0, 0.5]).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        assert_eq!(solve(&array![[1.0, 2.0], [2.0, 4.0]], &[1.0, 2.0]), None);
        assert_eq!(solve(&array![[0.0]], &[1.0]), None);
        assert_eq!(solve(&array![[1.0, 0.0]], &[1.0]), None, "a matrix that is not square");
    }

    #[test]
    fn weights_count_as_repetitions_and_a_penalty_shrinks() {
        let (design, responses) = (array![[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], [1.0, 2.0, 5.0]);
        let twice = array![[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 2.0]];
        let weighted = least_squares(&design, &responses, &[1.0, 1.0, 2.0], 0.0).unwrap();
        let repeated = least_squares(&twice, &[1.0, 2.0, 5.0, 5.0], &[1.0; 4], 0.0).unwrap();
        assert!(weighted.iter().zip(&repeated).all(|(a, b)| (a - b).abs() < 1e-12), "{weighted:?} {repeated:?}");
        let plain = least_squares(&design, &responses, &[1.0; 3], 0.0).unwrap();
        assert!((plain[1] - 2.0).abs() < 1e-12 && (weighted[1] - plain[1]).abs() > 0.05, "{plain:?} {weighted:?}");
        // One column of ones: sum y / (n + penalty).
        let shrunk = least_squares(&Array2::ones((3, 1)), &responses, &[1.0; 3], 1.0).unwrap();
        assert!((shrunk[0] - 2.0).abs() < 1e-12);
    }
}
