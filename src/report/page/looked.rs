//! People whose maps come from fixations, clicks, painted masks or maps made elsewhere.

use crate::experiment::{Human, Source, Unit, Weight};
use crate::report::data::Data;
use crate::report::escape::escape;
use crate::report::number::{count, plural, short, two};

use super::table::{HtmlTable, or_dash};

/// How to read the figures of maps.
pub(super) const MAPS: &str = "Human map: where people looked or what they marked, mean over observers, beside its picture; there is no z, because \
                               no place is tested by itself. Networks: red speaks for the right class, blue against it; mean \
                               over weight seeds (and pictures, for the task), at the blur at which maps are compared. Each \
                               map has its own colour scale, from minus to plus its 99.5 % magnitude, so compare places and \
                               not strengths.";

/// What one look is called.
fn word(source: Source) -> &'static str {
    match source {
        Source::Fixations => "fixation",
        Source::Clicks => "click",
        Source::Masks => "mask",
        Source::Maps => "map",
    }
}

/// "15 observers, 5,432 fixations, 40 pictures."
pub(super) fn sentence(data: &Data, human: &Human) -> String {
    let people = &data.people;
    let looks: f64 = people.observers.iter().map(|observer| observer.trials).sum();
    format!(
        "{} with {} of {}. These maps say where people looked or what they marked: they are no classification images, and \
         whether anybody had a task is for the reader to know.",
        plural(people.observers.len(), "observer"),
        plural(looks as usize, word(human.source)),
        plural(people.pictures().len().max(data.material.pictures.len().min(1)), "picture"),
    )
}

/// How the maps were made.
pub(super) fn methods(data: &Data, human: &Human) -> String {
    let blur = data.people.index.iter().find_map(|row| row.number("blur_sd").ok().flatten()).unwrap_or(0.0);
    let weight = match human.weight {
        Weight::Equal => "each counts the same",
        Weight::Duration => "each counts as long as it lasted",
    };
    let first = if human.drop_first { "; the first of each observer at each picture is left out" } else { "" };
    let made = match human.source {
        Source::Fixations | Source::Clicks => format!(
            "densities: a Gaussian with a standard deviation of {} px at every {}, of unit sum over the picture; {weight}{first}",
            short(blur),
            word(human.source)
        ),
        Source::Masks => format!("painted masks, 1 where painted, blurred by {} px", short(blur)),
        Source::Maps => format!("maps made elsewhere, taken as they are, with a blur of {} px in them", short(blur)),
    };
    format!(
        "<p>Human maps are {made}. The map of the group is the mean over observers. Every sharper network map is brought to their \
         blur before it is compared. Maps are in {} coordinates. Scores follow Kar, Kornblith &amp; Fedorenko (2022): human noise \
         and noise between weight seeds are two ceilings, and intervals resample pictures, observers and seeds together.</p>\n",
        data.material.file.coordinates.name()
    )
}

/// The section on people.
pub(super) fn section(data: &Data, human: &Human) -> String {
    let value = |unit: &str, quantity: &str| data.people.value(unit, "", quantity);
    let mut table = HtmlTable::new(&[("", false), ("", false)]);
    table.row(vec!["source".to_owned(), human.source.name().to_owned()]);
    table.row(vec!["observers".to_owned(), count(data.people.observers.len() as f64)]);
    for (quantity, words) in [
        ("looks", "taken"),
        ("first_looks_dropped", "first of a presentation, left out"),
        ("early_looks_dropped", "begun before the picture, left out"),
    ] {
        if let Some(number) = value("", quantity) {
            table.row(vec![format!("{} {words}", human.source.name()), count(number)]);
        }
    }
    for (reason, number) in &data.people.rejected {
        table.row(vec![format!("rejected: {}", escape(reason)), count(*number as f64)]);
    }
    let columns = [("unit", false), ("reliability over observers", true), ("observers for 0.5", true)];
    let mut reliability = HtmlTable::new(&columns);
    for unit in &data.material.file.compare {
        reliability.row(vec![
            unit.name().to_owned(),
            or_dash(value(unit.name(), "reliability_observers").map(two)),
            or_dash(value(unit.name(), "observers_for_reliability_half").map(|n| short(n.max(0.0)))),
        ]);
    }
    format!(
        "<section id=\"people\">\n<h2>People</h2>\n{}{}{}{}</section>\n",
        table.html(),
        reliability.html(),
        single_pictures(data, human),
        observers(data, human)
    )
}

fn single_pictures(data: &Data, human: &Human) -> String {
    if !data.material.file.compare.contains(&Unit::Picture) {
        return String::new();
    }
    let mut table = HtmlTable::new(&[("picture", false), (human.source.name(), true), ("observers", true)]);
    let pictures = data.people.pictures();
    for picture in &pictures {
        let value = |quantity: &str| or_dash(data.people.value("picture", picture, quantity).map(count));
        table.row(vec![escape(picture), value("trials"), value("observers")]);
    }
    format!("<details><summary>{}</summary>\n{}</details>\n", plural(pictures.len(), "picture"), table.html())
}

fn observers(data: &Data, human: &Human) -> String {
    let mut table = HtmlTable::new(&[("observer", false), (human.source.name(), true)]);
    for observer in &data.people.observers {
        table.row(vec![escape(&observer.name), count(observer.trials)]);
    }
    format!("<details><summary>every observer</summary>\n{}</details>\n", table.html())
}
