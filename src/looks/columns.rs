//! Columns by name: those that the experiment file states, or else those that a format knows, case and blanks aside.

use crate::error::{Error, Result};
use crate::experiment::LookColumns;
use crate::trials::{Known, Row, Rows};

/// Names that a column may have, as [`plain`] writes them.
pub(super) type Names = &'static [&'static str];

/// Rows that are looked at to see which column names pictures.
const TRIED: usize = 2000;

/// Letters and digits of a name, in lower case: `Fixation point X (MCSpx)` is `fixationpointxmcspx`.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// True if a header has all these names.
pub(super) fn has_all(header: &[String], names: &[&str]) -> bool {
    let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
    names.iter().all(|name| plain.iter().any(|column| column == name))
}

/// The columns of a file.
pub(super) struct Columns<'a> {
    rows: &'a Rows<'a>,
    names: Vec<String>,
    plain: Vec<String>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(rows: &'a Rows<'a>) -> Columns<'a> {
        let names = rows.columns();
        let plain = names.iter().map(|name| plain(name)).collect();
        Columns { rows, names, plain }
    }

    /// The first column of these names that says anything in any row; else the first that is there.
    pub(super) fn named(&self, names: &[&str]) -> Option<String> {
        let found = |name: &&str| self.plain.iter().position(|column| column == name).and_then(|at| self.names.get(at));
        let all: Vec<&String> = names.iter().filter_map(found).collect();
        let filled = |name: &&&String| self.rows.iter().any(|row| value(row, name).is_some());
        all.iter().find(filled).or(all.first()).map(|name| (**name).clone())
    }

    /// The column that the experiment file states in a field of `[human.columns]`, or else one of these names.
    pub(super) fn stated(&self, field: &str, stated: &str, default: &str, names: &[&str]) -> Result<Option<String>> {
        if self.names.iter().any(|name| name == stated) {
            return Ok(Some(stated.to_owned()));
        }
        if stated != default {
            return Err(self.absent(field, stated));
        }
        Ok(self.named(names))
    }

    /// True if most cells of a column repeat the one before.
    pub(super) fn repeats(&self, name: &str) -> bool {
        let cells: Vec<&str> = self.rows.iter().filter_map(|row| value(row, name)).collect();
        2 * cells.windows(2).filter(|pair| pair[0] == pair[1]).count() >= cells.len().max(1)
    }

    /// The error for a column that is not there.
    pub(super) fn absent(&self, field: &str, name: &str) -> Error {
        let text = self.rows.text;
        let line = text.before + 1;
        let known: Vec<&str> = self.names.iter().map(String::as_str).take(40).collect();
        Error::invalid(format!("there is no column called {name}; the columns are: {}", known.join(", ")))
            .at(format!("{}, line {line}", text.path.display()))
            .hint(format!("say what it is called: `{field} = \"...\"` in [human.columns]"))
    }

    /// The column of pictures: the stated one, else one of these names that holds known pictures, else the only column that does.
    pub(super) fn picture(&self, stated: &LookColumns, names: &[&str], known: &Known) -> Result<Option<String>> {
        let field = &stated.picture;
        let given = self.names.iter().any(|name| name == field);
        if given || *field != LookColumns::default().picture {
            return self.stated("picture", field, "picture", names);
        }
        let lookup = known.lookup();
        let holds = |name: &String| {
            let mut cells = self.rows.iter().take(TRIED).filter_map(|row| value(row, name));
            cells.any(|cell| lookup.picture(cell).is_some())
        };
        let candidates = names.iter().filter_map(|name| {
            let at = self.plain.iter().position(|column| column == name)?;
            self.names.get(at)
        });
        let candidates: Vec<&String> = candidates.collect();
        if let Some(found) = candidates.iter().find(|name| holds(name)) {
            return Ok(Some((**found).clone()));
        }
        let mut holding = self.names.iter().filter(|name| holds(name));
        match (holding.next(), holding.next()) {
            (Some(only), None) => Ok(Some(only.clone())),
            _ => Ok(candidates.first().map(|name| (**name).clone())),
        }
    }
}

/// What a column of a row says; EyeLink writes a point where there is nothing.
pub(super) fn value<'r>(row: Row<'r>, column: &str) -> Option<&'r str> {
    row.text(column).filter(|cell| *cell != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_their_letters_and_digits() {
        for name in ["Fixation point X (MCSpx)", "Fixation.point.X..MCSpx.", "fixation_point_x_mcspx"] {
            assert_eq!(plain(name), "fixationpointxmcspx");
        }
        assert!(has_all(&["CURRENT_FIX_X".into(), "b".into()], &["currentfixx"]));
    }
}
