//! Inner products of the normalised maps of a comparison, and their weighted means over many replicates at once.
//!
//! Every map is transformed, centred and scaled to norm 1. With H_s the maps of S observers and M_k those of K seeds,
//!   A = mean over s ≠ s' of ⟨H_s, H_s'⟩,   B = mean over k ≠ k' of ⟨M_k, M_k'⟩,   C = mean of ⟨H_s, M_k⟩,
//! averaged over pictures before any ratio is taken. A map never meets itself, so no copy made by resampling inflates A or B.
//! A replicate needs the weights of pictures, observers and seeds only, whatever the number of pixels.
//!
//! A0, B0 and C0 are the same means over all pairs of maps of *different* pictures. For two makers with the sums X and Y of their maps,
//!   Σ over i ≠ j of ⟨x_i, y_j⟩ = ⟨X, Y⟩ - Σ over i of ⟨x_i, y_i⟩,
//! whichever pictures each of them has. Picture i is given ⟨x_i, Y⟩ + ⟨X, y_i⟩ - ⟨x_i, y_i⟩ - ⟨X, Y⟩ / I of it, which weights of
//! pictures change to first order in 1 / I, and the same of the numbers of pairs.

use ndarray::{Array1, Array2, Axis};

use super::agreement::Sampled;
use crate::stats::correlate::dot;

/// Weights of a factor: a row a replicate, a column a level. `None`: not resampled, every weight 1.
pub type Weights<'a> = Option<&'a Array2<f64>>;

/// Products of pairs of maps: a row a picture, a column a pair.
#[derive(Debug, Clone)]
pub struct Pairs {
    values: Array2<f64>,
    /// Number of pairs of maps behind each value, 0 where a map is missing; `None` where it is 1 everywhere.
    counts: Option<Array2<f64>>,
    makers: Vec<(usize, usize)>,
}

impl Pairs {
    fn new(left: &[Vec<Sampled>], right: &[Vec<Sampled>], makers: Vec<(usize, usize)>) -> Pairs {
        let mut values = Array2::zeros((left.len(), makers.len()));
        let mut counts = Array2::ones((left.len(), makers.len()));
        for (picture, (x, y)) in left.iter().zip(right).enumerate() {
            for (at, (i, j)) in makers.iter().enumerate() {
                match (&x[*i], &y[*j]) {
                    (Some(x), Some(y)) => values[[picture, at]] = dot(x, y),
                    _ => counts[[picture, at]] = 0.0,
                }
            }
        }
        let all = counts.iter().all(|count| *count == 1.0);
        Pairs { values, counts: (!all).then_some(counts), makers }
    }

    /// Products of maps of different pictures.
    fn of_different_pictures(left: &[Vec<Sampled>], right: &[Vec<Sampled>], makers: Vec<(usize, usize)>) -> Pairs {
        let pictures = left.len() as f64;
        let product = |x: &Sampled, y: &Sampled| x.as_ref().zip(y.as_ref()).map_or(0.0, |(x, y)| dot(x, y));
        let [every_left, every_right] = [left, right].map(sums);
        let shape = (left.len(), makers.len());
        let (mut values, mut counts) = (Array2::zeros(shape), Array2::zeros(shape));
        for (at, (i, j)) in makers.iter().enumerate() {
            let ((x_sum, x_count), (y_sum, y_count)) = (&every_left[*i], &every_right[*j]);
            let (of_all, pairs) = (product(x_sum, y_sum) / pictures, x_count * y_count / pictures);
            for picture in 0..left.len() {
                let (x, y) = (&left[picture][*i], &right[picture][*j]);
                let [has_x, has_y] = [x, y].map(|map| f64::from(u8::from(map.is_some())));
                values[[picture, at]] = product(x, y_sum) + product(x_sum, y) - product(x, y) - of_all;
                counts[[picture, at]] = has_x * y_count + x_count * has_y - has_x * has_y - pairs;
            }
        }
        Pairs { values, counts: Some(counts), makers }
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
        let totals = match &self.counts {
            Some(counts) => weighted(counts, count, pictures, products.as_ref()),
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
            let there = self.counts.as_ref().is_none_or(|counts| counts[[picture, at]] == 1.0);
            let value = there.then(|| self.values[[picture, at]]);
            (matrix[*i][*j], matrix[*j][*i]) = (value, value);
        }
        matrix
    }

    /// The mean product of each picture; `None` where one has no pair.
    pub fn of_pictures(&self) -> Option<Vec<f64>> {
        let mean = |picture: usize| {
            let total = self.counts.as_ref().map_or(self.makers.len() as f64, |counts| counts.row(picture).sum());
            (total > 0.0).then(|| self.values.row(picture).sum() / total)
        };
        (0..self.values.nrows()).map(mean).collect()
    }

    /// Every product, in row-major order of picture, left and right maker; `None` unless all are there.
    pub fn complete(&self) -> Option<Vec<f64>> {
        self.counts.is_none().then(|| self.values.iter().copied().collect())
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

/// Pairs of different makers of one side.
fn within(maps: &[Vec<Sampled>]) -> Vec<(usize, usize)> {
    let count = maps.first().map_or(0, Vec::len);
    (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).collect()
}

/// Every maker of one side with every maker of the other.
fn between(left: &[Vec<Sampled>], right: &[Vec<Sampled>]) -> Vec<(usize, usize)> {
    let [rows, columns] = [left, right].map(|maps| maps.first().map_or(0, Vec::len));
    (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).collect()
}

/// The sum of the maps of each maker over pictures, and how many there are.
fn sums(maps: &[Vec<Sampled>]) -> Vec<(Sampled, f64)> {
    let of_maker = |maker: usize| {
        let own: Vec<&Vec<f64>> = maps.iter().filter_map(|maps| maps[maker].as_ref()).collect();
        let mut sum = own.first().map(|map| vec![0.0; map.len()]);
        if let Some(sum) = &mut sum {
            own.iter().for_each(|map| sum.iter_mut().zip(*map).for_each(|(sum, value)| *sum += value));
        }
        (sum, own.len() as f64)
    };
    (0..maps.first().map_or(0, Vec::len)).map(of_maker).collect()
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

/// Makes products of two sides for pairs of makers.
type Products = fn(&[Vec<Sampled>], &[Vec<Sampled>], Vec<(usize, usize)>) -> Pairs;

impl Gram {
    /// Products of normalised rows: picture, maker.
    pub fn new(human: &[Vec<Sampled>], model: &[Vec<Sampled>]) -> Gram {
        Gram::of(human, model, Pairs::new)
    }

    /// Products of normalised rows (picture, maker) of different pictures.
    pub fn of_different_pictures(human: &[Vec<Sampled>], model: &[Vec<Sampled>]) -> Gram {
        Gram::of(human, model, Pairs::of_different_pictures)
    }

    fn of(human: &[Vec<Sampled>], model: &[Vec<Sampled>], pairs: Products) -> Gram {
        Gram {
            human: pairs(human, human, within(human)),
            model: pairs(model, model, within(model)),
            cross: pairs(human, model, between(human, model)),
            observers: human.iter().map(|maps| maps.iter().flatten().count()).collect(),
            makers: human.first().map_or(0, Vec::len),
        }
    }

    /// The same human side with other network maps.
    pub fn with_model(&self, human: &[Vec<Sampled>], model: &[Vec<Sampled>]) -> Gram {
        let model_pairs = Pairs::new(model, model, within(model));
        Gram { model: model_pairs, cross: Pairs::new(human, model, between(human, model)), ..self.clone() }
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
