//! Convolutions, pools, and pictures resized.

use ndarray::{ArrayD, IxDyn, arr1};
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::{Conv, Deconv, KernelFormat, MaxPool, PaddingSpec, PoolSpec, SumPool};
use tract_onnx::tract_core::ops::nn::{CoordTransformer, DataFormat, Interpolator, Nearest, NearestUpsample, Resize};

use super::super::Derivative;
use super::check::{Row, constant, derivatives, distinct, wire};
use PaddingSpec::{Explicit, ExplicitOnnxPool, SameLower, SameUpper, Valid};

fn spec(
    kernel: &[usize],
    padding: PaddingSpec,
    dilations: &[usize],
    strides: &[usize],
    channels: (usize, usize),
) -> PoolSpec {
    PoolSpec {
        data_format: DataFormat::NCHW,
        kernel_shape: kernel.into(),
        padding,
        dilations: Some(dilations.into()),
        strides: Some(strides.into()),
        input_channels: channels.0,
        output_channels: channels.1,
    }
}

fn explicit(before: &[usize], after: &[usize]) -> PaddingSpec {
    Explicit(before.into(), after.into())
}

/// (what, input, kernel, groups, padding, dilations, strides)
type Windows =
    (&'static str, &'static [usize], &'static [usize], usize, PaddingSpec, &'static [usize], &'static [usize]);

fn convolutions() -> Vec<Windows> {
    vec![
        ("plain", &[1, 2, 5, 6], &[3, 2, 3, 3], 1, Valid, &[1, 1], &[1, 1]),
        ("padded unevenly", &[1, 2, 4, 5], &[3, 2, 3, 2], 1, explicit(&[1, 0], &[2, 1]), &[1, 1], &[1, 1]),
        ("a batch of two", &[2, 2, 4, 4], &[3, 2, 2, 3], 1, explicit(&[1, 1], &[0, 1]), &[1, 1], &[1, 1]),
        ("groups", &[1, 4, 5, 5], &[6, 2, 3, 3], 2, explicit(&[1, 1], &[1, 1]), &[1, 1], &[1, 1]),
        ("depthwise", &[1, 3, 5, 4], &[3, 1, 3, 3], 3, SameUpper, &[1, 1], &[1, 1]),
        ("depthwise, two outputs a channel", &[1, 3, 4, 5], &[6, 1, 2, 3], 3, Valid, &[1, 1], &[1, 1]),
        ("dilated", &[1, 2, 7, 6], &[2, 2, 3, 2], 1, explicit(&[2, 1], &[2, 0]), &[2, 3], &[1, 1]),
        ("one by one", &[1, 3, 3, 4], &[2, 3, 1, 1], 1, Valid, &[1, 1], &[1, 1]),
        ("one by one, strided", &[1, 3, 5, 4], &[2, 3, 1, 1], 1, Valid, &[1, 1], &[2, 2]),
        ("one by one, padded", &[1, 2, 3, 3], &[2, 2, 1, 1], 1, explicit(&[1, 1], &[1, 0]), &[1, 1], &[1, 1]),
        ("strided", &[1, 2, 6, 7], &[3, 2, 3, 3], 1, explicit(&[1, 1], &[1, 1]), &[1, 1], &[2, 2]),
        ("strided on one axis, a batch of two", &[2, 2, 5, 5], &[3, 2, 2, 3], 1, Valid, &[1, 1], &[1, 2]),
        ("strided, the last rows unread", &[1, 2, 8, 7], &[2, 2, 3, 2], 1, Valid, &[1, 1], &[3, 4]),
        ("strided and dilated", &[1, 2, 9, 8], &[2, 2, 3, 2], 1, explicit(&[1, 2], &[0, 1]), &[2, 3], &[2, 3]),
        ("padded beyond the kernel", &[1, 1, 4, 4], &[2, 1, 2, 2], 1, explicit(&[3, 2], &[2, 3]), &[1, 1], &[1, 1]),
        ("same, strided, even kernel", &[1, 2, 6, 7], &[2, 2, 2, 3], 1, SameUpper, &[1, 1], &[2, 2]),
        ("same lower", &[1, 2, 5, 5], &[2, 2, 2, 4], 1, SameLower, &[1, 1], &[1, 1]),
        ("same lower, strided", &[1, 2, 5, 6], &[2, 2, 4, 2], 1, SameLower, &[1, 1], &[2, 2]),
        (
            "groups, strided, the last rows unread",
            &[1, 4, 8, 7],
            &[4, 2, 3, 3],
            2,
            explicit(&[0, 1], &[0, 1]),
            &[1, 1],
            &[3, 2],
        ),
        ("groups, strided and dilated", &[1, 4, 9, 8], &[2, 2, 3, 2], 2, explicit(&[1, 2], &[2, 0]), &[2, 3], &[2, 2]),
        (
            "groups, padded beyond the kernel",
            &[1, 2, 3, 3],
            &[2, 1, 2, 2],
            2,
            explicit(&[2, 1], &[1, 3]),
            &[1, 1],
            &[1, 1],
        ),
        ("one axis", &[1, 2, 9], &[3, 2, 3], 1, explicit(&[1], &[0]), &[1], &[1]),
        ("one axis, strided", &[1, 2, 10], &[3, 2, 3], 1, explicit(&[1], &[0]), &[2], &[2]),
        ("three axes, strided", &[1, 2, 4, 3, 5], &[2, 2, 2, 2, 3], 1, Valid, &[1, 1, 1], &[2, 1, 2]),
    ]
}

fn transposed() -> Vec<(Windows, &'static [usize])> {
    vec![
        (("plain", &[1, 2, 3, 4], &[3, 2, 3, 2], 1, Valid, &[1, 1], &[1, 1]), &[0, 0]),
        (("strided", &[1, 2, 3, 4], &[3, 2, 3, 2], 1, Valid, &[1, 1], &[2, 3]), &[0, 0]),
        (
            ("strided and padded", &[1, 2, 3, 4], &[3, 2, 3, 3], 1, explicit(&[1, 1], &[1, 0]), &[1, 1], &[2, 2]),
            &[0, 0],
        ),
        (("adjusted", &[1, 2, 3, 3], &[3, 2, 3, 3], 1, explicit(&[1, 1], &[1, 1]), &[1, 1], &[2, 3]), &[1, 2]),
        (("dilated", &[1, 2, 3, 3], &[2, 2, 2, 3], 1, explicit(&[1, 0], &[0, 2]), &[2, 3], &[1, 2]), &[0, 1]),
        (("groups", &[1, 4, 3, 3], &[6, 2, 2, 3], 2, explicit(&[0, 1], &[1, 1]), &[1, 1], &[2, 1]), &[0, 0]),
        (("depthwise", &[1, 3, 3, 2], &[3, 1, 3, 3], 3, explicit(&[1, 1], &[1, 1]), &[1, 1], &[2, 2]), &[1, 1]),
        (("adjusted beyond what is read", &[1, 1, 2, 2], &[1, 1, 2, 2], 1, Valid, &[1, 1], &[3, 3]), &[2, 1]),
        (("one axis", &[1, 2, 4], &[3, 2, 3], 1, explicit(&[1], &[1]), &[1], &[2]), &[1]),
    ]
}

/// (what, input, kernel, padding, dilations, strides)
type Pool = (&'static str, &'static [usize], [usize; 2], PaddingSpec, [usize; 2], [usize; 2]);

fn pools() -> Vec<Pool> {
    let ceil = |before: &[usize], after: &[usize]| ExplicitOnnxPool(before.into(), after.into(), true);
    vec![
        ("plain", &[1, 2, 4, 6], [2, 3], Valid, [1, 1], [2, 3]),
        ("overlapping", &[1, 2, 5, 5], [3, 2], Valid, [1, 1], [2, 1]),
        ("padded unevenly", &[1, 1, 5, 6], [3, 3], explicit(&[1, 0], &[0, 2]), [1, 1], [2, 2]),
        ("the last window cut", &[1, 2, 6, 5], [3, 2], ceil(&[0, 0], &[0, 0]), [1, 1], [2, 2]),
        ("the last window cut, padded", &[2, 1, 6, 6], [3, 3], ceil(&[1, 1], &[1, 1]), [1, 1], [2, 2]),
        ("the last window in the padding", &[1, 1, 7, 5], [2, 2], ceil(&[1, 0], &[1, 1]), [1, 1], [3, 3]),
        ("dilated", &[1, 1, 7, 6], [2, 3], explicit(&[1, 0], &[1, 1]), [2, 2], [1, 2]),
        ("same upper", &[1, 1, 5, 5], [2, 3], SameUpper, [1, 1], [2, 2]),
        ("all", &[1, 3, 3, 4], [3, 4], Valid, [1, 1], [1, 1]),
    ]
}

pub fn rows() -> Vec<Row> {
    let mut rows = vec![];
    for (what, input, kernel, group, padding, dilations, strides) in convolutions() {
        let pool_spec = spec(&kernel[2..], padding, dilations, strides, (input[1], kernel[0]));
        let conv = Conv { pool_spec, kernel_fmt: KernelFormat::OIHW, group, q_params: None };
        rows.push(Row::new("Conv", what, vec![distinct(input, -2.0, 2.0)], 1.0, move |graph, x| {
            let bias = constant(graph, distinct(&kernel[..1], 0.5, 1.0))?;
            let kernel = constant(graph, distinct(kernel, -1.0, 1.5))?;
            wire(graph, conv.clone(), &[x[0], kernel, bias])
        }));
    }
    for ((what, input, kernel, group, padding, dilations, strides), adjustments) in transposed() {
        let pool_spec = spec(&kernel[2..], padding, dilations, strides, (input[1], kernel[0]));
        let deconv = Deconv::new(pool_spec, KernelFormat::OIHW, adjustments.into(), group);
        rows.push(Row::new("Deconv", what, vec![distinct(input, -2.0, 2.0)], 1.0, move |graph, x| {
            let bias = constant(graph, distinct(&kernel[..1], 0.5, 1.0))?;
            let kernel = constant(graph, distinct(kernel, -1.0, 1.5))?;
            wire(graph, deconv.clone(), &[x[0], kernel, bias])
        }));
    }
    for (what, input, kernel, padding, dilations, strides) in pools() {
        let pool_spec = spec(&kernel, padding, &dilations, &strides, (input[1], input[1]));
        let max = MaxPool::new(pool_spec.clone(), None);
        rows.push(Row::new("MaxPool", what, vec![distinct(input, -2.0, 2.0)], 1.0 / 128.0, move |graph, x| {
            wire(graph, max.clone(), x)
        }));
        for (count_include_pad, normalize) in [(true, true), (false, true), (true, false)] {
            let sum = SumPool::new(pool_spec.clone(), count_include_pad, normalize);
            let what = format!("{what}, padding counted {count_include_pad}, mean {normalize}");
            rows.push(Row::new("SumPool", what, vec![distinct(input, -2.0, 2.0)], 1.0, move |graph, x| {
                wire(graph, sum.clone(), x)
            }));
        }
    }
    use CoordTransformer::*;
    let places = [HalfPixel, AlignCorners, Asymmetric, PytorchHalfPixel, HalfPixelSymmetric];
    let sizes: [[usize; 2]; 4] = [[8, 6], [7, 5], [2, 3], [1, 9]];
    for transformer in places {
        for interpolator in [Interpolator::Nearest, Interpolator::Linear, Interpolator::Cubic] {
            for nearest in [Nearest::Floor, Nearest::RoundPreferCeil] {
                for size in sizes {
                    let by_sizes = Resize {
                        coord_transformer: transformer.clone(),
                        interpolator: interpolator.clone(),
                        nearest,
                        optional_scales_input: None,
                        optional_sizes_input: Some(1),
                    };
                    let what = format!("{transformer:?} {interpolator:?} {nearest:?} to {size:?}");
                    rows.push(Row::new(
                        "Resize",
                        what,
                        vec![distinct(&[1, 2, 4, 3], -2.0, 2.0)],
                        1.0,
                        move |graph, x| {
                            let sizes = constant(graph, arr1(&[1i64, 2, size[0] as i64, size[1] as i64]))?;
                            wire(graph, by_sizes.clone(), &[x[0], sizes])
                        },
                    ));
                }
                if nearest == Nearest::Floor {
                    let by_scales = Resize {
                        coord_transformer: transformer.clone(),
                        interpolator: interpolator.clone(),
                        nearest,
                        optional_scales_input: Some(1),
                        optional_sizes_input: None,
                    };
                    // The columns keep their number, and are resampled all the same.
                    let what = format!("{transformer:?} {interpolator:?} by 2.3 and 1.15");
                    rows.push(Row::new(
                        "Resize",
                        what,
                        vec![distinct(&[1, 1, 3, 5], -2.0, 2.0)],
                        1.0,
                        move |graph, x| {
                            let scales = constant(graph, arr1(&[1f32, 1.0, 2.3, 1.15]))?;
                            wire(graph, by_scales.clone(), &[x[0], scales])
                        },
                    ));
                }
            }
        }
    }
    rows.push(Row::new("NearestUpsample", "by 2 and 3", vec![distinct(&[1, 2, 2, 3], -2.0, 2.0)], 1.0, |graph, x| {
        wire(graph, NearestUpsample { scales: tvec!(1, 1, 2, 3) }, x)
    }));
    rows
}

#[test]
fn a_maximum_pool_gives_everything_to_the_first_of_equals() -> TractResult<()> {
    let plane =
        |side: usize, values: &[f32]| ArrayD::from_shape_vec(IxDyn(&[1, 1, side, side]), values.to_vec()).unwrap();
    let x = plane(3, &[1.0, 3.0, 3.0, 3.0, 3.0, 0.0, 2.0, 2.0, 2.0]);
    let seed = plane(2, &[1.0, 10.0, 100.0, 1000.0]);
    let row = Row::new("MaxPool", "ties", vec![x], 1.0, |graph, x| {
        wire(graph, MaxPool::new(spec(&[2, 2], Valid, &[1, 1], &[1, 1], (1, 1)), None), x)
    });
    let (_, found) = derivatives(&row, &seed, &Derivative)?;
    assert_eq!(found[0], plane(3, &[0.0, 11.0, 0.0, 100.0, 1000.0, 0.0, 0.0, 0.0, 0.0]));
    Ok(())
}
