//! `scores.csv`: one comparison a model, method and metric.

use std::path::Path;

use super::optional;
use crate::error::Result;
use crate::score::BASELINES;

/// What `scores.csv` calls the model of a baseline.
const BASELINE: &str = "baseline";

/// One quantity of a comparison.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Quantity {
    pub name: String,
    pub value: Option<f64>,
    pub limits: Option<(f64, f64)>,
    pub undefined: Option<String>,
    /// p corrected over all models and methods.
    pub adjusted: Option<f64>,
    /// The baseline that it is compared with.
    pub baseline: Option<String>,
}

/// One comparison.
#[derive(Debug, Clone)]
pub(in crate::report) struct Score {
    pub unit: String,
    pub model: String,
    /// With the counterpart behind it, where it is one that was asked.
    pub method: String,
    pub counterpart: String,
    pub metric: String,
    pub pictures: usize,
    pub observers: usize,
    pub seeds: usize,
    pub left_out: [usize; 2],
    /// Names of the warnings that apply.
    pub warnings: Vec<String>,
    quantities: Vec<Quantity>,
}

impl Score {
    /// A quantity by its name in `scores.csv`; without a value where there is no row.
    pub fn quantity(&self, name: &str) -> Quantity {
        self.quantities.iter().find(|quantity| quantity.name == name).cloned().unwrap_or_default()
    }

    /// Whether its maps are none of a network's.
    pub fn is_of_no_network(&self) -> bool {
        self.model == BASELINE && BASELINES.iter().any(|baseline| baseline.name == self.method)
    }

    /// Whether it is what others are compared with.
    pub fn is_baseline(&self) -> bool {
        self.is_of_no_network() || !self.counterpart.is_empty()
    }

    /// Whether it is what `other`, of the same unit and metric, is compared with.
    pub fn is_baseline_of(&self, other: &Score) -> bool {
        let own = || self.model == other.model && self.method == format!("{} ({})", other.method, self.counterpart);
        self.is_of_no_network() || (self.is_baseline() && own())
    }

    /// √reliability and its limits: the largest correlation that the noise of the human map lets one expect.
    pub fn human_root(&self) -> Option<(f64, Option<(f64, f64)>)> {
        let ceiling = self.quantity("human_ceiling");
        let root = |value: f64| value.max(0.0).sqrt();
        let value = ceiling.value.filter(|value| *value > 0.0)?;
        Some((root(value), ceiling.limits.map(|(low, high)| (root(low), root(high)))))
    }
}

/// Comparisons in the order of the file.
pub(super) fn read(results: &Path) -> Result<Vec<Score>> {
    let Some(table) = optional(&results.join("scores.csv"))? else { return Ok(Vec::new()) };
    let mut scores: Vec<Score> = Vec::new();
    for row in table.iter() {
        let text = |column: &str| row.text(column).unwrap_or_default().to_owned();
        let whole = |column: &str| row.number(column).map(|value| value.unwrap_or(0.0) as usize);
        let [unit, model, mut method, metric, counterpart] =
            ["unit", "model", "method", "metric", "counterpart"].map(text);
        if !counterpart.is_empty() {
            method = format!("{method} ({counterpart})");
        }
        let same = |score: &Score| {
            score.unit == unit && score.model == model && score.method == method && score.metric == metric
        };
        let at = match scores.iter().rposition(same) {
            Some(at) => at,
            None => {
                let left_out = [whole("left_out_human")?, whole("left_out_model")?];
                let (pictures, observers, seeds) = (whole("pictures")?, whole("observers")?, whole("seeds")?);
                let quantities = Vec::new();
                let warnings =
                    text("warnings").split("; ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
                scores.push(Score {
                    unit,
                    model,
                    method,
                    counterpart,
                    metric,
                    pictures,
                    observers,
                    seeds,
                    left_out,
                    warnings,
                    quantities,
                });
                scores.len() - 1
            }
        };
        scores[at].quantities.push(Quantity {
            name: row.needed("quantity")?.to_owned(),
            value: row.number("value")?,
            limits: row.number("low")?.zip(row.number("high")?),
            undefined: row.text("undefined").map(str::to_owned),
            adjusted: row.number("p_holm").unwrap_or(None),
            baseline: row.text("baseline").map(str::to_owned),
        });
    }
    Ok(scores)
}
