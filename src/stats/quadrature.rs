//! Rules for the integral of a function over 0..1: places and weights.

use std::f64::consts::PI;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The middle of each of n equal parts.
    Midpoint,
    /// The roots of the Legendre polynomial of degree n: exact for polynomials of degree 2n - 1.
    GaussLegendre,
    /// The n ends of n - 1 equal parts, the outermost with half the weight.
    Trapezoid,
    /// The left end of each of n equal parts.
    Left,
    /// The right end of each of n equal parts.
    Right,
}

impl Rule {
    /// A rule by name.
    pub fn named(name: &str) -> Option<Rule> {
        match name {
            "midpoint" => Some(Rule::Midpoint),
            "gauss_legendre" => Some(Rule::GaussLegendre),
            "trapezoid" => Some(Rule::Trapezoid),
            "left" => Some(Rule::Left),
            "right" => Some(Rule::Right),
            _ => None,
        }
    }
}

/// n places in 0..1 in increasing order, each with its weight; the weights sum to 1. The trapezoid has at least 2 places.
pub fn nodes(rule: Rule, n: usize) -> Vec<(f64, f64)> {
    let parts = n as f64;
    match rule {
        Rule::Midpoint => (0..n).map(|at| ((at as f64 + 0.5) / parts, 1.0 / parts)).collect(),
        Rule::Left => (0..n).map(|at| (at as f64 / parts, 1.0 / parts)).collect(),
        Rule::Right => (1..=n).map(|at| (at as f64 / parts, 1.0 / parts)).collect(),
        Rule::Trapezoid => {
            let last = n.max(2) - 1;
            let weight = |at: usize| if at == 0 || at == last { 0.5 } else { 1.0 };
            (0..=last).map(|at| (at as f64 / last as f64, weight(at) / last as f64)).collect()
        }
        Rule::GaussLegendre => (0..n).map(|at| legendre(n, n - 1 - at)).collect(),
    }
}

/// The root of the Legendre polynomial of degree n nearest to `cos(pi (at + 3/4) / (n + 1/2))`, by Newton's method, and
/// its weight, both for the interval 0..1 (Press et al. 2007, Numerical Recipes, 4.6).
fn legendre(n: usize, at: usize) -> (f64, f64) {
    let mut x = (PI * (at as f64 + 0.75) / (n as f64 + 0.5)).cos();
    let mut slope = 1.0;
    for _ in 0..100 {
        let (mut before, mut value) = (0.0, 1.0);
        for degree in 1..=n {
            let degree = degree as f64;
            (before, value) = (value, ((2.0 * degree - 1.0) * x * value - (degree - 1.0) * before) / degree);
        }
        slope = n as f64 * (x * value - before) / (x * x - 1.0);
        let step = value / slope;
        x -= step;
        if step.abs() < 1e-15 {
            break;
        }
    }
    ((1.0 + x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(rule: Rule, n: usize) -> Vec<f64> {
        nodes(rule, n).into_iter().map(|(place, _)| place).collect()
    }

    #[test]
    fn places_are_those_of_the_rules() {
        // Captum's own values for n = 3.
        let close = |ours: Vec<f64>, theirs: [f64; 3]| ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(close(places(Rule::Left, 3), [0.0, 1.0 / 3.0, 2.0 / 3.0]));
        assert!(close(places(Rule::Right, 3), [1.0 / 3.0, 2.0 / 3.0, 1.0]));
        assert!(close(places(Rule::Midpoint, 3), [1.0 / 6.0, 0.5, 5.0 / 6.0]));
        assert!(close(places(Rule::Trapezoid, 3), [0.0, 0.5, 1.0]));
        assert!(close(places(Rule::GaussLegendre, 3), [0.5 - 0.15f64.sqrt(), 0.5, 0.5 + 0.15f64.sqrt()]));
    }

    #[test]
    fn weights_sum_to_one_and_degrees_are_exact() {
        let rules = [Rule::Midpoint, Rule::GaussLegendre, Rule::Trapezoid, Rule::Left, Rule::Right];
        let integral = |rule, n, power: i32| nodes(rule, n).iter().map(|(x, w)| w * x.powi(power)).sum::<f64>();
        for rule in rules {
            assert!((integral(rule, 50, 0) - 1.0).abs() < 1e-12, "{rule:?}");
        }
        assert!((integral(Rule::GaussLegendre, 5, 9) - 0.1).abs() < 1e-13, "degree 2n - 1");
        assert!((integral(Rule::GaussLegendre, 5, 10) - 1.0 / 11.0).abs() > 1e-8, "and no higher");
        assert!((integral(Rule::GaussLegendre, 50, 3) - 0.25).abs() < 1e-12);
        assert!(
            (integral(Rule::Trapezoid, 50, 1) - 0.5).abs() < 1e-12
                && (integral(Rule::Left, 50, 1) - 0.49).abs() < 1e-12
        );
    }

    #[test]
    fn rules_are_known_by_name() {
        assert_eq!(Rule::named("trapezoid"), Some(Rule::Trapezoid));
        assert_eq!(Rule::named("simpson"), None);
    }
}
