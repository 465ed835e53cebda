//! Occlusion: how much the margin falls when a square window is hidden (Zeiler & Fergus 2014, ECCV, arXiv:1311.2901).
//!
//! `a(p) = mean over the windows that cover p of f(x) - f(x with the window hidden)`, the averaging form of Captum.
//! Windows start every `stride` px; the last one of each axis is cropped at the border, so that every pixel is covered.
//! The mean of windows around a pixel weighs its neighbours by a triangle of half width `window`: sd = window / √6.

use std::ops::Range;

use ndarray::{Array2, Axis, Slice};

use super::gradient::outputs_only;
use super::order::in_order;
use super::parameter::number;
use super::{Method, Question, Saliency};
use crate::error::{Error, Result};
use crate::map::Map;

pub(super) const METHOD: Method = Method {
    name: "occlusion",
    description: "fall of the explained value when a window is hidden, averaged over the windows that cover a pixel",
    source: "Zeiler & Fergus 2014, ECCV, arXiv:1311.2901",
    parameters: &[
        number("window", "side of the window, px", 16.0, 1.0..=1e5),
        number("stride", "distance between windows, px; at most the window", 8.0, 1.0..=1e5),
    ],
    check: |network, explained, values| {
        let [window, stride] = values.numbers()?;
        check_stride(window.round() as usize, stride.round() as usize)?;
        outputs_only(network, explained, values)
    },
    explain,
};

fn explain(question: &Question) -> Result<Saliency> {
    let [window, stride] = question.values.numbers()?;
    let (window, stride) = (window.round() as usize, stride.round() as usize);
    let shape = question.shape()?;
    let whole = question.value(question.picture)?;
    let fall = |rows: Range<usize>, columns: Range<usize>| {
        let mut mask = Array2::ones(shape);
        window_of(&mut mask, &rows, &columns, |value| *value = 0.0);
        Ok(whole - question.value_through(&mask)?)
    };
    let (map, windows) = averaged(shape, window, stride, fall)?;
    Ok(Saliency {
        map: Map::from_f64(&map)?,
        evaluations: windows + 1,
        reliability: None,
        blur_sd: window as f64 / 6f64.sqrt(),
        layer: None,
        delta: None,
    })
}

/// The mean, over the windows that cover each pixel, of a value that each window has; and the number of windows.
///
/// `value` is given the rows and columns of a window; it is called from several threads and summed in order.
pub fn averaged(
    shape: (usize, usize),
    window: usize,
    stride: usize,
    value: impl Fn(Range<usize>, Range<usize>) -> Result<f64> + Sync,
) -> Result<(Array2<f64>, usize)> {
    check_stride(window, stride)?;
    let (rows, columns) = (spans(shape.0, window, stride), spans(shape.1, window, stride));
    let windows = rows.len() * columns.len();
    let place = |index: usize| (&rows[index / columns.len()], &columns[index % columns.len()]);
    let mut sum = Array2::<f64>::zeros(shape);
    let mut cover = Array2::<f64>::zeros(shape);
    let work = |index: usize| {
        let (rows, columns) = place(index);
        value(rows.clone(), columns.clone())
    };
    in_order(windows, work, |index, value| {
        let (rows, columns) = place(index);
        window_of(&mut sum, rows, columns, |total| *total += value);
        window_of(&mut cover, rows, columns, |count| *count += 1.0);
    })?;
    Ok((sum / cover, windows))
}

fn check_stride(window: usize, stride: usize) -> Result<()> {
    if (1..=window).contains(&stride) {
        return Ok(());
    }
    Err(Error::invalid(format!("the stride of occlusion is {stride} px, and its window {window} px")).hint(
        "set `stride` in [attribution.parameters.occlusion] between 1 and `window`, so that no pixel is left out",
    ))
}

/// Where windows lie along a side: `ceil((side - window) / stride) + 1` of them, the last one cropped.
fn spans(side: usize, window: usize, stride: usize) -> Vec<Range<usize>> {
    let count = side.saturating_sub(window).div_ceil(stride) + 1;
    (0..count).map(|at| at * stride..side.min(at * stride + window)).collect()
}

fn window_of<T>(map: &mut Array2<T>, rows: &Range<usize>, columns: &Range<usize>, change: impl FnMut(&mut T)) {
    let mut part = map.slice_axis_mut(Axis(0), Slice::from(rows.clone()));
    part.slice_axis_mut(Axis(1), Slice::from(columns.clone())).iter_mut().for_each(change);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_every_pixel_and_the_last_is_cropped() -> Result<()> {
        assert_eq!(spans(10, 4, 3), [0..4, 3..7, 6..10]);
        assert_eq!(spans(11, 4, 3), [0..4, 3..7, 6..10, 9..11]);
        assert_eq!(spans(3, 4, 3), vec![0..3; 1]);
        let (map, windows) = averaged((1, 5), 2, 1, |_, columns| Ok(columns.start as f64))?;
        assert_eq!(windows, 4);
        assert_eq!(map, ndarray::array![[0.0, 0.5, 1.5, 2.5, 3.0]]);
        assert!(averaged((5, 5), 2, 3, |_, _| Ok(0.0)).unwrap_err().what.contains("3 px, and its window 2 px"));
        Ok(())
    }
}
