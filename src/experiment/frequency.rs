//! Spatial frequencies: cycles are counted per picture, per object or per degree, so the unit is named.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A frequency such as `{ value = 32.0, unit = "per_object" }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequency {
    /// Cycles.
    pub value: f64,
    /// In what.
    #[serde(default)]
    pub unit: PerUnit,
}

/// What cycles are counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PerUnit {
    /// The width of the picture.
    #[default]
    PerImage,
    /// The width of the object, such as a face; needs `pictures.object_width`.
    PerObject,
    /// A degree of visual angle; needs `pictures.degrees`.
    PerDegree,
}

/// The widths that sizes and frequencies are measured in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Widths {
    /// Width of a picture, px.
    pub columns: usize,
    /// The same in degrees of visual angle.
    pub degrees: Option<f64>,
    /// Width of the object in the picture, px.
    pub object: Option<f64>,
}

impl Frequency {
    /// Cycles per width of the picture.
    pub fn per_image(&self, widths: Widths) -> Result<f64> {
        if !(self.value.is_finite() && self.value > 0.0) {
            return Err(Error::invalid(format!("a frequency is {}, and must be above 0", self.value))
                .hint("give cycles, such as { value = 32.0, unit = \"per_image\" }"));
        }
        let absent = |what: &str, add: &str| {
            Error::invalid(format!("the frequency {} is in cycles per {what}, whose width is not given", self.value))
                .hint(format!("add {add} to [pictures]"))
        };
        match (self.unit, widths.object, widths.degrees) {
            (PerUnit::PerImage, ..) => Ok(self.value),
            (PerUnit::PerObject, Some(object), _) => Ok(self.value * widths.columns as f64 / object),
            (PerUnit::PerObject, None, _) => Err(absent("object", "`object_width = ...` (width of the object, in px)")),
            (PerUnit::PerDegree, _, Some(degrees)) => Ok(self.value * degrees),
            (PerUnit::PerDegree, _, None) => {
                Err(absent("degree", "`degrees = ...` (width of a picture on the screen, in degrees of visual angle)"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_per_object_and_per_degree_are_cycles_per_image_by_the_ratio_of_widths() -> Result<()> {
        let widths = Widths { columns: 256, degrees: Some(5.0), object: Some(128.0) };
        let frequency = |unit| Frequency { value: 8.0, unit };
        assert_eq!(frequency(PerUnit::PerImage).per_image(widths)?, 8.0);
        assert_eq!(frequency(PerUnit::PerObject).per_image(widths)?, 16.0);
        assert_eq!(frequency(PerUnit::PerDegree).per_image(widths)?, 40.0);
        assert!(frequency(PerUnit::PerObject).per_image(Widths { object: None, ..widths }).is_err());
        Ok(())
    }
}
