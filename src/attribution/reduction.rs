//! Channels joined into one value a pixel. No way of doing so is standard: libraries differ, and few say which they use.
//!
//! The sum is the default: the attributions of an additive method stay a sum, and a map stays signed as a classification
//! image is. For a gradient it is the derivative to the pixel's luminance.

use ndarray::ArrayView1;

use super::parameter::{Parameter, choice};
use crate::error::{Error, Result, one_of};

/// Joins the channels of a pixel.
pub type Reduction = fn(ArrayView1<f32>) -> f64;

/// Names of the reductions, the default first.
pub const NAMES: &[&str] = &["sum", "mean", "abs_sum", "abs_mean", "abs_max", "l2", "positive_sum"];

/// The parameter of methods whose maps have channels.
pub(super) const CHANNELS: Parameter = choice("channels", "how the channels of a pixel are joined", NAMES);

/// A reduction by name.
pub fn reduction(name: &str) -> Result<Reduction> {
    let reduction: Reduction = match name {
        "sum" => |pixel| values(&pixel).sum(),
        "mean" => |pixel| values(&pixel).sum::<f64>() / pixel.len() as f64,
        "abs_sum" => |pixel| values(&pixel).map(f64::abs).sum(),
        "abs_mean" => |pixel| values(&pixel).map(f64::abs).sum::<f64>() / pixel.len() as f64,
        "abs_max" => |pixel| values(&pixel).map(f64::abs).fold(0.0, f64::max),
        "l2" => |pixel| values(&pixel).map(|value| value * value).sum::<f64>().sqrt(),
        "positive_sum" => |pixel| values(&pixel).map(|value| value.max(0.0)).sum(),
        _ => {
            return Err(
                Error::invalid(format!("channels cannot be joined by {name}")).hint(one_of(NAMES.iter().copied()))
            );
        }
    };
    Ok(reduction)
}

fn values(pixel: &ArrayView1<f32>) -> impl Iterator<Item = f64> {
    pixel.iter().map(|&value| f64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_joins_in_its_own_way() -> Result<()> {
        let pixel = ndarray::arr1(&[1.0f32, -3.0, 1.0]);
        let expected = [-1.0, -1.0 / 3.0, 5.0, 5.0 / 3.0, 3.0, 11f64.sqrt(), 2.0];
        for (name, expected) in NAMES.iter().zip(expected) {
            assert!((reduction(name)?(pixel.view()) - expected).abs() < 1e-12, "{name}");
        }
        assert!(reduction("median").is_err());
        Ok(())
    }
}
