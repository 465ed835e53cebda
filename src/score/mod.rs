//! Scores: how far saliency maps agree with human maps, beside what the noise in both allows.

mod agreement;
mod baselines;
mod by_name;
mod ceilings;
mod compare;
mod contrast;
mod difference;
mod metrics;
mod missing;
mod points;
mod preparation;
mod read;
mod rows;
mod settings;
mod sides;
mod verdict;

pub use agreement::{Comparison, Gram, Means, Quantities, Sampled, means, observers_per_map};
pub use baselines::{BASELINES, Baseline, centre_gaussian, smooth_noise};
pub use ceilings::{CEILINGS, Ceiling};
pub use compare::{Interval, Options, Outcome, compare, single_factors};
pub use contrast::{Compared, Contrast, compare_folders};
pub use difference::Difference;
pub use metrics::{METRICS, Metric};
pub use points::Points;
pub use preparation::{Blur, Preparation, RESAMPLINGS, SIGNS, SWEEP, extra_blur};
pub use read::Folders;
pub use rows::{Scored, numeric_columns, score_folders};
pub use settings::Settings;
