//! `[import.keep]`: the texts that a column must hold.

use serde::{Deserialize, Serialize};

use super::pictures::matches;

/// A text, or several of which any counts; `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kept {
    /// This text.
    One(String),
    /// Any of these.
    Any(Vec<String>),
}

impl Kept {
    /// True if a cell holds what is asked for; an empty text asks for an empty cell.
    pub fn has(&self, cell: &str) -> bool {
        let texts = match self {
            Kept::One(text) => std::slice::from_ref(text),
            Kept::Any(texts) => texts,
        };
        texts.iter().any(|text| matches(text, cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_several_texts_counts_and_a_star_is_any_text() {
        let several = Kept::Any(vec!["main".to_owned(), "test*".to_owned(), String::new()]);
        assert_eq!(["main", "test 2", "", "practice"].map(|cell| several.has(cell)), [true, true, true, false]);
        let one = Kept::One("*-keyboard-*".to_owned());
        assert_eq!(["image-keyboard-response", "keyboard"].map(|cell| one.has(cell)), [true, false]);
    }
}
