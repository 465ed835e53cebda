//! How far networks behave as their maps say, as means over pictures, with the controls below each model.

use crate::faithfulness::{Better, FAITHFULNESS, Measure};
use crate::report::data::{Data, Judged};
use crate::report::escape::escape;
use crate::report::number::{interval, plural, two};
use crate::stats::mean::mean_interval;

use super::scores::Notes;
use super::table::{HtmlTable, or_dash};

/// One table a measure; those after the first are folded away. Nothing where nothing was judged.
pub(super) fn section(data: &Data) -> String {
    if data.faithfulness.is_empty() {
        return String::new();
    }
    let seeds = data.material.file.faithfulness.seeds;
    let mut html = format!(
        "<section id=\"faithfulness\">\n<h2>Faithfulness</h2>\n<p>These numbers come without people: each network was asked again \
         about changed pictures, or each method about a changed picture or network. Means over pictures, after the mean over {} \
         of each model; brackets hold 95 % t intervals over pictures. Read every value beside the controls below it, which are maps \
         that know nothing of the network: a map that does no better than they do tells nothing about it.</p>\n",
        if seeds == 1 {
            "the first weight seed".to_owned()
        } else {
            format!("the first {seeds} weight seeds, or fewer,")
        },
    );
    let judged =
        |measure: &Measure| data.faithfulness.iter().filter(|one| one.metric == measure.name).collect::<Vec<_>>();
    let tables = FAITHFULNESS.iter().map(|measure| (measure, judged(measure))).filter(|(_, of)| !of.is_empty());
    for (at, (measure, of)) in tables.enumerate() {
        let body = format!("<p class=\"note\">{}.</p>\n{}", escape(measure.description), table(measure, &of));
        html += &if at == 0 {
            format!("<h3>{}</h3>\n{body}", escape(measure.name))
        } else {
            format!("<details><summary>{}</summary>\n{body}</details>\n", escape(measure.name))
        };
    }
    html + "<p class=\"note\">Every picture is in <code>faithfulness.csv</code> and <code>faithfulness.parquet</code>.</p>\n</section>\n"
}

/// Model, whether its map is a control, method, and depth: the order of rows.
type RowKey<'a> = (&'a str, bool, &'a str, Option<(usize, usize)>);

/// A row a model, method and depth; a column a quantity.
fn table(measure: &Measure, judged: &[&Judged]) -> String {
    let in_depth = judged.iter().any(|one| one.layers.is_some());
    let mut columns = vec![("model", false), ("method", false)];
    if in_depth {
        columns.push(("random layers", true));
    }
    columns.extend(measure.quantities.iter().map(|quantity| (quantity.name, true)));
    columns.push(("pictures", true));
    let mut table = HtmlTable::new(&columns);
    let mut notes = Notes::default();
    let mut keys: Vec<RowKey> = Vec::new();
    for one in judged {
        let key = (one.model.as_str(), one.is_control(), one.method.as_str(), one.layers);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.sort();
    for (at, &(model, _, method, layers)) in keys.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| keys[before]);
        let new_model = before.is_none_or(|before| before.0 != model);
        let new_method = new_model || before.is_none_or(|before| before.2 != method);
        let shown = |new: bool, name: &str| if new { escape(name) } else { String::new() };
        let mut cells = vec![shown(new_model, model), shown(new_method, method)];
        if in_depth {
            cells.push(or_dash(layers.map(|(drawn, of)| format!("{drawn} of {of}"))));
        }
        let find = |name: &str| {
            let same = |one: &&&Judged| {
                (one.model.as_str(), one.method.as_str(), one.layers, one.quantity.as_str())
                    == (model, method, layers, name)
            };
            judged.iter().find(same).copied()
        };
        let found: Vec<Option<&Judged>> = measure.quantities.iter().map(|quantity| find(quantity.name)).collect();
        cells.extend(found.iter().map(|one| or_dash(one.map(|one| cell(one, &mut notes)))));
        let pictures = found.iter().flatten().map(|one| one.values.len()).max().unwrap_or(0);
        cells.push(pictures.to_string());
        if new_model && at > 0 { table.apart(cells) } else { table.row(cells) }
    }
    format!("{}{}{}", table.html(), notes.html(), orientation(measure))
}

fn cell(judged: &Judged, notes: &mut Notes) -> String {
    let marks: String = judged
        .reasons
        .iter()
        .map(|(reason, number)| notes.mark(&format!("undefined for {}: {reason}", plural(*number, "map"))))
        .collect();
    match mean_interval(&judged.by_picture()) {
        None => format!("<span class=\"undefined\">undefined</span>{marks}"),
        Some((mean, None)) => format!("{}{marks}", two(mean)),
        Some((mean, Some(limits))) => {
            format!("{} <span class=\"limits\">{}</span>{marks}", two(mean), interval(limits))
        }
    }
}

/// "area: lower is better."
fn orientation(measure: &Measure) -> String {
    let told = |better: Better| {
        let names: Vec<&str> =
            measure.quantities.iter().filter(|one| one.better == better).map(|one| one.name).collect();
        (!names.is_empty()).then(|| format!("{}: {} is better", names.join(", "), better.name()))
    };
    let parts: Vec<String> = [Better::Higher, Better::Lower, Better::NearZero].into_iter().filter_map(told).collect();
    format!("<p class=\"note\">{}. Source: {}.</p>\n", escape(&parts.join("; ")), escape(measure.source))
}
