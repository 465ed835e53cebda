//! Lists in cells: `[-43.9, 41.7]` of PsychoPy, `[3. 4.]` of numpy, `3;4`, `[[3, 4], [5, 6]]`, `[{"x": 3, "y": 4, "t": 10}]`,
//! with brackets of Python too.

use serde_json::Value;

use crate::trials::decimal;

/// A look in a list: x, y, time and duration as far as they are given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Point {
    pub(super) place: Option<(f64, f64)>,
    pub(super) time: Option<f64>,
    pub(super) duration: Option<f64>,
}

/// The values of a list; `None` where the text is no list.
pub(super) fn values(cell: &str) -> Option<Vec<Value>> {
    let cell = cell.trim();
    if !cell.starts_with(['[', '(']) {
        return if cell.contains([';', '|']) { separated(cell, &[';', '|']) } else { None };
    }
    let spaced = || separated(cell.trim_matches(['[', ']', '(', ')']), &[' ', '\t', '\n', '\r']);
    if let Some(values) = spaced().filter(|_| !cell.contains(',') && cell.ends_with([']', ')'])) {
        return Some(values);
    }
    let json = serde_json::from_str(cell).ok().or_else(|| {
        let swapped: String = cell
            .chars()
            .map(|one| match one {
                '(' => '[',
                ')' => ']',
                '\'' => '"',
                other => other,
            })
            .collect();
        let swapped = swapped.replace("None", "null").replace("nan", "null").replace(",]", "]");
        serde_json::from_str(&swapped).ok()
    });
    match json {
        Some(Value::Array(values)) => Some(values),
        _ => None,
    }
}

/// Numbers with one of these between them, as `3;4` or as numpy writes `[3. 4.]`.
fn separated(cell: &str, between: &[char]) -> Option<Vec<Value>> {
    let parts = cell.split(between).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| Some(Value::from(decimal(part)?))).collect()
}

/// A number of JSON, also in quotes.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        Value::String(text) => decimal(text.trim()),
        _ => None,
    }
}

/// The looks in a list of pairs or of objects; a pair is (x, y).
pub(super) fn points(values: &[Value]) -> Vec<Point> {
    let point = |value: &Value| match value {
        Value::Array(pair) => match &pair[..] {
            [x, y] => Point { place: number(x).zip(number(y)), ..Point::default() },
            [x, y, time] => Point { place: number(x).zip(number(y)), time: number(time), duration: None },
            _ => Point::default(),
        },
        Value::Object(object) => {
            let field = |names: &[&str]| names.iter().find_map(|name| object.get(*name)).and_then(number);
            Point {
                place: field(&["cx", "x"]).zip(field(&["cy", "y"])),
                time: field(&["timestamp", "time", "t"]),
                duration: field(&["duration", "duration_ms"]),
            }
        }
        _ => Point::default(),
    };
    values.iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_json_and_as_python_write_them() {
        let numbers = |cell: &str| values(cell).map(|all| all.iter().filter_map(number).collect::<Vec<_>>());
        assert_eq!(numbers("[-43.9, 41.7]"), Some(vec![-43.9, 41.7]));
        assert_eq!(numbers("(1, 2,)"), Some(vec![1.0, 2.0]));
        assert_eq!(numbers("['1.5', None]"), Some(vec![1.5]));
        assert_eq!(numbers("[10. 5.5  -3]"), Some(vec![10.0, 5.5, -3.0]));
        assert_eq!((numbers("10;5,5"), numbers("10|5")), (Some(vec![10.0, 5.5]), Some(vec![10.0, 5.0])));
        assert_eq!((numbers("a;b"), numbers("5,5")), (None, None));
        assert_eq!((numbers("[]"), numbers("3.5"), numbers("[3")), (Some(vec![]), None, None));
        let places = |cell: &str| points(&values(cell).unwrap()).iter().map(|one| one.place).collect::<Vec<_>>();
        assert_eq!(places("[(3, 4), [5.5, 6]]"), [Some((3.0, 4.0)), Some((5.5, 6.0))]);
        assert_eq!(places("[{\"cx\": 3, \"cy\": 4}, {\"x\": 1}]"), [Some((3.0, 4.0)), None]);
    }
}
