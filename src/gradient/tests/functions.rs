//! Functions of one and two numbers, in closed form and by differences; and functions that are flat.

use std::f64::consts::PI;

use ndarray::{ArrayD, IxDyn, arr1, arr2};
use statrs::function::erf::erf;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::binary::{BinMiniOp, TypedBinOp};
use tract_onnx::tract_core::ops::cast::Cast;
use tract_onnx::tract_core::ops::nn::gelu_approximate::gelu_approximate;
use tract_onnx::tract_core::ops::nn::gelu_exact::gelu_exact;
use tract_onnx::tract_core::ops::nn::silu::silu;
use tract_onnx::tract_core::ops::nn::{Reduce, Reducer, hard_swish, leaky_relu, sigmoid};
use tract_onnx::tract_core::ops::{logic, math};

use super::super::Derivative;
use super::check::{Row, constant, derivatives, distinct, wire};

type Operator = fn() -> Box<dyn TypedOp>;

/// A function of one value: its operator, its derivative in closed form, and where it is asked.
type Function = (&'static str, Operator, fn(f64) -> f64, &'static [f32]);

macro_rules! function {
    ($name:literal, $operator:expr, $derivative:expr, $x:expr) => {
        ($name, || Box::new($operator) as Box<dyn TypedOp>, $derivative, $x)
    };
}

