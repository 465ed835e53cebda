//! Structural similarity.
//!
//! Wang, Bovik, Sheikh & Simoncelli 2004: in every window
//! (2 μx μy + C1)(2 σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2)), C1 = (.01 L)², C2 = (.03 L)², averaged over the windows
//! that lie wholly within the valid pixels. L is the range of the data and must be stated, because it changes the value:
//! the rows of the table standardise both maps (mean 0, sd 1) and take L = 6.
//! MS-SSIM (Wang, Simoncelli & Bovik 2003): product over five scales, each half of the last (means of 2 x 2), of the mean
//! contrast-structure term, and at the last of the mean similarity, to the powers .0448 .2856 .3001 .2363 .1333; negative
//! means count as 0.

use super::correlation::{PEARSON, mean, variance};
use super::field::Field;
use super::table::{Chance, Invariance, Metric};
use super::undefined::{Score, Undefined};

/// Range of the data for standardised maps: ± 3 sd.
pub const STANDARDISED_RANGE: f64 = 6.0;
/// Exponents of the five scales.
const SCALES: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/// The window in which moments are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 7 x 7, equal weights, moments with divisor n - 1: scikit-image's default.
    Uniform,
    /// 11 x 11, Gaussian of sd 1.5, moments with divisor n: Wang's.
    Gaussian,
    /// One window: the whole map.
    Global,
}

pub(super) const SSIM_SKIMAGE: Metric = Metric {
    name: "ssim.skimage",
    description: "structural similarity in 7 x 7 windows of maps standardised, data range 6",
    source: "scikit-image, structural_similarity; Wang et al. 2004",
    range: (-1.0, 1.0),
    invariance: Invariance::Affine,
    chance: Chance::Measured,
    transform: None,
    score: |inputs| {
        of_standardised(inputs.map, inputs.other()?, |x, y| ssim(x, y, Window::Uniform, STANDARDISED_RANGE))
    },
    ..PEARSON
};

pub(super) const SSIM_WANG: Metric = Metric {
    name: "ssim.wang",
    description: "structural similarity in 11 x 11 Gaussian windows of maps standardised, data range 6",
    source: "Wang et al. 2004",
    score: |inputs| {
        of_standardised(inputs.map, inputs.other()?, |x, y| ssim(x, y, Window::Gaussian, STANDARDISED_RANGE))
    },
    ..SSIM_SKIMAGE
};

pub(super) const SSIM_GLOBAL: Metric = Metric {
    name: "ssim.global",
    description: "structural similarity in one window, of maps standardised: close to the correlation",
    source: "Wang et al. 2004",
    score: |inputs| of_standardised(inputs.map, inputs.other()?, |x, y| ssim(x, y, Window::Global, STANDARDISED_RANGE)),
    ..SSIM_SKIMAGE
};

pub(super) const MS_SSIM: Metric = Metric {
    name: "ms_ssim",
    description: "structural similarity over five scales of maps standardised; at least 176 px a side",
    source: "Wang, Simoncelli & Bovik 2003",
    range: (0.0, 1.0),
    score: |inputs| of_standardised(inputs.map, inputs.other()?, |x, y| ms_ssim(x, y, STANDARDISED_RANGE)),
    ..SSIM_SKIMAGE
};

fn of_standardised(x: &Field, y: &Field, score: impl Fn(&Field, &Field) -> Score) -> Score {
    x.varied_pair(y)?;
    let standardised = |field: &Field| {
        let (mean, sd) = (mean(field.values()), variance(field.values()).sqrt());
        field.map(|value| (value - mean) / sd)
    };
    score(&standardised(x)?, &standardised(y)?)
}

/// Mean similarity over windows for data of the given range.
pub fn ssim(x: &Field, y: &Field, window: Window, range: f64) -> Score {
    x.pair(y)?;
    let (constant_1, constant_2) = constants(range);
    if window == Window::Global {
        let (mean_x, mean_y) = (mean(x.values()), mean(y.values()));
        let shared = x.values().iter().zip(y.values()).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>();
        let total = variance(x.values()) + variance(y.values()) + constant_2;
        let light = (2.0 * mean_x * mean_y + constant_1) / (mean_x * mean_x + mean_y * mean_y + constant_1);
        return Ok(light * (2.0 * shared / x.len() as f64 + constant_2) / total);
    }
    let planes = [x.rectangle(0.0), y.rectangle(0.0)];
    let whole = windows_within(x, window.weights().len())?;
    similarity([&planes[0], &planes[1]], x.grid().shape(), window, range, whole.as_deref()).map(|[all, _]| all)
}

/// Similarity over five scales; both maps are whole rectangles.
pub fn ms_ssim(x: &Field, y: &Field, range: f64) -> Score {
    x.pair(y)?;
    if !x.grid().is_whole() {
        return Err(Undefined::NoWholeWindow);
    }
    let mut planes = [x.values().to_vec(), y.values().to_vec()];
    let mut shape = x.grid().shape();
    let mut product = 1.0;
    for (scale, power) in SCALES.iter().enumerate() {
        if scale > 0 {
            planes = planes.map(|plane| halved(&plane, shape));
            shape = (shape.0 / 2, shape.1 / 2);
        }
        let [all, structure] = similarity([&planes[0], &planes[1]], shape, Window::Gaussian, range, None)?;
        let term = if scale + 1 == SCALES.len() { all } else { structure };
        product *= term.max(0.0).powf(*power);
    }
    Ok(product)
}

