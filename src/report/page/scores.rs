//! The table of scores, with the reasons of what is undefined as notes.

use crate::report::data::{Data, Score};
use crate::report::escape::escape;
use crate::report::number::{interval, p_value, plural, two};

use super::table::{HtmlTable, or_dash};

/// One table a unit and metric; metrics after the first are folded away.
pub(super) fn section(data: &Data) -> String {
    if data.scores.is_empty() {
        return String::new();
    }
    let mut html = String::from(
        "<section id=\"scores\">\n<h2>Scores</h2>\n<p>Raw: agreement of one network with the mean human map. Human ceiling: \
         reliability of that mean map over observers; its root is the most that raw can be expected to reach. Seed ceiling: \
         agreement between two weight seeds, whose root bounds the score of one network; for bubbles and rise it includes their \
         own random masks. Ratio: raw over the root of the human ceiling (r/√c). Ratio, both: with the noise \
         between seeds removed too, the agreement of what all seeds share (r/√(c c)). Over baseline: raw less that of the best \
         baseline on the same resamples, the headline; its note has p, corrected over all models and methods (Holm). Metrics that are no correlation have their index in \
         place of the ratio, and in place of the human ceiling what one half of the observers, or with fixations all others, reach \
         with the rest. Brackets hold 95 % \
         intervals; nothing is clipped.</p>\n",
    );
    let mut done: Vec<(&str, &str)> = Vec::new();
    for score in &data.scores {
        let pair = (score.unit.as_str(), score.metric.as_str());
        if done.contains(&pair) {
            continue;
        }
        let is_first = !done.iter().any(|(unit, _)| *unit == pair.0);
        done.push(pair);
        let heading = format!("unit {}, metric {}", escape(pair.0), escape(pair.1));
        let of: Vec<&Score> = data.scores.iter().filter(|s| (s.unit.as_str(), s.metric.as_str()) == pair).collect();
        let body = table(&of);
        html += &if is_first {
            format!("<h3>{heading}</h3>\n{body}")
        } else {
            format!("<details><summary>{heading}</summary>\n{body}</details>\n")
        };
    }
    html + "<p class=\"note\">All of this, with every quantity, is in <code>scores.csv</code> and <code>scores.parquet</code>.</p>\n</section>\n"
}

fn table(scores: &[&Score]) -> String {
    let columns = [
        ("model", false),
        ("method", false),
        ("raw", true),
        ("over baseline", true),
        ("human ceiling", true),
        ("seed ceiling", true),
        ("ratio", true),
        ("ratio, both", true),
    ];
    let mut table = HtmlTable::new(&columns);
    let mut notes = Notes::default();
    let mut sorted = scores.to_vec();
    sorted.sort_by_key(|score| (score.is_of_no_network(), score.model.clone(), score.method.clone()));
    let mut model = None;
    for score in sorted {
        let shown = |name: &str, notes: &mut Notes| {
            // What bounds a counterpart stands in the row of the map that it belongs to.
            let left_out = match (score.is_of_no_network(), score.is_baseline()) {
                (true, _) => ["over_baseline", "seed_ceiling", "ratio_both"].contains(&name),
                (false, counterpart) => counterpart && name != "raw",
            };
            if left_out {
                return String::new();
            }
            cell(score, name, notes)
        };
        let new_model = model != Some(&score.model);
        let mut method = match score.counterpart.as_str() {
            "" => escape(&score.method),
            counterpart => format!("<span class=\"counterpart\">{}</span>", escape(counterpart)),
        };
        let left_out = left_out(score);
        if !left_out.is_empty() {
            method += &notes.mark(&left_out);
        }
        let mut cells = vec![if new_model { escape(&score.model) } else { String::new() }, method];
        cells.extend(
            ["raw", "over_baseline", "human_ceiling", "seed_ceiling", "ratio", "ratio_both"]
                .map(|name| shown(name, &mut notes)),
        );
        if new_model && model.is_some() {
            table.apart(cells)
        } else {
            table.row(cells)
        }
        model = Some(&score.model);
    }
    format!("{}{}{}", table.html(), notes.html(), levels(scores))
}

