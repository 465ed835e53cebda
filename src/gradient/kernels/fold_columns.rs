//! From the windows of a convolution back to its input: "col2im".

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::PoolSpec;

use super::operator;

/// From (batch, channels × kernel rows × kernel columns, windows) to (batch, channels, rows, columns): every value of a
/// window is added to the place that the window read it from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FoldColumns {
    /// The convolution's windows.
    pub pool: PoolSpec,
    /// (channels, rows, columns) of the convolution's input.
    pub input: (usize, usize, usize),
    /// (rows, columns) of its output.
    pub output: (usize, usize),
}

operator!(FoldColumns, |_| "FoldColumns".into(), |own, inputs| {
    let (channels, rows, columns) = own.input;
    let batch = inputs[0].shape[0].clone();
    Ok(f32::fact(&[batch, channels.to_dim(), rows.to_dim(), columns.to_dim()]))
});

impl EvalOp for FoldColumns {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let columns = args_1!(inputs);
        let (channels, height, width) = self.input;
        let windows = self.output.0 * self.output.1;
        let padding = self.pool.computed_padding(&[height, width]);
        let taps = |axis: usize, length: usize, side: usize| -> Vec<Vec<(usize, usize)>> {
            let tap = |tap: usize| {
                let place = |window: usize| {
                    (window * self.pool.stride(axis) + tap * self.pool.dilation(axis))
                        .checked_sub(padding[axis].pad_before)
                };
                let inside = |window: usize| place(window).filter(|&at| at < side).map(|at| (window, at));
                (0..length).filter_map(inside).collect()
            };
            (0..self.pool.kernel_shape[axis]).map(tap).collect()
        };
        let (rows, places) = (taps(0, self.output.0, height), taps(1, self.output.1, width));
        let mut dx = Tensor::zero::<f32>(&[columns.shape()[0], channels, height, width])?;
        {
            let columns = columns.try_as_plain_ram()?;
            let mut plain = dx.try_as_plain_ram_mut()?;
            let planes = columns.as_slice::<f32>()?.chunks_exact(rows.len() * places.len() * windows);
            for (plane, dx) in planes.zip(plain.as_slice_mut::<f32>()?.chunks_exact_mut(height * width)) {
                let mut taps = plane.chunks_exact(windows);
                for rows in &rows {
                    for (places, tap) in places.iter().zip(&mut taps) {
                        let (Some(&(first, start)), count) = (places.first(), places.len()) else { continue };
                        let step = self.pool.stride(1);
                        for &(window, row) in rows {
                            let from = &tap[window * self.output.1 + first..][..count];
                            let to = &mut dx[row * width + start..(row + 1) * width];
                            match step {
                                1 => to.iter_mut().zip(from).for_each(|(sum, value)| *sum += value),
                                _ => to.iter_mut().step_by(step).zip(from).for_each(|(sum, value)| *sum += value),
                            }
                        }
                    }
                }
            }
        }
        Ok(tvec!(dx.into_tvalue()))
    }
}
