//! People: classification images, their statistics, and simulated observers.

mod classify;
mod contrast;
mod density;
mod estimator;
mod frame;
mod group;
pub mod inference;
mod information;
mod nuisance;
mod observer;
pub mod permutation;
mod permute;
mod reclassify;
mod reliability;
mod response;
mod subset;
mod tested;

pub use classify::{GroupMap, ObserverMap, classify};
pub use contrast::{Compared, Sides, contrast};
pub use density::{Look, density};
pub use estimator::{ESTIMATORS, Estimate, Estimator, Sample, Takes};
pub use frame::{Frame, Shown};
pub use group::{GROUPS, Group};
pub use inference::INFERENCES;
pub use information::{Information, Products};
pub use nuisance::{Dropped, Responses, residual_responses, residuals_of};
pub use observer::{Perceived, SimulatedObserver, Template};
pub use permute::{MaximumNull, permute};
pub use reclassify::{Criterion, RECLASSIFICATIONS, Rule};
pub use reliability::{
    AllSplits, Gram, Halves, half_at, halves_of_observers, halves_of_trials, needed, over_observers,
    over_trials_interval,
};
pub use response::{COLUMNS, Response, column};
pub use subset::on_picture;
pub use tested::Tested;
