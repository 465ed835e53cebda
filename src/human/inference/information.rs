//! The information value of a map: how far its norm lies above the norms of permuted answers, in robust standard
//! deviations: (|z| - median) / (1.4826 median |norm - median|). It measures magnitude; it has neither place nor sign.
//!
//! Brinkman et al. 2019 (Behavior Research Methods 51:2059), whose reference are random answers to the same stimuli; the
//! erratum of Schmitz et al. 2020 holds: the reference has as many trials as the map, here by permutation.

use ndarray::Array2;

use super::{Inference, Needs, Question, Verdict};
use crate::stats::quantile::{critical, median};

pub(super) const VALUE: Inference = Inference {
    name: "information_value",
    description: "how far the norm of the map lies above those of permuted answers, in robust standard deviations",
    source: "Brinkman et al. 2019, Behavior Research Methods 51:2059; Schmitz et al. 2020",
    needs: Needs::Norm,
    judge,
};

fn judge(question: &Question) -> Result<Verdict, String> {
    let norms: Vec<f64> = question.null.iter().map(|extreme| extreme.norm).collect();
    let middle = median(&norms).unwrap_or(0.0);
    let deviations: Vec<f64> = norms.iter().map(|norm| (norm - middle).abs()).collect();
    let spread = 1.4826 * median(&deviations).unwrap_or(0.0);
    if spread <= 0.0 {
        return Err("the norms of the permuted maps do not vary, so there is nothing to compare with".to_owned());
    }
    let norm = question.values().map(|z| z * z).sum::<f64>().sqrt();
    let value = |norm: f64| (norm - middle) / spread;
    Ok(Verdict {
        threshold: critical(&norms, question.settings.alpha).map(value),
        unit: "robust sd",
        statistic: value(norm),
        p: question.chance(norm, |extreme| extreme.norm),
        significant: Array2::from_elem(question.z.dim(), false),
        clusters: Vec::new(),
    })
}
