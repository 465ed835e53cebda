//! Many values to one, and values relative to their neighbours.

use ndarray::{arr1, arr2};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::nn::{Reduce, Reducer, RmsNorm, Softmax, SoftmaxKind};
use tract_onnx_opl::lrn::Lrn;

use super::super::Derivative;
use super::check::{Row, derivatives, distinct, wire};

pub fn rows() -> Vec<Row> {
    let mut rows = vec![];
    let axes: [&[usize]; 4] = [&[0], &[1], &[0, 2], &[0, 1, 2]];
    for axes in axes {
        for (name, reducer, step) in [
            ("Reduce<Sum>", Reducer::Sum, 1.0),
            ("Reduce<MeanOfSquares>", Reducer::MeanOfSquares, 1.0),
            ("Reduce<Prod>", Reducer::Prod, 1.0),
            ("Reduce<Max>", Reducer::Max, 1.0 / 64.0),
            ("Reduce<Min>", Reducer::Min, 1.0 / 64.0),
        ] {
            let (low, high) = if name == "Reduce<Prod>" { (0.7, 1.3) } else { (-2.0, 2.0) };
            let x = distinct(&[2, 3, 4], low, high);
            rows.push(Row::new(name, format!("over {axes:?}"), vec![x], step, move |graph, x| {
                wire(graph, Reduce::new(axes.into(), reducer), x)
            }));
        }
        for (name, kind) in [("Softmax", SoftmaxKind::Softmax), ("LogSoftmax", SoftmaxKind::LogSoftmax)] {
            let x = distinct(&[2, 3, 2], -2.0, 2.0);
            rows.push(Row::new(name, format!("over {axes:?}"), vec![x], 1.0 / 32.0, move |graph, x| {
                wire(graph, Softmax { axes: axes.into(), quant_output_dt: None, kind }, x)
            }));
        }
    }
    for axis in 0..3 {
        for eps in [1e-5f32, 0.5] {
            let x = distinct(&[2, 3, 4], -2.0, 2.0);
            rows.push(Row::new("RmsNorm", format!("over {axis}, {eps}"), vec![x], 1.0 / 32.0, move |graph, x| {
                wire(graph, RmsNorm { axis, eps: rctensor0(eps) }, x)
            }));
        }
    }
    for (channels, size) in [(6, 3), (6, 4), (5, 5), (2, 5), (3, 2), (4, 1)] {
        let x = distinct(&[1, channels, 2, 2], -2.0, 2.0);
        rows.push(Row::new("Lrn", format!("{size} of {channels} channels"), vec![x], 1.0 / 32.0, move |graph, x| {
            wire(graph, Lrn { alpha: 0.9, beta: 0.75, bias: 1.25, size }, x)
        }));
    }
    rows
}

#[test]
fn extremes_are_shared_by_equals_and_products_see_through_zeros() -> TractResult<()> {
    let x = arr2(&[[1f32, 3.0, 3.0, 0.0], [0.0, 0.0, 2.0, 5.0], [4.0, 1.0, 2.0, 0.0]]).into_dyn();
    let seed = arr2(&[[2f32], [4.0], [8.0]]).into_dyn();
    let expected = [
        (Reducer::Max, [[0f32, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 4.0], [8.0, 0.0, 0.0, 0.0]]),
        (Reducer::Min, [[0.0, 0.0, 0.0, 2.0], [2.0, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 8.0]]),
        (Reducer::Prod, [[0.0, 0.0, 0.0, 18.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 64.0]]),
    ];
    for (reducer, expected) in expected {
        let row = Row::new("Reduce", "", vec![x.clone()], 1.0, move |graph, x| {
            wire(graph, Reduce::new(tvec!(1), reducer), x)
        });
        let (_, found) = derivatives(&row, &seed, &Derivative)?;
        assert_eq!(found[0], arr2(&expected).into_dyn(), "{reducer:?}");
    }
    Ok(())
}

#[test]
fn softmax_of_large_numbers_hands_back_numbers() -> TractResult<()> {
    let row = Row::new("Softmax", "", vec![arr1(&[1000f32, 0.0, 1000.0]).into_dyn()], 1.0, |graph, x| {
        wire(graph, Softmax { axes: tvec!(0), quant_output_dt: None, kind: SoftmaxKind::Softmax }, x)
    });
    let (_, found) = derivatives(&row, &arr1(&[1f32, 5.0, -1.0]).into_dyn(), &Derivative)?;
    assert_eq!(found[0], arr1(&[0.5f32, 0.0, -0.5]).into_dyn());
    Ok(())
}
