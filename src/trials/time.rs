//! The unit of response times: what the experiment file says, what the platform is known to write, or else what the times
//! look like. Nobody answers in 20 ms, and hardly anybody takes 20 s: a median below 20 is seconds.

use crate::experiment::TimeUnit;

/// Median below which times are taken for seconds.
const SECONDS_BELOW: f64 = 20.0;

/// Who says what the unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The platform always writes this unit.
    By(TimeUnit),
    /// Nobody; the times themselves must.
    ByNobody,
}

/// Milliseconds in the unit of `times`, and the unit in words; `asked` is what the experiment file says.
pub fn unit(times: &[f64], asked: TimeUnit, told: Told) -> (f64, String) {
    let Some(median) = median(times) else { return (1.0, "no response times".to_owned()) };
    let looks = if median < SECONDS_BELOW { TimeUnit::S } else { TimeUnit::Ms };
    let (unit, why) = match (asked, told) {
        (TimeUnit::Auto, Told::ByNobody | Told::By(TimeUnit::Auto)) => {
            (looks, format!("taken from their median, {median:.4}"))
        }
        (TimeUnit::Auto, Told::By(unit)) => (unit, "as the platform writes them".to_owned()),
        (unit, _) => (unit, "as asked for".to_owned()),
    };
    let doubt = if looks == unit || median == 0.0 {
        String::new()
    } else {
        format!("; their median is {median:.4}, which looks like {}", name(looks))
    };
    (if unit == TimeUnit::S { 1000.0 } else { 1.0 }, format!("{}, {why}{doubt}", name(unit)))
}

fn name(unit: TimeUnit) -> &'static str {
    if unit == TimeUnit::S { "s" } else { "ms" }
}

/// The median, the lower of two in the middle.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_what_is_asked_then_what_the_platform_writes_then_what_times_look_like() {
        let (s, ms) = ([0.4, 0.9, 61.0], [412.0, 900.0, 3.0]);
        for (times, asked, told, factor, said) in [
            (s, TimeUnit::Auto, Told::ByNobody, 1000.0, "s, taken from their median, 0.9000"),
            (ms, TimeUnit::Auto, Told::ByNobody, 1.0, "ms, taken from their median, 412.0000"),
            (s, TimeUnit::Auto, Told::By(TimeUnit::S), 1000.0, "s, as the platform writes them"),
            (ms, TimeUnit::Auto, Told::By(TimeUnit::S), 1000.0, "which looks like ms"),
            (ms, TimeUnit::Ms, Told::By(TimeUnit::S), 1.0, "ms, as asked for"),
            (s, TimeUnit::Ms, Told::By(TimeUnit::S), 1.0, "which looks like s"),
        ] {
            let (found, text) = unit(&times, asked, told);
            assert!(found == factor && text.contains(said), "{found} {text}");
        }
        assert_eq!(unit(&[], TimeUnit::Auto, Told::ByNobody).1, "no response times");
    }
}
