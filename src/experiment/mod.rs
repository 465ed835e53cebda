//! The experiment file: what a person writes in `experiments/<name>/experiment.toml`.
//!
//! Reading checks types and names (unknown fields are errors, with line and column); [`Experiment::read`] then
//! checks values and names the field at fault. Sizes are turned into pixels here and nowhere else.

mod check;
mod file;
mod model;
mod pictures;
mod size;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

pub use file::*;
pub use model::*;
pub use pictures::{Listed, list_pictures};
pub use size::{Convention, Size, Unit as SizeUnit};

/// An experiment file together with where it lies.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Name: that of its folder.
    pub name: String,
    /// What the file says.
    pub file: File,
    /// The file's path, for messages.
    pub path: PathBuf,
    folder: PathBuf,
    data: PathBuf,
}

impl Experiment {
    /// Reads `experiment.toml` from a folder (or the file itself). `{data}` in its paths stands for `data`,
    /// by default the folder `data` beside the file.
    pub fn read(path: &Path, data: Option<&Path>) -> Result<Experiment> {
        let path = if path.is_dir() { path.join("experiment.toml") } else { path.to_path_buf() };
        let text = std::fs::read_to_string(&path).map_err(|cause| {
            Error::io("read the experiment file", &path, cause)
                .hint("name a folder that holds experiment.toml, such as experiments/faces; `bubblescope new NAME` writes one")
        })?;
        let file: File = toml::from_str(&text).map_err(|cause| {
            let place = cause.span().map_or(path.display().to_string(), |span| {
                let before = &text[..span.start.min(text.len())];
                let line = before.matches('\n').count() + 1;
                let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
                format!("{}, line {line}, column {column}", path.display())
            });
            Error::invalid(cause.message().to_owned()).at(place)
        })?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        let absolute = folder.canonicalize().map_err(|cause| Error::io("open", &folder, cause))?;
        let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let data = data.map_or_else(|| folder.join("data"), Path::to_path_buf);
        let experiment = Experiment { name, file, path, folder, data };
        experiment.check()?;
        Ok(experiment)
    }

    /// A path of the file: relative to the file, `{data}` replaced.
    pub fn resolve(&self, path: &str) -> PathBuf {
        match path.strip_prefix("{data}") {
            Some(rest) => self.data.join(rest.trim_start_matches('/')),
            None => self.folder.join(path),
        }
    }

    /// The error place of a field.
    pub fn field(&self, field: &str) -> String {
        format!("{}, field {field}", self.path.display())
    }

    /// True standard deviation of one aperture, in pixels of a picture `columns` wide.
    pub fn bubble_sd(&self, columns: usize) -> Result<f64> {
        self.file
            .bubbles
            .size
            .sd_in_pixels(columns, self.file.pictures.degrees)
            .map_err(|error| error.at(self.field("bubbles.size")))
    }

    /// Standard deviation of the smoothing of human maps, in pixels; by default that of the aperture.
    pub fn smoothing_sd(&self, columns: usize) -> Result<f64> {
        match &self.file.classification.smoothing {
            None => self.bubble_sd(columns),
            Some(size) => size
                .sd_in_pixels(columns, self.file.pictures.degrees)
                .map_err(|error| error.at(self.field("classification.smoothing"))),
        }
    }
}
