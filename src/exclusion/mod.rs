//! Which trials do not enter maps: named rules on trials and on observers, applied in one fixed order.
//!
//! A rule sees what the rules before it left, judges main trials only, and changes no answer. What it cannot judge (a
//! trial without a response time, an observer without catch trials) stays and is counted as not judged.

mod absent;
mod apply;
mod attention;
mod choice;
mod duplicated;
mod outlying;
mod own;
mod table;
mod time;

pub use apply::{Chosen, Count, Excluded, Outcome, apply};
pub use choice::one_response;
pub use own::Own;
pub use table::{counts_to_csv, excluded_rows, excluded_to_csv};

use crate::error::Result;
use crate::parameter::{Parameter, Values};

/// A row of the table of rules.
pub struct Rule {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper or practice.
    pub source: &'static str,
    /// Parameters in order.
    pub parameters: &'static [Parameter],
    /// What it judges.
    pub judge: Judge,
}

/// What a rule judges, and how.
#[derive(Clone, Copy)]
pub enum Judge {
    /// Each main trial of an observer: a verdict a trial, in order.
    Trials(fn(&Own, &Values) -> Result<Vec<Verdict>>),
    /// An observer, whose main trials all go or all stay.
    Observer(fn(&Own, &Values) -> Result<Verdict>),
}

impl Judge {
    /// "trials" or "observers".
    pub fn name(&self) -> &'static str {
        match self {
            Judge::Trials(_) => "trials",
            Judge::Observer(_) => "observers",
        }
    }
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Stays.
    Kept,
    /// Goes: the value found, and the bound that it passes.
    Excluded(String, String),
    /// Stays, because it cannot be judged: why.
    Unjudged(&'static str),
}

/// Every rule in the order in which rules are applied, whatever the order in which an experiment names them: copies and
/// empty trials, then observers by all of their answered trials, then single response times. A new rule is a row in a file, and
/// a line here.
pub static RULES: &[Rule] = &[
    duplicated::RULE,
    absent::NO_RESPONSE,
    absent::ZERO_BUBBLES,
    time::FAST_SHARE,
    time::VARIATION,
    choice::CONSTANT,
    choice::BIAS,
    attention::INVERTED,
    attention::CHANCE,
    attention::CATCH,
    time::FAST,
    time::SLOW,
    outlying::SD,
    outlying::TUKEY,
    outlying::MEAN,
];

#[cfg(test)]
mod tests;
