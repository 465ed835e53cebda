//! Sizes of Gaussians: the literature gives three different numbers for one aperture, so the convention is named.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A size such as `{ value = 0.25, unit = "degrees", convention = "fwhm" }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// The number.
    pub value: f64,
    /// Its unit.
    #[serde(default)]
    pub unit: Unit,
    /// What the number means.
    #[serde(default)]
    pub convention: Convention,
}

/// Unit of a size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Pixels of the picture.
    #[default]
    Px,
    /// Degrees of visual angle; needs `pictures.degrees`.
    Degrees,
}

/// What the size of a Gaussian means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convention {
    /// Standard deviation: exp(-r² / (2 sd²)).
    #[default]
    Sd,
    /// Full width at half maximum: sd · √(8 ln 2).
    Fwhm,
    /// The `s` of the laboratory's code: exp(-r² / s²), so sd = s / √2.
    Gosselin,
}

impl Size {
    /// True standard deviation in pixels, for pictures `columns` px and `degrees` wide.
    pub fn sd_in_pixels(&self, columns: usize, degrees: Option<f64>) -> Result<f64> {
        if !(self.value.is_finite() && self.value > 0.0) {
            return Err(Error::invalid(format!("a size is {}, and must be above 0", self.value))
                .hint("give the size of a Gaussian, such as { value = 6.0, unit = \"px\", convention = \"sd\" }"));
        }
        let pixels = match (self.unit, degrees) {
            (Unit::Px, _) => self.value,
            (Unit::Degrees, Some(degrees)) => self.value * columns as f64 / degrees,
            (Unit::Degrees, None) => {
                return Err(Error::invalid(format!(
                    "the size {} is in degrees, and the width of the pictures in degrees is not given",
                    self.value
                ))
                .hint(
                    "add `degrees = ...` (width of a picture on the screen, in degrees of visual angle) to [pictures]",
                ));
            }
        };
        Ok(match self.convention {
            Convention::Sd => pixels,
            Convention::Fwhm => pixels / (8.0 * std::f64::consts::LN_2).sqrt(),
            Convention::Gosselin => pixels / std::f64::consts::SQRT_2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_conventions_differ_as_published() -> Result<()> {
        let size = |convention| Size { value: 20.0, unit: Unit::Px, convention };
        assert_eq!(size(Convention::Sd).sd_in_pixels(256, None)?, 20.0);
        assert!((size(Convention::Fwhm).sd_in_pixels(256, None)? - 20.0 / 2.354820045).abs() < 1e-8);
        assert!((size(Convention::Gosselin).sd_in_pixels(256, None)? - 14.142135624).abs() < 1e-8);
        Ok(())
    }

    #[test]
    fn degrees_need_the_width_of_the_picture() -> Result<()> {
        let size = Size { value: 0.5, unit: Unit::Degrees, convention: Convention::Sd };
        assert_eq!(size.sd_in_pixels(128, Some(4.0))?, 16.0);
        assert!(size.sd_in_pixels(128, None).is_err());
        Ok(())
    }
}
