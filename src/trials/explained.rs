//! How a file was understood, for the person who has to believe it.

use std::path::Path;

use super::imported::by_reason;
use super::{Format, Imported, Rejected};
use crate::table::number;

/// Reasons shown, and keys shown.
const MOST: usize = 12;

/// A block of text: platform, encoding, rows, why rows are no trials, unit of times, keys, and how trials met the design.
pub fn explained(path: &Path, format: &Format, imported: &Imported) -> String {
    let reading = &imported.reading;
    let mut text = format!("{}\n", path.display());
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<9} {value}\n"));
    let version = reading.version.as_ref().map_or(String::new(), |version| format!(" ({version})"));
    line("format", &format!("{}{version}, told by {}", format.name, format.told_by));
    line("written", &reading.written);
    let counted = [
        counted(imported.trials.len(), "trial"),
        format!("{} left out", imported.left_out.len()),
        format!("{} rejected", imported.rejected.len()),
    ];
    line("rows", &format!("{}: {}", reading.rows, counted.join(", ")));
    for (what, rows) in [
        ("left out", &imported.left_out),
        ("rejected", &imported.rejected),
        ("taken without a value", &imported.unread),
    ] {
        reasons(rows).iter().for_each(|reason| line("", &format!("{what}: {reason}")));
    }
    let median = reading
        .median
        .map_or(String::new(), |median| format!(" (median {} ms)", number((median * 10.0).round() / 10.0)));
    line("times", &format!("{}{median}", reading.unit));
    if !reading.keys.is_empty() {
        let mut keys: Vec<String> =
            reading.keys.iter().take(MOST).map(|((key, class), count)| meaning(key, class, *count)).collect();
        if reading.keys.len() > MOST {
            keys.push(format!("and {} more", reading.keys.len() - MOST));
        }
        line("keys", &keys.join(", "));
    }
    if imported.silent > 0 {
        line("silent", &format!("{} without an answer", counted_of(imported.silent)));
    }
    if imported.disagreeing > 0 {
        line(
            "verdict",
            &format!(
                "{} marked otherwise than response and class say; the response counts",
                counted_of(imported.disagreeing)
            ),
        );
    }
    let joined: Vec<String> = reading.joined.iter().map(|(by, count)| format!("{count} {by}")).collect();
    line("joined", &joined.join(", "));
    reading.notes.iter().for_each(|note| line("note", note));
    reading.warnings.iter().for_each(|warning| line("warning", warning));
    text
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn counted_of(count: usize) -> String {
    counted(count, "trial")
}

fn meaning(key: &str, class: &str, count: usize) -> String {
    if key == class { format!("{key} x {count}") } else { format!("{key} = {class} x {count}") }
}

/// The commonest reasons, each with its count, and the first row it has.
fn reasons(rows: &[Rejected]) -> Vec<String> {
    let counts = by_reason(rows);
    let mut lines: Vec<String> =
        counts.iter().take(MOST).map(|(reason, count)| format!("{count} x {reason}")).collect();
    let rest = counts.iter().skip(MOST).map(|(_, count)| count).sum::<usize>();
    if rest > 0 {
        lines.push(format!("{rest} x other reasons"));
    }
    lines
}
