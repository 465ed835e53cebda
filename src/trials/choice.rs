//! Which of several answers to one trial counts: keyboards of PsychoPy, objects of E-Prime, screens and zones of others.
//!
//! In this order, as long as more than one is left: one whose codes stand for a class; one that is marked right or wrong; one
//! with more than one code (a space bar that goes on has one); one that is no slider; one that has no other that is answered at
//! least half as often. What is still left could all be meant, and is for a person to choose.

use std::collections::BTreeSet;

use super::known::Lookup;
use super::text::shortened;
use crate::experiment::{Import, Meaning, same_code};

/// Different codes of an answer that are kept.
const MOST: usize = 100;

/// One of several answers to a trial.
#[derive(Debug, Clone, Default)]
pub struct Candidate<'r> {
    /// Its name, for people.
    pub name: String,
    /// How often it was answered.
    pub answered: usize,
    /// True where any of its answers is marked right or wrong.
    pub judged: bool,
    /// True for a slider, a scale or a text rather than a choice.
    graded: bool,
    codes: BTreeSet<&'r str>,
}

impl<'r> Candidate<'r> {
    /// One that nobody answered yet.
    pub fn new(name: impl Into<String>) -> Candidate<'r> {
        Candidate { name: name.into(), ..Candidate::default() }
    }

    /// The same, a slider or not.
    pub fn graded(self, graded: bool) -> Candidate<'r> {
        Candidate { graded, ..self }
    }

    /// Adds an answer, and whether it is marked right or wrong.
    pub fn add(&mut self, code: Option<&'r str>, marked: bool) {
        self.judged |= marked;
        let Some(code) = code else { return };
        self.answered += 1;
        if self.codes.len() < MOST {
            self.codes.insert(code);
        }
    }

    fn means(&self, lookup: &Lookup, import: &Import) -> bool {
        let bare = |code: &str| code.trim_matches(['[', ']', '\'', '"', '{', '}']).to_owned();
        let known = |code: &str| {
            let code = bare(code);
            let coded = import.responses.iter().any(|(one, meaning)| {
                same_code(one, &code) && !matches!(meaning, Meaning::Name(name) if name == "none")
            });
            coded || lookup.class(&code).is_some() || lookup.is_key(&code)
        };
        let meant = self.codes.iter().filter(|code| known(code)).count();
        meant > 0 && 2 * meant >= self.codes.len()
    }
}

/// Numbers of the candidates that count; several where each could be meant.
pub fn chosen(candidates: &[Candidate], lookup: &Lookup, import: &Import) -> Vec<usize> {
    let mut left: Vec<usize> =
        (0..candidates.len()).filter(|&at| candidates[at].answered > 0 || candidates[at].judged).collect();
    let mut narrow = |keep: &dyn Fn(&Candidate) -> bool| {
        let kept: Vec<usize> = left.iter().copied().filter(|&at| keep(&candidates[at])).collect();
        if !kept.is_empty() {
            left = kept;
        }
    };
    narrow(&|one| one.means(lookup, import));
    narrow(&|one| one.judged);
    narrow(&|one| one.codes.len() > 1);
    narrow(&|one| !one.graded);
    let most = left.iter().map(|&at| candidates[at].answered).max().unwrap_or(0);
    left.retain(|&at| 2 * candidates[at].answered >= most);
    left
}

/// Candidates with their codes, for a message.
pub fn described(candidates: &[Candidate], which: &[usize]) -> String {
    let one = |candidate: &Candidate| {
        let codes: Vec<String> = candidate.codes.iter().take(4).map(|code| shortened(code)).collect();
        let more = if candidate.codes.len() > 4 { ", ..." } else { "" };
        format!("{} ({} answers: {}{more})", candidate.name, candidate.answered, codes.join(", "))
    };
    which.iter().filter_map(|&at| candidates.get(at)).map(one).collect::<Vec<_>>().join(" and ")
}