/// An operator and what makes it.
type Named<T> = (&'static str, fn() -> T);

/// A function of two values: its operator, how far they are moved, and the bounds of the first and of the second.
type Binary = (&'static str, fn() -> TypedBinOp, f32, [f32; 4]);

const ANYWHERE: &[f32] = &[-3.7, -1.5, -0.6, 0.0, 0.25, 1.0, 2.5, 4.0];
const ABOVE: &[f32] = &[0.1, 0.5, 1.0, 2.0, 7.5];
const WITHIN: &[f32] = &[-0.9, -0.3, 0.0, 0.2, 0.75];

fn phi(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

fn approximate(x: f64, n: i32) -> f64 {
    let c = (2.0 / PI).sqrt();
    let tanh = (c * (x + 0.044715 * x.powi(n))).tanh();
    let inner = c * (1.0 + 0.044715 * f64::from(n) * x.powi(n - 1));
    (1.0 + tanh + x * (1.0 - tanh * tanh) * inner) / 2.0
}

fn functions() -> Vec<Function> {
    vec![
        function!("Abs", math::abs(), |x| if x == 0.0 { 0.0 } else { x.signum() }, ANYWHERE),
        function!("Square", math::square(), |x| 2.0 * x, ANYWHERE),
        function!("Recip", math::recip(), |x| -1.0 / (x * x), &[-2.0, -0.5, 0.25, 3.0]),
        function!("Sqrt", math::sqrt(), |x| 0.5 / x.sqrt(), ABOVE),
        function!("Rsqrt", math::rsqrt(), |x| -0.5 * x.powf(-1.5), ABOVE),
        function!("Exp", math::exp(), f64::exp, ANYWHERE),
        function!("Ln", math::ln(), |x| 1.0 / x, ABOVE),
        function!("Sin", math::sin(), f64::cos, ANYWHERE),
        function!("Cos", math::cos(), |x| -x.sin(), ANYWHERE),
        function!("Tan", math::tan(), |x| 1.0 / (x.cos() * x.cos()), &[-1.0, 0.0, 0.5, 1.2]),
        function!("Asin", math::asin(), |x| 1.0 / (1.0 - x * x).sqrt(), WITHIN),
        function!("Acos", math::acos(), |x| -1.0 / (1.0 - x * x).sqrt(), WITHIN),
        function!("Atan", math::atan(), |x| 1.0 / (1.0 + x * x), ANYWHERE),
        function!("Sinh", math::sinh(), f64::cosh, ANYWHERE),
        function!("Cosh", math::cosh(), f64::sinh, ANYWHERE),
        function!("Asinh", math::asinh(), |x| 1.0 / (1.0 + x * x).sqrt(), ANYWHERE),
        function!("Acosh", math::acosh(), |x| 1.0 / (x * x - 1.0).sqrt(), &[1.25, 2.0, 5.0]),
        function!("Atanh", math::atanh(), |x| 1.0 / (1.0 - x * x), WITHIN),
        function!("Tanh", math::tanh(), |x| 1.0 / (x.cosh() * x.cosh()), ANYWHERE),
        function!("Sigmoid", sigmoid(), |x| 1.0 / (2.0 + x.exp() + (-x).exp()), ANYWHERE),
        function!("Erf", math::erf(), |x| 2.0 / PI.sqrt() * (-x * x).exp(), ANYWHERE),
        function!("Silu", silu(), |x| (1.0 + (-x).exp() + x * (-x).exp()) / (1.0 + (-x).exp()).powi(2), ANYWHERE),
        function!("Silu", silu(), |x| if x < 0.0 { 0.0 } else { 1.0 }, &[-100.0, -60.0, 60.0, 100.0]),
        function!("GeluExact", gelu_exact(), |x| 0.5 * (1.0 + erf(x / 2f64.sqrt())) + x * phi(x), ANYWHERE),
        function!("GeluApproximate", gelu_approximate(false), |x| approximate(x, 3), ANYWHERE),
        function!("GeluApproximate", gelu_approximate(true), |x| approximate(x, 2), ANYWHERE),
        function!(
            "HardSwish",
            hard_swish(),
            |x| if x <= -3.0 { 0.0 } else { if x >= 3.0 { 1.0 } else { (2.0 * x + 3.0) / 6.0 } },
            &[-4.0, -3.0, -2.5, -1.5, 0.0, 2.75, 3.0, 4.0]
        ),
        function!("LeakyRelu", leaky_relu(0.125), |x| if x > 0.0 { 1.0 } else { 0.125 }, ANYWHERE),
        function!("PowConst", math::pow_const(2.5), |x| 2.5 * x.powf(1.5), ABOVE),
        function!("PowConst", math::pow_const(3.0), |x| 3.0 * x * x, ANYWHERE),
        function!("PowConst", math::pow_const(1.0), |_| 1.0, ANYWHERE),
        function!("PowConst", math::pow_const(0.0), |_| 0.0, ANYWHERE),
        function!("PowConst", math::pow_const(-1.0), |x| -1.0 / (x * x), ABOVE),
        function!("Neg", math::neg(), |_| -1.0, ANYWHERE),
    ]
}

#[test]
fn functions_of_one_value_have_their_derivatives_in_closed_form() -> TractResult<()> {
    for (name, operator, derivative, x) in functions() {
        let row = Row::new(name, "", vec![arr1(x).into_dyn()], 1.0, move |graph, x| wire(graph, operator(), x));
        let seed = distinct(&[x.len()], -1.0, 1.5);
        let (_, found) = derivatives(&row, &seed, &Derivative)?;
        for ((&x, &seed), &found) in x.iter().zip(&seed).zip(&found[0]) {
            let expected = f64::from(seed) * derivative(f64::from(x));
            let apart = (expected - f64::from(found)).abs();
            assert!(apart <= 3e-6 * expected.abs().max(0.1), "{name} at {x}: {expected} expected, {found} found");
        }
    }
    Ok(())
}

/// Shapes of two operands.
const PAIRS: &[(&[usize], &[usize])] =
    &[(&[2, 3], &[2, 3]), (&[2, 3], &[1, 3]), (&[2, 1], &[2, 3]), (&[2, 1, 3], &[1, 4, 1]), (&[1, 1], &[2, 3])];

pub fn rows() -> Vec<Row> {
    let mut rows = vec![];
    // By differences only where no kink or pole is near.
    for (name, operator, _, _) in functions().into_iter().filter(|(name, ..)| !matches!(*name, "HardSwish")) {
        let (low, high) = match name {
            "Acosh" => (1.5, 2.5),
            "Asin" | "Acos" | "Atanh" => (-0.5, 0.6),
            "Tan" => (-0.6, 0.7),
            "Abs" | "LeakyRelu" | "Square" | "Neg" => (-2.0, 2.1),
            _ => (0.6, 1.4),
        };
        if operator()
            .as_op()
            .downcast_ref::<tract_onnx::tract_core::ops::element_wise::ElementWiseOp>()
            .is_some_and(|op| op.0.downcast_ref::<math::PowConst>().is_some_and(|power| power.exponent == 0.0))
        {
            continue;
        }
        let x = distinct(&[2, 3], low, high);
        rows.push(Row::new(name, "", vec![x], 1.0 / 32.0, move |graph, x| wire(graph, operator(), x)));
    }
    rows.push(Row::new("HardSwish", "", vec![distinct(&[7], -4.0, 4.1)], 1.0 / 32.0, |graph, x| {
        wire(graph, hard_swish(), x)
    }));
    let binary: [Binary; 7] = [
        ("Add", math::add, 1.0, [-2.0, 2.3, -1.0, 1.5]),
        ("Sub", math::sub, 1.0, [-2.0, 2.3, -1.0, 1.5]),
        ("Mul", math::mul, 1.0, [-2.0, 2.3, -1.0, 1.5]),
        ("Div", math::div, 1.0 / 32.0, [-2.0, 2.3, 0.75, 2.0]),
        ("Max", math::max, 1.0 / 256.0, [-2.0, 2.3, -1.71, 1.61]),
        ("Min", math::min, 1.0 / 256.0, [-2.0, 2.3, -1.71, 1.61]),
        ("Pow", math::pow, 1.0 / 32.0, [0.6, 1.6, -1.0, 2.5]),
    ];
    for (name, operator, step, [low, high, low2, high2]) in binary {
        for &(first, second) in PAIRS {
            let (a, b) = (distinct(first, low, high), distinct(second, low2, high2));
            let what = format!("{first:?} and {second:?}");
            rows.push(Row::new(name, what.clone(), vec![a.clone(), b.clone()], step, move |graph, x| {
                wire(graph, operator(), x)
            }));
            let k = b.clone();
            rows.push(Row::new(name, format!("{what}, constant"), vec![a.clone()], step, move |graph, x| {
                let k = constant(graph, k.clone())?;
                wire(graph, operator(), &[x[0], k])
            }));
            rows.push(Row::new(name, format!("constant {what}"), vec![b], step, move |graph, x| {
                let k = constant(graph, a.clone())?;
                wire(graph, operator(), &[k, x[0]])
            }));
        }
        let x = distinct(&[2, 3], low.max(0.6), high);
        rows.push(Row::new(name, "a number first", vec![x.clone()], step, move |graph, x| {
            let k = constant(graph, arr2(&[[1.26f32]]))?;
            wire(graph, operator(), &[k, x[0]])
        }));
        rows.push(Row::new(name, "a number second", vec![x.clone()], step, move |graph, x| {
            let k = constant(graph, arr2(&[[1.26f32]]))?;
            wire(graph, operator(), &[x[0], k])
        }));
        if !matches!(name, "Sub" | "Div" | "Max" | "Min") {
            rows.push(Row::new(name, "one tensor twice", vec![x], step, move |graph, x| {
                wire(graph, operator(), &[x[0], x[0]])
            }));
        }
    }
    rows.push(Row::new(
        "Div",
        "one tensor twice, beside it",
        vec![distinct(&[2, 3], 0.6, 2.0)],
        1.0 / 32.0,
        |graph, x| {
            let one = wire(graph, math::div(), &[x[0], x[0]])?;
            wire(graph, math::mul(), &[one, x[0]])
        },
    ));
    rows
}

#[test]
fn powers_have_their_derivatives_at_zero() -> TractResult<()> {
    let base = arr1(&[0f32, 0.0, 0.0, 0.0, -2.0, 3.0]).into_dyn();
    let exponent = [0f32, 1.0, 2.0, 3.0, 2.0, 0.0];
    let seed = arr1(&[1f32, 2.0, 3.0, 4.0, 5.0, 6.0]).into_dyn();
    let row =
        Row::new("Pow", "exponents that vary", vec![base.clone(), arr1(&exponent).into_dyn()], 1.0, |graph, x| {
            wire(graph, math::pow(), x)
        });
    let (_, found) = derivatives(&row, &seed, &Derivative)?;
    assert_eq!(found[0], arr1(&[0f32, 2.0, 0.0, 0.0, -20.0, 0.0]).into_dyn());
    assert_eq!(found[1], arr1(&[0f32, 0.0, 0.0, 0.0, 0.0, 6.0 * 3f32.ln()]).into_dyn());
    let row = Row::new("Pow", "exponents that do not", vec![base.clone()], 1.0, move |graph, x| {
        let exponent = constant(graph, arr1(&exponent))?;
        wire(graph, math::pow(), &[x[0], exponent])
    });
    assert_eq!(derivatives(&row, &seed, &Derivative)?.1[0], found[0]);
    for (exponent, expected) in
        [(0f32, [0f32; 6]), (1.0, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), (2.0, [0.0, 0.0, 0.0, 0.0, -20.0, 36.0])]
    {
        let row = Row::new("Pow", "one number", vec![base.clone()], 1.0, move |graph, x| {
            let exponent = constant(graph, arr1(&[exponent]))?;
            wire(graph, math::pow(), &[x[0], exponent])
        });
        assert_eq!(derivatives(&row, &seed, &Derivative)?.1[0], arr1(&expected).into_dyn(), "to the power {exponent}");
    }
    Ok(())
}

type Flat = Box<dyn Fn(&mut TypedModel, OutletId) -> TractResult<OutletId>>;

/// Operators that are flat, applied to a tensor of shape (2, 3) and made float32 again.
pub fn flat() -> Vec<(&'static str, Flat)> {
    fn float(graph: &mut TypedModel, x: OutletId) -> TractResult<OutletId> {
        wire(graph, Cast::new(f32::datum_type()), &[x])
    }
    fn compared(graph: &mut TypedModel, x: OutletId, with: f32, by: Box<dyn BinMiniOp>) -> TractResult<OutletId> {
        let with = constant(graph, ArrayD::from_elem(IxDyn(&[1, 1]), with))?;
        wire(graph, TypedBinOp(by, None), &[x, with])
    }
    let named = |operator: &'static str, build: Flat| {
        let checked: Flat = Box::new(move |graph, x| {
            let y = build(graph, x)?;
            let found = graph.nodes().iter().any(|node| node.op.name() == operator);
            assert!(found, "{operator}: {:?}", graph.nodes().iter().map(|node| node.op.name()).collect::<Vec<_>>());
            Ok(y)
        });
        (operator, checked)
    };
    let mut all = vec![
        named("Sign", Box::new(|graph, x| wire(graph, math::sign(), &[x]))),
        named("Floor", Box::new(|graph, x| wire(graph, math::floor(), &[x]))),
        named("Ceil", Box::new(|graph, x| wire(graph, math::ceil(), &[x]))),
        named("Round", Box::new(|graph, x| wire(graph, math::round(), &[x]))),
        named("RoundHalfToEven", Box::new(|graph, x| wire(graph, math::round_half_to_even(), &[x]))),
        named("IsNan", Box::new(|graph, x| wire(graph, math::is_nan(), &[x]).and_then(|y| float(graph, y)))),
        named("IsInf", Box::new(|graph, x| wire(graph, math::is_inf(true, true), &[x]).and_then(|y| float(graph, y)))),
        named(
            "Not",
            Box::new(|graph, x| {
                let low = compared(graph, x, 0.3, logic::comp_lt())?;
                let y = wire(graph, logic::not(), &[low])?;
                float(graph, y)
            }),
        ),
    ];
    let comparisons: [Named<Box<dyn BinMiniOp>>; 6] = [
        ("Eq", logic::comp_eq),
        ("NE", logic::comp_ne),
        ("LT", logic::comp_lt),
        ("GT", logic::comp_gt),
        ("LTE", logic::comp_lte),
        ("GTE", logic::comp_gte),
    ];
    for (name, by) in comparisons {
        all.push(named(name, Box::new(move |graph, x| compared(graph, x, 0.3, by()).and_then(|y| float(graph, y)))));
    }
    let connectives: [Named<TypedBinOp>; 3] = [("And", logic::and), ("Or", logic::or), ("Xor", logic::xor)];
    for (name, operator) in connectives {
        all.push(named(
            name,
            Box::new(move |graph, x| {
                let (low, high) =
                    (compared(graph, x, 0.3, logic::comp_gt())?, compared(graph, x, 1.3, logic::comp_lt())?);
                let y = wire(graph, operator(), &[low, high])?;
                float(graph, y)
            }),
        ));
    }
    for (name, reducer) in [
        ("Reduce<ArgMax(false)>", Reducer::ArgMax(false)),
        ("Reduce<ArgMax(true)>", Reducer::ArgMax(true)),
        ("Reduce<ArgMin(false)>", Reducer::ArgMin(false)),
        ("Reduce<ArgMin(true)>", Reducer::ArgMin(true)),
    ] {
        all.push(named(
            name,
            Box::new(move |graph, x| {
                let y = wire(graph, Reduce::new(tvec!(1), reducer), &[x])?;
                float(graph, y)
            }),
        ));
    }
    all
}
