//! Tests of the largest value by permutation (Nichols & Holmes 2002): of z itself, and of z enhanced by the clusters it
//! stands in (Smith & Nichols 2009).

use ndarray::Array2;

use super::{Inference, Needs, Question, Verdict, beyond};
use crate::human::permutation::Extreme;
use crate::stats::quantile::critical;
use crate::stats::tfce::enhance;

pub(super) const PERMUTATION: Inference = Inference {
    name: "permutation",
    description: "pixels above the largest z of permuted answers",
    source: "Nichols & Holmes 2002, Human Brain Mapping 15:1; Freedman & Lane 1983",
    needs: Needs::Nothing,
    judge: |question| Ok(judge(question, question.z, |extreme| extreme.z, "z")),
};

pub(super) const TFCE: Inference = Inference {
    name: "tfce",
    description: "pixels above the largest value of permuted answers, z enhanced by the extent of its surroundings",
    source: "Smith & Nichols 2009, NeuroImage 44:83",
    needs: Needs::Enhancement,
    judge: |question| {
        let settings = &question.settings;
        let enhanced = enhance(question.z, question.region, settings.connectivity, settings.exponents);
        Ok(judge(question, &enhanced, |extreme| extreme.enhanced, "tfce"))
    },
};

fn judge(question: &Question, values: &Array2<f64>, of: fn(&Extreme) -> f64, unit: &'static str) -> Verdict {
    let null: Vec<f64> = question.null.iter().map(of).collect();
    let threshold = critical(&null, question.settings.alpha);
    let statistic = values
        .iter()
        .zip(question.region)
        .filter(|(_, inside)| **inside)
        .map(|(value, _)| *value)
        .fold(f64::MIN, f64::max);
    Verdict {
        threshold,
        unit,
        statistic,
        p: question.chance(statistic, of),
        significant: question.pixels(values, |value| threshold.is_some_and(|threshold| beyond(value, threshold))),
        clusters: Vec::new(),
    }
}
