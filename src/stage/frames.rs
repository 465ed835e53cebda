//! The maps of an experiment: one for each band of the bubbles, in the plane of the picture or on the axis of frequency.

use std::sync::Arc;

use ndarray::Array2;

use super::Run;
use super::noise;
use super::pictures::Stimuli;
use crate::bubbles::Aperture;
use crate::error::{Error, Result};
use crate::experiment::Coordinates;
use crate::human::{Estimator, Frame, Shown, Takes};
use crate::trials::Trial;

/// One band.
pub(super) struct Band {
    /// Its number from 0 for the finest; `None` where there is but one.
    pub number: Option<usize>,
    /// Where and how its maps are made.
    pub frame: Frame,
    /// Standard deviation of its apertures, px of its maps; 0 where noise takes their place.
    pub bubble_sd: f64,
}

impl Band {
    /// The trials with the bubbles of this band alone.
    pub fn trials(&self, trials: &[Trial]) -> Vec<Trial> {
        let own = |trial: &Trial| {
            let mut trial = trial.clone();
            if let Some(number) = self.number {
                trial.centres.retain(|centre| usize::from(centre.band) == number);
            }
            trial
        };
        trials.iter().map(own).collect()
    }
}

/// Every band, the finest first, for maps of these trials.
pub(super) fn bands(run: &Run, stimuli: &Stimuli, estimator: &Estimator, trials: &[Trial]) -> Result<Vec<Band>> {
    let file = &run.experiment.file;
    let settings = &file.classification;
    let planes = &stimuli.cover.planes;
    let wanted = run.experiment.smoothing_sd(stimuli.shape().1)?;
    let on_axis = planes.iter().any(|plane| plane.shape != stimuli.shape());
    if on_axis && settings.smoothing.is_some() {
        return Err(Error::invalid("a smoothing in px is given, and the maps lie on the axis of frequency")
            .at(run.experiment.field("classification.smoothing"))
            .hint("leave it out: maps are smoothed by the aperture"));
    }
    let noise = match estimator.takes {
        Takes::Noise => Some(Arc::new(noise::fields(run, stimuli, trials)?)),
        Takes::Centres | Takes::Masks => None,
    };
    let band = |(number, plane): (usize, &crate::bubbles::Plane)| {
        let region = if on_axis { Array2::from_elem(plane.shape, true) } else { stimuli.setting.region.clone() };
        let (shown, smoothing_sd) = match (estimator.takes, &noise) {
            (Takes::Noise, Some(fields)) => (Shown::Noise(fields.clone()), wanted.unwrap_or(0.0)),
            (Takes::Masks, _) => {
                let (aperture, combine) = (Aperture::new(plane.sd), stimuli.cover.combine);
                (Shown::Masks { aperture, sd: plane.sd, combine }, wanted.unwrap_or(0.0))
            }
            _ => (Shown::Centres, wanted.unwrap_or(plane.sd)),
        };
        let mirror_back = file.coordinates == Coordinates::Picture && !on_axis;
        let frame =
            Frame { shown, within_trial: settings.within_trial, ..Frame::new(region, mirror_back, smoothing_sd) };
        let bubble_sd = if noise.is_some() { 0.0 } else { plane.sd };
        Band { number: (planes.len() > 1).then_some(number), frame, bubble_sd }
    };
    Ok(planes.iter().enumerate().map(band).collect())
}
