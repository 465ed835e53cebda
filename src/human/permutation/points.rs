//! Points of many trials, by pixel: the plane of any weights of the trials is summed up row by row.

use crate::stats::lattice::{LANES, Lanes};

/// Which trials have a point at each pixel, pixels row by row.
#[derive(Debug, Clone)]
pub struct Points {
    columns: usize,
    /// Where the trials of each pixel begin in `trials`, and the end of the last.
    starts: Vec<u32>,
    trials: Vec<u32>,
    count: usize,
}

impl Points {
    /// From the pixels (row, column) of every trial; points outside the shape are left out.
    pub fn new(shape: (usize, usize), of_trials: &[Vec<[usize; 2]>]) -> Points {
        let inside = |[row, column]: [usize; 2]| (row < shape.0 && column < shape.1).then_some(row * shape.1 + column);
        let mut starts = vec![0_u32; shape.0 * shape.1 + 1];
        for pixel in of_trials.iter().flatten().copied().filter_map(inside) {
            starts[pixel + 1] += 1;
        }
        for pixel in 1..starts.len() {
            starts[pixel] += starts[pixel - 1];
        }
        let mut next = starts.clone();
        let mut trials = vec![0; starts.last().map_or(0, |end| *end as usize)];
        for (trial, points) in of_trials.iter().enumerate() {
            for pixel in points.iter().copied().filter_map(inside) {
                trials[next[pixel] as usize] = trial as u32;
                next[pixel] += 1;
            }
        }
        Points { columns: shape.1, starts, trials, count: of_trials.len() }
    }

    /// Number of trials.
    pub fn trials(&self) -> usize {
        self.count
    }

    /// Adds the weights of the trials at the points of a row, and says whether there were any.
    pub fn add_row(&self, row: usize, weights: &[Lanes], line: &mut [Lanes]) -> bool {
        let first = row * self.columns;
        let starts = &self.starts[first..=first + self.columns];
        for (sum, ends) in line.iter_mut().zip(starts.windows(2)) {
            let mut own: Lanes = [0.0; LANES];
            for &trial in &self.trials[ends[0] as usize..ends[1] as usize] {
                own.iter_mut().zip(&weights[trial as usize]).for_each(|(sum, weight)| *sum += weight);
            }
            *sum = own;
        }
        starts[0] < starts[self.columns]
    }
}
