//! Expected gradients (Erion et al. 2021, Nature Machine Intelligence 3:620; Lundberg's GradientSHAP):
//! `mean of (x - b) g(b + a (x - b))` over places a uniform on 0..1 and baselines b.
//!
//! The baselines are the baseline picture with noise of standard deviation `noise (max x - min x)`; with noise 0 this is
//! integrated gradients by Monte Carlo. Seeded, and its own reliability is stated: implementations that draw five samples
//! by default do not tell how noisy their maps are.

use ndarray::Array4;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

use super::baseline::{BASELINE, baseline};
use super::gradient::check;
use super::parameter::number;
use super::reduction::CHANNELS;
use super::sampling::{Moment, RELIABILITY, averaged};
use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::network::Way;

pub(super) const METHOD: Method = Method {
    name: "expected_gradients",
    description: "mean gradient at random places between random baselines and the picture, times the difference",
    source: "Erion et al. 2021, Nature Machine Intelligence 3:620",
    parameters: &[
        number("samples", "random places", 100.0, 4.0..=100_000.0),
        number("noise", "standard deviation of the baseline's noise as a share of the input's range", 0.09, 0.0..=10.0),
        RELIABILITY,
        CHANNELS,
        BASELINE,
    ],
    check: |network, explained, _| check(network, explained, &Way::Gradient),
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [samples, share, wanted] = question.values.numbers()?;
    let [channels, from] = question.values.words()?;
    let (input, base, objective) = (question.input()?, baseline(question, from)?, question.objective()?);
    let (lowest, highest) = input.iter().fold((f32::MAX, f32::MIN), |(low, high), &x| (low.min(x), high.max(x)));
    let sd = share as f32 * (highest - lowest);
    averaged(question, (samples.round() as usize, wanted), channels, Moment::Mean, |sample| {
        let mut random = question.seed.stream("place", sample);
        let place: f32 = random.random();
        let noise = Array4::from_shape_simple_fn(base.raw_dim(), || {
            let noise: f32 = StandardNormal.sample(&mut random);
            noise * sd
        });
        let base = &base + &noise;
        let way = &input - &base;
        Ok(question.network.back(&(&base + &(&way * place)), &objective, &Way::Gradient, None)?.input * way)
    })
}
