//! LIME: a linear model of the explained value in which superpixels are visible (Ribeiro, Singh & Guestrin 2016, KDD,
//! arXiv:1602.04938).
//!
//! The picture is cut into superpixels by quickshift. Row 1 of the design shows all of them, the others show each with
//! probability 1/2. With d the cosine distance of a row from the first, `1 - sqrt(visible / all)`, a row weighs
//! `sqrt(exp(-d² / width²))`. The map paints each superpixel with its coefficient in the weighted ridge regression with
//! intercept: `sum_i w_i (f_i - a - z_i · b)² + ridge |b|²` is smallest. Defaults are those of the `lime` package: 1000
//! rows, width .25, ridge 1, quickshift with kernel 4, distance 200, ratio .2.
//!
//! Departures: f is the margin, not the probability; what is hidden becomes the background, not the mean colour of the
//! superpixel; the deviates that break ties in quickshift are fixed, so that a picture has its superpixels once.
//! The reliability compares the regressions of even and of odd rows, each with row 1.
//!
//! Blur: that of superpixels painted evenly, see `parts`. Ridge shrinks; it does not blur.

use ndarray::Array2;
use rand::RngExt;

use super::gradient::outputs_only;
use super::moments::reliability;
use super::order::in_order;
use super::parameter::number;
use super::quickshift::{Quickshift, superpixels};
use super::{Method, Question, Saliency};
use crate::error::{Error, Result};
use crate::map::Map;
use crate::stats::correlate::dot;
use crate::stats::solve::least_squares;

pub(super) const METHOD: Method = Method {
    name: "lime",
    description: "coefficients of superpixels in a linear model of the explained value",
    source: "Ribeiro, Singh & Guestrin 2016, KDD, arXiv:1602.04938",
    parameters: &[
        number("samples", "number of masks, the first of which shows all", 1000.0, 10.0..=1e6),
        number("kernel_size", "sd of the density of quickshift, px; larger = fewer superpixels", 4.0, 1.0..=100.0),
        number("max_distance", "longest step of quickshift, px and colour together", 200.0, 1.0..=1e6),
        number("ratio", "weight of colour (CIE Lab) against place in quickshift", 0.2, 0.0..=100.0),
        number(
            "kernel_width",
            "width of the weight of masks, as cosine distance from the whole picture",
            0.25,
            0.01..=100.0,
        ),
        number("ridge", "penalty of the squared coefficients", 1.0, 1e-6..=1e6),
    ],
    check: outputs_only,
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [samples, kernel_size, max_distance, ratio, kernel_width, ridge] = question.values.numbers()?;
    let samples = samples.round() as usize;
    question.shape()?;
    let parts = superpixels(question.picture, &Quickshift { kernel_size, max_distance, ratio });
    let count = parts.count();
    if count < 2 {
        return Err(Error::invalid(format!("lime needs two superpixels, and the picture is cut into {count}"))
            .hint("make `kernel_size` in [attribution.parameters.lime] smaller"));
    }
    let row = |index: usize| -> Vec<f64> {
        let mut random = question.seed.stream("mask", index as u64);
        (0..count).map(|_| if index == 0 || random.random_bool(0.5) { 1.0 } else { 0.0 }).collect()
    };
    let mut design = Array2::zeros((samples, count));
    let mut margins = vec![0.0; samples];
    let work = |index: usize| {
        let row = row(index);
        Ok((question.value_through(&parts.mask(&row))?, row))
    };
    in_order(samples, work, |index, (margin, row)| {
        margins[index] = margin;
        design.row_mut(index).assign(&ndarray::aview1(&row));
    })?;
    let fitted = |rows: Vec<usize>| -> Result<Array2<f64>> {
        let part = Array2::from_shape_fn((rows.len(), count), |(at, column)| design[[rows[at], column]]);
        let weights: Vec<f64> = part.rows().into_iter().map(|row| weight(row.sum(), count, kernel_width)).collect();
        let margins: Vec<f64> = rows.iter().map(|&row| margins[row]).collect();
        let (coefficients, _) = ridge_regression(&part, &margins, &weights, ridge).ok_or_else(|| undecided(ridge))?;
        Ok(parts.painted(&coefficients))
    };
    let half = |odd: usize| (0..samples).filter(|&row| row == 0 || row % 2 == odd).collect();
    let (even, odd) = (fitted(half(0))?, fitted(half(1))?);
    Ok(Saliency {
        map: Map::from_f64(&fitted((0..samples).collect())?)?,
        evaluations: samples,
        reliability: reliability([&even, &odd], &question.setting.region),
        blur_sd: parts.blur_sd(),
        layer: None,
        delta: None,
    })
}

