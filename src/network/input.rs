//! From a picture to a network's input tensor.

use ndarray::{Array4, Axis};

use crate::error::{Error, Result};
use crate::experiment::{Channels, Input};
use crate::picture::Picture;

/// Checks that mean and sd are absent, one number, or one for each channel, and that sd is above 0.
pub(super) fn check(input: &Input) -> Result<()> {
    let channels = input.channels.count();
    for (field, values) in [("mean", &input.mean), ("sd", &input.sd)] {
        if ![0, 1, channels].contains(&values.len()) {
            return Err(Error::invalid(format!(
                "`{field}` in [model.input] has {} numbers, and the input has {channels} channels",
                values.len()
            ))
            .hint(format!("give one number for all channels, or {channels}")));
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite() || (field == "sd" && **value <= 0.0)) {
            return Err(Error::invalid(format!("`{field}` in [model.input] holds {value}"))
                .hint("means are finite, standard deviations finite and above 0"));
        }
    }
    Ok(())
}

/// The input of shape (1, channels, rows, columns).
pub(super) fn values(picture: &Picture, input: &Input, (rows, columns): (usize, usize)) -> Result<Array4<f32>> {
    let resized = picture.resized(rows, columns);
    let pixels = match input.channels {
        Channels::Grey => resized.grey().insert_axis(Axis(2)),
        Channels::Rgb => resized.to_rgb(),
        Channels::Bgr => {
            let mut pixels = resized.to_rgb();
            pixels.invert_axis(Axis(2));
            pixels
        }
    };
    let mut values = Array4::<f32>::zeros((1, input.channels.count(), rows, columns));
    for (channel, (black, white)) in bounds(input).into_iter().enumerate() {
        let mut plane = values.index_axis_mut(Axis(0), 0);
        plane.index_axis_mut(Axis(0), channel).zip_mut_with(&pixels.index_axis(Axis(2), channel), |value, &pixel| {
            *value = black + pixel * (white - black);
        });
    }
    Ok(values)
}

/// The values of black and white in each channel of the input.
pub(super) fn bounds(input: &Input) -> Vec<(f32, f32)> {
    let bound = |channel: usize, value: f64| {
        ((value - of_channel(&input.mean, channel, 0.0)) / of_channel(&input.sd, channel, 1.0)) as f32
    };
    (0..input.channels.count()).map(|at| (bound(at, input.range[0]), bound(at, input.range[1]))).collect()
}

fn of_channel(values: &[f64], channel: usize, absent: f64) -> f64 {
    values.get(channel).or(values.first()).copied().unwrap_or(absent)
}
