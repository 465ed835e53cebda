//! Preparation: both maps are brought to one blur and compared at points that this blur leaves distinct.
//!
//! A classification image shows the template blurred by the aperture and by its own smoothing, √(sd² + smoothing²) in
//! all (√2 sd by default). A saliency map that is sharper is blurred by what is missing; one that is blurred already is
//! left alone. Points lie half a blur apart, so that nothing is lost and ranks are not counted many times.

use ndarray::Array2;

use crate::map::Map;
use crate::stats::smooth::{Edge, smooth};

/// Standard deviation of the blur that takes a map from its own blur to the wanted one; 0 where it has that much.
pub fn extra_blur(wanted: f64, own: f64) -> f64 {
    (wanted * wanted - own * own).max(0.0).sqrt()
}

/// The points where maps are compared.
#[derive(Debug, Clone)]
pub struct Points {
    /// (row, column) of each.
    pub places: Vec<(usize, usize)>,
    /// Distance between neighbours, px.
    pub step: usize,
}

impl Points {
    /// Points inside the region, on a grid with `blur / 2` px between neighbours (at least 1).
    pub fn new(region: &Array2<bool>, blur: f64) -> Points {
        let step = ((blur / 2.0).floor() as usize).max(1);
        let places = region
            .indexed_iter()
            .filter(|((row, column), inside)| **inside && row % step == step / 2 && column % step == step / 2)
            .map(|(at, _)| at)
            .collect();
        Points { places, step }
    }

    /// The values of a map, blurred by `blur` px (normalised at the edges), at the points.
    pub fn sample(&self, map: &Map, blur: f64) -> Vec<f64> {
        let blurred = smooth(&map.to_f64(), blur, Edge::Normalised);
        self.places.iter().map(|&at| blurred[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_add_up_in_variance_and_never_sharpen() {
        assert!((extra_blur(5.0, 3.0) - 4.0).abs() < 1e-12);
        assert_eq!(extra_blur(3.0, 5.0), 0.0);
    }

    #[test]
    fn points_lie_inside_the_region_half_a_blur_apart() {
        let region = Array2::from_shape_fn((20, 30), |(row, _)| row >= 10);
        let points = Points::new(&region, 8.4);
        assert_eq!(points.step, 4);
        assert_eq!(points.places.len(), 3 * 7);
        assert!(points.places.iter().all(|&at| region[at]));
        assert_eq!(Points::new(&region, 0.0).places.len(), 300);
    }
}
