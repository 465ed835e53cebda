//! One cell as a value: a truth, a whole number, a response time, the one entry of a list.
//!
//! PsychoPy writes mouse values and keys as lists (`[0.53]`, `['f']`, with numpy 2 `[np.float64(0.53)]`), and spreadsheets write
//! truths in the language of their user.

use super::text::{decimal, shortened};

/// A value, or why the cell holds none.
pub type Said<T> = Result<T, String>;

/// Words for true and for false, in small letters.
const TRUTHS: [(&[&str], bool); 2] = [
    (
        &["1", "1.0", "true", "yes", "y", "t", "ja", "oui", "si", "sí", "wahr", "vrai", "vero", "verdadero", "waar"],
        true,
    ),
    (&["0", "0.0", "false", "no", "n", "f", "nein", "non", "nee", "falsch", "faux", "falso", "onwaar"], false),
];

/// Further words for an answer that was right, and for one that was wrong.
const VERDICTS: [(&[&str], bool); 2] = [
    (&["correct", "right", "richtig", "juste", "correcto", "corretto", "goed"], true),
    (&["incorrect", "wrong", "error", "incorrecto", "scorretto", "fout"], false),
];

/// A truth in any of the words that platforms and spreadsheets write.
pub fn truth(column: &str, text: &str) -> Said<bool> {
    named(&TRUTHS, text).ok_or_else(|| format!("column {column}: {:?} is not 0, 1, true or false", shortened(text)))
}

/// A truth, or a word for an answer that was right or wrong.
pub fn verdict(column: &str, text: &str) -> Said<bool> {
    named(&VERDICTS, text).map_or_else(|| truth(column, text), Ok)
}

fn named(words: &[(&[&str], bool); 2], text: &str) -> Option<bool> {
    let text = single(text).ok()?.trim().to_lowercase();
    words.iter().find(|(words, _)| words.contains(&text.as_str())).map(|(_, truth)| *truth)
}

/// A whole number, also one with a decimal point and nothing behind it.
pub fn whole(column: &str, text: &str) -> Said<u32> {
    let one = single(text).unwrap_or(text);
    let digits =
        one.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0')).map_or(one, |(whole, _)| whole);
    digits.parse().map_err(|_| format!("column {column}: {:?} is not a whole number", shortened(text)))
}

/// A response time in the unit of the file, 0 or more; `commas` part the cells of the file, so that one in a number parts
/// thousands.
pub fn time(text: &str, commas: bool) -> Said<f64> {
    let one = single(text).unwrap_or(text);
    let plain = if commas { ungrouped(one) } else { None };
    match decimal(plain.as_deref().unwrap_or(one)) {
        Some(value) if value >= 0.0 => Ok(value),
        Some(_) => Err(format!("{:?} is not a response time, because it is negative", shortened(text))),
        None => Err(format!("{:?} is not a response time", shortened(text))),
    }
}

/// `1,234` or `1,234.5` without the commas that part thousands; `None` where a comma is none of those.
fn ungrouped(text: &str) -> Option<String> {
    let whole = text.split('.').next()?;
    let mut groups = whole.split(',');
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| digits(first) && first.len() <= 3 && !first.starts_with('0'))?;
    let three = groups.all(|group| group.len() == 3 && digits(group));
    (three && first.len() < whole.len()).then(|| text.replace(',', ""))
}

/// The one entry of `['f']`, `["f"]` or `[np.float64(0.5)]`, and the text itself where it is no list. An empty list is empty.
pub fn single(text: &str) -> Said<&str> {
    match &entries(text)[..] {
        [] => Ok(""),
        [one] => Ok(one),
        several => Err(format!("{} answers to one trial: {}", several.len(), shortened(text))),
    }
}

/// The entries of a list, or the text itself.
pub fn entries(text: &str) -> Vec<&str> {
    let list = text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let Some(inside) = list else { return vec![text] };
    let mut entries = Vec::new();
    let (mut begin, mut quote) = (0, None);
    for (at, one) in inside.char_indices() {
        match (one, quote) {
            ('\'' | '"', None) => quote = Some(one),
            (one, Some(open)) if one == open => quote = None,
            (',', None) => {
                entries.extend(inside.get(begin..at));
                begin = at + 1;
            }
            _ => {}
        }
    }
    // A quote that nothing closes is text, and commas behind it part entries.
    if quote.is_some() {
        return inside.split(',').map(bare).collect();
    }
    entries.extend(inside.get(begin..).filter(|last| !last.trim().is_empty()));
    entries.into_iter().map(bare).collect()
}

/// An entry without its quotes, and without the type that numpy writes around a number.
fn bare(entry: &str) -> &str {
    let entry = entry.trim();
    let number = entry.strip_prefix("np.").and_then(|rest| rest.split_once('(')?.1.strip_suffix(')'));
    number.unwrap_or(entry).trim_matches(['\'', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truths_are_read_in_the_words_of_platforms_and_of_spreadsheets() {
        for text in ["1", "1.0", "TRUE", " True ", "[1]", "['True']", "[True]", "ja", "WAHR", "y", "[np.int64(1)]"] {
            assert_eq!(truth("mirrored", text), Ok(true), "{text}");
        }
        for text in ["0", "[0]", "[False]", "nein", "N", "FAUX"] {
            assert_eq!(verdict("correct", text), Ok(false), "{text}");
        }
        assert_eq!((verdict("correct", "Right"), verdict("correct", "incorrect")), (Ok(true), Ok(false)));
        // The side of a picture says nothing of its being mirrored.
        for text in ["right", "2", "-1", "[1, 0]", "", "hit"] {
            assert!(truth("mirrored", text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_one_entry_of_a_list_is_the_value() {
        for (text, expected) in [
            ("['f']", "f"),
            ("[\"j\"]", "j"),
            ("[ 0.53 ]", "0.53"),
            ("[np.float64(0.53)]", "0.53"),
            ("['a,b']", "a,b"),
            ("f", "f"),
            ("[]", ""),
            ("[']", "'"),
        ] {
            assert_eq!(single(text).unwrap().trim_matches('\''), expected.trim_matches('\''), "{text}");
        }
        assert_eq!(single("['f', 'j']").unwrap_err(), "2 answers to one trial: ['f', 'j']");
        assert_eq!(entries("['f', 'j', 'a,b']"), ["f", "j", "a,b"]);
    }

    #[test]
    fn numbers_may_be_written_as_spreadsheets_do() {
        assert_eq!(
            ["7", "7.0", "7.000", "[7]", "10", "20.0"].map(|text| whole("trial", text)),
            [7, 7, 7, 7, 10, 20].map(Ok)
        );
        assert!(whole("trial", "7.5").is_err() && whole("trial", "a").is_err());
        assert_eq!((time("1,234", true), time("1,5", false), time("[0.5]", true)), (Ok(1234.0), Ok(1.5), Ok(0.5)));
        assert!(time("-41", false).unwrap_err().contains("negative"));
    }
}
