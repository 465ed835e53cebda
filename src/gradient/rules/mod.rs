//! The table of backward rules: one row an operator.

mod activation;
mod arithmetic;
mod convolution;
mod einsum;
mod normalise;
mod pool;
mod reduce;
mod selection;

use tract_onnx::tract_core::internal::*;

use super::Step;

pub use self::convolution::{Convolution, transposed_convolution};
pub use self::einsum::contracted;

/// How an operator hands a derivative back.
pub type Rule = fn(&Step) -> TractResult<()>;

/// What is known about an operator.
#[derive(Debug, Clone, Copy)]
pub enum Treatment {
    /// It has a rule.
    Rule(Rule),
    /// Its derivative is 0 wherever it has one.
    Flat,
}

/// What kind of function an operator is, for schemes that are not the derivative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A function of one value at a time, of one input that varies.
    Unary,
    /// Sums and differences.
    Sum,
    /// Linear in each input, of which several may vary.
    Product,
    /// Linear in its one input that varies.
    Linear,
    /// Every value of the output is one value of the input.
    Selection,
    /// The largest or smallest of several values.
    Competition,
    /// Anything else.
    Other,
}

/// A row of the table.
pub struct Row {
    /// The operator's name in tract.
    pub operator: &'static str,
    /// Its kind.
    pub family: Family,
    /// Its rule.
    pub treatment: Treatment,
}

const fn row(operator: &'static str, family: Family, rule: Rule) -> Row {
    Row { operator, family, treatment: Treatment::Rule(rule) }
}

const fn flat(operator: &'static str) -> Row {
    Row { operator, family: Family::Other, treatment: Treatment::Flat }
}

