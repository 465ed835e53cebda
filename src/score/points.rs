//! The points where maps are compared: half a blur apart, so that nothing is lost and ranks are not counted many times.

use ndarray::Array2;

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

    /// (rows, columns) of the grid, where the points fill a rectangle.
    pub fn lattice(&self) -> Option<(usize, usize)> {
        let (first, last) = (self.places.first()?, self.places.last()?);
        let count = |from: usize, to: usize| to.checked_sub(from).map(|span| span / self.step + 1);
        let (rows, columns) = (count(first.0, last.0)?, count(first.1, last.1)?);
        let fills =
            rows * columns == self.places.len()
                && self.places.iter().enumerate().all(|(at, place)| {
                    *place == (first.0 + at / columns * self.step, first.1 + at % columns * self.step)
                });
        fills.then_some((rows, columns))
    }

    /// The values of a plane of the region's shape at the points.
    pub fn of(&self, plane: &Array2<f64>) -> Vec<f64> {
        self.places.iter().map(|&at| plane[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_inside_the_region_half_a_blur_apart() {
        let region = Array2::from_shape_fn((20, 30), |(row, _)| row >= 10);
        let points = Points::new(&region, 8.4);
        assert_eq!(points.step, 4);
        assert_eq!(points.places.len(), 3 * 7);
        assert!(points.places.iter().all(|&at| region[at]));
        assert_eq!(Points::new(&region, 0.0).places.len(), 300);
        assert_eq!(points.lattice(), Some((3, 7)));
        let corner = Array2::from_shape_fn((20, 30), |(row, column)| row >= 10 || column < 5);
        assert_eq!(Points::new(&corner, 8.4).lattice(), None);
    }
}
