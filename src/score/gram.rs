//! Inner products of the normalised maps of a comparison, and their weighted means over many replicates at once.
//!
//! Every map is transformed, centred and scaled to norm 1. With H_s the maps of S observers and M_k those of K seeds,
//!   A = mean over s ≠ s' of ⟨H_s, H_s'⟩,   B = mean over k ≠ k' of ⟨M_k, M_k'⟩,   C = mean of ⟨H_s, M_k⟩,
//! averaged over pictures before any ratio is taken. A map never meets itself, so no copy made by resampling inflates A or B.
//! A replicate needs the weights of pictures, observers and seeds only, whatever the number of pixels.

use ndarray::{Array1, Array2, Axis};

use super::agreement::Sampled;
use crate::stats::correlate::dot;

/// Weights of a factor: a row a replicate, a column a level. `None`: not resampled, every weight 1.
pub type Weights<'a> = Option<&'a Array2<f64>>;

/// Products of pairs of maps: a row a picture, a column a pair.
#[derive(Debug, Clone)]
pub struct Pairs {
    values: Array2<f64>,
    /// 1 where both maps are there, else 0; `None` where all are.
    present: Option<Array2<f64>>,
    makers: Vec<(usize, usize)>,
}

impl Pairs {
    fn new(left: &[Vec<Sampled>], right: &[Vec<Sampled>], makers: Vec<(usize, usize)>) -> Pairs {
        let mut values = Array2::zeros((left.len(), makers.len()));
        let mut present = Array2::ones((left.len(), makers.len()));
        for (picture, (x, y)) in left.iter().zip(right).enumerate() {
            for (at, (i, j)) in makers.iter().enumerate() {
                match (&x[*i], &y[*j]) {
                    (Some(x), Some(y)) => values[[picture, at]] = dot(x, y),
                    _ => present[[picture, at]] = 0.0,
                }
            }
        }
        let all = present.iter().all(|there| *there == 1.0);
        Pairs { values, present: (!all).then_some(present), makers }
    }

    /// Pairs of different makers of one side.
    fn within(maps: &[Vec<Sampled>]) -> Pairs {
        let count = maps.first().map_or(0, Vec::len);
        let makers = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).collect();
        Pairs::new(maps, maps, makers)
    }

    /// Every map of one side with every map of the other.
    fn between(left: &[Vec<Sampled>], right: &[Vec<Sampled>]) -> Pairs {
        let [rows, columns] = [left, right].map(|maps| maps.first().map_or(0, Vec::len));
        let makers = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).collect();
        Pairs::new(left, right, makers)
    }

    /// The weighted mean of all products in each of `count` replicates; `None` where no pair has weight.
    pub fn means(&self, count: usize, pictures: Weights, left: Weights, right: Weights) -> Vec<Option<f64>> {
        let products = (left.is_some() || right.is_some()).then(|| {
            let weight =
                |weights: Weights, replicate: usize, maker: usize| weights.map_or(1.0, |w| w[[replicate, maker]]);
            Array2::from_shape_fn((self.makers.len(), count), |(pair, replicate)| {
                let (i, j) = self.makers[pair];
                weight(left, replicate, i) * weight(right, replicate, j)
            })
        });
        let sums = weighted(&self.values, count, pictures, products.as_ref());
        let totals = match &self.present {
            Some(present) => weighted(present, count, pictures, products.as_ref()),
            None => {
                let of_pictures = |replicate: usize| match pictures {
                    Some(weights) => weights.row(replicate).sum(),
                    None => self.values.nrows() as f64,
                };
                let of_pairs = |replicate: usize| match &products {
                    Some(products) => products.column(replicate).sum(),
                    None => self.makers.len() as f64,
                };
                (0..count).map(|replicate| of_pictures(replicate) * of_pairs(replicate)).collect()
            }
        };
        sums.iter().zip(&totals).map(|(sum, total)| (*total > 0.0).then(|| sum / total)).collect()
    }

    /// The products of one picture as a matrix of makers, `None` where a map is missing. Pairs are mirrored.
    fn square(&self, picture: usize, makers: usize) -> Vec<Vec<Option<f64>>> {
        let mut matrix = vec![vec![None; makers]; makers];
        for (at, (i, j)) in self.makers.iter().enumerate() {
            let there = self.present.as_ref().is_none_or(|present| present[[picture, at]] == 1.0);
            let value = there.then(|| self.values[[picture, at]]);
            (matrix[*i][*j], matrix[*j][*i]) = (value, value);
        }
        matrix
    }

    /// The mean product of each picture; `None` where one has no pair.
    pub fn of_pictures(&self) -> Option<Vec<f64>> {
        let mean = |picture: usize| {
            let total = self.present.as_ref().map_or(self.makers.len() as f64, |present| present.row(picture).sum());
            (total > 0.0).then(|| self.values.row(picture).sum() / total)
        };
        (0..self.values.nrows()).map(mean).collect()
    }

    /// Every product, in row-major order of picture, left and right maker; `None` unless all are there.
    pub fn complete(&self) -> Option<Vec<f64>> {
        self.present.is_none().then(|| self.values.iter().copied().collect())
    }
}

