//! Sizes of Gaussians: the literature gives three different numbers for one aperture, so the convention is named.

use serde::{Deserialize, Serialize};

use super::frequency::{Frequency, Widths};
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
    /// For sizes in cycles: the frequency whose cycles are meant; the middle of its band where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Frequency>,
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
    /// Widths of the picture.
    Widths,
    /// Cycles of a frequency.
    Cycles,
    /// Octaves of spatial frequency.
    Octaves,
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
    /// True standard deviation in the unit of the number itself.
    pub fn sd(&self) -> Result<f64> {
        if !(self.value.is_finite() && self.value > 0.0) {
            return Err(Error::invalid(format!("a size is {}, and must be above 0", self.value))
                .hint("give the size of a Gaussian, such as { value = 6.0, unit = \"px\", convention = \"sd\" }"));
        }
        Ok(match self.convention {
            Convention::Sd => self.value,
            Convention::Fwhm => self.value / (8.0 * std::f64::consts::LN_2).sqrt(),
            Convention::Gosselin => self.value / std::f64::consts::SQRT_2,
        })
    }

    /// True standard deviation in pixels; `band` is the frequency (cycles per picture width) whose cycles are meant where
    /// the size itself names none.
    pub fn sd_in_pixels(&self, widths: Widths, band: Option<f64>) -> Result<f64> {
        let sd = self.sd()?;
        let columns = widths.columns as f64;
        let of = self.of.map(|of| of.per_image(widths)).transpose()?.or(band);
        match (self.unit, widths.degrees, of) {
            (Unit::Px, ..) => Ok(sd),
            (Unit::Widths, ..) => Ok(sd * columns),
            (Unit::Degrees, Some(degrees), _) => Ok(sd * columns / degrees),
            (Unit::Degrees, None, _) => Err(Error::invalid(format!(
                "the size {} is in degrees, and the width of the pictures in degrees is not given",
                self.value
            ))
            .hint("add `degrees = ...` (width of a picture on the screen, in degrees of visual angle) to [pictures]")),
            (Unit::Cycles, _, Some(frequency)) => Ok(sd * columns / frequency),
            (Unit::Cycles, _, None) => {
                Err(Error::invalid(format!("the size {} is in cycles, and of which frequency is not said", self.value))
                    .hint("add `of = { value = ..., unit = \"per_image\" }` to the size, or choose px or degrees"))
            }
            (Unit::Octaves, ..) => {
                Err(Error::invalid(format!("the size {} is in octaves, and px are needed here", self.value))
                    .hint("octaves are for bubbles.kind = \"frequency\"; choose px, degrees or cycles"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::PerUnit;

    const WIDTHS: Widths = Widths { columns: 256, degrees: None, object: Some(128.0) };

    fn size(value: f64, unit: Unit, convention: Convention) -> Size {
        Size { value, unit, convention, of: None }
    }

    #[test]
    fn the_three_conventions_differ_as_published() -> Result<()> {
        let sd = |convention| size(20.0, Unit::Px, convention).sd_in_pixels(WIDTHS, None);
        assert_eq!(sd(Convention::Sd)?, 20.0);
        assert!((sd(Convention::Fwhm)? - 20.0 / 2.354820045).abs() < 1e-8);
        assert!((sd(Convention::Gosselin)? - 14.142135624).abs() < 1e-8);
        Ok(())
    }

    #[test]
    fn degrees_need_the_width_of_the_picture() -> Result<()> {
        let size = size(0.5, Unit::Degrees, Convention::Sd);
        let widths = Widths { columns: 128, degrees: Some(4.0), object: None };
        assert_eq!(size.sd_in_pixels(widths, None)?, 16.0);
        assert!(size.sd_in_pixels(WIDTHS, None).is_err());
        Ok(())
    }

    #[test]
    fn cycles_are_those_of_the_frequency_that_is_named_or_of_the_band() -> Result<()> {
        let mut size = size(3.0, Unit::Cycles, Convention::Sd);
        assert!(size.sd_in_pixels(WIDTHS, None).is_err());
        assert_eq!(size.sd_in_pixels(WIDTHS, Some(32.0))?, 24.0);
        size.of = Some(Frequency { value: 32.0, unit: PerUnit::PerObject });
        assert_eq!(size.sd_in_pixels(WIDTHS, Some(32.0))?, 12.0);
        size.convention = Convention::Fwhm;
        assert!((size.sd_in_pixels(WIDTHS, None)? - 12.0 / 2.354820045).abs() < 1e-8, "three cycles, but FWHM");
        Ok(())
    }
}
