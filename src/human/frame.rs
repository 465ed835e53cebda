//! What of a trial is mapped, and where: the field x_t(v) of a trial t.
//!
//! The field is the trial's bubble centres, its mask as it was shown, or the noise that was added to its picture. It may
//! be standardised within the trial over the A pixels of the region, which takes the number of bubbles out of it whatever
//! the responses are: for m = n/A, centres become (c - m) / √(m (1 - m) A / (A - 1)); masks and noise lose their mean and
//! are divided by their standard deviation (METHODS of the laboratory of F. Gosselin, who do it over the whole picture).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ndarray::{Array2, Zip};

use crate::bubbles::{Aperture, Centre, Combine};
use crate::stats::smooth::{Edge, kernel, smooth};
use crate::trials::Trial;

/// What of a trial is summed.
#[derive(Debug, Clone, Default)]
pub enum Shown {
    /// Its bubble centres, each of weight 1.
    #[default]
    Centres,
    /// Its mask, 0..1.
    Masks {
        /// The aperture of the band.
        aperture: Aperture,
        /// Its standard deviation, px.
        sd: f64,
        /// How apertures combine that overlap.
        combine: Combine,
    },
    /// The noise added to its picture, by [`Trial::noise`]; trials without noise have none.
    Noise(Arc<HashMap<String, Array2<f64>>>),
}

/// Where and how maps are made.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The sampled region; the shape of every map (rows, columns). One row is an axis of frequency.
    pub region: Array2<bool>,
    /// Whether mirrored presentations are mirrored back (picture coordinates) or left as shown.
    pub mirror_back: bool,
    /// Standard deviation of the smoothing, px; 0 for none.
    pub smoothing_sd: f64,
    /// What of a trial is summed.
    pub shown: Shown,
    /// Whether the field of a trial is standardised over the region.
    pub within_trial: bool,
}

/// How a field is standardised: what is subtracted, and by what it is then divided.
#[derive(Debug, Clone, Copy)]
struct Scale {
    mean: f64,
    sd: f64,
}

impl Frame {
    /// Bubble centres, smoothed by a Gaussian of standard deviation `smoothing_sd` px.
    pub fn new(region: Array2<bool>, mirror_back: bool, smoothing_sd: f64) -> Frame {
        Frame { region, mirror_back, smoothing_sd, ..Frame::default() }
    }

    /// Standard deviation of the smoothness of a map of noise, px: the smoothing, and of masks their apertures.
    pub fn smoothness_sd(&self) -> f64 {
        match &self.shown {
            Shown::Masks { sd, .. } => self.smoothing_sd.hypot(*sd),
            Shown::Centres | Shown::Noise(_) => self.smoothing_sd,
        }
    }

    /// Number of pixels of the region.
    pub fn area(&self) -> usize {
        self.region.iter().filter(|inside| **inside).count()
    }

    /// Whether the maps are made of centres alone, each of the same weight: what fast permutation needs.
    pub fn is_plain(&self) -> bool {
        matches!(self.shown, Shown::Centres) && !self.within_trial
    }

    /// The centre in the coordinates of the map.
    pub(super) fn place(&self, trial: &Trial, centre: Centre) -> [usize; 2] {
        let mirrored = self.mirror_back && trial.mirrored;
        [centre.row, if mirrored { self.region.ncols() - 1 - centre.column } else { centre.column }]
    }

    /// The centres of a trial in the coordinates of the map.
    pub(super) fn places<'a>(&'a self, trial: &'a Trial) -> impl Iterator<Item = [usize; 2]> + 'a {
        trial.centres.iter().map(|&centre| self.place(trial, centre))
    }

    /// How many times the expected field of one bubble a trial's field is expected to be: its bubbles, or 1 where the
    /// number of bubbles does not matter.
    pub(super) fn weight(&self, trial: &Trial) -> f64 {
        match self.shown {
            Shown::Centres | Shown::Masks { .. } if !self.within_trial => self.places(trial).count() as f64,
            _ => 1.0,
        }
    }

    /// Adds the unsmoothed fields of trials, each weighted by one number, to a plane.
    pub(super) fn add_weighted(&self, trials: &[Trial], rows: &[usize], weights: &[f64], plane: &mut Array2<f64>) {
        if let (Shown::Noise(fields), false) = (&self.shown, self.within_trial) {
            return self.add_noise(fields, trials, (rows, weights), plane);
        }
        let mut taken_off = 0.0;
        for (trial, &weight) in rows.iter().filter_map(|&row| trials.get(row)).zip(weights) {
            let field = self.sharp(trial);
            let Scale { mean, sd } = self.scale(trial, field.as_ref());
            let weight = weight / sd;
            taken_off += weight * mean;
            match field {
                Some(field) => plane.scaled_add(weight, &field),
                None => self.places(trial).for_each(|place| plane[place] += weight),
            }
        }
        if taken_off != 0.0 {
            self.take_off(taken_off, plane);
        }
    }