/// What stands in a column: the quantity of its name, or what metrics that are no correlation have in its place.
fn instead(name: &str) -> &'static [&'static str] {
    match name {
        "human_ceiling" => &["human_leave_one_out", "human_half"],
        "seed_ceiling" => &["seed_pair"],
        "ratio" => &["index"],
        _ => &[],
    }
}

fn cell(score: &Score, name: &str, notes: &mut Notes) -> String {
    let names = || std::iter::once(name).chain(instead(name).iter().copied());
    let quantity = names().map(|name| score.quantity(name)).find(|found| !found.name.is_empty()).unwrap_or_default();
    let over = || Some(format!("over {}, {}", quantity.baseline.as_deref()?, p_value(quantity.adjusted?)));
    let reason = quantity.undefined.clone().or_else(over);
    let mark = reason.map(|reason| notes.mark(&reason)).unwrap_or_default();
    match (quantity.value, quantity.limits) {
        (Some(value), Some(limits)) => {
            format!("{} <span class=\"limits\">{}</span>{mark}", two(value), interval(limits))
        }
        (Some(value), None) => format!("{}{mark}", two(value)),
        (None, _) if mark.is_empty() => or_dash(None),
        (None, _) => format!("<span class=\"undefined\">undefined</span>{mark}"),
    }
}

fn left_out(score: &Score) -> String {
    let side = |number: usize, whose: &str| {
        (number > 0).then(|| format!("{} left out, because constant or missing", plural(number, whose)))
    };
    let [human, model] = score.left_out;
    let parts: Vec<String> = [side(human, "human map"), side(model, "network map")].into_iter().flatten().collect();
    parts.join("; ")
}

/// How many pictures, observers and seeds each model was compared on.
fn levels(scores: &[&Score]) -> String {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for score in scores.iter().filter(|score| !score.is_baseline()) {
        let observers = plural(score.observers, "observer");
        let sizes =
            format!("{}, {observers}, {}", plural(score.pictures, "picture"), plural(score.seeds, "weight seed"));
        let model = escape(&score.model);
        match told.iter_mut().find(|(known, _)| *known == sizes) {
            Some((_, models)) if !models.contains(&model) => models.push(model),
            Some(_) => {}
            None => told.push((sizes, vec![model])),
        }
    }
    let parts: Vec<String> = told.iter().map(|(sizes, models)| format!("{}: {sizes}", models.join(", "))).collect();
    format!("<p class=\"note\">{}.</p>\n", parts.join("; "))
}

/// Reasons under letters, each once.
#[derive(Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    pub(super) fn mark(&mut self, reason: &str) -> String {
        let at = self.0.iter().position(|known| known == reason).unwrap_or_else(|| {
            self.0.push(reason.to_owned());
            self.0.len() - 1
        });
        format!("<sup>{}</sup>", letter(at))
    }

    pub(super) fn html(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let note = |(at, reason): (usize, &String)| {
            format!("<li><sup>{}</sup> {}</li>\n", letter(at), escape(&with_minus(reason)))
        };
        format!("<ul class=\"notes\">\n{}</ul>\n", self.0.iter().enumerate().map(note).collect::<String>())
    }
}

/// Hyphens before digits as minus signs.
fn with_minus(text: &str) -> String {
    let is_sign = |at: usize| {
        !text[..at].ends_with(char::is_alphanumeric) && text[at + 1..].starts_with(|next: char| next.is_ascii_digit())
    };
    text.char_indices().map(|(at, c)| if c == '-' && is_sign(at) { '\u{2212}' } else { c }).collect()
}

/// a, b, ... z, aa, ab, ...
fn letter(at: usize) -> String {
    let last = char::from(b'a' + (at % 26) as u8);
    if at < 26 { last.to_string() } else { format!("{}{last}", letter(at / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_given_twice_is_one_note() {
        let mut notes = Notes::default();
        assert_eq!(
            (notes.mark("x"), notes.mark("<y>"), notes.mark("x")),
            ("<sup>a</sup>".into(), "<sup>b</sup>".into(), "<sup>a</sup>".into())
        );
        assert!(notes.html().contains("&lt;y&gt;"));
        assert_eq!((letter(25), letter(26), letter(53)), ("z".into(), "aa".into(), "bb".into()));
    }
}
