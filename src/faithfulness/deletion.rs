//! Deletion and insertion (Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421).
//!
//! Deletion hides pixels from the most to the least salient; insertion starts from a blurred picture and puts pixels
//! back. The curve is the softmax probability of the class that the map explains, over the share of pixels; the value is
//! the area below it, `(sum - first / 2 - last / 2) / (n - 1)`. A good map makes deletion fall and insertion rise early.
//!
//! Where we differ. RISE takes the class that the network names; we take the one that the map explains. RISE deletes to
//! 0 of the normalised input, which is mean grey for some networks and black for others; we delete to the background
//! of the experiment. RISE blurs with a kernel of 11 px (sd 5, cut at one sd, zero beyond the border); ours has the sd
//! `blur_sd` (5 px), is cut at 4 sd and is renormalised at the border. RISE exchanges as many pixels a step as a row holds
//! (224); we make `steps` (32) steps. Ties stay in reading order.

use ndarray::{Array3, Axis};

use super::curve::{area, curve, order};
use super::{Better, CONSTANT, Case, Finding, Measure, Quantity, is_constant};
use crate::attribution::{Parameter, number};
use crate::error::Result;
use crate::picture::Picture;
use crate::stats::smooth::{Edge, smooth};

const STEPS: Parameter = number("steps", "pictures after the first", 32.0, 2.0..=1e6);

pub(super) const DELETION: Measure = Measure {
    name: "deletion",
    description: "area below the probability of the class while the most salient pixels are hidden first",
    source: "Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421",
    quantities: &[Quantity { name: "area", better: Better::Lower, range: (0.0, 1.0) }],
    parameters: &[STEPS],
    judge: |case| {
        let [steps] = case.values.numbers()?;
        judged(case, case.picture, &case.hidden(), steps)
    },
};

pub(super) const INSERTION: Measure = Measure {
    name: "insertion",
    description: "area below the probability of the class while the most salient pixels of a blurred picture are restored first",
    source: "Petsiuk, Das & Saenko 2018, BMVC, arXiv:1806.07421",
    quantities: &[Quantity { name: "area", better: Better::Higher, range: (0.0, 1.0) }],
    parameters: &[
        STEPS,
        number("blur_sd", "standard deviation of the blur of the first picture, px", 5.0, 0.5..=1000.0),
    ],
    judge: |case| {
        let [steps, sd] = case.values.numbers()?;
        judged(case, &blurred(case.picture, sd)?, case.picture, steps)
    },
};

fn judged(case: &Case, start: &Picture, finish: &Picture, steps: f64) -> Result<Vec<Finding>> {
    if is_constant(case.map) {
        return Ok(vec![Finding::new("area", Err(CONSTANT.to_owned()))]);
    }
    let order = order(case.map);
    let step = order.len().div_ceil(steps.round() as usize);
    let curve = curve(start, finish, &order, step, &mut |shown| (case.answers.probability)(shown))?;
    Ok(vec![Finding::new("area", area(&curve).ok_or_else(|| "the curve has one point".to_owned()))])
}

/// The picture smoothed by a Gaussian, each channel on its own.
fn blurred(picture: &Picture, sd: f64) -> Result<Picture> {
    let mut values = Array3::zeros(picture.values().dim());
    for (mut to, from) in values.axis_iter_mut(Axis(2)).zip(picture.values().axis_iter(Axis(2))) {
        to.assign(&smooth(&from.mapv(f64::from), sd, Edge::Normalised).mapv(|value| value as f32));
    }
    Picture::new(values)
}
