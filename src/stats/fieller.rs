//! The interval of a ratio of two estimates (Fieller 1954).
//!
//! With g = t² v_b / b², the limits are [a/b - g c/v_b ± (t/b) √(v_a - 2 (a/b) c + (a/b)² v_b - g (v_a - c²/v_b))] / (1 - g).
//! Where g ≥ 1 the denominator cannot be told from 0: the interval is unbounded, and the ratio is not identifiable.

/// Estimates of numerator and denominator, and their variances and covariance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// a and b.
    pub estimates: [f64; 2],
    /// Variances of a and b.
    pub variances: [f64; 2],
    /// Covariance.
    pub covariance: f64,
}

impl Ratio {
    /// g, for the quantile t: the ratio is identifiable where it is below 1.
    pub fn g(&self, t: f64) -> f64 {
        t * t * self.variances[1] / (self.estimates[1] * self.estimates[1])
    }

    /// Lower and upper limit for the quantile t; `None` where the ratio is not identifiable.
    pub fn limits(&self, t: f64) -> Option<(f64, f64)> {
        let ([a, b], [va, vb], c, g) = (self.estimates, self.variances, self.covariance, self.g(t));
        if g.is_nan() || g >= 1.0 {
            return None;
        }
        let ratio = a / b;
        let shift = if vb > 0.0 { g * c / vb } else { 0.0 };
        let rest = if vb > 0.0 { va - c * c / vb } else { va };
        let half = t / b.abs() * (va - 2.0 * ratio * c + ratio * ratio * vb - g * rest).max(0.0).sqrt();
        Some(((ratio - shift - half) / (1.0 - g), (ratio - shift + half) / (1.0 - g)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_denominator_gives_the_usual_interval_and_a_doubtful_one_none() {
        let known = Ratio { estimates: [0.3, 0.6], variances: [0.0025, 0.0], covariance: 0.0 };
        let (low, high) = known.limits(2.0).unwrap();
        assert!((low - (0.5 - 2.0 * 0.05 / 0.6)).abs() < 1e-12 && (high - (0.5 + 2.0 * 0.05 / 0.6)).abs() < 1e-12);
        let doubtful = Ratio { variances: [0.0025, 0.1], ..known };
        assert!(doubtful.g(1.96) >= 1.0);
        assert_eq!(doubtful.limits(1.96), None);
        let zero = Ratio { estimates: [0.3, 0.0], variances: [0.0025, 0.0], covariance: 0.0 };
        assert_eq!(zero.limits(1.96), None);
    }
}
