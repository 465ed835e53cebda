//! Settings of `[import]` given on the command line, for trial files without an experiment.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Columns, Kept};
use crate::error::{Error, Result, one_of, similar};

/// `[import.columns]` from pairs such as `picture=stim`.
pub fn columns(pairs: &[String]) -> Result<Columns> {
    let mut named = Map::new();
    for pair in pairs {
        let (field, column) = parted(pair, "--columns", "picture=stim")?;
        if named.insert(field.to_owned(), Value::from(column)).is_some() {
            return Err(Error::invalid(format!("--columns names {field} twice")).hint("name each field once"));
        }
    }
    serde_json::from_value(Value::Object(named)).map_err(|cause| {
        let fields: Vec<String> = cause.to_string().split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let (field, known) = fields.split_first().map_or((String::new(), Vec::new()), |(field, known)| {
            (field.clone(), known.iter().map(String::as_str).collect())
        });
        let error = Error::invalid(format!("--columns knows no field called {field}"));
        match similar(&field, &known) {
            Some(name) => error.hint(format!("did you mean {name}?")),
            None => error.hint(one_of(known)),
        }
    })
}

/// `[import.keep]` from pairs such as `phase=main`; of a column named more than once any text counts.
pub fn keep(pairs: &[String]) -> Result<BTreeMap<String, Kept>> {
    let mut kept: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in pairs {
        let (column, text) = parted(pair, "--keep", "phase=main")?;
        kept.entry(column.to_owned()).or_default().push(text.to_owned());
    }
    Ok(kept.into_iter().map(|(column, texts)| (column, Kept::Any(texts))).collect())
}

fn parted<'p>(pair: &'p str, flag: &str, example: &str) -> Result<(&'p str, &'p str)> {
    pair.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
        Error::invalid(format!("{flag} takes pairs, and {pair:?} is none")).hint(format!("such as {flag} {example}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pairs: &[&str]) -> Vec<String> {
        pairs.iter().map(|pair| (*pair).to_owned()).collect()
    }

    #[test]
    fn pairs_name_columns_and_a_field_that_is_not_there_is_an_error() {
        let columns = columns(&text(&["picture=stim", "centres=a=b"])).unwrap();
        assert_eq!(serde_json::to_value(&columns).unwrap()["picture"], "stim");
        assert_eq!(serde_json::to_value(&columns).unwrap()["centres"], "a=b");
        for (pairs, said) in
            [(["pictures=x"], "did you mean picture?"), (["zzz=x"], "choose one of: "), (["x"], "such as")]
        {
            let error = super::columns(&text(&pairs)).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let keep = keep(&text(&["phase=main", "phase=test"])).unwrap();
        assert!(keep["phase"].has("test") && !keep["phase"].has("practice"));
    }
}
