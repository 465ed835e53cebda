//! The information value of a classification image of noise: how far its norm lies above the norms of images of random
//! responders, in robust standard deviations,
//!   (|CI| - median) / (1.4826 median |norm - median|),   |CI| the root of the sum of squares over the region
//! (infoVal; Brinkman et al. 2019, Behavior Research Methods 51:2059; Schmitz et al. 2020; rcicr, `computeInfoVal2IFC`).
//!
//! There are two references: the trials of the image answered at random, and, as rcicr has it, every pattern answered once. They
//! are the same for one person who saw every pattern once; the mean of many answers to a pattern has a smaller norm than
//! one answer, so that the second asks too much of a group.

use std::collections::BTreeMap;

use ndarray::Array2;
use rand::RngExt;

use super::estimator::{Sample, choice_weights};
use crate::parameter::Values;
use crate::seed::Seed;
use crate::stats::quantile::median;

/// Random responders whose images are made together.
const TOGETHER: usize = 256;

/// One information value.
#[derive(Debug, Clone, PartialEq)]
pub struct Information {
    /// What the random responders answered: `trials` (those of the image) or `patterns` (each once).
    pub reference: &'static str,
    /// Norm of the image.
    pub norm: f64,
    /// Median of the norms of random responders.
    pub median: f64,
    /// 1.4826 times the median of their distances from it.
    pub deviation: f64,
    /// The value; `None` where the norms of random responders do not vary.
    pub value: Option<f64>,
}

impl Information {
    /// The value of an image of this norm against the norms of random responders.
    pub fn new(reference: &'static str, norm: f64, norms: &[f64]) -> Information {
        let middle = median(norms).unwrap_or(0.0);
        let distances: Vec<f64> = norms.iter().map(|one| (one - middle).abs()).collect();
        let deviation = 1.4826 * median(&distances).unwrap_or(0.0);
        let value = (deviation > 1e-12 * middle.abs()).then(|| (norm - middle) / deviation);
        Information { reference, norm, median: middle, deviation, value }
    }
}

/// The patterns of some trials, and the sums of products of every two over the region.
pub struct Products {
    places: BTreeMap<(String, bool), usize>,
    products: Array2<f64>,
}

impl Products {
    /// Of every pattern that the trials of a sample show.
    pub fn new(sample: &Sample) -> Products {
        let (frame, mut places, mut first) = (sample.frame, BTreeMap::new(), Vec::new());
        for &row in sample.responses.iter().flat_map(|one| &one.rows) {
            let key = key(sample, row);
            let next = places.len();
            if *places.entry(key).or_insert(next) == next && first.len() == next {
                first.push(row);
            }
        }
        let pixels = frame.area();
        let mut fields = Array2::<f64>::zeros((first.len(), pixels));
        for (row, mut line) in first.iter().zip(fields.rows_mut()) {
            let field = frame.sum(sample.trials, &[*row], &[1.0]);
            let inside = field.iter().zip(&frame.region).filter(|(_, inside)| **inside);
            line.iter_mut().zip(inside).for_each(|(cell, (value, _))| *cell = *value);
        }
        Products { places, products: fields.dot(&fields.t()) }
    }

    /// Information values of an image of a sample, by every reference.
    pub fn information(
        &self,
        sample: &Sample,
        values: &Values,
        map: &Array2<f64>,
        (iterations, seed): (usize, Seed),
    ) -> Vec<Information> {
        let norm = map.iter().map(|value| value * value).sum::<f64>().sqrt();
        let weights = choice_weights(sample, values);
        let mut trials: Vec<(usize, f64)> = Vec::new();
        for (one, weights) in sample.responses.iter().zip(&weights) {
            for (&row, weight) in one.rows.iter().zip(weights) {
                trials.extend(self.places.get(&key(sample, row)).map(|&place| (place, *weight)));
            }
        }
        let count = self.places.len();
        let once: Vec<(usize, f64)> = (0..count).map(|place| (place, 1.0 / count.max(1) as f64)).collect();
        [("trials", trials), ("patterns", once)]
            .into_iter()
            .map(|(reference, trials)| {
                let norms = self.norms(&trials, iterations, seed.derive(reference, 0));
                Information::new(reference, norm, &norms)
            })
            .collect()
    }

