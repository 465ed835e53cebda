//! Does this network look where people look, as far as the noise in both lets anybody tell?
//!
//! ```text
//! design ──► trials ──► human maps ──┐
//!                                    ├──► scores ──► report
//! network ─────────► saliency maps ──┘
//! ```
//!
//! - [`experiment`]: the file in which a person describes all of it; [`stage`]: its stages, one after another.
//! - [`plan`]: how many trials and observers an experiment needs.
//! - [`design`] plans Bubbles trials, [`trials`] reads what was answered, [`looks`] where people looked or clicked,
//!   [`human`] makes classification images;
//!   [`exclusion`] says which trials do not enter them.
//! - [`export`] writes the design as an experiment that runs in a browser or in PsychoPy.
//! - [`network`] runs ONNX classifiers, [`attribution`] asks which pixels they used.
//! - [`faithfulness`] asks the networks whether they behave as their maps say.
//! - [`metric`]: how far one map agrees with another, with fixations, with a region.
//! - [`score`] compares the two against what the noise in both allows, [`report`] shows it.
//! - [`bubbles`]: apertures; [`adaptive`]: how many of them the next trial has.
//! - [`map`], [`parameter`], [`picture`], [`place`], [`seed`], [`stats`], [`table`], [`results`] and [`error`] know none of these.
//!
//! The library never prints, reads the environment, picks a path or draws a seed.

pub mod adaptive;
pub mod attribution;
pub mod bubbles;
pub mod design;
pub mod error;
pub mod exclusion;
pub mod experiment;
pub mod export;
pub mod faithfulness;
mod gradient;
pub mod human;
pub mod looks;
pub mod map;
pub mod metric;
pub mod network;
pub mod noise;
pub mod parameter;
pub mod picture;
pub mod place;
pub mod plan;
pub mod progress;
pub mod report;
pub mod results;
pub mod score;
pub mod seed;
pub mod stage;
pub mod stats;
pub mod table;
pub mod trials;
