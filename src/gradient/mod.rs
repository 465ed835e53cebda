//! Reverse-mode differentiation of a tract graph: the backward pass is added to the forward graph, operator by operator,
//! and tract optimises and runs both together.
//!
//! The typed graph is differentiated as tract reads it from ONNX, before it is rearranged: every node keeps its name, and
//! the operators are few. [`RULES`] says of each operator how it hands a derivative back, or that it is flat; any other
//! operator on the way is reported with its node before any work, never passed over. The derivative of the output is an
//! input of the graph ([`backward`] takes an outlet for it), so that one graph serves every class and every contrast.
//!
//! At a kink, a rectifier hands back nothing and a maximum pool hands everything to its first maximum, as PyTorch does.
//! [`Scheme`]s replace single rules: guided backpropagation, DeepLIFT and layer-wise relevance propagation are this walk
//! with other rules.

mod bias;
mod fold;
mod kernels;
mod linear;
mod prepare;
mod rectifier;
mod relevance;
mod rescale;
mod rules;
mod scheme;
mod step;
mod walk;

pub use self::bias::biases;
pub use self::prepare::prepare;
pub use self::rectifier::{Deconvolution, Guided, rectifiers};
pub use self::relevance::{Composite, LayerRule, Relevance};
pub use self::rescale::Rescale;
pub use self::scheme::{Derivative, Scheme};
pub use self::step::Step;
pub use self::walk::{backward, unsupported};

#[cfg(test)]
mod tests;
