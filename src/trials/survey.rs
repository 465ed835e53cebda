//! A whole file before any row of it is understood: whether anybody's responses are stated, whether codes stand for a class, and
//! whether columns that are called like ours hold what ours hold.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::answer::Answer;
use super::codes::{self, counted, example};
use super::known::Lookup;
use super::value::{truth, verdict, whole};
use super::{Role, stimulus};
use crate::error::{Error, Result};
use crate::experiment::{Columns, Import, Meaning};

/// Different codes that are kept.
const MOST: usize = 50;

/// Share of the verdicts that may be unreadable before their coding is in doubt.
const SPOILT: f64 = 0.02;

/// Rows of one participant, counted.
#[derive(Debug, Clone, Default)]
struct Person {
    responses: usize,
    right: usize,
    meant: usize,
    unknown: usize,
}

/// An optional column: rows that hold something, and rows that hold what it should.
#[derive(Debug, Clone, Default)]
struct Fit<'r> {
    filled: usize,
    fits: usize,
    first: &'r str,
}

/// Counts over a whole file from which its rows are understood.
#[derive(Debug, Default)]
pub struct Survey<'r> {
    /// Codes of `[import.responses]` with their meanings.
    pub codes: Option<&'r BTreeMap<String, Meaning>>,
    people: HashMap<&'r str, Person>,
    fits: [Fit<'r>; 5],
    /// Names of roles that are none of ours.
    roles: BTreeMap<&'r str, usize>,
    verdicts: BTreeMap<&'r str, usize>,
    unknown: BTreeMap<String, usize>,
    /// Rows that hold something in the column of repeats.
    repeating: usize,
    repeats: Fit<'r>,
    taken_apart: bool,
    role_is_named: bool,
    responds: bool,
    silent_right: usize,
}

/// A cell of an optional column, and whether a text is what the column should hold.
type Optional<'r, 'f> = (Option<&'r str>, &'f dyn Fn(&str) -> bool);

const OPTIONAL: [&str; 5] = ["trial", "n_bubbles", "mirrored", "class", "role"];

