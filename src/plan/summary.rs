//! The answer in a few lines.

use std::fmt::Write;

use super::{Answer, Estimate, Resized, Setting, Source};

/// What the summary says of the experiment.
#[derive(Debug, Clone)]
pub struct Heading {
    /// Name of the experiment.
    pub experiment: String,
    /// Pictures that get a map of their own; 0 where there is one map for the task only.
    pub pictures: usize,
}

/// How many trials and observers, as text for a person.
pub fn summary(setting: &Setting, heading: &Heading, answers: &[Answer]) -> String {
    let mut text = format!(
        "How many trials does {} need? Family-wise error rate {}, one-sided; {}.\n",
        heading.experiment,
        setting.alpha,
        match setting.per_observer {
            Some(trials) => format!("{trials} trials an observer"),
            None => "trials an observer: not given (plan.trials_per_observer)".to_owned(),
        }
    );
    answers.iter().for_each(|answer| section(setting, answer, &mut text));
    if heading.pictures > 0 {
        let _ = write!(
            text,
            "\nThese are the trials of one map. Where each of the {0} pictures has its own, each needs as many: {0} times as \
             many in all.\n",
            heading.pictures
        );
    }
    text
}

fn section(setting: &Setting, answer: &Answer, text: &mut String) {
    let (correlation, criterion) = (range(answer.correlation, |r| format!("{r:.3}")), answer.criterion);
    let from = match answer.source {
        Source::Correlation => format!("From the correlation {correlation}, of one diagnostic pixel"),
        Source::Template => {
            format!("From the SIMULATED observers of [simulation]: correlation at the peak {correlation}")
        }
        Source::Pilot => format!(
            "From the pilot: correlation at the peak {correlation}, chosen in one half of the trials and measured in the other"
        ),
    };
    let _ = writeln!(
        text,
        "\n{from}.\n  Pixel test: z above {:.2}. Cluster test: at least {:.0} px above z {}.",
        criterion.pixel,
        criterion.extent.ceil().max(1.0),
        criterion.cluster
    );
    let simulated = match answer.source {
        Source::Pilot => "drawn from the pilot",
        _ => "SIMULATED",
    };
    let power = format!("power {}", setting.power);
    let needed = [
        (format!("{power} at the peak, pixel test (formula)"), answer.needed.formula),
        (format!("{power}, pixel test ({simulated})"), answer.needed.pixel),
        (format!("{power}, cluster test ({simulated})"), answer.needed.cluster),
        (format!("reliability {} of the map (formula)", setting.reliability), answer.needed.reliability),
    ];
    let _ = writeln!(text, "  {:<50} {:>28}  observers", "", "trials [95 %]");
    for (at, (what, trials)) in needed.iter().enumerate() {
        let largest = answer.rungs.last().map(|rung| rung.trials).filter(|_| at == 1 || at == 2);
        let said = match (trials.value, largest) {
            (None, Some(most)) => format!("more than {most}"),
            (None, None) if at == 1 || at == 2 => "not simulated".to_owned(),
            (None, None) => "cannot be told".to_owned(),
            _ => range(*trials, whole),
        };
        let observers = trials.value.and_then(|trials| setting.observers(trials)).map_or("-".to_owned(), whole);
        let _ = writeln!(text, "  {what:<50} {said:>28}  {observers:>9}");
    }
    if answer.correlation.value.is_none_or(|correlation| correlation <= 0.0) {
        text.push_str("  No place keeps a positive correlation, so no number of trials is enough to find one.\n");
    }
    if let Some(half) = answer.half.value {
        let _ = writeln!(text, "  A map of n trials has the reliability n / (n + {}).", whole(half));
    }
    if answer.sizes.len() > 1 {
        sizes(setting, &answer.sizes, text);
    }
}

fn sizes(setting: &Setting, sizes: &[Resized], text: &mut String) {
    let _ =
        writeln!(text, "  Other bubbles (SIMULATED; trials for power {} at the peak, by the formula):", setting.power);
    let _ = writeln!(text, "  bubble sd   bubbles   correct   correlation   threshold   trials [95 %]");
    for size in sizes {
        let _ = writeln!(
            text,
            "  {:>6.1} px {:>9.1} {:>8.0} % {:>13} {:>11.2}   {}",
            size.bubble_sd,
            size.bubbles,
            100.0 * size.correct,
            size.correlation.value.map_or("-".to_owned(), |r| format!("{r:.3}")),
            size.threshold,
            if size.trials.value.is_some() { range(size.trials, whole) } else { "cannot be told".to_owned() }
        );
    }
}

/// "1196 [1100, 1300]", or only what there is of it.
fn range(estimate: Estimate, say: impl Fn(f64) -> String) -> String {
    let Some(value) = estimate.value else { return "unknown".to_owned() };
    match (estimate.lower, estimate.upper) {
        (Some(lower), Some(upper)) => format!("{} [{}, {}]", say(value), say(lower), say(upper)),
        (Some(lower), None) => format!("{} [{}, no end]", say(value), say(lower)),
        _ => say(value),
    }
}

/// A number of trials, rounded up.
fn whole(value: f64) -> String {
    format!("{:.0}", value.ceil())
}
