//! `[exclusions]`: the rules that trials and observers must pass to enter maps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Experiment, Value};
use crate::error::{Result, one_of};
use crate::exclusion::RULES;

/// `[exclusions]`: rules by name; none by default. Trials without an answer or a bubble enter no map in any case.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exclusions {
    /// Names from the table of rules. They are applied in the order of that table.
    pub rules: Vec<String>,
    /// Parameters of a rule, by its name; what is not given has the default of the table.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Exclusions {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Experiment {
    pub(super) fn check_exclusions(&self) -> Result<()> {
        let exclusions = &self.file.exclusions;
        let asked = exclusions.rules.iter().map(|name| ("exclusions.rules", name));
        for (field, name) in asked.chain(exclusions.parameters.keys().map(|name| ("exclusions.parameters", name))) {
            let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
                let known = one_of(RULES.iter().map(|rule| rule.name));
                return Err(self.wrong(field, format!("there is no rule called {name}"), known));
            };
            let field = format!("exclusions.parameters.{name}");
            let Some(given) = exclusions.parameters.get(name) else { continue };
            if !exclusions.rules.contains(name) {
                let what = format!("parameters of the rule {name} are given, and exclusions.rules does not name it");
                return Err(self.wrong(&field, what, format!("add {name:?} to exclusions.rules, or remove them")));
            }
            self.check_parameters(&field, "rule", (rule.name, rule.parameters), given)?;
        }
        match exclusions.rules.iter().enumerate().find(|(at, name)| exclusions.rules[..*at].contains(name)) {
            None => Ok(()),
            Some((_, name)) => Err(self.wrong(
                "exclusions.rules",
                format!("exclusions.rules names {name} twice"),
                "name each rule once",
            )),
        }
    }
}
