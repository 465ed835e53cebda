//! Values moved, repeated, left out or chosen.

use ndarray::{arr1, arr2, arr3};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::array::{
    Gather, GatherElements, GatherNd, MultiBroadcastTo, Pad, PadMode, Slice, StridedSlice, Tile, Trilu, TypedConcat,
};
use tract_onnx::tract_core::ops::binary::TypedBinOp;
use tract_onnx::tract_core::ops::cast::Cast;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::downsample::Downsample;
use tract_onnx::tract_core::ops::identity::Identity;
use tract_onnx::tract_core::ops::logic::{Iff, comp_gt};

use super::check::{Row, constant, distinct, wire};

fn dims(shape: &[usize]) -> TVec<TDim> {
    shape.iter().map(|side| side.to_dim()).collect()
}

/// A row about one tensor of shape (2, 3, 4).
fn one(
    operator: &'static str,
    what: &'static str,
    build: impl Fn(&mut TypedModel, OutletId) -> TractResult<OutletId> + 'static,
) -> Row {
    Row::new(operator, what, vec![distinct(&[2, 3, 4], -2.0, 2.0)], 1.0, move |graph, x| build(graph, x[0]))
}

fn strided(begin: [i64; 2], end: [i64; 2], axes: [i64; 2], steps: [i64; 2], shrink: i64) -> Row {
    one("StridedSlice", "", move |graph, x| {
        let op = StridedSlice {
            optional_axes_input: Some(3),
            optional_steps_input: Some(4),
            begin_mask: 0,
            end_mask: 0,
            shrink_axis_mask: shrink,
        };
        let mut inputs = vec![x];
        for values in [begin, end, axes, steps] {
            inputs.push(constant(graph, arr1(&values))?);
        }
        wire(graph, op, &inputs)
    })
}

fn joined(what: &'static str, axis: usize, parts: &'static [usize]) -> Row {
    let (first, second) = (distinct(&[2, 3], -2.0, 2.0), distinct(&[2, 3], -1.0, 1.0));
    Row::new("Concat", what, vec![first, second], 1.0, move |graph, x| {
        let k = constant(graph, arr2(&[[1f32, 2.0, 3.0], [4.0, 5.0, 6.0]]))?;
        let all = [x[0], x[1], k];
        let parts: Vec<OutletId> = parts.iter().map(|&part| all[part]).collect();
        wire(graph, TypedConcat::new(axis), &parts)
    })
}

