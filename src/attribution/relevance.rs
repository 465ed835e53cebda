//! Methods that share the explained value out among the inputs of each layer in turn.
//!
//! - `deep_lift` (Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685), rescale rule: multipliers against a baseline,
//!   times the difference to it. `delta` is the sum less `f(x) - f(b)`, and is rounding noise. Products of two tensors
//!   that vary (attention, gates), which the paper does not have, share their difference evenly, so that the sum holds.
//! - `lrp` (Bach et al. 2015, PLoS ONE 10:e0130140): relevance, by a composite of rules (Montavon et al. 2019, LNCS
//!   11700; names as in Anders et al. 2021, arXiv:2106.13200). `epsilon`: the epsilon rule everywhere, `x gradient` in
//!   the limit. `epsilon_plus`: z+ in convolutions and epsilon in dense layers. `epsilon_alpha2_beta1`: alpha 2, beta 1 in
//!   convolutions. `..._flat`: evenly in the first layer. `epsilon_gamma_box`: gamma 1/4 in convolutions, epsilon in dense
//!   layers, and in the first the rule for inputs between black and white. `delta` is the sum less the value explained:
//!   what biases kept. Batch normalisation is folded first.
//!
//! Both explain sums of logits: a probability is not shared out.

use super::baseline::{BASELINE, baseline};
use super::gradient::check;
use super::parameter::{choice, number};
use super::reduction::CHANNELS;
use super::{Method, Saliency, Values};
use crate::error::{Error, Result, one_of};
use crate::experiment::Explained;
use crate::network::{Composite, LayerRule, Network, Way};

pub(super) const DEEP_LIFT: Method = Method {
    name: "deep_lift",
    description: "what each pixel's difference from a baseline contributes, by multipliers instead of derivatives",
    source: "Shrikumar, Greenside & Kundaje 2017, ICML, arXiv:1704.02685 (rescale)",
    parameters: &[CHANNELS, BASELINE],
    check: |network, explained, _| additive(network, explained, &Way::Rescale),
    explain: |question| {
        let [channels, from] = question.values.words()?;
        let (input, base, objective) = (question.input()?, baseline(question, from)?, question.objective()?);
        let back = question.network.back(&input, &objective, &Way::Rescale, Some(&base))?;
        let attributed = back.input * (&input - &base);
        let sum: f64 = attributed.iter().map(|&value| f64::from(value)).sum();
        let delta = sum - (back.value - question.network.value(&base, &objective)?);
        Ok(Saliency { delta: Some(delta), ..question.saliency(&attributed, channels, 2)? })
    },
};

/// Composites, the default first.
const COMPOSITES: &[&str] = &[
    "epsilon_plus_flat",
    "epsilon",
    "epsilon_plus",
    "epsilon_alpha2_beta1",
    "epsilon_alpha2_beta1_flat",
    "epsilon_gamma_box",
];

pub(super) const LRP: Method = Method {
    name: "lrp",
    description: "relevance: the explained value shared out from layer to layer in proportion to contributions",
    source: "Bach et al. 2015, PLoS ONE 10:e0130140; Montavon et al. 2019, LNCS 11700",
    parameters: &[
        number("epsilon", "stabiliser of the epsilon rule", 1e-6, 1e-12..=1.0),
        CHANNELS,
        choice("composite", "which rule each layer follows", COMPOSITES),
    ],
    check: |network, explained, values| additive(network, explained, &composite(network, values)?),
    explain: |question| {
        let [channels, _] = question.values.words()?;
        let way = composite(question.network, question.values)?;
        let back = question.network.back(&question.input()?, &question.objective()?, &way, None)?;
        let delta = back.input.iter().map(|&value| f64::from(value)).sum::<f64>() - back.value;
        Ok(Saliency { delta: Some(delta), ..question.saliency(&back.input, channels, 1)? })
    },
};

fn composite(network: &Network, values: &Values) -> Result<Way> {
    let [epsilon] = values.numbers()?;
    let [_, name] = values.words()?;
    let product = LayerRule::Epsilon(epsilon as f32);
    let (first, convolution) = match name {
        "epsilon" => (None, product.clone()),
        "epsilon_plus" => (None, LayerRule::Plus),
        "epsilon_plus_flat" => (Some(LayerRule::Flat), LayerRule::Plus),
        "epsilon_alpha2_beta1" => (None, LayerRule::AlphaBeta(2.0, 1.0)),
        "epsilon_alpha2_beta1_flat" => (Some(LayerRule::Flat), LayerRule::AlphaBeta(2.0, 1.0)),
        "epsilon_gamma_box" => (Some(LayerRule::Box(network.bounds())), LayerRule::Gamma(0.25)),
        _ => {
            return Err(
                Error::invalid(format!("there is no composite {name}")).hint(one_of(COMPOSITES.iter().copied()))
            );
        }
    };
    Ok(Way::Relevance(Composite { first, convolution, product }))
}

fn additive(network: &Network, explained: &Explained, way: &Way) -> Result<()> {
    if !network.objective(explained, 0)?.is_linear() {
        return Err(Error::unsupported(format!("sharing out a {explained}: only sums of logits can be shared out"))
            .hint("set `explained` in [attribution] to \"margin\" or \"logit\""));
    }
    check(network, explained, way)
}
