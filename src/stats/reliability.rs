//! How the reliability of a mean map depends on the number of maps in it.
//!
//! With r the correlation of two single maps, a mean of n maps correlates with another such mean by n r / (1 + (n-1) r)
//! (Spearman 1910; Brown 1910). From it follow
//!   parts needed for a reliability R       k = R (1 - r) / (r (1 - R))
//!   noise trials                           n0 = n (1 - rel) / rel, with which rel(n) = n / (n + n0)
//!   one map against the mean of the others  L = r / √((1 + (n-2) r) / (n-1))
//!   one map against the mean of all         U = √((1 + (n-1) r) / n)
//! Both bounds depend on n and tend to √r; solved for r they give one number whatever n is.

use super::correlate::spearman_brown;

/// Reliability of `times` parts from that of one; `None` at the pole of the formula, 1 + (times - 1) r = 0.
pub fn lengthened(r: f64, times: f64) -> Option<f64> {
    (1.0 + (times - 1.0) * r != 0.0).then(|| spearman_brown(r, times))
}

/// How many times as many parts give the reliability `wanted`, below 1; `None` where no number does.
pub fn parts_needed(r: f64, wanted: f64) -> Option<f64> {
    let parts = wanted * (1.0 - r) / (r * (1.0 - wanted));
    (parts.is_finite() && parts >= 0.0).then_some(parts)
}

/// The n0 of rel(n) = n / (n + n0): the number of parts at which signal and noise are equal.
pub fn noise_parts(parts: f64, reliability: f64) -> Option<f64> {
    (reliability > 0.0 && reliability <= 1.0).then(|| parts * (1.0 - reliability) / reliability)
}

/// Expected correlation of one of `count` maps with the mean of the others.
pub fn leave_one_out(r: f64, count: f64) -> f64 {
    r / ((1.0 + (count - 2.0) * r) / (count - 1.0)).sqrt()
}

/// Expected correlation of one of `count` maps with the mean of all of them, itself among them.
pub fn inclusive(r: f64, count: f64) -> f64 {
    ((1.0 + (count - 1.0) * r) / count).sqrt()
}

/// The correlation of two single maps that makes [`leave_one_out`] equal to `bound`.
pub fn pair_from_leave_one_out(bound: f64, count: f64) -> f64 {
    let (square, others) = (bound * bound, count - 1.0);
    let middle = square * (count - 2.0);
    (middle + bound.signum() * (middle * middle + 4.0 * others * square).sqrt()) / (2.0 * others)
}

/// The correlation of two single maps that makes [`inclusive`] equal to `bound`.
pub fn pair_from_inclusive(bound: f64, count: f64) -> f64 {
    (count * bound * bound - 1.0) / (count - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pole_of_spearman_and_brown_has_no_value_and_its_inverse_comes_back() {
        assert_eq!(lengthened(-1.0, 2.0), None);
        assert!((lengthened(-0.5, 2.0).unwrap() + 2.0).abs() < 1e-12, "beyond -1 on the way to the pole");
        let parts = parts_needed(0.3, 0.8).unwrap();
        assert!((lengthened(0.3, parts).unwrap() - 0.8).abs() < 1e-12);
        assert_eq!(parts_needed(-0.1, 0.8), None);
        let n0 = noise_parts(800.0, 0.57).unwrap();
        assert!((800.0 / (800.0 + n0) - 0.57).abs() < 1e-12);
        assert_eq!(noise_parts(800.0, -0.1), None);
    }

    #[test]
    fn bounds_fall_with_the_number_of_maps_and_the_solved_correlation_does_not() {
        for r in [0.1, 0.4, 0.9] {
            let (mut lower, mut upper) = (0.0, 1.0);
            for count in [2.0, 3.0, 10.0, 70.0] {
                let (one, all) = (leave_one_out(r, count), inclusive(r, count));
                assert!(one > lower && all < upper && one < r.sqrt() && all > r.sqrt());
                assert!((pair_from_leave_one_out(one, count) - r).abs() < 1e-12);
                assert!((pair_from_inclusive(all, count) - r).abs() < 1e-12);
                (lower, upper) = (one, all);
            }
        }
        assert!((pair_from_leave_one_out(leave_one_out(-0.05, 5.0), 5.0) + 0.05).abs() < 1e-12, "the sign is kept");
    }
}
