//! Metrics: one number that says how far a map agrees with another map, with fixations, or with a region.
//!
//! A metric sees maps and nothing of where they come from. Each is a row of [`METRICS`] that declares its range, which end
//! is agreement, whether the maps can change places, what they can undergo without changing the value, which signs it takes,
//! its value by chance and for a map and itself; `tests/metric_properties.rs` holds every row to what it declares. A score is a
//! number or the reason why there is none ([`Undefined`]), never 0 or NaN in its place.
//!
//! Names after a point say whose numbers a variant reproduces: `sim.mit` those of the MIT saliency benchmark's code,
//! `sim.pysaliency` those of pysaliency. The functions behind the rows take parameters that the rows fix.

pub mod borji;
pub mod correlation;
pub mod density;
pub mod divergence;
mod field;
pub mod fixation;
pub mod information;
pub mod kendall;
pub mod location;
pub mod overlap;
pub mod partial;
pub mod rank_biased;
mod ranked;
pub mod region;
pub mod roc;
pub mod similarity;
mod simplex;
mod table;
pub mod transport;
mod undefined;

pub use field::{Field, Grid};
pub use ranked::Ranked;
pub use table::{
    Better, Chance, DEFAULT, Inputs, Invariance, METRICS, Metric, Need, Signs, Transform, unusable, usable,
};
pub use undefined::{Score, Undefined};
