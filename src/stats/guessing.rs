//! Answers that are right less often than by guessing: P(X ≤ right) for X ~ binomial(answers, 1 / classes), exact and one-sided,
//! at one percent over all observers (Bonferroni).

use statrs::distribution::{Binomial, DiscreteCDF};

/// Probability of a false alarm over all observers.
const ALPHA: f64 = 0.01;

/// Observers that a sentence names.
const NAMED: usize = 6;

/// P(X ≤ right) for X ~ binomial(answers, chance); `None` without answers.
pub fn at_most(right: u64, answers: u64, chance: f64) -> Option<f64> {
    Some(Binomial::new(chance, answers).ok().filter(|_| answers > 0)?.cdf(right))
}

/// Sentences on the observers who are below chance beyond doubt, by name, and on all of them together where most are;
/// `observers` are names with numbers of right answers and of answers.
pub fn below_chance(observers: &[(String, u64, u64)], classes: usize) -> Vec<String> {
    let judged: Vec<&(String, u64, u64)> = observers.iter().filter(|(_, _, answers)| *answers > 0).collect();
    let chance = 1.0 / classes.max(2) as f64;
    let below = |right, answers, alpha| at_most(right, answers, chance).is_some_and(|p| p < alpha);
    let percent = |right: u64, answers: u64| format!("{:.0} %", 100.0 * right as f64 / answers.max(1) as f64);
    let reversed = "the coding of `correct`, of the responses or of the keys is probably reversed";
    let alpha = ALPHA / judged.len().max(1) as f64;
    let low: Vec<String> = judged
        .iter()
        .filter(|(_, right, answers)| below(*right, *answers, alpha))
        .map(|(name, right, answers)| format!("{name} ({})", percent(*right, *answers)))
        .collect();
    let mut found = Vec::new();
    match &low[..] {
        [] => {}
        [one] => found.push(format!(
            "observer {one} was right less often than by chance ({:.0} %): {reversed} for them",
            100.0 * chance
        )),
        many => {
            let rest = many.len().saturating_sub(NAMED);
            let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            found.push(format!(
                "{} observers were right less often than by chance ({:.0} %): {}{more}; {reversed} for them",
                many.len(),
                100.0 * chance,
                many.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ")
            ));
        }
    }
    let (right, answers) = judged.iter().fold((0, 0), |(right, answers), one| (right + one.1, answers + one.2));
    let most = low.is_empty() || 2 * low.len() > judged.len();
    if judged.len() > 1 && most && below(right, answers, ALPHA) {
        let share = percent(right, answers);
        found
            .push(format!("all observers together were {share} right with chance {:.0} %: {reversed}", 100.0 * chance));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_chance_is_beyond_doubt_by_the_exact_binomial_test() {
        // R: binom.test(18, 100, .5, "less") and binom.test(40, 100, .5, "less").
        assert!(at_most(18, 100, 0.5).unwrap() < 1e-10);
        assert!((at_most(40, 100, 0.5).unwrap() - 0.02844397).abs() < 1e-8);
        let of = |numbers: &[(u64, u64)], classes| {
            let named = numbers.iter().enumerate().map(|(at, (right, answers))| (format!("p{at}"), *right, *answers));
            below_chance(&named.collect::<Vec<_>>(), classes)
        };
        let both = of(&[(18, 100), (25, 100)], 2);
        assert!(
            both[0].starts_with("2 observers were right less often than by chance (50 %): p0 (18 %), p1 (25 %); the")
        );
        assert!(both[1].starts_with("all observers together were 22 % right with chance 50 %"));
        let one = of(&[(10, 120), (46, 120)], 3);
        assert!(one.len() == 1 && one[0].starts_with("observer p0 (8 %) was") && !one[0].contains("p1"), "{one:?}");
        assert!(
            of(&[(10, 100); 8], 2)[0].contains("p5 (10 %) and 2 more; the"),
            "few are named, and the rest is counted"
        );
        assert!(of(&[(18, 100), (95, 100)], 2)[0].starts_with("observer p0 (18 %) was right less often"));
        assert_eq!(of(&[(40, 100), (60, 100)], 2).len(), 0);
        assert_eq!(of(&[(18, 100)], 9).len(), 0, "chance is one over the number of classes");
        assert_eq!(of(&[], 2).len() + of(&[(0, 0)], 2).len(), 0);
    }
}
