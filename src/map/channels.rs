//! Channels joined into one value a pixel. No way of doing so is standard: libraries differ, and few say which they use.
//!
//! For attributions the sum is the default: those of an additive method stay a sum, and a map stays signed as a
//! classification image is. For a gradient it is the derivative to the pixel's luminance.

use ndarray::{Array2, Array3, ArrayView1, Axis};

use crate::error::{Error, Result, one_of};

/// Joins the channels of a pixel.
pub type Reduction = fn(ArrayView1<f32>) -> f64;

/// Names of the reductions; the first is the default of attributions.
pub const REDUCTIONS: &[&str] = &["sum", "mean", "abs_sum", "abs_mean", "abs_max", "l2", "positive_sum"];

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
                Error::invalid(format!("channels cannot be joined by {name}")).hint(one_of(REDUCTIONS.iter().copied()))
            );
        }
    };
    Ok(reduction)
}

/// One value a pixel, from values of shape (rows, columns, channels). Without a name the channels must be equal, as those
/// of a grey picture stored in colour are: a heat map in false colours has no order that could be read off its channels.
pub(super) fn joined(values: &Array3<f32>, name: Option<&str>) -> Result<Array2<f32>> {
    if let Some(name) = name.filter(|_| values.dim().2 > 1) {
        return Ok(values.map_axis(Axis(2), reduction(name)?).mapv(|value| value as f32));
    }
    let first = values.index_axis(Axis(2), 0);
    for channel in values.axis_iter(Axis(2)).skip(1) {
        if let Some(((row, column), (one, other))) =
            first.indexed_iter().zip(&channel).map(|((at, one), other)| (at, (one, other))).find(|(_, (a, b))| a != b)
        {
            return Err(Error::invalid(format!(
                "a map has {} channels that differ: {one} and {other} at row {row}, column {column}",
                values.dim().2
            ))
            .hint(format!(
                "say how they are joined: --channels {}, or channels in [score.preparation]; a heat map in false colours cannot be read back",
                REDUCTIONS.join("|")
            )));
        }
    }
    Ok(first.to_owned())
}

fn values(pixel: &ArrayView1<f32>) -> impl Iterator<Item = f64> {
    pixel.iter().map(|&value| f64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn each_name_joins_in_its_own_way() -> Result<()> {
        let pixel = ndarray::arr1(&[1.0f32, -3.0, 1.0]);
        let expected = [-1.0, -1.0 / 3.0, 5.0, 5.0 / 3.0, 3.0, 11f64.sqrt(), 2.0];
        for (name, expected) in REDUCTIONS.iter().zip(expected) {
            assert!((reduction(name)?(pixel.view()) - expected).abs() < 1e-12, "{name}");
        }
        assert!(reduction("median").is_err());
        Ok(())
    }

    #[test]
    fn channels_that_differ_are_joined_by_name_only() -> Result<()> {
        let grey = array![[[2.0f32, 2.0, 2.0], [3.0, 3.0, 3.0]]];
        assert_eq!(joined(&grey, None)?, array![[2.0, 3.0]]);
        assert_eq!(joined(&grey, Some("sum"))?, array![[6.0, 9.0]]);
        let colour = array![[[2.0f32, 2.0, 2.0], [3.0, -4.0, 3.0]]];
        assert_eq!(joined(&colour, Some("abs_max"))?, array![[2.0, 4.0]]);
        let error = joined(&colour, None).unwrap_err().to_string();
        assert!(error.contains("3 and -4 at row 0, column 1") && error.contains("abs_max"), "{error}");
        Ok(())
    }
}
