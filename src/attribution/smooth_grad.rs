//! The gradient under noise: `g(x + e)` for e normal of standard deviation `noise (max x - min x)`.
//!
//! - `smooth_grad`: its mean (Smilkov et al. 2017, arXiv:1706.03825), signed.
//! - `smooth_grad_squared`: the mean of its squares (Hooker et al. 2019, NeurIPS, arXiv:1806.10758), what some libraries
//!   mean by SmoothGrad.
//! - `var_grad`: its variance (Adebayo et al. 2018, NeurIPS, arXiv:1810.03292).

use ndarray::Array4;
use rand_distr::{Distribution, StandardNormal};

use super::gradient::check;
use super::parameter::{Parameter, number};
use super::reduction::CHANNELS;
use super::sampling::{Moment, RELIABILITY, averaged};
use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::network::Way;
use crate::seed::Seed;

const PARAMETERS: &[Parameter] = &[
    number("samples", "noisy copies of the picture", 50.0, 4.0..=100_000.0),
    number("noise", "standard deviation of the noise as a share of the input's range", 0.15, 1e-6..=10.0),
    RELIABILITY,
    CHANNELS,
];

const fn method(name: &'static str, description: &'static str, source: &'static str, explain: Explain) -> Method {
    let check = |network: &_, explained: &_, _: &_| check(network, explained, &Way::Gradient);
    Method { name, description, source, parameters: PARAMETERS, check, explain }
}

type Explain = fn(&Question) -> Result<Saliency>;

pub(super) const MEAN: Method = method(
    "smooth_grad",
    "mean gradient of noisy copies of the picture",
    "Smilkov et al. 2017, arXiv:1706.03825",
    |question| explain(question, Moment::Mean),
);

pub(super) const SQUARED: Method = method(
    "smooth_grad_squared",
    "mean squared gradient of noisy copies of the picture",
    "Hooker et al. 2019, NeurIPS, arXiv:1806.10758",
    |question| explain(question, Moment::Squares),
);

pub(super) const VARIANCE: Method = method(
    "var_grad",
    "variance of the gradient over noisy copies of the picture",
    "Adebayo et al. 2018, NeurIPS, arXiv:1810.03292",
    |question| explain(question, Moment::Variance),
);

fn explain(question: &Question, moment: Moment) -> Result<Saliency> {
    let [samples, share, wanted] = question.values.numbers()?;
    let [channels] = question.values.words()?;
    let (input, objective) = (question.input()?, question.objective()?);
    let (lowest, highest) = input.iter().fold((f32::MAX, f32::MIN), |(low, high), &x| (low.min(x), high.max(x)));
    let sd = share as f32 * (highest - lowest);
    averaged(question, (samples.round() as usize, wanted), channels, moment, |sample| {
        let noisy = &input + &(noise(input.raw_dim(), question.seed, sample) * sd);
        Ok(question.network.back(&noisy, &objective, &Way::Gradient, None)?.input)
    })
}

/// Standard normal noise that depends on the seed and the number of the sample only.
fn noise(shape: ndarray::Ix4, seed: Seed, sample: u64) -> Array4<f32> {
    let mut random = seed.stream("noise", sample);
    Array4::from_shape_simple_fn(shape, || StandardNormal.sample(&mut random))
}
