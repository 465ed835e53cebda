//! The experiment file: what a person writes in `experiments/<name>/experiment.toml`.
//!
//! Reading checks types and names (unknown fields are errors, with line and column); [`Experiment::read`] then
//! checks values and names the field at fault. Sizes are turned into pixels here and nowhere else.

mod address;
mod bubbles;
mod check;
mod classification;
mod columns;
mod count;
mod exclusions;
mod export;
mod file;
mod frequency;
pub mod given;
mod human;
mod inference;
mod keep;
mod keys;
mod labels;
mod meaning;
mod model;
mod named_columns;
mod networks;
mod noise;
mod pictures;
mod plan;
mod scoring;
mod size;
mod wide;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result, similar};
use crate::score::Preparation;

pub use bubbles::{BandSettings, Bubbles, FrequencySettings};
pub use classification::{Classification, Nuisance};
pub use columns::Columns;
pub use count::{Count, CountScale};
pub use exclusions::Exclusions;
pub use export::{Export, Pages};
pub use file::*;
pub use frequency::{Frequency, PerUnit, Widths};
pub use human::{Human, LookColumns, Source, Weight};
pub use inference::{Contrast, Exchange, Outline, Part, Side, Tests};
pub use keep::Kept;
pub use keys::KEYS;
pub use meaning::{Meaning, same_code};
pub use model::*;
pub use noise::Noise;
pub use pictures::{Listed, list_pictures, matches};
pub use plan::Plan;
pub use size::{Convention, Size, Unit as SizeUnit};
pub use wide::Wide;

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
    /// by default the folder `data` beside the file. Every value is checked; the error holds all that is wrong.
    pub fn read(path: &Path, data: Option<&Path>) -> Result<Experiment> {
        let (experiment, faults) = Experiment::read_with_faults(path, data)?;
        Error::all(faults).map(|()| experiment)
    }

    /// The same, with everything that is wrong with the values beside what the file says; an error where it cannot be read at all.
    pub fn read_with_faults(path: &Path, data: Option<&Path>) -> Result<(Experiment, Vec<Error>)> {
        let path = if path.is_dir() { path.join("experiment.toml") } else { path.to_path_buf() };
        let bytes = std::fs::read(&path).map_err(|cause| {
            Error::io("read the experiment file", &path, cause)
                .hint("name a folder that holds experiment.toml, such as experiments/faces; `bubblescope new NAME` writes one")
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|cause| {
            Error::invalid("the experiment file is not text in UTF-8")
                .at(format!("{}, {}", path.display(), line_and_column(&bytes[..cause.valid_up_to()])))
                .hint("save it as UTF-8")
        })?;
        let mut file: File = toml::from_str(text).map_err(|cause| {
            let place = cause.span().map_or(path.display().to_string(), |span| {
                format!("{}, {}", path.display(), line_and_column(&bytes[..span.start.min(bytes.len())]))
            });
            Error::invalid(format!("the experiment file cannot be read: {}", in_words(cause.message()))).at(place).hint(
                meant(cause.message())
                    .unwrap_or("`bubblescope new NAME` writes a commented file to compare with".to_owned()),
            )
        })?;
        let given = toml::from_str(text).unwrap_or_default();
        let bubbles = file.settle_noise(&given);
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        let absolute = folder.canonicalize().map_err(|cause| Error::io("open", &folder, cause))?;
        let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let data = data.map_or_else(|| folder.join("data"), Path::to_path_buf);
        let mut experiment = Experiment { name, file, path, folder, data };
        if !bubbles {
            return Err(experiment.wrong(
                "bubbles",
                "there is no [bubbles], which says what the apertures are",
                "add [bubbles] with size and background; noise that is added to pictures stands in [noise] instead",
            ));
        }
        let mut faults = experiment.read_labels();
        faults.extend(experiment.faults());
        Ok((experiment, faults))
    }

    /// True if trials are answered, by people or by simulated observers. Without, a design can be planned and exported.
    pub fn has_answers(&self) -> bool {
        self.file.simulation.is_some() || self.file.import.is_some()
    }

    /// True if anybody's maps can be made, from answers or from another source.
    pub fn has_people(&self) -> bool {
        self.has_answers() || self.file.human.is_some()
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

    /// How maps are prepared before they are compared.
    pub fn preparation(&self) -> Result<Preparation> {
        let settings = &self.file.score.preparation;
        let mask = settings.mask.as_ref().map(|mask| self.resolve(mask));
        settings.preparation(mask.as_deref(), |field| self.field(&format!("score.preparation.{field}")))
    }

    /// True standard deviation of one aperture, in pixels of a picture `columns` wide.
    pub fn bubble_sd(&self, columns: usize) -> Result<f64> {
        self.file
            .bubbles
            .size
            .sd_in_pixels(self.widths(columns), None)
            .map_err(|error| error.at(self.field("bubbles.size")))
    }

    /// Standard deviation of the smoothing of human maps, in pixels; `None` for that of the aperture.
    pub fn smoothing_sd(&self, columns: usize) -> Result<Option<f64>> {
        match &self.file.classification.smoothing {
            None => Ok(None),
            Some(size) => size
                .sd_in_pixels(self.widths(columns), None)
                .map(Some)
                .map_err(|error| error.at(self.field("classification.smoothing"))),
        }
    }
}

/// "line 3, column 14", for what comes after `before`.
fn line_and_column(before: &[u8]) -> String {
    let before = String::from_utf8_lossy(before);
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("line {}, column {column}", before.matches('\n').count() + 1)
}

/// A message of the TOML reader without the names of Rust's types.
/// The field that an unknown one resembles, as a question.
fn meant(message: &str) -> Option<String> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    let known: Vec<&str> = names.collect();
    similar(unknown, &known).map(|name| format!("did you mean {name}?"))
}

fn in_words(message: &str) -> String {
    let whole = "expected a whole number of at least 0";
    message.replace("expected u64", whole).replace("expected usize", whole).replace("expected f64", "expected a number")
}
