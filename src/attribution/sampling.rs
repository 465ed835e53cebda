//! Averages over random samples, with what the samples themselves say of their noise.

use ndarray::{Array2, Array4};

use super::moments::reliability;
use super::order::in_order;
use super::parameter::{Parameter, number};
use super::{Question, Saliency};
use crate::error::Result;

/// Samples between two looks at the reliability.
const BATCH: usize = 16;

/// The parameter of methods that can stop when their map is reliable enough.
pub(super) const RELIABILITY: Parameter = number(
    "reliability",
    "split-half reliability of the map at which no more samples are drawn (0: all are drawn)",
    0.0,
    0.0..=0.999,
);

/// What is made of the samples at each value of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Their mean.
    Mean,
    /// The mean of their squares.
    Squares,
    /// Their variance, that of the population.
    Variance,
}

/// Sums over the samples of one half.
struct Sums {
    count: f64,
    sum: Array4<f64>,
    squares: Array4<f64>,
}

impl Sums {
    fn of(&self, moment: Moment) -> Array4<f32> {
        let (count, mean) = (self.count.max(1.0), &self.sum / self.count.max(1.0));
        let values = match moment {
            Moment::Mean => mean,
            Moment::Squares => &self.squares / count,
            Moment::Variance => &self.squares / count - &mean * &mean,
        };
        values.mapv(|value| value as f32)
    }

    fn with(&self, other: &Sums) -> Sums {
        Sums { count: self.count + other.count, sum: &self.sum + &other.sum, squares: &self.squares + &other.squares }
    }
}

/// A moment over at most `samples` draws of an attribution to the input, given the number of each draw; fewer where the
/// map of even and that of odd draws agree as well as `wanted` before.
pub(super) fn averaged(
    question: &Question,
    (samples, wanted): (usize, f64),
    channels: &str,
    moment: Moment,
    draw: impl Fn(u64) -> Result<Array4<f32>> + Sync,
) -> Result<Saliency> {
    let zeros = Array4::zeros(question.input()?.raw_dim());
    let mut halves = [0, 1].map(|_| Sums { count: 0.0, sum: zeros.clone(), squares: zeros.clone() });
    let mut drawn = 0;
    loop {
        let batch = if wanted > 0.0 { BATCH.min(samples - drawn) } else { samples };
        in_order(
            batch,
            |at| draw((drawn + at) as u64),
            |at, sample| {
                let half = &mut halves[(drawn + at) % 2];
                half.count += 1.0;
                half.sum.zip_mut_with(&sample, |sum, &value| *sum += f64::from(value));
                half.squares.zip_mut_with(&sample, |sum, &value| *sum += f64::from(value).powi(2));
            },
        )?;
        drawn += batch;
        let map = |half: &Sums| Ok(question.saliency(&half.of(moment), channels, 0)?.map.to_f64());
        let maps: Vec<Array2<f64>> = halves.iter().map(map).collect::<Result<_>>()?;
        let reached = reliability([&maps[0], &maps[1]], &question.setting.region);
        if drawn == samples || reached.is_some_and(|reached| reached >= wanted) {
            let whole = halves[0].with(&halves[1]).of(moment);
            return Ok(Saliency { reliability: reached, ..question.saliency(&whole, channels, drawn)? });
        }
    }
}
