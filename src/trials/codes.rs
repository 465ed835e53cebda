//! Codes of responses: what `[import.responses]` says of them, and whether those that stay codes are of one kind.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Trial;
use super::known::Lookup;
use super::text::shortened;
use crate::error::{Error, Result};
use crate::experiment::{Meaning, same_code};
use crate::table::number;

/// Meaning of a code.
#[derive(Debug, Clone, PartialEq)]
pub enum Stands<'c> {
    /// A class, or a number.
    For(Cow<'c, str>),
    /// A right answer, or a wrong one.
    Right(bool),
    /// No answer.
    Nothing,
}

/// Meaning of a code by `[import.responses]`; `None` where it is not listed.
pub fn stands<'c>(codes: &'c BTreeMap<String, Meaning>, code: &str, lookup: &Lookup) -> Option<Stands<'c>> {
    let meaning = codes.get(code).or_else(|| codes.iter().find(|(one, _)| same_code(one, code)).map(|(_, m)| m))?;
    Some(match meaning {
        Meaning::Right(right) => Stands::Right(*right),
        Meaning::Number(value) => Stands::For(number(*value).into()),
        Meaning::Name(name) => match (lookup.class(name).is_some(), name.as_str()) {
            (false, "right") => Stands::Right(true),
            (false, "wrong") => Stands::Right(false),
            (false, "none") => Stands::Nothing,
            _ => Stands::For(name.into()),
        },
    })
}

/// An example of `[import.responses]` with these codes, for a hint.
pub fn example<'c>(codes: impl IntoIterator<Item = &'c str>, lookup: &Lookup) -> String {
    // A lone class tells no codes apart.
    let classes = Some(lookup.sorted_classes()).filter(|classes| classes.len() > 1).unwrap_or_default();
    let pairs = codes.into_iter().take(2.max(classes.len())).enumerate();
    let pair = |(at, code): (usize, &str)| {
        let class = classes.get(at % classes.len().max(1)).copied().unwrap_or(if at == 0 { "right" } else { "wrong" });
        format!("{:?} = {class:?}", shortened(code))
    };
    format!("for example [import.responses] {}", pairs.map(pair).collect::<Vec<_>>().join(", "))
}

/// "0 (12 rows) and 1 (20 rows)".
pub fn counted<K: AsRef<str>>(codes: &BTreeMap<K, usize>) -> String {
    let one = |(code, rows): (&K, &usize)| {
        format!("{} ({rows} row{})", shortened(code.as_ref()), if *rows == 1 { "" } else { "s" })
    };
    let mut all: Vec<String> = codes.iter().take(8).map(one).collect();
    if codes.len() > 8 {
        all.push(format!("{} more", codes.len() - 8));
    }
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => all.concat(),
    }
}

/// Numbers that stay codes, because neither class nor file says whether they are right, are the same for all observers: two of
/// them each and more than two together are several codings. `file` is the file of every trial.
pub fn one_coding(trials: &[Trial], classes: usize, file: impl Fn(usize) -> String) -> Result<()> {
    let mut observers: BTreeMap<&str, (BTreeMap<String, usize>, usize)> = BTreeMap::new();
    for (at, trial) in trials.iter().enumerate().filter(|(_, trial)| trial.correct.is_none()) {
        let Some(code) = trial.response.as_deref().and_then(|text| text.trim().parse::<f64>().ok()) else { continue };
        let own = observers.entry(&trial.observer).or_insert_with(|| (BTreeMap::new(), at));
        *own.0.entry(number(code)).or_default() += 1;
    }
    let all: BTreeSet<&String> = observers.values().flat_map(|(codes, _)| codes.keys()).collect();
    let most = classes.max(2);
    if all.len() <= most || observers.values().any(|(codes, _)| codes.len() > 2) {
        return Ok(());
    }
    let with = |found: &BTreeSet<&String>| {
        observers.iter().find(|(_, (codes, _))| codes.len() > 1 && codes.keys().any(|code| !found.contains(code)))
    };
    let Some((first, (codes, at))) = observers.iter().find(|(_, (codes, _))| codes.len() > 1) else { return Ok(()) };
    let own: BTreeSet<&String> = codes.keys().collect();
    let Some((second, (others, other))) = with(&own) else { return Ok(()) };
    Err(Error::invalid(format!(
        "responses are coded in several ways: those of {first} are {}, and those of {second} are {}",
        counted(codes),
        counted(others)
    ))
    .at(format!("{} and {}", file(*at), file(*other)))
    .hint("bring all files to one coding, or say what each code stands for in [import.responses]; a code that means two things needs an experiment for each, or new codes"))
}
