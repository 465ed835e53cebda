//! What is mapped: whether an answer was right, how fast it came, or any number that stands in the table of trials.
//!
//! A rating or a confidence may count negatively where the answer was wrong: y = (2 correct - 1) · confidence.

use std::borrow::Cow;

use crate::trials::Trial;

/// The response of a trial that a map explains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Response {
    /// 1 for a right answer, 0 for a wrong one.
    #[default]
    Accuracy,
    /// Minus the natural logarithm of the response time.
    Speed,
    /// A number in a column of the table of trials.
    Column {
        /// Its name.
        name: String,
        /// Whether it counts negatively where the answer was wrong.
        signed: bool,
    },
}

impl Response {
    /// The response of that name: `accuracy`, `speed`, or a column of the trial file.
    pub fn named(name: &str, signed: bool) -> Response {
        match name {
            "accuracy" => Response::Accuracy,
            "speed" => Response::Speed,
            name => Response::Column { name: name.to_owned(), signed },
        }
    }

    /// Its value in a trial; `None` where the trial has none, or none that is a finite number.
    pub fn value(&self, trial: &Trial) -> Option<f64> {
        match self {
            Response::Accuracy => trial.correct.map(|correct| f64::from(u8::from(correct))),
            Response::Speed => trial.response_time.filter(|time| *time > 0.0).map(|time| -time.ln()),
            Response::Column { name, signed } => {
                let value: f64 = column(trial, name)?.trim().parse().ok()?;
                let sign = if *signed { 2.0 * f64::from(u8::from(trial.correct?)) - 1.0 } else { 1.0 };
                Some(sign * value).filter(|value| value.is_finite())
            }
        }
    }
}

/// Columns of the table of trials that `column` knows besides those that came along.
pub const COLUMNS: [&str; 10] =
    ["observer", "block", "trial", "picture", "mirrored", "response", "correct", "response_time", "bubbles", "session"];

/// What a column of the table of trials holds in a trial: one of our own, or one that came along (`import.carry`).
pub fn column<'a>(trial: &'a Trial, name: &str) -> Option<Cow<'a, str>> {
    match name {
        "observer" => Some(trial.observer.as_str().into()),
        "block" => Some(trial.block.as_str().into()),
        "trial" => Some(trial.number.to_string().into()),
        "picture" => Some(trial.picture.as_str().into()),
        "mirrored" => Some(trial.mirrored.to_string().into()),
        "response" => trial.response.as_deref().map(Cow::from),
        "correct" => trial.correct.map(|correct| correct.to_string().into()),
        "response_time" => trial.response_time.map(|time| time.to_string().into()),
        "bubbles" => Some(trial.centres.len().to_string().into()),
        "session" => trial.session.as_deref().map(Cow::from),
        // What `import.carry` names.
        name => trial.other.get(name).map(|cell| cell.as_str().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_has_every_column_that_is_named() {
        let full = Trial {
            response: Some("f".into()),
            correct: Some(true),
            response_time: Some(1.0),
            session: Some("1".into()),
            ..Trial::default()
        };
        assert!(COLUMNS.iter().all(|name| column(&full, name).is_some()) && column(&full, "rating").is_none());
    }

    #[test]
    fn a_response_is_accuracy_speed_or_any_number_and_may_be_signed() {
        let mut trial = Trial { correct: Some(false), response_time: Some(std::f64::consts::E), ..Trial::default() };
        let value = |trial: &Trial, name, signed| Response::named(name, signed).value(trial);
        assert_eq!(value(&trial, "accuracy", false), Some(0.0));
        trial.other.insert("confidence".into(), "3".into());
        assert_eq!((value(&trial, "confidence", false), value(&trial, "confidence", true)), (Some(3.0), Some(-3.0)));
        assert_eq!(value(&trial, "speed", false), Some(-1.0));
        assert_eq!(value(&trial, "response_time", true), Some(-std::f64::consts::E));
        assert_eq!(value(&trial, "response_time", false), Some(std::f64::consts::E));
        assert_eq!((value(&trial, "rating", false), value(&trial, "block", false)), (None, None));
        trial.other.insert("rating".to_owned(), "4.5".to_owned());
        assert_eq!((value(&trial, "rating", false), value(&trial, "rating", true)), (Some(4.5), Some(-4.5)));
        (trial.response_time, trial.correct) = (Some(0.0), None);
        assert_eq!((value(&trial, "speed", false), value(&trial, "bubbles", true)), (None, None));
    }
}
