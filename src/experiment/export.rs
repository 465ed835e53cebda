//! `[export]`: what experiments that run elsewhere need to know besides the design.

use serde::{Deserialize, Serialize};

use super::Experiment;
use crate::error::{Error, Result};

/// `[export]`: how trials are presented.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Export {
    /// HTML file of the consent page; a page to fill in where there is none.
    pub consent: Option<String>,
    /// HTML file of the instructions; a page to fill in where there is none.
    pub instructions: Option<String>,
    /// Duration of the fixation cross before each stimulus, ms.
    pub fixation: f64,
    /// Duration of each stimulus, ms; until the answer where none is given.
    pub duration: Option<f64>,
    /// Address that data are posted to, besides the download at the end.
    pub post: Option<String>,
    /// Numbers of bubbles that stimuli are rendered with, for platforms that cannot compose them; `design.count.start`
    /// where none is given.
    pub levels: Vec<usize>,
}

impl Default for Export {
    fn default() -> Self {
        Export { consent: None, instructions: None, fixation: 500.0, duration: None, post: None, levels: Vec::new() }
    }
}

/// Pages that a person wrote, as HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// What participants agree to.
    pub consent: Option<String>,
    /// What participants are told to do.
    pub instructions: Option<String>,
}

impl Experiment {
    /// Reads the pages that `[export]` names.
    pub fn pages(&self) -> Result<Pages> {
        let read = |file: &Option<String>, field: &str| {
            let Some(file) = file else { return Ok(None) };
            let path = self.resolve(file);
            std::fs::read_to_string(&path).map(Some).map_err(|cause| {
                Error::io("read the page", &path, cause)
                    .at(self.field(field))
                    .hint("name an HTML file in UTF-8 beside the experiment file, or leave the field out")
            })
        };
        let settings = &self.file.export;
        Ok(Pages {
            consent: read(&settings.consent, "export.consent")?,
            instructions: read(&settings.instructions, "export.instructions")?,
        })
    }
}
