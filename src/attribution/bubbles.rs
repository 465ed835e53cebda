//! The network as an observer of Bubbles trials (Gosselin & Schyns 2001, Vision Research 41:2261).
//!
//! Each trial shows the picture through apertures at random places. The response `r` is the network's margin, which is
//! continuous: every trial then tells more than correct or wrong does. The map is the classification image
//! `sum_t (r_t - mean r) C_t / (n sd_r)`, where `C_t` marks the centres of trial t, smoothed by a Gaussian of unit sum
//! (zero beyond the border): the estimator of human maps, with the margin as the response.
//! A network that answers every trial alike has a map of zeros.

use super::gradient::outputs_only;
use super::moments::{Halves, reliability};
use super::order::in_order;
use super::parameter::number;
use super::{Method, Question, Saliency};
use crate::bubbles::{aperture_mask, draw_centres, region_pixels};
use crate::error::{Error, Result};
use crate::map::Map;
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
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [trials, count, _] = question.values.numbers()?;
    let (trials, count) = (trials.round() as usize, count.round() as usize);
    let shape = question.shape()?;
    let setting = question.setting;
    let places = region_pixels(&setting.region);
    if count == 0 || count > places.len() {
        return Err(Error::invalid(format!(
            "{count} apertures are asked for in each trial, and the region has {} pixels",
            places.len()
        ))
        .hint("set `count` in [attribution.parameters.bubbles] between 1 and the number of pixels of the region"));
    }
    let work = |trial: usize| {
        let centres = draw_centres(&places, count, &mut question.seed.stream("mask", trial as u64));
        let response = question.value_through(&aperture_mask(shape, &centres, setting.bubble_sd))?;
        Ok((response, centres))
    };
    let mut halves = Halves::new(shape);
    in_order(trials, work, |trial, (response, centres)| halves.add_centres(trial, response, &centres))?;
    let sd = halves.response_sd();
    let scale = if sd > 0.0 { 1.0 / sd } else { 0.0 };
    let [even, odd] = halves.covariances().map(|half| smooth(&half, setting.smoothing_sd, Edge::Zero));
    Ok(Saliency {
        map: Map::from_f64(&(smooth(&halves.covariance(), setting.smoothing_sd, Edge::Zero) * scale))?,
        evaluations: trials,
        reliability: reliability([&even, &odd], &setting.region),
        blur_sd: setting.bubble_sd.hypot(setting.smoothing_sd),
        layer: None,
        delta: None,
    })
}
