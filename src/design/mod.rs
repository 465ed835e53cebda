//! The design of an experiment: who sees which picture when, through which bubbles.

mod schedule;

pub use schedule::schedule;
