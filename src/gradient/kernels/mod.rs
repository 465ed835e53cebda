//! Backward kernels that tract has no operator for, as operators of their own.

mod fold_columns;
mod max_pool;
mod pointwise;
mod resample;
mod scatter;

pub use self::fold_columns::FoldColumns;
pub use self::max_pool::{MaxPoolGradient, RescaledMaxPool};
pub use self::pointwise::Pointwise;
pub use self::resample::{Resample, Tap};
pub use self::scatter::Scatter;

/// What every kernel is to tract: a named operator with one output that needs no state.
macro_rules! operator {
    ($name:ident, $text:expr, $fact:expr) => {
        impl Op for $name {
            fn name(&self) -> StaticName {
                let text: fn(&$name) -> StaticName = $text;
                text(self)
            }
            op_as_typed_op!();
        }
        impl TypedOp for $name {
            fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
                let fact: fn(&$name, &[&TypedFact]) -> TractResult<TypedFact> = $fact;
                Ok(tvec!(fact(self, inputs)?))
            }
            as_op!();
        }
    };
}
use operator;
