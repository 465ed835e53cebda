//! Numbers as a reader wants them: two or three digits, a true minus sign, thousands apart.

/// A correlation or another number of order 1: two decimals.
pub(super) fn two(value: f64) -> String {
    signed(format!("{value:.2}"))
}

/// Three significant digits, or at most two below 0.1; whole numbers without decimals.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    let decimals = match size {
        _ if size >= 99.95 || value.fract() == 0.0 => return count(value),
        _ if size >= 9.995 => 1,
        _ if size >= 0.0995 => 2,
        _ => (1 - size.log10().floor() as i32).clamp(2, 12) as usize,
    };
    let text = format!("{value:.decimals$}");
    signed(if size < 0.0995 { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
}

/// A whole number; a thin space before every three digits from 10 000 on.
pub(super) fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let apart = |(at, digit): (usize, char)| {
        let gap = at > 0 && digits.len() > 4 && (digits.len() - at).is_multiple_of(3);
        [gap.then_some('\u{202f}'), Some(digit)].into_iter().flatten()
    };
    let text: String = digits.chars().enumerate().flat_map(apart).collect();
    signed(if value < 0.0 { format!("-{text}") } else { text })
}

/// A proportion as a percentage: "83 %", "0.4 %".
pub(super) fn percent(share: f64) -> String {
    let value = 100.0 * share;
    let text = if value == 0.0 || (9.95..=99.0).contains(&value) || value == 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    };
    format!("{}\u{202f}%", signed(text))
}

/// A p value, "p = 0.25": two significant digits, "p below .001" beyond.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "p below .001".to_owned() } else { format!("p = {}", short(p)) }
}

/// "[0.12, 0.56]".
pub(super) fn interval((low, high): (f64, f64)) -> String {
    format!("[{}, {}]", two(low), two(high))
}

/// "1 seed", "3 seeds".
pub(super) fn plural(n: usize, what: &str) -> String {
    format!("{} {what}{}", count(n as f64), if n == 1 { "" } else { "s" })
}

fn signed(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_few_digits_and_a_true_minus() {
        assert_eq!((two(-0.004), two(-0.256), two(1.0)), ("0.00".into(), "−0.26".into(), "1.00".into()));
        assert_eq!(
            (short(0.0), short(0.0123), short(3.456), short(45.67)),
            ("0".into(), "0.012".into(), "3.46".into(), "45.7".into())
        );
        assert_eq!(
            (short(0.05), short(0.000999), short(6.0), short(3.7)),
            ("0.05".into(), "0.001".into(), "6".into(), "3.70".into())
        );
        assert_eq!(
            (count(999.6), count(9600.0), count(-12345678.0)),
            ("1000".into(), "9600".into(), "−12\u{202f}345\u{202f}678".into())
        );
        assert_eq!(
            (percent(0.005), percent(0.834), percent(1.0)),
            ("0.5\u{202f}%".into(), "83\u{202f}%".into(), "100\u{202f}%".into())
        );
        assert_eq!(interval((-0.1, 0.5)), "[−0.10, 0.50]");
    }
}
