//! Surrogates of a map with its power spectrum and random phases (Theiler et al. 1992).
//!
//! The phases are those of white noise, whose spectrum has the symmetry of a real map. Valid for stationary maps; the edges are
//! taken to meet.

use ndarray::{Array2, Zip};
use rand_distr::{Distribution, StandardNormal};
use rustfft::num_complex::Complex64;

use super::fourier::{forward, inverse};
use crate::seed::Seed;

/// A surrogate of `map`: the same mean, variance and amplitude at every frequency, other phases.
pub fn phase_surrogate(map: &Array2<f64>, seed: Seed) -> Array2<f64> {
    let mut generator = seed.stream("phase", 0);
    let noise: Array2<f64> = Array2::from_shape_simple_fn(map.dim(), || StandardNormal.sample(&mut generator));
    let spectrum = forward(map);
    let mean = spectrum.first().copied().unwrap_or_default();
    let mut turned = Zip::from(&spectrum).and(&forward(&noise)).map_collect(|value, noise| {
        let norm = noise.norm();
        if norm > 0.0 { noise / norm * value.norm() } else { Complex64::from(value.norm()) }
    });
    turned.iter_mut().take(1).for_each(|first| *first = mean);
    inverse(turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surrogate_keeps_every_amplitude_and_is_another_map() {
        let map = Array2::from_shape_fn((6, 8), |(r, c)| ((r * 5 + c * c * 3) % 7) as f64);
        let surrogate = phase_surrogate(&map, Seed(1));
        let (a, b) = (forward(&map), forward(&surrogate));
        assert!(a.iter().zip(&b).all(|(a, b)| (a.norm() - b.norm()).abs() < 1e-9));
        assert!((map.sum() - surrogate.sum()).abs() < 1e-9);
        assert!(map.iter().zip(&surrogate).any(|(a, b)| (a - b).abs() > 0.1));
        assert_ne!(surrogate, phase_surrogate(&map, Seed(2)));
    }
}
