//! `faithfulness.csv`: what each measure found, by picture.

use std::collections::BTreeMap;

use super::optional;
use crate::error::Result;
use crate::faithfulness::CONTROLS;
use crate::report::Material;

/// One quantity of one model and method.
#[derive(Debug, Clone)]
pub(in crate::report) struct Judged {
    pub model: String,
    pub method: String,
    pub metric: String,
    pub quantity: String,
    /// How many layers had random weights, of how many.
    pub layers: Option<(usize, usize)>,
    /// Values of the weight seeds by picture.
    pub values: BTreeMap<String, Vec<f64>>,
    /// Why there is no value, and how often.
    pub reasons: BTreeMap<String, usize>,
}

impl Judged {
    pub fn is_control(&self) -> bool {
        CONTROLS.iter().any(|control| control.name == self.method)
    }

    /// The mean over weight seeds of each picture that has a value.
    pub fn by_picture(&self) -> Vec<f64> {
        self.values.values().map(|values| values.iter().sum::<f64>() / values.len() as f64).collect()
    }
}

/// Quantities in the order of the file; none where the experiment asks for none.
pub(super) fn read(material: &Material) -> Result<Vec<Judged>> {
    let path = material.results.join("faithfulness.csv");
    let table = if material.file.faithfulness.is_empty() { None } else { optional(&path)? };
    let mut found: Vec<Judged> = Vec::new();
    for row in table.iter().flat_map(|table| table.iter()) {
        let text = |column: &str| row.text(column).unwrap_or_default().to_owned();
        let whole = |column: &str| row.number(column).map(|value| value.map(|value| value as usize));
        let [model, method, metric, quantity] = ["model", "method", "metric", "quantity"].map(text);
        let layers = whole("layers")?.zip(whole("of_layers")?);
        let same = |one: &Judged| {
            one.layers == layers
                && one.quantity == quantity
                && one.metric == metric
                && one.method == method
                && one.model == model
        };
        let at = found.iter().rposition(same).unwrap_or_else(|| {
            let (values, reasons) = (BTreeMap::new(), BTreeMap::new());
            found.push(Judged { model, method, metric, quantity, layers, values, reasons });
            found.len() - 1
        });
        match (row.number("value")?, row.text("undefined")) {
            (Some(value), _) => found[at].values.entry(text("picture")).or_default().push(value),
            (None, reason) => {
                *found[at].reasons.entry(reason.unwrap_or("no reason is given").to_owned()).or_default() += 1
            }
        }
    }
    Ok(found)
}
