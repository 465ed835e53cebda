//! A mean with its interval.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::crossed::variance;

/// A mean and its 95 % interval by Student's t, `mean ± t(0.975, n - 1) √(variance / n)`; no mean of nothing, and no
/// interval of one value.
pub fn mean_interval(values: &[f64]) -> Option<(f64, Option<(f64, f64)>)> {
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    match count {
        0 => None,
        1 => Some((mean, None)),
        _ => {
            let quantile = StudentsT::new(0.0, 1.0, (count - 1) as f64).ok()?.inverse_cdf(0.975);
            let half = quantile * (variance(values) / count as f64).sqrt();
            Some((mean, Some((mean - half, mean + half))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_t_test() {
        // R: t.test(c(1, 2, 4, 9))$conf.int
        let (mean, limits) = mean_interval(&[1.0, 2.0, 4.0, 9.0]).unwrap();
        let (low, high) = limits.unwrap();
        let half = 3.182_446_305 * (38.0f64 / 3.0 / 4.0).sqrt();
        assert!((mean - 4.0).abs() < 1e-12 && (low - (4.0 - half)).abs() < 1e-6 && (high - (4.0 + half)).abs() < 1e-6);
        assert_eq!((mean_interval(&[]), mean_interval(&[3.0])), (None, Some((3.0, None))));
    }
}