    /// Noise that several trials show is added once, with the sum of their weights.
    fn add_noise(
        &self,
        fields: &HashMap<String, Array2<f64>>,
        trials: &[Trial],
        (rows, weights): (&[usize], &[f64]),
        plane: &mut Array2<f64>,
    ) {
        let mut sums: BTreeMap<(&str, bool), f64> = BTreeMap::new();
        for (trial, weight) in rows.iter().filter_map(|&row| trials.get(row)).zip(weights) {
            *sums.entry((trial.noise(), self.mirror_back && trial.mirrored)).or_default() += weight;
        }
        for ((name, mirrored), weight) in sums {
            let Some(field) = fields.get(name) else { continue };
            let mut field = field.view();
            if mirrored {
                field.invert_axis(ndarray::Axis(1));
            }
            plane.scaled_add(weight, &field);
        }
    }

    fn take_off(&self, value: f64, plane: &mut Array2<f64>) {
        Zip::from(plane).and(&self.region).for_each(|cell, inside| *cell -= value * f64::from(u8::from(*inside)));
    }

    /// The mask or noise of a trial in the coordinates of the map; `None` for centres, which stay a list.
    fn sharp(&self, trial: &Trial) -> Option<Array2<f64>> {
        match &self.shown {
            Shown::Centres => None,
            Shown::Masks { aperture, combine, .. } => {
                let centres: Vec<Centre> = self.places(trial).map(|[row, column]| Centre::new(row, column)).collect();
                Some(aperture.mask(self.region.dim(), &centres, *combine).mapv(f64::from))
            }
            Shown::Noise(fields) => {
                let mut field = fields.get(trial.noise()).cloned().unwrap_or_else(|| Array2::zeros(self.region.dim()));
                if self.mirror_back && trial.mirrored {
                    field.invert_axis(ndarray::Axis(1));
                }
                Some(field)
            }
        }
    }

    /// Mean 0 and standard deviation 1 unless fields are standardised; an infinite one for a field that is constant.
    fn scale(&self, trial: &Trial, field: Option<&Array2<f64>>) -> Scale {
        if !self.within_trial {
            return Scale { mean: 0.0, sd: 1.0 };
        }
        let area = self.area() as f64;
        let inside = |place: &[usize; 2]| self.region.get(*place) == Some(&true);
        let (sum, squares) = match field {
            None => {
                let count = self.places(trial).filter(inside).count() as f64;
                (count, count)
            }
            Some(field) => (field.iter().zip(&self.region).filter(|(_, inside)| **inside))
                .fold((0.0, 0.0), |(sum, squares), (value, _)| (sum + value, squares + value * value)),
        };
        let variance = (squares - sum * sum / area) / (area - 1.0);
        Scale { mean: sum / area, sd: if variance > 1e-12 { variance.sqrt() } else { f64::INFINITY } }
    }

    /// The smoothed sum of the fields of trials, each weighted by one number: a map without its statistics.
    pub fn sum(&self, trials: &[Trial], rows: &[usize], weights: &[f64]) -> Array2<f64> {
        let mut plane = Array2::zeros(self.region.dim());
        self.add_weighted(trials, rows, weights, &mut plane);
        self.smoothed(&plane)
    }

    pub(super) fn smoothed(&self, plane: &Array2<f64>) -> Array2<f64> {
        smooth(plane, self.smoothing_sd, Edge::Zero)
    }

    /// What makes the smoothed field of one trial after another.
    pub(super) fn stamp(&self) -> Stamp<'_> {
        let floor = self.within_trial.then(|| self.smoothed(&self.region.mapv(|inside| f64::from(u8::from(inside)))));
        let profile = if self.smoothing_sd > 0.0 { kernel(self.smoothing_sd) } else { vec![1.0] };
        Stamp { frame: self, profile, floor }
    }
}

/// Smoothed bubbles are stamped on a plane: much cheaper than smoothing a plane that holds a few dozen centres.
pub(super) struct Stamp<'a> {
    frame: &'a Frame,
    profile: Vec<f64>,
    floor: Option<Array2<f64>>,
}

