//! Where long work says how far it is. The library never prints.

/// Receives progress; the command line draws it.
pub trait Progress: Sync {
    /// Work of `total` steps begins.
    fn begin(&self, what: &str, total: usize);
    /// One step is done.
    fn step(&self);
    /// Something that a person should know.
    fn note(&self, text: &str);
    /// Something that a person should act upon.
    fn warn(&self, text: &str);
}

/// Receives progress and tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: usize) {}
    fn step(&self) {}
    fn note(&self, _: &str) {}
    fn warn(&self, _: &str) {}
}
