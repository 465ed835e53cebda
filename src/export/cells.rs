//! Cells of tables that platforms read: words that pandas, PsychoPy or a spreadsheet would turn into something else are
//! refused before anything is written.

use super::Material;
use crate::error::{Error, Result};
use crate::table::cell::runs;

/// What `pandas.read_csv` takes for missing, in lower case.
const MISSING: [&str; 12] =
    ["", "#n/a", "#na", "<na>", "n/a", "na", "null", "nan", "none", "-nan", "undefined", "#n/a n/a"];

/// Refuses names of classes and pictures, and keys, that would not come back as they are.
pub fn check(material: &Material) -> Result<()> {
    let keys = material.participants.iter().flat_map(|participant| &participant.keys);
    let pictures = material.pictures.iter().map(|listed| &listed.name);
    let named = material.classes.iter().map(|class| ("class", class));
    for (what, text) in named.chain(keys.map(|key| ("key", key))).chain(pictures.map(|name| ("picture", name))) {
        if let Some(becomes) = converted(text) {
            return Err(Error::invalid(format!(
                "the {what} {text:?} becomes {becomes} where a platform reads its table"
            ))
            .hint("give it a name that starts with a letter and is no word for missing or true"));
        }
    }
    Ok(())
}

/// What a text becomes on its way through a table; `None` where it stays as it is.
fn converted(text: &str) -> Option<&'static str> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.chars().next() {
        _ if MISSING.contains(&lower.as_str()) => Some("a missing value"),
        _ if ["true", "false"].contains(&lower.as_str()) => Some("a truth value"),
        _ if lower.replace(',', ".").parse::<f64>().is_ok() => Some("a number"),
        _ if runs(&lower) => Some("a formula"),
        Some('[' | '(' | '{') => Some("a list"),
        _ if text.trim() != text || text.contains(['"', '\n', '\t']) => Some("another text"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_change_on_their_way_are_told_from_those_that_stay() {
        for text in ["NA", "None", "null", "nan", "", "True", "7", "007", "1,5", "1e3", "=a", "-a", "@a", "[f]", " a"] {
            assert!(converted(text).is_some(), "{text:?}");
        }
        for text in ["f", "happy", "t0001", "p007", "a.png", "001.png", "not sad", "space"] {
            assert_eq!(converted(text), None, "{text:?}");
        }
    }
}
