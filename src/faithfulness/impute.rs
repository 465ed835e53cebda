//! Noisy linear imputation (Rong et al. 2022, ICML, arXiv:2202.00449): missing pixels become the weighted mean of their
//! neighbours, plus a little noise.
//!
//! For every missing pixel i, `Σ_j w_ij (x_i - x_j) = 0` over its eight neighbours, w = 1/6 for those that share an edge and
//! 1/12 for those that share a corner; at the border the weights are those of the neighbours that there are. The system is
//! symmetric and positive definite as soon as one pixel is known, and is solved by conjugate gradients with the
//! diagonal as preconditioner, until the residual is 1e-5 of that of a start from the mean of the known pixels.

use ndarray::{Array2, Array3, Axis};
use rand_distr::{Distribution, StandardNormal};

use crate::error::{Error, Result};
use crate::picture::Picture;
use crate::seed::Seed;

/// Offsets (rows, columns) and weights of the neighbours of a pixel.
const NEIGHBOURS: [(isize, isize, f64); 8] = [
    (-1, -1, 1.0 / 12.0),
    (-1, 0, 1.0 / 6.0),
    (-1, 1, 1.0 / 12.0),
    (0, -1, 1.0 / 6.0),
    (0, 1, 1.0 / 6.0),
    (1, -1, 1.0 / 12.0),
    (1, 0, 1.0 / 6.0),
    (1, 1, 1.0 / 12.0),
];

/// Residual at which the solution is good enough, as a share of that at the start.
const TOLERANCE: f64 = 1e-5;

/// The picture with its missing pixels imputed; at least one must be known.
pub fn imputed(picture: &Picture, missing: &Array2<bool>) -> Result<Picture> {
    let system = System::new(missing)?;
    let mut values = picture.values().clone();
    for mut channel in values.axis_iter_mut(Axis(2)) {
        for (&pixel, value) in system.pixels.iter().zip(system.solve(&channel.mapv(f64::from))) {
            channel[pixel] = value as f32;
        }
    }
    Picture::new(values)
}

/// The picture with Gaussian noise added to its missing pixels, each channel on its own; not clipped.
pub fn noisy(picture: &Picture, missing: &Array2<bool>, sd: f64, seed: Seed) -> Result<Picture> {
    let mut generator = seed.stream("noise", 0);
    let mut values: Array3<f32> = picture.values().clone();
    for mut channel in values.axis_iter_mut(Axis(2)) {
        for (value, _) in channel.iter_mut().zip(missing).filter(|(_, missing)| **missing) {
            let normal: f64 = StandardNormal.sample(&mut generator);
            *value += (sd * normal) as f32;
        }
    }
    Picture::new(values)
}

/// The equations of the missing pixels.
struct System {
    pixels: Vec<(usize, usize)>,
    /// Sum of the weights of each pixel's neighbours.
    diagonal: Vec<f64>,
    /// Missing neighbours of each pixel, and their weights.
    missing: Vec<Vec<(usize, f64)>>,
    /// Known neighbours of each pixel, and their weights.
    known: Vec<Vec<((usize, usize), f64)>>,
    mask: Array2<bool>,
}

impl System {
    fn new(mask: &Array2<bool>) -> Result<System> {
        let pixels: Vec<(usize, usize)> =
            mask.indexed_iter().filter(|(_, missing)| **missing).map(|(at, _)| at).collect();
        if pixels.len() == mask.len() {
            return Err(Error::internal("every pixel is missing, and nothing can be imputed from"));
        }
        let mut place = Array2::from_elem(mask.dim(), 0);
        pixels.iter().enumerate().for_each(|(at, &pixel)| place[pixel] = at);
        let mut system =
            System { diagonal: Vec::new(), missing: Vec::new(), known: Vec::new(), mask: mask.clone(), pixels };
        for &(row, column) in &system.pixels {
            let (mut total, mut missing, mut known) = (0.0, Vec::new(), Vec::new());
            for (down, across, weight) in NEIGHBOURS {
                let at = (row.wrapping_add_signed(down), column.wrapping_add_signed(across));
                match mask.get(at) {
                    Some(true) => missing.push((place[at], weight)),
                    Some(false) => known.push((at, weight)),
                    None => continue,
                }
                total += weight;
            }
            system.diagonal.push(total);
            system.missing.push(missing);
            system.known.push(known);
        }
        Ok(system)
    }

    /// Values of the missing pixels of one channel, in order.
    fn solve(&self, channel: &Array2<f64>) -> Vec<f64> {
        let known = channel.iter().zip(&self.mask).filter(|(_, missing)| !**missing).map(|(value, _)| *value);
        let mean = known.sum::<f64>() / (channel.len() - self.pixels.len()).max(1) as f64;
        let mut x = vec![mean; self.pixels.len()];
        // What the known neighbours give, less what the start gives.
        let mut residual: Vec<f64> = self
            .known
            .iter()
            .map(|known| known.iter().map(|&(at, weight)| weight * (channel[at] - mean)).sum())
            .collect();
        let target = TOLERANCE * TOLERANCE * dot(&residual, &residual);
        let scaled =
            |residual: &[f64]| -> Vec<f64> { residual.iter().zip(&self.diagonal).map(|(r, d)| r / d).collect() };
        let mut z = scaled(&residual);
        let mut direction = z.clone();
        let mut slope = dot(&residual, &z);
        for _ in 0..10 * self.pixels.len() {
            if dot(&residual, &residual) <= target || slope <= 0.0 {
                break;
            }
            let image = self.apply(&direction);
            let length = slope / dot(&direction, &image);
            x.iter_mut().zip(&direction).for_each(|(x, d)| *x += length * d);
            residual.iter_mut().zip(&image).for_each(|(r, i)| *r -= length * i);
            z = scaled(&residual);
            let next = dot(&residual, &z);
            let share = next / slope;
            direction.iter_mut().zip(&z).for_each(|(d, z)| *d = z + share * *d);
            slope = next;
        }
        x
    }

    fn apply(&self, x: &[f64]) -> Vec<f64> {
        let others = |missing: &[(usize, f64)]| missing.iter().map(|&(other, weight)| weight * x[other]).sum::<f64>();
        let own = self.diagonal.iter().zip(x).map(|(diagonal, x)| diagonal * x);
        own.zip(&self.missing).map(|(own, missing)| own - others(missing)).collect()
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}
