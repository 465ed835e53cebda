//! Attention rollout (Abnar & Zuidema 2020, ACL, arXiv:2005.00928): how much of each place reaches the class token, if
//! attention were all that moves information.
//!
//! `A = I / 2 + mean over heads of attention / 2`, rows summing to 1, multiplied from the first layer to the last; the
//! row of the first token, without the class and register tokens, is the map. Where there is no class token, the mean of
//! all rows. It says nothing of any class, and is never negative.

use ndarray::{Array2, Axis};

use super::{Method, Question, Saliency};
use crate::error::{Error, Result};

pub(super) const METHOD: Method = Method {
    name: "attention_rollout",
    description: "attention of all layers multiplied through to the class token",
    source: "Abnar & Zuidema 2020, ACL, arXiv:2005.00928",
    parameters: &[],
    check: |network, _, _| network.attention_grid().map(|_| ()),
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let (extra, rows, columns) = question.network.attention_grid()?;
    let layers = question.network.attention(&question.input()?)?;
    let mixing: Vec<Array2<f64>> =
        layers.iter().map(|heads| heads.mapv(f64::from).mean_axis(Axis(0)).unwrap_or_default()).collect();
    let rolled = rollout(&mixing);
    let reached = if extra > 0 { rolled.row(0).to_owned() } else { rolled.mean_axis(Axis(0)).unwrap_or_default() };
    let places = reached.iter().skip(extra).copied().collect();
    let map = Array2::from_shape_vec((rows, columns), places)
        .map_err(|cause| Error::internal(format!("attention over {rows} x {columns} places: {cause}")))?;
    let (map, blur_sd) = question.enlarged(&map)?;
    Saliency::new(&map, 1, blur_sd)
}

/// The product of `(I + A) / 2`, rows made to sum to 1, the last layer leftmost; every A is (tokens, tokens).
fn rollout(attention: &[Array2<f64>]) -> Array2<f64> {
    let tokens = attention.first().map_or(0, Array2::nrows);
    attention.iter().fold(Array2::eye(tokens), |rolled, attention| {
        let mut mixed = attention + &Array2::<f64>::eye(tokens);
        mixed.rows_mut().into_iter().for_each(|mut row| row /= row.sum().max(f64::MIN_POSITIVE));
        mixed.dot(&rolled)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn two_layers_are_multiplied_with_the_identity_in_each() {
        let first = array![[0.5, 0.5], [0.0, 1.0]];
        let second = array![[0.2, 0.8], [1.0, 0.0]];
        let mixed = |a: &Array2<f64>| (a + &Array2::<f64>::eye(2)) / 2.0;
        let expected = mixed(&second).dot(&mixed(&first));
        let found = rollout(&[first.clone(), second.clone()]);
        assert!((&found - &expected).iter().all(|difference| difference.abs() < 1e-12));
        assert!(
            (&found - &rollout(&[second, first])).iter().any(|difference| difference.abs() > 0.01),
            "order matters"
        );
        assert!(found.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
    }
}
