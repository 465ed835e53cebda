//! People: classification images, their statistics, and simulated observers.

mod classify;
mod contrast;
pub mod inference;
mod nuisance;
mod observer;
pub mod permutation;
mod permute;
mod reliability;
mod tested;

pub use classify::{Frame, GroupMap, ObserverMap, classify, on_picture};
pub use contrast::{Compared, Sides, contrast};
pub use inference::INFERENCES;
pub use nuisance::{Dropped, Responses, residual_responses};
pub use observer::{Perceived, SimulatedObserver, Template};
pub use permute::{MaximumNull, permute};
pub use reliability::{AllSplits, over_observers};
pub use tested::Tested;
