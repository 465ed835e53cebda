//! In which light apertures mix picture and background: in the values as stored (sRGB, as laboratories do), or in linear
//! light, so that a mask of one half shows half the luminance (IEC 61966-2-1).

use ndarray::Array3;
use serde::{Deserialize, Serialize};

/// The scale on which mixing is linear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Values as stored in the file.
    #[default]
    Stored,
    /// Luminance on a screen that follows sRGB.
    Linear,
}

impl Light {
    /// From stored values (0..1) to the scale of mixing.
    pub fn decode(self, value: f32) -> f32 {
        match self {
            Light::Stored => value,
            Light::Linear if value <= 0.040_45 => value / 12.92,
            Light::Linear => ((value + 0.055) / 1.055).powf(2.4),
        }
    }

    /// Back to stored values.
    pub fn encode(self, value: f32) -> f32 {
        match self {
            Light::Stored => value,
            Light::Linear if value <= 0.003_130_8 => value * 12.92,
            Light::Linear => 1.055 * value.powf(1.0 / 2.4) - 0.055,
        }
    }

    pub(super) fn decoded(self, values: &Array3<f32>) -> Array3<f32> {
        if self == Light::Stored { values.clone() } else { values.mapv(|value| self.decode(value)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_light_is_that_of_srgb_and_comes_back() {
        for (stored, linear) in [(0.0, 0.0), (0.5, 0.214_041_14), (0.04, 0.003_095_975_3), (1.0, 1.0)] {
            assert!((Light::Linear.decode(stored) - linear).abs() < 1e-6, "{stored}");
            assert!((Light::Linear.encode(linear) - stored).abs() < 1e-6, "{stored}");
        }
        assert_eq!(Light::Stored.decode(0.5), 0.5);
    }
}
