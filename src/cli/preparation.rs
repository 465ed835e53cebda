//! Flags for how maps are prepared.

use std::path::PathBuf;

use bubblescope::error::Result;
use bubblescope::score::{Preparation, Settings};

#[derive(clap::Args)]
pub struct Prepare {
    /// Blur of the networks' maps: matched (that of the human maps), none, 8px, 1.5sd (apertures), mit:8
    #[arg(long, value_name = "BLUR", default_value = "matched")]
    blur: String,
    /// Score with 0, 1/2, 1, sqrt 2, 2 and 3 standard deviations of the aperture as well
    #[arg(long)]
    blur_sweep: bool,
    /// Beyond the edge of a blurred map: zero_normalised, reflect, nearest, wrap or zero
    #[arg(long, value_name = "RULE", default_value = "zero_normalised")]
    edge: String,
    /// Sign policy of the networks' maps: signed, positive or absolute
    #[arg(long, value_name = "POLICY", default_value = "signed")]
    sign: String,
    /// Sign policy of the human maps: signed, positive or absolute
    #[arg(long, value_name = "POLICY", default_value = "signed")]
    human_sign: String,
    /// Network maps of another size: refuse, or fit (linear where they grow, area average where they shrink)
    #[arg(long, value_name = "HOW", default_value = "refuse")]
    resample: String,
    /// How channels that differ are joined: sum, mean, abs_sum, abs_mean, abs_max, l2 or positive_sum
    #[arg(long, value_name = "HOW")]
    channels: Option<String>,
    /// The variable of MATLAB files that hold several
    #[arg(long, value_name = "NAME")]
    variable: Option<String>,
    /// Map file that is above one half where pixels count
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    /// Standard deviation of the aperture, px, where the index of the human maps does not tell their blur
    #[arg(long, value_name = "PX")]
    aperture_sd: Option<f64>,
}

impl Prepare {
    /// Whether nothing was asked for.
    pub fn are_defaults(&self) -> bool {
        self.settings() == Settings::default() && self.mask.is_none()
    }

    /// Whether other blurs are asked for as well.
    pub fn blur_sweep(&self) -> bool {
        self.blur_sweep
    }

    fn settings(&self) -> Settings {
        Settings {
            blur: self.blur.clone(),
            blur_sweep: self.blur_sweep,
            edge: self.edge.clone(),
            sign: self.sign.clone(),
            human_sign: self.human_sign.clone(),
            resample: self.resample.clone(),
            channels: self.channels.clone(),
            variable: self.variable.clone(),
            mask: None,
            aperture_sd: self.aperture_sd,
        }
    }

    /// What they stand for.
    pub fn preparation(&self) -> Result<Preparation> {
        self.settings().preparation(self.mask.as_deref(), |field| format!("--{}", field.replace('_', "-")))
    }
}
