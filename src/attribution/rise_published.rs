//! RISE as published (Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421), for comparison with other work.
//!
//! `S(x) = 1 / (N p) sum_i f_i m_i(x)` over the masks of `rise` (the same ones, for the same seed). The paper's f is the
//! probability of the class, which is `explained = "probability"`; its hidden value is 0 of the network's input, here it is
//! the background.
//!
//! The estimator is not centred: S is `cov(f, m) / p + mean f · mean m / p`, and the second term, which varies
//! with how often chance showed a pixel, is noise that takes an order of magnitude more masks than `rise` to drown.
//! Ranks and correlations are those of the sum; zero has no meaning.
//!
//! Blur: that of `rise`.

use super::gradient::outputs_only;
use super::moments::{Halves, reliability};
use super::rise::{GRID, MASKS, Masks, PROBABILITY};
use super::{Method, Question, Saliency};
use crate::error::Result;
use crate::map::Map;

pub(super) const METHOD: Method = Method {
    name: "rise_published",
    description: "mean of random masks weighed by the explained value, not centred",
    source: "Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421",
    parameters: &[MASKS, GRID, PROBABILITY],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [count, grid, probability] = question.values.numbers()?;
    let count = count.round() as usize;
    let masks = Masks::new(question, grid, probability)?;
    let mut halves = Halves::new(masks.shape);
    masks.show(question, 0..count, &mut halves)?;
    let [even, odd] = halves.mean_products();
    Ok(Saliency {
        map: Map::from_f64(&(halves.mean_product() / probability))?,
        evaluations: count,
        reliability: reliability([&even, &odd], &question.setting.region),
        blur_sd: masks.blur_sd(),
        layer: None,
        delta: None,
    })
}
