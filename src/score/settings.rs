//! The choices of a preparation in words, as they stand in an experiment file or in flags.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::preparation::{Blur, Preparation, RESAMPLINGS, SIGNS, SWEEP};
use crate::error::{Error, Result, one_of};
use crate::map::{REDUCTIONS, Reading};
use crate::stats::smooth::EDGES;

/// How maps are prepared before they are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Blur of the network's maps: `matched` (that of the human maps), `none`, `8px`, `1.5sd` (apertures) or `mit:8`.
    pub blur: String,
    /// Whether to score with 0, 1/2, 1, √2, 2 and 3 standard deviations of the aperture as well.
    pub blur_sweep: bool,
    /// What lies beyond the edge of a map that is blurred, by name.
    pub edge: String,
    /// Sign policy of the network's maps, by name.
    pub sign: String,
    /// Sign policy of the human maps, by name.
    pub human_sign: String,
    /// What is done to network maps of another size, by name.
    pub resample: String,
    /// How channels are joined, by name; none: they must be equal.
    pub channels: Option<String>,
    /// The variable to read where a MATLAB file holds several.
    pub variable: Option<String>,
    /// A map file that is above one half where pixels count.
    pub mask: Option<String>,
    /// Standard deviation of the aperture, px, where the index of the human maps does not tell their blur.
    pub aperture_sd: Option<f64>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            blur: Blur::Matched.to_string(),
            blur_sweep: false,
            edge: EDGES[0].0.to_owned(),
            sign: SIGNS[0].0.to_owned(),
            human_sign: SIGNS[0].0.to_owned(),
            resample: RESAMPLINGS[0].0.to_owned(),
            channels: None,
            variable: None,
            mask: None,
            aperture_sd: None,
        }
    }
}

impl Settings {
    /// The choices that the words stand for; `mask` is where the file of the mask lies, and `place` names a field.
    pub fn preparation(&self, mask: Option<&Path>, place: impl Fn(&str) -> String) -> Result<Preparation> {
        let at = |field: &'static str| {
            let place = place(field);
            move |error: Error| error.at(place)
        };
        let channels = match self.channels.as_deref() {
            Some(name) if !REDUCTIONS.contains(&name) => {
                let what = format!("channels cannot be joined by {name}");
                return Err(Error::invalid(what).at(place("channels")).hint(one_of(REDUCTIONS.iter().copied())));
            }
            name => name.map(str::to_owned),
        };
        if let Some(sd) = self.aperture_sd.filter(|sd| !(0.01..=10_000.0).contains(sd)) {
            return Err(Error::invalid(format!("the standard deviation of the aperture is {sd} px"))
                .at(place("aperture_sd"))
                .hint("it must be between 0.01 and 10000"));
        }
        let blur = Blur::parse(&self.blur).map_err(at("blur"))?;
        Ok(Preparation {
            blurs: std::iter::once(blur).chain(SWEEP.into_iter().filter(|_| self.blur_sweep)).collect(),
            edge: chosen("rule for the edge", &self.edge, EDGES).map_err(at("edge"))?,
            sign: chosen("sign policy", &self.sign, SIGNS).map_err(at("sign"))?,
            human_sign: chosen("sign policy", &self.human_sign, SIGNS).map_err(at("human_sign"))?,
            resample: chosen("way to resample", &self.resample, RESAMPLINGS).map_err(at("resample"))?,
            reading: Reading { channels, variable: self.variable.clone() },
            mask: mask.map(Path::to_path_buf),
            aperture_sd: self.aperture_sd,
        })
    }
}

/// The row of a table of names.
fn chosen<T: Copy>(what: &str, name: &str, table: &[(&'static str, T)]) -> Result<(&'static str, T)> {
    table.iter().find(|(known, _)| *known == name).copied().ok_or_else(|| {
        Error::invalid(format!("there is no {what} called {name}")).hint(one_of(table.iter().map(|(known, _)| *known)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_defaults_are_the_default_and_a_wrong_word_is_told_by_its_field() -> Result<()> {
        let place = |field: &str| format!("--{field}");
        assert_eq!(Settings::default().preparation(None, place)?, Preparation::default());
        let sweep = Settings { blur_sweep: true, ..Settings::default() }.preparation(None, place)?;
        assert_eq!(sweep.blurs.len(), 7);
        let wrong = [
            ("blur", Settings { blur: "wide".into(), ..Settings::default() }),
            ("edge", Settings { edge: "mirror".into(), ..Settings::default() }),
            ("sign", Settings { sign: "squared".into(), ..Settings::default() }),
            ("human_sign", Settings { human_sign: "squared".into(), ..Settings::default() }),
            ("resample", Settings { resample: "bicubic".into(), ..Settings::default() }),
            ("channels", Settings { channels: Some("median".into()), ..Settings::default() }),
            ("aperture_sd", Settings { aperture_sd: Some(-3.0), ..Settings::default() }),
        ];
        for (field, settings) in wrong {
            let error = settings.preparation(None, place).unwrap_err().to_string();
            assert!(error.contains(&format!("at --{field}")) && error.contains("hint"), "{error}");
        }
        Ok(())
    }
}
