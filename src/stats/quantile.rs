//! Sample quantiles.

/// Quantile of type 7 (linear interpolation; the default of R and numpy), `None` for no values.
pub fn quantile(values: &[f64], probability: f64) -> Option<f64> {
    at_position(values, probability.clamp(0.0, 1.0) * values.len().checked_sub(1)? as f64)
}

/// Quantile of type 5 (Hazen: the k-th of n values is that of (k - 1/2) / n; the default of MATLAB), `None` for no values.
pub fn hazen(values: &[f64], probability: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)? as f64;
    at_position(values, (values.len() as f64 * probability - 0.5).clamp(0.0, last))
}

/// The value at a position counted from 0 in ascending order, which must not lie beyond the last.
fn at_position(values: &[f64], position: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    Some(below + (position - position.floor()) * (above - below))
}

/// The value that another draw exceeds with probability `alpha` at most, that draw counted among the values: the
/// (alpha (n + 1))th largest of n; `None` where they are too few for that.
pub fn critical(values: &[f64], alpha: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    // A billionth more, so that 0.05 of 20 is 1 and not a little less.
    let place = (alpha * (values.len() + 1) as f64 + 1e-9).floor() as usize;
    sorted.get(place.checked_sub(1)?).copied()
}

/// Median.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_as_in_r() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantile(&values, 0.25), Some(1.75));
        assert_eq!(median(&values), Some(2.5));
        assert_eq!(quantile(&[], 0.5), None);
        // R: quantile(c(4, 1, 3, 2), c(.25, .9, 1), type = 5)
        assert_eq!(hazen(&values, 0.25), Some(1.5));
        assert_eq!((hazen(&values, 1.0), hazen(&[], 0.5)), (Some(4.0), None));
        assert!((hazen(&values, 0.8).unwrap() - 3.7).abs() < 1e-12);
    }

    #[test]
    fn beyond_the_critical_value_lie_as_many_draws_as_alpha_allows() {
        let values: Vec<f64> = (1..=99).map(f64::from).collect();
        assert_eq!(critical(&values, 0.05), Some(95.0));
        let p = |value: f64| (values.iter().filter(|other| **other >= value).count() + 1) as f64 / 100.0;
        assert!(p(95.5) <= 0.05 && p(95.0) > 0.05);
        assert_eq!((critical(&values[..19], 0.05), critical(&values[..18], 0.05)), (Some(19.0), None));
    }
}
