//! A table of the page.

use std::fmt::Write;

use crate::report::escape::escape;

/// Cells of HTML (already escaped), with a class for columns of numbers.
pub(super) struct HtmlTable {
    head: Vec<(&'static str, bool)>,
    rows: Vec<(bool, Vec<String>)>,
}

impl HtmlTable {
    /// Names of the columns (all empty: no heading); `true` where the column holds numbers.
    pub fn new(head: &[(&'static str, bool)]) -> HtmlTable {
        HtmlTable { head: head.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; one cell a column.
    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.head.len());
        self.rows.push((false, cells));
    }

    /// Adds a row that is set apart from those before.
    pub fn apart(&mut self, cells: Vec<String>) {
        self.row(cells);
        if let Some(row) = self.rows.last_mut() {
            row.0 = true;
        }
    }

    pub fn html(&self) -> String {
        let class = |is_number: bool| if is_number { " class=\"number\"" } else { "" };
        let named: Vec<&str> = self.head.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
        let label = if named.is_empty() { "table".to_owned() } else { format!("table of {}", named.join(", ")) };
        // A box that may scroll is reached by keyboard.
        let mut html = format!("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">", escape(&label));
        if self.head.iter().all(|(name, _)| name.is_empty()) {
            html.push_str("<table class=\"facts\">\n<tbody>\n");
        } else {
            html.push_str("<table>\n<thead><tr>");
            for (name, is_number) in &self.head {
                let _ = write!(html, "<th{}>{name}</th>", class(*is_number));
            }
            html.push_str("</tr></thead>\n<tbody>\n");
        }
        for (apart, cells) in &self.rows {
            html.push_str(if *apart { "<tr class=\"apart\">" } else { "<tr>" });
            for (cell, (_, is_number)) in cells.iter().zip(&self.head) {
                let _ = write!(html, "<td{}>{cell}</td>", class(*is_number));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody>\n</table></div>\n");
        html
    }
}

/// A dash where there is nothing.
pub(super) fn or_dash(value: Option<String>) -> String {
    value.unwrap_or_else(|| "–".to_owned())
}
