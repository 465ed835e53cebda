//! Least squares by projection: what is left of a row of values when nuisance columns are removed.

use super::correlate::dot;

/// Orthonormal columns that span the nuisances of one group of trials.
#[derive(Debug, Clone, Default)]
pub struct Basis {
    columns: Vec<Vec<f64>>,
}

impl Basis {
    /// Modified Gram-Schmidt, twice; columns that add nothing are left out.
    pub fn new(columns: &[Vec<f64>]) -> Basis {
        let mut basis = Basis::default();
        for column in columns {
            let before = dot(column, column).sqrt();
            let mut rest = column.clone();
            basis.remove(&mut rest);
            basis.remove(&mut rest);
            let norm = dot(&rest, &rest).sqrt();
            if norm > 1e-9 * before.max(f64::MIN_POSITIVE) {
                basis.columns.push(rest.iter().map(|value| value / norm).collect());
            }
        }
        basis
    }

    /// Columns that are orthonormal already.
    pub fn from_orthonormal(columns: Vec<Vec<f64>>) -> Basis {
        Basis { columns }
    }

    /// Subtracts the projection on the columns.
    pub fn remove(&self, values: &mut [f64]) {
        for column in &self.columns {
            let share = dot(column, values);
            values.iter_mut().zip(column).for_each(|(value, c)| *value -= share * c);
        }
    }

    /// The orthonormal columns.
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }
}

/// What is left of `values` after a constant and the nuisances, each as long.
///
/// The correlation of what is left of two rows of values is their partial correlation.
pub fn residual(values: &[f64], nuisances: &[Vec<f64>]) -> Vec<f64> {
    let columns: Vec<Vec<f64>> = std::iter::once(vec![1.0; values.len()]).chain(nuisances.iter().cloned()).collect();
    let mut rest = values.to_vec();
    Basis::new(&columns).remove(&mut rest);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlate::pearson;

    #[test]
    fn the_correlation_of_residuals_is_the_partial_correlation() {
        let row = |a: f64| -> Vec<f64> { (0..30).map(|i| (a * i as f64).sin() + 0.03 * i as f64).collect() };
        let (x, y, c) = (row(0.7), row(1.9), row(0.2));
        let r = |a: &[f64], b: &[f64]| pearson(a, b).unwrap();
        let (xy, xc, yc) = (r(&x, &y), r(&x, &c), r(&y, &c));
        let expected = (xy - xc * yc) / ((1.0 - xc * xc) * (1.0 - yc * yc)).sqrt();
        let nuisance = std::slice::from_ref(&c);
        assert!((r(&residual(&x, nuisance), &residual(&y, nuisance)) - expected).abs() < 1e-12);
        assert!((expected - xy).abs() > 0.05);
    }

    #[test]
    fn residuals_of_a_line_are_those_of_the_normal_equations() {
        let x = [1.0, 2.0, 3.0, 4.0];
        let mut y = [1.0, 3.0, 2.0, 6.0];
        Basis::new(&[vec![1.0; 4], x.to_vec(), vec![2.0; 4]]).remove(&mut y);
        // Slope 1.4, intercept -.5: residuals .1, .7, -1.7, .9.
        for (found, expected) in y.iter().zip([0.1, 0.7, -1.7, 0.9]) {
            assert!((found - expected).abs() < 1e-12, "{y:?}");
        }
    }

    #[test]
    fn a_column_that_repeats_another_is_left_out() {
        let basis = Basis::new(&[vec![1.0; 3], vec![5.0; 3], vec![1.0, 2.0, 3.0], vec![3.0, 2.0, 1.0]]);
        assert_eq!(basis.columns().len(), 2);
    }
}