fn undecided(ridge: f64) -> Error {
    Error::invalid(format!("the regression of lime with a ridge of {ridge} has no solution"))
        .hint("make `ridge` or `samples` in [attribution.parameters.lime] larger")
}

/// Weight of a row in which `visible` of all parts are visible: `sqrt(exp(-d² / width²))`, d the cosine distance.
pub fn weight(visible: f64, parts: usize, kernel_width: f64) -> f64 {
    let distance = 1.0 - (visible / parts as f64).sqrt();
    (-(distance / kernel_width).powi(2)).exp().sqrt()
}

/// Coefficients and intercept of a weighted ridge regression; the intercept is not penalised.
///
/// `design` has a row for each response and a column for each coefficient. `None` where they are undecided.
pub fn ridge_regression(
    design: &Array2<f64>,
    responses: &[f64],
    weights: &[f64],
    penalty: f64,
) -> Option<(Vec<f64>, f64)> {
    if [responses.len(), weights.len()] != [design.nrows(); 2] {
        return None;
    }
    let total: f64 = weights.iter().sum();
    let means = design.t().dot(&ndarray::aview1(weights)) / total;
    let mean = dot(weights, responses) / total;
    let centred: Vec<f64> = responses.iter().map(|response| response - mean).collect();
    let coefficients = least_squares(&(design - &means), &centred, weights, penalty)?;
    let intercept = mean - dot(&coefficients, &means.to_vec());
    Some((coefficients, intercept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn weights_and_ridge_are_those_of_the_packages() {
        let design = array![
            [1.0, 1.0, 1.0],
            [1.0, 0.0, 1.0],
            [0.0, 0.0, 1.0],
            [1.0, 1.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0]
        ];
        let responses = [2.0, 0.5, -1.0, 3.0, 1.5, 0.25];
        let weights: Vec<f64> = design.rows().into_iter().map(|row| weight(row.sum(), 3, 0.25)).collect();
        let close = |found: &[f64], expected: &[f64]| found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        // numpy, with the formula of lime_base.py: sqrt(exp(-d² / .25²)).
        let expected = [1.0, 0.7638467961759128, 0.23953341317895055, 0.7638467961759128, 0.23953341317895055];
        assert!(close(&weights, &expected) && (weights[5] - 0.000_335_462_627_902_511_8).abs() < 1e-15, "{weights:?}");
        // scikit-learn 1.9: Ridge(alpha=1).fit(design, responses, sample_weight=weights).
        let (found, intercept) = ridge_regression(&design, &responses, &weights, 1.0).unwrap();
        assert!(close(&found, &[0.44494116489907853, 0.7517623993268185, -0.5003466669771455]), "{found:?}");
        assert!((intercept - 1.0524965780125188).abs() < 1e-12);
        let (even, _) = ridge_regression(&design, &responses, &[1.0; 6], 1.0).unwrap();
        assert!((even[0] - found[0]).abs() > 0.01, "weights matter: {even:?}");
    }

    #[test]
    fn ridge_shrinks_a_linear_function_by_its_closed_form() {
        // Every subset of four: centred columns are orthogonal with the sum of squares n / 4.
        let design = Array2::from_shape_fn((16, 4), |(row, column)| f64::from(u8::from(row >> column & 1 == 1)));
        let truth = [1.0, -2.0, 0.5, 0.0];
        let responses: Vec<f64> = design.dot(&ndarray::aview1(&truth)).iter().map(|value| value + 7.0).collect();
        for penalty in [1e-6, 1.0, 4.0] {
            let (found, _) = ridge_regression(&design, &responses, &[1.0; 16], penalty).unwrap();
            let shrunk = 4.0 / (4.0 + penalty);
            assert!(found.iter().zip(truth).all(|(a, b)| (a - b * shrunk).abs() < 1e-10), "{penalty}: {found:?}");
        }
    }
}
