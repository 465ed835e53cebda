//! How maps are made ready to be compared. Each choice has a name, and stands beside every score.
//!
//! A classification image made with Gaussian apertures of standard deviation σ shows its template blurred by √2 σ
//! (METHODS: Cov(m_p, m_q) ∝ exp(-|p - q|² / 4σ²)); a saliency map that is sharper is blurred by what is missing. The sign
//! policy comes first, then the size, then the blur.

use std::fmt;
use std::path::PathBuf;

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::map::{Map, Reading};
use crate::stats::correlate::is_constant;
use crate::stats::low_pass::{low_pass, spatial_sd};
use crate::stats::smooth::{EDGES, Edge, smooth};
use crate::stats::stretch::{fitting, stretched};

/// The blur to which the maps of networks are brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Blur {
    /// That of the human maps.
    Matched,
    /// What the maps have of their own.
    None,
    /// A standard deviation in px in all, with the map's own.
    Pixels(f64),
    /// As many standard deviations of the aperture in all.
    Apertures(f64),
    /// The low-pass filter of the MIT saliency benchmark with this cutoff (cycles), whatever the map's own blur.
    LowPass(f64),
}

/// The sweep: 0, 1/2, 1, √2, 2 and 3 standard deviations of the aperture.
pub const SWEEP: [Blur; 6] = [
    Blur::Apertures(0.0),
    Blur::Apertures(0.5),
    Blur::Apertures(1.0),
    Blur::Apertures(std::f64::consts::SQRT_2),
    Blur::Apertures(2.0),
    Blur::Apertures(3.0),
];

impl Blur {
    /// Reads `matched`, `none`, `8px` (or `8`), `1.5sd` or `mit:8`.
    pub fn parse(text: &str) -> Result<Blur> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| (0.0..=1e4).contains(value));
        let found = match text.trim() {
            "matched" => Some(Blur::Matched),
            "none" => Some(Blur::None),
            other => match (other.strip_prefix("mit:"), other.strip_suffix("sd")) {
                (Some(cutoff), _) => number(cutoff).filter(|cutoff| *cutoff > 0.0).map(Blur::LowPass),
                (_, Some(widths)) => number(widths).map(Blur::Apertures),
                _ => number(other.strip_suffix("px").unwrap_or(other)).map(Blur::Pixels),
            },
        };
        found.ok_or_else(|| {
            Error::invalid(format!("the blur {text:?} is not understood"))
                .hint("give matched, none, a width in px such as 8px, in standard deviations of the aperture such as 1.5sd, or the cutoff of the MIT benchmark such as mit:8")
        })
    }

    /// The standard deviation (px) that maps have after it, or at least; `human` is that of the human maps.
    fn sd(self, human: f64, aperture: f64, shape: (usize, usize)) -> f64 {
        match self {
            Blur::Matched => human,
            Blur::None => 0.0,
            Blur::Pixels(sd) => sd,
            Blur::Apertures(widths) => widths * aperture,
            Blur::LowPass(cutoff) => spatial_sd(shape, cutoff),
        }
    }
}

impl fmt::Display for Blur {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blur::Matched => write!(f, "matched"),
            Blur::None => write!(f, "none"),
            Blur::Pixels(sd) => write!(f, "{sd}px"),
            Blur::Apertures(widths) => write!(f, "{}sd", (widths * 1e4).round() / 1e4),
            Blur::LowPass(cutoff) => write!(f, "mit:{cutoff}"),
        }
    }
}

/// What becomes of the sign of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Kept.
    Signed,
    /// Values below 0 become 0.
    Positive,
    /// Values become their distance from 0.
    Absolute,
}

/// Names of the sign policies, the default first.
pub const SIGNS: &[(&str, Sign)] =
    &[("signed", Sign::Signed), ("positive", Sign::Positive), ("absolute", Sign::Absolute)];

impl Sign {
    /// The map under this policy.
    pub fn of(self, values: Array2<f64>) -> Array2<f64> {
        match self {
            Sign::Signed => values,
            Sign::Positive => values.mapv(|value| value.max(0.0)),
            Sign::Absolute => values.mapv(f64::abs),
        }
    }
}