/// Every operator that can be passed on the way back.
pub static RULES: &[Row] = &[
    row("Add", Family::Sum, |s| s.give(0, s.dy()).and(s.give(1, s.dy()))),
    row("Sub", Family::Sum, |s| s.give(0, s.dy()).and(s.give(1, s.neg(s.dy())?))),
    row("Mul", Family::Product, |s| s.give(0, s.mul(s.dy(), s.x(1))?).and(s.give(1, s.mul(s.dy(), s.x(0))?))),
    row("Div", Family::Other, arithmetic::quotient),
    row("Max", Family::Competition, |s| arithmetic::winner(s, [0, 1])),
    row("Min", Family::Competition, |s| arithmetic::winner(s, [1, 0])),
    row("Pow", Family::Unary, arithmetic::power),
    row("PowConst", Family::Unary, arithmetic::constant_power),
    row("Neg", Family::Linear, |s| s.give(0, s.neg(s.dy())?)),
    row("Abs", Family::Unary, |s| activation::of_input(s, "abs", |x| if x == 0.0 { 0.0 } else { x.signum() })),
    row("Square", Family::Unary, |s| activation::of_input(s, "square", |x| 2.0 * x)),
    row("Recip", Family::Unary, |s| activation::of_output(s, "recip", |y| -y * y)),
    row("Sqrt", Family::Unary, |s| activation::of_output(s, "sqrt", |y| 0.5 / y)),
    row("Rsqrt", Family::Unary, |s| activation::of_output(s, "rsqrt", |y| -0.5 * y * y * y)),
    row("Exp", Family::Unary, |s| activation::of_output(s, "exp", |y| y)),
    row("Ln", Family::Unary, |s| activation::of_input(s, "ln", f32::recip)),
    row("Sin", Family::Unary, |s| activation::of_input(s, "sin", f32::cos)),
    row("Cos", Family::Unary, |s| activation::of_input(s, "cos", |x| -x.sin())),
    row("Tan", Family::Unary, |s| activation::of_output(s, "tan", |y| 1.0 + y * y)),
    row("Asin", Family::Unary, |s| activation::of_input(s, "asin", |x| (1.0 - x * x).sqrt().recip())),
    row("Acos", Family::Unary, |s| activation::of_input(s, "acos", |x| -(1.0 - x * x).sqrt().recip())),
    row("Atan", Family::Unary, |s| activation::of_input(s, "atan", |x| (1.0 + x * x).recip())),
    row("Sinh", Family::Unary, |s| activation::of_input(s, "sinh", f32::cosh)),
    row("Cosh", Family::Unary, |s| activation::of_input(s, "cosh", f32::sinh)),
    row("Asinh", Family::Unary, |s| activation::of_input(s, "asinh", |x| (x * x + 1.0).sqrt().recip())),
    row("Acosh", Family::Unary, |s| activation::of_input(s, "acosh", |x| (x * x - 1.0).sqrt().recip())),
    row("Atanh", Family::Unary, |s| activation::of_input(s, "atanh", |x| (1.0 - x * x).recip())),
    row("Tanh", Family::Unary, |s| activation::of_output(s, "tanh", |y| 1.0 - y * y)),
    row("Sigmoid", Family::Unary, |s| activation::of_output(s, "sigmoid", |y| y * (1.0 - y))),
    row("Erf", Family::Unary, activation::error_function),
    row("Silu", Family::Unary, |s| activation::of_input(s, "silu", activation::silu)),
    row("GeluExact", Family::Unary, activation::gelu),
    row("GeluApproximate", Family::Unary, activation::gelu_approximate),
    row("HardSwish", Family::Unary, |s| activation::of_input(s, "hard_swish", activation::hard_swish)),
    row("LeakyRelu", Family::Unary, activation::leaky_relu),
    row("Conv", Family::Product, convolution::convolution),
    row("Deconv", Family::Product, convolution::deconvolution),
    row("EinSum", Family::Product, einsum::contraction),
    row("MaxPool", Family::Competition, pool::maximum),
    row("SumPool", Family::Linear, pool::sum),
    row("Reduce<Sum>", Family::Linear, |s| s.give(0, s.spread(s.dy(), &s.shape(s.x(0))?)?)),
    row("Reduce<MeanOfSquares>", Family::Other, reduce::mean_of_squares),
    row("Reduce<Max>", Family::Competition, reduce::extreme),
    row("Reduce<Min>", Family::Competition, reduce::extreme),
    row("Reduce<Prod>", Family::Other, reduce::product),
    row("Softmax", Family::Other, normalise::softmax),
    row("LogSoftmax", Family::Other, normalise::log_softmax),
    row("RmsNorm", Family::Other, normalise::root_mean_square),
    row("Lrn", Family::Other, normalise::local_response),
    row("Identity", Family::Selection, |s| s.give(0, s.dy())),
    row("Dropout", Family::Selection, |s| s.give(0, s.dy())),
    row("Cast", Family::Selection, selection::cast),
    row("AddAxis", Family::Selection, selection::axes),
    row("RmAxis", Family::Selection, selection::axes),
    row("MoveAxis", Family::Selection, selection::axes),
    row("Reshape", Family::Selection, selection::axes),
    row("MultiBroadcastTo", Family::Selection, selection::broadcast),
    row("Concat", Family::Selection, selection::concatenation),
    row("Slice", Family::Selection, selection::slice),
    row("Pad", Family::Selection, selection::padding),
    row("StridedSlice", Family::Selection, selection::selection),
    row("Downsample", Family::Selection, selection::selection),
    row("Gather", Family::Selection, selection::selection),
    row("GatherElements", Family::Selection, selection::selection),
    row("GatherNd", Family::Selection, selection::selection),
    row("Tile", Family::Selection, selection::selection),
    row("Trilu", Family::Selection, selection::selection),
    row("Resize", Family::Linear, pool::resize),
    row("NearestUpsample", Family::Selection, selection::selection),
    row("Iff", Family::Other, selection::choice),
    flat("Sign"),
    flat("Floor"),
    flat("Ceil"),
    flat("Round"),
    flat("RoundHalfToEven"),
    flat("Eq"),
    flat("NE"),
    flat("LT"),
    flat("GT"),
    flat("LTE"),
    flat("GTE"),
    flat("IsNan"),
    flat("IsInf"),
    flat("Not"),
    flat("And"),
    flat("Or"),
    flat("Xor"),
    flat("Reduce<ArgMax(false)>"),
    flat("Reduce<ArgMax(true)>"),
    flat("Reduce<ArgMin(false)>"),
    flat("Reduce<ArgMin(true)>"),
];

/// The row of an operator.
pub fn find(operator: &str) -> Option<&'static Row> {
    RULES.iter().find(|row| row.operator == operator)
}

/// What is known about an operator; `None` where nothing is.
pub(super) fn treatment(operator: &str) -> Option<Treatment> {
    find(operator).map(|row| row.treatment)
}
