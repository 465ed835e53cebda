//! `plan.csv`: one row, one number; what has no value is empty.

use super::{Answer, Estimate, Setting, Share, Source, power, reliability};
use crate::table::{Table, number, number_or_empty};

/// Every number of the answers: source, quantity, condition, value, lower, upper, method.
pub fn table(setting: &Setting, answers: &[Answer]) -> Table {
    let mut table = Table::new(&["source", "quantity", "condition", "value", "lower", "upper", "method"]);
    for answer in answers {
        rows(setting, answer, &mut table);
    }
    table
}

fn rows(setting: &Setting, answer: &Answer, table: &mut Table) {
    let mut add = |quantity: &str, condition: &str, estimate: Estimate, method: &str| {
        table.push([
            answer.source.name().to_owned(),
            quantity.to_owned(),
            condition.to_owned(),
            number_or_empty(estimate.value),
            number_or_empty(estimate.lower),
            number_or_empty(estimate.upper),
            method.to_owned(),
        ]);
    };
    let simulated = answer.source.simulated();
    let alpha = format!("alpha {}", number(setting.alpha));
    let measured = match answer.source {
        Source::Correlation => "given",
        Source::Template => simulated,
        Source::Pilot => "chosen in one half, measured in the other",
    };
    add("peak_correlation", "", answer.correlation, measured);
    add("pixel_threshold", &alpha, Estimate::exact(answer.criterion.pixel), "random field");
    let above = format!("{alpha}, z above {}", number(answer.criterion.cluster));
    add("cluster_extent_px", &above, Estimate::exact(answer.criterion.extent), "random field");
    let reliable = if answer.source == Source::Correlation { "closed form" } else { "all splits" };
    add("half_reliability_trials", "", answer.half, reliable);
    let wanted = format!("power {}", number(setting.power));
    let needed = [
        ("pixel test at the peak", answer.needed.formula, "formula", &wanted),
        ("pixel test", answer.needed.pixel, simulated, &wanted),
        ("cluster test", answer.needed.cluster, simulated, &wanted),
        ("map", answer.needed.reliability, "formula", &format!("reliability {}", number(setting.reliability))),
    ];
    for (what, trials, method, wanted) in needed {
        let condition = format!("{what}, {wanted}");
        add("trials", &condition, trials, method);
        let observers = |trials: Option<f64>| setting.observers(trials?);
        let (value, lower, upper) = (observers(trials.value), observers(trials.lower), observers(trials.upper));
        add("observers", &condition, Estimate { value, lower, upper }, method);
    }
    for rung in &answer.rungs {
        let trials = format!("{} trials", rung.trials);
        let predicted = answer.correlation.value.map(|r| power(r, answer.criterion.pixel, rung.trials as f64));
        add("power_peak", &trials, Estimate { value: predicted, ..Estimate::default() }, "formula");
        for (quantity, share) in
            [("power_peak", rung.peak), ("power_pixel", rung.pixel), ("power_cluster", rung.cluster)]
        {
            add(quantity, &trials, share.into(), simulated);
        }
    }
    for agreement in &answer.agreement {
        let trials = format!("{} trials", number(agreement.trials));
        add("reliability", &trials, answer.half.reliability(agreement.trials), "formula");
        add("reliability", &trials, agreement.measured, answer.source.replicated());
    }
    for size in &answer.sizes {
        let condition = format!("bubble sd {} px", number(size.bubble_sd));
        add("bubbles", &condition, Estimate::exact(size.bubbles), simulated);
        add("correct", &condition, Estimate::exact(size.correct), simulated);
        add("peak_correlation", &condition, size.correlation, simulated);
        add("pixel_threshold", &condition, Estimate::exact(size.threshold), "random field");
        add("trials", &condition, size.trials, "formula");
    }
}

impl Source {
    /// How experiments of this source are made.
    fn simulated(self) -> &'static str {
        match self {
            Source::Correlation => "simulated maps",
            Source::Template => "SIMULATED observers",
            Source::Pilot => "drawn from the pilot",
        }
    }

    /// How the reliability is measured.
    fn replicated(self) -> &'static str {
        match self {
            Source::Correlation => "two simulated maps",
            Source::Template => "two SIMULATED experiments",
            Source::Pilot => "halves of the pilot",
        }
    }
}

impl Estimate {
    /// Reliability of so many trials, where this is n₀: the more trials give one half, the lower it is.
    pub fn reliability(&self, trials: f64) -> Estimate {
        let at = |half: Option<f64>| half.map(|half| reliability(half, trials));
        Estimate { value: at(self.value), lower: at(self.upper), upper: at(self.lower) }
    }
}

impl From<Share> for Estimate {
    fn from(share: Share) -> Estimate {
        Estimate { value: Some(share.value), lower: Some(share.lower), upper: Some(share.upper) }
    }
}