/// What is done to a map of another size than the human maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resample {
    /// Nothing: it is an error.
    Refuse,
    /// Linear with half-pixel centres along an axis that grows, the mean over the covered area along one that shrinks.
    Fit,
}

/// Names of what is done to maps of another size, the default first.
pub const RESAMPLINGS: &[(&str, Resample)] = &[("refuse", Resample::Refuse), ("fit", Resample::Fit)];

/// Every choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// Blurs of the network's maps, one set of scores each; the first is the main one.
    pub blurs: Vec<Blur>,
    /// What lies beyond the edge of a map that is blurred, by its name in [`EDGES`].
    pub edge: (&'static str, Edge),
    /// Sign policy of the network's maps.
    pub sign: (&'static str, Sign),
    /// Sign policy of the human maps.
    pub human_sign: (&'static str, Sign),
    /// What is done to the network's maps of another size.
    pub resample: (&'static str, Resample),
    /// How files are read.
    pub reading: Reading,
    /// A map file that is above one half where pixels count, beside the region of the human maps.
    pub mask: Option<PathBuf>,
    /// Standard deviation of the aperture, px; `None`: the blur of the human maps over √2.
    pub aperture_sd: Option<f64>,
}

impl Default for Preparation {
    fn default() -> Self {
        Preparation {
            blurs: vec![Blur::Matched],
            edge: EDGES[0],
            sign: SIGNS[0],
            human_sign: SIGNS[0],
            resample: RESAMPLINGS[0],
            reading: Reading::default(),
            mask: None,
            aperture_sd: None,
        }
    }
}

impl Preparation {
    /// The blur of human maps (px) where their index does not tell it.
    pub(super) fn human_blur(&self, told: Option<f64>) -> f64 {
        told.unwrap_or_else(|| self.aperture_sd.unwrap_or(0.0) * std::f64::consts::SQRT_2)
    }

    /// The standard deviation (px) to which the network's maps are brought, for human maps blurred by `human` px.
    pub(super) fn wanted(&self, blur: Blur, human: f64, shape: (usize, usize)) -> Result<f64> {
        let aperture = self.aperture_sd.unwrap_or(human / std::f64::consts::SQRT_2);
        if matches!(blur, Blur::Apertures(_)) && aperture <= 0.0 {
            return Err(Error::invalid(format!(
                "a blur of {blur} is asked for, and the width of the aperture is not known"
            ))
            .hint("give --aperture-sd PX, or the column blur_sd in the index of the human maps"));
        }
        let wanted = blur.sd(human, aperture, shape);
        if wanted <= shape.0.max(shape.1) as f64 {
            return Ok(wanted);
        }
        Err(Error::invalid(format!(
            "the blur {blur} is {wanted} px, and the maps are {} x {} px (rows x columns)",
            shape.0, shape.1
        ))
        .hint("give a blur narrower than the maps"))
    }

    /// A human map, ready to be compared.
    pub(super) fn human(&self, map: &Map) -> Result<Map> {
        if self.human_sign.1 == Sign::Signed {
            Ok(map.clone())
        } else {
            Map::from_f64(&self.human_sign.1.of(map.to_f64()))
        }
    }

    /// A network's map, with a blur of `own` px, ready to be compared: of this shape and with `wanted` px in all.
    pub(super) fn network(
        &self,
        map: &Map,
        blur: Blur,
        (own, wanted): (f64, f64),
        shape: (usize, usize),
    ) -> Result<Array2<f64>> {
        let mut values = self.sign.1.of(map.to_f64());
        let found = map.shape();
        let mut own = own;
        if found != shape {
            if self.resample.1 == Resample::Refuse {
                return Err(Error::invalid(format!(
                    "a map has {} rows and {} columns, and the first human map has {} and {}",
                    found.0, found.1, shape.0, shape.1
                ))
                .hint(
                    "resize the maps to one size first, or ask for it with --resample fit; nothing is resized silently",
                ));
            }
            values = stretched(&values, &fitting(found.0, shape.0), &fitting(found.1, shape.1));
            own *= shape.1 as f64 / found.1 as f64;
        }
        Ok(match blur {
            // Blurred, a constant map would hold nothing but rounding.
            _ if is_constant(&values) => values,
            Blur::LowPass(cutoff) => low_pass(&values, cutoff),
            _ => smooth(&values, extra_blur(wanted, own), self.edge.1),
        })
    }
}

/// Standard deviation of the blur that takes a map from its own blur to the wanted one; 0 where it has that much.
pub fn extra_blur(wanted: f64, own: f64) -> f64 {
    (wanted * wanted - own * own).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn blurs_add_up_in_variance_and_never_sharpen() {
        assert!((extra_blur(5.0, 3.0) - 4.0).abs() < 1e-12);
        assert_eq!(extra_blur(3.0, 5.0), 0.0);
    }

    #[test]
    fn a_constant_map_stays_constant_to_the_last_digit() -> Result<()> {
        let map = Map::new(ndarray::Array2::from_elem((24, 24), 0.3))?;
        for edge in EDGES {
            let made = Preparation { edge: *edge, ..Preparation::default() }.network(
                &map,
                Blur::Matched,
                (0.0, 2.5),
                (24, 24),
            )?;
            assert!(made.iter().all(|value| *value == made[[0, 0]]), "{}", edge.0);
        }
        Ok(())
    }

    #[test]
    fn every_blur_is_read_as_it_is_written() -> Result<()> {
        for blur in [Blur::Matched, Blur::None, Blur::Pixels(8.5), Blur::Apertures(2.0), Blur::LowPass(8.0)] {
            assert_eq!(Blur::parse(&blur.to_string())?, blur);
        }
        assert_eq!(Blur::parse("3")?, Blur::Pixels(3.0));
        for wrong in ["", "-1", "wide", "nan", "mit:0", "mit:", "sd"] {
            assert!(Blur::parse(wrong).is_err(), "{wrong}");
        }
        Ok(())
    }

    #[test]
    fn the_matched_blur_is_that_of_the_human_maps_and_others_are_in_their_units() -> Result<()> {
        let preparation = Preparation::default();
        let wanted = |blur| preparation.wanted(blur, 4.0 * 2f64.sqrt(), (64, 48));
        assert!((wanted(Blur::Matched)? - 4.0 * 2f64.sqrt()).abs() < 1e-12);
        assert!((wanted(Blur::Apertures(3.0))? - 12.0).abs() < 1e-12);
        assert_eq!((wanted(Blur::None)?, wanted(Blur::Pixels(7.0))?), (0.0, 7.0));
        assert!(wanted(Blur::Pixels(65.0)).unwrap_err().to_string().contains("65 px"));
        assert!(preparation.wanted(Blur::Apertures(1.0), 0.0, (64, 48)).is_err());
        Ok(())
    }

    #[test]
    fn the_sign_goes_before_the_blur_and_sizes_are_never_changed_in_silence() -> Result<()> {
        let map = Map::new(array![[1.0, -1.0, 1.0, -1.0]])?;
        let with = |sign: usize, resample: usize| Preparation {
            sign: SIGNS[sign],
            resample: RESAMPLINGS[resample],
            ..Preparation::default()
        };
        let made = |p: &Preparation, sd: f64, shape| p.network(&map, Blur::Matched, (0.0, sd), shape);
        // Blurred widely and then made absolute the map would vanish.
        assert!(made(&with(2, 0), 2.0, (1, 4))?.iter().all(|value| (value - 1.0).abs() < 1e-12));
        assert!(made(&with(0, 0), 2.0, (1, 4))?.iter().all(|value| value.abs() < 0.2));
        assert_eq!(made(&with(1, 0), 0.0, (1, 4))?, array![[1.0, 0.0, 1.0, 0.0]]);
        let error = made(&with(0, 0), 0.0, (1, 2)).unwrap_err().to_string();
        assert!(error.contains("1 rows and 4 columns") && error.contains("1 and 2"), "{error}");
        assert_eq!(made(&with(0, 1), 0.0, (1, 2))?, array![[0.0, 0.0]]);
        Ok(())
    }
}
