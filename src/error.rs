//! One error type: what happened, where, and what to do about it.

use std::fmt;
use std::path::Path;

/// Whose fault it is, which decides the wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input is wrong; the user can mend it.
    Invalid,
    /// The input is right, but this version cannot do it.
    Unsupported,
    /// A fault in bubblescope itself.
    Internal,
    /// The operating system refused.
    Io,
}

/// An error: one sentence with the values that disagree, the place, and a hint.
#[derive(Debug, Clone)]
pub struct Error {
    /// Whose fault it is.
    pub kind: Kind,
    /// One sentence saying what is wrong, with both values.
    pub what: String,
    /// File, line, column or field, where known.
    pub place: Option<String>,
    /// What to do, as a sentence of its own.
    pub hint: Option<String>,
    /// Further errors found at the same time.
    pub also: Vec<Error>,
}

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    fn new(kind: Kind, what: impl Into<String>) -> Self {
        Error { kind, what: what.into(), place: None, hint: None, also: Vec::new() }
    }

    /// The input is wrong.
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, what)
    }

    /// The input is beyond this version.
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::new(Kind::Unsupported, what)
    }

    /// A fault of bubblescope itself.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Kind::Internal, what)
            .hint("this is a fault in bubblescope; please report it with the command that you ran")
    }

    /// The operating system refused to `doing` (such as "read") `path`.
    pub fn io(doing: &str, path: &Path, cause: impl fmt::Display) -> Self {
        Self::new(Kind::Io, format!("cannot {doing} {}: {cause}", path.display()))
    }

    /// All of several errors as one, which shows each of them; nothing where there is none.
    pub fn all(errors: impl IntoIterator<Item = Error>) -> Result<()> {
        let mut errors = errors.into_iter().flat_map(|mut error| {
            let also = std::mem::take(&mut error.also);
            std::iter::once(error).chain(also)
        });
        let Some(mut first) = errors.next() else { return Ok(()) };
        first.also = errors.collect();
        Err(first)
    }

    /// Adds the place, unless a more exact one is known already.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place.get_or_insert_with(|| place.to_string());
        self
    }

    /// Adds the hint, unless there is one already.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Invalid | Kind::Io => write!(f, "{}", self.what)?,
            Kind::Unsupported => write!(f, "not supported: {}", self.what)?,
            Kind::Internal => write!(f, "internal error: {}", self.what)?,
        }
        // What the system refused is said with its path.
        let told = |place: &&String| self.kind == Kind::Io && self.what.contains(*place);
        if let Some(place) = self.place.as_ref().filter(|place| !told(place)) {
            write!(f, "\n  at {place}")?;
        }
        let absent = (self.kind == Kind::Io).then_some("check that it is there and that you may use it");
        if let Some(hint) = self.hint.as_deref().or(absent) {
            write!(f, "\n  hint: {hint}")?;
        }
        self.also.iter().try_for_each(|error| write!(f, "\nerror: {error}"))
    }
}

impl std::error::Error for Error {}

/// "none of: a, b, c" for hints; the names come from a table, so they cannot drift.
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    format!("choose one of: {}", names.into_iter().collect::<Vec<_>>().join(", "))
}

/// All values, or the first error in order; what is collected in parallel would end with whichever error came first in time.
pub fn first_error<T>(results: Vec<Result<T>>) -> Result<Vec<T>> {
    results.into_iter().collect()
}

/// The one of `known` names that a name resembles most, if any: a slip of one or two letters, or in case alone.
pub fn similar<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let far = |other: &str| distance(&lower, &other.to_lowercase());
    let most = if lower.chars().count() < 5 { 1 } else { 2 };
    let nearest = known.iter().min_by_key(|other| far(other))?;
    (far(nearest) <= most && lower.chars().count() > 1).then_some(nearest)
}

/// Letters put in, left out, replaced or swapped with their neighbour (Damerau 1964, Communications of the ACM 7:171).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, &one) in a.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, &other) in b.iter().enumerate() {
            let mut least = (last[column + 1] + 1).min(now[column] + 1).min(last[column] + usize::from(one != other));
            if row > 0 && column > 0 && one == b[column - 1] && other == a[row - 1] {
                least = least.min(before[column - 1] + 1);
            }
            now.push(least);
        }
        before = std::mem::replace(&mut last, now);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_another_word_is_not() {
        let known = ["observers", "trials", "blocks", "rt"];
        for (name, expected) in [
            ("blcoks", Some("blocks")),
            ("Trials", Some("trials")),
            ("observer", Some("observers")),
            ("keys", None),
            ("x", None),
        ] {
            assert_eq!(similar(name, &known), expected, "{name}");
        }
        assert_eq!(similar("blocks", &[]), None);
    }
}
