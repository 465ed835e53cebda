//! What a selection hands back: to the places that it read.

use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::operator;

/// `dx[places[i]] += dy[i]`, both in C order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scatter {
    /// Shape of the result.
    pub shape: TVec<usize>,
    /// Place that each value was read from; `u32::MAX` for a value from nowhere.
    pub places: Arc<Vec<u32>>,
}

operator!(Scatter, |_| "Scatter".into(), |own, _| Ok(f32::fact(&*own.shape)));

impl EvalOp for Scatter {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let dy = args_1!(inputs);
        let mut dx = Tensor::zero::<f32>(&self.shape)?;
        {
            let dy = dy.try_as_plain_ram()?;
            let mut plain = dx.try_as_plain_ram_mut()?;
            let sums = plain.as_slice_mut::<f32>()?;
            for (&place, value) in self.places.iter().zip(dy.as_slice::<f32>()?) {
                if let Some(sum) = sums.get_mut(place as usize) {
                    *sum += value;
                }
            }
        }
        Ok(tvec!(dx.into_tvalue()))
    }
}
