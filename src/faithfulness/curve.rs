//! Curves of a network's answer while pixels are exchanged in the order of a map, and the area below them.

use ndarray::{Array2, Axis};

use crate::error::{Error, Result};
use crate::picture::Picture;

/// The pixels in descending order of saliency (index = row × columns + column); equal ones stay in reading order.
///
/// RISE and Xplique reverse an ascending order, in which equal pixels come in reverse reading order.
pub fn order(map: &Array2<f64>) -> Vec<usize> {
    let values: Vec<f64> = map.iter().copied().collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    order
}

/// The answers while `start` turns into `finish`, `step` pixels at a time in the given order: the first is that to
/// `start`, the last that to `finish`; `⌈pixels / step⌉ + 1` in all. Both pictures have one size.
pub fn curve(
    start: &Picture,
    finish: &Picture,
    order: &[usize],
    step: usize,
    respond: &mut dyn FnMut(&Picture) -> Result<f64>,
) -> Result<Vec<f64>> {
    if start.values().dim() != finish.values().dim() || order.len() != start.shape().0 * start.shape().1 {
        return Err(Error::internal("a curve goes between two pictures of one size, over all of their pixels"));
    }
    let columns = start.shape().1;
    let mut values = start.values().clone();
    let mut answers = vec![respond(start)?];
    for pixels in order.chunks(step.max(1)) {
        for &pixel in pixels {
            let (row, column) = (pixel / columns, pixel % columns);
            let source = finish.values().index_axis(Axis(0), row).index_axis_move(Axis(0), column);
            values.index_axis_mut(Axis(0), row).index_axis_mut(Axis(0), column).assign(&source);
        }
        answers.push(respond(&Picture::new(values.clone())?)?);
    }
    Ok(answers)
}

/// The mean height of a curve by the trapezoid rule, as RISE computes it: `(sum - first / 2 - last / 2) / (n - 1)`.
/// `None` for fewer than two points.
pub fn area(curve: &[f64]) -> Option<f64> {
    let [first, .., last] = curve else { return None };
    Some((curve.iter().sum::<f64>() - first / 2.0 - last / 2.0) / (curve.len() - 1) as f64)
}
