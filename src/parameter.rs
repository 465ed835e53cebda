//! The parameters of methods, metrics and procedures: what can be given, and what was.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Error, Result, one_of};

/// The value of a method's parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A word or a name.
    Text(String),
}

impl Value {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// Something that a method can be told.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// What it means, with its unit.
    pub description: &'static str,
    /// What it can be.
    pub kind: Kind,
}

/// What a parameter can be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A number.
    Number {
        /// Value where none is given.
        default: f64,
        /// Smallest value.
        minimum: f64,
        /// Largest value.
        maximum: f64,
    },
    /// One of several words, the first where none is given.
    Choice(&'static [&'static str]),
    /// A name; empty where none is given.
    Name,
}

/// A number between bounds.
pub const fn number(
    name: &'static str,
    description: &'static str,
    default: f64,
    bounds: RangeInclusive<f64>,
) -> Parameter {
    let (minimum, maximum) = (*bounds.start(), *bounds.end());
    Parameter { name, description, kind: Kind::Number { default, minimum, maximum } }
}

/// One of several words, the first by default.
pub const fn choice(name: &'static str, description: &'static str, words: &'static [&'static str]) -> Parameter {
    Parameter { name, description, kind: Kind::Choice(words) }
}

/// A name, empty by default.
pub const fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, kind: Kind::Name }
}

impl Kind {
    /// The value where none is given.
    pub fn default(&self) -> Value {
        match self {
            Kind::Number { default, .. } => Value::Number(*default),
            Kind::Choice(words) => Value::Text(words.first().copied().unwrap_or_default().to_owned()),
            Kind::Name => Value::Text(String::new()),
        }
    }
}

/// The value of every parameter of a method, each within its bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    method: &'static str,
    values: Vec<(&'static str, Value)>,
}

impl Values {
    /// Those given by name, and the defaults of the others. The error names the parameter, the value and the bounds.
    pub fn new(
        method: &'static str,
        parameters: &'static [Parameter],
        given: &BTreeMap<String, Value>,
    ) -> Result<Values> {
        if let Some(name) = given.keys().find(|name| !parameters.iter().any(|known| known.name == **name)) {
            let hint = match parameters {
                [] => format!("{method} has no parameters"),
                known => one_of(known.iter().map(|parameter| parameter.name)),
            };
            return Err(Error::invalid(format!("`{name}` is not a parameter of {method}")).hint(hint));
        }
        let value = |parameter: &Parameter| {
            let value = given.get(parameter.name).cloned().unwrap_or_else(|| parameter.kind.default());
            match parameter.refuses(&value) {
                None => Ok((parameter.name, value)),
                Some(must) => {
                    Err(Error::invalid(format!("`{}` of {method} is {value}, and must be {must}", parameter.name))
                        .hint(format!("change it in the parameters of {method}")))
                }
            }
        };
        let values = parameters.iter().map(value).collect::<Result<_>>()?;
        Ok(Values { method, values })
    }

    /// The numbers among them, in the order of the method's table.
    pub fn numbers<const N: usize>(&self) -> Result<[f64; N]> {
        let numbers: Vec<f64> = self.values.iter().filter_map(|(_, value)| value.number()).collect();
        let count = numbers.len();
        numbers.try_into().map_err(|_| Error::internal(format!("{}: {count} numbers, and {N} expected", self.method)))
    }

    /// The words among them, in the order of the method's table.
    pub fn words<const N: usize>(&self) -> Result<[&str; N]> {
        let words: Vec<&str> = self.values.iter().filter_map(|(_, value)| value.text()).collect();
        let count = words.len();
        words.try_into().map_err(|_| Error::internal(format!("{}: {count} words, and {N} expected", self.method)))
    }

    /// The value of a parameter, if the method has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Sets a number that was found out.
    pub fn set(&mut self, name: &str, number: f64) {
        self.values.iter_mut().filter(|(own, _)| *own == name).for_each(|(_, value)| *value = Value::Number(number));
    }
}

/// A table of names and values.
impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.values.iter().map(|(name, value)| (name, value)))
    }
}

/// "masks=500 grid=7".
impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> = self.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        f.write_str(&pairs.join(" "))
    }
}

impl Parameter {
    /// What a value must be, where this one is something else: "between 1 and 60".
    pub fn refuses(&self, value: &Value) -> Option<String> {
        match (self.kind, value) {
            (Kind::Number { minimum, maximum, .. }, Value::Number(number)) if (minimum..=maximum).contains(number) => {
                None
            }
            (Kind::Number { minimum, maximum, .. }, _) => Some(format!("a number between {minimum} and {maximum}")),
            (Kind::Choice(words), Value::Text(word)) if words.contains(&word.as_str()) => None,
            (Kind::Choice(words), _) => Some(format!("one of {}", words.join(", "))),
            (Kind::Name, Value::Text(_)) => None,
            (Kind::Name, Value::Number(_)) => Some("a name in quotation marks".to_owned()),
        }
    }
}

/// "masks = 500: number of masks (10 to 1000000)".
impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = self.kind.default();
        match self.kind {
            Kind::Number { minimum, maximum, .. } => {
                write!(f, "{} = {default}: {} ({minimum} to {maximum})", self.name, self.description)
            }
            Kind::Choice(words) => write!(f, "{} = {default}: {} ({})", self.name, self.description, words.join(", ")),
            Kind::Name => write!(f, "{}: {}", self.name, self.description),
        }
    }
}
