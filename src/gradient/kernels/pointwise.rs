//! One value at a time: a function of tensors of one shape.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::operator;

/// A function of tensors of one shape, under a name that stands for it: equal names are equal functions.
#[derive(Clone)]
pub struct Pointwise {
    name: String,
    kernel: Arc<Kernel>,
}

type Kernel = dyn Fn(&mut [f32], &[&[f32]]) + Send + Sync;

impl Pointwise {
    /// The kernel writes its result over the values of the first tensor; the others are of the same length.
    pub fn new(name: String, kernel: impl Fn(&mut [f32], &[&[f32]]) + Send + Sync + 'static) -> Pointwise {
        Pointwise { name, kernel: Arc::new(kernel) }
    }
}

impl fmt::Debug for Pointwise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pointwise").field(&self.name).finish()
    }
}

impl PartialEq for Pointwise {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Pointwise {}

impl Hash for Pointwise {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl EvalOp for Pointwise {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut first = inputs.remove(0).into_tensor();
        {
            let plain = inputs.iter().map(|input| input.try_as_plain_ram()).collect::<TractResult<TVec<_>>>()?;
            let others = plain.iter().map(|input| input.as_slice::<f32>()).collect::<TractResult<TVec<_>>>()?;
            let mut values = first.try_as_plain_ram_mut()?;
            (self.kernel)(values.as_slice_mut::<f32>()?, &others);
        }
        Ok(tvec!(first.into_tvalue()))
    }
}

operator!(Pointwise, |own| own.name.clone().into(), |own, inputs| {
    let shape = &inputs[0].shape;
    ensure!(
        inputs.iter().all(|input| input.shape == *shape && input.datum_type == f32::datum_type()),
        "{} needs float32 tensors of one shape",
        own.name
    );
    Ok(f32::fact(shape.clone()))
});
