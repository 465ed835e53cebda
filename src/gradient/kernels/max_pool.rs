//! What a maximum pool hands back: to the place that won.

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::PoolSpec;

use super::operator;

/// Inputs (dy, x), shape (batch, channels, rows, columns): each dy is added at the first maximum of its window, in order
/// of rows and columns, as PyTorch does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MaxPoolGradient(pub PoolSpec);

operator!(MaxPoolGradient, |_| "MaxPoolGradient".into(), |_, inputs| Ok(f32::fact(inputs[1].shape.clone())));

impl EvalOp for MaxPoolGradient {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (dy, x) = args_2!(inputs);
        let winner = Winner::new(&self.0, x.shape(), dy.shape());
        let mut dx = Tensor::zero::<f32>(x.shape())?;
        {
            let (x, dy) = (x.try_as_plain_ram()?, dy.try_as_plain_ram()?);
            let mut plain = dx.try_as_plain_ram_mut()?;
            let planes = x.as_slice::<f32>()?.chunks_exact(winner.places());
            let given = dy.as_slice::<f32>()?.chunks_exact(winner.windows());
            for ((x, dy), dx) in planes.zip(given).zip(plain.as_slice_mut::<f32>()?.chunks_exact_mut(winner.places())) {
                for (window, &value) in dy.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                    if let Some(at) = winner.of(x, window) {
                        dx[at] += value;
                    }
                }
            }
        }
        Ok(tvec!(dx.into_tvalue()))
    }
}

/// Finds the place that wins a window, in one plane.
pub struct Winner<'a> {
    pool: &'a PoolSpec,
    before: [usize; 2],
    side: [usize; 2],
    columns: usize,
    windows: usize,
}

impl Winner<'_> {
    /// Shapes (batch, channels, rows, columns) of the pool's input and output.
    pub fn new<'a>(pool: &'a PoolSpec, input: &[usize], output: &[usize]) -> Winner<'a> {
        let padding = pool.computed_padding(&input[2..]);
        Winner {
            pool,
            before: [padding[0].pad_before, padding[1].pad_before],
            side: [input[2], input[3]],
            columns: output[3],
            windows: output[2] * output[3],
        }
    }

    /// Places of an input plane.
    pub fn places(&self) -> usize {
        self.side[0] * self.side[1]
    }

    /// Windows of a plane.
    pub fn windows(&self) -> usize {
        self.windows
    }

    /// The first place with the largest value of a window; `None` where all of it is padding.
    pub fn of(&self, plane: &[f32], window: usize) -> Option<usize> {
        let at = [window / self.columns, window % self.columns];
        let mut best: Option<(usize, f32)> = None;
        for row in self.along(0, at[0]) {
            for column in self.along(1, at[1]) {
                let place = row * self.side[1] + column;
                if best.is_none_or(|(_, highest)| plane[place] > highest) {
                    best = Some((place, plane[place]));
                }
            }
        }
        best.map(|(place, _)| place)
    }

    fn along(&self, axis: usize, window: usize) -> impl Iterator<Item = usize> {
        let (start, step, side) = (window * self.pool.stride(axis), self.pool.dilation(axis), self.side[axis]);
        let before = self.before[axis];
        (0..self.pool.kernel_shape[axis])
            .filter_map(move |tap| (start + tap * step).checked_sub(before))
            .filter(move |&place| place < side)
    }
}

/// Inputs (dy, x, x0): the multipliers of DeepLIFT for a maximum pool. Of the difference `y - y0` of a window, the
/// place that wins for the picture has what it gained, `max(y, y0) - y0`, the place that wins for the baseline what is
/// left, each divided by the difference of its input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RescaledMaxPool(pub PoolSpec);

operator!(RescaledMaxPool, |_| "RescaledMaxPool".into(), |_, inputs| Ok(f32::fact(inputs[1].shape.clone())));

impl EvalOp for RescaledMaxPool {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (dy, x, x0) = args_3!(inputs);
        let winner = Winner::new(&self.0, x.shape(), dy.shape());
        let mut dx = Tensor::zero::<f32>(x.shape())?;
        {
            let (x, x0, dy) = (x.try_as_plain_ram()?, x0.try_as_plain_ram()?, dy.try_as_plain_ram()?);
            let (x, x0, dy) = (x.as_slice::<f32>()?, x0.as_slice::<f32>()?, dy.as_slice::<f32>()?);
            let mut plain = dx.try_as_plain_ram_mut()?;
            for (plane, dx) in plain.as_slice_mut::<f32>()?.chunks_exact_mut(winner.places()).enumerate() {
                let (places, windows) = (plane * winner.places(), plane * winner.windows());
                let (x, x0) = (&x[places..][..winner.places()], &x0[places..][..winner.places()]);
                for (window, value) in dy[windows..][..winner.windows()].iter().enumerate() {
                    let (Some(at), Some(at0)) = (winner.of(x, window), winner.of(x0, window)) else { continue };
                    let (y, y0) = (x[at], x0[at0]);
                    let mut share = |place: usize, part: f32| {
                        let difference = x[place] - x0[place];
                        if part != 0.0 && difference != 0.0 {
                            dx[place] += value * part / difference;
                        } else if y == y0 && at == at0 && place == at {
                            dx[place] += value / 2.0;
                        }
                    };
                    share(at, y.max(y0) - y0);
                    share(at0, y - y.max(y0));
                }
            }
        }
        Ok(tvec!(dx.into_tvalue()))
    }
}
