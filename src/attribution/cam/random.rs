//! Random-CAM: activations weighted by chance, uniform on -1..1. A control: what a map owes to the layer alone, whatever
//! the network makes of it. It speaks for no class and has no reliability of its own.

use ndarray::Array1;
use rand::RngExt;

use super::super::{Method, Question, Saliency};
use super::{AT, At, check, weighted};
use crate::error::Result;

pub(in super::super) const METHOD: Method = Method {
    name: "random_cam",
    description: "activations of a late layer, weighted by chance; a control",
    source: "Gildenblat et al. 2021, pytorch-grad-cam",
    parameters: &[AT],
    check,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let at = At::new(question)?;
    let mut random = question.seed.stream("weights", 0);
    let weights = Array1::from_shape_simple_fn(at.activations.dim().0, || random.random_range(-1.0..1.0));
    Ok(Saliency { reliability: Some(0.0), ..at.saliency(&weighted(&at.activations, &weights), 1)? })
}
