//! Adjusted p values that keep the chance of any false positive of a family below the level, for any dependence unless told.
//!
//! Bonferroni; Šidák (independent tests); Holm 1979 by steps down, with either; Hochberg 1988 by steps up and Hommel 1988
//! (non-negatively dependent tests). All are monotone in p and at most 1.

/// Indices in ascending order of p, ties in the order given.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}

/// n p.
pub fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter().map(|value| (value * p.len() as f64).min(1.0)).collect()
}

/// Holm's steps down: the k-th smallest (from 0) times n - k, never below an earlier one.
pub fn holm(p: &[f64]) -> Vec<f64> {
    down(p, |value, left| value * left)
}

/// Holm's steps with Šidák's 1 - (1 - p)^(n - k).
pub fn holm_sidak(p: &[f64]) -> Vec<f64> {
    down(p, |value, left| 1.0 - (1.0 - value).powf(left))
}

fn down(p: &[f64], adjusted: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut found = vec![0.0; p.len()];
    let mut before = 0.0f64;
    for (step, at) in ascending(p).into_iter().enumerate() {
        before = before.max(adjusted(p[at], (p.len() - step) as f64)).min(1.0);
        found[at] = before;
    }
    found
}

/// Hochberg's steps up: the k-th smallest times n - k, never above a later one.
pub fn hochberg(p: &[f64]) -> Vec<f64> {
    let mut found = vec![0.0; p.len()];
    let mut after = 1.0f64;
    for (step, at) in ascending(p).into_iter().enumerate().rev() {
        after = after.min(p[at] * (p.len() - step) as f64);
        found[at] = after;
    }
    found
}

/// Hommel's, by the algorithm of Wright (1992).
pub fn hommel(p: &[f64]) -> Vec<f64> {
    let (n, order) = (p.len(), ascending(p));
    let sorted: Vec<f64> = order.iter().map(|&at| p[at]).collect();
    let simes = |values: &[f64], size: usize, first: usize| {
        values
            .iter()
            .enumerate()
            .map(|(k, value)| size as f64 * value / (k + first) as f64)
            .fold(f64::INFINITY, f64::min)
    };
    let whole = simes(&sorted, n, 1);
    let (mut q, mut adjusted) = (vec![whole; n], vec![whole; n]);
    for size in (2..n).rev() {
        let (low, high) = sorted.split_at(n - size + 1);
        let least = simes(high, size, 2);
        for (at, value) in low.iter().enumerate() {
            q[at] = (size as f64 * value).min(least);
        }
        let last = q[n - size];
        q.iter_mut().skip(n - size + 1).for_each(|value| *value = last);
        adjusted.iter_mut().zip(&q).for_each(|(adjusted, q)| *adjusted = adjusted.max(*q));
    }
    let mut found = vec![0.0; n];
    for (step, &at) in order.iter().enumerate() {
        found[at] = adjusted[step].max(sorted[step]).min(1.0);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_down_dominate_bonferroni_and_steps_up_dominate_steps_down() {
        let p = [0.01, 0.04, 0.03, 0.005, 0.9];
        let (all, steps, up, best) = (bonferroni(&p), holm(&p), hochberg(&p), hommel(&p));
        for at in 0..p.len() {
            assert!(p[at] <= best[at] && best[at] <= up[at] && up[at] <= steps[at] && steps[at] <= all[at], "{at}");
        }
        // R: p.adjust(c(.01, .04, .03, .005, .9), "holm")
        for (found, expected) in steps.iter().zip([0.04, 0.09, 0.09, 0.025, 0.9]) {
            assert!((found - expected).abs() < 1e-12, "{steps:?}");
        }
        assert!(holm_sidak(&p)[0] < steps[0]);
        for adjust in [bonferroni, holm, holm_sidak, hochberg, hommel] {
            assert_eq!(adjust(&[]), Vec::<f64>::new());
            assert!((adjust(&[0.2])[0] - 0.2).abs() < 1e-12);
        }
    }
}
