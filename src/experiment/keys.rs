//! `design.keys`: the keys that observers answer with.

use super::{Design, Experiment};
use crate::error::Result;

/// Keys of more than one character, as browsers call them.
const NAMED: [&str; 5] = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter"];

/// Keys where none are given: none of them is a digit, which platforms turn into numbers.
pub const KEYS: [&str; 10] = ["f", "j", "d", "k", "s", "l", "a", "g", "h", "r"];

impl Experiment {
    /// Every class has a key of its own, which every keyboard has and every platform can name.
    pub(super) fn check_keys(&self, design: &Design) -> Result<()> {
        let keys = &design.keys;
        let classes = self.file.pictures.class.len();
        let used: Vec<&str> = match &keys[..] {
            [] => KEYS.iter().take(classes).copied().collect(),
            given => given.iter().map(String::as_str).collect(),
        };
        let twin =
            self.file.pictures.class.iter().find(|one| used.iter().any(|key| key.eq_ignore_ascii_case(&one.name)));
        if let Some(twin) = twin {
            return Err(self.wrong(
                "design.keys",
                format!("the class {} is called like a key, so that an answer could be read as either", twin.name),
                "give the class a longer name, or choose other keys",
            ));
        }
        if keys.is_empty() && classes <= KEYS.len() {
            return Ok(());
        }
        if keys.len() != classes {
            return Err(self.wrong(
                "design.keys",
                format!("design.keys has length {}, and there are {classes} classes", keys.len()),
                "give each class a key of its own; up to ten classes have keys where `keys` is left out",
            ));
        }
        for (at, key) in keys.iter().enumerate() {
            let single = key.len() == 1 && key.chars().all(|one| one.is_ascii_alphanumeric());
            if !single && !NAMED.contains(&key.as_str()) {
                let hint = format!("give a letter or a digit, or one of: {}", NAMED.join(", "));
                return Err(self.wrong("design.keys", format!("{key:?} is no key to answer with"), hint));
            }
            if let Some(twin) = keys[..at].iter().find(|earlier| earlier.to_lowercase() == key.to_lowercase()) {
                let what = format!("the keys {twin:?} and {key:?} are one and the same, and stand for two classes");
                return Err(self.wrong(
                    "design.keys",
                    what,
                    "give each class a key of its own; case is not told apart",
                ));
            }
        }
        Ok(())
    }
}
