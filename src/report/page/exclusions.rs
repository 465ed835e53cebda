//! Which trials were left out by rule, and what that changes.

use crate::report::data::Data;
use crate::report::escape::escape;
use crate::report::number::{count, percent, short, two};
use crate::table::Row;

use super::table::{HtmlTable, or_dash};

/// The tables of rules; nothing where the experiment names none.
pub(super) fn section(data: &Data) -> String {
    if data.exclusions.rules.rows.is_empty() {
        return String::new();
    }
    format!(
        "<section id=\"exclusions\">\n<h2>Exclusions</h2>\n<p>Rules are applied in this order; each sees what those above \
         it left. Every excluded trial stands in exclusions/excluded.csv with its rule, the value found and the bound.</p>\n\
         {}{}</section>\n",
        rules(data),
        sensitivity(data)
    )
}

fn number(row: &Row, column: &str) -> Option<f64> {
    row.number(column).ok().flatten()
}

fn rules(data: &Data) -> String {
    let columns = [
        ("rule", false),
        ("parameters", false),
        ("trials excluded", true),
        ("of observers", true),
        ("not judged", false),
        ("trials left", true),
        ("observers left", true),
    ];
    let mut table = HtmlTable::new(&columns);
    for row in data.exclusions.rules.iter() {
        let cell = |column: &str| or_dash(number(&row, column).map(count));
        let unjudged = number(&row, "unjudged").filter(|number| *number > 0.0).map(|number| {
            format!("{} {}: {}", count(number), row.text("judges").unwrap_or(""), row.text("reason").unwrap_or(""))
        });
        table.row(vec![
            escape(row.text("rule").unwrap_or_default()),
            escape(row.text("parameters").unwrap_or_default()),
            cell("trials"),
            cell("observers"),
            escape(&unjudged.unwrap_or_default()),
            cell("trials_left"),
            cell("observers_left"),
        ]);
    }
    table.html()
}

fn sensitivity(data: &Data) -> String {
    let columns = [
        ("map of the task with", false),
        ("trials", true),
        ("observers", true),
        ("peak z", true),
        ("at row, column", false),
        ("pixels above the random field threshold", true),
        ("reliability over trials", true),
        ("over observers", true),
        ("correlation with the map used", true),
    ];
    let mut table = HtmlTable::new(&columns);
    for row in data.exclusions.sensitivity.iter() {
        let rule = row.text("rule").unwrap_or_default();
        let which = match row.text("rules").unwrap_or_default() {
            "none" => "no rule".to_owned(),
            "all" => "all rules (the map used)".to_owned(),
            "without" => format!("all rules but {rule}"),
            _ => format!("{rule} alone"),
        };
        let place = row.text("maximum_row").zip(row.text("maximum_column")).map(|(r, c)| format!("{r}, {c}"));
        table.row(vec![
            escape(&which),
            or_dash(number(&row, "trials").map(count)),
            or_dash(number(&row, "observers").map(count)),
            or_dash(number(&row, "maximum_z").map(short)),
            or_dash(place),
            or_dash(number(&row, "share_above_random_field").map(percent)),
            or_dash(number(&row, "reliability_trials").map(two)),
            or_dash(number(&row, "reliability_observers").map(two)),
            or_dash(number(&row, "correlation").map(two)),
        ]);
    }
    table.html()
}
