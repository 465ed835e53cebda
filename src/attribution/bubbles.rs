//! The network as an observer of Bubbles trials (Gosselin & Schyns 2001, Vision Research 41:2261).
//!
//! Each trial shows the picture through apertures at random places. The response `r` is the network's margin, which is
//! continuous: every trial then tells more than correct or wrong does. The map is the classification image
//! `sum_t (r_t - mean r) C_t / (n sd_r)`, where `C_t` marks the centres of trial t, smoothed by a Gaussian of unit sum
//! (zero beyond the border): the estimator of human maps, with the margin as the response.
//! A network that answers every trial alike has a map of zeros.
//!
//! With `shown = "people"` the network is an observer of the very trials that people saw of the picture, bubble by bubble,
//! so that both maps rest on the same masks. People need fewer bubbles, and a staircase changes their number from trial to
//! trial, which moves the response of a network too: its regression on the number of bubbles is removed first.

use super::gradient::outputs_only;
use super::moments::{Halves, reliability};
use super::order::in_order;
use super::parameter::{choice, number};
use super::{Method, Question, Saliency};
use crate::bubbles::Centre;
use crate::error::{Error, Result};
use crate::map::Map;
use crate::stats::project::Basis;
use crate::stats::smooth::{Edge, smooth};

pub(super) const METHOD: Method = Method {
    name: "bubbles",
    description: "the classification image of the network as an observer of Bubbles trials",
    source: "Gosselin & Schyns 2001, Vision Research 41:2261",
    parameters: &[
        number("trials", "trials for each picture", 100.0, 10.0..=1e6),
        number(
            "count",
            "apertures in each trial; 0 = the number that a staircase finds for the network",
            0.0,
            0.0..=1e6,
        ),
        number("target", "proportion correct that the staircase looks for", 0.75, 0.3..=0.99),
        choice(
            "shown",
            "whose trials the network sees: its own, or those that people saw of the picture",
            &[OWN, PEOPLE],
        ),
    ],
    check: outputs_only,
    explain,
};

const OWN: &str = "own";
const PEOPLE: &str = "people";

fn explain(question: &Question) -> Result<Saliency> {
    let [shown] = question.values.words()?;
    let (shape, setting) = (question.shape()?, question.setting);
    let trials = if shown == PEOPLE { question.people.to_vec() } else { own(question)? };
    if trials.is_empty() {
        return Err(Error::invalid(
            "people saw no trial of the picture, so that the network can be shown none of them",
        )
        .hint("set `shown = \"own\"` in [attribution.parameters.bubbles]"));
    }
    let prepared = setting.cover.prepare(question.picture);
    let respond = |trial: usize| question.value(&setting.cover.show(&prepared, &trials[trial]));
    let mut responses = vec![];
    in_order(trials.len(), respond, |_, response| responses.push(response))?;
    let counts: Vec<f64> = trials.iter().map(|centres| centres.len() as f64).collect();
    if counts.iter().any(|&count| count != counts[0]) {
        Basis::new(&[vec![1.0; counts.len()], counts]).remove(&mut responses);
    }
    let mut halves = Halves::new(shape);
    let answered = responses.into_iter().zip(&trials).enumerate();
    answered.for_each(|(trial, (response, centres))| halves.add_centres(trial, response, centres));
    let sd = halves.response_sd();
    let scale = if sd > 0.0 { 1.0 / sd } else { 0.0 };
    let [even, odd] = halves.covariances().map(|half| smooth(&half, setting.smoothing_sd, Edge::Zero));
    Ok(Saliency {
        map: Map::from_f64(&(smooth(&halves.covariance(), setting.smoothing_sd, Edge::Zero) * scale))?,
        evaluations: trials.len(),
        reliability: reliability([&even, &odd], &setting.region),
        blur_sd: setting.bubble_sd.hypot(setting.smoothing_sd),
        layer: None,
        delta: None,
    })
}

/// Trials of the network's own: the same number of bubbles in each, at random places.
fn own(question: &Question) -> Result<Vec<Vec<Centre>>> {
    let [trials, count, _] = question.values.numbers()?;
    let count = count.round() as usize;
    let cover = &question.setting.cover;
    if count == 0 || count > cover.capacity() {
        return Err(Error::invalid(format!(
            "{count} apertures are asked for in each trial, and the region has {} pixels",
            cover.capacity()
        ))
        .hint("set `count` in [attribution.parameters.bubbles] between 1 and the number of pixels of the region"));
    }
    let draw = |trial: u64| cover.draw(count, &mut question.seed.stream("mask", trial));
    Ok((0..trials.round() as u64).map(draw).collect())
}
