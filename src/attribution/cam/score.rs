//! Score-CAM (Wang et al. 2020, CVPR workshop, arXiv:1910.01279): `w = softmax over channels of f(x H_k)`, where H_k is
//! the channel enlarged to the picture and scaled to 0..1. What H_k leaves out becomes the background of the experiment
//! (the paper multiplies the normalised input, so that it becomes the mean colour). One run of the network a channel.

use ndarray::Array1;

use super::super::order::in_order;
use super::super::{Method, Question, Saliency};
use super::{AT, At, check, weighted};
use crate::error::Result;

pub(in super::super) const METHOD: Method = Method {
    name: "score_cam",
    description: "activations of a late layer, weighted by the explained value when only what excites a channel is shown",
    source: "Wang et al. 2020, CVPR workshop, arXiv:1910.01279",
    parameters: &[AT],
    check,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let at = At::new(question)?;
    let channels = at.activations.dim().0;
    let mut values = Array1::zeros(channels);
    let value = |channel: usize| {
        let (mask, _) = question.enlarged(&at.activations.index_axis(ndarray::Axis(0), channel).to_owned())?;
        let (low, high) = mask.iter().fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
        let range = if high > low { high - low } else { 1.0 };
        question.value_through(&mask.mapv(|value| ((value - low) / range) as f32))
    };
    in_order(channels, value, |channel, value| values[channel] = value)?;
    at.saliency(&weighted(&at.activations, &softmax(&values)), channels + 1)
}

pub(super) fn softmax(values: &Array1<f64>) -> Array1<f64> {
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers = values.mapv(|value| (value - highest).exp());
    let sum = powers.sum();
    powers / sum
}
