//! People: classification images, their statistics, and simulated observers.

mod classify;
mod nuisance;
mod observer;
mod permute;
mod reliability;

pub use classify::{Frame, GroupMap, ObserverMap, classify, on_picture};
pub use nuisance::{Dropped, Responses, residual_responses};
pub use observer::{Perceived, SimulatedObserver, Template};
pub use permute::{MaximumNull, permute};
pub use reliability::{AllSplits, over_observers};
