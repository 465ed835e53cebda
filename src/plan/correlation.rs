//! A plan from a correlation alone: one diagnostic pixel in smooth Gaussian noise.
//!
//! Where only the pixel p matters, the correlation at another pixel v is ρ times the correlation of their smoothed bubbles:
//! ρ(v) = ρ Σ_u k(u - v) k(u - p) / (sd(v) sd(p)), sums over the region, k the smoothing. The z map of n trials is √n ρ(v)
//! plus smoothed white noise of unit variance. Its centred values have the squares P - Σ_u a(u)² / P in noise, with
//! a = k ∗ (1 / sd) and P pixels, and n ρ² Σ (c(v) - mean c)² in signal, c(v) = ρ(v) / ρ, which gives n₀ in closed form.
//! Real features are wider than a pixel, which helps the cluster test most.

use ndarray::{Array2, Zip};
use rand_distr::{Distribution, StandardNormal};

use super::criterion::Target;
use super::crossing::crossing;
use super::ladder::{Outcome, agreement, inside, run, rungs, sizes};
use super::{Answer, Estimate, Setting, Source};
use crate::error::Result;
use crate::progress::Progress;
use crate::seed::Seed;
use crate::stats::smooth::{Edge, kernel, smooth};

/// Smoothed white noise of a region, and what one diagnostic pixel adds to it.
struct Field<'a> {
    region: &'a Array2<bool>,
    smoothing_sd: f64,
    /// Standard deviation of the smoothed noise; 0 outside the region.
    deviation: Array2<f64>,
    /// Correlation of the smoothed bubbles at a pixel with those at the peak.
    bump: Array2<f64>,
    target: Target,
}

impl<'a> Field<'a> {
    fn new(region: &'a Array2<bool>, smoothing_sd: f64) -> Field<'a> {
        let weight = region.mapv(|inside| f64::from(u8::from(inside)));
        // The square of a Gaussian is one of sd / √2, and its sum is that of the squared kernel.
        let squares: f64 = kernel(smoothing_sd).iter().map(|weight| weight * weight).sum::<f64>().powi(2);
        let narrow = smooth(&weight, smoothing_sd / std::f64::consts::SQRT_2, Edge::Zero);
        let deviation = (narrow * squares).mapv(f64::sqrt) * &weight;
        let peak = middle(region);
        let mut point = Array2::zeros(region.dim());
        point[peak] = 1.0;
        let covariance = smooth(&(smooth(&point, smoothing_sd, Edge::Zero) * &weight), smoothing_sd, Edge::Zero);
        let bump = Zip::from(&covariance)
            .and(&deviation)
            .map_collect(|c, sd| if *sd > 0.0 { c / (sd * deviation[peak]) } else { 0.0 });
        let target = Target { peak, ..Target::of(&bump, region) };
        Field { region, smoothing_sd, deviation, bump, target }
    }

    /// One map of noise, of unit variance inside the region.
    fn noise(&self, seed: Seed) -> Array2<f64> {
        let mut generator = seed.stream("field", 0);
        let white = self.region.mapv(|inside| {
            let value: f64 = StandardNormal.sample(&mut generator);
            if inside { value } else { 0.0 }
        });
        let smooth = smooth(&white, self.smoothing_sd, Edge::Zero);
        Zip::from(&smooth).and(&self.deviation).map_collect(|value, sd| if *sd > 0.0 { value / sd } else { 0.0 })
    }

    /// Trials whose map has the reliability one half.
    fn half(&self, correlation: f64) -> f64 {
        let pixels = self.region.iter().filter(|inside| **inside).count() as f64;
        let shares = self.deviation.mapv(|sd| if sd > 0.0 { 1.0 / sd } else { 0.0 });
        let sum = smooth(&shares, self.smoothing_sd, Edge::Zero);
        let of_mean: f64 = inside(&sum, self.region).iter().map(|value| value * value).sum();
        let bump = inside(&self.bump, self.region);
        let mean = bump.iter().sum::<f64>() / pixels;
        let signal: f64 = bump.iter().map(|value| (value - mean).powi(2)).sum();
        (pixels - of_mean / pixels) / (correlation.powi(2) * signal)
    }
}

/// Trials for a correlation at the peak, between 0 and 1.
pub fn from_correlation(setting: &Setting, correlation: f64, progress: &dyn Progress) -> Result<Answer> {
    let field = Field::new(&setting.making.frame.region, setting.making.frame.smoothing_sd);
    let half = Estimate::exact(field.half(correlation));
    let mut answer = Answer::new(Source::Correlation, setting, Estimate::exact(correlation), half);
    let Some(trials) = answer.needed.formula.value else { return Ok(answer) };
    let sizes = sizes(trials, setting.per_observer);
    let criterion = answer.criterion;
    let one = |seed: Seed, _: usize| {
        // Independent trials add up: the map of the first n of N trials shares its noise with the map of all.
        let mut noise = Array2::<f64>::zeros(field.region.dim());
        let mut before = 0.0;
        let outcome = |(at, trials): (usize, f64)| {
            noise.scaled_add((trials - before).sqrt(), &field.noise(seed.derive("part", at as u64)));
            before = trials;
            let z = (&noise + &(&field.bump * (trials * correlation))) / trials.sqrt();
            let verdict = criterion.judge(&z, &field.target);
            let (correlation, values) = (z[field.target.peak] / trials.sqrt(), inside(&z, field.region));
            Outcome { verdict, correlation, values, splits: None }
        };
        Ok(sizes.iter().map(|size| size.trials() as f64).enumerate().map(outcome).collect())
    };
    progress.begin("simulated maps", setting.simulations.div_ceil(2));
    let pairs = run(setting, one, || progress.step())?;
    answer.needed.pixel = crossing(setting, &sizes, &pairs, |verdict| verdict.pixel);
    answer.needed.cluster = crossing(setting, &sizes, &pairs, |verdict| verdict.cluster);
    answer.rungs = rungs(&sizes, &pairs);
    answer.agreement = agreement(&sizes, &pairs);
    Ok(answer)
}

/// The pixel of the region nearest to its centre of mass.
fn middle(region: &Array2<bool>) -> (usize, usize) {
    let inside: Vec<(usize, usize)> = region.indexed_iter().filter(|(_, inside)| **inside).map(|(at, _)| at).collect();
    let count = inside.len().max(1) as f64;
    let mean = |of: fn(&(usize, usize)) -> usize| inside.iter().map(of).sum::<usize>() as f64 / count;
    let (row, column) = (mean(|at| at.0), mean(|at| at.1));
    let distance = |at: &(usize, usize)| (at.0 as f64 - row).powi(2) + (at.1 as f64 - column).powi(2);
    inside.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).copied().unwrap_or((0, 0))
}