    /// Norms of the images of random responders to trials with these patterns and weights.
    fn norms(&self, trials: &[(usize, f64)], iterations: usize, seed: Seed) -> Vec<f64> {
        let mut norms = Vec::with_capacity(iterations);
        for begin in (0..iterations).step_by(TOGETHER) {
            let together = TOGETHER.min(iterations - begin);
            let mut sums = Array2::<f64>::zeros((together, self.places.len()));
            for (at, mut line) in sums.rows_mut().into_iter().enumerate() {
                let mut generator = seed.stream("responder", (begin + at) as u64);
                let mut bits = 0_u64;
                for (number, (place, weight)) in trials.iter().enumerate() {
                    if number % 64 == 0 {
                        bits = generator.random();
                    }
                    line[*place] += if bits & 1 == 1 { *weight } else { -*weight };
                    bits >>= 1;
                }
            }
            let products = sums.dot(&self.products);
            let squares = sums.rows().into_iter().zip(products.rows()).map(|(a, b)| a.dot(&b).max(0.0));
            norms.extend(squares.map(f64::sqrt));
        }
        norms
    }
}

/// What a trial shows: its pattern, and whether it is mirrored on the map.
fn key(sample: &Sample, row: usize) -> (String, bool) {
    sample
        .trials
        .get(row)
        .map_or((String::new(), false), |trial| (trial.noise().to_owned(), sample.frame.mirror_back && trial.mirrored))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;
    use crate::human::{Estimator, Frame, Response, Shown, residuals_of};
    use crate::trials::Trial;

    #[test]
    fn the_value_is_the_distance_from_the_median_in_robust_standard_deviations() {
        // R: x <- c(1, 2, 4, 7, 11); (9 - median(x)) / mad(x)
        let found = Information::new("trials", 9.0, &[1.0, 2.0, 4.0, 7.0, 11.0]);
        assert!((found.value.unwrap() - 5.0 / (1.4826 * 3.0)).abs() < 1e-12, "{found:?}");
        assert_eq!(Information::new("trials", 9.0, &[2.0; 5]).value, None);
    }

    #[test]
    fn the_norms_of_random_responders_are_those_of_every_pattern_of_signs() {
        // Three patterns on four pixels: each of the 4 different norms of ±a ±b ±c comes as often.
        let patterns = [[1.0, 0.0, 0.0, 0.5], [0.5, 1.0, 0.0, 0.0], [0.25, 0.0, 1.0, 0.125]];
        let field = |at: usize| Array2::from_shape_vec((2, 2), patterns[at].to_vec()).unwrap();
        let fields: HashMap<String, Array2<f64>> = (0..3).map(|at| (at.to_string(), field(at))).collect();
        let trial = |at: usize, response: &str| Trial {
            observer: "o".into(),
            picture: at.to_string(),
            response: Some(response.to_owned()),
            ..Trial::default()
        };
        let trials = [trial(0, "1"), trial(1, "-1"), trial(2, "1")];
        let region = Array2::from_elem((2, 2), true);
        let frame = Frame { shown: Shown::Noise(Arc::new(fields)), ..Frame::new(region, false, 0.0) };
        let (responses, _) = residuals_of(&Response::named("response", false), &trials, &[], false);
        let classes = HashMap::new();
        let sample =
            Sample { trials: &trials, responses: &responses, frame: &frame, nuisances: &[], classes: &classes };
        let estimator = Estimator::named("noise_forced_choice").unwrap();
        let values = estimator.values(&Default::default()).unwrap();
        let map = (estimator.estimate)(&sample, &values, Seed(1)).unwrap().map;
        let expected = |signs: [f64; 3]| {
            let pixel = |at: usize| (0..3).map(|one| signs[one] * patterns[one][at] / 3.0).sum::<f64>();
            (0..4).map(|at| pixel(at).powi(2)).sum::<f64>().sqrt()
        };
        let mut four = [[1.0, 1.0, 1.0], [1.0, 1.0, -1.0], [1.0, -1.0, 1.0], [-1.0, 1.0, 1.0]].map(expected);
        let found = Products::new(&sample).information(&sample, &values, &map, (4001, Seed(2)));
        assert_eq!(found.iter().map(|one| one.reference).collect::<Vec<_>>(), ["trials", "patterns"]);
        four.sort_by(f64::total_cmp);
        for one in found {
            assert!((one.norm - expected([1.0, -1.0, 1.0])).abs() < 1e-12);
            // The median is one of the two in the middle.
            assert!(four[1..3].iter().any(|norm| (norm - one.median).abs() < 1e-9), "{one:?} {four:?}");
        }
    }
}
