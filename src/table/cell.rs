//! Cells that a spreadsheet would run as formulas: those that begin with `=`, `+`, `-`, `@`, a tab or a carriage return and are
//! no numbers (OWASP, "CSV injection").
//!
//! They are written with an apostrophe in front, which makes them text in a spreadsheet. Reading takes one apostrophe off
//! again, and therefore a text that begins with apostrophes and such a character gets one more.

use std::borrow::Cow;

/// True where a spreadsheet would run a text.
pub fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A text as it is written into a table.
pub fn marked(text: &str) -> Cow<'_, str> {
    if runs(text) || is_marked(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell that was written by [`marked`].
pub fn unmarked(cell: &str) -> &str {
    if is_marked(cell) { &cell[1..] } else { cell }
}

fn is_marked(cell: &str) -> bool {
    cell.starts_with('\'') && cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_is_marked_and_every_text_comes_back() {
        for text in ["=1+1", "@x", "+a", "-a", "-", "\t=a", "\ra", "-1-1", "+inf", "'=a", "''=a", "'-1"] {
            let cell = marked(text);
            assert!(cell.starts_with('\'') && unmarked(&cell) == text, "{text:?} {cell:?}");
        }
        for text in ["", "a", "-1.5", "+3", "-1", "-2e-3", "'", "''", "'a", "o'=", "1=1", "a-b", "'tis"] {
            assert_eq!((&*marked(text), unmarked(text)), (text, text));
        }
    }
}
