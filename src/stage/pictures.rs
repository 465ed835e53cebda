//! What every stage needs to know of the pictures.

use ndarray::Array2;

use super::Run;
use crate::attribution::Setting;
use crate::error::Result;
use crate::experiment::{Listed, list_pictures};
use crate::results::{Key, hash_file};

/// The pictures of an experiment and how they are covered.
pub struct Stimuli {
    /// The pictures, sorted by name.
    pub pictures: Vec<Listed>,
    /// How they are covered.
    pub setting: Setting,
    hash: String,
}

impl Stimuli {
    /// Reads the pictures and the region.
    pub fn read(run: &Run) -> Result<Stimuli> {
        let experiment = run.experiment;
        let pictures = list_pictures(experiment)?;
        let shape = pictures.first().map_or((0, 0), |listed| listed.picture.shape());
        let region = experiment.region(shape)?;
        let bubble_sd = experiment.bubble_sd(shape.1)?;
        let smoothing_sd = experiment.smoothing_sd(shape.1)?;
        check_size(run, "bubbles.size", bubble_sd, &region)?;
        check_size(run, "classification.smoothing", smoothing_sd, &region)?;
        let mut key = Key::new("pictures").with("region", region.iter().collect::<Vec<_>>());
        for listed in &pictures {
            key = key.with("picture", (&listed.name, &listed.class, hash_file(&listed.path)?));
        }
        let background = experiment.file.bubbles.background;
        let setting = Setting { region, bubble_sd, smoothing_sd, background };
        Ok(Stimuli { pictures, setting, hash: key.finish() })
    }

    /// (rows, columns) of every picture.
    pub fn shape(&self) -> (usize, usize) {
        self.setting.region.dim()
    }

    /// Names of the pictures.
    pub fn names(&self) -> Vec<String> {
        self.pictures.iter().map(|listed| listed.name.clone()).collect()
    }

    /// Names of the classes, in the order of the experiment file.
    pub fn classes(run: &Run) -> Vec<String> {
        run.experiment.file.pictures.class.iter().map(|class| class.name.clone()).collect()
    }

    /// A key that starts with the pictures, the region and the apertures.
    pub fn key(&self, run: &Run, stage: &str) -> Key {
        Key::new(stage)
            .with("seed", run.experiment.file.seed)
            .with("pictures", &self.hash)
            .with("classes", Stimuli::classes(run))
            .with("bubble", (self.setting.bubble_sd, self.setting.background))
    }
}

/// Checks that a Gaussian of this standard deviation (px) is neither too small nor too large for the region.
pub fn check_size(run: &Run, field: &str, sd: f64, region: &Array2<bool>) -> Result<()> {
    let side = (region.iter().filter(|inside| **inside).count() as f64).sqrt();
    if sd < 0.5 || 4.0 * sd > side {
        return Err(crate::error::Error::invalid(format!(
            "{field} has a standard deviation of {sd:.2} px, and the region is about {side:.0} px wide"
        ))
        .at(run.experiment.field(field))
        .hint("choose at least 0.5 px and at most a quarter of the region's width"));
    }
    Ok(())
}
