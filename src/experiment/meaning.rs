//! `[import.responses]`: what each code of a response stands for.

use serde::{Deserialize, Serialize};

use super::{Experiment, Import};
use crate::error::{Result, one_of};

/// Meaning of a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Meaning {
    /// A right answer (true) or a wrong one (false).
    Right(bool),
    /// A number, such as 1 for the picture with the noise and -1 for the one with its negative.
    Number(f64),
    /// A class; `right`, `wrong` and `none` (no answer) where no class is called so; or a number.
    Name(String),
}

/// Words that stand for something where no class is called so.
pub const WORDS: [&str; 3] = ["right", "wrong", "none"];

/// True where two codes are one: case aside, and `1` is `1.0`.
pub fn same_code(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    let numbers = || Some(a.parse::<f64>().ok()? == b.parse::<f64>().ok()?);
    a.to_lowercase() == b.to_lowercase() || numbers() == Some(true)
}

impl Experiment {
    /// Every code stands for one thing, which there is.
    pub(super) fn check_responses(&self, import: &Import) -> Result<()> {
        let classes = || self.file.pictures.class.iter().map(|class| class.name.as_str());
        let codes: Vec<&String> = import.responses.keys().collect();
        for (at, (code, meaning)) in import.responses.iter().enumerate() {
            if let Some(twin) = codes.iter().take(at).find(|twin| same_code(twin, code)) {
                let what = format!("the codes {twin:?} and {code:?} are one and the same");
                return Err(self.wrong("import.responses", what, "name each code once; case is not told apart"));
            }
            let Meaning::Name(name) = meaning else { continue };
            let known = classes().chain(WORDS).any(|one| one == name) || name.parse::<f64>().is_ok();
            if !known {
                let what = format!("the code {code:?} stands for {name:?}, which is no class");
                return Err(self.wrong(
                    "import.responses",
                    what,
                    format!("{}, or give a number such as 1 or -1", one_of(classes().chain(WORDS))),
                ));
            }
        }
        Ok(())
    }
}
