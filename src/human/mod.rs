//! People: classification images, their statistics, and simulated observers.

mod classify;
mod density;
mod estimator;
mod frame;
mod group;
mod looks;
mod nuisance;
mod observer;
mod permute;
mod reclassify;
mod redraw;
mod reliability;
mod response;
mod subset;

pub use classify::{GroupMap, ObserverMap, classify};
pub use density::{Look, density};
pub use estimator::{ESTIMATORS, Estimate, Estimator, Sample, Takes};
pub use frame::{Frame, Shown};
pub use group::{GROUPS, Group};
pub use looks::{LookTable, Looks, Placing, read_looks};
pub use nuisance::{Dropped, Responses, residual_responses, residuals_of};
pub use observer::{Perceived, SimulatedObserver, Template};
pub use permute::{MaximumNull, permute};
pub use reclassify::{Criterion, RECLASSIFICATIONS, Rule};
pub use redraw::redraw;
pub use reliability::{
    AllSplits, Gram, Halves, half_at, halves_of_observers, halves_of_trials, needed, over_observers,
    over_trials_interval,
};
pub use response::{Response, column};
pub use subset::on_picture;
