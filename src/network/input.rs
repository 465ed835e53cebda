//! From a picture to a network's input tensor.

use ndarray::{Array4, Axis};
use tract_onnx::prelude::{IntoTensor, Tensor};

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
pub(super) fn tensor(picture: &Picture, input: &Input, (rows, columns): (usize, usize)) -> Result<Tensor> {
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
    let channels = input.channels.count();
    let [black, white] = input.range;
    let mut values = Array4::<f32>::zeros((1, channels, rows, columns));
    for channel in 0..channels {
        let mean = of_channel(&input.mean, channel, 0.0);
        let sd = of_channel(&input.sd, channel, 1.0);
        let mut plane = values.index_axis_mut(Axis(0), 0);
        plane.index_axis_mut(Axis(0), channel).zip_mut_with(&pixels.index_axis(Axis(2), channel), |value, &pixel| {
            *value = ((black + f64::from(pixel) * (white - black) - mean) / sd) as f32;
        });
    }
    Ok(values.into_tensor())
}

fn of_channel(values: &[f64], channel: usize, absent: f64) -> f64 {
    values.get(channel).or(values.first()).copied().unwrap_or(absent)
}
