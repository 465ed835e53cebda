//! Which noise pattern a stimulus shows, by its name or its number, and whether as it is or inverted.
//!
//! rcicr writes two stimuli for each pattern, `rcic_base_1_00064_ori.png` and `rcic_base_1_00064_inv.png`, the second with
//! the negative of the noise. A pattern is found by its whole name, or else by its number: the last digits of the name.

use std::collections::HashMap;

/// Words for a stimulus with the pattern as it is (false) and with its negative (true).
const SIGNS: [(&str, bool); 12] = [
    ("ori", false),
    ("orig", false),
    ("original", false),
    ("pos", false),
    ("positive", false),
    ("inv", true),
    ("inverted", true),
    ("inverse", true),
    ("neg", true),
    ("negative", true),
    ("anti", true),
    ("antinoise", true),
];

/// How the reason begins where no pattern belongs to a stimulus.
pub const NO_PATTERN: &str = "there is no noise pattern";

/// Endings of files that hold pictures or patterns.
const ENDINGS: [&str; 9] = ["png", "jpg", "jpeg", "bmp", "gif", "npy", "mat", "tif", "tiff"];

/// Names of the patterns of an experiment, each once.
#[derive(Debug, Clone, Default)]
pub struct Names {
    all: Vec<String>,
    named: HashMap<String, usize>,
    /// By number; `None` where several share it.
    numbered: HashMap<u64, Option<usize>>,
}

impl Names {
    /// Patterns with names of their own.
    pub fn new(all: Vec<String>) -> Names {
        let mut names = Names { named: HashMap::new(), numbered: HashMap::new(), all };
        for (at, name) in names.all.iter().enumerate() {
            names.named.entry(name.to_lowercase()).or_insert(at);
            if let Some(number) = number(name) {
                names.numbered.entry(number).and_modify(|shared| *shared = None).or_insert(Some(at));
            }
        }
        names
    }

    /// So many patterns, called by their numbers.
    pub fn counted(from: usize, count: usize) -> Names {
        Names::new((from..from + count).map(|number| number.to_string()).collect())
    }

    /// The names in order.
    pub fn all(&self) -> &[String] {
        &self.all
    }

    /// The pattern that a stimulus of this name shows, and whether inverted; `None` where the name does not say.
    ///
    /// # Errors
    /// A reason, where no pattern is called so and none has its number, or several have.
    pub fn find(&self, stimulus: &str) -> Result<(&str, Option<bool>), String> {
        let stem = without_ending(stimulus.trim());
        let (base, inverted) = parted(stem);
        let exact = |name: &str| self.named.get(&name.to_lowercase()).copied();
        let number = number(base);
        let found = exact(stem).or_else(|| exact(base)).or_else(|| self.numbered.get(&number?).copied().flatten());
        match found.and_then(|at| self.all.get(at)) {
            Some(name) => Ok((name, inverted)),
            None => Err(format!("{NO_PATTERN} for {stem:?}: {}", self.described())),
        }
    }

    /// "the 40 patterns are called 1 to 40".
    pub fn described(&self) -> String {
        match &self.all[..] {
            [] => "there are no patterns".to_owned(),
            [only] => format!("the only pattern is called {only}"),
            [first, .., last] => format!("the {} patterns are called {first} to {last}", self.all.len()),
        }
    }
}

/// A name without what says that its noise is as it is (false) or inverted (true).
pub fn parted(stem: &str) -> (&str, Option<bool>) {
    let word = |text: &str| {
        let found = SIGNS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, inverted)| *inverted)
    };
    let parts = |one: char| matches!(one, '_' | '-' | ' ' | '.');
    if let Some(inverted) = word(stem) {
        return ("", Some(inverted));
    }
    let letters = stem.len() - stem.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    if let (rest, Some(inverted)) = (&stem[..letters], word(&stem[letters..]))
        && rest.ends_with(|one: char| parts(one) || one.is_ascii_digit())
    {
        return (rest.trim_end_matches(parts), Some(inverted));
    }
    let first = stem.bytes().take_while(u8::is_ascii_alphabetic).count();
    match (word(&stem[..first]), &stem[first..]) {
        (Some(inverted), rest) if rest.starts_with(parts) => (rest.trim_start_matches(parts), Some(inverted)),
        _ => (stem, None),
    }
}

/// A file name without its ending; "14.0", as tables of numbers write it, is 14.
pub fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) => stem,
        Some((stem, ending)) if !stem.is_empty() && ending.bytes().all(|byte| byte == b'0') => stem,
        _ => name,
    }
}

/// The last digits of a name as a number.
fn number(name: &str) -> Option<u64> {
    let end = name.rfind(|one: char| one.is_ascii_digit())? + 1;
    let begin = name[..end]
        .rfind(|one: char| !one.is_ascii_digit())
        .map_or(0, |at| at + name[at..].chars().next().map_or(1, char::len_utf8));
    name.get(begin..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stimulus_is_known_by_name_or_number_and_its_ending_says_whether_it_is_inverted() {
        let names = Names::counted(1, 300);
        for (text, pattern, inverted) in [
            ("rcic_base_1_00064_ori.png", "64", Some(false)),
            ("rcic_base_1_00064_inv.png", "64", Some(true)),
            ("rc_00001_inv.png", "1", Some(true)),
            ("rcic_im_1_00064_ORI", "64", Some(false)),
            ("inv_64.jpg", "64", Some(true)),
            ("64inv", "64", Some(true)),
            ("64", "64", None),
            ("00064", "64", None),
            ("64.0", "64", None),
            ("t00300", "300", None),
        ] {
            assert_eq!(names.find(text), Ok((pattern, inverted)), "{text}");
        }
        let refused = names.find("rcic_base_1_00301_ori.png").unwrap_err();
        assert!(refused.contains("rcic_base_1_00301_ori") && refused.contains("300 patterns are called 1 to 300"));
        assert!(names.find("0").is_err() && names.find("face").is_err());
    }

    #[test]
    fn a_whole_name_goes_before_a_number_and_a_number_that_two_share_names_neither() {
        let names = Names::new(["wide_0", "wide_1", "tall_0", "tall_2", "é7"].map(str::to_owned).into());
        assert_eq!(names.find("tall_0.png"), Ok(("tall_0", None)));
        assert_eq!((names.find("2"), names.find("x7")), (Ok(("tall_2", None)), Ok(("é7", None))));
        assert!(names.find("0").is_err());
        // "lori" ends like "ori" and is a name.
        assert_eq!(
            (parted("lori"), parted("Inv"), parted("ori")),
            (("lori", None), ("", Some(true)), ("", Some(false)))
        );
    }
}
