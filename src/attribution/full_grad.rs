//! FullGrad (Srinivas & Fleuret 2019, NeurIPS, arXiv:1905.00780): the input times its gradient, and at every layer the
//! bias times the derivative to it; in a rectifier network these sum to the explained value.
//!
//! As the authors' own code does, each term is made a map by its absolute value, scaled to 0..1 over the whole layer,
//! enlarged, and summed over channels. `delta` is the sum of all terms before that less the value: rounding noise in a
//! rectifier network, more where another function has a part of its own (the centre of a clipped or smooth one).

use ndarray::{Array2, Array3, ArrayD, Axis, Ix4};

use super::question::resized;
use super::{Method, Question, Saliency};
use crate::error::Result;

pub(super) const METHOD: Method = Method {
    name: "full_grad",
    description: "input times gradient, and bias times derivative at every layer, each scaled, and summed",
    source: "Srinivas & Fleuret 2019, NeurIPS, arXiv:1905.00780",
    parameters: &[],
    check: |network, explained, _| network.check_biases(&network.objective(explained, 0)?),
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let input = question.input()?;
    let found = question.network.biases(&input, &question.objective()?)?;
    let first = &input * &found.input;
    let sum = |values: &mut dyn Iterator<Item = f32>| values.map(f64::from).sum::<f64>();
    let total =
        sum(&mut first.iter().copied()) + found.biases.iter().map(|term| sum(&mut term.iter().copied())).sum::<f64>();
    let mut map = scaled(first.index_axis_move(Axis(0), 0));
    for term in found.biases {
        if let Some(term) = planes(term) {
            map += &resized(&scaled(term), map.dim());
        }
    }
    let (map, blur_sd) = question.enlarged(&map)?;
    Ok(Saliency { delta: Some(total - found.value), ..Saliency::new(&map, 1, blur_sd)? })
}

/// A term that has places, shape (channels, rows, columns).
fn planes(term: ArrayD<f32>) -> Option<Array3<f32>> {
    let term = term.into_dimensionality::<Ix4>().ok()?.index_axis_move(Axis(0), 0);
    (term.dim().1 * term.dim().2 > 1).then_some(term)
}

/// Absolute values scaled to 0..1 over all channels, summed over them.
fn scaled(term: Array3<f32>) -> Array2<f64> {
    let sizes = term.mapv(|value| f64::from(value.abs()));
    let (low, high) = sizes.iter().fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
    let range = if high > low { high - low } else { 1.0 };
    sizes.mapv(|value| (value - low) / range).sum_axis(Axis(0))
}
