//! `[export]`: what experiments that run elsewhere need to know besides the design.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Experiment, address};
use crate::error::{Error, Result};

/// The mark of a text to fill in, in the pages that an export brings along.
const PLACEHOLDER: &str = "class=\"placeholder\"";

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
    /// Address that data are posted to: https, or http to the same computer. A download where none is given.
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

impl Pages {
    /// The fields of `[export]` whose page is missing, empty, or still holds the text to fill in.
    pub fn unfinished(&self) -> Vec<&'static str> {
        let is_written = |page: &Option<String>| {
            page.as_ref().is_some_and(|text| !text.trim().is_empty() && !text.contains(PLACEHOLDER))
        };
        let pages = [("consent", &self.consent), ("instructions", &self.instructions)];
        pages.into_iter().filter(|(_, page)| !is_written(page)).map(|(field, _)| field).collect()
    }
}

impl Experiment {
    /// The path of a page that will be published, which must be in the folder of the experiment, also when links are followed: an
    /// experiment file of somebody else must not hand out files of whoever exports it.
    ///
    /// Pictures, networks and trial files may lie elsewhere: they are read as what they are, and none of their text is published.
    fn own_page(&self, file: &str) -> Result<PathBuf> {
        let path = self.resolve(file);
        let outside = match (path.canonicalize(), self.folder.canonicalize()) {
            (Ok(page), Ok(folder)) => !page.starts_with(folder),
            // What is not there is refused by its name, so that nobody learns what is.
            _ => !Path::new(file).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)),
        };
        if !outside {
            return Ok(path);
        }
        Err(Error::invalid(format!(
            "the page {file} lies outside the folder of the experiment, and would be published"
        ))
        .hint("put the page into the folder of the experiment file, and name it without .."))
    }

    /// Checks times and the address that data are posted to.
    pub(super) fn check_export(&self) -> Result<()> {
        let settings = &self.file.export;
        self.within("export.fixation", settings.fixation, 0.0, 1e6)?;
        if let Some(duration) = settings.duration {
            self.within("export.duration", duration, 1.0, 1e6)?;
        }
        let Some(post) = &settings.post else { return Ok(()) };
        address::check(post).map_err(|reason| {
            let what = format!("data cannot be posted to {post:?}: {reason}");
            let hint = "name an address that begins with https://, or http://localhost for tests; without the field, data are a download";
            self.wrong("export.post", what, hint)
        })
    }

    /// Reads the pages that `[export]` names.
    pub fn pages(&self) -> Result<Pages> {
        let read = |file: &Option<String>, field: &str| {
            let Some(file) = file else { return Ok(None) };
            let path = self.own_page(file).map_err(|error| error.at(self.field(field)))?;
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
