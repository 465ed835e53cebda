//! Kinds whose masks mix layers: seen(p) = base(p) + Σ_b mask_b(p) · layer_b(p).
//!
//! Spatial Bubbles have one layer, the picture less the background; bands have one each, over the low frequencies or over
//! the background alone.

use ndarray::{Array2, Array3, Axis, Zip, stack};

use super::bands::{BandBackground, band_pass};
use super::cover::{Cover, Prepared};
use crate::picture::Picture;

/// The bands of a channel, and what is below them.
type Split = (Vec<Array2<f64>>, Array2<f64>);

/// The picture less the background, over the background.
pub(super) fn prepare_whole(cover: &Cover, picture: &Picture) -> Prepared {
    let values = cover.light.decoded(picture.values());
    let background = cover.mixed_background();
    Prepared::Layers { base: Array3::from_elem(values.dim(), background), layers: vec![values - background] }
}

/// The bands of the picture less the background, over what is below them.
pub(super) fn prepare_bands(cover: &Cover, picture: &Picture) -> Prepared {
    let values = cover.light.decoded(picture.values());
    let background = cover.mixed_background();
    let split: Vec<Split> = values
        .axis_iter(Axis(2))
        .map(|channel| {
            let plane = channel.mapv(|value| f64::from(value) - f64::from(background));
            band_pass(&plane, &cover.bands.lower, cover.bands.filter)
        })
        .collect();
    let joined = |of: &dyn Fn(&Split) -> Array2<f32>| {
        let planes: Vec<Array2<f32>> = split.iter().map(of).collect();
        let views: Vec<_> = planes.iter().map(|plane| plane.view()).collect();
        stack(Axis(2), &views).map_or_else(|_| values.clone(), |joined| joined.as_standard_layout().into_owned())
    };
    let rest = |split: &Split| match cover.bands.background {
        BandBackground::LowPass => split.1.mapv(|value| (value + f64::from(background)) as f32),
        BandBackground::Grey => Array2::from_elem(split.1.dim(), background),
    };
    Prepared::Layers {
        base: joined(&rest),
        layers: (0..cover.bands.lower.len())
            .map(|band| joined(&|split| split.0[band].mapv(|value| value as f32)))
            .collect(),
    }
}

/// The base with every layer added through its mask.
pub(super) fn show(_: &Cover, prepared: &Prepared, masks: &[Array2<f32>]) -> Array3<f32> {
    let Prepared::Layers { base, layers } = prepared else { return Array3::default((0, 0, 0)) };
    let mut seen = base.clone();
    for (layer, mask) in layers.iter().zip(masks) {
        if base.dim().2 == 1 {
            let (Some(seen), Some(layer), Some(mask)) = (seen.as_slice_mut(), layer.as_slice(), mask.as_slice()) else {
                continue;
            };
            seen.iter_mut().zip(layer).zip(mask).for_each(|((value, layer), opening)| *value += opening * layer);
            continue;
        }
        for (channel, layer) in seen.axis_iter_mut(Axis(2)).zip(layer.axis_iter(Axis(2))) {
            Zip::from(channel).and(layer).and(mask).for_each(|value, layer, opening| *value += opening * layer);
        }
    }
    seen
}
