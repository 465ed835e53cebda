//! Bubbles experiments, classification images, saliency maps, and their agreement.

pub mod attribution;
pub mod design;
pub mod error;
pub mod experiment;
pub mod human;
pub mod map;
pub mod network;
pub mod picture;
pub mod results;
pub mod score;
pub mod seed;
pub mod stats;
pub mod table;
pub mod trials;
