//! Correction of many p values for the rate of false discoveries.
//!
//! q(i) = min over j ≥ i of m p(j) / j, p sorted (Benjamini & Hochberg 1995, JRSS B 57:289; valid under positive
//! dependence, as between neighbouring pixels). Under any dependence p is first multiplied by Σ 1/k (Benjamini &
//! Yekutieli 2001, Annals of Statistics 29:1165).

/// What is known about how the tests depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependence {
    /// None, or positive: Benjamini & Hochberg.
    Positive,
    /// Nothing: Benjamini & Yekutieli.
    Any,
}

/// The smallest rate of false discoveries at which each hypothesis is rejected, in the order of the p values (0..1).
pub fn false_discovery(p: &[f64], dependence: Dependence) -> Vec<f64> {
    let tests = p.len() as f64;
    let factor = match dependence {
        Dependence::Positive => 1.0,
        Dependence::Any => (1..=p.len()).map(|k| 1.0 / k as f64).sum(),
    };
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_unstable_by(|&a, &b| p[a].total_cmp(&p[b]).then(a.cmp(&b)));
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(p[at] * factor * tests / (rank + 1) as f64);
        q[at] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: [f64; 10] = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];

    #[test]
    fn adjusted_values_are_those_of_the_reference_whatever_the_order() {
        let expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.740 / 7.0, 0.216, 0.216, 0.216];
        let found = false_discovery(&P, Dependence::Positive);
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        let reversed: Vec<f64> = P.iter().rev().copied().collect();
        let back: Vec<f64> = false_discovery(&reversed, Dependence::Positive).into_iter().rev().collect();
        assert_eq!(back, found);
        let naive: Vec<f64> = P.iter().enumerate().map(|(at, p)| p * 10.0 / (at + 1) as f64).collect();
        assert!((naive[2] - found[2]).abs() > 0.04, "without the minimum over larger p the third is .13");
    }

    #[test]
    fn any_dependence_multiplies_by_the_harmonic_sum_and_stops_at_one() {
        let found = false_discovery(&P, Dependence::Any);
        let harmonic = 7381.0 / 2520.0;
        assert!((found[0] - 0.01 * harmonic).abs() < 1e-12 && (found[9] - 0.216 * harmonic).abs() < 1e-12);
        assert!(false_discovery(&[0.9, 0.95], Dependence::Any).iter().all(|q| *q == 1.0));
    }
}
