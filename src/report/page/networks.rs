//! The networks: whether they can do the task, and with how many bubbles.

use crate::report::data::{Count, Data, Network};
use crate::report::escape::escape;
use crate::report::number::{count, percent};

use super::table::{HtmlTable, or_dash};

/// The table of networks; nothing where there are none.
pub(super) fn section(data: &Data) -> String {
    if data.networks.is_empty() {
        return String::new();
    }
    let columns = [
        ("model", false),
        ("seed", true),
        ("right on unmasked pictures", true),
        ("chance", true),
        ("bubbles needed", true),
        ("", false),
    ];
    let mut table = HtmlTable::new(&columns);
    let mut model = None;
    let mut targets: Vec<String> = Vec::new();
    for network in &data.networks {
        let new_model = model != Some(&network.model);
        let found = bubbles(data, network);
        targets.extend(found.map(|found| percent(found.target)).filter(|target| !targets.contains(target)));
        let cells = vec![
            if new_model { escape(&network.model) } else { String::new() },
            escape(&network.seed),
            format!("{} ({} of {})", percent(network.accuracy), count(network.right), count(network.pictures)),
            percent(network.chance),
            or_dash(found.map(|found| match found.reached {
                true => format!("{} ({} right)", count(found.count), percent(found.accuracy)),
                false => format!("not reached ({} right)", percent(found.accuracy)),
            })),
            if network.may_guess() { "<strong>not above chance</strong>".to_owned() } else { String::new() },
        ];
        if new_model && model.is_some() {
            table.apart(cells)
        } else {
            table.row(cells)
        }
        model = Some(&network.model);
    }
    let note = format!(
        "<p class=\"note\">Bubbles needed: with how many bubbles the network is right on {} of masked pictures.</p>\n",
        targets.join(" or ")
    );
    let note = if targets.is_empty() { String::new() } else { note };
    format!("<section id=\"networks\">\n<h2>Networks</h2>\n{}{}{note}</section>\n", varied(data), table.html())
}

fn bubbles<'a>(data: &'a Data, network: &Network) -> Option<&'a Count> {
    let of_model = data.saliency.iter().filter(|group| group.model == network.model);
    of_model.flat_map(|group| &group.counts).find(|count| count.seed == network.seed)
}

/// What differs between weight seeds, models of which the same is told together.
fn varied(data: &Data) -> String {
    let mut told: Vec<(&str, Vec<String>)> = Vec::new();
    for model in data.material.file.model.iter().filter(|model| !model.varied.is_empty()) {
        match told.iter_mut().find(|(varied, _)| *varied == model.varied) {
            Some((_, names)) => names.push(escape(&model.name)),
            None => told.push((&model.varied, vec![escape(&model.name)])),
        }
    }
    let sentence = |(varied, names): &(&str, Vec<String>)| {
        format!("<p>What differs between the weight seeds of {}: {}.</p>\n", names.join(" and of "), escape(varied))
    };
    told.iter().map(sentence).collect()
}
