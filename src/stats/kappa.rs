//! Error consistency: whether two observers are right and wrong on the same trials (Geirhos, Meding & Wichmann 2020).
//!
//! Cohen's kappa (p_o - p_e) / (1 - p_e) of two rows of right and wrong answers, with p_e = p1 p2 + (1-p1) (1-p2) expected of
//! observers who err independently. With unequal accuracies kappa cannot reach 1; its bound is (p_max - p_e) / (1 - p_e),
//! p_max = min(p1, p2) + min(1-p1, 1-p2). Undefined where p_e = 1: nobody erred, or both always. The sign is kept.

use rand::RngExt;

use super::quantile::quantile;
use crate::seed::Seed;

/// Kappa and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// Share of trials on which both are right or both wrong.
    pub observed: f64,
    /// The same, expected of independent errors.
    pub expected: f64,
    /// Accuracies.
    pub accuracies: [f64; 2],
    /// Kappa; `None` where the expected share is 1.
    pub kappa: Option<f64>,
    /// The largest kappa that the accuracies allow.
    pub bound: Option<f64>,
}

/// Kappa of the answers of two observers to the same trials (right or not); `None` without trials.
pub fn kappa(pairs: &[(bool, bool)]) -> Option<Kappa> {
    let weights = vec![1.0; pairs.len()];
    weighted_kappa(pairs, &weights)
}

/// The same with a weight for each trial; `None` where no trial has any.
pub fn weighted_kappa(pairs: &[(bool, bool)], weights: &[f64]) -> Option<Kappa> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let share = |of: fn(&(bool, bool)) -> bool| {
        pairs.iter().zip(weights).filter(|(pair, _)| of(pair)).map(|(_, w)| w).sum::<f64>() / total
    };
    let (observed, p1, p2) = (share(|pair| pair.0 == pair.1), share(|pair| pair.0), share(|pair| pair.1));
    let expected = p1 * p2 + (1.0 - p1) * (1.0 - p2);
    let most = p1.min(p2) + (1.0 - p1).min(1.0 - p2);
    let over_chance = |value: f64| (expected < 1.0).then(|| (value - expected) / (1.0 - expected));
    Some(Kappa { observed, expected, accuracies: [p1, p2], kappa: over_chance(observed), bound: over_chance(most) })
}

/// The 95 % percentile interval of kappa over trials; `None` where kappa is undefined in more than a tenth of the resamples.
pub fn kappa_interval(pairs: &[(bool, bool)], replicates: usize, seed: Seed) -> Option<(f64, f64)> {
    let drawn: Vec<f64> = (0..replicates)
        .filter_map(|replicate| {
            let mut generator = seed.stream("trials", replicate as u64);
            let mut weights = vec![0.0; pairs.len()];
            pairs.iter().for_each(|_| weights[generator.random_range(0..pairs.len())] += 1.0);
            weighted_kappa(pairs, &weights)?.kappa
        })
        .collect();
    if drawn.len() * 10 < replicates * 9 {
        return None;
    }
    quantile(&drawn, 0.025).zip(quantile(&drawn, 0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_one_opposites_negative_and_perfect_observers_undefined() {
        let answers = [true, true, false, true];
        let copy: Vec<(bool, bool)> = answers.iter().map(|&a| (a, a)).collect();
        assert_eq!(kappa(&copy).unwrap().kappa, Some(1.0));
        let half: Vec<(bool, bool)> = [true, false, true, false].iter().map(|&a| (a, !a)).collect();
        assert_eq!(kappa(&half).unwrap().kappa, Some(-1.0));
        assert_eq!(kappa(&[(true, true); 5]).unwrap().kappa, None, "not 1, and not 0 / 0");
        assert_eq!(kappa(&[]), None);
    }

    #[test]
    fn the_interval_holds_the_estimate_and_unequal_accuracies_lower_the_bound() {
        let pairs: Vec<(bool, bool)> = (0..200).map(|t| (t % 5 != 0, t % 3 != 0)).collect();
        let found = kappa(&pairs).unwrap();
        assert!(found.bound.unwrap() < 0.75 && found.bound.unwrap() > 0.5, "{found:?}");
        let (low, high) = kappa_interval(&pairs, 400, Seed(1)).unwrap();
        assert!(low < found.kappa.unwrap() && found.kappa.unwrap() < high);
        assert!(high - low > 0.1 && high - low < 0.5);
        assert_eq!(kappa_interval(&[(true, true); 9], 50, Seed(1)), None);
    }
}
