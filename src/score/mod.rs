//! Scores: how far saliency maps agree with human maps, beside what the noise in both allows.

mod agreement;
mod baselines;
mod ceilings;
mod compare;
mod metrics;
mod prepare;
mod read;
mod rows;
mod sides;

pub use agreement::{Comparison, Gram, Means, Quantities, Sampled, means, observers_per_map};
pub use baselines::{BASELINES, Baseline, centre_gaussian, smooth_noise};
pub use ceilings::{CEILINGS, Ceiling};
pub use compare::{Interval, Options, Outcome, compare, single_factors};
pub use metrics::{METRICS, Metric};
pub use prepare::{Points, extra_blur};
pub use read::Folders;
pub use rows::{numeric_columns, score_folders};
