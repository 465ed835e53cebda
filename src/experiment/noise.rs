//! `[noise]`: noise that was added to the pictures, a pattern for each stimulus (reverse correlation; rcicr).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::classification::{Classification, Nuisance};
use super::{Experiment, File};
use crate::error::Result;
use crate::noise::Patch;

/// `[noise]`: where the noise patterns are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Noise {
    /// Folder with a file for each pattern (`.npy`, `.mat`, PNG or another map file), or one `.npy` or `.mat` with all of
    /// them, patterns first or last.
    pub patterns: Option<String>,
    /// rcicr's contrasts (`stimuli_params`), one row for each stimulus, as `.csv`, `.npy` or `.mat`: patterns are made of them.
    pub parameters: Option<String>,
    /// Name of the array in a MATLAB file that holds several.
    pub variable: Option<String>,
    /// What the contrasts are of.
    pub patch: Patch,
    /// Number of spatial scales of the patches.
    pub scales: usize,
    /// Standard deviation of the window of Gabor patches, px.
    pub sigma: f64,
    /// Number of the first pattern where patterns have no names.
    pub from: usize,
    /// Random responders in the reference of the information value.
    pub iterations: usize,
}

impl Default for Noise {
    fn default() -> Self {
        Noise {
            patterns: None,
            parameters: None,
            variable: None,
            patch: Patch::Sinusoid,
            scales: 5,
            sigma: 25.0,
            from: 1,
            iterations: 10_000,
        }
    }
}

impl File {
    /// Fills in what `[noise]` changes in the defaults, where `given` (the file as it stands) does not say it; whether the
    /// file has the [bubbles] that it needs.
    pub(super) fn settle_noise(&mut self, given: &toml::Table) -> bool {
        let says = |field: &str| {
            given
                .get("classification")
                .and_then(|section| section.as_table())
                .is_some_and(|own| own.contains_key(field))
        };
        let settings: &mut Classification = &mut self.classification;
        if self.noise.is_some() {
            if !says("estimator") {
                settings.estimator = "noise_forced_choice".to_owned();
            }
            if !says("response") && settings.estimator == "noise_forced_choice" {
                settings.response = "response".to_owned();
            }
            if !says("nuisances") {
                settings.nuisances = vec![Nuisance::Block];
            }
        }
        let elsewhere = self.human.is_some() && self.model.is_empty();
        given.contains_key("bubbles") || self.noise.is_some() || settings.noise.is_some() || elsewhere
    }
}

impl Experiment {
    /// The noise of the experiment: `[noise]`, or the folder that `classification.noise` names.
    pub fn noise(&self) -> Option<Cow<'_, Noise>> {
        let folder = self.file.classification.noise.clone();
        let named = folder.map(|patterns| Cow::Owned(Noise { patterns: Some(patterns), ..Noise::default() }));
        self.file.noise.as_ref().map(Cow::Borrowed).or(named)
    }

    pub(super) fn check_noise(&self) -> Result<()> {
        let Some(noise) = &self.file.noise else { return Ok(()) };
        if self.file.classification.noise.is_some() {
            return Err(self.wrong(
                "classification.noise",
                "noise is given in [noise] and in classification.noise",
                "leave `noise` out of [classification]",
            ));
        }
        if noise.patterns.is_some() == noise.parameters.is_some() {
            let given = if noise.patterns.is_some() { "both" } else { "neither" };
            return Err(self.wrong(
                "noise",
                format!("noise is stored as patterns or as the parameters of rcicr, and {given} of them are given"),
                "write patterns = \"FOLDER\" or parameters = \"stimuli_params.csv\"",
            ));
        }
        self.within("noise.scales", noise.scales as f64, 1.0, 10.0)?;
        self.within("noise.sigma", noise.sigma, 0.1, 1e4)?;
        self.within("noise.from", noise.from as f64, 0.0, 1e6)?;
        self.within("noise.iterations", noise.iterations as f64, 100.0, 1e6)
    }
}