fn constants(range: f64) -> (f64, f64) {
    ((0.01 * range).powi(2), (0.03 * range).powi(2))
}

impl Window {
    fn weights(self) -> Vec<f64> {
        let weights: Vec<f64> = match self {
            Window::Uniform => vec![1.0; 7],
            Window::Gaussian => (-5..=5).map(|at| (-f64::from(at * at) / (2.0 * 1.5 * 1.5)).exp()).collect(),
            Window::Global => vec![1.0],
        };
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }
}

/// Mean over windows of the similarity, and of its contrast-structure term.
fn similarity(
    [x, y]: [&[f64]; 2],
    (rows, columns): (usize, usize),
    window: Window,
    range: f64,
    counted: Option<&[bool]>,
) -> Result<[f64; 2], Undefined> {
    let weights = window.weights();
    if rows < weights.len() || columns < weights.len() {
        return Err(Undefined::SmallerThanWindow);
    }
    let (constant_1, constant_2) = constants(range);
    let pixels = (weights.len() * weights.len()) as f64;
    let sample = if window == Window::Uniform { pixels / (pixels - 1.0) } else { 1.0 };
    let [mean_x, mean_y, squares, products] = moments(x, y, (rows, columns), &weights);
    let (mut sums, mut count) = ([0.0; 2], 0.0);
    for at in 0..mean_x.len() {
        if counted.is_some_and(|counted| !counted[at]) {
            continue;
        }
        let (x, y) = (mean_x[at], mean_y[at]);
        let variances = sample * (squares[at] - x * x - y * y);
        let covariance = sample * (products[at] - x * y);
        let structure = (2.0 * covariance + constant_2) / (variances + constant_2);
        sums[0] += (2.0 * x * y + constant_1) / (x * x + y * y + constant_1) * structure;
        sums[1] += structure;
        count += 1.0;
    }
    if count == 0.0 { Err(Undefined::NoWholeWindow) } else { Ok(sums.map(|sum| sum / count)) }
}

/// Weighted means in every window of x, y, x² + y² and x y.
fn moments(x: &[f64], y: &[f64], (rows, columns): (usize, usize), weights: &[f64]) -> [Vec<f64>; 4] {
    let wide = columns + 1 - weights.len();
    let high = rows + 1 - weights.len();
    let mut across: [Vec<f64>; 4] = std::array::from_fn(|_| vec![0.0; rows * wide]);
    let mut line: [Vec<f64>; 4] = std::array::from_fn(|_| vec![0.0; columns]);
    for (row, (x, y)) in x.chunks_exact(columns).zip(y.chunks_exact(columns)).enumerate() {
        line[0].copy_from_slice(x);
        line[1].copy_from_slice(y);
        line[2].iter_mut().zip(x).zip(y).for_each(|((sum, x), y)| *sum = x * x + y * y);
        line[3].iter_mut().zip(x).zip(y).for_each(|((product, x), y)| *product = x * y);
        for (line, into) in line.iter().zip(&mut across) {
            let into = &mut into[row * wide..(row + 1) * wide];
            for (offset, weight) in weights.iter().enumerate() {
                into.iter_mut().zip(&line[offset..offset + wide]).for_each(|(sum, value)| *sum += weight * value);
            }
        }
    }
    across.map(|plane| {
        let mut sums = vec![0.0; high * wide];
        for (row, into) in sums.chunks_exact_mut(wide).enumerate() {
            for (offset, weight) in weights.iter().enumerate() {
                let line = &plane[(row + offset) * wide..(row + offset + 1) * wide];
                into.iter_mut().zip(line).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        sums
    })
}

/// Which windows hold valid pixels only; nothing where all do.
fn windows_within(field: &Field, side: usize) -> Result<Option<Vec<bool>>, Undefined> {
    if field.grid().is_whole() {
        return Ok(None);
    }
    let (rows, columns) = field.grid().shape();
    if rows < side || columns < side {
        return Err(Undefined::SmallerThanWindow);
    }
    let mut valid = vec![0.0; rows * columns];
    field.grid().places().iter().for_each(|place| valid[*place] = 1.0);
    let [counts, ..] = moments(&valid, &valid, (rows, columns), &vec![1.0; side]);
    Ok(Some(counts.iter().map(|count| *count == (side * side) as f64).collect()))
}

/// Means of 2 x 2 pixels; a last odd row or column is left out.
fn halved(plane: &[f64], (rows, columns): (usize, usize)) -> Vec<f64> {
    let at = |row: usize, column: usize| plane[row * columns + column];
    let cell = |row: usize, column: usize| {
        0.25 * (at(row, column) + at(row + 1, column) + at(row, column + 1) + at(row + 1, column + 1))
    };
    (0..rows / 2).flat_map(|row| (0..columns / 2).map(move |column| cell(2 * row, 2 * column))).collect()
}
