//! `[classification]`: how human maps are made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Experiment;
use super::inference::{Contrast, Part, Tests};
use super::size::Size;
use crate::error::Result;

/// `[classification]`: how human maps are made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Classification {
    /// Gaussian smoothing of the centres; the default is the bubble itself.
    pub smoothing: Option<Size>,
    /// What is removed from the responses before averaging.
    pub nuisances: Vec<Nuisance>,
    /// Permutations for the maximum statistic.
    pub permutations: usize,
    /// Family-wise error rate.
    pub alpha: f64,
    /// What is tested.
    pub tests: Tests,
    /// Parts of the region that are tested by themselves, by name.
    pub regions: BTreeMap<String, Part>,
    /// Comparisons of kinds of trials, or of groups of observers.
    pub contrasts: Vec<Contrast>,
}

/// Something that changes responses without being information in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nuisance {
    /// Number of bubbles, linear within observer.
    BubbleCount,
    /// Block within observer.
    Block,
    /// Difficulty of the picture, common to all observers.
    Picture,
}

impl Default for Classification {
    fn default() -> Self {
        Classification {
            smoothing: None,
            nuisances: vec![Nuisance::BubbleCount, Nuisance::Block, Nuisance::Picture],
            permutations: 1000,
            alpha: 0.05,
            tests: Tests::default(),
            regions: BTreeMap::new(),
            contrasts: Vec::new(),
        }
    }
}

impl Experiment {
    pub(super) fn check_classification(&self) -> Result<()> {
        let settings = &self.file.classification;
        self.within("classification.alpha", settings.alpha, 0.0001, 0.5)?;
        self.within("classification.permutations", settings.permutations as f64, 20.0, 1e6)?;
        self.check_tests()
    }
}
