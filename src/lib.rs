//! Bubbles experiments, classification images, saliency maps, and their agreement.

pub mod attribution;
pub mod error;
pub mod experiment;
pub mod map;
pub mod network;
pub mod picture;
pub mod results;
pub mod score;
pub mod seed;
pub mod stats;
