//! Noise that was added to pictures: which pattern a stimulus shows, and the patches that rcicr makes its patterns of.

mod names;
mod patches;

pub use names::{NO_PATTERN, Names, parted, without_ending};
pub use patches::{Patch, Patches};
