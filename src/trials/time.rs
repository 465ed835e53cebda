//! The unit of response times: what the experiment file says, what the file says of its column, what the platform is known to
//! write, or else what the times look like. Nobody answers in 20 ms, and hardly anybody takes 20 s: a median below 20 is seconds.

use std::path::Path;

use super::sidecar;
use crate::experiment::TimeUnit;

/// Median below which times are taken for seconds.
const SECONDS_BELOW: f64 = 20.0;

/// Median times that people can have, ms.
const POSSIBLE: std::ops::Range<f64> = 20.0..100_000.0;

/// Words for milliseconds and for seconds.
const UNITS: [(&[&str], TimeUnit); 2] = [
    (&["ms", "msec", "msecs", "millisecond", "milliseconds", "millis", "millisekunden"], TimeUnit::Ms),
    (&["s", "sec", "secs", "second", "seconds", "sekunden"], TimeUnit::S),
];

/// Names of response times, in small letters without anything between words.
const NAMES: [&str; 7] = ["rt", "rtime", "responsetime", "reactiontime", "latency", "responselatency", "reaktionszeit"];

/// Who says what the unit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The file, in words of its own: the unit, and where it says so.
    InWords(TimeUnit, String),
    /// The file, in a word for neither seconds nor milliseconds, and where it says so.
    Otherwise(String, String),
    /// The platform always writes this unit.
    By(TimeUnit),
    /// Nobody; the times themselves must.
    ByNobody,
}

/// The unit of response times.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Seconds or milliseconds; `None` without times.
    pub unit: Option<TimeUnit>,
    /// In words, and who says so.
    pub words: String,
    /// The times look like the other unit.
    pub doubt: Option<String>,
}

impl Known {
    /// Milliseconds in the unit.
    pub fn factor(&self) -> f64 {
        if self.unit == Some(TimeUnit::S) { 1000.0 } else { 1.0 }
    }
}

/// The unit of `times`; `asked` is what the experiment file says.
pub fn unit(times: &[f64], asked: TimeUnit, told: &Told) -> Known {
    let Some(median) = median(times) else {
        return Known { unit: None, words: "no response times".to_owned(), doubt: None };
    };
    let (unit, why) = match (asked, told) {
        (TimeUnit::Auto, Told::InWords(unit, who)) => (*unit, format!("as {who} says")),
        (TimeUnit::Auto, Told::ByNobody | Told::Otherwise(..) | Told::By(TimeUnit::Auto)) => {
            let looks = if median < SECONDS_BELOW { TimeUnit::S } else { TimeUnit::Ms };
            (looks, format!("taken from their median, {median:.4}"))
        }
        (TimeUnit::Auto, Told::By(unit)) => (*unit, "as the platform writes them".to_owned()),
        (unit, _) => (unit, "as asked for".to_owned()),
    };
    let other = if unit == TimeUnit::S { TimeUnit::Ms } else { TimeUnit::S };
    let possible = |unit| POSSIBLE.contains(&if unit == TimeUnit::S { median * 1000.0 } else { median });
    let doubt = (!possible(unit) && possible(other)).then(|| {
        format!(
            "response times are in {}, {why}, and their median is {median:.4}, which looks like {}",
            name(unit),
            name(other)
        )
    });
    let doubt = match told {
        Told::Otherwise(word, who) if asked == TimeUnit::Auto => Some(format!(
            "the unit of response times is {word}, as {who} says, which is neither s nor ms; they are taken for {}, as their \
             median {median:.4} looks; [import] response_time, or --rt-unit, says which",
            name(unit)
        )),
        _ => doubt,
    };
    Known { unit: Some(unit), words: format!("{}, {why}", name(unit)), doubt }
}

/// The name of a unit.
pub fn name(unit: TimeUnit) -> &'static str {
    if unit == TimeUnit::S { "s" } else { "ms" }
}

