//! The page: warnings and a summary first, then figures, tables, methods and where everything comes from.

mod exclusions;
mod faithfulness;
mod looked;
mod methods;
mod networks;
mod people;
mod scores;
mod summary;
mod table;
mod warnings;

use super::Drawn;
use super::data::Data;
use super::escape::escape;

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub(super) fn page(data: &Data, drawn: &[Drawn]) -> String {
    let title = escape(&data.material.file.title);
    let parts = [
        simulated(data),
        summary::section(data),
        warnings::section(data),
        figures(data, drawn),
        scores::section(data),
        faithfulness::section(data),
        networks::section(data),
        people::section(data),
        exclusions::section(data),
        methods::section(data),
        provenance(data),
    ];
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"kicker\">bubblescope report</p>\n\
         <h1>{title}</h1>\n</header>\n{}\n</main>\n</body>\n</html>\n",
        parts.concat()
    )
}

/// Whether the answers were made by a computer.
fn is_simulated(data: &Data) -> bool {
    data.people.simulated || (data.material.file.simulation.is_some() && data.material.file.import.is_none())
}

fn simulated(data: &Data) -> String {
    if !is_simulated(data) {
        return String::new();
    }
    "<p class=\"band simulated\"><strong>SIMULATED OBSERVERS:</strong> these data were made by a computer that looks for a \
     known template. They test the method and say nothing about people. Wherever this page says people, observers or \
     human, read simulated observers.</p>\n"
        .to_owned()
}

fn figures(data: &Data, drawn: &[Drawn]) -> String {
    let looked = data.material.file.human.is_some();
    let figure = |(at, one): (usize, &Drawn)| {
        let before = drawn[..at].iter().find(|other| other.figure.description == one.figure.description);
        let description = match before {
            Some(before) => format!("To be read like “{}” above.", before.figure.title),
            None if looked && one.figure.name.starts_with("maps_") => looked::MAPS.to_owned(),
            None => one.figure.description.to_owned(),
        };
        format!(
            "<figure id=\"{name}\">\n<h2>{}</h2>\n{}<figcaption>{} <span class=\"files\">figures/{name}.svg, .png</span>\
             </figcaption>\n</figure>\n",
            escape(one.figure.title),
            one.svg,
            escape(&description),
            name = one.figure.name,
        )
    };
    drawn.iter().enumerate().map(figure).collect()
}

fn provenance(data: &Data) -> String {
    format!(
        "<section id=\"provenance\">\n<h2>Provenance</h2>\n<p>Made by bubblescope {} with seed {}. The same inputs and \
         settings give the same numbers. The record below names the version, every setting, and the SHA-256 of every \
         input.</p>\n<details><summary>run.toml</summary>\n<pre>{}</pre>\n</details>\n</section>\n",
        env!("CARGO_PKG_VERSION"),
        data.material.file.seed,
        escape(data.material.record)
    )
}
