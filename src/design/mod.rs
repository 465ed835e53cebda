//! The design of an experiment: who sees which picture when, through which bubbles.

mod bubbles;
mod schedule;
mod up_down;

pub use bubbles::{aperture_mask, draw_centres, region_pixels};
pub use schedule::schedule;
pub use up_down::WeightedUpDown;
