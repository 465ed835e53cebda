//! A sparse matrix along one axis: windows summed, pictures resized, and what each hands back.

use tract_onnx::tract_core::internal::*;

use super::operator;

/// `to` receives `weight` times `from`; the weight is kept as bits, so that operators can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tap {
    /// Place of the input.
    pub from: usize,
    /// Place of the output.
    pub to: usize,
    weight: u32,
}

impl Tap {
    /// An entry of the matrix.
    pub fn new(from: usize, to: usize, weight: f32) -> Tap {
        Tap { from, to, weight: weight.to_bits() }
    }

    /// The same entry of the transposed matrix.
    pub fn reversed(self) -> Tap {
        Tap { from: self.to, to: self.from, weight: self.weight }
    }
}

/// `y[.., to, ..] = sum of weight x[.., from, ..]` along one axis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resample {
    /// The axis.
    pub axis: usize,
    /// Its length in the output.
    pub length: usize,
    /// The entries that are not 0.
    pub taps: Vec<Tap>,
}

operator!(Resample, |_| "Resample".into(), |own, inputs| {
    let mut shape = inputs[0].shape.to_tvec();
    shape[own.axis] = own.length.to_dim();
    Ok(f32::fact(shape))
});

impl EvalOp for Resample {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let x = args_1!(inputs);
        let mut shape: TVec<usize> = x.shape().into();
        let (length, inner) = (shape[self.axis], shape[self.axis + 1..].iter().product::<usize>());
        shape[self.axis] = self.length;
        let mut y = Tensor::zero::<f32>(&shape)?;
        {
            let x = x.try_as_plain_ram()?;
            let mut plain = y.try_as_plain_ram_mut()?;
            let blocks = x.as_slice::<f32>()?.chunks_exact((length * inner).max(1));
            for (x, y) in blocks.zip(plain.as_slice_mut::<f32>()?.chunks_exact_mut((self.length * inner).max(1))) {
                for tap in &self.taps {
                    let weight = f32::from_bits(tap.weight);
                    let (from, to) = (&x[tap.from * inner..][..inner], &mut y[tap.to * inner..][..inner]);
                    to.iter_mut().zip(from).for_each(|(sum, value)| *sum += weight * value);
                }
            }
        }
        Ok(tvec!(y.into_tvalue()))
    }
}
