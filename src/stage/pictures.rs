//! What every stage needs to know of the pictures.

use ndarray::Array2;

use super::Run;
use crate::attribution::Setting;
use crate::bubbles::{Cover, covered};
use crate::design::Named;
use crate::error::Result;
use crate::experiment::{Listed, list_pictures};
use crate::results::{Key, hash_file};

/// The pictures of an experiment and how they are covered.
pub struct Stimuli {
    /// The pictures, sorted by name.
    pub pictures: Vec<Listed>,
    /// How they are covered.
    pub cover: Cover,
    /// The part of them that maps are made of, and the apertures that networks look through.
    pub setting: Setting,
    /// The region as drawn, before pixels that are hardly shown are left out.
    pub region: Array2<bool>,
    hash: String,
}

impl Stimuli {
    /// Reads the pictures and the region.
    pub fn read(run: &Run) -> Result<Stimuli> {
        let pictures = list_pictures(run.experiment)?;
        let shape = pictures.first().map_or((0, 0), |listed| listed.picture.shape());
        let region = run.experiment.region(shape)?;
        Stimuli::new(run, pictures, region)
    }

    /// Pictures that were read, covered inside a region.
    pub fn new(run: &Run, pictures: Vec<Listed>, region: Array2<bool>) -> Result<Stimuli> {
        let experiment = run.experiment;
        let shape = region.dim();
        let cover = experiment.cover(&region)?;
        let bubble_sd = cover.pixel_sd().unwrap_or(1.0);
        let smoothing_sd = experiment.smoothing_sd(shape.1)?.unwrap_or(bubble_sd);
        check_size(run, "classification.smoothing", smoothing_sd, &region)?;
        let mut key = Key::new("pictures").with("region", region.iter().collect::<Vec<_>>());
        for listed in &pictures {
            key = key.with("picture", (&listed.name, &listed.class, hash_file(&listed.path)?));
        }
        let file = &experiment.file;
        let shown = (file.pictures.colour, file.pictures.match_luminance, file.pictures.width);
        let key = key.with("shown", shown).with("bubbles", &file.bubbles);
        // Noise lies everywhere; bubbles show the rim of a region less often than its middle.
        let noise = experiment.noise().is_some();
        let analysed = if noise { region.clone() } else { covered(&region, &cover, file.bubbles.floor) };
        let setting = Setting::new(analysed, cover.clone(), smoothing_sd);
        Ok(Stimuli { pictures, cover, setting, region, hash: key.finish() })
    }

    /// (rows, columns) of every picture.
    pub fn shape(&self) -> (usize, usize) {
        self.setting.region.dim()
    }

    /// Names of the pictures.
    pub fn names(&self) -> Vec<String> {
        self.pictures.iter().map(|listed| listed.name.clone()).collect()
    }

    /// Names of the pictures, with the index of their class.
    pub fn named(&self, classes: &[String]) -> Vec<Named> {
        let class = |listed: &Listed| classes.iter().position(|class| *class == listed.class).unwrap_or(0);
        self.pictures.iter().map(|listed| (listed.name.clone(), class(listed))).collect()
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
