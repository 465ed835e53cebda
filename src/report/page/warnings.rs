//! What a reader must know before believing a number.

use crate::experiment::Nuisance;
use crate::report::data::{Data, Observer};
use crate::report::escape::escape;
use crate::report::number::{percent, plural, two};
use crate::score::WARNINGS;
use crate::stats::guessing::below_chance;

/// Observers that a warning names.
const MOST_NAMED: usize = 10;

/// The box of warnings; nothing where there are none.
pub(super) fn section(data: &Data) -> String {
    let found = [people(data), networks(data), scores(data), circumstances(data)].concat();
    if found.is_empty() {
        return String::new();
    }
    let items: String = found.iter().map(|text| format!("<li>{text}</li>\n")).collect();
    format!("<div class=\"warnings\" id=\"warnings\"><strong>Before you read on</strong>\n<ul>\n{items}</ul></div>\n")
}

fn people(data: &Data) -> Vec<String> {
    let people = &data.people;
    let mut found = Vec::new();
    if people.answering().count() == 1 {
        found.push(
            "There is one observer. How far observers differ is unknown, so there is no human ceiling, and nothing here \
             generalises to other people."
                .to_owned(),
        );
    }
    for unit in &data.material.file.compare {
        if let Some(reliability) = people.value(unit.name(), "", "reliability_observers").filter(|r| *r <= 0.0) {
            found.push(format!(
                "The human map (unit {}) has a reliability of {}: observers do not agree with one another more than \
                 chance, so there is no ceiling to compare with.",
                unit.name(),
                two(reliability)
            ));
        }
    }
    let nuisances = &data.material.file.classification.nuisances;
    if data.material.file.human.is_none()
        && !nuisances.contains(&Nuisance::BubbleCount)
        && data.material.file.design.as_ref().is_none_or(|d| d.count.target.is_some())
    {
        found.push(
            "The number of bubbles is not removed from the answers. Where it follows the answers, the human map is raised \
             everywhere and its reliability is overstated."
                .to_owned(),
        );
    }
    if let Some(human) = &data.material.file.human {
        found.push(format!(
            "The human maps come from {}. Where people had no task, or another one than the networks, agreement says that both \
             favour the same places, not why they do; the baseline at the centre of the picture is the least to beat.",
            human.source.name()
        ));
    }
    let accuracy =
        |one: &Observer| Some((one.name.clone(), (one.accuracy? * one.answers).round() as u64, one.answers as u64));
    if data.material.file.human.is_none() && data.material.file.classification.response == "accuracy" {
        let observers: Vec<(String, u64, u64)> = people.observers.iter().filter_map(accuracy).collect();
        for text in below_chance(&observers, data.material.file.pictures.class.len()) {
            let mut letters = text.chars();
            let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
            found.push(format!(
                "{}. Where it is, the sign of the maps is reversed too.",
                escape(&(first + letters.as_str()))
            ));
        }
    }
    let silent: Vec<&str> = people.silent().map(|one| one.name.as_str()).collect();
    if !silent.is_empty() {
        let who = silent.iter().take(MOST_NAMED).map(|name| escape(name)).collect::<Vec<_>>().join(", ");
        let more = if silent.len() > MOST_NAMED { ", …" } else { "" };
        let have = if silent.len() == 1 { "has" } else { "have" };
        found.push(format!(
            "{} ({who}{more}) {have} trials and no answer that could be used. They are in no map and no reliability.",
            plural(silent.len(), "observer")
        ));
    }
    let rejected: usize = people.rejected.iter().map(|(_, number)| number).sum();
    if rejected > 0 {
        let rows = plural(rejected, "row");
        let files = data.material.file.human.as_ref().map_or("the trial files", |_| "the files of [human]");
        found.push(format!("{rows} of {files} were rejected; the reasons stand under <a href=\"#people\">People</a>."));
    }
    found
}

fn networks(data: &Data) -> Vec<String> {
    let mut found = Vec::new();
    for model in data.models() {
        let seeds = data.saliency.iter().filter(|group| group.model == model).map(|group| group.seeds().len()).max();
        if seeds == Some(1) {
            found.push(format!(
                "{} has one weight seed. What differs between trainings is unknown: there is no seed ceiling, and its \
                 intervals hold for this one network.",
                escape(model)
            ));
        }
    }
    for model in data.models() {
        let guessing = data.networks.iter().filter(|network| network.model == model && network.may_guess());
        let seeds: Vec<String> =
            guessing.clone().map(|one| format!("{} ({} right)", escape(&one.seed), percent(one.accuracy))).collect();
        if let Some(network) = guessing.clone().next() {
            found.push(format!(
                "On unmasked pictures, {} is not above chance ({}) with weight seed {}. These networks are in every score of {} \
                 all the same. Check the order of its classes, its channels, range, mean and sd, or leave these seeds out.",
                escape(model),
                percent(network.chance),
                seeds.join(", "),
                escape(model)
            ));
        }
    }
    for group in &data.saliency {
        let missed = group.counts.iter().filter(|count| !count.reached).count();
        if missed > 0 {
            found.push(format!(
                "{} by {}: {} of {} did not reach the target accuracy at any number of bubbles.",
                escape(&group.model),
                escape(&group.method),
                missed,
                plural(group.counts.len(), "network")
            ));
        }
    }
    found
}

/// Warnings of single scores that nothing above says already, each with the scores that it concerns.
fn circumstances(data: &Data) -> Vec<String> {
    let said = ["SingleObserver", "SingleSeed"];
    WARNINGS
        .iter()
        .filter(|row| !said.contains(&row.name))
        .filter_map(|row| {
            let of = data.scores.iter().filter(|score| score.warnings.iter().any(|name| name == row.name));
            let number = of.count();
            (number > 0).then(|| format!("{} ({}): {}.", row.name, plural(number, "score"), escape(row.description)))
        })
        .collect()
}

fn scores(data: &Data) -> Vec<String> {
    let above = data.scores.iter().filter(|score| !score.is_baseline()).filter(|score| {
        ["ratio", "ratio_both"].iter().any(|name| score.quantity(name).value.is_some_and(|value| value > 1.0))
    });
    let number = above.count();
    if number == 0 {
        return Vec::new();
    }
    let are = if number == 1 { "is" } else { "are" };
    vec![format!(
        "{} to a ceiling {are} above 1. That is no better-than-perfect agreement: the ceiling is itself an estimate with noise, \
         and where it comes out low, or where the network's map happens to be smoother than the maps that make the ceiling, the \
         quotient passes 1. It is left as it is; read its interval.",
        plural(number, "ratio")
    )]
}