/// Σ_p w_p Σ_pairs w_pair value, for every replicate.
fn weighted(values: &Array2<f64>, count: usize, pictures: Weights, products: Option<&Array2<f64>>) -> Array1<f64> {
    match (pictures, products) {
        (None, None) => Array1::from_elem(count, values.sum()),
        (None, Some(products)) => values.sum_axis(Axis(0)).dot(products),
        (Some(pictures), None) => pictures.dot(&values.sum_axis(Axis(1))),
        (Some(pictures), Some(products)) => {
            let of_pictures = values.dot(products);
            (0..count).map(|replicate| pictures.row(replicate).dot(&of_pictures.column(replicate))).collect()
        }
    }
}

/// The products of both sides and between them.
#[derive(Debug, Clone)]
pub struct Gram {
    /// Pairs of observers.
    pub human: Pairs,
    /// Pairs of seeds.
    pub model: Pairs,
    /// An observer and a seed.
    pub cross: Pairs,
    /// Number of usable human maps of each picture.
    observers: Vec<usize>,
    /// Number of observers.
    makers: usize,
}

impl Gram {
    /// Products of normalised rows: picture, maker.
    pub fn new(human: &[Vec<Sampled>], model: &[Vec<Sampled>]) -> Gram {
        Gram {
            human: Pairs::within(human),
            model: Pairs::within(model),
            cross: Pairs::between(human, model),
            observers: human.iter().map(|maps| maps.iter().flatten().count()).collect(),
            makers: human.first().map_or(0, Vec::len),
        }
    }

    /// The same human side with other network maps.
    pub fn with_model(&self, human: &[Vec<Sampled>], model: &[Vec<Sampled>]) -> Gram {
        Gram { model: Pairs::within(model), cross: Pairs::between(human, model), ..self.clone() }
    }

    /// Number of pictures; 1 for a task.
    pub fn pictures(&self) -> usize {
        self.observers.len()
    }

    /// Agreement picture by picture, scaled so that its mean is the raw score; `None` where a picture has none.
    pub fn raw_of_pictures(&self, raw: f64) -> Option<Vec<f64>> {
        let scale = raw / self.cross.means(1, None, None, None)[0]?;
        Some(self.cross.of_pictures()?.into_iter().map(|value| value * scale).collect())
    }

    /// Number of observers behind the mean human map of a picture: the harmonic mean over pictures, because the noise of a
    /// mean map goes with 1 / n.
    pub fn observers_per_map(&self) -> f64 {
        let usable: Vec<f64> = self.observers.iter().filter(|count| **count > 0).map(|count| *count as f64).collect();
        usable.len() as f64 / usable.iter().map(|count| 1.0 / count).sum::<f64>()
    }

    /// For each picture, the matrix of the products of the observers who have a usable map of it, 1 on the diagonal.
    pub fn human_matrices(&self) -> Vec<Vec<Vec<f64>>> {
        (0..self.observers.len())
            .map(|picture| {
                let matrix = self.human.square(picture, self.makers);
                let usable: Vec<usize> =
                    (0..self.makers).filter(|maker| matrix[*maker].iter().any(Option::is_some)).collect();
                let value = |i: usize, j: usize| if i == j { 1.0 } else { matrix[i][j].unwrap_or(0.0) };
                usable.iter().map(|i| usable.iter().map(|j| value(*i, *j)).collect()).collect()
            })
            .collect()
    }
}
