//! The design of an experiment: who sees which picture when, through which bubbles, and presses which key.

mod order;
mod participant;
mod schedule;

pub use participant::{Participant, participants, sheet};
pub use schedule::{Named, schedule};

#[cfg(test)]
pub(crate) mod tests {
    use ndarray::Array2;

    use crate::bubbles::Cover;
    use crate::experiment::{Count, Design};

    /// Two observers, forty trials, up to twenty bubbles.
    pub fn design() -> Design {
        Design { observers: 2, trials: 40, blocks: 2, ..Design::new(Count::new(5, None, 1, 20)) }
    }

    /// Spatial Bubbles of 2 px anywhere in a picture.
    pub fn cover(shape: (usize, usize)) -> Cover {
        Cover::spatial(&Array2::from_elem(shape, true), 2.0, 0.5)
    }
}