/// The unit that a file states for a column: beside it, or in the column's name.
pub fn stated(path: &Path, column: &str) -> Option<Told> {
    let beside = sidecar::unit(path, column).map(|(unit, file)| {
        (unit, file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
    });
    let named = || {
        let unit = split(column).1.map(Ok).or_else(|| bracketed(column).map(|(_, word)| Err(word.to_owned())))?;
        Some((unit, format!("the name of column {column}")))
    };
    Some(match beside.or_else(named)? {
        (Ok(unit), who) => Told::InWords(unit, who),
        (Err(word), who) => Told::Otherwise(word, who),
    })
}

/// A name, and the word in brackets behind it: `RT` and `frames` of `RT [frames]`.
fn bracketed(name: &str) -> Option<(&str, &str)> {
    let (stem, rest) = name.trim().split_once(['[', '('])?;
    let word = rest.strip_suffix([']', ')'])?.trim();
    (!word.is_empty()).then_some((stem, word))
}

/// The unit in a text such as `Milliseconds` or `in ms`.
pub fn unit_in(text: &str) -> Option<TimeUnit> {
    split(text).1.or_else(|| word(text.trim()))
}

/// True if a column is called like one of response times, its unit aside.
pub fn is_name(column: &str) -> bool {
    let named = |name: &str| NAMES.contains(&split(name).0.as_str());
    named(column) || bracketed(column).is_some_and(|(stem, _)| named(stem))
}

/// A name in small letters without anything between its words, and the unit in it: `rt` and ms of `RT [ms]`, `rt_in_ms`, `rtMs`.
fn split(name: &str) -> (String, Option<TimeUnit>) {
    let lower = name.to_lowercase();
    let mut unit = None;
    let mut rest = String::new();
    for part in lower.split(|one: char| !one.is_alphanumeric()).filter(|part| !part.is_empty()) {
        match word(part) {
            Some(found) if unit.is_none() && !(rest.is_empty() && part == "s") => unit = Some(found),
            _ if part == "in" => {}
            _ => rest.push_str(part),
        }
    }
    if unit.is_none() {
        let glued = UNITS.iter().flat_map(|(words, unit)| words.iter().map(move |word| (*word, *unit)));
        let glued = glued.filter(|(word, _)| word.len() > 1);
        let mut found = glued.filter_map(|(word, unit)| Some((rest.strip_suffix(word)?.to_owned(), unit)));
        if let Some((stem, found)) = found.find(|(stem, _)| NAMES.contains(&stem.as_str())) {
            return (stem, Some(found));
        }
    }
    (rest, unit)
}

fn word(text: &str) -> Option<TimeUnit> {
    let text = text.to_lowercase();
    UNITS.iter().find(|(words, _)| words.contains(&text.as_str())).map(|(_, unit)| *unit)
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
    fn the_unit_is_what_is_asked_then_what_is_written_then_what_times_look_like() {
        let (s, ms) = ([0.4, 0.9, 61.0], [412.0, 900.0, 3.0]);
        let words = |unit| Told::InWords(unit, "x.json".to_owned());
        for (times, asked, told, factor, said, doubted) in [
            (s, TimeUnit::Auto, Told::ByNobody, 1000.0, "s, taken from their median, 0.9000", false),
            (ms, TimeUnit::Auto, Told::ByNobody, 1.0, "ms, taken from their median, 412.0000", false),
            (s, TimeUnit::Auto, Told::By(TimeUnit::S), 1000.0, "s, as the platform writes them", false),
            (ms, TimeUnit::Auto, Told::By(TimeUnit::S), 1000.0, "s, as the platform writes them", true),
            (ms, TimeUnit::Auto, words(TimeUnit::Ms), 1.0, "ms, as x.json says", false),
            (s, TimeUnit::Auto, words(TimeUnit::Ms), 1.0, "ms, as x.json says", true),
            (ms, TimeUnit::Ms, Told::By(TimeUnit::S), 1.0, "ms, as asked for", false),
            (s, TimeUnit::Ms, words(TimeUnit::S), 1.0, "ms, as asked for", true),
        ] {
            let found = unit(&times, asked, &told);
            assert_eq!((found.factor(), found.doubt.is_some()), (factor, doubted), "{found:?}");
            assert_eq!(found.words, said);
        }
        let frames = Told::Otherwise("frames".to_owned(), "x.json".to_owned());
        let taken = unit(&ms, TimeUnit::Auto, &frames);
        assert!(taken.factor() == 1.0 && taken.doubt.is_some_and(|doubt| doubt.contains("frames, as x.json says")));
        assert_eq!(unit(&s, TimeUnit::Auto, &frames).factor(), 1000.0);
        assert_eq!(unit(&s, TimeUnit::S, &frames).doubt, None, "somebody says it");
        assert_eq!(unit(&[], TimeUnit::Auto, &Told::ByNobody).words, "no response times");
        let slow = unit(&[25.0], TimeUnit::Auto, &words(TimeUnit::S));
        assert_eq!((slow.factor(), slow.doubt), (1000.0, None), "half a minute is a time that people take");
    }

    #[test]
    fn names_of_columns_say_their_unit() {
        for name in [
            "rt_ms",
            "RT [ms]",
            "RT..ms.",
            "response_time (ms)",
            "rtMs",
            "reactionTimeMs",
            "RT in msec",
            "rt_milliseconds",
        ] {
            assert_eq!((split(name).1, is_name(name)), (Some(TimeUnit::Ms), true), "{name}");
        }
        for name in ["rt_s", "response_time (s)", "rt_seconds", "Reaction Time [sec]"] {
            assert_eq!((split(name).1, is_name(name)), (Some(TimeUnit::S), true), "{name}");
        }
        for name in ["rt", "rts", "ReactionTime", "response_time", "s", "classes", "items"] {
            assert_eq!(split(name).1, None, "{name}");
        }
        assert_eq!(
            (unit_in("Milliseconds"), unit_in("s"), unit_in("degrees")),
            (Some(TimeUnit::Ms), Some(TimeUnit::S), None)
        );
        assert!(is_name("RT [frames]") && is_name("response_time (TR)") && !is_name("age (years)"));
        let path = Path::new("x.csv");
        assert!(matches!(stated(path, "RT [frames]"), Some(Told::Otherwise(word, _)) if word == "frames"));
        assert!(!is_name("confidence_ms") && !is_name("onset"));
    }
}