pub fn rows() -> Vec<Row> {
    let mut rows = vec![
        one("Identity", "", |graph, x| wire(graph, Identity, &[x])),
        one("Cast", "float32 to float32", |graph, x| wire(graph, Cast::new(f32::datum_type()), &[x])),
        one("AddAxis", "in the middle", |graph, x| wire(graph, AxisOp::Add(1), &[x])),
        one("AddAxis", "last", |graph, x| wire(graph, AxisOp::Add(3), &[x])),
        Row::new("RmAxis", "", vec![distinct(&[2, 1, 3], -2.0, 2.0)], 1.0, |graph, x| wire(graph, AxisOp::Rm(1), x)),
        one("MoveAxis", "first to last", |graph, x| wire(graph, AxisOp::Move(0, 2), &[x])),
        one("MoveAxis", "last to first", |graph, x| wire(graph, AxisOp::Move(2, 0), &[x])),
        one("MoveAxis", "neighbours", |graph, x| wire(graph, AxisOp::Move(1, 2), &[x])),
        one("Reshape", "joined", |graph, x| wire(graph, AxisOp::Reshape(0, dims(&[2, 3]), dims(&[6])), &[x])),
        one("Reshape", "split", |graph, x| wire(graph, AxisOp::Reshape(1, dims(&[3, 4]), dims(&[2, 2, 3])), &[x])),
        Row::new("MultiBroadcastTo", "axes of length 1", vec![distinct(&[2, 1, 3, 1], -2.0, 2.0)], 1.0, |graph, x| {
            wire(graph, MultiBroadcastTo::new(dims(&[2, 4, 3, 2]).into()), x)
        }),
        Row::new("MultiBroadcastTo", "axes in front", vec![distinct(&[2, 1], -2.0, 2.0)], 1.0, |graph, x| {
            wire(graph, MultiBroadcastTo::new(dims(&[3, 2, 2, 4]).into()), x)
        }),
        joined("two", 0, &[0, 1]),
        joined("two side by side", 1, &[1, 0]),
        joined("one of them twice, around a constant", 1, &[0, 2, 1, 0]),
        one("Slice", "middle", |graph, x| wire(graph, Slice::new(1, 1, 2), &[x])),
        one("Slice", "end", |graph, x| wire(graph, Slice::new(2, 2, 4), &[x])),
        one("Slice", "start", |graph, x| wire(graph, Slice::new(0, 0, 1), &[x])),
        one("Pad", "constant", |graph, x| {
            let pads = vec![(0, 1), (2, 0), (1, 1)];
            wire(graph, Pad::new(pads, PadMode::Constant(rctensor0(5f32))), &[x])
        }),
        one("Pad", "reflected", |graph, x| wire(graph, Pad::new(vec![(0, 0), (1, 2), (3, 1)], PadMode::Reflect), &[x])),
        one("Pad", "edges repeated", |graph, x| {
            wire(graph, Pad::new(vec![(1, 0), (0, 2), (2, 2)], PadMode::Edge), &[x])
        }),
        strided([1, -1], [3, -5], [1, 2], [1, -1], 0),
        strided([0, 0], [3, 4], [1, 2], [2, 3], 0),
        strided([2, 1], [3, 2], [1, 2], [1, 1], 2),
        one("Downsample", "every other", |graph, x| wire(graph, Downsample { axis: 2, stride: 2, modulo: 1 }, &[x])),
        one("Downsample", "the first of three", |graph, x| {
            wire(graph, Downsample { axis: 1, stride: 3, modulo: 0 }, &[x])
        }),
        one("Gather", "repeated and from the end", |graph, x| {
            let at = constant(graph, arr2(&[[0i64, 2, 2], [-1, -3, 1]]))?;
            wire(graph, Gather::new(1), &[x, at])
        }),
        one("Gather", "a number", |graph, x| {
            let at = constant(graph, tensor0(-1i64))?;
            wire(graph, Gather::new(2), &[x, at])
        }),
        one("GatherElements", "repeated and from the end", |graph, x| {
            let at = constant(graph, arr3(&[[[0i64, 1, 1], [2, -1, 0]], [[3, 3, -4], [1, 0, 2]]]))?;
            wire(graph, GatherElements::new(2), &[x, at])
        }),
        one("GatherNd", "places", |graph, x| {
            let at = constant(graph, arr2(&[[0i64, 2], [1, 1], [0, 2], [1, 0]]))?;
            wire(graph, GatherNd::new(0), &[x, at])
        }),
        one("GatherNd", "in each of a batch", |graph, x| {
            let at = constant(graph, arr3(&[[[0i64, 2], [1, 1]], [[2, 3], [2, 3]]]))?;
            wire(graph, GatherNd::new(1), &[x, at])
        }),
        one("Tile", "", |graph, x| wire(graph, Tile::new(dims(&[2, 1, 3])), &[x])),
        one("Trilu", "above", |graph, x| {
            let k = constant(graph, tensor0(1i64))?;
            wire(graph, Trilu { upper: true }, &[x, k])
        }),
        one("Trilu", "below", |graph, x| {
            let k = constant(graph, tensor0(-1i64))?;
            wire(graph, Trilu { upper: false }, &[x, k])
        }),
    ];
    for (first, second) in [([2, 3], [2, 3]), ([2, 1], [1, 3]), ([1, 1], [2, 3])] {
        let (a, b) = (distinct(&first, -2.0, 2.0), distinct(&second, -1.0, 1.0));
        rows.push(Row::new("Iff", format!("{first:?} or {second:?}"), vec![a, b], 1.0, |graph, x| {
            let numbers = constant(graph, arr2(&[[1f32, -1.0, 2.0], [-2.0, 3.0, -3.0]]))?;
            let zero = constant(graph, arr2(&[[0f32]]))?;
            let condition = wire(graph, TypedBinOp(comp_gt(), None), &[numbers, zero])?;
            wire(graph, Iff, &[condition, x[0], x[1]])
        }));
    }
    rows.push(Row::new(
        "Iff",
        "by a tensor that varies",
        vec![distinct(&[2, 3], -2.0, 2.0)],
        1.0 / 64.0,
        |graph, x| {
            let zero = constant(graph, arr2(&[[0.1f32]]))?;
            let condition = wire(graph, TypedBinOp(comp_gt(), None), &[x[0], zero])?;
            let square = wire(graph, tract_onnx::tract_core::ops::math::square(), x)?;
            wire(graph, Iff, &[condition, square, x[0]])
        },
    ));
    rows
}
