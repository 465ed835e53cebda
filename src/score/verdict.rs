//! What can be said of two sides: a row of the table, and a sentence.

use super::contrast::{Pair, main_blur};
use super::difference::Difference;
use super::preparation::Preparation;
use crate::metric::Metric;
use crate::table::{Table, number_or_empty};

/// Columns of the table of differences.
pub(super) const COLUMNS: [&str; 22] = [
    "unit",
    "of",
    "a",
    "b",
    "metric",
    "quantity",
    "value_a",
    "value_b",
    "difference",
    "low",
    "high",
    "p",
    "p_flips",
    "p_holm",
    "undefined",
    "pictures",
    "observers_a",
    "observers_b",
    "seeds_a",
    "seeds_b",
    "blur",
    "sign",
];

/// Adds a row.
pub(super) fn push(
    table: &mut Table,
    pair: &Pair,
    metric: &Metric,
    found: &Difference,
    holm: Option<f64>,
    how: &Preparation,
) {
    let [a, b] = &pair.lined;
    let count = |values: &[String]| values.len().to_string();
    table.push([
        pair.unit.to_owned(),
        pair.of.clone(),
        pair.names[0].clone(),
        pair.names[1].clone(),
        metric.name.to_owned(),
        found.quantity.to_owned(),
        number_or_empty(found.values[0]),
        number_or_empty(found.values[1]),
        number_or_empty(found.difference),
        number_or_empty(found.limits.map(|limits| limits.0)),
        number_or_empty(found.limits.map(|limits| limits.1)),
        number_or_empty(found.p),
        number_or_empty(found.p_flips),
        number_or_empty(holm),
        found.undefined.clone().unwrap_or_default(),
        count(&a.pictures),
        count(&a.observers),
        count(&b.observers),
        count(&a.seeds),
        count(&b.seeds),
        main_blur(how).to_string(),
        how.sign.0.to_owned(),
    ]);
}

/// Two decimals without the zero before the point.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = if text == "-0.00" { "0.00".to_owned() } else { text };
    text.replacen("0.", ".", 1)
}

/// What can be said of a pair, of `family` pairs in all.
pub(super) fn sentence(pair: &Pair, metric: &Metric, found: &Difference, holm: Option<f64>, family: usize) -> String {
    let [a, b] = &pair.names;
    let mut of = format!("{} {}", pair.unit, metric.name);
    if !pair.of.is_empty() {
        of = format!("{of}, {}", pair.of);
    }
    let Some(difference) = found.difference else {
        return format!("{of}: {a} and {b} cannot be compared: {}", found.undefined.clone().unwrap_or_default());
    };
    let Some((low, high)) = found.limits else {
        return format!(
            "{of}: {a} is {} and {b} {}, and nothing says how sure that is: {}",
            found.values[0].map(short).unwrap_or_default(),
            found.values[1].map(short).unwrap_or_default(),
            found.undefined.clone().unwrap_or_default()
        );
    };
    let p = match holm {
        None => "p unknown".to_owned(),
        Some(p) if p < 0.001 => "p < .001".to_owned(),
        Some(p) => format!("p {p:.3}").replacen("0.", ".", 1),
    };
    let p = if family > 1 { format!("{p} after Holm over {family} pairs") } else { p };
    // The interval and the corrected p must both leave no doubt.
    if (low > 0.0 || high < 0.0) && holm.is_some_and(|p| p < 0.05) {
        let (above, below, by, low, high) =
            if difference > 0.0 { (a, b, difference, low, high) } else { (b, a, -difference, -high, -low) };
        return format!(
            "{of}: {above} is above {below} by {} (95 % {} to {}, {p})",
            short(by),
            short(low),
            short(high)
        );
    }
    let [first, second] = found.values.map(|value| value.map(short).unwrap_or_default());
    format!(
        "{of}: {a} and {b} cannot be told apart: {first} less {second} is {} (95 % {} to {}, {p})",
        short(difference),
        short(low),
        short(high)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_decimals_and_no_zero_before_the_point() {
        assert_eq!(short(-0.004), ".00");
        assert_eq!([short(0.051), short(-0.2), short(1.25)], [".05", "-.20", "1.25"]);
    }
}