impl<'r> Survey<'r> {
    /// Looks at every row of a file that is a trial.
    pub fn of(
        rows: usize,
        ask: &(impl Fn(usize) -> Option<Answer<'r>> + Sync),
        lookup: &Lookup,
        import: &'r Import,
    ) -> Survey<'r> {
        let one = |mut survey: Survey<'r>, at: usize| {
            if let Some(answer) = ask(at) {
                survey.add(&answer, lookup, import);
            }
            survey
        };
        let mut survey = (0..rows).into_par_iter().fold(Survey::default, one).reduce(Survey::default, Survey::merge);
        survey.codes = Some(&import.responses);
        survey.role_is_named = import.columns.role.is_some();
        survey.repeated(rows, ask, lookup, &import.columns);
        survey.apart(&import.columns);
        survey
    }

    fn add(&mut self, answer: &Answer<'r>, lookup: &Lookup, import: &Import) {
        let person = self.people.entry(answer.observer.unwrap_or("")).or_default();
        let own = answer.own_keys();
        let means = |code: &str| {
            codes::stands(&import.responses, code, lookup).is_some()
                || lookup.class(code).is_some()
                || lookup.is_key(code)
                || own.iter().any(|(key, _)| key.eq_ignore_ascii_case(code))
        };
        let mut said = [answer.response, answer.key].into_iter().flatten().map(bare);
        let can_mean = lookup.classes() > 0 || !import.responses.is_empty();
        let known = can_mean && said.any(|code| means(&code));
        person.responses += usize::from(!answer.is_silent());
        person.meant += usize::from(known);
        person.unknown += usize::from(can_mean && !known && !answer.is_silent());
        if can_mean
            && !known
            && let Some(code) = answer.key.or(answer.response).map(bare)
            && self.unknown.len() < MOST
        {
            *self.unknown.entry(code).or_default() += 1;
        }
        if let Some(text) = answer.correct {
            let right = self::verdict("correct", text) == Ok(true);
            person.right += usize::from(right);
            self.silent_right += usize::from(right && answer.is_silent());
            if self.verdicts.len() < MOST || self.verdicts.contains_key(text) {
                *self.verdicts.entry(text).or_default() += 1;
            }
        }
        self.responds |= answer.responds;
        self.repeating += usize::from(answer.repeats.is_some());
        let is_class = |name: &str| lookup.classes() == 0 || lookup.class(name).is_some();
        let optional: [Optional; 5] = [
            (answer.number, &|text| whole("", text).is_ok()),
            (answer.bubbles, &|text| whole("", text).is_ok()),
            (answer.mirrored, &|text| truth("", text).is_ok()),
            (answer.class, &is_class),
            (answer.role, &|text| Role::named(text).is_some()),
        ];
        for (fit, (cell, fits)) in self.fits.iter_mut().zip(optional) {
            let Some(text) = cell else { continue };
            fit.first = if fit.filled == 0 { text } else { fit.first };
            fit.filled += 1;
            fit.fits += usize::from(fits(text));
        }
        if let Some(role) = answer.role.filter(|role| Role::named(role).is_none()) {
            *self.roles.entry(role).or_default() += 1;
        }
    }

    fn merge(mut self, other: Survey<'r>) -> Survey<'r> {
        for (name, person) in other.people {
            let own = self.people.entry(name).or_default();
            own.responses += person.responses;
            own.right += person.right;
            own.meant += person.meant;
            own.unknown += person.unknown;
        }
        for (own, fit) in self.fits.iter_mut().zip(other.fits) {
            own.first = if own.filled == 0 { fit.first } else { own.first };
            own.filled += fit.filled;
            own.fits += fit.fits;
        }
        other.roles.into_iter().for_each(|(role, count)| *self.roles.entry(role).or_default() += count);
        other.verdicts.into_iter().for_each(|(text, count)| *self.verdicts.entry(text).or_default() += count);
        other.unknown.into_iter().for_each(|(text, count)| *self.unknown.entry(text).or_default() += count);
        self.responds |= other.responds;
        self.repeating += other.repeating;
        self.silent_right += other.silent_right;
        self
    }

    /// Finds out if a column `repeats` holds ids of trials with the same picture.
    fn repeated(
        &mut self,
        rows: usize,
        ask: &impl Fn(usize) -> Option<Answer<'r>>,
        lookup: &Lookup,
        columns: &Columns,
    ) {
        if columns.repeats.is_some() || self.repeating == 0 {
            return;
        }
        let shown = |answer: &Answer<'r>| answer.picture.or(answer.shown).map(|text| stimulus::names(text).join(", "));
        let ids: HashMap<&str, Option<String>> =
            (0..rows).filter_map(ask).filter_map(|answer| Some((answer.id?, shown(&answer)))).collect();
        let planned = |id: &str| lookup.known.plan.as_ref().is_some_and(|plan| plan.trials.contains_key(id));
        for answer in (0..rows).filter_map(ask) {
            let Some(of) = answer.repeats else { continue };
            let same = ids.get(of).is_some_and(|other| shown(&answer).zip(other.clone()).is_none_or(|(a, b)| a == b));
            self.repeats.first = if self.repeats.filled == 0 { of } else { self.repeats.first };
            self.repeats.filled += 1;
            self.repeats.fits += usize::from((same || planned(of)) && answer.id != Some(of));
        }
    }

    /// Decides which columns are something else: those that nobody named and that never hold what ours hold.
    fn apart(&mut self, columns: &Columns) {
        let named = [&columns.trial, &columns.bubbles, &columns.mirrored, &columns.class, &columns.role];
        for (fit, named) in self.fits.iter_mut().zip(named) {
            if named.is_some() || fit.fits > 0 {
                fit.filled = 0;
            }
        }
        // One that is no id makes the column something else.
        self.taken_apart = self.repeats.fits < self.repeats.filled;
    }

    /// An answer without what only looks like ours.
    pub fn apply(&self, mut answer: Answer<'r>) -> Answer<'r> {
        let Answer { number, bubbles, mirrored, class, role, .. } = &mut answer;
        for (fit, cell) in self.fits.iter().zip([number, bubbles, mirrored, class, role]) {
            *cell = cell.filter(|_| fit.filled == 0);
        }
        let known = |role: &&str| self.role_is_named || Role::named(role).is_some();
        answer.role = answer.role.filter(known);
        answer.repeats = answer.repeats.filter(|_| !self.taken_apart);
        answer
    }

    /// True where right and wrong stand for themselves, because nobody's responses are stated: somebody who never answered is
    /// never right.
    pub fn is_judged_only(&self, observer: Option<&str>) -> bool {
        self.people
            .get(observer.unwrap_or(""))
            .is_some_and(|one| one.responses == 0 && (one.right > 0 || !self.responds))
    }

    /// True where none of the codes of a participant stands for a class.
    pub fn is_coded_otherwise(&self, observer: Option<&str>) -> bool {
        self.people.get(observer.unwrap_or("")).is_some_and(|one| one.meant == 0 && one.unknown > 0)
    }

    /// The verdicts must be readable: other numbers than 0 and 1 are another coding.
    pub fn check(&self) -> Result<()> {
        let numbers = || self.verdicts.iter().filter_map(|(text, count)| Some((text.parse::<f64>().ok()?, *count)));
        let all: usize = numbers().map(|(_, count)| count).sum();
        let odd: Vec<(f64, usize)> = numbers().filter(|(value, _)| *value != 0.0 && *value != 1.0).collect();
        let spoilt: usize = odd.iter().map(|(_, count)| count).sum();
        let zeros = numbers().any(|(value, _)| value == 0.0);
        if odd.is_empty() || spoilt as f64 <= SPOILT * all as f64 && (zeros || odd.len() > 1) {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "right and wrong are 1 and 0, and the column of right answers holds {}",
            counted(&self.verdicts)
        ))
        .hint(
            "say what its codes stand for: in [import.columns] name that column as response and set correct = \"\", and for \
             example [import.responses] \"1\" = \"right\", \"2\" = \"wrong\"",
        ))
    }

    /// A hint where codes stand for no class.
    pub fn hint(&self, lookup: &Lookup) -> Option<String> {
        let meant = self.people.values().any(|person| person.meant > 0);
        (!meant && !self.unknown.is_empty()).then(|| {
            format!("say what the codes stand for: {}", example(self.unknown.keys().map(String::as_str), lookup))
        })
    }

    /// Notes on how the file was understood, for people.
    pub fn notes(&self, lookup: &Lookup) -> Vec<String> {
        let mut notes = Vec::new();
        for (name, fit) in OPTIONAL.iter().zip(&self.fits).filter(|(_, fit)| fit.filled > 0) {
            notes.push(format!(
                "the column {name} means something else ({:?} in the first of {} rows), and is left aside",
                fit.first, fit.filled
            ));
        }
        if self.fits[4].filled == 0 && !self.roles.is_empty() && !self.role_is_named {
            notes.push(format!(
                "these roles are none of main, practice and catch, and count as main: {}",
                counted(&self.roles)
            ));
        }
        if self.taken_apart {
            notes.push(format!(
                "the column repeats means something else ({:?} in the first of {} rows), because not all that it holds are ids of \
                 trials with the same picture; it is left aside",
                self.repeats.first, self.repeats.filled
            ));
        }
        let judged = self.people.iter().filter(|(name, _)| self.is_judged_only(Some(name))).count();
        let verdicts: usize = self.verdicts.values().sum();
        if judged > 0 && verdicts > 0 {
            notes.push(format!(
                "no response is stated for {judged} participants; what the file calls right and wrong counts"
            ));
        } else if self.silent_right > 0 {
            notes.push(format!(
                "{} trials without a response are marked right, and count as not answered",
                self.silent_right
            ));
        }
        let coded = self.people.keys().filter(|name| self.is_coded_otherwise(Some(name))).count();
        if coded > 0 && verdicts > 0 && lookup.classes() > 0 {
            notes.push(format!(
                "the codes {} stand for no class, so that what the file calls right and wrong counts; [import.responses] says what \
                 they stand for",
                counted(&self.unknown)
            ));
        }
        notes
    }
}

/// A code without the signs of a list around it.
fn bare(text: &str) -> String {
    text.trim_matches(['[', ']', '\'', '"']).to_owned()
}