impl Stamp<'_> {
    /// Replaces what a plane holds by the smoothed field of a trial.
    pub(super) fn field(&self, trial: &Trial, plane: &mut Array2<f64>) {
        let sharp = self.frame.sharp(trial);
        let Scale { mean, sd } = self.frame.scale(trial, sharp.as_ref());
        match sharp {
            Some(field) if self.frame.smoothing_sd > 0.0 => plane.assign(&self.frame.smoothed(&field)),
            Some(field) => plane.assign(&field),
            None => {
                plane.fill(0.0);
                self.frame.places(trial).for_each(|place| self.add(plane, place));
            }
        }
        if let Some(floor) = &self.floor {
            Zip::from(plane).and(floor).for_each(|value, floor| *value = (*value - mean * floor) / sd);
        }
    }

    fn add(&self, plane: &mut Array2<f64>, [row, column]: [usize; 2]) {
        let (rows, columns) = plane.dim();
        let reach = self.profile.len() / 2;
        let first = column.saturating_sub(reach);
        let last = (column + reach).min(columns - 1);
        let across = &self.profile[first + reach - column..=last + reach - column];
        for y in row.saturating_sub(reach)..=(row + reach).min(rows - 1) {
            let height = self.profile[y + reach - row];
            let mut line = plane.row_mut(y);
            let Some(line) = line.as_slice_mut() else { continue };
            line[first..=last].iter_mut().zip(across).for_each(|(value, width)| *value += height * width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(picture: &str, mirrored: bool, centres: &[(usize, usize)]) -> Trial {
        let centres = centres.iter().map(|&(row, column)| Centre::new(row, column)).collect();
        Trial { picture: picture.into(), mirrored, centres, ..Trial::default() }
    }

    fn frames() -> Vec<Frame> {
        let region = Array2::from_shape_fn((11, 16), |(row, column)| row + column > 5);
        let noise = Array2::from_shape_fn((11, 16), |(row, column)| ((row * 31 + column * 17) % 13) as f64 - 6.0);
        let aperture = Aperture::new(1.2);
        [
            Shown::Centres,
            Shown::Masks { aperture, sd: 1.2, combine: Combine::SumClip },
            Shown::Noise(Arc::new([("a".to_owned(), noise)].into())),
        ]
        .into_iter()
        .flat_map(|shown| {
            let frame = Frame { shown, ..Frame::new(region.clone(), true, 1.5) };
            [frame.clone(), Frame { within_trial: true, ..frame.clone() }, Frame { smoothing_sd: 0.0, ..frame }]
        })
        .collect()
    }

    #[test]
    fn the_sum_of_fields_is_the_sum_of_each_in_every_way_of_making_them() {
        let trials =
            [trial("a", false, &[(3, 8), (4, 9), (9, 2)]), trial("a", true, &[(10, 15)]), trial("b", false, &[])];
        for frame in frames() {
            let mut sum = Array2::zeros(frame.region.dim());
            frame.add_weighted(&trials, &[0, 1, 2], &[2.0, -0.7, 0.4], &mut sum);
            let stamp = frame.stamp();
            let mut expected = Array2::<f64>::zeros(frame.region.dim());
            for (trial, weight) in trials.iter().zip([2.0, -0.7, 0.4]) {
                let mut plane = Array2::zeros(frame.region.dim());
                stamp.field(trial, &mut plane);
                expected.scaled_add(weight, &plane);
            }
            let found = frame.smoothed(&sum);
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-9), "{:?}", frame.shown);
            assert!(expected.iter().any(|value| value.abs() > 0.1));
        }
    }

    #[test]
    fn a_standardised_field_has_mean_0_and_variance_1_over_the_region_and_an_empty_one_is_0() {
        for frame in frames().into_iter().filter(|frame| frame.within_trial) {
            let frame = Frame { smoothing_sd: 0.0, ..frame };
            let mut plane = Array2::zeros(frame.region.dim());
            let centres = [(3, 8), (4, 9), (1, 1), (9, 2)];
            frame.stamp().field(&trial("a", false, &centres), &mut plane);
            let inside: Vec<f64> =
                plane.iter().zip(&frame.region).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect();
            let mean = inside.iter().sum::<f64>() / inside.len() as f64;
            let variance = inside.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (inside.len() - 1) as f64;
            assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-9, "{mean} {variance}");
            frame.stamp().field(&trial("none", false, &[]), &mut plane);
            assert!(plane.iter().all(|value| *value == 0.0));
        }
    }

    #[test]
    fn mirrored_bubbles_come_back() {
        let frame = Frame::new(Array2::from_elem((4, 10), true), true, 0.0);
        let trial = trial("a", true, &[(2, 3)]);
        let mut plane = Array2::zeros((4, 10));
        frame.stamp().field(&trial, &mut plane);
        assert_eq!((plane[[2, 6]], plane.sum()), (1.0, 1.0));
        assert_eq!(frame.weight(&trial), 1.0);
    }
}
