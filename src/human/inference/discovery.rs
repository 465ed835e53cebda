//! The rate of false discoveries among pixels: what share of the significant ones is there by chance, on average. Not
//! the family-wise error rate: a map with strong signals has more pixels wrong. p of a pixel is that of a normal z.

use statrs::function::erf::erfc;

use super::{Inference, Needs, Question, Verdict};
use crate::stats::correct::{Dependence, false_discovery};

pub(super) const BENJAMINI_HOCHBERG: Inference = Inference {
    name: "benjamini_hochberg",
    description: "pixels among which a share of alpha is expected to be there by chance",
    source: "Benjamini & Hochberg 1995, JRSS B 57:289",
    needs: Needs::Nothing,
    judge: |question| judge(question, Dependence::Positive),
};

pub(super) const BENJAMINI_YEKUTIELI: Inference = Inference {
    name: "benjamini_yekutieli",
    description: "the same, whatever the dependence between pixels",
    source: "Benjamini & Yekutieli 2001, Annals of Statistics 29:1165",
    needs: Needs::Nothing,
    judge: |question| judge(question, Dependence::Any),
};

fn judge(question: &Question, dependence: Dependence) -> Result<Verdict, String> {
    question.smoothness()?;
    let tail = |z: f64| erfc(z / std::f64::consts::SQRT_2) / 2.0;
    let p: Vec<f64> =
        question.values().map(|z| if question.tails > 1.0 { 2.0 * tail(z.abs()) } else { tail(z) }).collect();
    let q = false_discovery(&p, dependence);
    let alpha = question.settings.alpha;
    let passing = question.values().zip(&q).filter(|(z, q)| *z > 0.0 && **q <= alpha).map(|(z, _)| z);
    let threshold = passing.reduce(f64::min);
    let statistic = question.peak();
    let least = question.values().zip(&q).filter(|(z, _)| *z == statistic).map(|(_, q)| *q).fold(1.0, f64::min);
    Ok(Verdict {
        threshold,
        unit: "z",
        statistic,
        p: if statistic > 0.0 { least } else { 1.0 },
        significant: question.pixels(question.z, |z| threshold.is_some_and(|threshold| z >= threshold)),
        clusters: Vec::new(),
    })
}
