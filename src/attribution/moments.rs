//! Sums over trials, of responses and of what each trial showed, from which covariance maps follow.
//!
//! `cov(p) = mean over trials of (r - mean r) m(p)`, kept apart for even and odd trials, whose two maps say how much of
//! the map is chance: `r_12` corrected for the whole by Spearman-Brown, `2 r / (1 + r)`.

use ndarray::{Array2, Zip};

use crate::bubbles::Centre;
use crate::stats::correlate::pearson;

/// The sums of one half.
struct Moments {
    trials: f64,
    responses: f64,
    squares: f64,
    shown: Array2<f64>,
    products: Array2<f64>,
}

impl Moments {
    fn new(shape: (usize, usize)) -> Moments {
        let zeros = || Array2::zeros(shape);
        Moments { trials: 0.0, responses: 0.0, squares: 0.0, shown: zeros(), products: zeros() }
    }

    fn count(&mut self, response: f64) {
        self.trials += 1.0;
        self.responses += response;
        self.squares += response * response;
    }

    fn with(&self, other: &Moments) -> Moments {
        Moments {
            trials: self.trials + other.trials,
            responses: self.responses + other.responses,
            squares: self.squares + other.squares,
            shown: &self.shown + &other.shown,
            products: &self.products + &other.products,
        }
    }

    fn mean_product(&self) -> Array2<f64> {
        &self.products / self.trials.max(1.0)
    }

    fn covariance(&self) -> Array2<f64> {
        let trials = self.trials.max(1.0);
        let mean = self.responses / trials;
        (&self.products - &(&self.shown * mean)) / trials
    }
}

/// The sums of even and of odd trials.
pub struct Halves([Moments; 2]);

impl Halves {
    /// No trials yet, of pictures of a shape (rows, columns).
    pub fn new(shape: (usize, usize)) -> Halves {
        Halves([Moments::new(shape), Moments::new(shape)])
    }

    /// Adds a trial that showed the picture through a mask.
    pub fn add_mask(&mut self, trial: usize, response: f64, mask: &Array2<f32>) {
        let half = &mut self.0[trial % 2];
        half.count(response);
        Zip::from(&mut half.shown).and(&mut half.products).and(mask).for_each(|shown, product, &opening| {
            *shown += f64::from(opening);
            *product += response * f64::from(opening);
        });
    }

    /// Adds a trial that showed apertures at some centres.
    pub(super) fn add_centres(&mut self, trial: usize, response: f64, centres: &[Centre]) {
        let half = &mut self.0[trial % 2];
        half.count(response);
        for centre in centres {
            half.shown[[centre.row, centre.column]] += 1.0;
            half.products[[centre.row, centre.column]] += response;
        }
    }

    /// Covariance of the responses of all trials with what was shown at each pixel.
    pub fn covariance(&self) -> Array2<f64> {
        self.0[0].with(&self.0[1]).covariance()
    }

    /// Covariance within even and within odd trials.
    pub fn covariances(&self) -> [Array2<f64>; 2] {
        [self.0[0].covariance(), self.0[1].covariance()]
    }

    /// Mean over all trials of the response times what was shown at each pixel: the covariance without centring.
    pub fn mean_product(&self) -> Array2<f64> {
        self.0[0].with(&self.0[1]).mean_product()
    }

    /// Mean of the products within even and within odd trials.
    pub fn mean_products(&self) -> [Array2<f64>; 2] {
        [self.0[0].mean_product(), self.0[1].mean_product()]
    }

    /// Standard deviation (of the population) of all responses.
    pub(super) fn response_sd(&self) -> f64 {
        let all = self.0[0].with(&self.0[1]);
        let mean = all.responses / all.trials.max(1.0);
        (all.squares / all.trials.max(1.0) - mean * mean).max(0.0).sqrt()
    }
}

/// Split-half reliability over the pixels of a region: Pearson's r of two half maps, corrected for the whole.
///
/// A negative r is corrected symmetrically, `2 r / (1 + |r|)`, which stays within -1..1. `None` where a map is constant.
pub(super) fn reliability(halves: [&Array2<f64>; 2], region: &Array2<bool>) -> Option<f64> {
    let inside = |map: &Array2<f64>| -> Vec<f64> {
        map.iter().zip(region).filter_map(|(&value, &inside)| inside.then_some(value)).collect()
    };
    let r = pearson(&inside(halves[0]), &inside(halves[1])).ok()?;
    Some(2.0 * r / (1.0 + r.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn covariance_and_sd_are_those_of_the_definition() {
        let masks = [array![[1.0f32, 0.0]], array![[0.5, 1.0]], array![[0.0, 1.0]]];
        let responses = [3.0, 1.0, -1.0];
        let mut halves = Halves::new((1, 2));
        (0..3).for_each(|trial| halves.add_mask(trial, responses[trial], &masks[trial]));
        let direct = [(2.0 * 1.0 - 2.0 * 0.0) / 3.0, (-2.0 * 1.0) / 3.0];
        let covariance = halves.covariance();
        assert!((covariance[[0, 0]] - direct[0]).abs() < 1e-12 && (covariance[[0, 1]] - direct[1]).abs() < 1e-12);
        assert!((halves.response_sd() - (8.0f64 / 3.0).sqrt()).abs() < 1e-12);
        let products = halves.mean_product();
        assert!((products[[0, 0]] - 3.5 / 3.0).abs() < 1e-12 && products[[0, 1]].abs() < 1e-12, "{products}");
        assert_eq!(halves.mean_products()[1], array![[0.5, 1.0]]);
        assert_eq!(halves.covariances()[1], array![[0.0, 0.0]], "one trial does not vary");
        let mut centres = Halves::new((1, 2));
        centres.add_centres(0, 2.0, &[Centre::new(0, 1)]);
        centres.add_centres(1, 4.0, &[Centre::new(0, 0)]);
        assert_eq!(centres.covariance(), array![[0.5, -0.5]]);
    }

    #[test]
    fn reliability_is_corrected_for_length_and_undefined_for_constants() {
        let (a, b) = (array![[1.0, 2.0, 3.0, 9.0]], array![[2.0, 1.0, 3.0, -9.0]]);
        let region = array![[true, true, true, false]];
        assert!((reliability([&a, &b], &region).unwrap() - 2.0 * 0.5 / 1.5).abs() < 1e-12);
        assert!((reliability([&a, &-&b], &region).unwrap() + 2.0 * 0.5 / 1.5).abs() < 1e-12);
        assert_eq!(reliability([&a, &Array2::ones((1, 4))], &region), None);
    }
}
